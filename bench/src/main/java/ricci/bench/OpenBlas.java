package ricci.bench;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.util.function.Supplier;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;

/** OpenBLAS, called as from C: into memory that is there. */
final class OpenBlas {
    private OpenBlas() {}

    /** A product of matrices of floats. */
    static Supplier<Object> floats(float[] left, float[] right, int rows, int sums, int columns) {
        FloatPointer x = new FloatPointer(left);
        FloatPointer y = new FloatPointer(right);
        FloatPointer result = new FloatPointer((long) rows * columns);
        return () -> {
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, columns, sums, 1, x, sums, y,
                    columns, 0, result, columns);
            return result;
        };
    }

    /** A product of matrices of doubles. */
    static Supplier<Object> doubles(double[] left, double[] right, int rows, int sums, int columns) {
        DoublePointer x = new DoublePointer(left);
        DoublePointer y = new DoublePointer(right);
        DoublePointer result = new DoublePointer((long) rows * columns);
        return () -> {
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, columns, sums, 1, x, sums, y,
                    columns, 0, result, columns);
            return result;
        };
    }
}

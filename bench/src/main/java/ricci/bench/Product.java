package ricci.bench;

import java.util.Arrays;
import ricci.Ricci;
import ricci.Tensor;
import ricci.Tensors;
import ricci.einops.Einops;
import ricci.ir.DType;

/** Products of matrices of floats, or of bytes as numbers of 32 bits, or of so many pairs of them. */
public enum Product {
    SQUARE_8(8, 8, 8),
    SQUARE_16(16, 16, 16),
    SQUARE_32(32, 32, 32),
    SQUARE_64(64, 64, 64),
    SQUARE_128(128, 128, 128),
    SQUARE_256(256, 256, 256),
    SQUARE_512(512, 512, 512),
    SQUARE_1024(1024, 1024, 1024),
    SQUARE_2048(2048, 2048, 2048),
    SQUARE_4096(4096, 4096, 4096),
    DOUBLE_8(DType.F64, 8, 8, 8),
    DOUBLE_16(DType.F64, 16, 16, 16),
    DOUBLE_32(DType.F64, 32, 32, 32),
    DOUBLE_64(DType.F64, 64, 64, 64),
    DOUBLE_128(DType.F64, 128, 128, 128),
    DOUBLE_256(DType.F64, 256, 256, 256),
    DOUBLE_512(DType.F64, 512, 512, 512),
    DOUBLE_1024(DType.F64, 1024, 1024, 1024),
    DOUBLE_2048(DType.F64, 2048, 2048, 2048),
    DOUBLE_4096(DType.F64, 4096, 4096, 4096),
    BRAIN_512(DType.BF16, 512, 512, 512),
    BYTES_512(DType.I8, 512, 512, 512),
    ODD_SMALL(23, 71, 150),
    ODD(211, 149, 277),
    VECTOR(1, 1024, 1024),
    FEW_ROWS(8, 1024, 4096),
    FEW_ROWS_BIAS_GELU(DType.F32, 1, 8, 1024, 4096, true),
    SHALLOW(4096, 64, 4096),
    FEW_COLUMNS(2048, 2048, 8),
    BATCH(DType.F32, 64, 64, 64, 64, false),
    LAYER(512, 1024, 4096),
    LAYER_BIAS_GELU(DType.F32, 1, 512, 1024, 4096, true);

    /** Of the operands, and of the result unless these are bytes. */
    final DType dtype;
    final long batch;
    final long rows;
    final long sums;
    final long columns;
    /** Whether a bias is added, and GELU applied. */
    final boolean hasEnd;

    Product(long rows, long sums, long columns) {
        this(DType.F32, rows, sums, columns);
    }

    Product(DType dtype, long rows, long sums, long columns) {
        this(dtype, 1, rows, sums, columns, false);
    }

    Product(DType dtype, long batch, long rows, long sums, long columns, boolean hasEnd) {
        this.dtype = dtype;
        this.batch = batch;
        this.rows = rows;
        this.sums = sums;
        this.columns = columns;
        this.hasEnd = hasEnd;
    }

    /** Multiplications and additions. */
    double operations() {
        return 2.0 * batch * rows * sums * columns;
    }

    long[] left() {
        return batch == 1 ? new long[] {rows, sums} : new long[] {batch, rows, sums};
    }

    long[] right() {
        return batch == 1 ? new long[] {sums, columns} : new long[] {batch, sums, columns};
    }

    /** Elements of a shape. */
    static float[] elements(long... shape) {
        long count = 1;
        for (long length : shape) {
            count *= length;
        }
        float[] elements = new float[(int) count];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = i % 1000 / 1000f - 0.5f;
        }
        return elements;
    }

    /** As a user writes it. */
    Tensor ricci(Tensor x, Tensor y, Tensor bias) {
        DType sums = dtype == DType.I8 ? DType.I32 : dtype;
        Tensor product = Einops.einsum(x.to(sums), y.to(sums),
                batch == 1 ? "i k, k j -> i j" : "b i k, b k j -> b i j");
        if (!hasEnd) {
            return product;
        }
        Tensor sum = product.add(bias);
        return sum.mul(Tensors.erf(sum.mul((float) Math.sqrt(0.5))).add(1f)).mul(0.5f);
    }

    /** The same as doubles. */
    static double[] doubles(long... shape) {
        float[] elements = elements(shape);
        double[] doubles = new double[elements.length];
        Arrays.setAll(doubles, i -> elements[i]);
        return doubles;
    }

    /** An operand. */
    Tensor operand(long... shape) {
        Tensor elements = tensor(shape);
        return (dtype == DType.I8 ? elements.mul(200) : elements).to(dtype);
    }

    /** A tensor of {@link #elements}. */
    static Tensor tensor(long... shape) {
        return Ricci.tensor(elements(shape), shape);
    }
}

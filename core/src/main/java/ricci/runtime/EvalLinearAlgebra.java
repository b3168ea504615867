package ricci.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ricci.ir.DType;
import ricci.ir.LinearAlgebra;
import ricci.ir.TensorType;

/** The interpreter's rules for matrices: each of a batch on its own, in double, rounded once at the end. */
final class EvalLinearAlgebra {
    private EvalLinearAlgebra() {}

    static List<Value> apply(LinearAlgebra op, List<Value> x, List<TensorType> types,
            List<TensorType> results) {
        return batched(op, x, types, results);
    }

    private static List<Matrix> one(LinearAlgebra op, List<Matrix> x) {
        Matrix a = x.getFirst();
        return switch (op) {
            case LinearAlgebra.Cholesky _ -> List.of(Factorizations.cholesky(a));
            case LinearAlgebra.TriangularSolve solve ->
                    List.of(Factorizations.triangularSolve(solve, a, x.getLast()));
            case LinearAlgebra.Lu _ -> Factorizations.lu(a);
            case LinearAlgebra.Qr(var full) -> Factorizations.qr(full, a);
            case LinearAlgebra.Eigh _ -> Factorizations.eigh(a);
            case LinearAlgebra.Svd(var vectors) -> {
                List<Matrix> usv = Factorizations.svd(vectors, a);
                yield vectors == LinearAlgebra.Svd.Vectors.NONE ? usv.subList(1, 2) : usv;
            }
        };
    }

    private static List<Value> batched(LinearAlgebra op, List<Value> x, List<TensorType> types,
            List<TensorType> results) {
        List<double[]> all = new ArrayList<>();
        for (TensorType result : results) {
            all.add(new double[Value.length(result.shape().size())]);
        }
        TensorType first = types.getFirst();
        int batch = Value.length(first.shape().without(List.of(first.rank() - 2, first.rank() - 1)).size());
        for (int b = 0; b < batch; b++) {
            List<Matrix> operands = new ArrayList<>();
            for (int i = 0; i < x.size(); i++) {
                operands.add(matrix(Eval.reals(x.get(i)), types.get(i), b));
            }
            List<Matrix> factors = one(op, operands);
            for (int i = 0; i < factors.size(); i++) {
                double[] part = factors.get(i).data();
                System.arraycopy(part, 0, all.get(i), b * part.length, part.length);
            }
        }
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            values.add(rounded(all.get(i), results.get(i).dtype()));
        }
        return values;
    }

    private static Matrix matrix(double[] data, TensorType type, int index) {
        int rows = (int) type.shape().length(type.rank() - 2);
        int columns = (int) type.shape().length(type.rank() - 1);
        int size = rows * columns;
        return new Matrix(rows, columns, Arrays.copyOfRange(data, index * size, (index + 1) * size));
    }

    /** Pivots and permutations are whole numbers. */
    private static Value rounded(double[] data, DType dtype) {
        return dtype.isFloat() ? new Value.Reals(Arrays.stream(data).map(dtype::round).toArray())
                : new Value.Integers(Arrays.stream(data).mapToLong(x -> (long) x).toArray());
    }
}

package ricci.ir;

import java.util.Arrays;
import java.util.List;

/** The typing rules of the primitives on matrices. */
final class InferLinearAlgebraTypes {
    private InferLinearAlgebraTypes() {}

    static List<TensorType> of(LinearAlgebra op, List<TensorType> operands) {
        return switch (op) {
            case LinearAlgebra.Cholesky _ -> List.of(square(op, InferTypes.one(op, operands)));
            case LinearAlgebra.TriangularSolve solve -> List.of(triangularSolve(solve, operands));
            case LinearAlgebra.Lu _ -> lu(matrix(op, InferTypes.one(op, operands)));
            case LinearAlgebra.Qr(var full) -> qr(full, matrix(op, InferTypes.one(op, operands)));
            case LinearAlgebra.Eigh _ -> {
                TensorType a = square(op, InferTypes.one(op, operands));
                yield List.of(a.with(a.shape().without(List.of(a.rank() - 1))), a);
            }
            case LinearAlgebra.Svd(var vectors) -> svd(vectors, matrix(op, InferTypes.one(op, operands)));
        };
    }

    private static TensorType matrix(LinearAlgebra op, TensorType a) {
        String name = OpText.name(op);
        if (a.rank() < 2) {
            throw new RicciException.Shape(name, a.toString(),
                    "a matrix has two axes, the last two; any before them are a batch of matrices",
                    "give it two axes, for example with reshape(" + a.shape().size() + ", 1)");
        }
        if (a.dtype() != DType.F32 && a.dtype() != DType.F64) {
            throw new RicciException.DataType(name, a.toString(),
                    name + " is not defined for elements of type " + a.dtype() + ", only for f32 and f64",
                    "convert first, for example x.to(DType.F32)");
        }
        return a;
    }

    private static TensorType square(LinearAlgebra op, TensorType a) {
        matrix(op, a);
        if (rows(a) != columns(a)) {
            throw new RicciException.Shape(OpText.name(op), a.toString(),
                    "the matrix is square: it has as many rows as columns; here " + rows(a) + " and "
                    + columns(a), "check which axes are last, or take svd, which needs no square");
        }
        return a;
    }

    private static TensorType triangularSolve(LinearAlgebra.TriangularSolve op, List<TensorType> operands) {
        InferTypes.arity(op, 2, operands);
        TensorType a = square(op, operands.getFirst());
        TensorType b = operands.getLast();
        if (a.dtype() != b.dtype()) {
            throw new RicciException.DataType(OpText.name(op), InferTypes.list(operands),
                    "operands have one dtype",
                    "convert one of them, for example x.to(DType." + a.dtype().name() + ")");
        }
        boolean fits = a.rank() == b.rank() && batch(a).equals(batch(b))
                && rows(a) == (op.leftSide() ? rows(b) : columns(b));
        if (!fits) {
            throw new RicciException.Shape(OpText.name(op), InferTypes.list(operands),
                    "both have one batch of matrices, and the right one has as many "
                    + (op.leftSide() ? "rows" : "columns") + " as the triangular one, " + rows(a),
                    "reshape, transpose or broadcast the right one");
        }
        return b;
    }

    private static List<TensorType> lu(TensorType a) {
        return List.of(a, vector(a, least(a)).with(DType.I32), vector(a, rows(a)).with(DType.I32));
    }

    private static List<TensorType> qr(boolean full, TensorType a) {
        long inner = full ? rows(a) : least(a);
        return List.of(matrix(a, rows(a), inner), matrix(a, inner, columns(a)));
    }

    private static List<TensorType> svd(LinearAlgebra.Svd.Vectors vectors, TensorType a) {
        TensorType values = vector(a, least(a));
        return switch (vectors) {
            case NONE -> List.of(values);
            case THIN -> List.of(matrix(a, rows(a), least(a)), values, matrix(a, least(a), columns(a)));
            case FULL -> List.of(matrix(a, rows(a), rows(a)), values, matrix(a, columns(a), columns(a)));
        };
    }

    private static long rows(TensorType a) {
        return a.shape().length(a.rank() - 2);
    }

    private static long columns(TensorType a) {
        return a.shape().length(a.rank() - 1);
    }

    private static long least(TensorType a) {
        return Math.min(rows(a), columns(a));
    }

    private static Shape batch(TensorType a) {
        return a.shape().without(List.of(a.rank() - 2, a.rank() - 1));
    }

    private static TensorType vector(TensorType a, long length) {
        long[] lengths = Arrays.copyOf(a.shape().toArray(), a.rank() - 1);
        lengths[a.rank() - 2] = length;
        return a.with(Shape.of(lengths));
    }

    private static TensorType matrix(TensorType a, long rows, long columns) {
        return a.with(a.shape().with(a.rank() - 2, rows).with(a.rank() - 1, columns));
    }
}

package ricci.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Contraction;
import ricci.ir.DType;
import ricci.ir.LinearAlgebra;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Op.Compare.Relation;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/** The notation of matrices, over the last two axes, that rules about them are written in. */
record Matrices(Builder b) {

    static long rows(Atom x) {
        return x.type().shape().length(x.type().rank() - 2);
    }

    static long columns(Atom x) {
        return x.type().shape().length(x.type().rank() - 1);
    }

    /** The type with other numbers of rows and columns. */
    static TensorType type(TensorType x, long rows, long columns) {
        return x.with(x.shape().with(x.rank() - 2, rows).with(x.rank() - 1, columns));
    }

    Atom transpose(Atom x) {
        int rank = x.type().rank();
        List<Integer> order = new ArrayList<>(IntStream.range(0, rank - 2).boxed().toList());
        order.add(rank - 1);
        order.add(rank - 2);
        return b.transpose(x, order);
    }

    Atom matmul(Atom x, Atom y) {
        int rank = x.type().rank();
        List<Integer> batch = IntStream.range(0, rank - 2).boxed().toList();
        return b.apply(new Op.DotGeneral(new Contraction(batch, batch, List.of(rank - 1), List.of(rank - 2)),
                x.type().dtype()), x, y);
    }

    /** Where the index of the row stands in that relation to the index of the column. */
    Atom where(Relation rowToColumn, TensorType type) {
        TensorType indices = type.with(DType.I32);
        return b.compare(rowToColumn, b.apply(new Op.Iota(indices, type.rank() - 2)),
                b.apply(new Op.Iota(indices, type.rank() - 1)));
    }

    /** The elements there, and zeros elsewhere: {@code GE} keeps the lower triangle, {@code GT} strictly. */
    Atom keep(Relation rowToColumn, Atom x) {
        return b.select(where(rowToColumn, x.type()), x, b.zeros(x.type()));
    }

    Atom identity(TensorType type) {
        return b.convert(where(Relation.EQ, type), type.dtype());
    }

    /** The symmetric matrix that has this lower triangle. */
    Atom symmetric(Atom x) {
        return b.add(keep(Relation.GE, x), transpose(keep(Relation.GT, x)));
    }

    /** The diagonal of a square matrix. */
    Atom diagonal(Atom x) {
        return b.reduce(Monoid.SUM, keep(Relation.EQ, x), List.of(x.type().rank() - 1));
    }

    /** The matrix of that type whose rows are all this vector. */
    Atom asRows(Atom vector, TensorType type) {
        int rank = type.rank();
        List<Integer> axes = new ArrayList<>(IntStream.range(0, rank - 2).boxed().toList());
        axes.add(rank - 1);
        return b.broadcast(vector, type.shape(), axes);
    }

    /** The matrix of that type whose columns are all this vector. */
    Atom asColumns(Atom vector, TensorType type) {
        return b.broadcast(vector, type.shape(), IntStream.range(0, type.rank() - 1).boxed().toList());
    }

    Atom solve(Atom a, Atom x, boolean leftSide, boolean lower, boolean transpose, boolean unitDiagonal) {
        return b.apply(new LinearAlgebra.TriangularSolve(leftSide, lower, transpose, unitDiagonal), a, x);
    }

    /** The matrix with zeros below or to the right of it. */
    Atom extended(Atom x, long rows, long columns) {
        int rank = x.type().rank();
        List<Long> high = new ArrayList<>(Builder.repeat(rank, 0));
        high.set(rank - 2, rows - rows(x));
        high.set(rank - 1, columns - columns(x));
        List<Long> zeros = Builder.repeat(rank, 0);
        return high.equals(zeros) ? x : b.apply(new Op.Pad(zeros, high, zeros), x,
                b.zeros(x.type().with(Shape.SCALAR)));
    }

    Atom firstRows(Atom x, long count) {
        return count == rows(x) ? x : b.slice(x, x.type().rank() - 2, 0, count);
    }

    Atom firstColumns(Atom x, long count) {
        return count == columns(x) ? x : b.slice(x, x.type().rank() - 1, 0, count);
    }

    /** Row i of the result is row {@code indices[i]}. */
    Atom permuteRows(Atom x, Atom indices) {
        int rank = x.type().rank();
        if (x.type().shape().size() == 0) {
            return x;
        }
        List<Integer> batch = IntStream.range(0, rank - 2).boxed().toList();
        ricci.ir.GatherDimensions d = new ricci.ir.GatherDimensions(
                List.of(rank - 1), List.of(rank - 2), batch, batch, List.of(rank - 2));
        long[] window = LongStream.generate(() -> 1).limit(rank).toArray();
        window[rank - 1] = columns(x);
        Shape column = indices.type().shape();
        return b.apply(new Op.Gather(d, Shape.of(window), Op.OutOfBounds.CLIP), x,
                b.reshape(indices, column.then(1)));
    }
}

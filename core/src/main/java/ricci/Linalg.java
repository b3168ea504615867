package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import ricci.ir.Contraction;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.LinearAlgebra;
import ricci.ir.Op;
import ricci.ir.Op.Compare.Relation;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * Linear algebra on matrices, which are the last two axes of a tensor; all axes before are a batch, of which
 * each matrix is treated on its own.
 *
 * <p>Matrices are of f32 or f64; integers become f32, and the halves are refused. Everything has derivatives
 * of any order, except where its result jumps or is not determined: singular matrices under {@link #inv},
 * {@link #solve} and {@link #det}, equal eigenvalues under {@link #eigh}, equal singular values under {@link
 * #svd}.
 *
 * {@snippet :
 * Tensor l = Linalg.cholesky(covariance);                  // f32[3,3]
 * Tensor white = Linalg.solveTriangular(l, x, true);       // f32[3,100]
 * Linalg.Svd svd = Linalg.svd(images);                     // f32[8,64,32]: u, s, vt
 * }
 *
 * <p>Every function throws {@link RicciException.Shape} if a tensor is no matrix, or one that must be square
 * is not, and {@link RicciException.DataType} if the elements are neither f32 nor f64 nor integers.
 */
public final class Linalg {
    private Linalg() {}

    // ---- factorisations ----

    /**
     * The lower triangular L with L·Lᵀ = A of a symmetric positive definite A; NaN if it is not positive
     * definite. Of a matrix that is not symmetric the symmetric part (A + Aᵀ)/2 is taken, as in JAX.
     */
    public static Tensor cholesky(Tensor a) {
        return Elementwise.one(new LinearAlgebra.Cholesky(), symmetricPart("cholesky", a));
    }

    /**
     * The factors of {@link #lu}.
     *
     * @param packed L below the diagonal, without its diagonal of ones, and U
     * @param pivots the row that each step exchanged with its own, i32
     * @param permutation for each row of L·U the row of A, i32
     */
    public record Lu(Tensor packed, Tensor pivots, Tensor permutation) {
        /** The m×min(m,n) lower triangular factor with ones on its diagonal. */
        public Tensor lower() {
            long k = Math.min(rows(packed), columns(packed));
            Tensor left = packed.slice(-1, 0, k);
            return keep(Relation.GT, left).add(keep(Relation.EQ, Ricci.full(left.type(), 1)));
        }

        /** The min(m,n)×n upper triangular factor. */
        public Tensor upper() {
            return keep(Relation.LE, packed.slice(-2, 0, Math.min(rows(packed), columns(packed))));
        }

        /** The X with A·X = B, for a square A; B is a matrix, or a vector. */
        public Tensor solve(Tensor b) {
            return solveBy(this, b);
        }
    }

    /** Gaussian elimination with partial pivoting: the rows of A, permuted, are L·U. */
    public static Lu lu(Tensor a) {
        List<Tensor> results = Trace.apply(new LinearAlgebra.Lu(), List.of(matrix("lu", a)));
        return new Lu(results.get(0), results.get(1), results.get(2));
    }

    /**
     * A = Q·R: orthonormal columns times an upper triangle.
     *
     * @param q m×min(m,n)
     * @param r min(m,n)×n
     */
    public record Qr(Tensor q, Tensor r) {}

    /** The reduced QR factorisation; the diagonal of R may be negative, as in NumPy. */
    public static Qr qr(Tensor a) {
        return qr(a, false);
    }

    /** The QR factorisation, with a square Q if {@code full}; that has no derivative if m is over n. */
    public static Qr qr(Tensor a, boolean full) {
        List<Tensor> results = Trace.apply(new LinearAlgebra.Qr(full), List.of(matrix("qr", a)));
        return new Qr(results.get(0), results.get(1));
    }

    /** Eigenvalues in ascending order, and the eigenvectors as columns in the same order. */
    public record Eigen(Tensor values, Tensor vectors) {}

    /** The eigenvalues and eigenvectors of a symmetric matrix; of another, those of its symmetric part. */
    public static Eigen eigh(Tensor a) {
        List<Tensor> results = Trace.apply(new LinearAlgebra.Eigh(), List.of(symmetricPart("eigh", a)));
        return new Eigen(results.get(0), results.get(1));
    }

    /** The eigenvalues of a symmetric matrix, in ascending order. */
    public static Tensor eigvalsh(Tensor a) {
        return eigh(a).values();
    }

    /** A = U·diag(s)·Vᵀ, with the singular values in descending order. */
    public record Svd(Tensor u, Tensor s, Tensor vt) {}

    /** The thin singular value decomposition: as many singular vectors as there are singular values. */
    public static Svd svd(Tensor a) {
        return svd(a, false);
    }

    /** The singular value decomposition, with square U and Vᵀ if {@code full}. */
    public static Svd svd(Tensor a, boolean full) {
        LinearAlgebra.Svd.Vectors vectors =
                full ? LinearAlgebra.Svd.Vectors.FULL : LinearAlgebra.Svd.Vectors.THIN;
        List<Tensor> results = Trace.apply(new LinearAlgebra.Svd(vectors), List.of(matrix("svd", a)));
        return new Svd(results.get(0), results.get(1), results.get(2));
    }

    /** The singular values, in descending order. */
    public static Tensor svdvals(Tensor a) {
        return Elementwise.one(new LinearAlgebra.Svd(LinearAlgebra.Svd.Vectors.NONE), matrix("svd", a));
    }

    // ---- equations ----

    /** The X with A·X = B for a triangular A, of which only that triangle is read. */
    public static Tensor solveTriangular(Tensor a, Tensor b, boolean lower) {
        return solveTriangular(a, b, lower, false, false);
    }

    /** As {@link #solveTriangular(Tensor, Tensor, boolean)}, with Aᵀ for A, or ones for its diagonal. */
    public static Tensor solveTriangular(
            Tensor a, Tensor b, boolean lower, boolean transpose, boolean unitDiagonal) {
        boolean vector = b.rank() == 1;
        List<Tensor> both = together("solveTriangular", a, vector ? b.reshape(b.size(), 1) : b);
        Tensor x = triangular(both.getFirst(), both.getLast(), lower, transpose, unitDiagonal);
        return vector ? x.reshape(without(x.shape(), x.rank() - 1)) : x;
    }

    /**
     * The X with A·X = B for a square A; B is a matrix, or a vector if it has one axis, and batches
     * broadcast. If A is singular, X is not finite.
     */
    public static Tensor solve(Tensor a, Tensor b) {
        return solveBy(lu(square("solve", a)), b);
    }

    private static Tensor solveBy(Lu lu, Tensor b) {
        boolean vector = b.rank() == 1;
        List<Tensor> both = together("solve", lu.packed(), vector ? b.reshape(b.size(), 1) : b);
        Tensor packed = both.getFirst();
        Shape batch = packed.shape().without(List.of(packed.rank() - 1));
        Tensor permuted = permuteRows(both.getLast(), Elementwise.broadcast(lu.permutation(), batch));
        Tensor x = triangular(packed, triangular(packed, permuted, true, false, true), false, false, false);
        return vector ? x.reshape(without(x.shape(), x.rank() - 1)) : x;
    }

    /** The inverse of a square matrix; if it is singular, not finite. */
    public static Tensor inv(Tensor a) {
        Tensor checked = square("inv", a);
        return solve(checked, keep(Relation.EQ, Ricci.full(checked.type(), 1)));
    }

    /**
     * The pseudoinverse of Moore and Penrose. Singular values up to 10·max(m,n)·eps times the greatest count
     * as zero.
     */
    public static Tensor pinv(Tensor a) {
        Svd svd = svd(a);
        Tensor s = svd.s();
        if (s.size() == 0) {
            return transposed(matrix("pinv", a));
        }
        double tolerance = 10 * Math.max(rows(a), columns(a)) * epsilon(s.dtype());
        Tensor matters = s.gt(Elementwise.repeated(s.max(-1).mul(tolerance), s, List.of(s.rank() - 1)));
        Tensor inverse = Ricci.where(matters, Ricci.full(s.type(), 1).div(Ricci.where(matters, s, 1)), 0);
        Tensor ut = transposed(svd.u());
        return product(transposed(svd.vt()), ut.mul(asColumns(inverse, ut)));
    }

    // ---- numbers that belong to a matrix ----

    /** The determinant of a square matrix; its derivative is finite where it is not 0. */
    public static Tensor det(Tensor a) {
        Lu lu = lu(square("det", a));
        return diagonal(lu.packed()).prod(-1).mul(parity(lu));
    }

    /** Sign and logarithm of the absolute value of a determinant: 0 and -inf if it is 0. */
    public record SignAndLog(Tensor sign, Tensor logAbsDet) {}

    /** The determinant of a square matrix that may be too large or too small for a number. */
    public static SignAndLog slogdet(Tensor a) {
        Lu lu = lu(square("slogdet", a));
        Tensor diagonal = diagonal(lu.packed());
        return new SignAndLog(diagonal.sign().prod(-1).mul(parity(lu)),
                diagonal.abs().log().sum(-1));
    }

    /** -1 if the rows were exchanged an odd number of times, else 1. */
    private static Tensor parity(Lu lu) {
        TensorType type = lu.pivots().type();
        Tensor own = Elementwise.one(new Op.Iota(type, type.rank() - 1));
        Tensor odd = lu.pivots().ne(own).to(DType.I32).sum(-1).rem(2);
        return Ricci.full(odd.type(), 1).sub(odd.mul(2)).to(lu.packed().dtype());
    }

    /** The number of singular values above max(m,n)·eps times the greatest, as i64. */
    public static Tensor matrixRank(Tensor a) {
        Tensor s = svdvals(a);
        if (s.shape().length(s.rank() - 1) == 0) {
            return s.to(DType.I64).sum(-1);
        }
        double tolerance = Math.max(rows(a), columns(a)) * epsilon(s.dtype());
        return s.gt(Elementwise.repeated(s.max(-1).mul(tolerance), s, List.of(s.rank() - 1))).sum(-1);
    }

    /** The greatest singular value divided by the least. */
    public static Tensor cond(Tensor a) {
        Tensor s = svdvals(a);
        return s.max(-1).div(s.min(-1));
    }

    /** The sum of the diagonal of the last two axes. */
    public static Tensor trace(Tensor a) {
        return diagonal(requireMatrix("trace", a)).sum(-1);
    }

    /** The square root of the sum of the squares over the axes, or all: of a matrix, Frobenius' norm. */
    public static Tensor norm(Tensor x, int... axes) {
        return Elementwise.toFloat(x).abs().square().sum(axes).sqrt();
    }

    /**
     * The p-norm of the vectors along an axis: (Σ|x|^p)^(1/p); the greatest |x| for an infinite p, the least
     * for its negative, and the number of those that are not 0 for p = 0.
     */
    public static Tensor vectorNorm(Tensor x, double p, int axis) {
        Tensor absolute = Elementwise.toFloat(x).abs();
        if (p == Double.POSITIVE_INFINITY) {
            return absolute.max(axis);
        }
        if (p == Double.NEGATIVE_INFINITY) {
            return absolute.min(axis);
        }
        if (p == 0) {
            return absolute.ne(0).to(absolute.dtype()).sum(axis);
        }
        if (p == 1 || p == 2) {
            return p == 1 ? absolute.sum(axis) : norm(x, axis);
        }
        return absolute.pow(p).sum(axis).pow(1 / p);
    }

    /** Norms of matrices. */
    public enum MatrixNorm {
        /** The root of the sum of the squares. */
        FROBENIUS,
        /** The sum of the singular values. */
        NUCLEAR,
        /** The greatest singular value. */
        SPECTRAL,
        /** The greatest sum of a column's absolute values. */
        ONE,
        /** The greatest sum of a row's absolute values. */
        INFINITY
    }

    /** That norm of the matrices in the last two axes. */
    public static Tensor matrixNorm(Tensor a, MatrixNorm norm) {
        requireMatrix("matrixNorm", a);
        return switch (norm) {
            case FROBENIUS -> norm(a, -2, -1);
            case NUCLEAR -> svdvals(a).sum(-1);
            case SPECTRAL -> svdvals(a).max(-1);
            case ONE -> a.abs().sum(-2).max(-1);
            case INFINITY -> a.abs().sum(-1).max(-1);
        };
    }

    // ---- products ----

    /** A·A·…·A, n times; of a negative n the inverse of that, and of 0 the identity. */
    public static Tensor matrixPower(Tensor a, int n) {
        Tensor base = requireMatrix("matrixPower", a);
        if (rows(a) != columns(a)) {
            throw notSquare("matrixPower", a);
        }
        if (n < 0) {
            base = inv(base);
        }
        Tensor power = keep(Relation.EQ, Ricci.full(base.type(), 1));
        for (long rest = Math.abs((long) n); rest > 0; rest /= 2) {
            power = rest % 2 == 1 ? product(power, base) : power;
            base = rest > 1 ? product(base, base) : base;
        }
        return power;
    }

    // ---- matrices as tensors ----

    private static Tensor requireMatrix(String asked, Tensor a) {
        if (a.rank() < 2) {
            throw new RicciException.Shape(asked, a.type().toString(),
                    "a matrix has two axes, the last two; any before them are a batch of matrices",
                    "give it two axes, for example with reshape(" + a.size() + ", 1)");
        }
        return a;
    }

    private static Tensor matrix(String asked, Tensor a) {
        return Elementwise.toFloat(requireMatrix(asked, a));
    }

    private static Tensor square(String asked, Tensor a) {
        if (rows(requireMatrix(asked, a)) != columns(a)) {
            throw notSquare(asked, a);
        }
        return Elementwise.toFloat(a);
    }

    private static RicciException notSquare(String asked, Tensor a) {
        return new RicciException.Shape(asked, a.type().toString(),
                "the matrix is square: it has as many rows as columns; here " + rows(a) + " and "
                + columns(a), "check which axes are last; qr, svd and pinv need no square");
    }

    private static Tensor symmetricPart(String asked, Tensor a) {
        Tensor checked = square(asked, a);
        return checked.add(transposed(checked)).mul(0.5);
    }

    /** Two matrices of one dtype and one batch. */
    private static List<Tensor> together(String asked, Tensor a, Tensor b) {
        square(asked, a);
        matrix(asked, b);
        DType dtype = DType.promote(a.dtype(), b.dtype()).toFloat();
        if (rows(a) != rows(b)) {
            throw new RicciException.Shape(asked, a.type() + " and " + b.type(),
                    "the right side has as many rows as the matrix; here " + rows(b) + " and " + rows(a),
                    "transpose the right side, or check which axes are last");
        }
        List<Tensor> operands = List.of(a.to(dtype), b.to(dtype));
        Shape batch = Elementwise.common(asked, operands.stream().map(Linalg::batchOnly).toList());
        return operands.stream().map(x -> Elementwise.broadcast(x, joined(batch, x))).toList();
    }

    /** A tensor of the batch's shape, to find the shape that two batches broadcast to. */
    private static Tensor batchOnly(Tensor a) {
        return Trace.fill(a.type().with(a.shape().without(List.of(a.rank() - 2, a.rank() - 1))), 0);
    }

    private static Shape joined(Shape batch, Tensor a) {
        return batch.then(rows(a), columns(a));
    }

    private static Tensor triangular(
            Tensor a, Tensor b, boolean lower, boolean transpose, boolean unitDiagonal) {
        return Elementwise.one(
                new LinearAlgebra.TriangularSolve(true, lower, transpose, unitDiagonal), a, b);
    }

    private static Tensor product(Tensor x, Tensor y) {
        int rank = x.rank();
        List<Integer> batch = IntStream.range(0, rank - 2).boxed().toList();
        return Elementwise.one(new Op.DotGeneral(new Contraction(
                batch, batch, List.of(rank - 1), List.of(rank - 2)), x.dtype()), x, y);
    }

    private static Tensor transposed(Tensor a) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, a.rank() - 2).boxed().toList());
        order.addAll(List.of(a.rank() - 1, a.rank() - 2));
        return Elementwise.one(new Op.Transpose(order), a);
    }

    /** The elements whose row stands in that relation to their column, and zeros elsewhere. */
    private static Tensor keep(Relation rowToColumn, Tensor a) {
        TensorType indices = a.type().with(DType.I32);
        Tensor kept = Elementwise.compare(rowToColumn,
                Elementwise.one(new Op.Iota(indices, a.rank() - 2)),
                Elementwise.one(new Op.Iota(indices, a.rank() - 1)));
        return Ricci.where(kept, a, 0);
    }

    private static Tensor diagonal(Tensor a) {
        long k = Math.min(rows(a), columns(a));
        return Selection.diagonal(a.slice(-2, 0, k).slice(-1, 0, k), a.rank() - 2, a.rank() - 1);
    }

    private static Tensor asColumns(Tensor vector, Tensor like) {
        return Elementwise.one(new Op.Broadcast(like.shape(),
                IntStream.range(0, like.rank() - 1).boxed().toList()), vector);
    }

    private static Tensor permuteRows(Tensor x, Tensor permutation) {
        if (x.size() == 0) {
            return x;
        }
        int rank = x.rank();
        List<Integer> batch = IntStream.range(0, rank - 2).boxed().toList();
        GatherDimensions rowwise = new GatherDimensions(
                List.of(rank - 1), List.of(rank - 2), batch, batch, List.of(rank - 2));
        long[] window = LongStream.generate(() -> 1).limit(rank).toArray();
        window[rank - 1] = columns(x);
        long[] pointers = Arrays.copyOf(permutation.shape().toArray(), rank);
        pointers[rank - 1] = 1;
        return Elementwise.one(new Op.Gather(rowwise, Shape.of(window), Op.OutOfBounds.CLIP), x,
                permutation.reshape(pointers));
    }

    private static long[] without(Shape shape, int axis) {
        return shape.without(List.of(axis)).toArray();
    }

    private static long rows(Tensor a) {
        return a.shape().length(a.rank() - 2);
    }

    private static long columns(Tensor a) {
        return a.shape().length(a.rank() - 1);
    }

    /** The distance from 1 to the next number. */
    private static double epsilon(DType dtype) {
        return dtype == DType.F64 ? Math.ulp(1.0) : Math.ulp(1f);
    }
}

package ricci.ir;

/**
 * The primitives on matrices, which are the last two axes of their operands; all axes before are a batch.
 * They are defined for f32 and f64, and computed in double.
 */
public sealed interface LinearAlgebra extends Op {

    /**
     * The lower triangular L with L·Lᵀ = A, of a symmetric positive definite matrix, of which only the lower
     * triangle is read. If it is not positive definite, the lower triangle of the result is NaN.
     */
    record Cholesky() implements LinearAlgebra {}

    /**
     * Operands A, a square triangular matrix of which only the named triangle is read, and B: the X with
     * A·X = B, or X·A = B if not {@code leftSide}. {@code transpose} stands for Aᵀ in place of A, and {@code
     * unitDiagonal} for ones in place of the diagonal.
     */
    record TriangularSolve(boolean leftSide, boolean lower, boolean transpose, boolean unitDiagonal)
            implements LinearAlgebra {}

    /**
     * The factorisation P·A = L·U with partial pivoting, as three results. The factors share one matrix: L,
     * whose diagonal of ones is left out, below the diagonal, and U. Step k exchanged row k with row {@code
     * pivots[k]}, in i32; altogether, row i of P·A is row {@code permutation[i]} of A.
     */
    record Lu() implements LinearAlgebra {}

    /**
     * The factorisation A = Q·R of an m×n matrix, Q with orthonormal columns and R upper triangular, by
     * Householder reflections as in LAPACK, so that the diagonal of R may be negative. Q has min(m,n)
     * columns, or m if {@code full}, and R as many rows.
     */
    record Qr(boolean full) implements LinearAlgebra {}

    /**
     * The eigenvalues of a symmetric matrix, of which only the lower triangle is read, in ascending order,
     * and a matrix whose columns are the eigenvectors, of length 1.
     */
    record Eigh() implements LinearAlgebra {}

    /**
     * The singular value decomposition A = U·S·Vᵀ of an m×n matrix: U, the min(m,n) singular values in
     * descending order, and Vᵀ; or the values alone.
     */
    record Svd(Svd.Vectors vectors) implements LinearAlgebra {
        /** Which singular vectors are results. */
        public enum Vectors {
            /** None. */
            NONE,
            /** The first min(m,n). */
            THIN,
            /** All: U is m×m, and Vᵀ n×n. */
            FULL
        }
    }
}

package ricci.runtime;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.LinearAlgebra;

/**
 * The factorisations of one matrix, in double, by the algorithms of Golub and Van Loan, "Matrix
 * Computations" (4th edition, 2013), of which the sections are named.
 */
final class Factorizations {
    private static final double PRECISION = 0x1p-53;

    /** Each sweep squares the error, so that ten or so suffice; this is where hope ends. */
    private static final int SWEEPS = 60;

    private Factorizations() {}

    /** Cholesky and Banachiewicz: row by row, each element from those before it (section 4.2). */
    static Matrix cholesky(Matrix a) {
        int n = a.rows();
        Matrix l = Matrix.zeros(n, n);
        boolean isPositive = true;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a.at(i, j);
                for (int k = 0; k < j; k++) {
                    sum -= l.at(i, k) * l.at(j, k);
                }
                isPositive &= i != j || sum > 0;
                l.set(i, j, i == j ? Math.sqrt(sum) : sum / l.at(j, j));
            }
        }
        for (int i = 0; i < n && !isPositive; i++) {
            for (int j = 0; j <= i; j++) {
                l.set(i, j, Double.NaN);
            }
        }
        return l;
    }

    /** Substitution (section 3.1). An equation from the right is one from the left of the transposes. */
    static Matrix triangularSolve(LinearAlgebra.TriangularSolve op, Matrix a, Matrix b) {
        return op.leftSide() ? substitute(op, op.transpose(), a, b)
                : substitute(op, !op.transpose(), a, b.transposed()).transposed();
    }

    private static Matrix substitute(LinearAlgebra.TriangularSolve op, boolean transpose, Matrix a,
            Matrix b) {
        int n = a.rows();
        boolean forward = op.lower() != transpose;
        Matrix x = b.copy();
        for (int column = 0; column < b.columns(); column++) {
            for (int step = 0; step < n; step++) {
                int i = forward ? step : n - 1 - step;
                double sum = b.at(i, column);
                for (int known = 0; known < step; known++) {
                    int k = forward ? known : n - 1 - known;
                    sum -= (transpose ? a.at(k, i) : a.at(i, k)) * x.at(k, column);
                }
                x.set(i, column, op.unitDiagonal() ? sum : sum / a.at(i, i));
            }
        }
        return x;
    }

    /** Gaussian elimination with partial pivoting (section 3.4). A column of zeros is passed over. */
    static List<Matrix> lu(Matrix a) {
        Matrix lu = a.copy();
        int steps = Math.min(a.rows(), a.columns());
        double[] pivots = new double[steps];
        Matrix permutation = Matrix.zeros(a.rows(), 1);
        for (int i = 0; i < a.rows(); i++) {
            permutation.set(i, 0, i);
        }
        for (int k = 0; k < steps; k++) {
            int pivot = k;
            for (int i = k + 1; i < a.rows(); i++) {
                pivot = Math.abs(lu.at(i, k)) > Math.abs(lu.at(pivot, k)) ? i : pivot;
            }
            pivots[k] = pivot;
            lu.swapRows(k, pivot);
            permutation.swapRows(k, pivot);
            for (int i = k + 1; i < a.rows() && lu.at(k, k) != 0; i++) {
                double factor = lu.at(i, k) / lu.at(k, k);
                lu.set(i, k, factor);
                for (int j = k + 1; j < a.columns(); j++) {
                    lu.set(i, j, lu.at(i, j) - factor * lu.at(k, j));
                }
            }
        }
        return List.of(lu, Matrix.row(pivots), permutation);
    }

    /**
     * Householder reflections (section 5.2), with the signs of LAPACK: a column that is zero below the
     * diagonal already is left alone, any other turns so that nothing cancels.
     */
    static List<Matrix> qr(boolean full, Matrix a) {
        int m = a.rows();
        int steps = Math.min(m, a.columns());
        Matrix r = a.copy();
        double[][] reflections = new double[steps][];
        for (int k = 0; k < steps; k++) {
            reflections[k] = reflection(r, k);
            reflect(reflections[k], k, r);
        }
        int inner = full ? m : steps;
        Matrix q = Matrix.identity(m, inner);
        for (int k = steps - 1; k >= 0; k--) {
            reflect(reflections[k], k, q);
        }
        Matrix upper = Matrix.zeros(inner, a.columns());
        for (int i = 0; i < steps; i++) {
            for (int j = i; j < a.columns(); j++) {
                upper.set(i, j, r.at(i, j));
            }
        }
        return List.of(q, upper);
    }

    /** The v, from row k on, for which I - v·vᵀ takes column k to its diagonal; all 0 if it is there. */
    private static double[] reflection(Matrix r, int k) {
        double[] v = new double[r.rows() - k];
        double greatest = 0;
        for (int i = 0; i < v.length; i++) {
            v[i] = r.at(k + i, k);
            greatest = i > 0 && !(Math.abs(v[i]) <= greatest) ? Math.abs(v[i]) : greatest;
        }
        if (greatest == 0) {
            return new double[v.length];
        }
        double scale = Math.max(greatest, Math.abs(v[0]));
        double square = 0;
        for (int i = 0; i < v.length; i++) {
            v[i] /= scale;
            square += v[i] * v[i];
        }
        double diagonal = -Math.copySign(Math.sqrt(square), v[0]);
        v[0] -= diagonal;
        // vᵀv = 2·diagonal·(diagonal - alpha), and a reflection has 2/vᵀv in front.
        double norm = Math.sqrt(-diagonal * v[0]);
        return Arrays.stream(v).map(x -> x / norm).toArray();
    }

    private static void reflect(double[] v, int k, Matrix x) {
        for (int j = 0; j < x.columns(); j++) {
            double dot = 0;
            for (int i = 0; i < v.length; i++) {
                dot += v[i] * x.at(k + i, j);
            }
            for (int i = 0; i < v.length; i++) {
                x.set(k + i, j, x.at(k + i, j) - dot * v[i]);
            }
        }
    }

    /** Cyclic Jacobi rotations (section 8.5); an infinity or NaN makes all results NaN. */
    static List<Matrix> eigh(Matrix a) {
        int n = a.rows();
        Matrix d = a.copy();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                d.set(j, i, d.at(i, j));
            }
        }
        double magnitude = d.magnitude();
        d = d.scaled(1 / magnitude);
        Matrix v = Matrix.identity(n, n);
        if (!d.isFinite()) {
            d.fill(Double.NaN);
            v.fill(Double.NaN);
        }
        for (int sweep = 0; sweep < SWEEPS && !isDiagonal(d); sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    diagonalize(d, v, p, q);
                }
            }
        }
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = d.at(i, i) * magnitude;
        }
        int[] order = order(n, Comparator.comparingDouble(i -> values[i]));
        return List.of(Matrix.row(Arrays.stream(order).mapToDouble(i -> values[i]).toArray()),
                v.columns(order));
    }

    private static boolean isDiagonal(Matrix d) {
        double off = 0;
        double all = 0;
        for (int i = 0; i < d.rows(); i++) {
            for (int j = 0; j < d.rows(); j++) {
                double square = d.at(i, j) * d.at(i, j);
                all += square;
                off += i == j ? 0 : square;
            }
        }
        return !(off > PRECISION * PRECISION / 16 * all);
    }

    private static void diagonalize(Matrix d, Matrix v, int p, int q) {
        if (d.at(p, q) != 0) {
            double t = tangent((d.at(q, q) - d.at(p, p)) / (2 * d.at(p, q)));
            double c = 1 / Math.sqrt(1 + t * t);
            d.rotateColumns(p, q, c, t * c);
            d.rotateRows(p, q, c, t * c);
            d.set(p, q, 0);
            d.set(q, p, 0);
            v.rotateColumns(p, q, c, t * c);
        }
    }

    /** The smaller root of t² + 2·τ·t = 1: the tangent of the angle by which to rotate. */
    private static double tangent(double tau) {
        return Math.copySign(1, tau) / (Math.abs(tau) + Math.hypot(1, tau));
    }

    /** As {@link #tallSvd}, of the transpose if there are more columns than rows. */
    static List<Matrix> svd(LinearAlgebra.Svd.Vectors vectors, Matrix a) {
        boolean full = vectors == LinearAlgebra.Svd.Vectors.FULL;
        if (a.rows() >= a.columns()) {
            List<Matrix> usv = tallSvd(a, full);
            return List.of(usv.get(0), usv.get(1), usv.get(2).transposed());
        }
        List<Matrix> vsu = tallSvd(a.transposed(), full);
        return List.of(vsu.get(2), vsu.get(1), vsu.get(0).transposed());
    }

    /**
     * U, S and V of a matrix with no more columns than rows, by one-sided Jacobi rotations (Hestenes;
     * section 8.6.3): columns are rotated until any two are orthogonal; then their lengths are the singular
     * values. An infinity or NaN makes all results NaN.
     */
    private static List<Matrix> tallSvd(Matrix a, boolean full) {
        int n = a.columns();
        double magnitude = a.magnitude();
        Matrix u = a.scaled(1 / magnitude);
        Matrix v = Matrix.identity(n, n);
        if (!u.isFinite()) {
            u.fill(Double.NaN);
            v.fill(Double.NaN);
        }
        boolean isOrthogonal = !u.isFinite();
        for (int sweep = 0; sweep < SWEEPS && !isOrthogonal; sweep++) {
            isOrthogonal = true;
            double negligible = negligible(u);
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    isOrthogonal &= !orthogonalize(u, v, p, q, negligible);
                }
            }
        }
        double[] lengths = IntStream.range(0, n).mapToDouble(j -> Math.sqrt(u.columnDot(j, j))).toArray();
        int[] order = order(n, Comparator.comparingDouble(j -> -lengths[j]));
        Matrix sorted = u.columns(order);
        double[] values = Arrays.stream(order).mapToDouble(j -> lengths[j]).toArray();
        return List.of(orthonormal(sorted, values, full ? a.rows() : n, negligible(u)),
                Matrix.row(Arrays.stream(values).map(s -> s * magnitude).toArray()), v.columns(order));
    }

    /** Below this length a column is what rounding has left of a zero. */
    private static double negligible(Matrix u) {
        double square = IntStream.range(0, u.columns()).mapToDouble(j -> u.columnDot(j, j)).max().orElse(0);
        return Math.sqrt(square) * PRECISION * Math.max(u.rows(), 1);
    }

    /** Rotates two columns so that they are orthogonal; false if they are already. */
    private static boolean orthogonalize(Matrix u, Matrix v, int p, int q, double negligible) {
        double x = u.columnDot(p, p);
        double y = u.columnDot(q, q);
        double z = u.columnDot(p, q);
        boolean matters = Math.sqrt(Math.min(x, y)) > negligible;
        if (z == 0 || Math.abs(z) <= 4 * PRECISION * Math.sqrt(x) * Math.sqrt(y)
                || (!matters && Math.abs(z) <= negligible * Math.sqrt(Math.max(x, y)))) {
            return false;
        }
        double t = tangent((y - x) / (2 * z));
        double c = 1 / Math.sqrt(1 + t * t);
        u.rotateColumns(p, q, c, t * c);
        v.rotateColumns(p, q, c, t * c);
        return true;
    }

    /**
     * The columns divided by their lengths; in place of those that are negligible, and up to {@code count},
     * unit vectors made orthogonal to all others by Gram and Schmidt, twice (section 5.2.8).
     */
    private static Matrix orthonormal(Matrix columns, double[] lengths, int count, double negligible) {
        int m = columns.rows();
        Matrix q = Matrix.zeros(m, count);
        int next = 0;
        for (int j = 0; j < count; j++) {
            double length = j < lengths.length ? lengths[j] : 0;
            if (length > negligible || Double.isNaN(length)) {
                for (int i = 0; i < m; i++) {
                    q.set(i, j, columns.at(i, j) / length);
                }
                continue;
            }
            boolean found = false;
            while (!found && next < m) {
                found = complete(q, j, next++);
            }
        }
        return q;
    }

    /** Tries the unit vector as column j, orthogonal to those before; false if it depends on them. */
    private static boolean complete(Matrix q, int j, int unit) {
        for (int i = 0; i < q.rows(); i++) {
            q.set(i, j, i == unit ? 1 : 0);
        }
        for (int pass = 0; pass < 2; pass++) {
            for (int k = 0; k < j; k++) {
                double dot = q.columnDot(k, j);
                for (int i = 0; i < q.rows(); i++) {
                    q.set(i, j, q.at(i, j) - dot * q.at(i, k));
                }
            }
            double length = Math.sqrt(q.columnDot(j, j));
            // Of m unit vectors at least one keeps more than this, whatever space is taken up already.
            if (pass == 0 && length < 0.5 / Math.sqrt(q.rows())) {
                return false;
            }
            for (int i = 0; i < q.rows(); i++) {
                q.set(i, j, q.at(i, j) / length);
            }
        }
        return true;
    }

    private static int[] order(int n, Comparator<Integer> by) {
        return IntStream.range(0, n).boxed().sorted(by).mapToInt(Integer::intValue).toArray();
    }
}

package ricci.jvm;

/**
 * Equations with triangular matrices, and Cholesky's factorisation into such, by halves: what couples them
 * is a product (Gustavson 1997, "Recursion leads to automatic variable blocking for dense linear-algebra
 * algorithms"). What is small is computed in double, as all of it is where there is nothing else.
 */
final class Triangles {
    /** So many rows and columns are not cut. */
    static final int SMALL = 32;
    /** So many right sides are computed at once. */
    private static final int WIDE = 128;
    /** So few right sides are not worth tiles. */
    private static final int FEW = 4;

    private final Products.Update products;
    private final double[][] a = new double[SMALL][SMALL];
    private final double[][] x = new double[SMALL][WIDE];
    private double[] vector = {};

    Triangles(Products.Update products) {
        this.products = products;
    }

    /** Where to cut a matrix of so many rows: after a multiple of what is small. */
    static int half(int n) {
        return Math.max(SMALL, (n / 2 + SMALL / 2) / SMALL * SMALL);
    }

    // ---- equations ----

    /** The X with A·X = B in the place of B, which has as many columns; A is a triangle of n rows. */
    void solve(Grid a, int n, Grid b, int columns, boolean isLower, boolean isUnit) {
        if (columns <= FEW && n > SMALL) {
            for (int j = 0; j < columns; j++) {
                solveOne(a, n, b.from(0, j), isLower, isUnit);
            }
        } else if (n <= SMALL) {
            solveSmall(a, n, b, columns, isLower, isUnit);
        } else {
            int h = half(n);
            if (isLower) {
                solve(a, h, b, columns, true, isUnit);
                products.subtract(b.from(h, 0), a.from(h, 0), b, n - h, columns, h);
                solve(a.from(h, h), n - h, b.from(h, 0), columns, true, isUnit);
            } else {
                solve(a.from(h, h), n - h, b.from(h, 0), columns, false, isUnit);
                products.subtract(b, a.from(0, h), b.from(h, 0), h, columns, n - h);
                solve(a, h, b, columns, false, isUnit);
            }
        }
    }

    private void solveSmall(Grid from, int n, Grid b, int columns, boolean isLower, boolean isUnit) {
        for (int i = 0; i < n; i++) {
            // Nothing is read of the other triangle.
            int first = isLower ? 0 : i;
            from.from(i, first).readRow(0, vector(SMALL), 0, isLower ? i + 1 : n - i);
            System.arraycopy(vector, 0, a[i], first, isLower ? i + 1 : n - i);
        }
        for (int first = 0; first < columns; first += WIDE) {
            int count = Math.min(WIDE, columns - first);
            Grid some = b.from(0, first);
            readTogether(some, n, count);
            for (int step = 0; step < n; step++) {
                int i = isLower ? step : n - 1 - step;
                subtract(x[i], a[i], x, isLower ? 0 : i + 1, isLower ? i : n, count);
                if (!isUnit) {
                    divide(x[i], a[i][i], 0, count);
                }
            }
            writeTogether(some, n, count);
        }
    }

    private void readTogether(Grid some, int n, int count) {
        if (some.across() == 1 || n == 1) {
            some.read(x, n, count);
            return;
        }
        some.transposed().readColumns(x, count, n);
    }

    private void writeTogether(Grid some, int n, int count) {
        if (some.across() == 1 || n == 1) {
            some.write(x, n, count);
            return;
        }
        some.transposed().writeColumns(x, count, n);
    }

    /** Some rows, each times its factor, in order. */
    static void subtract(double[] to, double[] factors, double[][] x, int first, int end, int count) {
        int k = first;
        for (; k + 4 <= end; k += 4) {
            subtract(to, factors[k], x[k], factors[k + 1], x[k + 1], factors[k + 2], x[k + 2],
                    factors[k + 3], x[k + 3], count);
        }
        for (; k < end; k++) {
            subtract(to, factors[k], x[k], 0, count);
        }
    }

    private static void subtract(double[] to, double a, double[] x, double b, double[] y, double c,
            double[] z, double d, double[] w, int count) {
        for (int j = 0; j < count; j++) {
            to[j] = to[j] - a * x[j] - b * y[j] - c * z[j] - d * w[j];
        }
    }

    /** Some elements, times a factor, from those at the same places. */
    static void subtract(double[] to, double factor, double[] x, int from, int end) {
        for (int j = from; j < end; j++) {
            to[j] -= factor * x[j];
        }
    }

    static void divide(double[] x, double by, int from, int end) {
        for (int j = from; j < end; j++) {
            x[j] /= by;
        }
    }

    private double[] vector(int length) {
        if (vector.length < length) {
            vector = new double[length];
        }
        return vector;
    }

    /** One right side, all in double. The triangle is read once, along its rows or its columns. */
    private void solveOne(Grid a, int n, Grid b, boolean isLower, boolean isUnit) {
        double[] y = vector(n);
        double[] row = new double[n];
        b.transposed().readRow(0, y, 0, n);
        boolean isByRows = a.across() == 1;
        Grid read = isByRows ? a : a.transposed();
        for (int step = 0; step < n; step++) {
            int i = isLower ? step : n - 1 - step;
            // What is on the left of the diagonal, of a row or a column, or on the right.
            boolean isBefore = isLower == isByRows;
            int first = isBefore ? 0 : i;
            int count = isBefore ? i + 1 : n - i;
            read.readRow(i, row, first, count);
            double pivot = isUnit ? 1 : row[isBefore ? i : 0];
            int known = isBefore ? 0 : 1;
            if (isByRows) {
                y[i] = (y[i] - dot(row, known, y, first + known, count - 1)) / pivot;
            } else {
                y[i] /= pivot;
                subtract(y, first + known, y[i], row, known, count - 1);
            }
        }
        b.transposed().writeRow(0, y, 0, n);
    }

    private static double dot(double[] x, int from, double[] y, int with, int count) {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int k = 0;
        for (; k + 4 <= count; k += 4) {
            first += x[from + k] * y[with + k];
            second += x[from + k + 1] * y[with + k + 1];
            third += x[from + k + 2] * y[with + k + 2];
            fourth += x[from + k + 3] * y[with + k + 3];
        }
        for (; k < count; k++) {
            first += x[from + k] * y[with + k];
        }
        return first + second + (third + fourth);
    }

    private static void subtract(double[] y, int at, double factor, double[] x, int from, int count) {
        for (int k = 0; k < count; k++) {
            y[at + k] -= factor * x[from + k];
        }
    }

    // ---- Cholesky ----

    /**
     * The L with L·Lᵀ = A in the lower triangle of A; what is above it becomes anything.
     *
     * @return whether there is one
     */
    boolean cholesky(Grid a, int n) {
        if (n <= SMALL) {
            return choleskySmall(a, n);
        }
        int h = half(n);
        if (!cholesky(a, h)) {
            return false;
        }
        Grid below = a.from(h, 0);
        solve(a, h, below.transposed(), n - h, true, false);
        subtractSquare(a.from(h, h), below, n - h, h);
        return cholesky(a.from(h, h), n - h);
    }

    /** The lower triangle of C - A·Aᵀ in the place of C's. */
    private void subtractSquare(Grid c, Grid a, int n, int steps) {
        if (n <= 2 * SMALL) {
            products.subtract(c, a, a.transposed(), n, n, steps);
            return;
        }
        int h = half(n);
        subtractSquare(c, a, h, steps);
        products.subtract(c.from(h, 0), a.from(h, 0), a.transposed(), n - h, h, steps);
        subtractSquare(c.from(h, h), a.from(h, 0), n - h, steps);
    }

    private boolean choleskySmall(Grid from, int n) {
        for (int i = 0; i < n; i++) {
            double[] row = a[i];
            from.readRow(i, row, 0, i + 1);
            for (int j = 0; j <= i; j++) {
                double sum = row[j];
                double[] other = a[j];
                for (int k = 0; k < j; k++) {
                    sum -= row[k] * other[k];
                }
                if (i == j && !(sum > 0)) {
                    return false;
                }
                row[j] = i == j ? Math.sqrt(sum) : sum / other[j];
            }
        }
        for (int i = 0; i < n; i++) {
            from.writeRow(i, a[i], 0, i + 1);
        }
        return true;
    }
}

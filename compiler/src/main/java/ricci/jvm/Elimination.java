package ricci.jvm;

import static ricci.jvm.Memory.ALL;

/**
 * Gaussian elimination with partial pivoting, by halves of the columns (Toledo 1997, "Locality of reference
 * in LU decomposition with partial pivoting"). A few columns are computed in double, each of them next to
 * one another.
 */
final class Elimination {
    /** Rows whose exchange is worth a copy of many bytes. */
    private static final int LONG = 16;

    private final Products.Update products;
    private final Triangles triangles;
    private final int[] pivots;
    private final double[][] columns;
    private final double[] row;
    private final long spare;

    /**
     * Of matrices with m rows and n columns.
     *
     * @param spare room for a row
     */
    Elimination(Products.Update products, int m, int n, long spare) {
        this.products = products;
        this.triangles = new Triangles(products);
        this.pivots = new int[Math.min(m, n)];
        // The columns of a panel, of which there are few, unless the rows are.
        this.columns = new double[Math.min(n, Triangles.SMALL)][m];
        this.row = new double[Math.min(n, Triangles.SMALL)];
        this.spare = spare;
    }

    /** Writes both factors in the place of A, and where each row went. */
    void factor(Grid a, int m, int n, long pivotsAt, long permutationAt) {
        factor(a, m, n, 0);
        for (int k = 0; k < pivots.length; k++) {
            ALL.set(Grid.BITS_32, pivotsAt + 4L * k, pivots[k]);
        }
        permute(pivotsAt, pivots.length, permutationAt, m);
    }

    /** Writes which row is where after as many exchanges as there are steps. */
    static void permute(long pivots, int steps, long permutation, int rows) {
        for (int i = 0; i < rows; i++) {
            ALL.set(Grid.BITS_32, permutation + 4L * i, i);
        }
        for (int k = 0; k < steps; k++) {
            long other = permutation + 4L * ALL.get(Grid.BITS_32, pivots + 4L * k);
            int moved = ALL.get(Grid.BITS_32, permutation + 4L * k);
            ALL.set(Grid.BITS_32, permutation + 4L * k, ALL.get(Grid.BITS_32, other));
            ALL.set(Grid.BITS_32, other, moved);
        }
    }

    /** Of a part that begins at row and column number {@code first}, by which pivots are counted. */
    private void factor(Grid a, int m, int n, int first) {
        int steps = Math.min(m, n);
        if (n <= Triangles.SMALL) {
            panel(a, m, n, first);
            return;
        }
        int h = steps <= Triangles.SMALL ? steps : Triangles.half(steps);
        factor(a, m, h, first);
        Grid right = a.from(0, h);
        exchange(right, n - h, first, 0, h);
        for (int begin = 0; begin < h; begin = eliminate(a, right, m, n, h, begin)) {
            // Columns of zeros are passed over: nothing is subtracted there, not even zeros.
        }
        if (h < steps) {
            factor(a.from(h, h), m - h, n - h, first + h);
            exchange(a.from(h, 0), h, first + h, 0, steps - h);
        }
    }

    /**
     * Subtracts from the columns on the right what comes of some pivots that follow one another, from
     * {@code begin} to the next zero.
     *
     * @return where to go on
     */
    private int eliminate(Grid a, Grid right, int m, int n, int h, int begin) {
        int end = begin;
        while (end < h && a.get(end, end) != 0) {
            end++;
        }
        int count = end - begin;
        if (count > 0) {
            triangles.solve(a.from(begin, begin), count, right.from(begin, 0), n - h, true, true);
            if (end < m) {
                products.subtract(right.from(end, 0), a.from(end, begin), right.from(begin, 0), m - end,
                        n - h, count);
            }
        }
        return end + 1;
    }

    /** Exchanges rows of some columns, as the pivots say. */
    private void exchange(Grid a, int width, int first, int from, int to) {
        for (int k = from; k < to; k++) {
            int other = pivots[first + k] - first;
            if (other == k) {
                continue;
            }
            long x = a.place(k, 0);
            long y = a.place(other, 0);
            long bytes = (long) width * a.bytes();
            if (width >= LONG) {
                Memory.copy(x, spare, bytes);
                Memory.copy(y, x, bytes);
                Memory.copy(spare, y, bytes);
            } else {
                for (int j = 0; j < width; j++) {
                    double moved = a.get(k, j);
                    a.set(k, j, a.get(other, j));
                    a.set(other, j, moved);
                }
            }
        }
    }

    // ---- a few columns ----

    private void panel(Grid a, int m, int n, int first) {
        for (int i = 0; i < m; i++) {
            a.readRow(i, row, 0, n);
            for (int j = 0; j < n; j++) {
                columns[j][i] = row[j];
            }
        }
        for (int j = 0; j < n; j++) {
            column(m, n, j, first);
        }
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                row[j] = columns[j][i];
            }
            a.writeRow(i, row, 0, n);
        }
    }

    /** Subtracts the columns before it, and if there is a diagonal, exchanges rows and divides by it. */
    private void column(int m, int n, int j, int first) {
        double[] column = columns[j];
        int steps = Math.min(j, m);
        for (int k = 0; k < steps; k++) {
            if (k + 4 <= steps && isRegular(k)) {
                subtractFour(column, k, m);
                k += 3;
            } else if (columns[k][k] != 0) {
                Triangles.subtract(column, column[k], columns[k], k + 1, m);
            }
        }
        if (j < m) {
            int pivot = pivot(column, j, m);
            pivots[first + j] = first + pivot;
            exchange(n, j, pivot);
            if (column[j] != 0) {
                Triangles.divide(column, column[j], j + 1, m);
            }
        }
    }

    /** Of those that are the greatest, the first. */
    private static int pivot(double[] column, int first, int end) {
        int pivot = first;
        double greatest = Math.abs(column[first]);
        for (int i = first + 1; i < end; i++) {
            double x = Math.abs(column[i]);
            if (x > greatest) {
                greatest = x;
                pivot = i;
            }
        }
        return pivot;
    }

    private void exchange(int n, int row, int other) {
        for (int k = 0; k < n && row != other; k++) {
            double[] column = columns[k];
            double moved = column[row];
            column[row] = column[other];
            column[other] = moved;
        }
    }

    /** Whether four pivots that follow one another are not 0. */
    private boolean isRegular(int k) {
        return columns[k][k] != 0 && columns[k + 1][k + 1] != 0 && columns[k + 2][k + 2] != 0
                && columns[k + 3][k + 3] != 0;
    }

    /** What four pivots subtract from a column, in order. */
    private void subtractFour(double[] column, int k, int end) {
        double[] x = columns[k];
        double[] y = columns[k + 1];
        double[] z = columns[k + 2];
        double[] w = columns[k + 3];
        double a = column[k];
        Triangles.subtract(column, a, x, k + 1, k + 4);
        double b = column[k + 1];
        Triangles.subtract(column, b, y, k + 2, k + 4);
        double c = column[k + 2];
        Triangles.subtract(column, c, z, k + 3, k + 4);
        double d = column[k + 3];
        for (int i = k + 4; i < end; i++) {
            column[i] = column[i] - a * x[i] - b * y[i] - c * z[i] - d * w[i];
        }
    }
}

package ricci.jvm;

import static ricci.jvm.Memory.ALL;

/**
 * Many small matrices at once: of each element, those of all matrices are next to one another, so that the
 * JVM's compiler makes vectors of the loops over them. In double, with the operations of one matrix in the
 * same order as if it were alone.
 */
final class SmallMatrices {
    private static final int LARGEST = 16;
    /** Elements that are in the first cache, of at least so many matrices, and at most. */
    private static final int CACHED = 1 << 11;
    private static final int FEW = 16;
    private static final int MANY = 64;
    private static final int WORTH = 4;

    private final int rows;
    private final int columns;
    private final double[][] x;
    private int count;

    SmallMatrices(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.x = new double[rows * columns][most(rows, columns)];
    }

    /** How many of that size are in the first cache. */
    static int most(int rows, int columns) {
        return Math.clamp(CACHED / (rows * columns), FEW, MANY);
    }

    /** Whether it is worth while for so many matrices of that size. */
    static boolean isWorth(long rows, long columns, long turns) {
        return rows <= LARGEST && columns <= LARGEST && turns >= WORTH;
    }

    /** How many to do at once, from the next one on. */
    int some(long next, long end) {
        return (int) Math.min(x[0].length, end - next);
    }

    /** Reads matrices, one after the other, of which the first one is given. */
    private void read(Grid first, int some) {
        count = some;
        together(first, rows * columns).read(x, rows * columns, count);
    }

    private void write(Grid first) {
        together(first, rows * columns).write(x, rows * columns, count);
    }

    /** A row for each element, a column for each matrix of so many elements. */
    static Grid together(Grid first, int elements) {
        return new Grid(first.at(), first.bytes(), 1, elements);
    }

    private double[] at(int row, int column) {
        return x[row * columns + column];
    }

    // ---- Cholesky ----

    void cholesky(Grid a, Grid l, int some) {
        read(a, some);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j <= i; j++) {
                double[] sum = at(i, j);
                for (int k = 0; k < j; k++) {
                    subtract(sum, at(i, k), at(j, k), count);
                }
                if (i == j) {
                    root(sum, count);
                } else {
                    divide(sum, at(j, j), count);
                }
            }
        }
        for (int turn = 0; turn < count; turn++) {
            boolean isPositive = true;
            for (int i = 0; i < rows; i++) {
                isPositive &= at(i, i)[turn] > 0;
            }
            for (int i = 0; i < rows; i++) {
                for (int j = isPositive ? i + 1 : 0; j < rows; j++) {
                    at(i, j)[turn] = j > i ? 0 : Double.NaN;
                }
            }
        }
        write(l);
    }

    // ---- triangular equations ----

    /**
     * The X with A·X = B of triangles A, which these will be; or if B {@code isTurned}, with A·Xᵀ = Bᵀ.
     *
     * @param y will be the X
     */
    void solve(Grid a, boolean isTransposed, boolean isLower, boolean isUnit, Grid b, SmallMatrices y,
            boolean isTurned, Grid to, int some) {
        read(a, some);
        y.read(b, some);
        int n = rows;
        int others = isTurned ? y.rows : y.columns;
        for (int column = 0; column < others; column++) {
            for (int step = 0; step < n; step++) {
                int i = isLower ? step : n - 1 - step;
                double[] unknown = isTurned ? y.at(column, i) : y.at(i, column);
                for (int before = 0; before < step; before++) {
                    int k = isLower ? before : i + 1 + before;
                    subtract(unknown, isTransposed ? at(k, i) : at(i, k),
                            isTurned ? y.at(column, k) : y.at(k, column), count);
                }
                if (!isUnit) {
                    divide(unknown, at(i, i), count);
                }
            }
        }
        y.write(to);
    }

    // ---- elimination ----

    /**
     * Both factors, and where to find the row that was exchanged with each.
     *
     * @param alone for matrices with a pivot that is 0
     */
    void lu(Grid a, Grid to, long pivotsAt, long permutationAt, int some, Elimination alone) {
        read(a, some);
        int steps = Math.min(rows, columns);
        int[][] pivots = new int[steps][];
        for (int k = 0; k < steps; k++) {
            pivots[k] = exchange(k);
            for (int i = k + 1; i < rows; i++) {
                divide(at(i, k), at(k, k), count);
                for (int j = k + 1; j < columns; j++) {
                    subtract(at(i, j), at(i, k), at(k, j), count);
                }
            }
        }
        write(to);
        for (int turn = 0; turn < count; turn++) {
            long first = pivotsAt + (long) Integer.BYTES * steps * turn;
            long order = permutationAt + (long) Integer.BYTES * rows * turn;
            boolean isRegular = true;
            for (int k = 0; k < steps; k++) {
                ALL.set(Grid.BITS_32, first + 4L * k, pivots[k][turn]);
                isRegular &= at(k, k)[turn] != 0;
            }
            Elimination.permute(first, steps, order, rows);
            if (!isRegular) {
                long bytes = (long) rows * columns * a.bytes();
                Grid one = Grid.of(to.at() + turn * bytes, a.bytes(), columns);
                Memory.copy(a.at() + turn * bytes, one.at(), bytes);
                alone.factor(one, rows, columns, first, order);
            }
        }
    }

    /** Exchanges row k with that of the first of the greatest elements below, for each matrix its own. */
    private int[] exchange(int k) {
        int[] pivot = new int[count];
        double[] greatest = new double[count];
        double[] first = at(k, k);
        for (int turn = 0; turn < count; turn++) {
            greatest[turn] = Math.abs(first[turn]);
            pivot[turn] = k;
        }
        for (int i = k + 1; i < rows; i++) {
            double[] other = at(i, k);
            for (int turn = 0; turn < count; turn++) {
                double element = Math.abs(other[turn]);
                pivot[turn] = element > greatest[turn] ? i : pivot[turn];
                greatest[turn] = element > greatest[turn] ? element : greatest[turn];
            }
        }
        for (int turn = 0; turn < count; turn++) {
            int chosen = pivot[turn];
            for (int j = 0; j < columns && chosen != k; j++) {
                double moved = at(k, j)[turn];
                at(k, j)[turn] = at(chosen, j)[turn];
                at(chosen, j)[turn] = moved;
            }
        }
        return pivot;
    }

    // ---- an element of all matrices ----

    static void subtract(double[] from, double[] x, double[] y, int count) {
        for (int turn = 0; turn < count; turn++) {
            from[turn] -= x[turn] * y[turn];
        }
    }

    private static void divide(double[] x, double[] by, int count) {
        for (int turn = 0; turn < count; turn++) {
            x[turn] /= by[turn];
        }
    }

    private static void root(double[] x, int count) {
        for (int turn = 0; turn < count; turn++) {
            x[turn] = Math.sqrt(x[turn]);
        }
    }
}

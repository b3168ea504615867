package ricci.jvm;

import java.util.Arrays;

/**
 * The factorisation by Householder reflections I - v·vᵀ, some columns at once: the product of their
 * reflections is I - V·T·Vᵀ (Schreiber and Van Loan 1989, "A storage-efficient WY representation for
 * products of Householder transformations"), which meets the other columns in products of matrices. The
 * columns themselves are computed in double, each of them next to one another; so is all of a matrix that
 * has only a few columns, or rows.
 */
final class Reflections {
    private final Products.Update products;
    private final int m;
    private final int n;
    private final int steps;
    private final int inner;
    private final Grid work;
    private final Grid reflections;
    private final Grid both;
    private final double[][] columns;
    private final double[] dots;
    /** Of each reflection, from its row on. */
    private final double[][] v;
    /** The upper triangles T, one below the other. */
    private final double[][] t;

    /**
     * Of matrices with m rows and n columns; Q has {@code inner} columns.
     *
     * @param room for as many elements as {@link #room} says
     */
    Reflections(Products products, int m, int n, int inner, long room) {
        int bytes = products.bytes();
        this.m = m;
        this.n = n;
        this.inner = inner;
        this.steps = Math.min(m, n);
        this.work = Grid.of(room, bytes, n);
        this.reflections = Grid.of(work.place(m, 0), bytes, steps);
        this.both = Grid.of(reflections.place(m, 0), bytes, Math.max(n, inner));
        this.products = products.in(both.place(2L * Triangles.SMALL, 0), Math.max(m, n));
        boolean isSmall = steps <= Triangles.SMALL;
        this.columns = new double[isSmall ? Math.max(n, inner) : Triangles.SMALL][m];
        this.dots = new double[columns.length];
        this.v = new double[isSmall ? steps : Triangles.SMALL][m];
        this.t = new double[isSmall ? 0 : steps][Triangles.SMALL];
    }

    /** Besides the room of products. */
    static long room(long m, long n, long inner) {
        return m * n + m * Math.min(m, n) + 2 * Triangles.SMALL * Math.max(n, inner);
    }

    /** Writes both factors. */
    void factor(Grid a, Grid q, Grid r) {
        if (steps <= Triangles.SMALL) {
            factorSmall(a, q, r);
            return;
        }
        Memory.copy(a.at(), work.at(), (long) a.bytes() * m * n);
        for (int first = 0; first < steps; first += Triangles.SMALL) {
            int count = Math.min(Triangles.SMALL, steps - first);
            panel(first, count);
            if (first + count < n) {
                reflect(first, count, work.from(first, first + count), n - first - count, true);
            }
        }
        for (int i = 0; i < inner; i++) {
            r.fill(i, 0, Math.min(i, n), 0);
            if (i < n) {
                Memory.copy(work.place(i, i), r.place(i, i), (long) a.bytes() * (n - i));
            }
        }
        for (int i = 0; i < m; i++) {
            q.fill(i, 0, inner, 0);
            if (i < inner) {
                q.set(i, i, 1);
            }
        }
        int last = (steps - 1) / Triangles.SMALL * Triangles.SMALL;
        for (int first = last; first >= 0; first -= Triangles.SMALL) {
            // What is on the left is still 0 there.
            reflect(first, Math.min(Triangles.SMALL, steps - first), q.from(first, first), inner - first,
                    false);
        }
    }

    /** The reflections of some columns, which take them to their upper triangle, and their T. */
    private void panel(int first, int count) {
        int height = m - first;
        work.from(first, first).readColumns(columns, height, count);
        for (int k = 0; k < count; k++) {
            reflection(columns[k], k, height, v[k]);
            reflect(v[k], k, height, columns, k, count);
        }
        for (int k = 0; k < count; k++) {
            Arrays.fill(v[k], 0, k, 0);
        }
        work.from(first, first).writeColumns(columns, height, count);
        reflections.from(first, first).writeColumns(v, height, count);
        for (int k = 0; k < count; k++) {
            // T·(Vᵀ·v) of those before, with the other sign.
            dots(v[k], k, height, v, 0, k);
            for (int i = 0; i < k; i++) {
                double sum = 0;
                for (int j = i; j < k; j++) {
                    sum += t[first + i][j] * dots[j];
                }
                t[first + i][k] = -sum;
            }
            t[first + k][k] = 1;
        }
    }

    /** X - V·T·Vᵀ·X in the place of X, or with Tᵀ. */
    private void reflect(int first, int count, Grid x, int width, boolean isTransposed) {
        Grid part = reflections.from(first, first);
        Grid turned = both.from(Triangles.SMALL, 0);
        for (int i = 0; i < count; i++) {
            both.fill(i, 0, width, 0);
        }
        products.subtract(both, part.transposed(), x, count, width, m - first);
        triangle(first, count, turned, width, isTransposed);
        products.subtract(x, part, turned, m - first, width, count);
    }

    /** T or Tᵀ times what has been subtracted from nothing. */
    private void triangle(int first, int count, Grid to, int width, boolean isTransposed) {
        double[][] x = new double[count][width];
        double[] sum = new double[width];
        double[] factors = new double[count];
        both.read(x, count, width);
        for (int i = 0; i < count; i++) {
            Arrays.fill(sum, 0);
            int begin = isTransposed ? 0 : i;
            int end = isTransposed ? i + 1 : count;
            for (int k = begin; k < end; k++) {
                factors[k] = isTransposed ? t[first + k][i] : t[first + i][k];
            }
            Triangles.subtract(sum, factors, x, begin, end, width);
            to.writeRow(i, sum, 0, width);
        }
    }

    // ---- a few columns, or rows ----

    private void factorSmall(Grid a, Grid q, Grid r) {
        a.readColumns(columns, m, n);
        for (int k = 0; k < steps; k++) {
            reflection(columns[k], k, m, v[k]);
            reflect(v[k], k, m, columns, 0, n);
        }
        for (int i = 0; i < inner; i++) {
            for (int j = 0; j < n; j++) {
                r.set(i, j, j < i || i >= steps ? 0 : columns[j][i]);
            }
        }
        for (int j = 0; j < inner; j++) {
            Arrays.fill(columns[j], 0);
            columns[j][j] = 1;
        }
        for (int k = steps - 1; k >= 0; k--) {
            reflect(v[k], k, m, columns, 0, inner);
        }
        q.writeColumns(columns, m, inner);
    }

    /**
     * The v, from row k on, for which I - v·vᵀ takes a column to its diagonal; all 0 if it is there. The
     * signs are LAPACK's.
     */
    private static void reflection(double[] column, int k, int m, double[] v) {
        double greatest = 0;
        for (int i = k + 1; i < m; i++) {
            double x = Math.abs(column[i]);
            greatest = x <= greatest ? greatest : x;
        }
        if (greatest == 0) {
            Arrays.fill(v, k, m, 0);
            return;
        }
        double scale = Math.max(greatest, Math.abs(column[k]));
        double square = 0;
        for (int i = k; i < m; i++) {
            v[i] = column[i] / scale;
            square += v[i] * v[i];
        }
        double diagonal = -Math.copySign(Math.sqrt(square), v[k]);
        v[k] -= diagonal;
        // vᵀv = 2·diagonal·(diagonal - alpha), and a reflection has 2/vᵀv in front.
        Triangles.divide(v, Math.sqrt(-diagonal * v[k]), k, m);
    }

    /** Of some columns, from row k on. */
    private void reflect(double[] v, int k, int m, double[][] columns, int first, int end) {
        dots(v, k, m, columns, first, end);
        for (int j = first; j < end; j++) {
            Triangles.subtract(columns[j], dots[j], v, k, m);
        }
    }

    /** The products of {@code x} with some columns, each summed up in order. */
    private void dots(double[] x, int from, int to, double[][] columns, int first, int end) {
        int j = first;
        for (; j + 4 <= end; j += 4) {
            double[] a = columns[j];
            double[] b = columns[j + 1];
            double[] c = columns[j + 2];
            double[] d = columns[j + 3];
            double sumA = 0;
            double sumB = 0;
            double sumC = 0;
            double sumD = 0;
            for (int i = from; i < to; i++) {
                double element = x[i];
                sumA += element * a[i];
                sumB += element * b[i];
                sumC += element * c[i];
                sumD += element * d[i];
            }
            dots[j] = sumA;
            dots[j + 1] = sumB;
            dots[j + 2] = sumC;
            dots[j + 3] = sumD;
        }
        for (; j < end; j++) {
            double sum = 0;
            double[] column = columns[j];
            for (int i = from; i < to; i++) {
                sum += x[i] * column[i];
            }
            dots[j] = sum;
        }
    }
}

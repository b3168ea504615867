package ricci.jvm;

import java.util.Arrays;

/**
 * The factorisation by Householder reflections of many small matrices at once: of each element, those of all
 * matrices are next to one another, as in {@link SmallMatrices}. Each matrix has the operations of
 * {@link Reflections} in the same order, but for those of which nothing is read; so it has the same bits.
 */
final class SmallReflections {
    private final int m;
    private final int n;
    private final int inner;
    private final int steps;
    private final int most;
    /** Row after row, as the other ones. */
    private final double[][] a;
    private final double[][] q;
    /** Of each step, from its row on. */
    private final double[][] v;
    private final double[] greatest;
    private final double[] scale;
    private final double[] sum;

    /** Of matrices with m rows and n columns; Q has {@code inner} columns. */
    SmallReflections(int m, int n, int inner) {
        this.m = m;
        this.n = n;
        this.inner = inner;
        this.steps = Math.min(m, n);
        this.most = SmallMatrices.most(m, Math.max(n, inner));
        this.a = new double[Math.max(m, inner) * n][most];
        this.q = new double[m * inner][most];
        this.v = new double[steps * m][most];
        this.greatest = new double[most];
        this.scale = new double[most];
        this.sum = new double[most];
    }

    /** How many to do at once, from the next one on. */
    int some(long next, long end) {
        return (int) Math.min(most, end - next);
    }

    /** Writes both factors of some matrices, of which the first ones are given. */
    void factor(Grid from, Grid toQ, Grid toR, int some) {
        SmallMatrices.together(from, m * n).read(a, m * n, some);
        for (int k = 0; k < steps; k++) {
            reflection(k, some);
            for (int j = k; j < n; j++) {
                reflect(a, n, j, k, some);
            }
        }
        for (int i = 0; i < inner; i++) {
            for (int j = 0; j < n && (j < i || i >= steps); j++) {
                Arrays.fill(a[i * n + j], 0, some, 0);
            }
        }
        SmallMatrices.together(toR, inner * n).write(a, inner * n, some);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < inner; j++) {
                Arrays.fill(q[i * inner + j], 0, some, i == j ? 1 : 0);
            }
        }
        for (int k = steps - 1; k >= 0; k--) {
            for (int j = 0; j < inner; j++) {
                reflect(q, inner, j, k, some);
            }
        }
        SmallMatrices.together(toQ, m * inner).write(q, m * inner, some);
    }

    /** The v of step k; all 0 of a column that is 0 below its diagonal. */
    private void reflection(int k, int some) {
        double[] first = a[k * n + k];
        Arrays.fill(greatest, 0, some, 0);
        Arrays.fill(sum, 0, some, 0);
        for (int i = k + 1; i < m; i++) {
            greatest(a[i * n + k], some);
        }
        for (int turn = 0; turn < some; turn++) {
            scale[turn] = Math.max(greatest[turn], Math.abs(first[turn]));
        }
        for (int i = k; i < m; i++) {
            scaled(a[i * n + k], v[k * m + i], some);
        }
        double[] diagonal = v[k * m + k];
        for (int turn = 0; turn < some; turn++) {
            double to = -Math.copySign(Math.sqrt(sum[turn]), diagonal[turn]);
            diagonal[turn] -= to;
            scale[turn] = Math.sqrt(-to * diagonal[turn]);
        }
        for (int i = k; i < m; i++) {
            divided(v[k * m + i], some);
        }
    }

    // ---- an element of all matrices ----

    private void greatest(double[] of, int some) {
        for (int turn = 0; turn < some; turn++) {
            double x = Math.abs(of[turn]);
            greatest[turn] = x <= greatest[turn] ? greatest[turn] : x;
        }
    }

    /** An element by the scale, and the square of that added to the sum. */
    private void scaled(double[] of, double[] to, int some) {
        for (int turn = 0; turn < some; turn++) {
            double x = of[turn] / scale[turn];
            to[turn] = x;
            sum[turn] += x * x;
        }
    }

    private void divided(double[] x, int some) {
        for (int turn = 0; turn < some; turn++) {
            double y = x[turn] / scale[turn];
            x[turn] = greatest[turn] == 0 ? 0 : y;
        }
    }

    /** Column j, from row k on, reflected as step k does. */
    private void reflect(double[][] x, int width, int j, int k, int some) {
        Arrays.fill(sum, 0, some, 0);
        for (int i = k; i < m; i++) {
            add(v[k * m + i], x[i * width + j], some);
        }
        for (int i = k; i < m; i++) {
            SmallMatrices.subtract(x[i * width + j], sum, v[k * m + i], some);
        }
    }

    private void add(double[] x, double[] y, int some) {
        for (int turn = 0; turn < some; turn++) {
            sum[turn] += x[turn] * y[turn];
        }
    }
}

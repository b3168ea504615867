package ricci.jvm;

/** Roots of one. */
final class FourierRoots {
    private static final FourierTables<double[]> KNOWN = new FourierTables<>(FourierRoots::roots);

    private FourierRoots() {}

    /** exp(-2πi·j/n) for each j, real and imaginary parts in turn. Nobody writes to it. */
    static double[] of(int n) {
        return KNOWN.of(n);
    }

    private static double[] roots(int n) {
        double[] roots = new double[2 * n];
        for (int j = 0; j < n; j++) {
            write(j, n, roots, j);
        }
        return roots;
    }

    /** Writes exp(-2πi·j/n) to place {@code to}. */
    static void write(long j, long n, double[] roots, int to) {
        // Of an angle in the first half, so that both halves are exact mirror images.
        long first = Math.min(j, n - j);
        double angle = 2 * Math.PI * first / n;
        roots[2 * to] = 4 * first == n ? 0 : Math.cos(angle);
        roots[2 * to + 1] = 2 * first == n ? 0 : (first == j ? -1 : 1) * Math.sin(angle);
    }
}

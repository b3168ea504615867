package ricci.jvm;

import java.lang.ref.SoftReference;
import java.util.concurrent.ConcurrentHashMap;

/** Roots of one. Tables are kept until memory runs short. */
final class FourierRoots {
    private static final ConcurrentHashMap<Integer, SoftReference<double[]>> KNOWN =
            new ConcurrentHashMap<>();

    private FourierRoots() {}

    /** exp(-2πi·j/n) for each j, real and imaginary parts in turn. Nobody writes to it. */
    static double[] of(int n) {
        SoftReference<double[]> known = KNOWN.get(n);
        double[] roots = known == null ? null : known.get();
        if (roots == null) {
            roots = new double[2 * n];
            for (int j = 0; j < n; j++) {
                write(j, n, roots, j);
            }
            KNOWN.put(n, new SoftReference<>(roots));
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

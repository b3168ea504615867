package ricci.jvm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Fourier transforms of one length have in common.
 *
 * @param length n
 * @param factors of n, in the order in which they are taken out; none if the transform is a convolution
 * @param roots exp(-2πi·j/n) for each j, real and imaginary parts in turn
 * @param chirp the convolution, if it is one
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record FourierPlan(int length, int[] factors, double[] roots, @Nullable Chirp chirp) {
    /** Sums of so many terms are computed as they are written; larger primes take a convolution. */
    private static final int LARGEST_FACTOR = 47;
    private static final FourierTables<FourierPlan> KNOWN = new FourierTables<>(FourierPlan::plan);

    /**
     * Bluestein's convolution (1970, "A linear filtering approach to the computation of discrete Fourier
     * transform"): jk = (j² + k² - (k - j)²)/2.
     *
     * @param roots exp(-πi·j²/n) for each j
     * @param plan of the convolution
     * @param spectrum of what is convolved with, divided by the convolution's length
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Chirp(double[] roots, FourierPlan plan, double[] spectrum) {}

    static FourierPlan of(int length) {
        return KNOWN.of(length);
    }

    /** How many complex numbers a transform needs room for, what is transformed among them. */
    static long room(int length) {
        return factors(length) != null ? 2L * length : 2L * convolved(length);
    }

    /** The length of the transforms that are computed: that of the convolution, if it is one. */
    static int inner(int length) {
        return factors(length) != null ? length : convolved(length);
    }

    private static FourierPlan plan(int length) {
        int[] factors = factors(length);
        return factors != null ? new FourierPlan(length, factors, FourierRoots.of(length), null)
                : new FourierPlan(length, new int[0], new double[0], chirp(length));
    }

    /** Null if one is too large. */
    private static int @Nullable [] factors(int length) {
        List<Integer> factors = new ArrayList<>();
        int rest = length;
        for (int factor : new int[] {4, 2}) {
            for (; rest % factor == 0; rest /= factor) {
                factors.add(factor);
            }
        }
        for (int factor = 3; factor <= LARGEST_FACTOR && rest > 1; factor += 2) {
            for (; rest % factor == 0; rest /= factor) {
                factors.add(factor);
            }
        }
        return rest > 1 ? null : factors.stream().mapToInt(factor -> factor).toArray();
    }

    private static int convolved(int length) {
        return Integer.highestOneBit(2 * length - 1) * 2;
    }

    private static Chirp chirp(int length) {
        double[] roots = new double[2 * length];
        for (int j = 0; j < length; j++) {
            FourierRoots.write((long) j * j % (2L * length), 2L * length, roots, j);
        }
        FourierPlan plan = of(convolved(length));
        int n = plan.length;
        double[] spectrum = new double[2 * n];
        for (int j = 0; j < length; j++) {
            for (int place : new int[] {j, (n - j) % n}) {
                spectrum[2 * place] = roots[2 * j] / n;
                spectrum[2 * place + 1] = -roots[2 * j + 1] / n;
            }
        }
        FourierTransform.transform(plan, spectrum);
        return new Chirp(roots, plan, spectrum);
    }
}

package ricci.einops;

import java.util.Arrays;

/**
 * Sums of runs of floats, of two that are far apart at a time: memory reads ahead at both places, which is
 * faster than at one. All is added in double, in so many lanes that the ends of loops do not count.
 */
final class FarRuns {
    /** The lanes of one run. */
    private static final int LANES = 256;
    /** The lanes for what is left of a run. */
    private static final int FEW_LANES = 32;
    private static final int QUARTER = LANES / 4;

    private final double[] lanes = new double[2 * LANES];

    /** Adds up {@code length} elements from each of the two places on; the sums are {@link #sum}. */
    void add(float[] x, int first, int second, int length) {
        Arrays.fill(lanes, 0);
        int i = 0;
        for (; i + LANES <= length; i += LANES) {
            addLanes(x, first + i, second + i, lanes);
        }
        for (; i + FEW_LANES <= length; i += FEW_LANES) {
            addFewLanes(x, first + i, second + i, lanes);
        }
        for (int j = 0; i + j < length; j++) {
            lanes[j] += x[first + i + j];
            lanes[LANES + j] += x[second + i + j];
        }
    }

    // A loop of which the JVM knows the length has no ends to care for.
    private static void addLanes(float[] x, int first, int second, double[] lanes) {
        for (int j = 0; j < LANES; j++) {
            lanes[j] += x[first + j];
            lanes[LANES + j] += x[second + j];
        }
    }

    private static void addFewLanes(float[] x, int first, int second, double[] lanes) {
        for (int j = 0; j < FEW_LANES; j++) {
            lanes[j] += x[first + j];
            lanes[LANES + j] += x[second + j];
        }
    }

    /** The sum of the first run, or of the second. */
    double sum(boolean ofFirst) {
        return sum(lanes, ofFirst ? 0 : LANES);
    }

    private static double sum(double[] lanes, int from) {
        for (int i = from; i < from + QUARTER; i++) {
            lanes[i] = (lanes[i] + lanes[i + QUARTER]) + (lanes[i + 2 * QUARTER] + lanes[i + 3 * QUARTER]);
        }
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        for (int i = from; i < from + QUARTER; i += 4) {
            s0 += lanes[i];
            s1 += lanes[i + 1];
            s2 += lanes[i + 2];
            s3 += lanes[i + 3];
        }
        return (s0 + s1) + (s2 + s3);
    }
}

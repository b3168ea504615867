package ricci.einops;

import java.util.Arrays;

/**
 * Sums of runs of floats, of two that are far apart at a time: memory reads ahead at both places, which is
 * faster than at one. All is added in double, in so many lanes that the ends of loops do not count, and in
 * the same order in vectors and without.
 */
final class FarRuns {
    /** The lanes of one run. */
    static final int LANES = 128;
    /** The lanes for what is left of a run. */
    private static final int FEW_LANES = 32;
    /** What becomes of either in the end. */
    private static final int LAST_LANES = 8;

    private final double[] lanes = new double[2 * LANES];
    private final double[] rest = new double[2 * FEW_LANES];
    private final boolean inVectors;
    private boolean hasRest;

    /** Sums of a great many elements, or of a few only. */
    FarRuns(boolean many) {
        inVectors = many && Vectors.ARE_LONG;
    }

    /** Adds up {@code length} elements from each of the two places on; the sums are {@link #sum}. */
    void add(float[] x, int first, int second, int length) {
        int whole = length - length % LANES;
        if (inVectors) {
            VectorFarRuns.add(x, first, second, whole, lanes);
        } else {
            Arrays.fill(lanes, 0);
            for (int i = 0; i < whole; i += LANES) {
                addLanes(x, first + i, second + i, lanes);
            }
            fold(lanes, 0, LANES);
            fold(lanes, LANES, LANES);
        }
        hasRest = whole < length;
        if (hasRest) {
            addRest(x, first + whole, second + whole, length - whole);
        }
    }

    // A loop of which the JVM knows the length has no ends to care for, and one for each run is faster.
    private static void addLanes(float[] x, int first, int second, double[] lanes) {
        for (int j = 0; j < LANES; j++) {
            lanes[j] += x[first + j];
        }
        for (int j = 0; j < LANES; j++) {
            lanes[LANES + j] += x[second + j];
        }
    }

    private void addRest(float[] x, int first, int second, int count) {
        Arrays.fill(rest, 0);
        int i = 0;
        for (; i + FEW_LANES <= count; i += FEW_LANES) {
            addFewLanes(x, first + i, second + i, rest);
        }
        for (int j = 0; i + j < count; j++) {
            rest[j] += x[first + i + j];
            rest[FEW_LANES + j] += x[second + i + j];
        }
        fold(rest, 0, FEW_LANES);
        fold(rest, FEW_LANES, FEW_LANES);
    }

    private static void addFewLanes(float[] x, int first, int second, double[] lanes) {
        for (int j = 0; j < FEW_LANES; j++) {
            lanes[j] += x[first + j];
            lanes[FEW_LANES + j] += x[second + j];
        }
    }

    /** Of so many lanes four become one, until the last are left. */
    private static void fold(double[] lanes, int from, int count) {
        for (int n = count / 4; n >= LAST_LANES; n /= 4) {
            for (int i = from; i < from + n; i++) {
                lanes[i] = (lanes[i] + lanes[i + n]) + (lanes[i + 2 * n] + lanes[i + 3 * n]);
            }
        }
    }

    /** The sum of the first run, or of the second. */
    double sum(boolean ofFirst) {
        double sum = sum(lanes, ofFirst ? 0 : LANES);
        return hasRest ? sum + sum(rest, ofFirst ? 0 : FEW_LANES) : sum;
    }

    private static double sum(double[] x, int i) {
        return ((x[i] + x[i + 4]) + (x[i + 1] + x[i + 5])) + ((x[i + 2] + x[i + 6]) + (x[i + 3] + x[i + 7]));
    }
}

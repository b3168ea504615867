package ricci.einops;

import java.util.Arrays;

/**
 * Reductions that are more than a fold. Places are those of {@link ShapedBackend}: an element of the result
 * for each of {@code kept}, made of the elements that are {@code reduced} further on.
 */
final class ReduceAlong {
    private ReduceAlong() {}

    /** In two passes, so that nothing is lost where the mean is large. */
    static double[] variances(double[] data, int[] kept, int[] reduced) {
        return Arrays.stream(kept).mapToDouble(base -> {
            double mean = Arrays.stream(reduced).mapToDouble(offset -> data[base + offset]).sum()
                    / reduced.length;
            double squares = 0;
            for (int offset : reduced) {
                double distance = data[base + offset] - mean;
                squares += distance * distance;
            }
            return squares / reduced.length;
        }).toArray();
    }

    static double[] logSumExp(double[] data, int[] kept, int[] reduced) {
        return Arrays.stream(kept).mapToDouble(base -> {
            double top = Double.NEGATIVE_INFINITY;
            for (int offset : reduced) {
                top = Math.max(top, data[base + offset]);
            }
            // An infinite maximum would give inf - inf.
            double shift = Double.isFinite(top) ? top : 0;
            double sum = 0;
            for (int offset : reduced) {
                sum += Math.exp(data[base + offset] - shift);
            }
            return Math.log(sum) + shift;
        }).toArray();
    }

    /** The first extreme one of each; a NaN is the most extreme. {@code sign} is -1 for the least. */
    static long[] argMax(Object data, int[] kept, int[] reduced, int sign) {
        boolean floats = Primitives.isFloat(data);
        double[] reals = floats ? Primitives.reals(data) : new double[0];
        long[] integers = floats ? new long[0] : Primitives.integers(data);
        return Arrays.stream(kept).mapToLong(base -> {
            int best = 0;
            for (int i = 1; i < reduced.length; i++) {
                int a = base + reduced[i];
                int b = base + reduced[best];
                boolean better = floats ? isGreater(sign * reals[a], sign * reals[b])
                        : sign > 0 ? integers[a] > integers[b] : integers[a] < integers[b];
                best = better ? i : best;
            }
            return best;
        }).toArray();
    }

    private static boolean isGreater(double a, double b) {
        return a > b || (Double.isNaN(a) && !Double.isNaN(b));
    }
}

package ricci.nn.report;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Points of a line in a chart, in order of x. A y that is not finite is a gap. */
final class Series {
    private final double[] xs;
    private final double[] ys;

    Series(double[] xs, double[] ys) {
        this.xs = xs.clone();
        this.ys = ys.clone();
    }

    /** The values at 1, 2, 3, … */
    static Series counted(double[] ys) {
        return new Series(IntStream.rangeClosed(1, ys.length).asDoubleStream().toArray(), ys);
    }

    int size() {
        return xs.length;
    }

    double x(int index) {
        return xs[index];
    }

    double y(int index) {
        return ys[index];
    }

    /**
     * At most about {@code count} points that look the same: of each stretch of points the least and the
     * greatest, so that no spike is lost.
     */
    Series thinned(int count) {
        if (size() <= count) {
            return this;
        }
        int stretches = Math.max(1, count / 2);
        int[] kept = IntStream.range(0, stretches).flatMap(stretch -> {
            int from = (int) ((long) size() * stretch / stretches);
            int to = (int) ((long) size() * (stretch + 1) / stretches);
            int least = from;
            int greatest = from;
            for (int i = from + 1; i < to; i++) {
                if (!Double.isFinite(ys[i])) {
                    continue;
                }
                // A gap at the start of the stretch gives way to any value.
                least = ys[i] < ys[least] || !Double.isFinite(ys[least]) ? i : least;
                greatest = ys[i] > ys[greatest] || !Double.isFinite(ys[greatest]) ? i : greatest;
            }
            return IntStream.of(Math.min(least, greatest), Math.max(least, greatest)).distinct();
        }).toArray();
        return at(kept);
    }

    /** At most {@code count} points, evenly spread, with the first and the last. */
    int[] spread(int count) {
        return size() <= count ? IntStream.range(0, size()).toArray()
                : IntStream.range(0, count).map(i -> (int) ((size() - 1L) * i / (count - 1))).toArray();
    }

    /** Means of the finite values among {@code window} points around each of the chosen ones. */
    Series means(int[] chosen, int window) {
        return at(chosen).withYs(Arrays.stream(chosen)
                .mapToDouble(i -> Arrays.stream(around(i, window)).average().orElse(Double.NaN)).toArray());
    }

    /** Medians of the finite values among {@code window} points around each of the chosen ones. */
    Series medians(int[] chosen, int window) {
        return at(chosen).withYs(Arrays.stream(chosen)
                .mapToDouble(i -> quantile(sorted(around(i, window)), 0.5)).toArray());
    }

    private Series withYs(double[] values) {
        return new Series(xs, values);
    }

    private Series at(int[] chosen) {
        return new Series(Arrays.stream(chosen).mapToDouble(i -> xs[i]).toArray(),
                Arrays.stream(chosen).mapToDouble(i -> ys[i]).toArray());
    }

    /**
     * The finite values around a point. Near the start as few after it as there are before it, for a curve is
     * steep there; near the end all that there are, for it is flat.
     */
    private double[] around(int center, int window) {
        int before = Math.min(window / 2, center);
        int after = Math.min(before, size() - 1 - center);
        return Arrays.stream(ys, center - before, center + after + 1).filter(Double::isFinite).toArray();
    }

    static double[] sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    /** The value that a share of the sorted values does not exceed; NaN of none. */
    static double quantile(double[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.round(share * (sorted.length - 1))];
    }
}

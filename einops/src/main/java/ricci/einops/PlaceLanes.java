package ricci.einops;

import java.util.Arrays;

/** Lanes of the most extreme elements and their counts: the first of equal ones, and a NaN above all. */
final class PlaceLanes extends Lanes {
    private static final long NONE = Long.MAX_VALUE;

    private final Numbers numbers;
    private final boolean floats;
    private final int sign;
    private final long[] y;
    private final long[] orders;
    private final long[] at;
    private final double[] reals;
    private final double[] nextReals;
    private final long[] integers;
    private final long[] nextIntegers;

    PlaceLanes(Reduction.Named reduction, Numbers numbers, boolean floats, long[] result,
            long[] orders) {
        super(result);
        this.orders = orders;
        int most = orders.length;
        at = new long[most];
        this.numbers = numbers;
        this.floats = floats;
        y = result;
        sign = reduction == Reduction.Named.ARGMAX ? 1 : -1;
        reals = new double[floats ? most : 0];
        nextReals = new double[reals.length];
        integers = new long[floats ? 0 : most];
        nextIntegers = new long[integers.length];
    }

    @Override
    void clear(int n) {
        Arrays.fill(at, 0, n, NONE);
    }

    @Override
    void add(long place, long stride, int n, long order) {
        if (floats) {
            numbers.reals(place, stride, n, nextReals);
            for (int i = 0; i < n; i++) {
                // Nearly always it is clear that this is no better.
                if (!(sign * nextReals[i] < sign * reals[i]) || at[i] == NONE) {
                    see(i, nextReals[i], order + orders[i]);
                }
            }
        } else {
            numbers.integers(place, stride, n, nextIntegers);
            for (int i = 0; i < n; i++) {
                see(i, nextIntegers[i], order + orders[i]);
            }
        }
    }

    private void see(int lane, double x, long place) {
        double best = reals[lane];
        boolean more = sign > 0 ? x > best : x < best;
        boolean same = x == best || (Double.isNaN(x) && Double.isNaN(best));
        if (at[lane] == NONE || more || (Double.isNaN(x) && !Double.isNaN(best))
                || (same && place < at[lane])) {
            reals[lane] = x;
            at[lane] = place;
        }
    }

    private void see(int lane, long x, long place) {
        long best = integers[lane];
        boolean more = sign > 0 ? x > best : x < best;
        if (at[lane] == NONE || more || (x == best && place < at[lane])) {
            integers[lane] = x;
            at[lane] = place;
        }
    }

    @Override
    void fold(int from, int n) {
        for (int i = 0; i < n; i++) {
            merge(i, from + i);
        }
    }

    private void merge(int lane, int other) {
        if (at[other] != NONE) {
            if (floats) {
                see(lane, reals[other], at[other]);
            } else {
                see(lane, integers[other], at[other]);
            }
        }
    }

    @Override
    boolean again(int n, int width) {
        return false;
    }

    /** Of nothing, the first. */
    @Override
    void write(int lane, int n, long place, long stride) {
        for (int i = 0; i < n; i++) {
            y[(int) (place + i * stride)] = at[lane + i] == NONE ? 0 : at[lane + i];
        }
    }
}

package ricci.einops;

import java.util.Arrays;

/**
 * Lanes for the greatest and the least of floats, which nobody has to round. The lanes are doubles all the
 * same: the compiler vectorises a loop over arrays of two types whatever their indices are, but one over
 * arrays of one type, of which each store might be what is read next, with one index only. So elements are
 * compared where they are.
 */
final class FloatLanes extends Lanes {
    private static final float[] NONE = {};

    private final Numbers numbers;
    private final boolean greatest;
    private final float[] y;
    private final double[] lanes;
    /** Where elements are put that are no neighbours. */
    private float[] next = NONE;

    FloatLanes(Reduction.Named reduction, Numbers numbers, float[] result, int most) {
        super(result);
        this.numbers = numbers;
        greatest = reduction == Reduction.Named.MAX;
        y = result;
        lanes = new double[most];
    }

    @Override
    void clear(int n) {
        Arrays.fill(lanes, 0, n, greatest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }

    @Override
    void add(long place, long stride, int n, long order) {
        float[] x = stride == 1 ? numbers.floats() : null;
        int start = (int) (numbers.origin() + place);
        if (x == null) {
            if (next.length == 0) {
                next = new float[lanes.length];
            }
            numbers.floats(place, stride, n, next);
            x = next;
            start = 0;
        }
        if (greatest) {
            max(x, start, lanes, n);
        } else {
            min(x, start, lanes, n);
        }
    }

    @Override
    void addFour(long place, long apart, long stride, int n, long order, long orders) {
        float[] x = stride == 1 ? numbers.floats() : null;
        if (x == null) {
            super.addFour(place, apart, stride, n, order, orders);
        } else if (greatest) {
            maxFour(x, (int) (numbers.origin() + place), (int) apart, lanes, n);
        } else {
            minFour(x, (int) (numbers.origin() + place), (int) apart, lanes, n);
        }
    }

    private static void max(float[] x, int start, double[] lanes, int n) {
        for (int i = 0; i < n; i++) {
            lanes[i] = Math.max(lanes[i], (double) x[start + i]);
        }
    }

    private static void min(float[] x, int start, double[] lanes, int n) {
        for (int i = 0; i < n; i++) {
            lanes[i] = Math.min(lanes[i], (double) x[start + i]);
        }
    }

    // Four elements are one before they are widened.
    private static void maxFour(float[] x, int start, int apart, double[] lanes, int n) {
        int second = start + apart;
        int third = second + apart;
        int fourth = third + apart;
        for (int i = 0; i < n; i++) {
            lanes[i] = Math.max(lanes[i], (double) Math.max(Math.max(x[start + i], x[second + i]),
                    Math.max(x[third + i], x[fourth + i])));
        }
    }

    private static void minFour(float[] x, int start, int apart, double[] lanes, int n) {
        int second = start + apart;
        int third = second + apart;
        int fourth = third + apart;
        for (int i = 0; i < n; i++) {
            lanes[i] = Math.min(lanes[i], (double) Math.min(Math.min(x[start + i], x[second + i]),
                    Math.min(x[third + i], x[fourth + i])));
        }
    }

    /** They are few, or else there is one of these for very many elements. */
    @Override
    void fold(int from, int n) {
        for (int i = 0; i < n; i++) {
            lanes[i] = greatest ? Math.max(lanes[i], lanes[from + i]) : Math.min(lanes[i], lanes[from + i]);
        }
    }

    @Override
    boolean again(int n, int width) {
        return false;
    }

    @Override
    void write(int lane, int n, long place, long stride) {
        int q = (int) place;
        for (int i = 0; i < n; i++) {
            y[q] = (float) lanes[lane + i];
            q += (int) stride;
        }
    }
}

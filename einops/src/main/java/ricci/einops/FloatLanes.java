package ricci.einops;

import java.util.Arrays;

/** Lanes of floats, for the greatest and the least of them, which nobody has to round. */
final class FloatLanes extends Lanes {
    private final Numbers numbers;
    private final boolean greatest;
    private final float[] y;
    private final float[] lanes;
    private final float[] next;

    FloatLanes(Reduction.Named reduction, Numbers numbers, float[] result, int most) {
        super(result);
        this.numbers = numbers;
        greatest = reduction == Reduction.Named.MAX;
        y = result;
        lanes = new float[most];
        next = new float[most];
    }

    @Override
    void clear(int n) {
        Arrays.fill(lanes, 0, n, greatest ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY);
    }

    // Elements are copied first: arrays of one type are vectorised together with one index only.
    @Override
    void add(long place, long stride, int n, long order) {
        numbers.floats(place, stride, n, next);
        combine(n);
    }

    private void combine(int n) {
        if (greatest) {
            max(lanes, next, n);
        } else {
            min(lanes, next, n);
        }
    }

    private static void max(float[] lanes, float[] next, int n) {
        for (int i = 0; i < n; i++) {
            lanes[i] = Math.max(lanes[i], next[i]);
        }
    }

    private static void min(float[] lanes, float[] next, int n) {
        for (int i = 0; i < n; i++) {
            lanes[i] = Math.min(lanes[i], next[i]);
        }
    }

    @Override
    void fold(int from, int n) {
        System.arraycopy(lanes, from, next, 0, n);
        combine(n);
    }

    @Override
    boolean again(int n, int width) {
        return false;
    }

    @Override
    void write(int lane, int n, long place, long stride) {
        int q = (int) place;
        for (int i = 0; i < n; i++) {
            y[q] = lanes[lane + i];
            q += (int) stride;
        }
    }
}

package ricci.ir;

import java.util.Arrays;
import java.util.List;

/**
 * How a window slides over a tensor, the base: one entry in each list per axis that it slides along.
 *
 * <p>Along an axis the base is first spread, {@code baseDilation - 1} holes between its elements, then {@code
 * low} holes are put before it and {@code high} after; negative ones crop. The window is spread likewise by
 * {@code windowDilation}, and placed at every stride-th position at which it lies wholly inside (Dumoulin and
 * Visin 2016, "A guide to convolution arithmetic for deep learning").
 */
public record Sliding(List<Long> strides, List<Long> low, List<Long> high, List<Long> baseDilation,
                      List<Long> windowDilation) {
    public Sliding {
        strides = List.copyOf(strides);
        low = List.copyOf(low);
        high = List.copyOf(high);
        baseDilation = List.copyOf(baseDilation);
        windowDilation = List.copyOf(windowDilation);
    }

    /** Along so many axes, step by step, with nothing padded or spread. */
    public static Sliding plain(int axes) {
        List<Long> ones = Builder.repeat(axes, 1);
        List<Long> zeros = Builder.repeat(axes, 0);
        return new Sliding(ones, zeros, zeros, ones, ones);
    }

    /** With these axes, in this order. */
    public Sliding select(List<Integer> chosen) {
        return new Sliding(select(strides, chosen), select(low, chosen), select(high, chosen),
                select(baseDilation, chosen), select(windowDilation, chosen));
    }

    private static List<Long> select(List<Long> entries, List<Integer> chosen) {
        return chosen.stream().map(entries::get).toList();
    }

    /** The number of axes. */
    public int axes() {
        return strides.size();
    }

    /** Whether a window of length 1 would leave this axis as it is. */
    public boolean isPlain(int axis) {
        return strides.get(axis) == 1 && low.get(axis) == 0 && high.get(axis) == 0
                && baseDilation.get(axis) == 1 && windowDilation.get(axis) == 1;
    }

    /**
     * The length of so many elements with {@code dilation - 1} holes between them.
     *
     * @throws ArithmeticException if it does not fit into a long
     */
    public static long spread(long length, long dilation) {
        return length == 0 ? 0 : Math.addExact(Math.multiplyExact(length - 1, dilation), 1);
    }

    /**
     * The length of the base along an axis, spread and padded.
     *
     * @throws ArithmeticException if it does not fit into a long
     */
    public long padded(int axis, long base) {
        return Math.addExact(Math.addExact(low.get(axis), spread(base, baseDilation.get(axis))),
                high.get(axis));
    }

    /**
     * The number of places for a window along an axis.
     *
     * @throws ArithmeticException if a length on the way does not fit into a long
     */
    public long places(int axis, long base, long window) {
        long free = Math.subtractExact(padded(axis, base), spread(window, windowDilation.get(axis)));
        return free < 0 ? 0 : free / strides.get(axis) + 1;
    }

    /**
     * The sliding of the transposed operation, from places back to the base: strides and dilation of the base
     * change roles, and the padding is such that every place that reads an element gives to it.
     */
    public Sliding transposed(Shape base, Shape window, Shape places) {
        long[] before = new long[axes()];
        long[] after = new long[axes()];
        for (int axis = 0; axis < axes(); axis++) {
            long spreadWindow = spread(window.length(axis), windowDilation.get(axis));
            before[axis] = spreadWindow - 1 - low.get(axis);
            after[axis] = spread(base.length(axis), baseDilation.get(axis)) + spreadWindow - 1
                    - spread(places.length(axis), strides.get(axis)) - before[axis];
        }
        return new Sliding(baseDilation, list(before), list(after), strides, windowDilation);
    }

    /**
     * The sliding that gives the cotangent of the window: the cotangent of the places slides over the base.
     */
    public Sliding ofWindow(Shape base, Shape window, Shape places) {
        long[] after = new long[axes()];
        for (int axis = 0; axis < axes(); axis++) {
            after[axis] = spread(places.length(axis), strides.get(axis))
                    - spread(base.length(axis), baseDilation.get(axis))
                    + spread(window.length(axis), windowDilation.get(axis)) - 1 - low.get(axis);
        }
        return new Sliding(/* strides= */ windowDilation, low, list(after), baseDilation,
                /* windowDilation= */ strides);
    }

    private static List<Long> list(long... values) {
        return Arrays.stream(values).boxed().toList();
    }
}

package ricci.einops;

import java.util.Arrays;

/** Operations along one axis of plain arrays, row by row. */
final class AlongAxis {
    private AlongAxis() {}

    /** The operation on rows of {@code length} elements, one after the other. */
    static Object apply(Object rows, int length, Along operation) {
        return switch (operation) {
            case Along.Named named -> switch (named) {
                case SOFTMAX -> like(rows, softmax(Primitives.reals(rows).clone(), length, false));
                case LOG_SOFTMAX -> like(rows, softmax(Primitives.reals(rows).clone(), length, true));
                case SORT -> sorted(rows, length);
                case ARGSORT -> order(rows, length);
            };
            case Along.Cumulative(var reduction) -> cumulative(rows, length, reduction);
        };
    }

    /** Floats in their own type, all else in double. */
    private static Object like(Object given, double[] reals) {
        return Primitives.isFloat(given) ? Primitives.like(given, reals) : reals;
    }

    private static double[] softmax(double[] x, int length, boolean logarithm) {
        for (int row = 0; row < x.length; row += length) {
            double top = Double.NEGATIVE_INFINITY;
            for (int i = row; i < row + length; i++) {
                top = Math.max(top, x[i]);
            }
            double sum = 0;
            for (int i = row; i < row + length; i++) {
                sum += Math.exp(x[i] - top);
            }
            double log = Math.log(sum);
            for (int i = row; i < row + length; i++) {
                x[i] = logarithm ? x[i] - top - log : Math.exp(x[i] - top) / sum;
            }
        }
        return x;
    }

    /** By order, since equal elements may differ: -0 equals 0 and stays where it is next to it. */
    private static Object sorted(Object rows, int length) {
        long[] order = order(rows, length);
        int[] places = new int[order.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = i / length * length + (int) order[i];
        }
        return Primitives.take(rows, places);
    }

    /** Of each row the places in it of its elements from the least to the greatest; NaN is last. */
    private static long[] order(Object rows, int length) {
        int count = Primitives.count(rows);
        long[] keys = keys(rows);
        long[] order = new long[count];
        long[] spare = new long[length];
        for (int row = 0; row < count; row += length) {
            for (int i = 0; i < length; i++) {
                order[row + i] = i;
            }
            sort(keys, row, order, spare, length);
        }
        return order;
    }

    /** Longs that are ordered as the elements are. */
    private static long[] keys(Object rows) {
        if (!Primitives.isFloat(rows)) {
            return Primitives.integers(rows);
        }
        double[] reals = Primitives.reals(rows);
        long[] keys = new long[reals.length];
        for (int i = 0; i < keys.length; i++) {
            // The bits of negative numbers are ordered the other way round; + 0.0 makes -0 a 0.
            long bits = Double.doubleToLongBits(reals[i] + 0.0);
            keys[i] = bits ^ (bits >> 63 & Long.MAX_VALUE);
        }
        return keys;
    }

    /** Merges ever longer pieces; equal keys stay in order. */
    private static void sort(long[] keys, int row, long[] order, long[] spare, int length) {
        for (int piece = 1; piece < length; piece = Math.multiplyExact(piece, 2)) {
            System.arraycopy(order, row, spare, 0, length);
            for (int start = 0; start < length; start += 2 * piece) {
                int middle = Math.min(start + piece, length);
                int end = Math.min(middle + piece, length);
                int left = start;
                int right = middle;
                for (int i = start; i < end; i++) {
                    boolean fromLeft = left < middle && (right >= end
                            || keys[row + (int) spare[left]] <= keys[row + (int) spare[right]]);
                    order[row + i] = spare[fromLeft ? left++ : right++];
                }
            }
        }
    }

    private static Object cumulative(Object rows, int length, Reduction.Named reduction) {
        boolean extreme = reduction == Reduction.Named.MAX || reduction == Reduction.Named.MIN;
        if (Primitives.isFloat(rows) || reduction == Reduction.Named.LOGSUMEXP) {
            double[] x = Primitives.reals(rows).clone();
            for (int row = 0; row < x.length; row += length) {
                for (int i = row + 1; i < row + length; i++) {
                    x[i] = combine(reduction, x[i - 1], x[i]);
                }
            }
            return like(rows, x);
        }
        long[] x = Primitives.integers(rows);
        for (int row = 0; row < x.length; row += length) {
            for (int i = row + 1; i < row + length; i++) {
                x[i] = combine(reduction, x[i - 1], x[i]);
            }
        }
        return extreme ? Primitives.like(rows, x) : x;
    }

    private static double combine(Reduction.Named reduction, double a, double b) {
        return switch (reduction) {
            case SUM -> a + b;
            case PROD -> a * b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case LOGSUMEXP -> {
                double top = Math.max(a, b);
                yield Double.isInfinite(top) ? top
                        : top + Math.log(Math.exp(a - top) + Math.exp(b - top));
            }
            case MEAN, ANY, ALL, VAR, STD, ARGMAX, ARGMIN -> throw notCumulative(reduction);
        };
    }

    private static long combine(Reduction.Named reduction, long a, long b) {
        return switch (reduction) {
            case SUM -> a + b;
            case PROD -> a * b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case LOGSUMEXP, MEAN, ANY, ALL, VAR, STD, ARGMAX, ARGMIN -> throw notCumulative(reduction);
        };
    }

    private static IllegalArgumentException notCumulative(Reduction.Named reduction) {
        return new IllegalArgumentException("no cumulative " + reduction + ": it is not made step by step");
    }
}

package ricci.einops;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Operations along one axis of plain arrays, row by row. */
final class AlongAxis {
    private AlongAxis() {}

    /** The operation on rows of {@code length} elements, one after the other. */
    static Object apply(Object rows, int length, Along operation) {
        return switch (operation) {
            case Along.Named named -> switch (named) {
                case SOFTMAX -> like(rows, softmax(Primitives.reals(rows).clone(), length, false));
                case LOG_SOFTMAX -> like(rows, softmax(Primitives.reals(rows).clone(), length, true));
                case SORT -> Primitives.take(rows, order(rows, length));
                case ARGSORT -> Arrays.stream(order(rows, length)).mapToLong(place -> place % length)
                        .toArray();
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

    /** Of each row the places of its elements from the least to the greatest. */
    private static int[] order(Object rows, int length) {
        int count = Primitives.count(rows);
        Comparator<Integer> ascending;
        if (Primitives.isFloat(rows)) {
            double[] reals = Primitives.reals(rows);
            // -0 equals 0, as the sort of tensors has it; NaN is the greatest either way.
            ascending = Comparator.comparingDouble(place -> reals[place] + 0.0);
        } else {
            long[] integers = Primitives.integers(rows);
            ascending = Comparator.comparingLong(place -> integers[place]);
        }
        int[] order = new int[count];
        for (int row = 0; row < count; row += length) {
            int[] sorted = IntStream.range(row, row + length).boxed().sorted(ascending)
                    .mapToInt(Integer::intValue).toArray();
            System.arraycopy(sorted, 0, order, row, length);
        }
        return order;
    }

    private static Object cumulative(Object rows, int length, Reduction.Named reduction) {
        boolean extreme = reduction == Reduction.Named.MAX || reduction == Reduction.Named.MIN;
        if (Primitives.isFloat(rows) || reduction == Reduction.Named.LOGSUMEXP) {
            double[] x = Primitives.reals(rows).clone();
            for (int i = 1; i < x.length; i++) {
                x[i] = i % length == 0 ? x[i] : combine(reduction, x[i - 1], x[i]);
            }
            return like(rows, x);
        }
        long[] x = Primitives.integers(rows);
        for (int i = 1; i < x.length; i++) {
            x[i] = i % length == 0 ? x[i] : combine(reduction, x[i - 1], x[i]);
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

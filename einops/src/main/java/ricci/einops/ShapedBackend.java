package ricci.einops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Plain arrays. Floats are accumulated in double and rounded once; sums and products of integers are long,
 * their means double.
 */
final class ShapedBackend implements Backend<Shaped<?>> {
    static final ShapedBackend PLAIN = new ShapedBackend();

    @Override
    public Shaped<?> read(Shaped<?> x) {
        return x;
    }

    @Override
    public Shaped<?> write(Shaped<?> given, Shaped<?> result) {
        return result;
    }

    /** Nested arrays are made {@link Arguments#flat flat} before they come here. */
    @Override
    public boolean handles(Class<?> type) {
        return type == Shaped.class || NestedArray.is(type);
    }

    @Override
    public long[] shape(Shaped<?> x) {
        return x.shape();
    }

    @Override
    public String describe(Shaped<?> x) {
        return x.describe();
    }

    @Override
    public Shaped<?> reshape(Shaped<?> x, long[] shape) {
        return new Shaped<>(x.data(), shape);
    }

    @Override
    public Shaped<?> transpose(Shaped<?> x, int[] permutation) {
        long[] shape = Nest.select(x.shape(), permutation);
        return copy(Nest.filling(shape, Nest.select(Nest.strides(x.shape()), permutation), 0), x, shape);
    }

    @Override
    public Shaped<?> broadcast(Shaped<?> x, long[] shape, int[] axes) {
        long[] own = Nest.strides(x.shape());
        long[] strides = new long[shape.length];
        for (int i = 0; i < axes.length; i++) {
            strides[axes[i]] = own[i];
        }
        return copy(Nest.filling(shape, strides, 0), x, shape);
    }

    /** The elements that a nest leads to, in a new tensor of the argument's kind that they fill. */
    static Shaped<?> copy(Nest nest, Shaped<?> x, long[] shape) {
        Shaped<?> result = blank(x, shape);
        copy(nest, x, result);
        return result;
    }

    /** Writes the elements that a nest leads to into a tensor of the same element type. */
    static void copy(Nest nest, Shaped<?> from, Shaped<?> to) {
        Copy.run(nest, from.data(), to.data());
    }

    /** A tensor of zeros of the argument's kind. */
    static Shaped<?> blank(Shaped<?> like, long[] shape) {
        return new Shaped<>(Storage.blank(like.data(), Storage.type(like.data()), shape), shape);
    }

    @Override
    public Shaped<?> stack(List<? extends Shaped<?>> tensors) {
        long[] part = LongStream.concat(LongStream.of(1), LongStream.of(tensors.getFirst().shape()))
                .toArray();
        return concatenate(tensors.stream().map(x -> reshape(x, part)).toList(), 0);
    }

    /** Each tensor is written into its place. */
    @Override
    public Shaped<?> concatenate(List<? extends Shaped<?>> tensors, int axis) {
        requireOneType(tensors);
        long[] shape = tensors.getFirst().shape();
        shape[axis] = tensors.stream().mapToLong(x -> x.shape()[axis]).sum();
        Shaped<?> result = blank(tensors.getFirst(), shape);
        long[] strides = Nest.strides(shape);
        long start = 0;
        for (Shaped<?> x : tensors) {
            long[] part = x.shape();
            copy(new Nest(part, Nest.strides(part), strides, 0, start * strides[axis]), x, result);
            start += part[axis];
        }
        return result;
    }

    private static void requireOneType(List<? extends Shaped<?>> tensors) {
        for (Shaped<?> x : tensors) {
            if (Storage.type(x.data()) != Storage.type(tensors.getFirst().data())) {
                throw new IllegalArgumentException("cannot join " + tensors.getFirst().describe() + " and "
                        + x.describe() + ": the arrays that are joined are of one type");
            }
        }
    }

    @Override
    public Shaped<?> take(Shaped<?> x, int axis, long[] positions) {
        long[] shape = x.shape();
        long[] strides = Nest.strides(shape);
        shape[axis] = positions.length;
        Shaped<?> result = blank(x, shape);
        long[] goals = Nest.strides(shape);
        shape[axis] = 1;
        for (int i = 0; i < positions.length; i++) {
            copy(new Nest(shape, strides, goals, positions[i] * strides[axis], i * goals[axis]), x, result);
        }
        return result;
    }

    /** The axis is brought to the end, where its rows lie one after the other. */
    @Override
    public Shaped<?> along(Shaped<?> x, Along operation, int axis) {
        int rank = x.shape().length;
        int[] last = IntStream.concat(IntStream.range(0, rank).filter(i -> i != axis), IntStream.of(axis))
                .toArray();
        int[] back = IntStream.range(0, rank).map(i -> i < axis ? i : i == axis ? rank - 1 : i - 1).toArray();
        Shaped<?> rows = transpose(x, last);
        Object result = AlongAxis.apply(rows.data(), (int) x.shape()[axis], operation);
        return transpose(new Shaped<>(result, rows.shape()), back);
    }

    @Override
    public Shaped<?> positions(Shaped<?> coordinates, long[] lengths) {
        return Rows.positions(coordinates, lengths);
    }

    @Override
    public Shaped<?> gather(Shaped<?> x, Shaped<?> positions) {
        return Rows.gather(x, positions);
    }

    @Override
    public Shaped<?> scatter(Shaped<?> x, Shaped<?> positions, Shaped<?> rows, Update update) {
        return Rows.scatter(x, positions, rows, update);
    }

    @Override
    public Shaped<?> slice(Shaped<?> x, int axis, long start, long limit) {
        long[] shape = x.shape();
        long[] strides = Nest.strides(shape);
        shape[axis] = limit - start;
        return copy(Nest.filling(shape, strides, start * strides[axis]), x, shape);
    }

    @Override
    public Shaped<?> diagonal(Shaped<?> x, int axisA, int axisB) {
        long[] strides = Nest.strides(x.shape());
        strides[axisA] += strides[axisB];
        int[] rest = IntStream.range(0, strides.length).filter(axis -> axis != axisB).toArray();
        long[] shape = Nest.select(x.shape(), rest);
        return copy(Nest.filling(shape, Nest.select(strides, rest), 0), x, shape);
    }

    @Override
    public Shaped<?> reduce(Shaped<?> x, Reduction.Named reduction, int[] axes) {
        long[] lengths = x.shape();
        int[] rest = IntStream.range(0, lengths.length)
                .filter(axis -> Arrays.stream(axes).noneMatch(a -> a == axis)).toArray();
        long[] shape = Nest.select(lengths, rest);
        long[] goals = Nest.strides(shape);
        long[] to = new long[lengths.length];
        for (int i = 0; i < rest.length; i++) {
            to[rest[i]] = goals[i];
        }
        return reduce(new Nest(lengths, Nest.strides(lengths), to, 0, 0), x, reduction, shape);
    }

    /**
     * The elements that a nest leads to, those of its reduced loops made into one, in a new tensor that they
     * fill. Places of extreme elements are counted in row-major order over the reduced loops.
     */
    static Shaped<?> reduce(Nest nest, Shaped<?> x, Reduction.Named reduction, long[] shape) {
        List<Nest.Loop> loops = new ArrayList<>(nest.reduced());
        loops.sort(Comparator.comparingLong(loop -> -loop.order()));
        int reduced = count(loops.stream().mapToLong(Nest.Loop::length).toArray());
        int kept = count(nest.kept().stream().mapToLong(Nest.Loop::length).toArray());
        loops.addAll(0, nest.kept());
        long[] lengths = loops.stream().mapToLong(Nest.Loop::length).toArray();
        long[] from = loops.stream().mapToLong(Nest.Loop::from).toArray();
        Shaped<?> rows = copy(Nest.filling(lengths, from, nest.fromStart()), x, lengths);
        int[] starts = IntStream.range(0, kept).map(i -> i * reduced).toArray();
        Object result = reduce(rows.flat().data(), reduction, starts, IntStream.range(0, reduced).toArray());
        return x.like(new Shaped<>(result, shape));
    }

    private static Object reduce(Object data, Reduction.Named reduction, int[] kept, int[] reduced) {
        boolean floats = Primitives.isFloat(data);
        return switch (reduction) {
            case SUM -> floats ? Primitives.like(data,
                    fold(Primitives.reals(data), kept, reduced, 0, Double::sum))
                    : fold(Primitives.integers(data), kept, reduced, 0, Long::sum);
            case PROD -> floats ? Primitives.like(data,
                    fold(Primitives.reals(data), kept, reduced, 1, (a, b) -> a * b))
                    : fold(Primitives.integers(data), kept, reduced, 1, (a, b) -> a * b);
            case MEAN -> {
                double[] sums = fold(Primitives.reals(data), kept, reduced, 0, Double::sum);
                double[] means = Arrays.stream(sums).map(sum -> sum / reduced.length).toArray();
                yield floats ? Primitives.like(data, means) : means;
            }
            case MAX -> floats
                    ? Primitives.like(data, fold(Primitives.reals(data), kept, reduced,
                    Double.NEGATIVE_INFINITY, Math::max))
                    : Primitives.like(data, fold(Primitives.integers(data), kept, reduced, Long.MIN_VALUE,
                    Math::max));
            case MIN -> floats
                    ? Primitives.like(data, fold(Primitives.reals(data), kept, reduced,
                    Double.POSITIVE_INFINITY, Math::min))
                    : Primitives.like(data, fold(Primitives.integers(data), kept, reduced, Long.MAX_VALUE,
                    Math::min));
            case VAR, STD -> {
                double[] variances = ReduceAlong.variances(Primitives.reals(data), kept, reduced);
                double[] result = reduction == Reduction.Named.VAR ? variances
                        : Arrays.stream(variances).map(Math::sqrt).toArray();
                yield floats ? Primitives.like(data, result) : result;
            }
            case LOGSUMEXP -> {
                double[] result = ReduceAlong.logSumExp(Primitives.reals(data), kept, reduced);
                yield floats ? Primitives.like(data, result) : result;
            }
            case ARGMAX -> ReduceAlong.argMax(data, kept, reduced, 1);
            case ARGMIN -> ReduceAlong.argMax(data, kept, reduced, -1);
            case ANY -> Primitives.like(new boolean[0],
                    fold(truths(data), kept, reduced, 0, (a, b) -> a | b));
            case ALL -> Primitives.like(new boolean[0],
                    fold(truths(data), kept, reduced, 1, (a, b) -> a & b));
        };
    }

    private static long[] truths(Object data) {
        return Primitives.isFloat(data)
                ? Arrays.stream(Primitives.reals(data)).mapToLong(x -> x != 0 ? 1 : 0).toArray()
                : Arrays.stream(Primitives.integers(data)).map(x -> x != 0 ? 1 : 0).toArray();
    }

    private static double[] fold(double[] data, int[] kept, int[] reduced, double neutral,
            DoubleBinaryOperator f) {
        return Arrays.stream(kept).mapToDouble(base -> {
            double sum = neutral;
            for (int offset : reduced) {
                sum = f.applyAsDouble(sum, data[base + offset]);
            }
            return sum;
        }).toArray();
    }

    private static long[] fold(long[] data, int[] kept, int[] reduced, long neutral, LongBinaryOperator f) {
        return Arrays.stream(kept).mapToLong(base -> {
            long sum = neutral;
            for (int offset : reduced) {
                sum = f.applyAsLong(sum, data[base + offset]);
            }
            return sum;
        }).toArray();
    }

    @Override
    public Shaped<?> contract(Shaped<?> a, Shaped<?> b, Contraction c) {
        int[] freeA = free(a, c.batchA(), c.contractedA());
        int[] freeB = free(b, c.batchB(), c.contractedB());
        int[] batchPlacesA = along(a, ints(c.batchA()));
        int[] batchPlacesB = along(b, ints(c.batchB()));
        int[] freePlacesA = along(a, freeA);
        int[] freePlacesB = along(b, freeB);
        int[] innerA = along(a, ints(c.contractedA()));
        int[] innerB = along(b, ints(c.contractedB()));
        int count = count(batchPlacesA.length, freePlacesA.length, freePlacesB.length);
        boolean floats = Primitives.isFloat(a.data()) || Primitives.isFloat(b.data());
        double[] reals = floats ? new double[count] : new double[0];
        long[] integers = floats ? new long[0] : new long[count];
        Numbers x = new Numbers(a.data(), floats);
        Numbers y = new Numbers(b.data(), floats);
        int next = 0;
        for (int batch = 0; batch < batchPlacesA.length; batch++) {
            for (int i : freePlacesA) {
                for (int j : freePlacesB) {
                    int fromA = batchPlacesA[batch] + i;
                    int fromB = batchPlacesB[batch] + j;
                    if (floats) {
                        reals[next++] = dot(x.reals, fromA, innerA, y.reals, fromB, innerB);
                    } else {
                        integers[next++] = dot(x.integers, fromA, innerA, y.integers, fromB, innerB);
                    }
                }
            }
        }
        long[] shape = LongStream.concat(LongStream.of(select(a.shape(), ints(c.batchA()))),
                LongStream.concat(
                LongStream.of(select(a.shape(), freeA)), LongStream.of(select(b.shape(), freeB)))).toArray();
        boolean single = floats && !(a.data() instanceof double[]) && !(b.data() instanceof double[]);
        return new Shaped<>(single ? Primitives.like(new float[0], reals) : floats ? reals
                : a.data().getClass() == b.data().getClass() ? Primitives.like(a.data(), integers)
                : integers, shape);
    }

    /** An array's elements in the one form that a contraction computes in. */
    private static final class Numbers {
        private final double[] reals;
        private final long[] integers;

        Numbers(Object data, boolean floats) {
            reals = floats ? Primitives.reals(data) : new double[0];
            integers = floats ? new long[0] : Primitives.integers(data);
        }
    }

    private static double dot(double[] x, int fromX, int[] alongX, double[] y, int fromY, int[] alongY) {
        double sum = 0;
        for (int k = 0; k < alongX.length; k++) {
            sum += x[fromX + alongX[k]] * y[fromY + alongY[k]];
        }
        return sum;
    }

    private static long dot(long[] x, int fromX, int[] alongX, long[] y, int fromY, int[] alongY) {
        long sum = 0;
        for (int k = 0; k < alongX.length; k++) {
            sum += x[fromX + alongX[k]] * y[fromY + alongY[k]];
        }
        return sum;
    }

    private static int[] free(Shaped<?> x, List<Integer> batch, List<Integer> contracted) {
        return IntStream.range(0, x.shape().length)
                .filter(axis -> !batch.contains(axis) && !contracted.contains(axis)).toArray();
    }

    private static int[] ints(List<Integer> axes) {
        return axes.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The places that some axes run through, the others staying at 0. */
    private static int[] along(Shaped<?> x, int[] axes) {
        return places(0, select(x.shape(), axes), select(strides(x.shape()), axes));
    }

    private static int[] strides(long[] shape) {
        int[] strides = new int[shape.length];
        int stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= (int) Math.max(shape[axis], 1);
        }
        return strides;
    }

    /** The number of elements; too many are reported as Java itself does for arrays and lists. */
    static int count(long... shape) {
        if (LongStream.of(shape).anyMatch(length -> length == 0)) {
            return 0;
        }
        try {
            return Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
        } catch (ArithmeticException overflow) {
            throw new OutOfMemoryError("no array has room for a tensor of shape " + Arrays.toString(shape));
        }
    }

    /** The places of a strided view's elements, in row-major order. */
    private static int[] places(int start, long[] shape, int[] strides) {
        int[] places = new int[count(shape)];
        long[] index = new long[shape.length];
        int place = start;
        for (int i = 0; i < places.length; i++) {
            places[i] = place;
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                place += strides[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                place -= (int) (strides[axis] * index[axis]);
                index[axis] = 0;
            }
        }
        return places;
    }

    private static long[] select(long[] values, int[] axes) {
        return Arrays.stream(axes).mapToLong(axis -> values[axis]).toArray();
    }

    private static int[] select(int[] values, int[] axes) {
        return Arrays.stream(axes).map(axis -> values[axis]).toArray();
    }
}

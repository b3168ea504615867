package ricci.einops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Plain arrays, buffers and segments, whose elements are read where they are. What moves elements is a
 * {@link Nest} of strides, gone through once. Sums of floats are accumulated in double and rounded once, but
 * for those of {@link Matmul} and, in large sums and means, four floats that are added before; sums and
 * products of integers are long, their means double.
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
        return Shaped.result(x.elements(), shape);
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

    /**
     * The elements that a nest leads to, in a new tensor of the argument's kind that they fill. The shape is
     * kept, not copied.
     */
    static Shaped<?> copy(Nest nest, Shaped<?> x, long[] shape) {
        Object from = x.elements();
        long count = count(shape);
        Object to = Storage.blank(from, Storage.type(from), count);
        copy(nest, from, to);
        return Shaped.result(to, shape);
    }

    /** Writes the elements that a nest leads to into a tensor of the same element type. */
    static void copy(Nest nest, Shaped<?> from, Shaped<?> to) {
        copy(nest, from.elements(), to.elements());
    }

    private static void copy(Nest nest, Object from, Object to) {
        if (from.getClass().isArray() && from.getClass() == to.getClass()) {
            nest.copy().run(ArrayTiles.of(from), from, nest.fromStart(), to, nest.toStart());
            return;
        }
        Memory x = Memory.of(from);
        Memory y = Memory.of(to);
        Tiles tiles = x.tilesTo(y);
        if (tiles == null) {
            // Of two kinds, or byte orders: first as the result is.
            x = Memory.of(Storage.like(to, Storage.array(from)));
            tiles = Objects.requireNonNull(x.tilesTo(y));
        }
        copy(nest, tiles, x, y);
    }

    private static void copy(Nest nest, Tiles tiles, Memory x, Memory y) {
        nest.copy().run(tiles, x.place(), x.start() + nest.fromStart(), y.place(),
                y.start() + nest.toStart());
    }

    /** Writes the elements that nests lead to into a caller's tensor, which they fill. */
    static void copyInto(Nest[] nests, Shaped<?> x, Shaped<?> target) {
        Object from = x.elements();
        Object to = target.elements();
        if (from.getClass().isArray() && from.getClass() == to.getClass()) {
            for (Nest nest : nests) {
                nest.copy().run(ArrayTiles.of(from), from, nest.fromStart(), to, nest.toStart());
            }
            return;
        }
        Memory read = Memory.of(from);
        Memory written = Memory.own(to);
        Tiles tiles = written == null ? null : read.tilesTo(written);
        if (written == null || tiles == null) {
            Object made = Storage.newArray(Storage.type(from), count(target.lengths()));
            for (Nest nest : nests) {
                copy(nest, from, made);
            }
            Storage.overwrite(to, made);
            return;
        }
        for (Nest nest : nests) {
            copy(nest, tiles, read, written);
        }
    }

    /** A tensor of zeros of the argument's kind. */
    static Shaped<?> blank(Shaped<?> like, long[] shape) {
        Object data = like.elements();
        return Shaped.result(Storage.blank(data, Storage.type(data), count(shape)), shape);
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

    static void requireOneType(List<? extends Shaped<?>> tensors) {
        for (Shaped<?> x : tensors) {
            if (Storage.type(x.data()) != Storage.type(tensors.getFirst().data())) {
                throw new IllegalArgumentException("cannot join " + tensors.getFirst().describe() + " and "
                        + x.describe() + ": what is joined has one type of elements; convert them first");
            }
        }
    }

    @Override
    public Shaped<?> take(Shaped<?> x, int axis, long[] positions) {
        long[] shape = x.shape();
        long[] strides = Nest.strides(shape);
        shape[axis] = positions.length;
        Shaped<?> result = blank(x, shape.clone());
        long[] goals = Nest.strides(shape);
        shape[axis] = 1;
        for (int i = 0; i < positions.length; i++) {
            copy(new Nest(shape, strides, goals, positions[i] * strides[axis], i * goals[axis]), x, result);
        }
        return result;
    }

    @Override
    public Shaped<?> windows(Shaped<?> x, int axis, long[] lengths, long[] strides) {
        long[] own = Nest.strides(x.shape());
        long[] shape = Stage.Window.split(x.shape(), axis, lengths);
        long[] steps = LongStream.of(strides).map(stride -> stride * own[axis]).toArray();
        return copy(Nest.filling(shape, Stage.Window.split(own, axis, steps), 0), x, shape);
    }

    /** The axis is brought to the end, where its rows lie one after the other. */
    @Override
    public Shaped<?> along(Shaped<?> x, Along operation, int axis) {
        int rank = x.shape().length;
        int[] last = IntStream.concat(IntStream.range(0, rank).filter(i -> i != axis), IntStream.of(axis))
                .toArray();
        int[] back = IntStream.range(0, rank).map(i -> i < axis ? i : i == axis ? rank - 1 : i - 1).toArray();
        Shaped<?> rows = axis == rank - 1 ? x : transpose(x, last);
        Object result = AlongAxis.apply(Storage.array(rows.elements()), (int) x.lengths()[axis], operation);
        Shaped<?> moved = Shaped.result(Storage.like(x.elements(), result), rows.shape());
        return axis == rank - 1 ? moved : transpose(moved, back);
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
        Object data = x.elements();
        Class<?> type = Lanes.resultType(reduction, Storage.type(data));
        Object result = Storage.newArray(type, count(shape));
        fold(nest, data, reduction, result, 0);
        return Shaped.result(Storage.like(data, result), shape);
    }

    /** As {@link #reduce(Nest, Shaped, Reduction.Named, long[])}, in a caller's tensor. */
    static void reduceInto(Nest nest, Shaped<?> x, Reduction.Named reduction, Shaped<?> target) {
        Class<?> type = Lanes.resultType(reduction, Storage.type(x.elements()));
        Memory own = Memory.own(target.elements());
        if (own != null && !own.swapped() && own.place().getClass() == type.arrayType()) {
            fold(nest, x.elements(), reduction, own.place(), own.start());
        } else {
            Object made = Storage.newArray(type, count(target.lengths()));
            fold(nest, x.elements(), reduction, made, 0);
            Storage.overwrite(target.elements(), made);
        }
    }

    private static void fold(Nest nest, Object data, Reduction.Named reduction, Object result, long start) {
        nest.fold().run(Lanes.of(reduction, data, result, nest.fold()), nest.fromStart(),
                nest.toStart() + start);
    }

    @Override
    public Shaped<?> contract(Shaped<?> a, Shaped<?> b, Contraction contraction) {
        return MatrixProduct.of(a, b, contraction);
    }

    /** The number of elements; too many are reported as Java itself does for arrays and lists. */
    static long count(long... shape) {
        long count = 1;
        boolean overflow = false;
        for (long length : shape) {
            if (length == 0) {
                return 0;
            }
            overflow |= count > Long.MAX_VALUE / length;
            count *= length;
        }
        if (overflow) {
            throw new OutOfMemoryError("no memory has room for a tensor of shape " + Arrays.toString(shape));
        }
        return count;
    }
}

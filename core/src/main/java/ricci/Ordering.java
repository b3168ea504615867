package ricci;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.Op.Binary.Function;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.runtime.Heap;

/**
 * What has to do with the order of elements: bounds, sorting by keys, the greatest, and counting by value.
 * NaN is greater than all numbers here.
 */
public final class Ordering {
    /** Each index names an element of a vector. */
    private static final GatherDimensions SINGLE =
            new GatherDimensions(List.of(), List.of(0), List.of(), List.of(), List.of(0));

    private Ordering() {}

    /** The greatest elements along an axis, and where they are, as i32. */
    public record TopK(Tensor values, Tensor indices) {}

    /** On which side of equal elements {@link #searchSorted} puts a value. */
    public enum Side {
        /** Before them. */
        LEFT,
        /** After them. */
        RIGHT
    }

    // ---- bounds ----

    /**
     * {@code x} moved between the bounds, which broadcast. The derivative of x is 1 strictly inside them, and
     * 0 at them and beyond; that of a bound is 1 where x is beyond it. With the bounds the wrong way round,
     * the upper one. {@link Tensor#clip} is the same but at the bounds, where x and the bound share the
     * derivative.
     */
    public static Tensor clamp(Tensor x, Tensor low, Tensor high) {
        DType dtype = DType.promote(DType.promote(x.dtype(), low.dtype()), high.dtype());
        Shape shape = Elementwise.common("clamp", List.of(low, x, high));
        return Elementwise.one(new Windows.Clamp(), Elementwise.broadcast(low.to(dtype), shape),
                Elementwise.broadcast(x.to(dtype), shape), Elementwise.broadcast(high.to(dtype), shape));
    }

    /** As {@link #clamp(Tensor, Tensor, Tensor)}, between two numbers. */
    public static Tensor clamp(Tensor x, Number low, Number high) {
        return clamp(x, Elementwise.weak(low, x), Elementwise.weak(high, x));
    }

    // ---- order ----

    /**
     * Tensors of one shape, all sorted along an axis by the first {@code keys} of them: where elements of the
     * first are equal, the second decides, and so on; what is equal in all keys stays in its order.
     *
     * {@snippet :
     * List<Tensor> byAge = sort(List.of(ages, names), 1, 0);
     * }
     */
    public static List<Tensor> sort(List<? extends Tensor> tensors, int keys, int axis) {
        Elementwise.requirePresent("sort", Arguments.given("sort", "the list of tensors", tensors));
        if (tensors.isEmpty()) {
            throw new RicciException.Argument("sort", "no tensors", "there is at least one key",
                    "pass one tensor or more");
        }
        return Trace.apply(new Op.Sort(Axes.of("sort", tensors.getFirst(), axis), keys),
                List.copyOf(tensors));
    }

    /**
     * The {@code k} greatest elements along the last axis, from the greatest on; of equal ones the first
     * comes first.
     *
     * @throws RicciException.Shape if there are fewer
     */
    public static TopK topK(Tensor x, long k) {
        List<Tensor> both = Trace.apply(new Windows.TopK(k, DType.I32), Arrays.asList(x));
        return new TopK(both.getFirst(), both.getLast());
    }

    /** As {@link #topK(Tensor, long)}, along any axis. */
    public static TopK topK(Tensor x, long k, int axis) {
        int counted = Axes.of("topK", x, axis);
        int last = x.rank() - 1;
        int[] exchange = IntStream.rangeClosed(0, last)
                .map(i -> i == counted ? last : i == last ? counted : i).toArray();
        TopK along = topK(x.transpose(exchange), k);
        return new TopK(along.values().transpose(exchange), along.indices().transpose(exchange));
    }

    /**
     * For each value the position, as i32, at which it can be put into a sorted vector, before or after
     * elements equal to it.
     *
     * @throws RicciException.Shape if {@code sorted} is not a vector
     */
    public static Tensor searchSorted(Tensor sorted, Tensor values, Side side) {
        requireVector("searchSorted", sorted);
        DType dtype = DType.promote(sorted.dtype(), values.dtype());
        Tensor elements = sorted.to(dtype);
        Tensor wanted = values.to(dtype);
        long length = sorted.size();
        DType index = length <= Integer.MAX_VALUE ? DType.I32 : DType.I64;
        Tensor position = Trace.fill(wanted.type().with(index), 0);
        // What is sought lies so many places further at most. Which half of them is left is a choice of where
        // it begins: both count as equally long, so no step has an end to keep, and none leaves the vector.
        for (long open = length; open > 0; open /= 2) {
            long half = (open + 1) / 2;
            Tensor element = each(elements.slice(0, half - 1, length - open + half), position);
            Tensor isBefore = switch (side) {
                case LEFT -> isLess(element, wanted);
                case RIGHT -> Elementwise.unary(Op.Unary.Function.NOT, isLess(wanted, element));
            };
            position = Ricci.where(isBefore, position.add(half), position);
        }
        return position.to(DType.I32);
    }

    /** The elements of a vector at positions that are in it. */
    private static Tensor each(Tensor x, Tensor positions) {
        long[] shape = Arrays.copyOf(positions.shape().toArray(), positions.rank() + 1);
        shape[positions.rank()] = 1;
        return Elementwise.one(new Op.Gather(SINGLE, Shape.of(1), Op.OutOfBounds.CLIP), x,
                positions.reshape(shape));
    }

    /** With NaN as the greatest. */
    private static Tensor isLess(Tensor x, Tensor y) {
        if (!x.dtype().isFloat()) {
            return x.lt(y);
        }
        Tensor beforeNaN = Elementwise.binary(Function.AND, x.eq(x), y.ne(y));
        return Elementwise.binary(Function.OR, x.lt(y), beforeNaN);
    }

    // ---- counting ----

    /** How often each of the numbers from 0 to {@code length - 1} occurs, as i64; others are left out. */
    public static Tensor bincount(Tensor x, long length) {
        return bincount(x, Trace.fill(x.type().with(DType.I64), 1), length);
    }

    /**
     * For each of the numbers from 0 to {@code length - 1} the sum of the weights at the places where it
     * occurs.
     *
     * @throws RicciException.DataType if {@code x} does not hold integers
     * @throws RicciException.Shape if {@code weights} has another shape
     */
    public static Tensor bincount(Tensor x, Tensor weights, long length) {
        if (!x.dtype().isInteger()) {
            throw new RicciException.DataType("bincount", x.type().toString(), "only integers are counted",
                    "convert them, or count intervals with histogram");
        }
        if (!x.shape().equals(weights.shape())) {
            throw new RicciException.Shape("bincount", x.type() + " and weights " + weights.type(),
                    "each element has a weight", "broadcast the weights to " + x.shape());
        }
        Tensor sums = Trace.fill(weights.type().with(Shape.of(length)), 0);
        return length == 0 ? sums : Elementwise.one(
                new Op.Scatter(SINGLE, Op.Scatter.Combiner.ADD, Op.OutOfBounds.ZERO), sums,
                x.reshape(x.size(), 1), weights.reshape(x.size()));
    }

    /**
     * How many elements lie in each interval between neighbouring edges, as i64. Intervals hold their lower
     * edge, the last one the upper one too; what lies outside all of them, NaN above all, is left out.
     *
     * @param edges a sorted vector
     */
    public static Tensor histogram(Tensor x, Tensor edges) {
        requireVector("histogram", edges);
        long intervals = Math.max(edges.size() - 1, 0);
        if (intervals == 0) {
            return Trace.fill(TensorType.of(DType.I64, 0), 0);
        }
        Tensor position = searchSorted(edges, x, Side.RIGHT).sub(1);
        Tensor top = edges.slice(0, intervals, intervals + 1).reshape();
        Tensor isTop = x.eq(top);
        return bincount(Ricci.where(isTop, Trace.fill(position.type(), intervals - 1), position), intervals);
    }

    /** The same for so many intervals of one length between two numbers. */
    public static Tensor histogram(Tensor x, int intervals, double low, double high) {
        if (intervals < 1 || !(low < high) || Double.isInfinite(high - low)) {
            throw new RicciException.Argument("histogram", intervals + " intervals from " + low + " to "
                    + high, "there is at least one interval, and the bounds are finite, the lower first",
                    "give at least one, and low < high");
        }
        Heap.require("histogram of " + intervals + " intervals", intervals, Double.BYTES);
        double[] edges = new double[intervals + 1];
        Arrays.setAll(edges, i -> i == intervals ? high : low + (high - low) * i / intervals);
        return histogram(x, Ricci.tensor(x.dtype().isFloat() ? x.dtype() : DType.F64, edges, edges.length));
    }

    private static void requireVector(String asked, Tensor x) {
        Elementwise.requirePresent(asked, x);
        if (x.rank() != 1) {
            throw new RicciException.Shape(asked, x.type().toString(), "what is searched is a vector",
                    "for several of them, use vmap");
        }
    }
}

package ricci;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Heap;

/** Tensors made from nothing but numbers: ranges, grids, matrices of a pattern. */
public final class Creation {
    private Creation() {}

    // ---- from Java arrays ----

    /** As {@link Ricci#array}. */
    public static Tensor array(Object values) {
        List<Long> lengths = new ArrayList<>();
        Object first = Arguments.given("make a tensor", "the array", values);
        while (first instanceof Object[] nested) {
            lengths.add((long) nested.length);
            first = nested.length == 0 ? emptyLeaf(nested.getClass(), lengths) : nested[0];
        }
        if (first == null || !first.getClass().isArray()) {
            return number(values, first, lengths);
        }
        DType dtype = dtype(first.getClass().componentType());
        lengths.add((long) Array.getLength(first));
        long[] shape = lengths.stream().mapToLong(Long::longValue).toArray();
        int count = count(shape);
        double[] reals = new double[dtype.isFloat() ? count : 0];
        long[] integers = new long[dtype.isFloat() ? 0 : count];
        fill(values, shape, 0, 0, reals, integers);
        return dtype.isFloat() ? Ricci.tensor(dtype, reals, shape) : Ricci.tensor(dtype, integers, shape);
    }

    private static int count(long[] shape) {
        long size = Shape.of(shape).size();
        if (size > Integer.MAX_VALUE - 8) {
            throw new RicciException.Argument("make a tensor of a Java array", Shape.of(shape).toString(),
                    "a Java array has fewer than 2^31 elements", "use smaller tensors");
        }
        return (int) size;
    }

    private static Tensor number(Object values, @Nullable Object first, List<Long> lengths) {
        if (lengths.isEmpty()) {
            return switch (values) {
                case Float f -> Ricci.tensor(f);
                case Double d -> Ricci.tensor(d);
                case Long l -> Ricci.tensor(l);
                case Integer i -> Ricci.tensor(i);
                case Boolean b -> Ricci.tensor(b);
                case Short s -> Ricci.tensor(DType.I16, new long[] {s});
                case Byte b -> Ricci.tensor(DType.I8, new long[] {b});
                default -> throw unknown(values.getClass());
            };
        }
        throw unknown(first == null ? Object.class : first.getClass());
    }

    /** An array of no arrays has lengths 0 for the axes inside. */
    private static Object emptyLeaf(Class<?> type, List<Long> lengths) {
        Class<?> element = type.componentType();
        while (element.isArray() && element.componentType().isArray()) {
            lengths.add(0L);
            element = element.componentType();
        }
        if (!element.isArray()) {
            throw unknown(element);
        }
        return Array.newInstance(element.componentType(), 0);
    }

    private static DType dtype(Class<?> element) {
        if (element == float.class) {
            return DType.F32;
        }
        if (element == double.class) {
            return DType.F64;
        }
        if (element == int.class) {
            return DType.I32;
        }
        if (element == long.class) {
            return DType.I64;
        }
        if (element == short.class) {
            return DType.I16;
        }
        if (element == byte.class) {
            return DType.I8;
        }
        if (element == boolean.class) {
            return DType.BOOL;
        }
        throw unknown(element);
    }

    private static RicciException unknown(Class<?> element) {
        return new RicciException.DataType("make a tensor", "elements of type " + element.getSimpleName(),
                "elements are Java's primitive numbers or booleans, in an array of any depth",
                "convert them first, for example to an int[]");
    }

    private static int fill(@Nullable Object part, long[] shape, int axis, int start, double[] reals,
            long[] integers) {
        int length = part != null && part.getClass().isArray() ? Array.getLength(part) : -1;
        if (length != shape[axis]) {
            throw new RicciException.Shape("make a tensor of a nested array",
                    "arrays of length " + shape[axis] + " and, at axis " + axis + ", "
                    + (length < 0 ? "null" : length), "all arrays at one depth have one length",
                    "pad the short ones");
        }
        int next = start;
        for (int i = 0; i < length; i++) {
            if (axis < shape.length - 1) {
                next = fill(((Object[]) Objects.requireNonNull(part))[i], shape, axis + 1, next,
                        reals, integers);
            } else if (reals.length > 0) {
                reals[next++] = Array.getDouble(part, i);
            } else if (part instanceof boolean[] truths) {
                integers[next++] = truths[i] ? 1 : 0;
            } else {
                integers[next++] = Array.getLong(part, i);
            }
        }
        return next;
    }

    // ---- ranges ----

    static Tensor arange(long start, long stop, long step) {
        requireStep((double) step);
        if (Math.abs((double) stop - start) >= 0x1p62 || step == Long.MIN_VALUE) {
            throw new RicciException.Argument("make a range", start + " to " + stop + " by " + step,
                    "bounds are less than 2^62 apart", "give bounds that are nearer to each other");
        }
        long count = Math.max(0, step > 0 ? Math.ceilDiv(stop - start, step)
                : Math.ceilDiv(start - stop, -step));
        boolean narrow = (int) start == start && (int) stop == stop && (int) step == step;
        Tensor number = Elementwise.one(
                new Op.Iota(TensorType.of(narrow ? DType.I32 : DType.I64, count), 0));
        Tensor scaled = step == 1 ? number : number.mul(step);
        return start == 0 ? scaled : scaled.add(start);
    }

    /** {@code start}, {@code start + step}, … up to {@code stop}, exclusive; rounded once to the dtype. */
    public static Tensor arange(DType dtype, double start, double stop, double step) {
        requireStep(step);
        double count = Math.max(0, Math.ceil((stop - start) / step));
        if (!(count < 0x1p62)) {
            throw new RicciException.Argument("make a range", start + " to " + stop + " by " + step,
                    "it has a finite number of elements", "give finite bounds and a larger step");
        }
        return iota((long) count).mul(step).add(start).to(dtype);
    }

    private static void requireStep(double step) {
        if (step == 0 || Double.isNaN(step)) {
            throw new RicciException.Argument("make a range", "step " + step,
                    "a step goes forward or backward", "give a positive or negative step");
        }
    }

    /**
     * {@code count} numbers at equal distances from {@code start} to {@code stop}; without the endpoint, the
     * last one is a distance before it.
     */
    public static Tensor linspace(DType dtype, double start, double stop, long count, boolean endpoint) {
        return spaced(start, stop, count, endpoint).to(dtype);
    }

    private static Tensor spaced(double start, double stop, long count, boolean endpoint) {
        if (count < 0) {
            throw new RicciException.Argument("space numbers evenly", count + " of them",
                    "their count is not negative", "ask for 0 or more");
        }
        double gaps = endpoint ? count - 1 : count;
        Tensor number = iota(count);
        if (gaps < 1) {
            return number.add(start);
        }
        Tensor spaced = number.mul((stop - start) / gaps).add(start);
        return endpoint ? Ricci.where(number.eq(gaps), stop, spaced) : spaced;
    }

    /** {@code base} to the powers at equal distances from {@code start} to {@code stop}, inclusive. */
    public static Tensor logspace(DType dtype, double start, double stop, long count, double base) {
        return Ricci.full(TensorType.of(DType.F64, count), base).pow(spaced(start, stop, count, true))
                .to(dtype);
    }

    /** {@code count} numbers at equal ratios from {@code start} to {@code stop}, inclusive. */
    public static Tensor geomspace(DType dtype, double start, double stop, long count) {
        if (!(start * stop > 0)) {
            throw new RicciException.Argument("space numbers at equal ratios", start + " to " + stop,
                    "both ends have one sign, and neither is 0", "use linspace");
        }
        Tensor number = iota(count);
        Tensor exponents = spaced(Math.log10(Math.abs(start)), Math.log10(Math.abs(stop)), count, true);
        Tensor powers = Ricci.full(exponents.type(), 10).pow(exponents).mul(Math.signum(start));
        // The ends are given, not computed.
        Tensor exact = Ricci.where(number.eq(0), start, powers);
        return (count > 1 ? Ricci.where(number.eq(count - 1), stop, exact) : exact).to(dtype);
    }

    private static Tensor iota(long count) {
        return Elementwise.one(new Op.Iota(TensorType.of(DType.F64, count), 0));
    }

    // ---- matrices of a pattern ----

    /** Ones where the column is the row plus {@code diagonal}, zeros elsewhere. */
    public static Tensor eye(DType dtype, long rows, long columns, long diagonal) {
        return distance(rows, columns).eq(diagonal).to(dtype);
    }

    /** The identity matrix. */
    public static Tensor identity(DType dtype, long length) {
        return eye(dtype, length, length, 0);
    }

    /** Ones on and below a diagonal, zeros above it. */
    public static Tensor tri(DType dtype, long rows, long columns, long diagonal) {
        return distance(rows, columns).le(diagonal).to(dtype);
    }

    /** The matrices along the last two axes with zeros above a diagonal; 0 is the main one, 1 that above. */
    public static Tensor tril(Tensor x, long diagonal) {
        return Ricci.where(ofMatrices("tril", x).le(diagonal), x, 0);
    }

    /** The matrices along the last two axes with zeros below a diagonal. */
    public static Tensor triu(Tensor x, long diagonal) {
        return Ricci.where(ofMatrices("triu", x).ge(diagonal), x, 0);
    }

    private static Tensor ofMatrices(String asked, Tensor x) {
        if (x.rank() < 2) {
            throw new RicciException.Shape(asked, x.type().toString(), "matrices have two axes",
                    "reshape the tensor first");
        }
        Tensor distance = distance(x.shape().length(x.rank() - 2), x.shape().length(x.rank() - 1));
        return Elementwise.broadcast(distance, x.shape());
    }

    /** The column minus the row, as i64. */
    private static Tensor distance(long rows, long columns) {
        TensorType type = TensorType.of(DType.I64, rows, columns);
        return Elementwise.one(new Op.Iota(type, 1)).sub(Elementwise.one(new Op.Iota(type, 0)));
    }

    /** A square matrix of zeros with a vector on a diagonal; of matrices, their diagonal. */
    public static Tensor diag(Tensor x, long diagonal) {
        if (x.rank() >= 2) {
            return Manipulation.diagonal(x, diagonal, -2, -1);
        }
        if (x.rank() == 0) {
            throw new RicciException.Shape("make a diagonal", x.type().toString(),
                    "a vector becomes a matrix, a matrix gives its diagonal", "reshape the scalar to [1]");
        }
        long length = x.shape().length(0) + Math.abs(diagonal);
        // Above the main diagonal an element's row is its index in the vector, below it its column.
        Tensor padded = Manipulation.pad(x, new long[][] {{0, Math.abs(diagonal)}}, 0);
        Tensor placed = padded.expandDims(diagonal >= 0 ? 1 : 0);
        return Ricci.where(distance(length, length).eq(diagonal), placed, 0);
    }

    /** The rows of the lower triangle's places, and their columns, as i32. */
    public static List<Tensor> trilIndices(int rows, int columns, int diagonal) {
        return triangle(rows, columns, (row, column) -> column - row <= diagonal);
    }

    /** The rows of the upper triangle's places, and their columns, as i32. */
    public static List<Tensor> triuIndices(int rows, int columns, int diagonal) {
        return triangle(rows, columns, (row, column) -> column - row >= diagonal);
    }

    private interface Place {
        boolean isInside(int row, int column);
    }

    private static List<Tensor> triangle(int rows, int columns, Place place) {
        Heap.require("find the places of a triangle", (double) rows * columns, Long.BYTES);
        long[] truths = new long[count(new long[] {rows, columns})];
        Arrays.setAll(truths, i -> place.isInside(i / columns, i % columns) ? 1 : 0);
        return Searching.nonzero(Shape.of(rows, columns), truths);
    }

    // ---- grids ----

    /**
     * Vectors repeated to the grid that they span, with the first one along axis 1 and the second along axis
     * 0, as coordinates x and y of a picture.
     */
    public static List<Tensor> meshgrid(Tensor... vectors) {
        int[] order = IntStream.range(0, vectors.length).toArray();
        if (order.length > 1) {
            order[0] = 1;
            order[1] = 0;
        }
        return grid(vectors, order);
    }

    /** Vectors repeated to the grid that they span, each along the axis of its number: NumPy's "ij". */
    public static List<Tensor> meshgridIj(Tensor... vectors) {
        return grid(vectors, IntStream.range(0, vectors.length).toArray());
    }

    private static List<Tensor> grid(Tensor[] vectors, int[] order) {
        long[] shape = new long[vectors.length];
        for (int i = 0; i < vectors.length; i++) {
            shape[order[i]] = vectors[i].size();
        }
        List<Tensor> grids = new ArrayList<>();
        for (int i = 0; i < vectors.length; i++) {
            grids.add(Elementwise.one(new Op.Broadcast(Shape.of(shape), List.of(order[i])),
                    vectors[i].reshape(-1)));
        }
        return grids;
    }

    /** For each axis of a shape, every place's index along it, as i32, stacked on a new first axis. */
    public static Tensor indices(long... lengths) {
        TensorType type = TensorType.of(DType.I32, lengths);
        if (lengths.length == 0) {
            return Ricci.zeros(DType.I32, 0);
        }
        return Ricci.stack(IntStream.range(0, lengths.length)
                .mapToObj(axis -> Elementwise.one(new Op.Iota(type, axis))).toList());
    }
}

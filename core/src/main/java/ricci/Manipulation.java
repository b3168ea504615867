package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Heap;

/** Shapes and places: joining, splitting, repeating, padding, turning, picking. Nothing is computed. */
public final class Manipulation {
    /** Bytes of a tensor that is part of another. */
    private static final int PART = 100;

    private Manipulation() {}

    // ---- axes ----

    /** Axes moved to other places in the result; the others stay in order. */
    public static Tensor moveAxis(Tensor x, int[] from, int[] to) {
        List<Integer> source = named("moveAxis", x, from);
        List<Integer> target = named("moveAxis", x, to);
        if (source.size() != target.size()) {
            throw new RicciException.Axis("move axes " + Arrays.toString(from) + " to " + Arrays.toString(to),
                    x.type().toString(), "each axis goes to one place", "name as many places as axes");
        }
        List<Integer> rest = x.shape().axesExcept(source);
        int[] order = new int[x.rank()];
        int next = 0;
        for (int axis = 0; axis < order.length; axis++) {
            int moved = target.indexOf(axis);
            order[axis] = moved >= 0 ? source.get(moved) : rest.get(next++);
        }
        return permuted(x, order);
    }

    private static List<Integer> named(String asked, Tensor x, int... axes) {
        return Arguments.given(asked, "the axes", axes).length == 0 ? List.of() : Axes.all(asked, x, axes);
    }

    private static Tensor permuted(Tensor x, int... order) {
        boolean inOrder = IntStream.range(0, order.length).allMatch(i -> order[i] == i);
        return inOrder ? x : x.transpose(order);
    }

    /** With axes of length 1 in front, to rank 1 at least. */
    public static Tensor atLeast1d(Tensor x) {
        return x.rank() == 0 ? x.reshape(1) : x;
    }

    /** With axes of length 1 in front, to rank 2 at least. */
    public static Tensor atLeast2d(Tensor x) {
        return x.rank() >= 2 ? x : x.reshape(1, x.size());
    }

    /** With axes of length 1 on both sides of a vector, behind a matrix, to rank 3 at least. */
    public static Tensor atLeast3d(Tensor x) {
        return x.rank() >= 3 ? x : x.rank() == 2 ? x.expandDims(2) : x.reshape(1, x.size(), 1);
    }

    /** Tensors stretched to the shape to which all broadcast. */
    public static List<Tensor> broadcastArrays(Tensor... tensors) {
        Shape shape = Elementwise.common("broadcast", present("broadcast", tensors));
        return Arrays.stream(tensors).map(x -> Elementwise.broadcast(x, shape)).toList();
    }

    // ---- joining ----

    /** Side by side: along axis 1, vectors along axis 0. */
    public static Tensor hstack(Tensor... tensors) {
        List<Tensor> all = present("hstack", tensors).stream().map(Manipulation::atLeast1d).toList();
        return Ricci.concatenate(all, !all.isEmpty() && all.getFirst().rank() > 1 ? 1 : 0);
    }

    /** One below the other: along axis 0, vectors as rows. */
    public static Tensor vstack(Tensor... tensors) {
        return Ricci.concatenate(
                present("vstack", tensors).stream().map(Manipulation::atLeast2d).toList(), 0);
    }

    /** One behind the other, along axis 2. */
    public static Tensor dstack(Tensor... tensors) {
        return Ricci.concatenate(
                present("dstack", tensors).stream().map(Manipulation::atLeast3d).toList(), 2);
    }

    /** Vectors as the columns of a matrix; matrices side by side. */
    public static Tensor columnStack(Tensor... tensors) {
        return Ricci.concatenate(present("columnStack", tensors).stream()
                .map(x -> x.rank() < 2 ? x.reshape(x.size(), 1) : x).toList(), 1);
    }

    /** {@code values} after {@code x} along an axis. */
    public static Tensor append(Tensor x, Tensor values, int axis) {
        return Ricci.concatenate(Arrays.asList(x, values), axis);
    }

    private static List<Tensor> present(String asked, Tensor... tensors) {
        return Arrays.asList(Arguments.given(asked, "the array of tensors", tensors));
    }

    // ---- splitting ----

    /** As many equal parts along an axis. */
    public static List<Tensor> split(Tensor x, int parts, int axis) {
        long length = x.shape().length(Axes.of("split", x, axis));
        if (parts < 1 || length % parts != 0) {
            throw new RicciException.Shape("split into " + parts + " equal parts along axis " + axis,
                    x.type().toString(), "the number of parts divides the length " + length,
                    "choose another number; or allow unequal parts with arraySplit, or give "
                    + "lengths to splitLengths");
        }
        return arraySplit(x, parts, axis);
    }

    /** As many parts along an axis, the first of them longer by one if they cannot be equal. */
    public static List<Tensor> arraySplit(Tensor x, int parts, int axis) {
        if (parts < 1) {
            throw new RicciException.Argument("split into " + parts + " parts", x.type().toString(),
                    "there is at least one part", "give a number of 1 or more");
        }
        long length = x.shape().length(Axes.of("arraySplit", x, axis));
        Heap.require("split into " + parts + " parts", parts, PART);
        return split(x, LongStream.range(1, parts)
                .map(i -> i * (length / parts) + Math.min(i, length % parts)).toArray(), axis);
    }

    /** Cut before each of the places along an axis; negative places count from the end. */
    public static List<Tensor> split(Tensor x, long[] places, int axis) {
        int counted = Axes.of("split", x, axis);
        long length = x.shape().length(counted);
        List<Tensor> parts = new ArrayList<>();
        long start = 0;
        for (int i = 0; i <= places.length; i++) {
            long stop = i == places.length ? length
                    : Math.clamp(places[i] < 0 ? places[i] + length : places[i], 0, length);
            parts.add(x.slice(counted, Math.min(start, stop), stop));
            start = stop;
        }
        return parts;
    }

    /**
     * The parts of the given lengths, one after the other along an axis.
     *
     * @throws RicciException.Shape if the lengths do not add up to that of the axis
     */
    public static List<Tensor> splitLengths(Tensor x, int axis, long... lengths) {
        int counted = Axes.of("splitLengths", x, axis);
        Arguments.given("splitLengths", "the lengths", lengths);
        long length = x.shape().length(counted);
        boolean fits = Arrays.stream(lengths).allMatch(part -> part >= 0 && part <= length)
                && Arrays.stream(lengths).sum() == length;
        if (!fits) {
            throw new RicciException.Shape("split axis " + counted + " into " + Arrays.toString(lengths),
                    x.type().toString(), "the parts' lengths add up to that of the axis, " + length,
                    "change one of the lengths");
        }
        List<Tensor> parts = new ArrayList<>();
        long start = 0;
        for (long part : lengths) {
            parts.add(x.slice(counted, start, start + part));
            start += part;
        }
        return List.copyOf(parts);
    }

    // ---- repeating ----

    /** The whole tensor repeated along each axis; the counts are for the last axes. */
    public static Tensor tile(Tensor x, long... counts) {
        int rank = Math.max(x.rank(), counts.length);
        long[] between = new long[2 * rank];
        long[] split = new long[2 * rank];
        long[] merged = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            int own = axis - (rank - x.rank());
            int given = axis - (rank - counts.length);
            long length = own < 0 ? 1 : x.shape().length(own);
            long count = given < 0 ? 1 : notNegative("tile", counts[given]);
            between[2 * axis] = 1;
            split[2 * axis] = count;
            between[2 * axis + 1] = length;
            split[2 * axis + 1] = length;
            // Overflow shows in the shape that is broadcast to.
            merged[axis] = count * length;
        }
        return x.reshape(between).broadcastTo(split).reshape(merged);
    }

    /** Each element repeated along an axis. */
    public static Tensor repeat(Tensor x, long count, int axis) {
        int counted = Axes.of("repeat", x, axis);
        Tensor apart = x.expandDims(counted + 1);
        notNegative("repeat", count);
        return apart.broadcastTo(apart.shape().with(counted + 1, count).toArray())
                .reshape(x.shape().with(counted, x.shape().length(counted) * count).toArray());
    }

    /** Each element along an axis repeated as often as its count says. */
    public static Tensor repeat(Tensor x, long[] counts, int axis) {
        int counted = Axes.of("repeat", x, axis);
        if (counts.length != x.shape().length(counted)) {
            throw new RicciException.Shape("repeat elements along axis " + axis,
                    x.type() + " and " + counts.length + " counts", "there is a count for each element",
                    "give " + x.shape().length(counted) + " counts, or one number for all");
        }
        double total = 0;
        for (long count : counts) {
            total += notNegative("repeat", count);
        }
        requireListed("repeat", total);
        return Selection.take(x, counted, IntStream.range(0, counts.length)
                .mapToObj(i -> LongStream.generate(() -> i).limit(counts[i]))
                .flatMapToLong(each -> each).toArray());
    }

    private static long notNegative(String asked, long count) {
        if (count < 0) {
            throw new RicciException.Argument(asked, count + " times", "counts are not negative",
                    "give 0 or more");
        }
        return count;
    }

    /** Places are listed in a Java array. */
    private static void requireListed(String asked, double places) {
        if (places > Integer.MAX_VALUE - 8) {
            throw new RicciException.Argument(asked, String.format("%.0f places", places),
                    "places are listed in a Java array, which has fewer than 2^31 elements",
                    "use smaller tensors");
        }
        Heap.require(asked, places, Long.BYTES);
    }

    // ---- padding ----

    /** What a tensor is continued with beyond its ends; for {@code a b c}, before it and after it: */
    public enum Padding {
        /** {@code a a | a b c | c c}. */
        EDGE,
        /** {@code c b | a b c | b a}. */
        REFLECT,
        /** {@code b a | a b c | c b}. */
        SYMMETRIC,
        /** {@code b c | a b c | a b}. */
        WRAP
    }

    /** With that value before and after each axis: {@code widths[axis]} is {before, after}. */
    public static Tensor pad(Tensor x, long[][] widths, Number value) {
        requireWidths(x, widths);
        List<Long> low = new ArrayList<>();
        List<Long> high = new ArrayList<>();
        for (long[] width : widths) {
            low.add(width[0]);
            high.add(width[1]);
        }
        Tensor scalar = Trace.fill(new TensorType(x.dtype(), Shape.SCALAR), value);
        return Elementwise.one(new Op.Pad(low, high, ricci.ir.Builder.repeat(x.rank(), 0)), x, scalar);
    }

    /** With as many zeros on both sides of each axis. */
    public static Tensor pad(Tensor x, long width) {
        return pad(x, uniform(x, width), 0);
    }

    /** Continued beyond its ends, by as much on both sides of each axis. */
    public static Tensor pad(Tensor x, long width, Padding padding) {
        return pad(x, uniform(x, width), padding);
    }

    /** Continued beyond its ends: {@code widths[axis]} is {before, after}. */
    public static Tensor pad(Tensor x, long[][] widths, Padding padding) {
        requireWidths(x, widths);
        // Refused before the first axis is padded, if there is no such shape.
        Shape.of(IntStream.range(0, widths.length)
                .mapToLong(axis -> sum(x.shape().length(axis), widths[axis])).toArray());
        Tensor padded = x;
        for (int axis = 0; axis < widths.length; axis++) {
            padded = continued(padded, axis, widths[axis], padding);
        }
        return padded;
    }

    /** The greatest long if it is greater. */
    private static long sum(long length, long... width) {
        double sum = (double) length + width[0] + width[1];
        return sum < Long.MAX_VALUE ? length + width[0] + width[1] : Long.MAX_VALUE;
    }

    private static long[][] uniform(Tensor x, long width) {
        return Collections.nCopies(x.rank(), new long[] {width, width}).toArray(long[][]::new);
    }

    private static void requireWidths(Tensor x, long[][] widths) {
        boolean fits = Arguments.given("pad", "the widths", widths).length == x.rank();
        for (int i = 0; fits && i < widths.length; i++) {
            fits = widths[i].length == 2 && widths[i][0] >= 0 && widths[i][1] >= 0;
        }
        if (!fits) {
            throw new RicciException.Shape("pad by " + Arrays.deepToString(widths), x.type().toString(),
                    "there are two widths per axis, before and after, and none is negative",
                    "give " + x.rank() + " pairs, for example {{1, 1}, {0, 2}} for two axes");
        }
    }

    private static Tensor continued(Tensor x, int axis, long[] width, Padding padding) {
        long length = x.shape().length(axis);
        if (width[0] == 0 && width[1] == 0) {
            return x;
        }
        if (length == 0) {
            throw new RicciException.Shape("pad axis " + axis + " by its own elements", x.type().toString(),
                    "an axis of length 0 has none", "pad with a value");
        }
        requireListed("pad", (double) width[0] + width[1]);
        LongUnaryOperator source = place -> switch (padding) {
            case EDGE -> Math.clamp(place, 0, length - 1);
            case WRAP -> Math.floorMod(place, length);
            case SYMMETRIC -> mirrored(place, 2 * length, 2 * length - 1);
            case REFLECT -> length == 1 ? 0 : mirrored(place, 2 * length - 2, 2 * length - 2);
        };
        Tensor before = Selection.take(x, axis, LongStream.range(-width[0], 0).map(source).toArray());
        Tensor after = Selection.take(
                x, axis, LongStream.range(length, length + width[1]).map(source).toArray());
        return Ricci.concatenate(List.of(before, x, after), axis);
    }

    private static long mirrored(long place, long period, long last) {
        long within = Math.floorMod(place, period);
        return Math.min(within, last - within);
    }

    // ---- turning ----

    /** Moved on in row-major order; what leaves at the end enters at the front. */
    public static Tensor roll(Tensor x, long shift) {
        return x.reshape(-1).roll(shift, 0).reshape(x.shape().toArray());
    }

    /** Moved on along several axes, each by its own shift. */
    public static Tensor roll(Tensor x, long[] shifts, int[] axes) {
        if (shifts.length != axes.length) {
            throw new RicciException.Argument("roll along several axes", shifts.length + " shifts and "
                    + axes.length + " axes", "each axis has its shift", "give as many shifts as axes");
        }
        Tensor rolled = x;
        for (int i = 0; i < axes.length; i++) {
            rolled = rolled.roll(shifts[i], axes[i]);
        }
        return rolled;
    }

    /** Columns in reverse order: along axis 1. */
    public static Tensor fliplr(Tensor x) {
        return x.flip(Axes.of("fliplr", x, 1));
    }

    /** Rows in reverse order: along axis 0. */
    public static Tensor flipud(Tensor x) {
        return x.flip(Axes.of("flipud", x, 0));
    }

    /** Turned by a quarter, {@code times} times, from axis 0 towards axis 1. */
    public static Tensor rot90(Tensor x, int times) {
        return rot90(x, times, 0, 1);
    }

    /** Turned by a quarter, {@code times} times, from one axis towards another. */
    public static Tensor rot90(Tensor x, int times, int from, int to) {
        List<Integer> plane = Axes.all("rot90", x, from, to);
        return switch (Math.floorMod(times, 4)) {
            case 1 -> x.flip(plane.get(1)).swapAxes(plane.get(0), plane.get(1));
            case 2 -> x.flip(plane.get(0), plane.get(1));
            case 3 -> x.swapAxes(plane.get(0), plane.get(1)).flip(plane.get(1));
            default -> x;
        };
    }

    // ---- picking ----

    /** The slices along an axis that integers of any shape name, whose axes take its place. */
    public static Tensor take(Tensor x, Tensor places, int axis, IndexMode mode) {
        int counted = Axes.of("take", x, axis);
        List<Index> index = new ArrayList<>(Collections.nCopies(counted, Ricci.slice()));
        index.add(Index.of(places));
        return IndexExpression.of(x, index).get(mode);
    }

    /**
     * Along an axis, the elements whose places a tensor of the same rank gives: {@code y[i][j] =
     * x[i][places[i][j]]} for axis 1. Takes what {@code argsort} gives.
     */
    public static Tensor takeAlongAxis(Tensor x, Tensor places, int axis) {
        return IndexExpression.of(x, alongAxis("takeAlongAxis", x, places, axis)).get(IndexMode.CLIP);
    }

    /** The counterpart of {@link #takeAlongAxis}: values written where the places say. */
    public static Tensor putAlongAxis(Tensor x, Tensor places, Tensor values, int axis) {
        return x.at(alongAxis("putAlongAxis", x, places, axis).toArray()).set(values);
    }

    private static List<Index> alongAxis(String asked, Tensor x, Tensor places, int axis) {
        int counted = Axes.of(asked, x, axis);
        if (places.rank() != x.rank()) {
            throw new RicciException.Shape(asked, x.type() + " and places " + places.type(),
                    "the places have an axis for each axis of the tensor",
                    "expand them: places.expandDims(axis)");
        }
        List<Index> index = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            long[] shape = new long[x.rank()];
            Arrays.fill(shape, 1);
            shape[i] = x.shape().length(i);
            index.add(Index.of(i == counted ? places
                    : Elementwise.one(new Op.Iota(TensorType.of(DType.I64, shape), i))));
        }
        return index;
    }

    /** Without the slices at those places along an axis; negative ones count from the end. */
    public static Tensor delete(Tensor x, long[] places, int axis) {
        int counted = Axes.of("delete", x, axis);
        Arguments.given("delete", "the places", places);
        long length = x.shape().length(counted);
        requireListed("delete", (double) length);
        List<Long> gone = new ArrayList<>();
        for (long place : places) {
            if (place < -length || place >= length) {
                throw new RicciException.Argument("delete place " + place + " of axis " + axis,
                        x.type().toString(), "the axis has length " + length, "choose a place inside");
            }
            gone.add(Math.floorMod(place, length));
        }
        return Selection.take(
                x, counted, LongStream.range(0, length).filter(i -> !gone.contains(i)).toArray());
    }

    /**
     * The elements whose indices along two axes differ by {@code offset}, which is that of the second minus
     * that of the first; along a new last axis.
     */
    public static Tensor diagonal(Tensor x, long offset, int first, int second) {
        List<Integer> axes = Axes.all("diagonal", x, first, second);
        long rows = x.shape().length(axes.get(0));
        long columns = x.shape().length(axes.get(1));
        long length = Math.max(0, Math.min(rows - Math.max(-offset, 0), columns - Math.max(offset, 0)));
        Tensor square = part(part(x, axes.get(0), Math.max(-offset, 0), length), axes.get(1),
                Math.max(offset, 0), length);
        int kept = Math.min(axes.get(0), axes.get(1));
        return Selection.diagonal(square, kept, Math.max(axes.get(0), axes.get(1))).moveAxis(kept, -1);
    }

    private static Tensor part(Tensor x, int axis, long start, long length) {
        long from = Math.min(start, x.shape().length(axis));
        return length == x.shape().length(axis) ? x : x.slice(axis, from, from + length);
    }
}

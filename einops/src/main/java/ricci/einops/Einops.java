package ricci.einops;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Planner.Operation;

/**
 * Tensor operations in einops notation, for the tensors of any library that has a {@link Backend}.
 *
 * {@snippet :
 * import static ricci.einops.Einops.*;
 *
 * y = rearrange(x, "b h w c -> b c h w");                              // [8,32,32,3] to [8,3,32,32]
 * y = rearrange(x, "b (h p) (w q) c -> b (h w) (p q c)", axis("p", 4), axis("q", 4));   // to [8,64,48]
 * y = reduce(x, "b h w c -> b c", Reduction.MEAN);                     // to [8,3]
 * y = repeat(v, "c -> b c", axis("b", 8));                             // [3] to [8,3]
 * z = einsum(x, w, "b h w c, c d -> b h w d");                         // [8,32,32,3], [3,16] to [8,32,32,16]
 * }
 *
 * <p>Java's own arrays of primitives, nested to any depth, are tensors: {@code float[][]} has two axes. The
 * result is a new array, nested as deep as it has axes. Where their number changes, so does the type: assign
 * the result to {@code Object}, or pass the argument as one, or a {@link ClassCastException} follows.
 *
 * {@snippet :
 * float[][] turned = rearrange(matrix, "a b -> b a");
 * float[] row = (float[]) rearrange((Object) matrix, "a b -> (a b)");
 * long[] sums = (long[]) reduce((Object) counts, "a b -> a", Reduction.SUM);    // int[][] to long[]
 * }
 *
 * <p>An array of length 0 does not know the lengths below it, which count as 0; and no array has no axis, so
 * that the sum of all elements is {@code "a b -> 1"}. A reduction of one's own is given a {@link Shaped}
 * over an array.
 *
 * <p>Every failure of an operation is an {@link EinopsException}, but for those of the tensor library that
 * say themselves
 * what the user did wrong.
 */
public final class Einops {
    private static final int REMEMBERED = 1024;
    private static final Preparations PREPARED = new Preparations(REMEMBERED);
    private static final Cache<EinsumKey, EinsumPlan> EINSUMS = new Cache<>(REMEMBERED);

    static final List<String> REDUCTIONS = Arrays.stream(Reduction.Named.values())
            .map(Reduction.Named::toString).toList();

    private Einops() {}

    /** The length of an axis of a pattern. */
    public static Axis axis(String name, long length) {
        return new Axis(name, length);
    }

    /** The lengths of an axis that an ellipsis repeats, as {@code p} in {@code (s p)...}, in order. */
    public static Axes axis(String name, long first, long second, long... others) {
        Arguments.require(name, "axis", "the name", "pass the name that the axis has in the pattern");
        Arguments.require(others, "axis", "the array of lengths", "pass a length for each repetition");
        return new Axes(java.util.stream.IntStream.range(0, others.length + 2)
                .mapToObj(i -> new Axis(name + "." + i,
                i == 0 ? first : i == 1 ? second : others[i - 2])).toList());
    }

    /** A row-major tensor over an array of primitives or a buffer: {@code shaped(new float[6], 2, 3)}. */
    public static <A> Shaped<A> shaped(A data, long... lengths) {
        return new Shaped<>(data, lengths);
    }

    /** A row-major tensor over a memory segment: {@code shaped(segment, ValueLayout.JAVA_FLOAT, 2, 3)}. */
    public static Shaped<Elements> shaped(MemorySegment segment, ValueLayout layout, long... lengths) {
        return new Shaped<>(new Elements(segment, layout), lengths);
    }

    /**
     * The same elements with axes permuted, split and merged; no axis appears or disappears but those of
     * length 1.
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensor
     */
    public static <T> T rearrange(T x, String pattern, AxisLengths... lengths) {
        return run(Operation.REARRANGE, x, pattern, null, lengths);
    }

    /**
     * As {@link #rearrange(Object, String, AxisLengths...)}, of the tensors that commas separate on the left,
     * or of tensors of one shape, stacked along a new first axis.
     *
     * {@snippet :
     * z = rearrange(List.of(x, y), "b q, b k -> b (q + k)");
     * z = rearrange(List.of(x, y), "n b c -> b c n");
     * }
     */
    public static <T> T rearrange(List<? extends T> tensors, String pattern, AxisLengths... lengths) {
        return runOne(Operation.REARRANGE, tensors, pattern, null, lengths);
    }

    /**
     * A rearrange that waits for tensors.
     *
     * @throws EinopsException if the pattern is wrong
     */
    public static Rearrange rearrange(String pattern, AxisLengths... lengths) {
        return new Rearrange(Prepared.of(Operation.REARRANGE, null, pattern, lengths).ofOneTensor());
    }

    /**
     * As {@link #rearrange(Object, String, AxisLengths...)}, with a result for each part of the right side
     * that commas separate. A sum such as {@code (q + k)} is an axis where one follows the other.
     *
     * {@snippet :
     * List<Tensor> qk = rearrangeAll(x, "b (q=64 + k) -> b q, b k");
     * }
     */
    public static <T> List<T> rearrangeAll(T x, String pattern, AxisLengths... lengths) {
        return runAll(Operation.REARRANGE, x, pattern, null, lengths);
    }

    /** As {@link #rearrangeAll(Object, String, AxisLengths...)}, of several tensors. */
    public static <T> List<T> rearrangeAll(List<? extends T> tensors, String pattern,
            AxisLengths... lengths) {
        return runAll(Operation.REARRANGE, tensors, pattern, null, lengths);
    }

    /**
     * The tensor reduced over the axes that are on the left only; the others may be permuted, split and
     * merged. Sums of integers and the like may have elements of another type than {@code x}: where the type
     * of the elements is part of {@code T}, as in {@link Shaped}, call this on a {@code Shaped<?>} then.
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensor
     */
    public static <T> T reduce(T x, String pattern, Reduction reduction, AxisLengths... lengths) {
        return run(Operation.REDUCE, x, pattern, requireReduction("reduce", reduction, pattern), lengths);
    }

    /**
     * As {@link #reduce(Object, String, Reduction, AxisLengths...)}; the name is that of a constant of
     * {@link Reduction}.
     */
    public static <T> T reduce(T x, String pattern, String reduction, AxisLengths... lengths) {
        return run(Operation.REDUCE, x, pattern, named(reduction, pattern), lengths);
    }

    /**
     * As {@link #reduce(Object, String, Reduction, AxisLengths...)}, of tensors of one shape and type,
     * stacked along a new first axis.
     */
    public static <T> T reduce(List<? extends T> tensors, String pattern, Reduction reduction,
            AxisLengths... lengths) {
        return runOne(Operation.REDUCE, tensors, pattern, requireReduction("reduce", reduction, pattern),
                lengths);
    }

    /**
     * As {@link #reduce(List, String, Reduction, AxisLengths...)}; the name is that of a constant of
     * {@link Reduction}.
     *
     * {@snippet :
     * z = reduce(List.of(x, y), "n b c -> b c", "max");
     * }
     */
    public static <T> T reduce(List<? extends T> tensors, String pattern, String reduction,
            AxisLengths... lengths) {
        return runOne(Operation.REDUCE, tensors, pattern, named(reduction, pattern), lengths);
    }

    /**
     * A reduce that waits for tensors.
     *
     * @throws EinopsException if the pattern is wrong
     */
    public static Reduce reduce(String pattern, Reduction reduction, AxisLengths... lengths) {
        Reduction required = requireReduction("reduce", reduction, pattern);
        return new Reduce(Prepared.of(Operation.REDUCE, required, pattern, lengths).ofOneTensor(), required);
    }

    /**
     * As {@link #reduce(String, Reduction, AxisLengths...)}; the name is that of a constant of
     * {@link Reduction}.
     */
    public static Reduce reduce(String pattern, String reduction, AxisLengths... lengths) {
        return reduce(pattern, named(reduction, pattern), lengths);
    }

    /**
     * The tensor repeated along the axes that are on the right only, whose lengths are given.
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensor
     */
    public static <T> T repeat(T x, String pattern, AxisLengths... lengths) {
        return run(Operation.REPEAT, x, pattern, null, lengths);
    }

    /** As {@link #repeat(Object, String, AxisLengths...)}, of tensors stacked along a new first axis. */
    public static <T> T repeat(List<? extends T> tensors, String pattern, AxisLengths... lengths) {
        return runOne(Operation.REPEAT, tensors, pattern, null, lengths);
    }

    /** As {@link #repeat(Object, String, AxisLengths...)}, with a result for each part of the right side. */
    public static <T> List<T> repeatAll(T x, String pattern, AxisLengths... lengths) {
        return runAll(Operation.REPEAT, x, pattern, null, lengths);
    }

    /**
     * As {@link #repeat(Object, String, AxisLengths...)}, of several tensors to several results.
     *
     * {@snippet :
     * List<Tensor> grid = repeatAll(List.of(x, y), "a, b -> a b, a b");
     * }
     */
    public static <T> List<T> repeatAll(List<? extends T> tensors, String pattern, AxisLengths... lengths) {
        return runAll(Operation.REPEAT, tensors, pattern, null, lengths);
    }

    /**
     * A repeat that waits for tensors.
     *
     * @throws EinopsException if the pattern is wrong
     */
    public static Repeat repeat(String pattern, AxisLengths... lengths) {
        return new Repeat(Prepared.of(Operation.REPEAT, null, pattern, lengths).ofOneTensor());
    }

    /**
     * The exponentials, divided by their sum over the axes in brackets. Without an arrow, the result has the
     * axes of {@code x}; with one, they are rearranged too.
     *
     * {@snippet :
     * Tensor weights = softmax(scores, "b h q [k]");
     * }
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensor
     */
    public static <T> T softmax(T x, String pattern, AxisLengths... lengths) {
        return Brackets.along("softmax", x, pattern, Along.Named.SOFTMAX, lengths);
    }

    /** The logarithm of the {@link #softmax}. */
    public static <T> T logSoftmax(T x, String pattern, AxisLengths... lengths) {
        return Brackets.along("logSoftmax", x, pattern, Along.Named.LOG_SOFTMAX, lengths);
    }

    /** The elements along the axes in brackets from the least to the greatest; NaN is last. */
    public static <T> T sort(T x, String pattern, AxisLengths... lengths) {
        return Brackets.along("sort", x, pattern, Along.Named.SORT, lengths);
    }

    /** Where the elements of the {@link #sort} come from; equal ones stay in their order. */
    public static <T> T argsort(T x, String pattern, AxisLengths... lengths) {
        return Brackets.along("argsort", x, pattern, Along.Named.ARGSORT, lengths);
    }

    /**
     * Along the axes in brackets, each element becomes the reduction of all up to it.
     *
     * {@snippet :
     * Tensor totals = cumulative(sales, "store [day]", Reduction.SUM);
     * }
     *
     * @param reduction {@code SUM}, {@code PROD}, {@code MAX}, {@code MIN} or {@code LOGSUMEXP}
     */
    public static <T> T cumulative(T x, String pattern, Reduction reduction, AxisLengths... lengths) {
        return Brackets.cumulative(x, pattern, requireReduction("cumulative", reduction, pattern), lengths);
    }

    /** The elements along each axis in brackets in reverse order. */
    public static <T> T flip(T x, String pattern, AxisLengths... lengths) {
        return Brackets.flip(x, pattern, lengths);
    }

    /**
     * The elements along the axes in brackets moved on by as many places; what leaves at the end comes in at
     * the start.
     *
     * {@snippet :
     * Tensor moved = roll(images, "b [h w] c", 1, -2);
     * }
     *
     * @param shifts one for each axis in brackets
     */
    public static <T> T roll(T x, String pattern, long... shifts) {
        return Brackets.roll(x, pattern, shifts);
    }

    /**
     * The elements at places that are data. Brackets mark the indexed axes of {@code x}, and the axis of
     * {@code index} that has a coordinate for each of them.
     *
     * {@snippet :
     * Tensor colours = getAt(images, places, "b [h w] c, b p [2] -> b p c");    // [8,32,32,3], [8,5,2]
     * }
     *
     * @throws EinopsException if an index is out of bounds, or the pattern does not fit the tensors; indices
     *     that are traced cannot be seen, and read NaN where they are out of bounds
     */
    public static <T> T getAt(T x, T index, String pattern, AxisLengths... lengths) {
        return getAt(x, Arrays.asList(index), pattern, lengths);
    }

    /** As {@link #getAt(Object, Object, String, AxisLengths...)}, with several tensors of coordinates. */
    public static <T> T getAt(T x, List<? extends T> indices, String pattern, AxisLengths... lengths) {
        return Brackets.access(Indexing.Access.GET, pattern, x, indices, List.of(), lengths);
    }

    /**
     * A copy of {@code x} with elements written at places that are data. Where several are written at one
     * place the last one stays, in the row-major order of the indices' axes as the first tensor of indices
     * names them. Without an arrow, the result has the axes of {@code x}.
     *
     * {@snippet :
     * Tensor marked = setAt(images, places, red, "b [h w] c, b p [2], c");
     * }
     *
     * @throws EinopsException if an index is out of bounds, or the pattern does not fit the tensors; indices
     *     that are traced cannot be seen, and write nothing where they are out of bounds
     */
    public static <T> T setAt(T x, T index, T values, String pattern, AxisLengths... lengths) {
        return setAt(x, Arrays.asList(index), values, pattern, lengths);
    }

    /**
     * As {@link #setAt(Object, Object, Object, String, AxisLengths...)}, with several tensors of
     * coordinates.
     */
    public static <T> T setAt(T x, List<? extends T> indices, T values, String pattern,
            AxisLengths... lengths) {
        return Brackets.access(Indexing.Access.SET, pattern, x, indices, Arrays.asList(values), lengths);
    }

    /** As {@link #setAt(Object, Object, Object, String, AxisLengths...)}, but what is written is added. */
    public static <T> T addAt(T x, T index, T values, String pattern, AxisLengths... lengths) {
        return addAt(x, Arrays.asList(index), values, pattern, lengths);
    }

    /**
     * As {@link #addAt(Object, Object, Object, String, AxisLengths...)}, with several tensors of
     * coordinates.
     */
    public static <T> T addAt(T x, List<? extends T> indices, T values, String pattern,
            AxisLengths... lengths) {
        return Brackets.access(Indexing.Access.ADD, pattern, x, indices, Arrays.asList(values), lengths);
    }

    /** The sum over the axes that the result lacks; an axis that is there twice is a diagonal. */
    public static <T> T einsum(T x, String pattern, AxisLengths... lengths) {
        return einsum(Arrays.asList(x), pattern, lengths);
    }

    /** The products of corresponding elements, summed over the axes that the result lacks. */
    public static <T> T einsum(T x, T y, String pattern, AxisLengths... lengths) {
        return einsum(Arrays.asList(x, y), pattern, lengths);
    }

    /** The products of corresponding elements, summed over the axes that the result lacks. */
    public static <T> T einsum(T x, T y, T z, String pattern, AxisLengths... lengths) {
        return einsum(Arrays.asList(x, y, z), pattern, lengths);
    }

    /**
     * The products of corresponding elements of any number of tensors, summed over the axes that the result
     * lacks. A group is an axis that is split or merged, as rearrange does; a number is an axis without a
     * name, which is summed, or repeated if the result has it.
     *
     * <p>Products of plain tensors of one type have that type; those of integers wrap, as {@code *} does in
     * Java. Of two types: of double and any other, double; of float and integers, float; of two types of
     * integers, long. An axis that only one tensor has is summed first, by which integers become long.
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensors
     */
    public static <T> T einsum(List<? extends T> tensors, String pattern, AxisLengths... lengths) {
        Call bare = new Call("einsum", Arguments.pattern("einsum", pattern), List.of());
        Backend<T> backend = Arguments.backend(bare, tensors);
        List<T> operands = Arguments.flat(bare, tensors);
        List<Axis> given = Arguments.axes(bare, lengths);
        Call call = bare.on(backend, operands).with(given);
        EinsumPlan plan = EINSUMS.get(EinsumKey.of(pattern, given, call.lengths()),
                () -> EinsumPlanner.plan(call, given, call.lengths()));
        return Arguments.guarded(call,
                () -> Arguments.result(call, tensors.getFirst(), backend.perform(operands,
                xs -> List.of(plan.apply(backend, xs))).getFirst()));
    }

    /**
     * How {@link #einsum(List, String, AxisLengths...)} computes its result: which tensors it contracts
     * first, and what that costs. Nothing is computed.
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensors
     */
    public static EinsumPath einsumPath(List<?> tensors, String pattern, AxisLengths... lengths) {
        return einsumPathOf(tensors, pattern, lengths);
    }

    /** As {@link #einsumPath(List, String, AxisLengths...)}, for tensors of these shapes. */
    public static EinsumPath einsumPath(String pattern, long[]... shapes) {
        Call bare = new Call("einsum", Arguments.pattern("einsum", pattern), List.of());
        if (shapes == null || Arrays.stream(shapes).anyMatch(Objects::isNull)) {
            throw bare.failure(Kind.NULL_ARGUMENT, bare.all(), "a shape is null", "shapes are not null",
                    "pass the lengths of a tensor's axes");
        }
        Call call = bare.on(List.of(shapes));
        for (long[] shape : shapes) {
            if (Arrays.stream(shape).anyMatch(length -> length < 0)) {
                throw call.failure(Kind.NEGATIVE_LENGTH, call.all(), "a length is negative",
                        "lengths are 0 or more", "check the shapes");
            }
        }
        return EinsumPlanner.path(call, List.of(), call.lengths());
    }

    private static <T> EinsumPath einsumPathOf(List<? extends T> tensors, String pattern,
            AxisLengths... lengths) {
        Call bare = new Call("einsum", Arguments.pattern("einsum", pattern), List.of());
        Backend<T> backend = Arguments.backend(bare, tensors);
        List<T> operands = Arguments.flat(bare, tensors);
        Call call = bare.with(Arguments.axes(bare, lengths)).on(backend, operands);
        return EinsumPlanner.path(call, call.given(), call.lengths());
    }

    /**
     * Tensors of any ranks as one: all have the axes that the pattern names, and {@code *} stands for
     * whatever else each has, which is run together and concatenated.
     *
     * {@snippet :
     * var packed = pack(List.of(image, features), "h w *");     // [32,32,3] and [32,32] to [32,32,4]
     * List<Tensor> again = unpack(packed, "h w *");
     * }
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensors
     */
    public static <T> Packed<T> pack(List<? extends T> tensors, String pattern) {
        return Packing.pack(tensors, pattern);
    }

    /**
     * The tensors that {@link #pack} made one of, by the pattern that it was given.
     *
     * @throws EinopsException if the pattern does not fit the packed tensor
     */
    public static <T> List<T> unpack(Packed<T> packed, String pattern) {
        Arguments.require(packed, "unpack", "the packed tensor", "pass what pack returned");
        return unpack(packed.tensor(), packed.shapes(), pattern);
    }

    /**
     * The axis that {@code *} stands for split into pieces, each of which has the axes of its shape there.
     * One length in all may be -1, for what is left over.
     *
     * @throws EinopsException if the pattern is wrong, or the pieces are not all of the tensor
     */
    public static <T> List<T> unpack(T tensor, List<List<Long>> shapes, String pattern) {
        return Packing.unpack(tensor, shapes, pattern);
    }

    /**
     * The lengths of a tensor's axes by name, to be passed on to another operation. A {@code _} skips an
     * axis, an ellipsis any number of them, and a number is checked.
     *
     * {@snippet :
     * y = rearrange(flat, "(b h w) c -> b h w c", parseShape(x, "b h w _"));
     * }
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensor
     */
    public static Axes parseShape(Object x, String pattern) {
        return ParseShape.of("parseShape", List.of(), Arrays.asList(x), pattern);
    }

    /**
     * As {@link #parseShape(Object, String)}, of several tensors at once; axes of one name have one length in
     * all of them.
     *
     * {@snippet :
     * Axes axes = parseShape(List.of(images, labels), "b h w _, b");
     * }
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensors
     */
    public static Axes parseShape(List<?> tensors, String pattern) {
        return ParseShape.of("parseShape", List.of(), tensors, pattern);
    }

    /**
     * As {@link #check(Object, String, AxisLengths...)}, of several tensors; axes of one name have one length
     * in all of them.
     *
     * {@snippet :
     * check(List.of(images, labels), "b h w 3, b");
     * }
     */
    public static <T> List<? extends T> check(List<? extends T> tensors, String pattern,
            AxisLengths... lengths) {
        Call call = new Call("check", Arguments.pattern("check", pattern), List.of());
        ParseShape.of("check", Arguments.axes(call, lengths), tensors, pattern);
        return tensors;
    }

    /**
     * The tensor itself, if it has the shape that the pattern says, and the given lengths.
     *
     * {@snippet :
     * Tensor video = check(x, "b t h w 3", axis("t", 16));
     * }
     *
     * @throws EinopsException if it has another shape, or the pattern is wrong
     */
    public static <T> T check(T x, String pattern, AxisLengths... lengths) {
        Call call = new Call("check", Arguments.pattern("check", pattern), List.of());
        ParseShape.of("check", Arguments.axes(call, lengths), Arrays.asList(x), pattern);
        return x;
    }

    /** What has been checked before is found without making anything. */
    private static Prepared prepared(Operation operation, List<?> tensors, String pattern,
            @Nullable Reduction reduction, AxisLengths... lengths) {
        Prepared found = PREPARED.find(operation, pattern, reduction, lengths);
        if (found != null) {
            return found;
        }
        Call bare = new Call(operation.toString(), Arguments.pattern(operation.toString(), pattern),
                List.of());
        List<Axis> axes = Arguments.axes(bare, lengths);
        return PREPARED.add(lengths, Prepared.of(operation, Reduction.Named.of(reduction), axes,
                Arguments.described(bare, tensors).with(axes),
                tensors.size()));
    }

    private static <T> T run(Operation operation, T x, String pattern, @Nullable Reduction reduction,
            AxisLengths... lengths) {
        Prepared found = PREPARED.find(operation, pattern, reduction, lengths);
        Prepared prepared = found != null ? found
                : prepared(operation, Arrays.asList(x), pattern, reduction, lengths);
        return prepared.ofOneResult().apply(x, reduction);
    }

    private static <T> List<T> runAll(Operation operation, T x, String pattern, @Nullable Reduction reduction,
            AxisLengths... lengths) {
        return prepared(operation, Arrays.asList(x), pattern, reduction, lengths)
                .applyAll(Arrays.asList(x), reduction);
    }

    /** Several tensors are what a pattern with commas names, or one tensor, stacked. */
    private static <T> List<T> runAll(Operation operation, List<? extends T> tensors, String pattern,
            @Nullable Reduction reduction, AxisLengths... lengths) {
        Prepared prepared = prepared(operation, tensors, pattern, reduction, lengths);
        return prepared.inputs() > 1 ? prepared.applyAll(tensors, reduction)
                : prepared.applyStacked(tensors, reduction);
    }

    private static <T> T runOne(Operation operation, List<? extends T> tensors, String pattern,
            @Nullable Reduction reduction, AxisLengths... lengths) {
        prepared(operation, tensors, pattern, reduction, lengths).ofOneResult();
        return Einops.<T>runAll(operation, tensors, pattern, reduction, lengths).getFirst();
    }

    private static <R> R requireReduction(String operation, @Nullable R reduction, String pattern) {
        if (reduction == null) {
            Call call = new Call(operation, Arguments.pattern(operation, pattern), List.of());
            throw call.failure(Kind.NULL_ARGUMENT, call.all(), "the reduction is null",
                    operation + " is told how to reduce",
                    "pass a reduction such as Reduction.SUM");
        }
        return reduction;
    }

    private static Reduction named(String name, String pattern) {
        requireReduction("reduce", name, pattern);
        for (Reduction.Named named : Reduction.Named.values()) {
            if (named.toString().equals(name)) {
                return named;
            }
        }
        Call call = new Call("reduce", Arguments.pattern("reduce", pattern), List.of());
        throw call.failure(Kind.UNKNOWN_REDUCTION, call.all(), "there is no reduction '" + name + "'",
                "reductions are " + Spelling.list(REDUCTIONS),
                Spelling.suggest(name, REDUCTIONS)
                        .orElse("pass your own: Reduction.of(Type.class, (x, axes) -> …)"));
    }

    /** What an einsum's plan depends on. */
    private record EinsumKey(String pattern, List<Axis> axes, List<List<Long>> shapes) {
        static EinsumKey of(String pattern, List<Axis> axes, List<long[]> shapes) {
            return new EinsumKey(pattern, axes,
                    shapes.stream().map(shape -> Arrays.stream(shape).boxed().toList()).toList());
        }
    }
}

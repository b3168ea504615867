package ricci.einops;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
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
 * <p>Every failure is an {@link EinopsException}, but for those of the tensor library that say themselves
 * what the user did wrong.
 */
public final class Einops {
    private static final int REMEMBERED = 1024;
    private static final Cache<Key, Plan> PLANS = new Cache<>(REMEMBERED);
    private static final Cache<Key, EinsumPlan> EINSUMS = new Cache<>(REMEMBERED);

    private static final List<String> REDUCTIONS = Arrays.stream(Reduction.Named.values())
            .map(Reduction.Named::toString).toList();

    private Einops() {}

    /** The length of an axis of a pattern. */
    public static Axis axis(String name, long length) {
        return new Axis(name, length);
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
     * As {@link #rearrange(Object, String, AxisLengths...)}, of tensors of one shape stacked along a new
     * first axis.
     */
    public static <T> T rearrange(List<? extends T> tensors, String pattern, AxisLengths... lengths) {
        return run(Operation.REARRANGE, stack("rearrange", tensors, pattern), pattern, null, lengths);
    }

    /**
     * The tensor reduced over the axes that are on the left only; the others may be permuted, split and
     * merged. Sums of integers and the like may have elements of another type than {@code x}: where the type
     * of the elements is part of {@code T}, as in {@link Shaped}, call this on a {@code Shaped<?>} then.
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensor
     */
    public static <T> T reduce(T x, String pattern, Reduction reduction, AxisLengths... lengths) {
        return run(Operation.REDUCE, x, pattern, requireReduction(reduction, pattern), lengths);
    }

    /**
     * As {@link #reduce(Object, String, Reduction, AxisLengths...)}; the name is that of a constant of
     * {@link Reduction}.
     */
    public static <T> T reduce(T x, String pattern, String reduction, AxisLengths... lengths) {
        return run(Operation.REDUCE, x, pattern, named(reduction, pattern), lengths);
    }

    /**
     * As {@link #reduce(Object, String, Reduction, AxisLengths...)}, of tensors stacked along a new first
     * axis.
     */
    public static <T> T reduce(List<? extends T> tensors, String pattern, Reduction reduction,
            AxisLengths... lengths) {
        return run(Operation.REDUCE, stack("reduce", tensors, pattern), pattern,
                requireReduction(reduction, pattern), lengths);
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
        return run(Operation.REPEAT, stack("repeat", tensors, pattern), pattern, null, lengths);
    }

    /** The sum over the axes that the result lacks; an axis that is there twice is a diagonal. */
    public static <T> T einsum(T x, String pattern) {
        return einsum(Arrays.asList(x), pattern);
    }

    /** The products of corresponding elements, summed over the axes that the result lacks. */
    public static <T> T einsum(T x, T y, String pattern) {
        return einsum(Arrays.asList(x, y), pattern);
    }

    /** The products of corresponding elements, summed over the axes that the result lacks. */
    public static <T> T einsum(T x, T y, T z, String pattern) {
        return einsum(Arrays.asList(x, y, z), pattern);
    }

    /**
     * The products of corresponding elements of any number of tensors, summed over the axes that the result
     * lacks.
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensors
     */
    public static <T> T einsum(List<? extends T> tensors, String pattern) {
        Call bare = new Call("einsum", Arguments.pattern("einsum", pattern), List.of());
        Backend<T> backend = Arguments.backend(bare, tensors);
        List<T> operands = Arguments.flat(bare, tensors);
        Call call = new Call("einsum", pattern, operands.stream().map(backend::describe).toList());
        List<long[]> shapes = operands.stream().map(backend::shape).toList();
        EinsumPlan plan = EINSUMS.get(Key.of("einsum", pattern, null, List.of(), shapes),
                () -> EinsumPlanner.plan(call, shapes));
        return Arguments.guarded(call,
                () -> Arguments.result(call, tensors.getFirst(), plan.apply(backend, operands)));
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
     * The tensors that {@link #pack} made one of; the pattern may name axes in another order of words only.
     */
    public static <T> List<T> unpack(Packed<T> packed, String pattern) {
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
        return ParseShape.of(x, pattern);
    }

    private static <T> T run(Operation operation, T tensor, String pattern, @Nullable Reduction reduction,
            AxisLengths... lengths) {
        Call bare = new Call(operation.toString(), Arguments.pattern(operation.toString(), pattern),
                List.of());
        Backend<T> backend = Arguments.backend(bare, Arrays.asList(tensor));
        T x = Arguments.flat(bare, List.of(tensor)).getFirst();
        Call call = new Call(bare.operation(), pattern, List.of(backend.describe(x)));
        List<Axis> given = Arguments.axes(call, lengths);
        if (reduction instanceof Reduction.Custom<?>(var type, _) && !type.isInstance(x)) {
            throw call.failure(Kind.WRONG_REDUCTION, call.all(), "the reduction is for a "
                    + type.getSimpleName() + ", the tensor is a " + x.getClass().getSimpleName(),
                    "a reduction made by Reduction.of is for tensors of one type",
                    "use a reduction for this type, or one of " + Spelling.list(REDUCTIONS));
        }
        long[] shape = backend.shape(x);
        // Functions are not part of the key: a new lambda for each call would miss the cache, and be kept
        // alive by it.
        Reduction.@Nullable Named named = reduction instanceof Reduction.Named n ? n : null;
        Plan plan = PLANS.get(Key.of(bare.operation(), pattern, named, given, List.of(shape)),
                () -> Planner.plan(operation, named, given, call, shape));
        return Arguments.guarded(call,
                () -> Arguments.result(call, tensor, plan.apply(backend, x, reduction)));
    }

    private static <T> T stack(String operation, List<? extends T> given, String pattern) {
        Call bare = new Call(operation, Arguments.pattern(operation, pattern), List.of());
        Backend<T> backend = Arguments.backend(bare, given);
        List<T> tensors = Arguments.flat(bare, given);
        List<String> types = tensors.stream().map(backend::describe).toList();
        for (T x : tensors) {
            if (!Arrays.equals(backend.shape(x), backend.shape(tensors.getFirst()))) {
                Call call = new Call(operation, pattern, types);
                throw call.failure(Kind.STACK_MISMATCH, call.all(),
                        "tensors of different shapes cannot be stacked",
                        "the tensors of a list have one shape", "bring them to one shape first");
            }
        }
        return Arguments.guarded(bare,
                () -> Arguments.result(bare, given.getFirst(), backend.stack(tensors)));
    }

    private static <R> R requireReduction(@Nullable R reduction, String pattern) {
        if (reduction == null) {
            Call call = new Call("reduce", Arguments.pattern("reduce", pattern), List.of());
            throw call.failure(Kind.NULL_ARGUMENT, call.all(), "the reduction is null",
                    "reduce is told how to reduce",
                    "pass a reduction such as Reduction.SUM");
        }
        return reduction;
    }

    private static Reduction named(String name, String pattern) {
        requireReduction(name, pattern);
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

    /** What a plan depends on, all of it. */
    private record Key(String operation, String pattern, @Nullable Reduction reduction, List<Axis> axes,
                       List<List<Long>> shapes) {
        static Key of(String operation, String pattern, @Nullable Reduction reduction, List<Axis> axes,
                List<long[]> shapes) {
            Function<long[], List<Long>> boxed = shape -> Arrays.stream(shape).boxed().toList();
            return new Key(operation, pattern, reduction, axes, shapes.stream().map(boxed).toList());
        }

        Key {
            Objects.requireNonNull(pattern);
        }
    }
}

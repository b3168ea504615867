package ricci.einops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
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

    /** A row-major tensor over an array of primitives: {@code shaped(new float[6], 2, 3)}. */
    public static <A> Shaped<A> shaped(A data, long... lengths) {
        return new Shaped<>(data, lengths);
    }

    /**
     * The same elements with axes permuted, split and merged; no axis appears or disappears but those of
     * length 1.
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensor
     */
    public static <T> T rearrange(T x, String pattern, Axis... axes) {
        return run(Operation.REARRANGE, x, pattern, null, axes);
    }

    /**
     * As {@link #rearrange(Object, String, Axis...)}, of tensors of one shape stacked along a new first axis.
     */
    public static <T> T rearrange(List<? extends T> tensors, String pattern, Axis... axes) {
        return run(Operation.REARRANGE, stack("rearrange", tensors, pattern), pattern, null, axes);
    }

    /**
     * The tensor reduced over the axes that are on the left only; the others may be permuted, split and
     * merged. Sums of integers and the like may have elements of another type than {@code x}: where the type
     * of the elements is part of {@code T}, as in {@link Shaped}, call this on a {@code Shaped<?>} then.
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensor
     */
    public static <T> T reduce(T x, String pattern, Reduction reduction, Axis... axes) {
        return run(Operation.REDUCE, x, pattern, requireReduction(reduction, pattern), axes);
    }

    /**
     * As {@link #reduce(Object, String, Reduction, Axis...)}; the name is that of a constant of
     * {@link Reduction}.
     */
    public static <T> T reduce(T x, String pattern, String reduction, Axis... axes) {
        return run(Operation.REDUCE, x, pattern, named(reduction, pattern), axes);
    }

    /** As {@link #reduce(Object, String, Reduction, Axis...)}, of tensors stacked along a new first axis. */
    public static <T> T reduce(List<? extends T> tensors, String pattern, Reduction reduction, Axis... axes) {
        return run(Operation.REDUCE, stack("reduce", tensors, pattern), pattern,
                requireReduction(reduction, pattern), axes);
    }

    /**
     * The tensor repeated along the axes that are on the right only, whose lengths are given.
     *
     * @throws EinopsException if the pattern is wrong or does not fit the tensor
     */
    public static <T> T repeat(T x, String pattern, Axis... axes) {
        return run(Operation.REPEAT, x, pattern, null, axes);
    }

    /** As {@link #repeat(Object, String, Axis...)}, of tensors stacked along a new first axis. */
    public static <T> T repeat(List<? extends T> tensors, String pattern, Axis... axes) {
        return run(Operation.REPEAT, stack("repeat", tensors, pattern), pattern, null, axes);
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
        Call bare = new Call("einsum", requirePattern("einsum", pattern), List.of());
        Backend<T> backend = backend(bare, tensors);
        Call call = new Call("einsum", pattern, tensors.stream().map(backend::describe).toList());
        List<long[]> shapes = tensors.stream().map(backend::shape).toList();
        EinsumPlan plan = EINSUMS.get(Key.of("einsum", pattern, null, List.of(), shapes),
                () -> EinsumPlanner.plan(call, shapes));
        return guarded(call, () -> plan.apply(backend, tensors));
    }

    private static <T> T run(Operation operation, T x, String pattern, @Nullable Reduction reduction,
            Axis... axes) {
        Call bare = new Call(operation.toString(), requirePattern(operation.toString(), pattern), List.of());
        Backend<T> backend = backend(bare, Arrays.asList(x));
        Call call = new Call(bare.operation(), pattern, List.of(backend.describe(x)));
        List<Axis> given = requireAxes(call, axes);
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
        return guarded(call, () -> plan.apply(backend, x, reduction));
    }

    private static List<Axis> requireAxes(Call call, Axis... axes) {
        if (axes == null || Arrays.stream(axes).anyMatch(axis -> axis == null || axis.name() == null)) {
            throw call.failure(Kind.NULL_ARGUMENT, call.all(), "an axis is null",
                    "every axis has a name and a length", "pass axis(\"name\", length)");
        }
        return List.of(axes);
    }

    private static <T> T stack(String operation, List<? extends T> tensors, String pattern) {
        Call bare = new Call(operation, requirePattern(operation, pattern), List.of());
        Backend<T> backend = backend(bare, tensors);
        List<String> types = tensors.stream().map(backend::describe).toList();
        for (T x : tensors) {
            if (!Arrays.equals(backend.shape(x), backend.shape(tensors.getFirst()))) {
                Call call = new Call(operation, pattern, types);
                throw call.failure(Kind.STACK_MISMATCH, call.all(),
                        "tensors of different shapes cannot be stacked",
                        "the tensors of a list have one shape", "bring them to one shape first");
            }
        }
        return guarded(bare, () -> backend.stack(tensors));
    }

    private static <T> Backend<T> backend(Call call, List<? extends T> tensors) {
        if (tensors == null) {
            throw call.failure(Kind.NULL_ARGUMENT, call.all(), "the list of tensors is null",
                    "lists are not null",
                    "pass a list of tensors");
        }
        if (tensors.isEmpty()) {
            throw call.failure(Kind.NO_TENSORS, call.all(), "there is no tensor",
                    "an operation has at least one tensor",
                    "pass one tensor or more");
        }
        for (Object x : tensors) {
            if (x == null) {
                throw call.failure(Kind.NULL_ARGUMENT, call.all(), "a tensor is null", "tensors are not null",
                        "pass a tensor");
            }
        }
        T first = tensors.getFirst();
        Backend<T> backend = Backends.of(first);
        if (backend == null || !tensors.stream().allMatch(x -> backend.handles(x.getClass()))) {
            throw call.failure(Kind.UNKNOWN_TENSOR, call.all(), "no backend knows "
                    + tensors.stream().map(x -> x.getClass().getTypeName()).distinct()
                            .collect(Collectors.joining(" with ")),
                    "tensors belong to one library that has a backend",
                    "wrap plain arrays: shaped(array, 2, 3)");
        }
        return backend;
    }

    private static String requirePattern(String operation, @Nullable String pattern) {
        if (pattern == null) {
            Call call = new Call(operation, "", List.of());
            throw call.failure(Kind.NULL_ARGUMENT, call.all(), "the pattern is null", "a pattern is a text",
                    "pass a pattern such as \"b h w -> b (h w)\"");
        }
        return pattern;
    }

    private static <R> R requireReduction(@Nullable R reduction, String pattern) {
        if (reduction == null) {
            Call call = new Call("reduce", requirePattern("reduce", pattern), List.of());
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
        Call call = new Call("reduce", requirePattern("reduce", pattern), List.of());
        throw call.failure(Kind.UNKNOWN_REDUCTION, call.all(), "there is no reduction '" + name + "'",
                "reductions are " + Spelling.list(REDUCTIONS),
                Spelling.suggest(name, REDUCTIONS)
                        .orElse("pass your own: Reduction.of(Type.class, (x, axes) -> …)"));
    }

    private interface Step<T> {
        T run();
    }

    /**
     * Lets through what tells the user of a mistake, and puts the call around everything else that a library
     * throws.
     */
    private static <T> T guarded(Call call, Step<T> step) {
        try {
            return step.run();
        } catch (EinopsException e) {
            throw e;
        } catch (RuntimeException e) {
            throw Backends.isForUsers(e) ? e : call.failure(e);
        } catch (OutOfMemoryError e) {
            throw call.failure(e);
        }
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

package ricci.einops;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Planner.Operation;

/**
 * A rearrange, reduce or repeat that waits for tensors: the pattern is checked, and plans are remembered by
 * shape. Between tensors of one shape nothing is looked up but the backend.
 */
final class Prepared {
    private static final int REMEMBERED = 64;

    private final Operation operation;
    private final String pattern;
    private final Reduction.@Nullable Named reduction;
    private final List<Axis> axes;
    private final Cache<List<Long>, Solved> plans = new Cache<>(REMEMBERED);
    private volatile Solved latest;

    // The array is this record's own, and never written.
    @SuppressWarnings("ArrayRecordComponent")
    private record Solved(long[] shape, @Nullable Plan plan) {}

    private Prepared(Operation operation, String pattern, Reduction.@Nullable Named reduction,
            List<Axis> axes) {
        this.operation = operation;
        this.pattern = pattern;
        this.reduction = reduction;
        this.axes = axes;
        // Equal to no tensor's shape, for no length is negative.
        latest = new Solved(new long[] {-1}, null);
    }

    /** Checks the pattern, whose mistakes are reported with {@code call}. */
    static Prepared of(Operation operation, Reduction.@Nullable Named reduction, List<Axis> axes, Call call) {
        Planner.check(operation, axes, call);
        return new Prepared(operation, call.pattern(), reduction, axes);
    }

    /** For an operation that is made before there is a tensor. */
    static Prepared of(Operation operation, @Nullable Reduction reduction, String pattern,
            AxisLengths... lengths) {
        Call call = new Call(operation.toString(), Arguments.pattern(operation.toString(), pattern),
                List.of());
        Reduction.@Nullable Named named = reduction instanceof Reduction.Named n ? n : null;
        return of(operation, named, Arguments.axes(call, lengths), call);
    }

    <T> T apply(T x, @Nullable Reduction given) {
        return apply(Arguments.backend(bare(), Arrays.asList(x)), x, given);
    }

    <T> T apply(Backend<T> backend, T tensor, @Nullable Reduction given) {
        T x = Arguments.flat(bare(), List.of(tensor)).getFirst();
        if (given instanceof Reduction.Custom<?>(var type, _) && !type.isInstance(x)) {
            Call call = call(backend, x);
            throw call.failure(Kind.WRONG_REDUCTION, call.all(), "the reduction is for a "
                    + type.getSimpleName() + ", the tensor is a " + x.getClass().getSimpleName(),
                    "a reduction made by Reduction.of is for tensors of one type",
                    "use a reduction for this type, or one of " + Spelling.list(Einops.REDUCTIONS));
        }
        long[] shape = backend.shape(x);
        Solved solved = latest;
        if (!Arrays.equals(solved.shape, shape)) {
            solved = plans.get(LongStream.of(shape).boxed().toList(),
                    () -> new Solved(shape.clone(), plan(call(backend, x), shape)));
            latest = solved;
        }
        Plan plan = java.util.Objects.requireNonNull(solved.plan);
        try {
            T y = backend.perform(List.of(x), xs -> List.of(plan.apply(backend, xs.getFirst(), given)))
                    .getFirst();
            return Arguments.result(call(backend, x), tensor, y);
        } catch (RuntimeException e) {
            throw e instanceof EinopsException || Backends.isForUsers(e) ? e : call(backend, x).failure(e);
        } catch (OutOfMemoryError e) {
            throw call(backend, x).failure(e);
        }
    }

    /** The lengths of the result for a tensor of these lengths. */
    long[] shape(long... lengths) {
        return plan(dry(lengths), lengths).shape(lengths);
    }

    /** The steps for a tensor of these lengths, in words. */
    String explain(long... lengths) {
        return plan(dry(lengths), lengths).toString();
    }

    private Plan plan(Call call, long[] shape) {
        return Planner.plan(operation, reduction, axes, call, shape);
    }

    private Call dry(long... lengths) {
        return new Call(operation.toString(), pattern, List.of(Arrays.toString(lengths).replace(" ", "")));
    }

    private Call bare() {
        return new Call(operation.toString(), pattern, List.of());
    }

    private <T> Call call(Backend<T> backend, T x) {
        return new Call(operation.toString(), pattern, List.of(backend.describe(x)));
    }

    String pattern() {
        return pattern;
    }

    List<Axis> axes() {
        return axes;
    }

    /** {@code rearrange("b (h p) -> b h p", p=4)}. */
    @Override
    public String toString() {
        return operation + "(\"" + pattern + "\"" + (reduction == null ? "" : ", " + reduction)
                + axes.stream().map(axis -> ", " + axis.name() + "=" + axis.length())
                .collect(Collectors.joining())
                + ")";
    }
}

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
    private final int inputs;
    private final int outputs;
    private final @Nullable Prepared before;
    private final Cache<List<List<Long>>, Solved> plans = new Cache<>(REMEMBERED);
    private volatile @Nullable Solved latest;

    private record Solved(List<long[]> shapes, Plan plan, @Nullable PlainPlan plain) {
        Solved(List<long[]> shapes, Plan plan) {
            this(shapes, plan, PlainPlan.of(plan));
        }

        /** The results for tensors of these shapes. */
        @SuppressWarnings("unchecked")
        <T> List<T> apply(Backend<T> backend, List<T> tensors, @Nullable Reduction reduction) {
            if (plain == null || backend != ShapedBackend.PLAIN || reduction instanceof Reduction.Custom<?>) {
                return backend.perform(tensors, operands -> plan.apply(backend, operands, reduction));
            }
            return (List<T>) plain.apply((List<Shaped<?>>) tensors, (Reduction.@Nullable Named) reduction);
        }

        boolean isFor(List<long[]> others) {
            for (int i = 0; i < Math.min(shapes.size(), others.size()); i++) {
                if (!Arrays.equals(shapes.get(i), others.get(i))) {
                    return false;
                }
            }
            return shapes.size() == others.size();
        }
    }

    private Prepared(Operation operation, Pattern pattern, Reduction.@Nullable Named reduction,
            List<Axis> axes) {
        this.operation = operation;
        this.pattern = pattern.text();
        this.reduction = reduction;
        this.axes = axes;
        inputs = pattern.inputs().size();
        outputs = pattern.outputs().size();
        before = null;
    }

    private Prepared(Prepared before, Prepared last) {
        operation = last.operation;
        pattern = last.pattern;
        reduction = last.reduction;
        axes = last.axes;
        inputs = 1;
        outputs = 1;
        this.before = before;
    }

    /** Checks the pattern, whose mistakes are reported with {@code call}. */
    static Prepared of(Operation operation, Reduction.@Nullable Named reduction, List<Axis> axes, Call call,
            int tensors) {
        return new Prepared(operation, Planner.check(operation, reduction, axes, call, tensors), reduction,
                axes);
    }

    /** For an operation that is made before there is a tensor. */
    static Prepared of(Operation operation, @Nullable Reduction reduction, String pattern,
            AxisLengths... lengths) {
        Call bare = new Call(operation.toString(), Arguments.pattern(operation.toString(), pattern),
                List.of());
        List<Axis> axes = Arguments.axes(bare, lengths);
        return of(operation, Reduction.Named.of(reduction), axes, bare.with(axes), 0);
    }

    /** The number of tensors that the pattern is for. */
    int inputs() {
        return inputs;
    }

    /** This one, and then another, with one plan for both. */
    Prepared andThen(Prepared next) {
        return next.before == null ? new Prepared(this, next) : andThen(next.before).andThen(next.alone());
    }

    /** The last one of those that are done one after the other. */
    Prepared alone() {
        return before == null ? this : of(operation, reduction, axes, bare(), 0);
    }

    /** The one whose result this one takes. */
    @Nullable Prepared before() {
        return before;
    }

    /** For a constant, which is applied to one tensor and gives one. */
    Prepared ofOneTensor() {
        if (inputs != 1) {
            Call call = bare();
            throw call.failure(Kind.OPERAND_COUNT, call.all(), "the pattern has " + inputs + " inputs",
                    "an operation that waits for tensors is for one tensor",
                    "separate axes with spaces, or call " + operation + " with a list of tensors");
        }
        return ofOneResult();
    }

    /** For a call that gives one result. */
    Prepared ofOneResult() {
        if (outputs != 1) {
            throw bare().failure(Kind.OUTPUT_COUNT, new Span(pattern.indexOf("->") + 2, pattern.length()),
                    "the pattern has " + outputs + " results", "this call gives one tensor",
                    "call " + operation + "All, which gives a list");
        }
        return this;
    }

    @SuppressWarnings("unchecked")
    <T> T apply(T x, @Nullable Reduction given) {
        Solved solved = latest;
        if (x instanceof Shaped<?> shaped && solved != null && solved.plain != null
                && !(given instanceof Reduction.Custom<?>)
                && Arrays.equals(solved.shapes.getFirst(), shaped.lengths())) {
            return (T) apply(solved.plain, shaped, (Reduction.@Nullable Named) given, null);
        }
        return applyAll(Arrays.asList(x), given).getFirst();
    }

    /** Nothing but the result is allocated where nothing fails, and nothing at all if there is a target. */
    private Shaped<?> apply(PlainPlan plan, Shaped<?> x, Reduction.@Nullable Named named,
            @Nullable Shaped<?> target) {
        try {
            if (target == null) {
                return plan.apply(x, named);
            }
            if (!Target.fits(x, target, plan.type(x, named), plan.shape())) {
                throw Target.misfit(call(ShapedBackend.PLAIN, List.of(x)), target, plan.type(x, named),
                        plan.shape());
            }
            plan.applyInto(x, named, target);
            return target;
        } catch (EinopsException e) {
            throw e;
        } catch (RuntimeException e) {
            throw call(ShapedBackend.PLAIN, List.of(x)).failure(e);
        } catch (OutOfMemoryError e) {
            throw call(ShapedBackend.PLAIN, List.of(x)).failure(e);
        }
    }

    /** As {@link #apply(Object, Reduction)}, with the result in memory of the caller's. */
    void applyInto(Object x, Object target, @Nullable Reduction given) {
        Solved solved = latest;
        if (x instanceof Shaped<?> from && target instanceof Shaped<?> to && solved != null
                && solved.plain != null && !(given instanceof Reduction.Custom<?>)
                && Arrays.equals(solved.shapes.getFirst(), from.lengths())) {
            apply(solved.plain, from, (Reduction.@Nullable Named) given, to);
            return;
        }
        Backend<Object> backend = Arguments.backend(bare(), Arrays.asList(x));
        List<Object> flat = Arguments.flat(bare(), List.of(x));
        if (!(flat.getFirst() instanceof Shaped<?> from)) {
            throw Target.unknown(call(backend, flat), x);
        }
        check(backend, flat, given);
        Target.requireApart(() -> call(backend, flat), x, target);
        Solved found = solved(backend, flat);
        if (target instanceof Shaped<?> to && found.plain != null
                && !(given instanceof Reduction.Custom<?>)) {
            apply(found.plain, from, (Reduction.@Nullable Named) given, to);
            return;
        }
        Arguments.guarded(() -> call(backend, flat), () -> {
            Shaped<?> result = (Shaped<?>) found.apply(backend, flat, given).getFirst();
            Target.fill(() -> call(backend, flat), from, result, target);
            return target;
        });
    }

    <T> List<T> applyAll(List<? extends T> tensors, @Nullable Reduction given) {
        Backend<T> backend = Arguments.backend(bare(), tensors);
        List<T> flat = Arguments.flat(bare(), tensors);
        check(backend, flat, given);
        Solved solved = solved(backend, flat);
        return results(backend, flat, tensors.getFirst(), () -> solved.apply(backend, flat, given));
    }

    /**
     * As {@link #applyAll}, of tensors of one shape that become one, with a new first axis. That one is the
     * backend's only: where tensors hold data, it need not be one that they can hold.
     */
    <T> List<T> applyStacked(List<? extends T> tensors, @Nullable Reduction given) {
        Backend<T> backend = Arguments.backend(bare(), tensors);
        List<T> flat = Arguments.flat(bare(), tensors);
        Stacking.check(call(backend, flat), backend, flat);
        check(backend, flat, given);
        return results(backend, flat, tensors.getFirst(), () -> backend.perform(flat, xs -> {
            List<T> stacked = List.of(backend.stack(xs));
            return solved(backend, stacked).apply(backend, stacked, given);
        }));
    }

    private <T> List<T> results(Backend<T> backend, List<T> flat, T first,
            Arguments.Computation<List<T>> computation) {
        return Arguments.guarded(() -> call(backend, flat), () -> computation.run().stream()
                .map(result -> Arguments.result(() -> call(backend, flat), first, result)).toList());
    }

    private <T> void check(Backend<T> backend, List<T> flat, @Nullable Reduction given) {
        if (given instanceof Reduction.Custom<?>(var type, _) && !type.isInstance(flat.getFirst())) {
            Call call = call(backend, flat);
            throw call.failure(Kind.WRONG_REDUCTION, call.all(), "the reduction is for a "
                    + type.getSimpleName() + ", the tensor is a " + flat.getFirst().getClass()
                    .getSimpleName(),
                    "a reduction made by Reduction.of is for tensors of one type",
                    "use a reduction for this type, or one of " + Spelling.list(Einops.REDUCTIONS));
        }
    }

    private <T> Solved solved(Backend<T> backend, List<T> tensors) {
        List<long[]> shapes = tensors.stream().map(backend::shape).toList();
        Solved solved = latest;
        if (solved == null || !solved.isFor(shapes)) {
            solved = plans.get(shapes.stream().map(shape -> LongStream.of(shape).boxed().toList()).toList(),
                    () -> new Solved(shapes.stream().map(long[]::clone).toList(),
                            plan(call(backend, tensors), shapes)));
            latest = solved;
        }
        return solved;
    }

    private void checkLengths(long @Nullable ... lengths) {
        Call call = bare();
        if (lengths == null) {
            throw call.failure(Kind.NULL_ARGUMENT, call.all(), "the lengths are null",
                    "a shape has a length for each axis", "pass the lengths of a tensor's axes");
        }
        if (Arrays.stream(lengths).anyMatch(length -> length < 0)) {
            throw dry(lengths).failure(Kind.NEGATIVE_LENGTH, call.all(), "a length is negative",
                    "lengths are 0 or more", "check the shape");
        }
    }

    /** The lengths of the result for a tensor of these lengths. */
    long[] shape(long... lengths) {
        checkLengths(lengths);
        return plan(dry(lengths), List.of(lengths)).shape();
    }

    /** The steps for a tensor of these lengths, in words. */
    String explain(long... lengths) {
        checkLengths(lengths);
        return plan(dry(lengths), List.of(lengths)).toString();
    }

    private Plan plan(Call call, List<long[]> shapes) {
        if (before == null) {
            return Planner.plan(operation, reduction, axes, call, shapes);
        }
        long[] shape = shapes.getFirst();
        Plan first = before.plan(before.call(call.shapes(), shapes), shapes);
        Plan second = Planner.plan(operation, reduction, axes, dry(first.shape()), List.of(first.shape()));
        return Fusion.of(first, second, shape);
    }

    private Call dry(long... lengths) {
        return bare().on(List.of(lengths));
    }

    private Call bare() {
        return call(List.of(), List.of());
    }

    private <T> Call call(Backend<T> backend, List<T> tensors) {
        return bare().on(backend, tensors);
    }

    private Call call(List<String> described, List<long[]> shapes) {
        return new Call(operation.toString(), pattern, described, shapes, axes);
    }

    /** Whether this is for such a call; the pattern is known to be the same. */
    boolean isFor(Operation otherOperation, Reduction.@Nullable Named otherReduction) {
        return operation == otherOperation && reduction == otherReduction;
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
        return (before == null ? "" : before + " and then ") + operation + "(\"" + pattern + "\""
                + (reduction == null ? "" : ", " + reduction)
                + axes.stream().map(axis -> ", " + axis.name() + "=" + axis.length())
                .collect(Collectors.joining())
                + ")";
    }
}

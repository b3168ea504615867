package ricci.compiler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/** The rules of {@link Simplify} on primitives that move elements. */
final class SimplifyMoves {
    static final List<Rule> RULES = List.of(
            new Rule("reshapes and transposes in a row -> one", Op.Reshape.class, SimplifyMoves::regroup),
            new Rule("transposes and reshapes in a row -> one", Op.Transpose.class, SimplifyMoves::regroup),
            new Rule("rearrange, alone or in a row -> the simplest", Op.Rearrange.class,
                    SimplifyMoves::regroup),
            new Rule("broadcast of broadcast -> one", Op.Broadcast.class, SimplifyMoves::broadcasts),
            new Rule("broadcast of new axes -> broadcast", Op.Broadcast.class, SimplifyMoves::newAxes),
            new Rule("broadcast that repeats nothing -> reshape", Op.Broadcast.class, (draft, e) ->
                    elements(operand(e)) == elements(e.result())
                            ? draft.apply(new Op.Reshape(e.result().type().shape()), operand(e)) : null),
            new Rule("reverse of reverse -> one", Op.Reverse.class, SimplifyMoves::reverses),
            new Rule("reverse of axes of length 1 -> x", Op.Reverse.class, SimplifyMoves::reverse),
            new Rule("slice of all -> x", Op.Slice.class, (_, e) -> keepsType(e) ? operand(e) : null),
            new Rule("slice of slice -> one", Op.Slice.class, SimplifyMoves::slices),
            new Rule("slice of one part of concatenate -> slice of that", Op.Slice.class,
                    SimplifyMoves::part),
            new Rule("slice beyond its last element -> up to it", Op.Slice.class, SimplifyMoves::steps),
            new Rule("pad by nothing -> x", Op.Pad.class, (_, e) ->
                    isZero((Op.Pad) e.op()) ? operand(e) : null),
            new Rule("pad of pad with the same -> one", Op.Pad.class, SimplifyMoves::pads),
            new Rule("add of pads that lie apart -> concatenate", Op.Binary.Function.ADD, PadSums::of),
            new Rule("concatenate of one -> x", Op.Concatenate.class, (_, e) ->
                    e.operands().size() == 1 ? operand(e) : null),
            new Rule("concatenate with nothing -> without", Op.Concatenate.class,
                    SimplifyMoves::concatenate),
            new Rule("dynamicSlice of all -> x", Windows.DynamicSlice.class, (_, e) ->
                    keepsType(e) ? operand(e) : null),
            new Rule("dynamicSlice from known places -> slice", Windows.DynamicSlice.class,
                    SimplifyMoves::dynamicSlice),
            new Rule("dynamicUpdateSlice of all -> the part", Windows.DynamicUpdateSlice.class, (_, e) ->
                    e.operands().get(1).type().equals(e.result().type()) ? e.operands().get(1) : null));

    private SimplifyMoves() {}

    private static Atom operand(Equation e) {
        return e.operands().getFirst();
    }

    private static boolean keepsType(Equation e) {
        return operand(e).type().equals(e.result().type());
    }

    private static long elements(Atom x) {
        return x.type().shape().size();
    }

    private static List<Long> list(LongStream numbers) {
        return numbers.boxed().toList();
    }

    private static List<Long> zip(List<Long> x, List<Long> y, LongBinaryOperator f) {
        return list(IntStream.range(0, x.size()).mapToLong(i -> f.applyAsLong(x.get(i), y.get(i))));
    }

    // ---- reshape, transpose, rearrange ----

    private static @Nullable Atom regroup(Draft draft, Equation e) {
        Shape result = e.result().type().shape();
        Atom x = operand(e);
        Regrouping all = result.size() == 0 ? null : Regrouping.of(e.op(), x.type().shape());
        if (all == null) {
            return null;
        }
        for (Equation before = draft.definition(x); before != null; before = draft.definition(x)) {
            Atom further = before.operands().isEmpty() ? x : operand(before);
            Regrouping first = Regrouping.of(before.op(), further.type().shape());
            Regrouping both = first == null ? null : first.then(all);
            if (both == null) {
                break;
            }
            all = both;
            x = further;
        }
        if (all.keepsOrder() && x.type().shape().equals(result)) {
            return x;
        }
        Op op = all.between(x.type().shape(), result);
        boolean same = op.equals(e.op()) && x.equals(operand(e));
        return same ? null : draft.apply(op, x);
    }

    // ---- broadcast ----

    private static @Nullable Atom broadcasts(Draft draft, Equation e) {
        Equation inner = draft.definition(operand(e));
        if (inner == null || !(inner.op() instanceof Op.Broadcast(_, var axes))) {
            return null;
        }
        Op.Broadcast outer = (Op.Broadcast) e.op();
        return draft.apply(new Op.Broadcast(outer.shape(), axes.stream().map(outer.axes()::get).toList()),
                operand(inner));
    }

    /** A reshape that only puts axes of length 1 between others is a part of the broadcast. */
    private static @Nullable Atom newAxes(Draft draft, Equation e) {
        Equation inner = draft.definition(operand(e));
        if (inner == null || !(inner.op() instanceof Op.Reshape(var shape))) {
            return null;
        }
        List<Integer> places = places(operand(inner).type().shape(), shape);
        return places == null ? null : draft.apply(new Op.Broadcast(e.result().type().shape(),
                places.stream().map(((Op.Broadcast) e.op()).axes()::get).toList()), operand(inner));
    }

    /** Where axes are after a reshape that only puts axes of length 1 between them; null if it does more. */
    private static @Nullable List<Integer> places(Shape before, Shape after) {
        List<Integer> places = new ArrayList<>();
        for (int axis = 0; axis < after.rank(); axis++) {
            boolean isOld = places.size() < before.rank()
                    && before.length(places.size()) == after.length(axis);
            if (isOld) {
                places.add(axis);
            } else if (after.length(axis) != 1) {
                return null;
            }
        }
        return places.size() == before.rank() ? places : null;
    }

    // ---- reverse ----

    private static @Nullable Atom reverses(Draft draft, Equation e) {
        Equation inner = draft.definition(operand(e));
        if (inner == null || !(inner.op() instanceof Op.Reverse(var before))) {
            return null;
        }
        List<Integer> after = ((Op.Reverse) e.op()).axes();
        List<Integer> once = Stream.concat(before.stream().filter(axis -> !after.contains(axis)),
                after.stream().filter(axis -> !before.contains(axis))).sorted().toList();
        return once.isEmpty() ? operand(inner) : draft.apply(new Op.Reverse(once), operand(inner));
    }

    private static @Nullable Atom reverse(Draft draft, Equation e) {
        List<Integer> axes = ((Op.Reverse) e.op()).axes();
        List<Integer> longer = axes.stream().filter(axis -> operand(e).type().shape().length(axis) > 1)
                .toList();
        if (longer.size() == axes.size()) {
            return null;
        }
        return longer.isEmpty() ? operand(e) : draft.apply(new Op.Reverse(longer), operand(e));
    }

    // ---- slice ----

    private static @Nullable Atom slices(Draft draft, Equation e) {
        Equation inner = draft.definition(operand(e));
        if (inner == null || !(inner.op() instanceof Op.Slice before)) {
            return null;
        }
        Op.Slice after = (Op.Slice) e.op();
        List<Long> starts = zip(before.starts(), zip(before.strides(), after.starts(), (x, y) -> x * y),
                Long::sum);
        List<Long> strides = zip(before.strides(), after.strides(), (x, y) -> x * y);
        return slice(draft, operand(inner), starts, strides, e.result().type().shape());
    }

    /** The slice that has that shape: its limits lie just beyond the last element of each axis. */
    private static @Nullable Atom slice(Draft draft, Atom x, List<Long> starts, List<Long> strides,
            Shape result) {
        List<Long> limits = list(IntStream.range(0, result.rank()).mapToLong(axis -> starts.get(axis)
                + (result.length(axis) - 1) * strides.get(axis) + 1));
        return result.size() == 0 ? null : draft.apply(new Op.Slice(starts, limits, strides), x);
    }

    private static @Nullable Atom part(Draft draft, Equation e) {
        Equation inner = draft.definition(operand(e));
        Shape result = e.result().type().shape();
        if (inner == null || !(inner.op() instanceof Op.Concatenate(var axis)) || result.size() == 0) {
            return null;
        }
        Op.Slice op = (Op.Slice) e.op();
        long first = op.starts().get(axis);
        long last = first + (result.length(axis) - 1) * op.strides().get(axis);
        long start = 0;
        for (Atom part : inner.operands()) {
            long end = start + part.type().shape().length(axis);
            if (start <= first && last < end) {
                List<Long> starts = new ArrayList<>(op.starts());
                starts.set(axis, first - start);
                return slice(draft, part, starts, op.strides(), result);
            }
            start = end;
        }
        return null;
    }

    /** So that equal slices look the same: one element has no steps, and no limit goes beyond the last. */
    private static @Nullable Atom steps(Draft draft, Equation e) {
        Op.Slice op = (Op.Slice) e.op();
        Shape result = e.result().type().shape();
        List<Long> strides = list(IntStream.range(0, result.rank())
                .mapToLong(axis -> result.length(axis) == 1 ? 1 : op.strides().get(axis)));
        List<Long> limits = list(IntStream.range(0, result.rank()).mapToLong(axis -> op.starts().get(axis)
                + (result.length(axis) - 1) * strides.get(axis) + 1));
        boolean same = result.size() == 0 || (strides.equals(op.strides()) && limits.equals(op.limits()));
        return same ? null : draft.apply(new Op.Slice(op.starts(), limits, strides), operand(e));
    }

    private static @Nullable Atom dynamicSlice(Draft draft, Equation e) {
        List<Atom> places = e.operands().subList(1, e.operands().size());
        if (!places.stream().allMatch(Atom.Literal.class::isInstance)) {
            return null;
        }
        Shape shape = operand(e).type().shape();
        Shape result = e.result().type().shape();
        List<Long> starts = list(IntStream.range(0, shape.rank()).mapToLong(axis -> {
            long start = ((Atom.Literal) places.get(axis)).value().longValue();
            return Math.clamp(start < 0 ? start + shape.length(axis) : start, 0,
                    shape.length(axis) - result.length(axis));
        }));
        return slice(draft, operand(e), starts, Collections.nCopies(shape.rank(), 1L), result);
    }

    // ---- pad, concatenate ----

    private static boolean isZero(Op.Pad op) {
        return Stream.of(op.low(), op.high(), op.interior()).flatMap(List::stream).allMatch(n -> n == 0);
    }

    private static @Nullable Atom pads(Draft draft, Equation e) {
        Equation inner = draft.definition(operand(e));
        Op.Pad after = (Op.Pad) e.op();
        if (inner == null || !(inner.op() instanceof Op.Pad before)
                || !inner.operands().getLast().equals(e.operands().getLast())) {
            return null;
        }
        boolean onlyGrows = Stream.of(before.low(), before.high(), after.low(), after.high())
                .flatMap(List::stream).allMatch(n -> n >= 0)
                && after.interior().stream().allMatch(n -> n == 0);
        return onlyGrows ? draft.apply(new Op.Pad(zip(before.low(), after.low(), Long::sum),
                zip(before.high(), after.high(), Long::sum), before.interior()), inner.operands()) : null;
    }

    private static @Nullable Atom concatenate(Draft draft, Equation e) {
        TensorType type = e.result().type();
        List<Atom> parts = e.operands().stream().filter(part -> elements(part) > 0).toList();
        return parts.size() == e.operands().size() || type.shape().size() == 0 ? null
                : draft.apply(e.op(), parts);
    }
}

package ricci.compiler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.TensorType;

/**
 * Sums of what is zero outside of parts that lie apart, such as gradients of what was split, written as the
 * parts one after the other. Every part still gets a zero added, which changes the zeros of one sign.
 */
final class PadSums {
    private static final Op ADD = new Op.Binary(Op.Binary.Function.ADD);

    private PadSums() {}

    /** A part that begins at a place of an axis. */
    private record Part(Atom x, long start, int axis) {
        long end() {
            return start + x.type().shape().length(axis);
        }
    }

    /** The concatenation that a sum of two is; null if it is none. */
    static @Nullable Atom of(Draft draft, Equation e) {
        List<Part> left = parts(draft, e.operands().getFirst());
        List<Part> right = parts(draft, e.operands().getLast());
        if (left.isEmpty() || right.isEmpty() || left.getFirst().axis != right.getFirst().axis) {
            return null;
        }
        List<Part> all = new ArrayList<>(left);
        all.addAll(right);
        all.sort(Comparator.comparingLong(Part::start));
        boolean isApart = IntStream.range(1, all.size()).allMatch(i ->
                all.get(i - 1).end() <= all.get(i).start);
        return isApart ? joined(draft, all, e.result().type()) : null;
    }

    /** The parts outside of which {@code x} is zero; none if it is something else. */
    private static List<Part> parts(Draft draft, Atom x) {
        Equation e = draft.definition(x);
        if (e == null || !x.type().dtype().isFloat()) {
            return List.of();
        }
        return switch (e.op()) {
            case Op.Concatenate(var axis) -> parts(e.operands(), 0, axis);
            case Op.Pad pad when isZero(e.operands().getLast()) -> parts(draft, e, pad);
            case Op _ -> List.of();
        };
    }

    private static List<Part> parts(Draft draft, Equation e, Op.Pad pad) {
        List<Integer> axes = IntStream.range(0, e.result().type().rank()).filter(axis ->
                pad.low().get(axis) != 0 || pad.high().get(axis) != 0).boxed().toList();
        boolean isPart = axes.size() == 1 && pad.low().get(axes.getFirst()) >= 0
                && pad.high().get(axes.getFirst()) >= 0 && pad.interior().stream().allMatch(n -> n == 0);
        if (!isPart) {
            return List.of();
        }
        int axis = axes.getFirst();
        Equation inner = draft.definition(e.operands().getFirst());
        List<Atom> operands = inner != null && inner.op().equals(new Op.Concatenate(axis))
                ? inner.operands() : List.of(e.operands().getFirst());
        return parts(operands, pad.low().get(axis), axis);
    }

    /** Those of some operands, one after the other, that are not zero. */
    private static List<Part> parts(List<Atom> operands, long first, int axis) {
        List<Part> parts = new ArrayList<>();
        long start = first;
        for (Atom operand : operands) {
            Part part = new Part(operand, start, axis);
            start = part.end();
            if (!isZero(operand)) {
                parts.add(part);
            }
        }
        return parts;
    }

    /** Whether it is 0 everywhere, not -0. */
    private static boolean isZero(Atom x) {
        return x instanceof Atom.Literal(_, var value)
                && Double.doubleToRawLongBits(value.doubleValue()) == 0;
    }

    /** The parts with a zero added each, and what is between them and around. */
    private static Atom joined(Draft draft, List<Part> parts, TensorType type) {
        int axis = parts.getFirst().axis;
        long begin = parts.getFirst().start;
        List<Atom> operands = new ArrayList<>();
        long end = begin;
        for (Part part : parts) {
            if (end < part.start) {
                operands.add(zeros(type.with(type.shape().with(axis, part.start - end))));
            }
            operands.add(hasZero(draft, part.x) ? part.x : draft.apply(ADD, part.x, zeros(part.x.type())));
            end = part.end();
        }
        Atom all = draft.apply(new Op.Concatenate(axis), operands);
        long after = type.shape().length(axis) - end;
        List<Long> none = Builder.repeat(type.rank(), 0);
        List<Long> low = new ArrayList<>(none);
        List<Long> high = new ArrayList<>(none);
        low.set(axis, begin);
        high.set(axis, after);
        return begin == 0 && after == 0 ? all : draft.apply(new Op.Pad(low, high, none), all,
                new Atom.Literal(TensorType.of(type.dtype()), 0));
    }

    private static Atom zeros(TensorType type) {
        return new Atom.Literal(type, 0);
    }

    /** Whether it has a zero added already. */
    private static boolean hasZero(Draft draft, Atom x) {
        Equation e = draft.definition(x);
        return e != null && e.op().equals(ADD) && e.operands().getLast().equals(zeros(x.type()));
    }
}

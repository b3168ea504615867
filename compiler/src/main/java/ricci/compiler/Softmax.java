package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Shape;

/**
 * The exponentials of a softmax, as programs have them: {@code exp(x - greatest)}, where the greatest element
 * of each row of {@code x} stands in all of that row. So none is above 1.
 *
 * @param greatest of each row
 * @param less what the exponentials are of
 * @param axis along which rows lie
 */
record Softmax(Atom.Var greatest, Atom.Var less, Atom.Var exponentials, int axis) {
    /** The softmax whose exponentials {@code v} are; null if they are of none. */
    static @Nullable Softmax of(Atom.Var v, Function<Atom.Var, @Nullable Equation> makers) {
        Equation exp = makers.apply(v);
        if (exp == null || !exp.op().equals(new Op.Unary(Op.Unary.Function.EXP))
                || !(exp.operands().getFirst() instanceof Atom.Var less)) {
            return null;
        }
        Equation sub = makers.apply(less);
        if (sub == null || !sub.op().equals(new Op.Binary(Op.Binary.Function.SUB))
                || !(sub.operands().getLast() instanceof Atom.Var everywhere)) {
            return null;
        }
        Equation greatest = ofRows(everywhere, Monoid.MAX, sub.operands().getFirst(), makers);
        return greatest == null ? null
                : new Softmax(greatest.result(), less, v, ((Op.Reduce) greatest.op()).axes().getFirst());
    }

    /** What makes the sums of rows, if those stand in all of each row of {@code v}; else null. */
    @Nullable Equation sums(Atom v, Function<Atom.Var, @Nullable Equation> makers) {
        Equation sums = v instanceof Atom.Var w ? ofRows(w, Monoid.SUM, exponentials, makers) : null;
        return sums != null && ((Op.Reduce) sums.op()).axes().equals(List.of(axis)) ? sums : null;
    }

    /** What reduces the rows of {@code x}, if the result stands in all of each row of {@code v}; else null. */
    private static @Nullable Equation ofRows(Atom.Var v, Monoid monoid, Atom x,
            Function<Atom.Var, @Nullable Equation> makers) {
        List<Equation> moves = new ArrayList<>();
        Equation e = makers.apply(v);
        while (e != null && (e.op() instanceof Op.Broadcast || e.op() instanceof Op.Reshape)
                && e.operands().getFirst() instanceof Atom.Var before) {
            moves.addFirst(e);
            e = makers.apply(before);
        }
        boolean isOfRows = e != null && e.op() instanceof Op.Reduce(var how, var axes) && how == monoid
                && axes.size() == 1 && e.operands().getFirst().equals(x)
                && v.type().shape().equals(x.type().shape());
        return isOfRows && isInPlace(e, moves) ? e : null;
    }

    /** Whether what is reduced comes back, by these moves, to the rows that it was made of. */
    private static boolean isInPlace(Equation reduce, List<Equation> moves) {
        Shape rows = reduce.result().type().shape();
        List<Integer> kept = reduce.operands().getFirst().type().shape()
                .axesExcept(((Op.Reduce) reduce.op()).axes());
        for (int axis = 0; axis < rows.rank(); axis++) {
            int place = axis;
            for (Equation move : moves) {
                Split split = place < 0 ? null : Split.ofOperand(move, 0, place);
                place = split == null ? Split.WHOLE : split.result();
            }
            // Of several axes of one element, any may be any.
            if (place != kept.get(axis) && rows.length(axis) > 1) {
                return false;
            }
        }
        return true;
    }

    // ---- rows of what is made of a softmax ----

    /** Where some axes of an operand are in the result; null if one of them is not there. */
    static @Nullable List<Integer> places(Equation e, int operand, List<Integer> axes) {
        List<Integer> places = new ArrayList<>();
        for (int axis : axes) {
            Split split = Split.ofOperand(e, operand, axis);
            if (split == null || split.result() < 0) {
                return null;
            }
            places.add(split.result());
        }
        return places;
    }

    /** A tensor of that shape in which each axis of {@code x} is at its place, whatever their order. */
    static Atom spread(Builder builder, Atom x, Shape shape, List<Integer> places) {
        List<Integer> sorted = places.stream().sorted().toList();
        List<Integer> order = sorted.stream().map(places::indexOf).toList();
        return builder.broadcast(builder.transpose(x, order), shape, sorted);
    }
}

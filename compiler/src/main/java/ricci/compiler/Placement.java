package ricci.compiler;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Shape;

/**
 * What is computed only to become a part of a concatenation, or the inside of a pad, is written where it
 * belongs in that: it has no memory of its own, and nothing is left to copy.
 *
 * <p>Its loops then end where a row of the whole does. So rows that are a few elements long are still
 * computed one after the other, in full vectors, and copied.
 */
final class Placement {
    /** The shortest rows to be written apart: a few vectors, of any machine. */
    private static final int LEAST = 64;

    private final Fuse.Cut cut;
    private final Map<Atom.Var, Step> makers = new HashMap<>();
    private final Map<Atom.Var, Integer> reads = new HashMap<>();
    /** What a loop, or all runs, need to compute only once: it is better copied than computed again. */
    private final Set<Atom.Var> constants;
    private final Map<Atom.Var, View> places = new HashMap<>();

    private Placement(Fuse.Cut cut) {
        this.cut = cut;
        this.constants = new HashSet<>(cut.constants());
        cut.steps().forEach(this::add);
    }

    /** The same steps, with some of what they write placed in what it is a part of. */
    static Fuse.Cut of(Fuse.Cut cut) {
        if (cut.steps().stream().noneMatch(step -> step instanceof Step.Alone(var e) && isWhole(e))) {
            return cut;
        }
        Placement placement = new Placement(cut);
        // What is itself a part of another one is placed before its own parts.
        for (Step step : cut.steps().reversed()) {
            if (step instanceof Step.Alone(var e) && isWhole(e)) {
                placement.parts(e);
            }
        }
        return cut.placed(placement.places);
    }

    private static boolean isWhole(Equation e) {
        return e.op() instanceof Op.Concatenate || e.op() instanceof Op.Pad;
    }

    private void add(Step step) {
        List<Atom> read = cut.reads(step);
        boolean isConstant = !cut.constants().isEmpty();
        for (Atom atom : read) {
            if (atom instanceof Atom.Var v && !isOwn(step, v)) {
                reads.merge(v, 1, Integer::sum);
                isConstant &= constants.contains(v) || cut.view(v).isLine();
            }
        }
        for (Equation e : made(step)) {
            e.results().forEach(v -> makers.put(v, step));
            if (isConstant) {
                constants.addAll(e.results());
            }
        }
    }

    /** Whether a step reads what it has computed itself. */
    private static boolean isOwn(Step step, Atom.Var v) {
        return step instanceof Step.Fused(var group) && group.role(v) != null;
    }

    /** The equations whose results may be placed. */
    private static List<Equation> made(Step step) {
        return switch (step) {
            case Step.Fused(var group) -> group.product() == null ? group.members() : List.of();
            case Step.Alone(var e) -> isWhole(e) ? List.of(e) : List.of();
            case Step.Single _ -> List.of();
        };
    }

    private void parts(Equation e) {
        View whole = places.getOrDefault(e.result(), View.of(e.result()));
        switch (e.op()) {
            case Op.Concatenate(var axis) -> {
                long start = 0;
                for (Atom atom : e.operands()) {
                    place(atom, part(whole, axis, start, atom.type().shape()));
                    start += atom.type().shape().length(axis);
                }
            }
            case Op.Pad pad -> {
                View inside = inside(whole, pad, e.operands().getFirst().type().shape());
                if (inside != null) {
                    place(e.operands().getFirst(), inside);
                }
            }
            case Op _ -> { }
        }
    }

    /** Where an operand of a concatenation lies. */
    static View part(View whole, int axis, long start, Shape shape) {
        Long[] starts = new Long[shape.rank()];
        Arrays.fill(starts, 0L);
        starts[axis] = start;
        return box(whole, List.of(starts), shape);
    }

    /** Where the operand of a pad lies; null if not all of it is there, or it is filled around first. */
    private static @Nullable View inside(View whole, Op.Pad pad, Shape shape) {
        boolean isAround = pad.low().stream().allMatch(n -> n >= 0)
                && pad.high().stream().allMatch(n -> n >= 0)
                && pad.interior().stream().allMatch(n -> n == 0);
        return isAround && Moves.isFilledAround(whole.shape()) ? box(whole, pad.low(), shape) : null;
    }

    private static View box(View whole, List<Long> starts, Shape shape) {
        Long[] limits = new Long[shape.rank()];
        for (int axis = 0; axis < limits.length; axis++) {
            limits[axis] = starts.get(axis) + shape.length(axis);
        }
        Op.Slice slice = new Op.Slice(starts, List.of(limits), Collections.nCopies(limits.length, 1L));
        return Objects.requireNonNull(whole.through(slice));
    }

    private void place(Atom atom, View part) {
        if (!(atom instanceof Atom.Var operand) || !cut.view(operand).isWhole()
                || part.shape().size() == 0) {
            return;
        }
        Atom.Var v = cut.view(operand).base();
        Step maker = makers.get(v);
        View place = v.type().dtype() == operand.type().dtype() ? part.reshape(v.type().shape()) : null;
        if (maker != null && place != null && reads.getOrDefault(v, 0) == 1 && !cut.results().contains(v)
                && !constants.contains(v) && isWritable(maker, v, place) && isInRows(place)) {
            places.put(v, place);
        }
    }

    private static boolean isWritable(Step maker, Atom.Var v, View place) {
        return !(maker instanceof Step.Fused(var group)) || group.over(v, place) != null;
    }

    /** Whether what lies next to one another is all of it, or long enough. */
    private static boolean isInRows(View place) {
        long run = 1;
        for (int axis = place.shape().rank() - 1; axis >= 0; axis--) {
            if (place.shape().length(axis) != 1 && place.strides().get(axis) != run) {
                return run >= LEAST;
            }
            run *= place.shape().length(axis);
        }
        return true;
    }
}

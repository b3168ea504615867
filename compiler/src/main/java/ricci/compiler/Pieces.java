package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.loop.Register;

/**
 * Some of the pieces into which all that is reduced to one element is cut, so that threads share them. Each
 * comes to a partial result in memory; these are then joined in order. How many pieces there are depends on
 * the number of elements alone: so all threads together, or one alone, come to the same bits.
 *
 * @param first where the first of them begins, along the outermost of the reduced axes
 * @param number of the first of them
 * @param pieces the loop over them
 * @param each the loop over one of them
 * @param partial the partial results of all pieces, for each reduction
 */
record Pieces(long first, long number, Schedule.Axis pieces, Schedule.Axis each, List<Atom.Var> partial)
        implements Portion {
    /** So many elements are worth a piece: to begin it, and to end it, takes a hundredth of the time. */
    private static final long LEAST = 1 << 16;
    /** Enough for the threads of a large machine to have almost equal shares. */
    private static final long MOST = 64;

    /** Elements of a cache line, if they are bytes; of so many lines at most 1 of 16 is left over. */
    private static final long ALIGNED = 64;
    private static final long SHORT = 16;

    Pieces {
        partial = List.copyOf(partial);
    }

    /** How many pieces are worth it, of so many elements; fewer than two if it is better done in one. */
    static long count(long elements) {
        return Math.min(elements / LEAST, MOST);
    }

    /** That of each of so many pieces: as near as may be to equal parts, and at borders of cache lines. */
    static long length(long all, long count) {
        long equal = all / count;
        return equal < SHORT * ALIGNED ? equal : equal - equal % ALIGNED;
    }

    /** All of them: equal ones, and one of the few elements that are left. None if this is not worth it. */
    static List<Pieces> of(Schedule schedule, Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        long count = count(Dims.size(group.lengths()));
        if (count < 2 || schedule.reduced().isEmpty() || schedule.reduced().getFirst().length() < 2 * count
                || schedule.kept().size() != 1 || schedule.kept().getFirst().length() != 1
                || !isOneStage(group, cut, outputs)) {
            return List.of();
        }
        Schedule.Axis all = schedule.reduced().getFirst();
        long length = length(all.length(), count);
        long rest = all.length() - count * length;
        long partials = rest == 0 ? count : count + 1;
        List<Atom.Var> partial = new ArrayList<>();
        for (Equation e : Stages.of(group, cut, outputs).reductions(0)) {
            partial.add(Alone.temporary(e, 0, new TensorType(
                    Extremes.stored(Register.of(accumulated(e, Dims.size(group.lengths())))),
                    Shape.of(partials))));
        }
        List<Pieces> pieces = new ArrayList<>();
        Schedule.Axis around = new Schedule.Axis(all.axes(), count, false, length);
        pieces.add(new Pieces(0, 0, around, all.of(length, 1), partial));
        if (rest > 0) {
            pieces.add(new Pieces(count * length, count, new Schedule.Axis(all.axes(), 1, false, length),
                    all.of(rest, 1), partial));
        }
        return pieces;
    }

    /** Whether all that is written comes from what is reduced in one pass over the elements. */
    private static boolean isOneStage(Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        Stages stages = Stages.of(group, cut, outputs);
        return stages.count() == 1 && stages.kept(0).isEmpty() && !stages.reductions(0).isEmpty()
                && outputs.stream().allMatch(v -> group.role(v) == Group.Role.KEPT);
    }

    /** As what a reduction of so many elements is accumulated. */
    static DType accumulated(Equation reduction, long count) {
        return OrderedFloats.accumulated(((Op.Reduce) reduction.op()).monoid(),
                reduction.result().type().dtype(), count);
    }

    /** Where an access begins. */
    long start(long[] strides) {
        return first * each.stride(strides);
    }
}

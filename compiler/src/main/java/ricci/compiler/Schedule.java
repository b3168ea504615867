package ricci.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import ricci.ir.Atom;
import ricci.ir.Equation;

/**
 * The order of a group's loops: those over kept axes, then those over reduced ones. Axes along which all
 * accesses move as along one are joined. One loop runs in the lanes of vectors: the innermost of the reduced
 * ones, or, where memory is read along it, the innermost of the kept ones.
 */
record Schedule(List<Axis> kept, List<Axis> reduced) {
    Schedule {
        kept = List.copyOf(kept);
        reduced = List.copyOf(reduced);
    }

    /**
     * One loop.
     *
     * @param axes the group's axes that it runs over, joined, the last one fastest; none in a loop of one turn
     */
    record Axis(List<Integer> axes, long length, boolean isVector) {
        /** How far an access moves with each turn. */
        long stride(long[] strides) {
            return axes.isEmpty() ? 0 : strides[axes.getLast()];
        }
    }

    static Schedule of(Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        List<long[]> accesses = accesses(group, cut, outputs);
        List<Axis> kept = joined(group, accesses, false);
        List<Axis> reduced = joined(group, accesses, true);
        boolean isRowWise = !reduced.isEmpty()
                && (kept.isEmpty() || unit(reduced.getLast(), accesses) >= unit(kept.getLast(), accesses));
        if (kept.isEmpty()) {
            kept.add(new Axis(List.of(), 1, false));
        }
        vectorise(isRowWise ? reduced : kept);
        return new Schedule(kept, reduced);
    }

    private static void vectorise(List<Axis> axes) {
        Axis last = axes.removeLast();
        axes.add(new Axis(last.axes(), last.length(), !last.axes().isEmpty()));
    }

    /** Whether the vector loop is over a reduced axis. */
    boolean isRowWise() {
        return !reduced.isEmpty() && reduced.getLast().isVector();
    }

    /** How many accesses have neighbours as neighbours. */
    private static long unit(Axis axis, List<long[]> accesses) {
        return accesses.stream().filter(strides -> axis.stride(strides) == 1).count();
    }

    /** The strides, along all axes of the group, of all that is read from or written to memory. */
    private static List<long[]> accesses(Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        List<long[]> accesses = new ArrayList<>();
        for (Equation e : group.members()) {
            Group.Role role = e.op() instanceof ricci.ir.Op.Reduce ? Group.Role.FULL
                    : Objects.requireNonNull(group.role(e.results().getFirst()));
            for (Atom atom : e.operands()) {
                if (atom instanceof Atom.Var v && group.role(cut.view(v).base()) == null) {
                    long[] strides = Dims.strides(cut.view(v));
                    accesses.add(role == Group.Role.FULL ? strides : group.spread(strides));
                }
            }
        }
        outputs.forEach(v -> accesses.add(group.strides(Objects.requireNonNull(group.role(v)))));
        return accesses;
    }

    private static List<Axis> joined(Group group, List<long[]> accesses, boolean isReduced) {
        BitSet gone = group.reduced();
        List<Axis> joined = new ArrayList<>();
        for (int i = 0; i < group.lengths().length; i++) {
            if (gone.get(i) != isReduced) {
                continue;
            }
            int axis = i;
            long length = group.lengths()[axis];
            Axis before = joined.isEmpty() ? null : joined.getLast();
            if (before != null && accesses.stream().allMatch(
                    s -> s[before.axes().getLast()] == s[axis] * length)) {
                joined.removeLast();
                List<Integer> axes = new ArrayList<>(before.axes());
                axes.add(axis);
                joined.add(new Axis(axes, before.length() * length, false));
            } else {
                joined.add(new Axis(List.of(axis), length, false));
            }
        }
        return joined;
    }

    /** The strides of what is kept from stage to stage. */
    long[] scratchStrides(Group group) {
        return isRowWise() ? strides(group, group.reduced()) : Dims.rowMajor(group.lengths());
    }

    /** How many elements are kept from stage to stage. */
    long scratchCount(Group group) {
        return isRowWise() ? reduced.stream().mapToLong(Axis::length).reduce(1, (a, b) -> a * b)
                : Dims.size(group.lengths());
    }

    /** Row-major strides of some of the axes; of the others 0. */
    private static long[] strides(Group group, BitSet axes) {
        long[] lengths = group.lengths().clone();
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = axes.get(i) ? lengths[i] : 1;
        }
        long[] strides = Dims.rowMajor(lengths);
        for (int i = 0; i < lengths.length; i++) {
            strides[i] = axes.get(i) ? strides[i] : 0;
        }
        return strides;
    }
}

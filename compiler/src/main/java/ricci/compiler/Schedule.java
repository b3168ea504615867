package ricci.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.ir.Op;

/**
 * The order of a group's loops: those over kept axes, then those over reduced ones. Axes along which all
 * accesses move as along one are joined. One loop runs in the lanes of vectors: the innermost of the reduced
 * ones, or, where memory is read along it, the innermost of the kept ones.
 */
record Schedule(List<Axis> kept, List<Axis> reduced, @Nullable Tiling tiling) {
    /**
     * The rows and columns of a tile: a tile of floats lies in the second cache, and each of its rows is long
     * enough to be worth the look-up of its page, and that memory is read ahead.
     */
    static final int TILE = 256;
    /** Shorter axes are not worth tiles. */
    private static final int LEAST_TILED = 8;

    Schedule {
        kept = List.copyOf(kept);
        reduced = List.copyOf(reduced);
    }

    /**
     * What is read along one axis and written along another goes through tiles that stay in the second
     * cache. The last two of the kept axes are these two.
     *
     * @param along the axis that some are read along, the last but one
     * @param across the one that is written along, the last
     */
    record Tiling(Axis along, Axis across) {
        /** Whether an access is by a tile. */
        boolean isTiled(long[] strides) {
            return along.stride(strides) == 1 && across.stride(strides) != 0 && across.stride(strides) != 1;
        }
    }

    /**
     * One loop.
     *
     * @param axes the group's axes that it runs over, joined, the last one fastest; none in a loop of one
     * turn
     * @param step how many elements it moves in each turn
     */
    record Axis(List<Integer> axes, long length, boolean isVector, long step) {
        /** How far an access moves with each turn. */
        long stride(long[] strides) {
            return axes.isEmpty() ? 0 : step * strides[axes.getLast()];
        }

        Axis of(long turns, long elements) {
            return new Axis(axes, turns, isVector, elements);
        }

        private Axis vector() {
            return new Axis(axes, length, !axes.isEmpty(), step);
        }
    }

    static Schedule of(Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        List<long[]> accesses = accesses(group, cut, outputs);
        List<Axis> kept = joined(group, accesses, false);
        List<Axis> reduced = joined(group, accesses, true);
        boolean isRowWise = !reduced.isEmpty() && (kept.isEmpty()
                || isAlong(reduced.getLast(), kept.getLast(), accesses, group.reduced()));
        if (kept.isEmpty()) {
            kept.add(new Axis(List.of(), 1, false, 1));
        }
        List<Axis> inner = isRowWise ? reduced : kept;
        inner.add(inner.removeLast().vector());
        return new Schedule(kept, reduced, reduced.isEmpty() ? tiling(kept, accesses) : null);
    }

    /** The axes for tiles, moved to the end of {@code kept}; null if there is no use for any. */
    private static @Nullable Tiling tiling(List<Axis> kept, List<long[]> accesses) {
        Axis across = kept.getLast();
        for (Axis along : kept) {
            Tiling tiling = new Tiling(along, across);
            if (!along.equals(across) && Math.min(along.length(), across.length()) >= LEAST_TILED
                    && accesses.stream().anyMatch(tiling::isTiled)) {
                kept.remove(along);
                kept.add(kept.size() - 1, along);
                return tiling;
            }
        }
        return null;
    }

    /** Whether the vector loop is over a reduced axis. */
    boolean isRowWise() {
        return !reduced.isEmpty() && reduced.getLast().isVector();
    }

    /** Whether memory is read along a reduced axis: by what moves with it, or else by what is once a row. */
    private static boolean isAlong(Axis reduced, Axis kept, List<long[]> accesses, BitSet gone) {
        List<long[]> moving = accesses.stream().filter(strides -> gone.stream()
                .anyMatch(axis -> strides[axis] != 0)).toList();
        long along = unit(reduced, moving);
        long across = unit(kept, moving);
        return along == across ? unit(reduced, accesses) >= unit(kept, accesses) : along > across;
    }

    /** How many accesses have neighbours as neighbours. */
    private static long unit(Axis axis, List<long[]> accesses) {
        return accesses.stream().filter(strides -> axis.stride(strides) == 1).count();
    }

    /** The strides, along all axes of the group, of all that is read from or written to memory. */
    static List<long[]> accesses(Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        List<long[]> accesses = new ArrayList<>();
        for (Equation e : group.members()) {
            Group.Role role = e.op() instanceof Op.Reduce ? Group.Role.FULL
                    : Objects.requireNonNull(group.role(e.results().getFirst()));
            for (Atom atom : e.operands()) {
                if (atom instanceof Atom.Var v && group.role(cut.view(v).base()) == null) {
                    long[] strides = Dims.strides(cut.view(v));
                    accesses.add(role == Group.Role.FULL ? strides : group.spread(strides));
                }
            }
        }
        outputs.forEach(v -> accesses.add(group.strides(v, cut)));
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
                joined.add(new Axis(axes, before.length() * length, false, 1));
            } else {
                joined.add(new Axis(List.of(axis), length, false, 1));
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

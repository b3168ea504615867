package ricci.einops;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A nest of loops that leads from the elements of one tensor to those of another. Strides are in elements: a
 * loop whose stride in the input is 0 repeats, one whose stride in the result is 0 is reduced. Strides may be
 * negative, and elements may be read more than once, so that transposed, flipped and diagonal views and
 * sliding windows are all nests. Immutable; what is worth knowing about the order of the loops is found out
 * once, when the nest is made.
 */
final class Nest {
    private final List<Loop> kept;
    private final List<Loop> reduced;
    private final long fromStart;
    private final long toStart;
    private final Copy copy;
    private final Fold fold;

    /**
     * One loop.
     *
     * @param order how far a step gets in the row-major count over the reduced loops
     */
    record Loop(long length, long from, long to, long order) {
        /** Whether an outer loop and this one are a single, longer one. */
        private boolean continues(Loop outer) {
            return outer.from == from * length && outer.to == to * length && outer.order == order * length;
        }

        private Loop times(long outerLength) {
            return new Loop(length * outerLength, from, to, order);
        }

        private Loop backwards() {
            return new Loop(length, -from, -to, -order);
        }
    }

    /**
     * A nest of loops, the outermost first; where that matters, which is when the places of extreme elements
     * are counted, this is the order of the reduced loops.
     *
     * @param from how far a step of each loop gets in the input
     * @param to how far a step of each loop gets in the result
     * @param fromStart where the input's element of the first index of each loop is
     * @param toStart where it goes to
     */
    Nest(long[] lengths, long[] from, long[] to, long fromStart, long toStart) {
        List<Loop> outer = new ArrayList<>();
        List<Loop> inner = new ArrayList<>();
        long order = 1;
        long start = fromStart;
        long goal = toStart;
        for (int i = lengths.length - 1; i >= 0; i--) {
            if (to[i] == 0) {
                inner.addFirst(new Loop(lengths[i], from[i], 0, order));
                order *= lengths[i];
            } else {
                Loop loop = new Loop(lengths[i], from[i], to[i], 0);
                // Writing goes forward.
                boolean flipped = to[i] < 0;
                start += flipped ? (lengths[i] - 1) * from[i] : 0;
                goal += flipped ? (lengths[i] - 1) * to[i] : 0;
                outer.addFirst(flipped ? loop.backwards() : loop);
            }
        }
        kept = joined(outer, Comparator.comparingLong(loop -> -loop.to));
        reduced = joined(inner, Comparator.comparingLong(loop -> -Math.abs(loop.from)));
        this.fromStart = start;
        this.toStart = goal;
        copy = new Copy(kept);
        fold = new Fold(kept, reduced);
    }

    /** The nest that fills a whole row-major result, in order. */
    static Nest filling(long[] lengths, long[] from, long fromStart) {
        return new Nest(lengths, from, strides(lengths), fromStart, 0);
    }

    /** Sorted, without loops of one step, and with those put together that are one. */
    private static List<Loop> joined(List<Loop> loops, Comparator<Loop> outermostFirst) {
        List<Loop> joined = new ArrayList<>();
        for (Loop loop : loops.stream().filter(l -> l.length != 1).sorted(outermostFirst).toList()) {
            if (!joined.isEmpty() && loop.continues(joined.getLast())) {
                joined.add(loop.times(joined.removeLast().length));
            } else {
                joined.add(loop);
            }
        }
        return List.copyOf(joined);
    }

    /** Row-major strides; those of axes of length 1 too are not 0. */
    static long[] strides(long... lengths) {
        long[] strides = new long[lengths.length];
        long stride = 1;
        for (int axis = lengths.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= Math.max(lengths[axis], 1);
        }
        return strides;
    }

    /** The loops that have a stride in the result, by decreasing stride. */
    List<Loop> kept() {
        return kept;
    }

    /** The loops that have none, by decreasing stride in the input. */
    List<Loop> reduced() {
        return reduced;
    }

    long fromStart() {
        return fromStart;
    }

    long toStart() {
        return toStart;
    }

    /** How the elements are copied, if no loop is reduced. */
    Copy copy() {
        return copy;
    }

    /** How the elements are reduced. */
    Fold fold() {
        return fold;
    }

    /** The number of steps of some loops. */
    static long steps(List<Loop> loops) {
        return loops.stream().mapToLong(Loop::length).reduce(1, (a, b) -> a * b);
    }

    /** {@code 2×3 from [3, 1] to [1, 2]}. */
    @Override
    public String toString() {
        List<Loop> all = new ArrayList<>(kept);
        all.addAll(reduced);
        return String.join("×", all.stream().map(loop -> Long.toString(loop.length)).toList()) + " from "
                + all.stream().map(Loop::from).toList() + " to " + all.stream().map(Loop::to).toList();
    }

    static long[] select(long[] values, int... axes) {
        long[] selected = new long[axes.length];
        for (int i = 0; i < axes.length; i++) {
            selected[i] = values[axes[i]];
        }
        return selected;
    }
}

package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import ricci.loop.Variable;

/**
 * A place with numbers for what is an argument in the kernel: an offset, and moves by counters
 * and locals. Numbers that are known when the kernel is made become part of it.
 */
record At(long offset, boolean isKnown, List<Move> moves) {
    At {
        moves = List.copyOf(moves);
    }

    /** {@code stride} elements for each turn of a counter, or each unit of a local. */
    record Move(long stride, boolean isKnown, Variable factor) {
        Move(long stride, Variable factor) {
            this(stride, false, factor);
        }
    }

    static At of(long offset) {
        return new At(offset, false, List.of());
    }

    /** At an offset that is part of the kernel. */
    static At known(long offset) {
        return new At(offset, true, List.of());
    }

    /** Moving along axes as the access of that number does. */
    At along(List<Axis> axes, int access, List<Variable.Counter> counters) {
        At at = this;
        for (int i = 0; i < axes.size(); i++) {
            at = at.with(axes.get(i).stride(access), counters.get(i));
        }
        return at;
    }

    At with(long stride, Variable factor) {
        if (stride == 0) {
            return this;
        }
        return with(new Move(stride, factor));
    }

    At with(Move move) {
        List<Move> more = new ArrayList<>(moves);
        more.add(move);
        return new At(offset, isKnown, more);
    }

    /** With several moves; those by nothing are left out. */
    At with(List<Move> some) {
        At at = this;
        for (Move move : some) {
            at = move.stride() == 0 ? at : at.with(move);
        }
        return at;
    }

    /** The moves stay the same, so the two places are a fixed distance from one another. */
    At shifted(long elements) {
        return new At(offset + elements, isKnown, moves);
    }
}

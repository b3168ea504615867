package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import ricci.loop.Variable;

/**
 * A place with numbers for what is an argument in the kernel: an offset, and moves by counters
 * and locals.
 */
record At(long offset, List<Move> moves) {
    At {
        moves = List.copyOf(moves);
    }

    /** {@code stride} elements for each turn of a counter, or each unit of a local. */
    record Move(long stride, Variable factor) {}

    static At of(long offset) {
        return new At(offset, List.of());
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
        List<Move> more = new ArrayList<>(moves);
        more.add(new Move(stride, factor));
        return new At(offset, more);
    }

    At shifted(long elements) {
        return new At(offset + elements, moves);
    }
}

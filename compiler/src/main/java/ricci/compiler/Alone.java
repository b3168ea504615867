package ricci.compiler;

import java.util.List;
import ricci.ir.Equation;

/** Primitives with loops of their own, which join no others. */
final class Alone {
    private Alone() {}

    /** Whether there are loops for an equation. */
    static boolean exists(Equation e) {
        return false;
    }

    /** Its loops, to be run one after the other. They read the operands as {@code cut} says. */
    static List<Launch> launches(Equation e, Fuse.Cut cut) {
        throw new IllegalArgumentException("no loops for " + e.op());
    }
}

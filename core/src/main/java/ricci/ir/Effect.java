package ricci.ir;

import java.util.ArrayList;
import java.util.List;

/**
 * Primitives that are run for what they do, not for results, of which they have none. Each run of a program
 * does each of its effects once, in order; no transformation drops, repeats or moves one out of the loop or
 * branch that it is in. In forward and in reverse mode alike, they see the primals.
 */
public sealed interface Effect extends Op {

    /** Prints the operands, each in the place of a <code>{}</code> in the format, as a line. */
    record Print(String format) implements Effect {}

    /**
     * Operand a bool: unless it is true everywhere, the run ends with {@link RicciException.Check}.
     *
     * @param mapped how many axes, the first ones, run over examples of vmap
     */
    record Check(String message, int mapped) implements Effect {}

    /** Whether running {@code op} has an effect. */
    static boolean isIn(Op op) {
        return op instanceof Effect || Subprograms.of(op).stream().anyMatch(Effect::isIn);
    }

    /** Whether running {@code program} has an effect. */
    static boolean isIn(Program program) {
        return program.equations().stream().anyMatch(e -> isIn(e.op()));
    }

    /** The program without its effects, for what has to be computed once more. */
    static Program without(Program program) {
        if (!isIn(program)) {
            return program;
        }
        List<Equation> equations = new ArrayList<>();
        for (Equation e : program.equations()) {
            if (!(e.op() instanceof Effect)) {
                equations.add(new Equation(e.results(), without(e.op()), e.operands(), e.source()));
            }
        }
        return Program.of(program.inputs(), equations, program.results());
    }

    /** The primitive, no effect itself, with programs that have no effects. */
    static Op without(Op op) {
        return isIn(op) ? Subprograms.replaced(op, Subprograms.of(op).stream().map(Effect::without).toList())
                : op;
    }
}

package ricci.compiler;

import java.util.List;
import ricci.ir.Atom;
import ricci.ir.Equation;

/** What a program is cut into. */
sealed interface Step {
    /** One loop nest. */
    record Fused(Group group) implements Step {}

    /** One equation that has loops of its own. */
    record Alone(Equation equation) implements Step {}

    /**
     * One equation that the interpreter computes.
     *
     * @param operands those of the equation, or what holds the same elements in the same order in memory
     */
    record Single(Equation equation, List<Atom> operands) implements Step {
        public Single {
            operands = List.copyOf(operands);
        }
    }
}

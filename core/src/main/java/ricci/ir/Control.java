package ricci.ir;

import java.util.List;

/**
 * Control flow: primitives that run programs, chosen or repeated by values. The programs are closed; whatever
 * they read comes in as an operand.
 */
public sealed interface Control extends Op {

    /**
     * Operands an index, i32[], and x: the results of branch {@code index} of x; an index outside counts as
     * the nearest branch. All branches accept the same types, and give the same.
     */
    record Cond(List<Program> branches) implements Control {
        public Cond {
            branches = List.copyOf(branches);
        }
    }

    /**
     * Operands the constants of the condition, those of the body, and the carry: as long as the condition,
     * bool[], holds of its constants and the carry, the body makes the next carry of its constants and this
     * one.
     *
     * @param limit the number of steps after which it stops in any case; negative if there is none
     */
    record While(Program condition, Program body, long limit) implements Control {
        /** The number of tensors carried from step to step. */
        public int carries() {
            return body.results().size();
        }

        /** The number of operands that only the condition reads. */
        public int conditionConstants() {
            return condition.inputs().size() - carries();
        }

        /** The number of operands that only the body reads. */
        public int bodyConstants() {
            return body.inputs().size() - carries();
        }

        public boolean isBounded() {
            return limit >= 0;
        }
    }

    /**
     * Operands constants, the initial carries, and xs with a first axis of length {@code length}: in each
     * step the body makes, of constants, carries and the step's elements of xs, the next carries and outputs.
     * Results are the last carries, and the outputs stacked along a first axis.
     *
     * @param reverse whether steps go from the last elements to the first; outputs lie where their xs lie
     */
    record Scan(Program body, int constants, int carries, long length, boolean reverse) implements Control {
        /** The number of operands that are taken apart along their first axis. */
        public int xs() {
            return body.inputs().size() - constants - carries;
        }

        /** The number of results that are stacked. */
        public int outputs() {
            return body.results().size() - carries;
        }
    }
}

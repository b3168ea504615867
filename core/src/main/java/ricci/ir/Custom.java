package ricci.ir;

import java.util.List;

/**
 * Primitives that say how something is to be differentiated: by rules of the user's own, or with less memory.
 * What they compute is that of a program inside them. These programs are closed; whatever they read comes in
 * as an operand.
 */
public sealed interface Custom extends Op {

    /**
     * Operands constants, then x: the results of {@code function} of all operands. Its derivative is what
     * {@code rule} gives.
     *
     * @param rule inputs: all operands, then a tangent for each float or complex tensor among x; results:
     *     those of {@code function}, then a tangent for each such one among them, linear in the tangents
     * @param constants how many operands the rule knows no derivative by
     */
    record CustomJvp(String name, Program function, Program rule, int constants) implements Custom {}

    /**
     * Operands constants, then x: the results of {@code function} of all operands. In reverse mode {@code
     * forward} runs instead, and then {@code backward}.
     *
     * @param forward inputs: all operands; results: those of {@code function}, then residuals
     * @param backward inputs: the residuals, then a cotangent for each float or complex tensor among the
     *     results; results: a cotangent for each such one among x
     * @param constants how many operands have no cotangent
     */
    record CustomVjp(String name, Program function, Program forward, Program backward, int constants)
            implements Custom {}

    /**
     * Operands residuals, then x: the linear function of x whose transpose is given, for in reverse mode it
     * is all that is needed. It is computed by transposing that once more.
     *
     * @param transpose inputs: the residuals, then a cotangent for each result; results: a cotangent for each
     *     of x
     */
    record CustomLinear(String name, Program transpose, int residuals) implements Custom {}

    /**
     * The results of {@code body}. Of what it computes on the way, reverse mode keeps only what the policy
     * says, and computes the rest a second time. A compiler does not merge the two.
     */
    record Remat(Program body, Policy policy) implements Custom {}

    /** The identity; a policy may know the value by that name. */
    record Named(String name) implements Custom {}

    /**
     * What is kept for the backward pass.
     *
     * @param names for {@link Save#NAMED} only: which values, by their {@link Named} names
     */
    record Policy(Save save, List<String> names) {
        public Policy {
            names = List.copyOf(names);
        }
    }

    /** Which values are kept. */
    enum Save {
        /** None; everything is computed again. */
        NOTHING,
        /** All that the backward pass needs. */
        EVERYTHING,
        /** The results of products of tensors, which cost most. */
        CONTRACTIONS,
        /** Those that have one of certain names. */
        NAMED
    }
}

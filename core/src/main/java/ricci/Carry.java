package ricci;

/**
 * What the body of a {@linkplain ControlFlow#scan scan} returns: the state for the next step, and an output
 * of this one. What a scan returns: the last state, and the outputs of all steps stacked along a first axis.
 *
 * @param carry a tree like the initial state, with the same types
 * @param output any tree of tensors; an empty list if there is none
 */
public record Carry<C, Y>(C carry, Y output) {}

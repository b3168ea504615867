package ricci;

/**
 * What a function returns for {@link Derivatives#gradWithAux}: the value to be differentiated, and a tree of
 * whatever else it found on the way, which is not.
 *
 * @param value a float scalar
 * @param aux any tree: predictions, statistics, a new state
 */
public record WithAux<X>(Tensor value, X aux) {}

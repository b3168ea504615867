package ricci;

/** The value and gradient of a function, a tree like its argument, and what it returned besides. */
public record GradWithAux<A, X>(Tensor value, A grad, X aux) {}

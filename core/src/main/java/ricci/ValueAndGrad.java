package ricci;

/** A scalar function's value and its gradient, a tree like the argument. */
public record ValueAndGrad<A>(Tensor value, A grad) {}

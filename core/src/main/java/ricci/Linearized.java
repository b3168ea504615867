package ricci;

/**
 * A function's value at a point, and its derivative there: a linear function from directions, trees like the
 * point, to tangents of the value. What depends on the point only has been computed already; the derivative
 * can be applied any number of times.
 */
public record Linearized<A, R>(R value, Fn<A, R> derivative) {}

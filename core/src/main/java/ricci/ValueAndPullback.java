package ricci;

/**
 * A function's value at a point, and its pullback there: from a cotangent of the value to one of the point.
 * The pullback can be applied any number of times.
 */
public record ValueAndPullback<A, R>(R value, Fn<R, A> pullback) {}

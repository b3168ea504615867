package ricci;

/**
 * A function's value at a point, and its derivative there in the given direction: two trees of one structure.
 */
public record ValueAndTangent<R>(R value, R tangent) {}

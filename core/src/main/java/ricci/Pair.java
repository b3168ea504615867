package ricci;

/**
 * Two trees in one: arguments that a transformation takes together, or their derivatives.
 *
 * @param <A> the first
 * @param <B> the second
 */
public record Pair<A, B>(A first, B second) {}

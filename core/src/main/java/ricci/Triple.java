package ricci;

/**
 * Three trees in one: arguments that a transformation takes together, or their derivatives.
 *
 * @param <A> the first
 * @param <B> the second
 * @param <C> the third
 */
public record Triple<A, B, C>(A first, B second, C third) {}

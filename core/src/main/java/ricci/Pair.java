package ricci;

import org.jspecify.annotations.Nullable;

/**
 * Two trees in one: arguments that a transformation takes together, or their derivatives.
 *
 * @param <A> the first
 * @param <B> the second
 */
public record Pair<A extends @Nullable Object, B extends @Nullable Object>(A first, B second) {}

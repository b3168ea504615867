package ricci;

import org.jspecify.annotations.Nullable;

/**
 * Three trees in one: arguments that a transformation takes together, or their derivatives.
 *
 * @param <A> the first
 * @param <B> the second
 * @param <C> the third
 */
public record Triple<A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>(
        A first, B second, C third) {}

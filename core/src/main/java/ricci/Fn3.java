package ricci;

/**
 * A function of three arguments, which are trees of tensors, as is the result; see {@link Tree}. It should be
 * pure: a transformation may run it once and then reuse what it recorded.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <C> the third argument
 * @param <R> the result
 */
@FunctionalInterface
public interface Fn3<A, B, C, R> {
    R apply(A a, B b, C c);
}

package ricci;

/**
 * A function of four arguments, which are trees of tensors, as is the result; see {@link Tree}. It should be
 * pure: a transformation may run it once and then reuse what it recorded.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <C> the third argument
 * @param <D> the fourth argument
 * @param <R> the result
 */
@FunctionalInterface
public interface Fn4<A, B, C, D, R> {
    R apply(A a, B b, C c, D d);
}

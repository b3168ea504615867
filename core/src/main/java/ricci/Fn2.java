package ricci;

/**
 * A function of two arguments, which are trees of tensors, as is the result; see {@link Tree}. It should be
 * pure: a transformation may run it once and then reuse what it recorded.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <R> the result
 */
@FunctionalInterface
public interface Fn2<A, B, R> {
    R apply(A a, B b);
}

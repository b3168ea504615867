package ricci;

/**
 * A function of one argument, which are trees of tensors, as is the result; see {@link Tree}. It should be
 * pure: a transformation may run it once and then reuse what it recorded.
 *
 * @param <A> the argument
 * @param <R> the result
 */
@FunctionalInterface
public interface Fn<A, R> {
    R apply(A a);
}

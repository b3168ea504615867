package ricci;

import static ricci.Arguments.cast;
import static ricci.Arguments.function;
import static ricci.Arguments.one;
import static ricci.Arguments.spread;

import java.util.Arrays;
import java.util.List;
import ricci.ir.RicciException;

/**
 * Derivatives beyond {@link Ricci#grad}, {@link Ricci#jvp} and {@link Ricci#vjp}: by several arguments, with
 * auxiliary results, as linear functions, as whole matrices. To be imported statically.
 *
 * <p>Like those, they work on trees, and nest with one another and with {@code jit} and {@code vmap} in any
 * order. Of functions of several arguments, those beyond the differentiated ones are held constant. A
 * function of more arguments than there are overloads for takes a {@link Pair}, a {@link Triple} or a record.
 *
 * {@snippet :
 * Pair<Params, Tensor> both = grad2(this::loss).apply(params, images);       // by params and by images
 * var result = gradWithAux(this::lossAndPredictions).apply(params, images);
 * Tensor curvature = hessian(this::energy).apply(positions);                 // f32[n,n] for f32[n]
 * }
 */
public final class Derivatives {
    private Derivatives() {}

    // ---- gradients by several arguments ----

    /**
     * The gradients of a function that returns a float scalar, with respect to its first two arguments: trees
     * like these. All come from one pass back.
     *
     * @throws RicciException.Derivative when called, if the function returns anything but a float scalar
     * @throws RicciException.DataType when called, if these arguments hold tensors other than of floats
     */
    public static <A, B> Fn2<A, B, Pair<A, B>> grad2(Fn2<A, B, Tensor> f) {
        return (a, b) -> valueAndGrad2(f).apply(a, b).grad();
    }

    /** As {@link #grad2(Fn2)}; later arguments are held constant. */
    public static <A, B, C> Fn3<A, B, C, Pair<A, B>> grad2(Fn3<A, B, C, Tensor> f) {
        return (a, b, c) -> valueAndGrad2(f).apply(a, b, c).grad();
    }

    /** As {@link #grad2(Fn2)}; later arguments are held constant. */
    public static <A, B, C, D> Fn4<A, B, C, D, Pair<A, B>> grad2(Fn4<A, B, C, D, Tensor> f) {
        return (a, b, c, d) -> valueAndGrad2(f).apply(a, b, c, d).grad();
    }

    /** The value together with the {@linkplain #grad2(Fn2) gradients}. */
    public static <A, B> Fn2<A, B, ValueAndGrad<Pair<A, B>>> valueAndGrad2(
            Fn2<A, B, Tensor> f) {
        return (a, b) -> pair(Differentiate.gradients(spread(f), Arrays.asList(a, b), 2));
    }

    /** As {@link #valueAndGrad2(Fn2)}; later arguments are held constant. */
    public static <A, B, C> Fn3<A, B, C, ValueAndGrad<Pair<A, B>>> valueAndGrad2(
            Fn3<A, B, C, Tensor> f) {
        return (a, b, c) -> pair(Differentiate.gradients(spread(f), Arrays.asList(a, b, c), 2));
    }

    /** As {@link #valueAndGrad2(Fn2)}; later arguments are held constant. */
    public static <A, B, C, D> Fn4<A, B, C, D, ValueAndGrad<Pair<A, B>>> valueAndGrad2(
            Fn4<A, B, C, D, Tensor> f) {
        return (a, b, c, d) -> pair(Differentiate.gradients(spread(f), Arrays.asList(a, b, c, d), 2));
    }

    private static <A, B> ValueAndGrad<Pair<A, B>> pair(Differentiate.Gradients all) {
        List<Object> g = all.grads();
        return new ValueAndGrad<>(all.value(), new Pair<>(cast(g.get(0)), cast(g.get(1))));
    }

    /**
     * The gradients of a function that returns a float scalar, with respect to its first three arguments:
     * trees like these. All come from one pass back.
     *
     * @throws RicciException.Derivative when called, if the function returns anything but a float scalar
     * @throws RicciException.DataType when called, if these arguments hold tensors other than of floats
     */
    public static <A, B, C> Fn3<A, B, C, Triple<A, B, C>> grad3(Fn3<A, B, C, Tensor> f) {
        return (a, b, c) -> valueAndGrad3(f).apply(a, b, c).grad();
    }

    /** As {@link #grad3(Fn3)}; later arguments are held constant. */
    public static <A, B, C, D> Fn4<A, B, C, D, Triple<A, B, C>> grad3(Fn4<A, B, C, D, Tensor> f) {
        return (a, b, c, d) -> valueAndGrad3(f).apply(a, b, c, d).grad();
    }

    /** The value together with the {@linkplain #grad3(Fn3) gradients}. */
    public static <A, B, C> Fn3<A, B, C, ValueAndGrad<Triple<A, B, C>>> valueAndGrad3(
            Fn3<A, B, C, Tensor> f) {
        return (a, b, c) -> triple(Differentiate.gradients(spread(f), Arrays.asList(a, b, c), 3));
    }

    /** As {@link #valueAndGrad3(Fn3)}; later arguments are held constant. */
    public static <A, B, C, D> Fn4<A, B, C, D, ValueAndGrad<Triple<A, B, C>>> valueAndGrad3(
            Fn4<A, B, C, D, Tensor> f) {
        return (a, b, c, d) -> triple(Differentiate.gradients(spread(f), Arrays.asList(a, b, c, d), 3));
    }

    private static <A, B, C> ValueAndGrad<Triple<A, B, C>> triple(Differentiate.Gradients all) {
        List<Object> g = all.grads();
        return new ValueAndGrad<>(all.value(),
                new Triple<>(cast(g.get(0)), cast(g.get(1)), cast(g.get(2))));
    }

    // ---- gradients of functions that return something besides ----

    /**
     * The gradient with respect to the first argument, of a function that returns its value and an auxiliary
     * tree, which is handed through and not differentiated.
     *
     * {@snippet :
     * var result = gradWithAux((Params p) -> {
     *     Tensor logits = model(p);
     *     return new WithAux<>(crossEntropy(logits, labels).mean(), logits.argmax(1));
     * }).apply(params);
     * Params slope = result.grad();
     * Tensor predicted = result.aux();
     * }
     *
     * @throws RicciException.Derivative when called, if the value is anything but a float scalar
     * @throws RicciException.DataType when called, if the first argument holds tensors other than of floats
     */
    public static <A, X> Fn<A, GradWithAux<A, X>> gradWithAux(
            Fn<A, WithAux<X>> f) {
        return a -> Differentiate.gradWithAux(spread(f), Arrays.asList(a));
    }

    /** As {@link #gradWithAux(Fn)}; later arguments are held constant. */
    public static <A, B, X> Fn2<A, B, GradWithAux<A, X>> gradWithAux(
            Fn2<A, B, WithAux<X>> f) {
        return (a, b) -> Differentiate.gradWithAux(spread(f), Arrays.asList(a, b));
    }

    /** As {@link #gradWithAux(Fn)}; later arguments are held constant. */
    public static <A, B, C, X> Fn3<A, B, C, GradWithAux<A, X>> gradWithAux(
            Fn3<A, B, C, WithAux<X>> f) {
        return (a, b, c) -> Differentiate.gradWithAux(spread(f), Arrays.asList(a, b, c));
    }

    /** As {@link #gradWithAux(Fn)}; later arguments are held constant. */
    public static <A, B, C, D, X> Fn4<A, B, C, D, GradWithAux<A, X>> gradWithAux(
            Fn4<A, B, C, D, WithAux<X>> f) {
        return (a, b, c, d) -> Differentiate.gradWithAux(spread(f), Arrays.asList(a, b, c, d));
    }

    // ---- forward and reverse mode by several arguments ----

    /** As {@link Ricci#jvp}, by both arguments: the sum of what their directions contribute. */
    public static <A, B, R> ValueAndTangent<R> jvp(Fn2<A, B, R> f, A a, B b, A alongA, B alongB) {
        return Differentiate.jvp(spread(f), Arrays.asList(a, b), Arrays.asList(alongA, alongB));
    }

    /** As {@link Ricci#jvp}, by all three arguments: the sum of what their directions contribute. */
    public static <A, B, C, R> ValueAndTangent<R> jvp(
            Fn3<A, B, C, R> f, A a, B b, C c, A alongA, B alongB, C alongC) {
        return Differentiate.jvp(spread(f), Arrays.asList(a, b, c), Arrays.asList(alongA, alongB, alongC));
    }

    /** As {@link Ricci#vjp}, by both arguments: the pullback gives a cotangent for each. */
    public static <A, B, R> ValueAndPullback<Pair<A, B>, R> vjp(Fn2<A, B, R> f, A a, B b) {
        return Ricci.vjp((Pair<A, B> p) -> function(f).apply(p.first(), p.second()), new Pair<>(a, b));
    }

    /** As {@link Ricci#vjp}, by all three arguments: the pullback gives a cotangent for each. */
    public static <A, B, C, R> ValueAndPullback<Triple<A, B, C>, R> vjp(Fn3<A, B, C, R> f, A a, B b, C c) {
        return Ricci.vjp((Triple<A, B, C> t) -> function(f).apply(t.first(), t.second(), t.third()),
                new Triple<>(a, b, c));
    }

    // ---- derivatives as linear functions ----

    /**
     * The value at {@code point}, and the derivative there as a linear function of the direction, to be
     * applied many times: what depends on the point only is computed once, now. One application costs less
     * than {@link Ricci#jvp}; the memory for what is kept is that of {@link Ricci#vjp}.
     *
     * @throws RicciException.DataType if the point holds tensors other than of floats
     */
    public static <A, R> Linearized<A, R> linearize(Fn<A, R> f, A point) {
        return Differentiate.linearize(one(f), point);
    }

    /**
     * The transpose of a linear function: from cotangents of its result, trees like that, to cotangents of
     * its argument, such that the inner product of {@code y} with {@code f(x)} is that of the transpose of
     * {@code y} with {@code x}. The transpose of the transpose is the function again.
     *
     * @param example a tree like the argument; only its structure and types matter
     * @throws RicciException.Derivative if the function is not linear, naming the operation and its line;
     *     {@code x + 1} is not, and neither is a constant
     * @throws RicciException.DataType if the example holds tensors other than of floats
     */
    public static <A, R> Fn<R, A> linearTranspose(Fn<A, R> f, A example) {
        return Differentiate.linearTranspose(one(f), example);
    }

    // ---- Jacobians and Hessians ----

    /**
     * All derivatives of a function that returns one tensor, with respect to its first argument, in forward
     * mode: a tree like that argument, in which each tensor of shape {@code a} is replaced by the derivative
     * by it, of shape {@code r} followed by {@code a}, where {@code r} is that of the result. Costs as many
     * tangents as the argument has elements; best if the result is the larger.
     *
     * {@snippet :
     * Tensor j = jacfwd((Tensor x) -> x.mul(x)).apply(x);       // f32[3] gives f32[3,3]
     * Params p = jacfwd(this::predictions).apply(params);       // w: f32[4,2] gives f32[10,4,2]
     * }
     *
     * @throws RicciException.Derivative when called, if the result is not one tensor of floats
     * @throws RicciException.DataType when called, if the argument holds tensors other than of floats
     */
    public static <A> Fn<A, A> jacfwd(Fn<A, Tensor> f) {
        return a -> Differentiate.jacobianOfTensor(one(f), a, true);
    }

    /** As {@link #jacfwd(Fn)}; later arguments are held constant. */
    public static <A, B> Fn2<A, B, A> jacfwd(Fn2<A, B, Tensor> f) {
        return (a, b) -> jacfwd((A x) -> function(f).apply(x, b)).apply(a);
    }

    /** As {@link #jacfwd(Fn)}; later arguments are held constant. */
    public static <A, B, C> Fn3<A, B, C, A> jacfwd(Fn3<A, B, C, Tensor> f) {
        return (a, b, c) -> jacfwd((A x) -> function(f).apply(x, b, c)).apply(a);
    }

    /** As {@link #jacfwd(Fn)}; later arguments are held constant. */
    public static <A, B, C, D> Fn4<A, B, C, D, A> jacfwd(Fn4<A, B, C, D, Tensor> f) {
        return (a, b, c, d) -> jacfwd((A x) -> function(f).apply(x, b, c, d)).apply(a);
    }

    /**
     * As {@link #jacfwd(Fn)}, in reverse mode. Costs as many cotangents as the result has elements; best if
     * the argument is the larger.
     */
    public static <A> Fn<A, A> jacrev(Fn<A, Tensor> f) {
        return a -> Differentiate.jacobianOfTensor(one(f), a, false);
    }

    /** As {@link #jacrev(Fn)}; later arguments are held constant. */
    public static <A, B> Fn2<A, B, A> jacrev(Fn2<A, B, Tensor> f) {
        return (a, b) -> jacrev((A x) -> function(f).apply(x, b)).apply(a);
    }

    /** As {@link #jacrev(Fn)}; later arguments are held constant. */
    public static <A, B, C> Fn3<A, B, C, A> jacrev(Fn3<A, B, C, Tensor> f) {
        return (a, b, c) -> jacrev((A x) -> function(f).apply(x, b, c)).apply(a);
    }

    /** As {@link #jacrev(Fn)}; later arguments are held constant. */
    public static <A, B, C, D> Fn4<A, B, C, D, A> jacrev(Fn4<A, B, C, D, Tensor> f) {
        return (a, b, c, d) -> jacrev((A x) -> function(f).apply(x, b, c, d)).apply(a);
    }

    /**
     * The second derivatives of a function of one tensor to one tensor: of shape {@code r a a} where the
     * result has shape {@code r} and the argument {@code a}; symmetric. Forward over reverse mode.
     *
     * @throws RicciException.Derivative when called, if the result is not one tensor of floats
     * @throws RicciException.DataType when called, if the argument is not of floats
     */
    public static Fn<Tensor, Tensor> hessian(Fn<Tensor, Tensor> f) {
        return jacfwd(jacrev(f));
    }

    /** As {@link #hessian(Fn)}; later arguments are held constant. */
    public static <B> Fn2<Tensor, B, Tensor> hessian(Fn2<Tensor, B, Tensor> f) {
        return jacfwd(jacrev(f));
    }

    /** As {@link #hessian(Fn)}; later arguments are held constant. */
    public static <B, C> Fn3<Tensor, B, C, Tensor> hessian(Fn3<Tensor, B, C, Tensor> f) {
        return jacfwd(jacrev(f));
    }

    /** As {@link #hessian(Fn)}; later arguments are held constant. */
    public static <B, C, D> Fn4<Tensor, B, C, D, Tensor> hessian(Fn4<Tensor, B, C, D, Tensor> f) {
        return jacfwd(jacrev(f));
    }

    /**
     * As {@link #jacfwd(Fn)}, of a function that returns a tree: for each tensor of the result a tree like
     * the argument, typed as {@link Jacobian} says.
     */
    public static <A, R> Fn<A, Jacobian<A, R>> jacfwdTree(Fn<A, R> f) {
        return a -> Differentiate.jacobian(one(f), a, true);
    }

    /** As {@link #jacfwdTree}, in reverse mode. */
    public static <A, R> Fn<A, Jacobian<A, R>> jacrevTree(Fn<A, R> f) {
        return a -> Differentiate.jacobian(one(f), a, false);
    }

    /**
     * The second derivatives of a function of a tree to one tensor. The value is the first derivative, a tree
     * like the argument, and for each tensor of it there are the derivatives by each of the argument:
     *
     * {@snippet :
     * Jacobian<Params, Params> h = hessianTree(this::loss).apply(params);
     * Tensor mixed = h.of(Params::w).b();
     * }
     */
    public static <A> Fn<A, Jacobian<A, A>> hessianTree(Fn<A, Tensor> f) {
        return jacfwdTree(jacrev(f));
    }
}

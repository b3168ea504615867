package ricci;

import static ricci.Arguments.cast;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ricci.ir.RicciException;

/**
 * Functions with derivatives of one's own: for numerical stability, for a gradient that is to be another than
 * the true one, or for what differentiation of the operations would not find. To be imported statically.
 *
 * <p>Such a function is called like the one it was made of. Its rule is in force under every transformation:
 * {@code jit} and {@code vmap} keep it, and both modes of differentiation use it. Integers, bools and static
 * values among the arguments have no derivative; neither has what the function or a rule reads from outside,
 * and to differentiate by that is an error.
 *
 * <p>A rule may call the function that it belongs to, and so serve derivatives of higher order: up to the
 * fourth the rule is used, beyond that the function's own operations are differentiated.
 *
 * {@snippet :
 * // log(1 + exp(x)), whose derivative overflows if it is taken as it is written.
 * Fn<Tensor, Tensor> softplus = customJvp(x -> x.exp().add(1).log(), (x, dx) ->
 *         new ValueAndTangent<>(x.exp().add(1).log(), dx.mul(sigmoid(x))));
 *
 * // The identity, whose cotangents are clipped.
 * Fn<Tensor, Tensor> clipped = customVjp(x -> x, x -> new Pair<>(x, List.of()),
 *         (none, ct) -> ct.maximum(-1).minimum(1));
 * }
 */
public final class CustomDerivatives {
    private static final String UNNAMED = "custom";

    private CustomDerivatives() {}

    // ---- one rule for both modes ----

    /**
     * The function {@code f}, with a rule for its derivative: from a point and a direction to the value and
     * the tangent there. In reverse mode the rule is transposed, so the tangent must be linear in the
     * direction.
     *
     * @throws RicciException.Structure when called in a transformation, if the rule's value or tangent has
     *     not the structure and types of what {@code f} returns
     * @throws RicciException.Derivative when differentiated, if the rule's value depends on the direction, in
     *     reverse mode if its tangent is not linear in it, or if what is captured varies
     */
    public static <A, R> Fn<A, R> customJvp(Fn<A, R> f, Fn2<A, A, ValueAndTangent<R>> rule) {
        return customJvp(UNNAMED, f, rule);
    }

    /** As {@link #customJvp(Fn, Fn2)}, with a name, a word, for printed programs and errors. */
    public static <A, R> Fn<A, R> customJvp(String name, Fn<A, R> f, Fn2<A, A, ValueAndTangent<R>> rule) {
        CustomRules rules = new CustomRules(name);
        return a -> rules.jvp(Arguments.one(f), both(rule), a);
    }

    /** As {@link #customJvp(Fn, Fn2)}, for two arguments: the rule gets a pair of each. */
    public static <A, B, R> Fn2<A, B, R> customJvp(
            Fn2<A, B, R> f, Fn2<Pair<A, B>, Pair<A, B>, ValueAndTangent<R>> rule) {
        return customJvp(UNNAMED, f, rule);
    }

    /** As {@link #customJvp(Fn2, Fn2)}, with a name. */
    public static <A, B, R> Fn2<A, B, R> customJvp(
            String name, Fn2<A, B, R> f, Fn2<Pair<A, B>, Pair<A, B>, ValueAndTangent<R>> rule) {
        Arguments.function(f);
        Fn<Pair<A, B>, R> ofPair = customJvp(name, (Pair<A, B> p) -> f.apply(p.first(), p.second()), rule);
        return (a, b) -> ofPair.apply(new Pair<>(a, b));
    }

    /** As {@link #customJvp(Fn, Fn2)}, for three arguments: the rule gets a triple of each. */
    public static <A, B, C, R> Fn3<A, B, C, R> customJvp(
            Fn3<A, B, C, R> f, Fn2<Triple<A, B, C>, Triple<A, B, C>, ValueAndTangent<R>> rule) {
        Fn<Triple<A, B, C>, R> ofTriple = customJvp(
                UNNAMED, (Triple<A, B, C> t) -> f.apply(t.first(), t.second(), t.third()), rule);
        return (a, b, c) -> ofTriple.apply(new Triple<>(a, b, c));
    }

    // ---- reverse mode in two steps ----

    /**
     * The function {@code f}, with a rule for reverse mode. There {@code forward} takes its place, and
     * returns its result together with any tree of residuals; {@code backward} makes of these and a
     * cotangent of the result one of the argument.
     *
     * <p>Forward mode transposes {@code backward}, for which that must be linear in the cotangent; if it is
     * not, as when it clips, forward mode is an error and reverse mode works.
     *
     * @param <S> the residuals
     * @param backward returns a tree like the argument, in which null stands for zero
     * @throws RicciException.Structure when called in a transformation, if what {@code forward} or {@code
     *     backward} returns does not fit
     * @throws RicciException.Derivative when differentiated, if what is captured varies, or in forward mode,
     *     if {@code backward} is not linear
     */
    public static <A, R, S> Fn<A, R> customVjp(
            Fn<A, R> f, Fn<A, Pair<R, S>> forward, Fn2<S, R, ? extends @Nullable A> backward) {
        return customVjp(UNNAMED, f, forward, backward);
    }

    /** As {@link #customVjp(Fn, Fn, Fn2)}, with a name, a word, for printed programs and errors. */
    public static <A, R, S> Fn<A, R> customVjp(String name, Fn<A, R> f, Fn<A, Pair<R, S>> forward,
            Fn2<S, R, ? extends @Nullable A> backward) {
        CustomRules rules = new CustomRules(name);
        Arguments.given("use a function's own derivative", "the rule", forward);
        return a -> rules.vjp(Arguments.one(f), x -> forward.apply(cast(x)), both(backward), a);
    }

    /** As {@link #customVjp(Fn, Fn, Fn2)}, for two arguments: with a pair of cotangents. */
    public static <A, B, R, S> Fn2<A, B, R> customVjp(Fn2<A, B, R> f, Fn2<A, B, Pair<R, S>> forward,
            Fn2<S, R, Pair<? extends @Nullable A, ? extends @Nullable B>> backward) {
        CustomRules rules = new CustomRules(UNNAMED);
        return (a, b) -> rules.vjp(ofPair(f), ofPair(forward), both(backward), new Pair<>(a, b));
    }

    /** As {@link #customVjp(Fn, Fn, Fn2)}, for three arguments: with a triple of cotangents. */
    public static <A, B, C, R, S> Fn3<A, B, C, R> customVjp(Fn3<A, B, C, R> f,
            Fn3<A, B, C, Pair<R, S>> forward,
            Fn2<S, R, Triple<? extends @Nullable A, ? extends @Nullable B, ? extends @Nullable C>> backward) {
        CustomRules rules = new CustomRules(UNNAMED);
        return (a, b, c) -> rules.vjp(ofTriple(f), ofTriple(forward), both(backward), new Triple<>(a, b, c));
    }

    private static <A, B, R> Function<Object, @Nullable Object> ofPair(Fn2<A, B, R> f) {
        Arguments.function(f);
        return tree -> {
            Pair<A, B> pair = cast(tree);
            return f.apply(pair.first(), pair.second());
        };
    }

    private static <A, B, C, R> Function<Object, @Nullable Object> ofTriple(Fn3<A, B, C, R> f) {
        Arguments.function(f);
        return tree -> {
            Triple<A, B, C> triple = cast(tree);
            return f.apply(triple.first(), triple.second(), triple.third());
        };
    }

    /** A function of two as one of a list of two. */
    private static <A, B> Function<Object, @Nullable Object> both(Fn2<A, B, ?> f) {
        Arguments.given("use a function's own derivative", "the rule", f);
        return list -> f.apply(cast(((List<?>) list).getFirst()), cast(((List<?>) list).getLast()));
    }
}

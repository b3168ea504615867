package ricci;

import static ricci.Arguments.spread;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Custom;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.transform.Rematerialize;

/**
 * Gradients with less memory: what a function computes on the way is not kept for the backward pass, but
 * computed again there. Values and derivatives stay the same, but for rounding where cotangents are
 * summed in another order. To be imported statically.
 *
 * {@snippet :
 * Fn2<Layer, Tensor, Tensor> cheap = checkpoint(this::layer);
 * Fn2<Layer, Tensor, Tensor> some = checkpoint(this::layer, saveContractions());
 * Fn2<Layer, Tensor, Tensor> mine = checkpoint((l, x) -> {
 *     Tensor attended = named(attention(l, x), "attended");
 *     return attended.add(mlp(l, attended));
 * }, saveNamed("attended"));
 * }
 *
 * <p>Checkpoints nest: what lies inside the inner one is computed again when the outer one is.
 */
public final class Checkpoint {
    private Checkpoint() {}

    // ---- policies ----

    /** Nothing is kept but the arguments: least memory, and one more computation of everything. */
    public static Custom.Policy saveNothing() {
        return new Custom.Policy(Custom.Save.NOTHING, List.of());
    }

    /** All that is needed is kept, as without a checkpoint. */
    public static Custom.Policy saveEverything() {
        return new Custom.Policy(Custom.Save.EVERYTHING, List.of());
    }

    /** The results of products of tensors are kept; what is cheap to compute from them is computed again. */
    public static Custom.Policy saveContractions() {
        return new Custom.Policy(Custom.Save.CONTRACTIONS, List.of());
    }

    /** What has one of these {@linkplain #named names} is kept. */
    public static Custom.Policy saveNamed(String... names) {
        Arguments.given("save the values of names", "the names", names);
        Arrays.stream(names).forEach(name -> CustomRules.requireWord("save the values of a name", name));
        return new Custom.Policy(Custom.Save.NAMED, List.of(names));
    }

    /**
     * The same tensor, which {@link #saveNamed} knows by that name.
     *
     * @throws RicciException.Argument if the name is not a word
     */
    public static Tensor named(Tensor x, String name) {
        CustomRules.requireWord("name a tensor", name);
        return Elementwise.one(new Custom.Named(name), x);
    }

    // ---- functions ----

    /** The same function; its derivatives keep nothing but the arguments, as by {@link #saveNothing}. */
    public static <A, R> Fn<A, R> checkpoint(Fn<A, R> f) {
        return checkpoint(f, saveNothing());
    }

    /** The same function; of what it computes on the way, its derivatives keep what the policy says. */
    public static <A, R> Fn<A, R> checkpoint(Fn<A, R> f, Custom.Policy policy) {
        return a -> call(spread(f), policy, Arrays.asList(a));
    }

    /** As {@link #checkpoint(Fn)}, for two arguments. */
    public static <A, B, R> Fn2<A, B, R> checkpoint(Fn2<A, B, R> f) {
        return checkpoint(f, saveNothing());
    }

    /** As {@link #checkpoint(Fn, Custom.Policy)}, for two arguments. */
    public static <A, B, R> Fn2<A, B, R> checkpoint(Fn2<A, B, R> f, Custom.Policy policy) {
        return (a, b) -> call(spread(f), policy, Arrays.asList(a, b));
    }

    /** As {@link #checkpoint(Fn)}, for three arguments. */
    public static <A, B, C, R> Fn3<A, B, C, R> checkpoint(Fn3<A, B, C, R> f) {
        return checkpoint(f, saveNothing());
    }

    /** As {@link #checkpoint(Fn, Custom.Policy)}, for three arguments. */
    public static <A, B, C, R> Fn3<A, B, C, R> checkpoint(Fn3<A, B, C, R> f, Custom.Policy policy) {
        return (a, b, c) -> call(spread(f), policy, Arrays.asList(a, b, c));
    }

    /** As {@link #checkpoint(Fn)}, for four arguments. */
    public static <A, B, C, D, R> Fn4<A, B, C, D, R> checkpoint(Fn4<A, B, C, D, R> f) {
        return checkpoint(f, saveNothing());
    }

    /** As {@link #checkpoint(Fn, Custom.Policy)}, for four arguments. */
    public static <A, B, C, D, R> Fn4<A, B, C, D, R> checkpoint(Fn4<A, B, C, D, R> f, Custom.Policy policy) {
        return (a, b, c, d) -> call(spread(f), policy, Arrays.asList(a, b, c, d));
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <R> R call(
            Function<Object, @Nullable Object> function, Custom.Policy policy, List<?> arguments) {
        Arguments.given("checkpoint", "the policy", policy);
        if (Trace.current() == null) {
            return Arguments.cast(function.apply(arguments));
        }
        Tree.Flat flat = Tree.flatten(arguments);
        Trace.Traced traced = Trace.of("checkpoint", function, flat, true);
        Builder builder = new Builder();
        List<Atom.Var> inputs = builder.inputs(traced.program().inputTypes());
        Program program = builder.build("checkpoint", inputs,
                Rematerialize.apply(builder, traced.program(), policy, inputs));
        return Tree.unflatten(traced.results(), Trace.inline(program, traced.inputs(flat.leaves())));
    }
}

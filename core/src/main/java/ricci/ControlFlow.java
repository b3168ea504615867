package ricci;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import ricci.ir.DType;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/**
 * Choices and loops that depend on values of tensors, and so cannot be written with Java's own while a
 * function is being recorded. Outside of jit and the like they mean the same, and run at once.
 *
 * <p>The functions passed here are recorded once each, so they must not read values. They may use any tensors
 * from outside. All of it can be differentiated and vectorised, nested to any depth.
 *
 * {@snippet :
 * Tensor root = whileLoop(
 *         (Tensor y) -> y.square().sub(x).abs().gt(1e-6),
 *         y -> y.add(x.div(y)).mul(0.5),
 *         x, 100);                                            // 100 steps at most: has a gradient
 *
 * Carry<Tensor, Tensor> run = scan(
 *         (Tensor h, Tensor x) -> new Carry<>(h.mul(0.9).add(x), h), zeros(3), xs);   // xs: f32[50,3]
 * }
 */
public final class ControlFlow {
    private ControlFlow() {}

    // ---- choices ----

    /**
     * {@code onTrue.apply(operand)} if the predicate, a bool scalar, holds, else {@code
     * onFalse.apply(operand)}. Only the chosen one is run; under vmap with a predicate that differs from
     * example to example, cheap branches may both be run, and selected from.
     *
     * @throws RicciException.DataType if the predicate is no bool
     * @throws RicciException.Shape if the predicate is no scalar
     * @throws RicciException.Structure if the branches return different structures or types
     */
    public static <A, R> R cond(Tensor predicate, Fn<A, R> onTrue, Fn<A, R> onFalse, A operand) {
        return Choices.choose("cond", truth("cond", predicate), Arrays.asList(onFalse, onTrue),
                List.of("onFalse", "onTrue"), operand);
    }

    /** As {@link #cond(Tensor, Fn, Fn, Object)}, of branches that use tensors from outside only. */
    public static <R> R cond(Tensor predicate, Supplier<R> onTrue, Supplier<R> onFalse) {
        Arguments.given("cond", "onTrue", onTrue);
        Arguments.given("cond", "onFalse", onFalse);
        return cond(predicate, _ -> onTrue.get(), _ -> onFalse.get(), List.of());
    }

    /**
     * The result of the branch that the index, an integer scalar, names; an index outside names the nearest.
     *
     * @throws RicciException.DataType if the index is no integer
     * @throws RicciException.Shape if the index is no scalar
     * @throws RicciException.Argument if there are no branches
     * @throws RicciException.Structure if the branches return different structures or types
     */
    public static <A, R> R switchOn(Tensor index, List<Fn<A, R>> branches, A operand) {
        if (Arguments.given("switchOn", "the list of branches", branches).isEmpty()) {
            throw new RicciException.Argument("switchOn", "no branches", "there is at least one branch",
                    "pass one branch or more");
        }
        Tensor scalar = scalar("switchOn", "the index", index);
        if (!index.dtype().isInteger()) {
            throw new RicciException.DataType("switchOn", "an index of type " + index.type(),
                    "the index is an integer", "convert it, for example index.to(DType.I32)");
        }
        // In its own type, as it may lie outside of i32.
        boolean isWide = index.dtype().bytes() == 8 || index.dtype() == DType.U32;
        Tensor inside = isWide ? scalar.maximum(0).minimum(branches.size() - 1) : scalar;
        return Choices.choose("switchOn", inside.to(DType.I32), branches,
                IntStream.range(0, branches.size()).mapToObj(i -> "branch " + i).toList(),
                operand);
    }

    // ---- loops ----

    /**
     * As long as the condition, a bool scalar, holds of it, the state is replaced by what the body makes of
     * it. The number of steps is open, so it has no gradient; forward mode, {@link Ricci#jvp}, works.
     *
     * @throws RicciException.DataType if the condition gives no bool
     * @throws RicciException.Structure if the body returns a state of another structure or other types
     */
    public static <C> C whileLoop(Fn<C, Tensor> condition, Fn<C, C> body, C initial) {
        return Loops.whileLoop(condition, body, initial, -1);
    }

    /**
     * As {@link #whileLoop(Fn, Fn, Object)}, ending after {@code limit} steps in any case. So it has a
     * gradient: the steps are run again, backwards, from states that are kept on the way. That takes memory
     * for at most about 2·√limit states and residuals, and the time of the steps that were run, not of the
     * limit, which may be any number.
     *
     * @throws RicciException.Argument if the limit is negative
     */
    public static <C> C whileLoop(Fn<C, Tensor> condition, Fn<C, C> body, C initial, long limit) {
        if (limit < 0) {
            throw new RicciException.Argument("whileLoop", "a limit of " + limit,
                    "the limit is a number of steps, 0 or more", "leave it out if there is none");
        }
        return Loops.whileLoop(condition, body, initial, limit);
    }

    /**
     * {@code state = body.apply(i, state)} for all {@code i} from {@code from} up to {@code to}, exclusive; i
     * is an i32 scalar, or i64 if a bound needs it. Has derivatives of all kinds.
     *
     * @throws RicciException.Structure if the body returns a state of another structure or other types
     */
    public static <C> C forLoop(long from, long to, Fn2<Tensor, C, C> body, C initial) {
        return Loops.forLoop(from, to, Arguments.function(body), initial);
    }

    /**
     * As {@link #forLoop(long, long, Fn2, Object)}, with bounds that are integer scalars. The number of steps
     * is open, so it has no gradient; forward mode, {@link Ricci#jvp}, works.
     */
    public static <C> C forLoop(Tensor from, Tensor to, Fn2<Tensor, C, C> body, C initial) {
        for (Tensor bound : Arrays.asList(from, to)) {
            scalar("forLoop", "a bound", bound);
            if (!bound.dtype().isInteger()) {
                throw new RicciException.DataType("forLoop", "a bound of type " + bound.type(),
                        "bounds are integers", "convert it, for example to.to(DType.I32)");
            }
        }
        return Loops.forLoop(from, to, Arguments.function(body), initial);
    }

    /**
     * For each element along the first axis of {@code xs}, in order, the body makes of the state and the
     * element the next state and an output. Returns the last state, and the outputs stacked along a first
     * axis.
     *
     * @throws RicciException.Shape if the tensors of xs are not equally long, or one is a scalar
     * @throws RicciException.Structure if the body returns a state of another structure or other types
     */
    public static <C, X, Y> Carry<C, Y> scan(Fn2<C, X, Carry<C, Y>> body, C initial, X xs) {
        return Loops.scan(Arguments.function(body), initial, xs, false);
    }

    /** As {@link #scan(Fn2, Object, Object)}, from the last element to the first; outputs lie where xs do. */
    public static <C, X, Y> Carry<C, Y> scanReverse(Fn2<C, X, Carry<C, Y>> body, C initial, X xs) {
        return Loops.scan(Arguments.function(body), initial, xs, true);
    }

    /**
     * As {@link #scan(Fn2, Object, Object)}, of so many steps without elements.
     *
     * @throws RicciException.Argument if the length is negative
     */
    public static <C, Y> Carry<C, Y> scan(Fn<C, Carry<C, Y>> body, C initial, long length) {
        if (length < 0) {
            throw new RicciException.Argument("scan", "a length of " + length,
                    "the length is a number of steps, 0 or more", "give the number of steps");
        }
        return Loops.scan(Arguments.function(body), initial, length);
    }

    /**
     * The results of {@code f} of each element along the first axis of {@code xs}, stacked, one after the
     * other; as {@link Ricci#vmap} does it at once, with more memory.
     */
    public static <X, Y> Y map(Fn<X, Y> f, X xs) {
        Arguments.function(f);
        Fn2<List<Tensor>, X, Carry<List<Tensor>, Y>> body = (none, x) -> new Carry<>(none, f.apply(x));
        return scan(body, List.<Tensor>of(), xs).output();
    }

    /**
     * Along an axis, all elements so far combined, by a function that is associative. It is called about
     * 2·log(n) times, each time for many elements at once, so it has to treat each place along the axis on
     * its own, as elementwise operations do.
     *
     * @param combine of two trees like xs, the earlier elements first, a tree of the same types
     * @param axis the axis, in all tensors of xs, which are equally long there; negative ones count from the
     *     end
     * @param reverse whether to combine each with all after it instead; the later ones are then the first
     *     argument
     */
    public static <T> T associativeScan(Fn2<T, T, T> combine, T xs, int axis, boolean reverse) {
        return new AssociativeScan<>(combine, xs, axis).of(xs, reverse);
    }

    private static Tensor truth(String asked, Tensor predicate) {
        scalar(asked, "the predicate", predicate);
        if (predicate.dtype() != DType.BOOL) {
            throw new RicciException.DataType(asked, "a predicate of type " + predicate.type(),
                    "the predicate has dtype bool", "compare first, for example x.gt(0)");
        }
        return predicate.to(DType.I32);
    }

    private static Tensor scalar(String asked, String what, Tensor x) {
        if (!Arguments.given(asked, what, x).shape().equals(Shape.SCALAR)) {
            throw new RicciException.Shape(asked, what + " of type " + x.type(), what
                    + " is one scalar, for all elements",
                    "reduce it, for example with all() or any(), or choose elementwise with where");
        }
        return x;
    }
}

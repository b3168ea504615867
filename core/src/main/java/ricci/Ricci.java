package ricci;

import static ricci.Arguments.one;
import static ricci.Arguments.spread;

import java.util.Arrays;
import java.util.function.Supplier;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.TensorType;
import ricci.runtime.ThreadLimit;
import ricci.transform.Vmap;

/**
 * What a user imports statically: the transformations of functions, here, and the making and combining of
 * tensors, which come from {@link Tensors}.
 *
 * {@snippet :
 * record Params(Tensor w, Tensor b) {}
 *
 * Tensor loss(Params p, Tensor x, Tensor y) {
 *     return einsum(x, p.w(), "b i, i o -> b o").add(p.b()).sub(y).square().mean();
 * }
 *
 * var step = jit((Params p, Tensor x, Tensor y) -> {
 *     Params g = grad(this::loss).apply(p, x, y);
 *     return Tree.map(p, g, (w, dw) -> w.sub(dw.mul(0.1)));
 * });
 * }
 */
public final class Ricci extends Tensors {
    private Ricci() {}

    // ---- jit: trace once per argument types, run as a whole ----

    /**
     * The function, recorded as a program on its first call with arguments of given types and structure, and
     * run as one unit from then on. It must not read values of tensors, as they do not exist while it is
     * recorded. {@link Jitted} says what makes two calls alike, and what else can be asked for.
     */
    public static <A, R> Jitted.Of1<A, R> jit(Fn<A, R> f) {
        return new Jitted.Of1<>(new Jit(spread(f), 1));
    }

    /** As {@link #jit(Fn)}, for two arguments. */
    public static <A, B, R> Jitted.Of2<A, B, R> jit(Fn2<A, B, R> f) {
        return new Jitted.Of2<>(new Jit(spread(f), 2));
    }

    /** As {@link #jit(Fn)}, for three arguments. */
    public static <A, B, C, R> Jitted.Of3<A, B, C, R> jit(Fn3<A, B, C, R> f) {
        return new Jitted.Of3<>(new Jit(spread(f), 3));
    }

    /** As {@link #jit(Fn)}, for four arguments. */
    public static <A, B, C, D, R> Jitted.Of4<A, B, C, D, R> jit(Fn4<A, B, C, D, R> f) {
        return new Jitted.Of4<>(new Jit(spread(f), 4));
    }

    /**
     * A tensor of that type without values, only to {@linkplain Jitted.Of1#trace trace} functions of records
     * ahead of time: {@code jit(f).trace(new Params(placeholder(w), placeholder(b)))}.
     */
    public static Tensor placeholder(TensorType type) {
        return Trace.placeholder(Arguments.given("placeholder", "the type", type));
    }

    /**
     * Calls {@code body}, and lets no more than {@code most} threads at once, the caller among them, compute
     * what it asks for, be it one operation or a function that is compiled. Results are the same on any
     * number of threads. For a server that answers requests side by side:
     *
     * {@snippet :
     * Tensor answer = onThreads(1, () -> model.apply(question));
     * }
     *
     * @param most at least 1; within another such call it can only lower the limit
     * @throws RicciException.Argument if {@code most} is less than 1
     */
    public static <R> R onThreads(int most, Supplier<R> body) {
        if (most < 1) {
            throw new RicciException.Argument("compute on " + most + " threads",
                    "onThreads(" + most + ", …)", "the caller computes, too, so there is at least 1",
                    "ask for 1 to use no other thread");
        }
        return ThreadLimit.call(most, Arguments.given("onThreads", "the body", body));
    }

    // ---- derivatives ----

    /**
     * The gradient of a function that returns a float scalar, with respect to its first argument: a tree like
     * that argument.
     *
     * @throws RicciException.Derivative when called, if the function returns anything but a float scalar
     * @throws RicciException.DataType when called, if the first argument holds tensors other than of floats
     */
    public static <A> Fn<A, A> grad(Fn<A, Tensor> f) {
        Fn<A, ValueAndGrad<A>> both = valueAndGrad(f);
        return a -> both.apply(a).grad();
    }

    /** As {@link #grad(Fn)}; the second argument is held constant. */
    public static <A, B> Fn2<A, B, A> grad(Fn2<A, B, Tensor> f) {
        Fn2<A, B, ValueAndGrad<A>> both = valueAndGrad(f);
        return (a, b) -> both.apply(a, b).grad();
    }

    /** As {@link #grad(Fn)}; the later arguments are held constant. */
    public static <A, B, C> Fn3<A, B, C, A> grad(Fn3<A, B, C, Tensor> f) {
        Fn3<A, B, C, ValueAndGrad<A>> both = valueAndGrad(f);
        return (a, b, c) -> both.apply(a, b, c).grad();
    }

    /** As {@link #grad(Fn)}; the later arguments are held constant. */
    public static <A, B, C, D> Fn4<A, B, C, D, A> grad(Fn4<A, B, C, D, Tensor> f) {
        Fn4<A, B, C, D, ValueAndGrad<A>> both = valueAndGrad(f);
        return (a, b, c, d) -> both.apply(a, b, c, d).grad();
    }

    /** The value together with the {@linkplain #grad(Fn) gradient}, for the cost of the gradient. */
    public static <A> Fn<A, ValueAndGrad<A>> valueAndGrad(Fn<A, Tensor> f) {
        return a -> Differentiate.valueAndGrad(spread(f), Arrays.asList(a));
    }

    /** As {@link #valueAndGrad(Fn)}; the second argument is held constant. */
    public static <A, B> Fn2<A, B, ValueAndGrad<A>> valueAndGrad(Fn2<A, B, Tensor> f) {
        return (a, b) -> Differentiate.valueAndGrad(spread(f), Arrays.asList(a, b));
    }

    /** As {@link #valueAndGrad(Fn)}; the later arguments are held constant. */
    public static <A, B, C> Fn3<A, B, C, ValueAndGrad<A>> valueAndGrad(Fn3<A, B, C, Tensor> f) {
        return (a, b, c) -> Differentiate.valueAndGrad(spread(f), Arrays.asList(a, b, c));
    }

    /** As {@link #valueAndGrad(Fn)}; the later arguments are held constant. */
    public static <A, B, C, D> Fn4<A, B, C, D, ValueAndGrad<A>> valueAndGrad(Fn4<A, B, C, D, Tensor> f) {
        return (a, b, c, d) -> Differentiate.valueAndGrad(spread(f), Arrays.asList(a, b, c, d));
    }

    /**
     * Forward mode: the value at {@code point}, and the derivative there in {@code direction}, a tree like
     * it.
     */
    public static <A, R> ValueAndTangent<R> jvp(Fn<A, R> f, A point, A direction) {
        return Differentiate.jvp(one(f), point, direction);
    }

    /**
     * Reverse mode: the value at {@code point}, and the function that pulls cotangents of the value back to
     * it.
     */
    public static <A, R> ValueAndPullback<A, R> vjp(Fn<A, R> f, A point) {
        return Differentiate.vjp(one(f), point);
    }

    /** The identity, which derivatives do not pass. */
    public static Tensor stopGradient(Tensor x) {
        return Elementwise.one(new Op.StopGradient(), x);
    }

    // ---- vmap: one example's function, of all examples at once ----

    /** In place of an axis: the tensor is not mapped, but the same for all examples. */
    public static final int NONE = Vmap.NONE;

    /**
     * The function of many examples at once, given that of one: every tensor of the arguments has one axis
     * more, the first, over which the examples lie, and so has every tensor of the result. All operations are
     * rewritten for the larger tensors; nothing is run in a loop.
     *
     * {@snippet :
     * Tensor distance(Tensor x, Tensor y) {                      // of two vectors
     *     return x.sub(y).square().sum().sqrt();
     * }
     *
     * Tensor each = vmap(this::distance).apply(xs, ys);          // f32[8,3], f32[8,3] to f32[8]
     * Tensor fromOne = vmap(this::distance, inAxes(0, NONE)).apply(xs, y);
     * Fn2<Tensor, Tensor, Tensor> row = vmap(this::distance, inAxes(NONE, 0));
     * Tensor all = vmap(row, inAxes(0, NONE)).apply(xs, zs);     // f32[8,3], f32[5,3] to f32[8,5]
     * Params perExample = vmap(grad(this::loss), inAxes(NONE, 0, 0)).apply(params, images, labels);
     * }
     *
     * @throws RicciException.Shape when called, if mapped axes differ in length
     * @throws RicciException.Axis when called, if a tensor lacks the axis
     */
    public static <A, R> Fn<A, R> vmap(Fn<A, R> f) {
        return vmap(f, InAxes.first(1));
    }

    /** As {@link #vmap(Fn)}, along the given axis of the argument. */
    public static <A, R> Fn<A, R> vmap(Fn<A, R> f, InAxes in) {
        return vmap(f, in, outAxis(0));
    }

    /** As {@link #vmap(Fn)}, along the given axis of the argument, and of the result. */
    public static <A, R> Fn<A, R> vmap(Fn<A, R> f, InAxes in, MappedAxis out) {
        Vectorize all = new Vectorize(spread(f), 1, in, out);
        return a -> all.call(Arrays.asList(a));
    }

    /** As {@link #vmap(Fn)}, for two arguments. */
    public static <A, B, R> Fn2<A, B, R> vmap(Fn2<A, B, R> f) {
        return vmap(f, InAxes.first(2));
    }

    /** As {@link #vmap(Fn)}, along the given axes of the arguments. */
    public static <A, B, R> Fn2<A, B, R> vmap(Fn2<A, B, R> f, InAxes in) {
        return vmap(f, in, outAxis(0));
    }

    /** As {@link #vmap(Fn)}, along the given axes of the arguments, and of the result. */
    public static <A, B, R> Fn2<A, B, R> vmap(
            Fn2<A, B, R> f, InAxes in, MappedAxis out) {
        Vectorize all = new Vectorize(spread(f), 2, in, out);
        return (a, b) -> all.call(Arrays.asList(a, b));
    }

    /** As {@link #vmap(Fn)}, for three arguments. */
    public static <A, B, C, R> Fn3<A, B, C, R> vmap(Fn3<A, B, C, R> f) {
        return vmap(f, InAxes.first(3));
    }

    /** As {@link #vmap(Fn)}, along the given axes of the arguments. */
    public static <A, B, C, R> Fn3<A, B, C, R> vmap(Fn3<A, B, C, R> f, InAxes in) {
        return vmap(f, in, outAxis(0));
    }

    /** As {@link #vmap(Fn)}, along the given axes of the arguments, and of the result. */
    public static <A, B, C, R> Fn3<A, B, C, R> vmap(
            Fn3<A, B, C, R> f, InAxes in, MappedAxis out) {
        Vectorize all = new Vectorize(spread(f), 3, in, out);
        return (a, b, c) -> all.call(Arrays.asList(a, b, c));
    }

    /** As {@link #vmap(Fn)}, for four arguments. */
    public static <A, B, C, D, R> Fn4<A, B, C, D, R> vmap(Fn4<A, B, C, D, R> f) {
        return vmap(f, InAxes.first(4));
    }

    /** As {@link #vmap(Fn)}, along the given axes of the arguments. */
    public static <A, B, C, D, R> Fn4<A, B, C, D, R> vmap(Fn4<A, B, C, D, R> f, InAxes in) {
        return vmap(f, in, outAxis(0));
    }

    /** As {@link #vmap(Fn)}, along the given axes of the arguments, and of the result. */
    public static <A, B, C, D, R> Fn4<A, B, C, D, R> vmap(
            Fn4<A, B, C, D, R> f, InAxes in, MappedAxis out) {
        Vectorize all = new Vectorize(spread(f), 4, in, out);
        return (a, b, c, d) -> all.call(Arrays.asList(a, b, c, d));
    }

    /**
     * The axis along which each argument is mapped, in all its tensors; a negative one counts from the end,
     * and with {@link #NONE} the argument is the same for all examples: {@code inAxes(0, NONE)}.
     */
    public static InAxes inAxes(int... axes) {
        Arguments.given("inAxes", "the axes", axes);
        return new InAxes(Arrays.stream(axes).mapToObj(MappedAxis::new).toList());
    }

    /**
     * The axes along which each argument is mapped, with exceptions for parts of them: {@code
     * inAxes(axis(0).except(Params::b, NONE), axis(0))}.
     */
    public static InAxes inAxes(MappedAxis... arguments) {
        return new InAxes(Arrays.asList(Arguments.given("inAxes", "the axes", arguments)));
    }

    /** An entry of {@link #inAxes(MappedAxis...)}. */
    public static MappedAxis axis(int axis) {
        return new MappedAxis(axis);
    }

    /**
     * Where the result gets its mapped axis, in all its tensors; parts can be {@linkplain MappedAxis#except
     * excepted}. A negative one counts from the end. A tensor that turns out to be the same for all examples
     * is repeated along it; with {@link #NONE} it stays as it is.
     */
    public static MappedAxis outAxis(int axis) {
        return new MappedAxis(axis);
    }

    // ---- the programs behind ----

    /**
     * The program that {@link #jit(Fn)} records of {@code f} for such an argument: to be printed and read.
     */
    public static <A, R> Program program(Fn<A, R> f, A a) {
        return new Jit(spread(f), 1).program(Arrays.asList(a));
    }

    /** As {@link #program(Fn, Object)}, for two arguments. */
    public static <A, B, R> Program program(Fn2<A, B, R> f, A a, B b) {
        return new Jit(spread(f), 2).program(Arrays.asList(a, b));
    }

    /** As {@link #program(Fn, Object)}, for three arguments. */
    public static <A, B, C, R> Program program(Fn3<A, B, C, R> f, A a, B b, C c) {
        return new Jit(spread(f), 3).program(Arrays.asList(a, b, c));
    }

    /** As {@link #program(Fn, Object)}, for four arguments. */
    public static <A, B, C, D, R> Program program(Fn4<A, B, C, D, R> f, A a, B b, C c, D d) {
        return new Jit(spread(f), 4).program(Arrays.asList(a, b, c, d));
    }

    /**
     * How {@link #jit(Fn)} runs {@code f} for this argument: the program, what each pass of the compiler made
     * of it, the loops, and how long these take, as part of what the machine can do. It is run some times for
     * that; once if it prints or checks something.
     *
     * {@snippet :
     * IO.println(explain(x -> softmax(x, "b [c]"), x));
     * }
     */
    public static <A, R> String explain(Fn<A, R> f, A a) {
        return new Jit(spread(f), 1).explainRun(Arrays.asList(a));
    }

    /** As {@link #explain(Fn, Object)}, for two arguments. */
    public static <A, B, R> String explain(Fn2<A, B, R> f, A a, B b) {
        return new Jit(spread(f), 2).explainRun(Arrays.asList(a, b));
    }

    /** As {@link #explain(Fn, Object)}, for three arguments. */
    public static <A, B, C, R> String explain(Fn3<A, B, C, R> f, A a, B b, C c) {
        return new Jit(spread(f), 3).explainRun(Arrays.asList(a, b, c));
    }

    /** As {@link #explain(Fn, Object)}, for four arguments. */
    public static <A, B, C, D, R> String explain(Fn4<A, B, C, D, R> f, A a, B b, C c, D d) {
        return new Jit(spread(f), 4).explainRun(Arrays.asList(a, b, c, d));
    }
}

package ricci;

import static ricci.Arguments.cast;
import static ricci.Arguments.spread;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Op.Unary;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.transform.Vmap;

/**
 * What a user imports statically: the transformations of functions, and the making and combining of tensors.
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
public final class Ricci {
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
        return Trace.placeholder(type);
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
        return Differentiate.jvp(x -> f.apply(cast(x)), point, direction);
    }

    /**
     * Reverse mode: the value at {@code point}, and the function that pulls cotangents of the value back to
     * it.
     */
    public static <A, R> ValueAndPullback<A, R> vjp(Fn<A, R> f, A point) {
        return Differentiate.vjp(x -> f.apply(cast(x)), point);
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
        return new InAxes(Arrays.stream(axes).mapToObj(MappedAxis::new).toList());
    }

    /**
     * The axes along which each argument is mapped, with exceptions for parts of them: {@code
     * inAxes(axis(0).except(Params::b, NONE), axis(0))}.
     */
    public static InAxes inAxes(MappedAxis... arguments) {
        return new InAxes(Arrays.asList(arguments));
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

    // ---- making tensors ----

    /** A scalar of dtype f32. */
    public static Tensor tensor(float value) {
        return tensor(new float[] {value}, new long[0]);
    }

    /** A vector of dtype f32. */
    public static Tensor tensor(float[] values) {
        return tensor(values, values.length);
    }

    /** A tensor of dtype f32 with the elements in row-major order. */
    public static Tensor tensor(float[] values, long... lengths) {
        double[] reals = new double[values.length];
        Arrays.setAll(reals, i -> values[i]);
        return tensor(DType.F32, reals, lengths);
    }

    /** A matrix of dtype f32. */
    public static Tensor tensor(float[][] rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        if ((long) rows.length * columns > Integer.MAX_VALUE - 8) {
            throw new RicciException.Argument("make a matrix", rows.length + " rows of length " + columns,
                    "a Java array has fewer than 2^31 elements", "use smaller tensors");
        }
        float[] values = new float[rows.length * columns];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != columns) {
                throw new RicciException.Shape(
                        "make a matrix", "rows of length " + columns + " and, at index " + i + ", "
                        + rows[i].length, "all rows have one length", "pad the short rows");
            }
            System.arraycopy(rows[i], 0, values, i * columns, columns);
        }
        return tensor(values, rows.length, columns);
    }

    /** A scalar of dtype f64. */
    public static Tensor tensor(double value) {
        return tensor(DType.F64, new double[] {value});
    }

    /** A tensor of dtype f64 with the elements in row-major order; without lengths, a vector. */
    public static Tensor tensor(double[] values, long... lengths) {
        return tensor(DType.F64, values, lengths.length == 0 ? new long[] {values.length} : lengths);
    }

    /** A tensor of dtype i32 with the elements in row-major order; without lengths, a vector. */
    public static Tensor tensor(int[] values, long... lengths) {
        return tensor(DType.I32, Arrays.stream(values).asLongStream().toArray(),
                lengths.length == 0 ? new long[] {values.length} : lengths);
    }

    /** A tensor of a float dtype with the elements, which are rounded to it, in row-major order. */
    public static Tensor tensor(DType dtype, double[] values, long... lengths) {
        TensorType type = counted(TensorType.of(dtype, lengths), values.length);
        if (!dtype.isFloat()) {
            throw new RicciException.DataType(
                    "make a tensor of doubles", type.toString(), "doubles make floats",
                    "pass an array of longs, or convert afterwards");
        }
        return new Array(type, Buffer.ofReals(dtype, values));
    }

    /** A tensor of an integer dtype or of bools with the elements, which wrap to it, in row-major order. */
    public static Tensor tensor(DType dtype, long[] values, long... lengths) {
        TensorType type = counted(TensorType.of(dtype, lengths), values.length);
        if (dtype.isFloat()) {
            throw new RicciException.DataType(
                    "make a tensor of longs", type.toString(), "longs make integers",
                    "pass an array of doubles, or convert afterwards");
        }
        long[] elements = dtype == DType.BOOL ? Arrays.stream(values).map(v -> v != 0 ? 1 : 0).toArray()
                : values;
        return new Array(type, Buffer.ofIntegers(dtype, elements));
    }

    private static TensorType counted(TensorType type, int count) {
        if (type.shape().size() != count) {
            throw new RicciException.Shape("make a tensor of shape " + type.shape(), count + " values",
                    "the lengths multiply to the number of values", "give " + type.shape().size()
                    + " values");
        }
        return type;
    }

    /** Zeros of dtype f32. */
    public static Tensor zeros(long... lengths) {
        return full(TensorType.of(DType.F32, lengths), 0);
    }

    /** Ones of dtype f32. */
    public static Tensor ones(long... lengths) {
        return full(TensorType.of(DType.F32, lengths), 1);
    }

    /** The same value everywhere. */
    public static Tensor full(TensorType type, Number value) {
        return Trace.fill(type, value);
    }

    /** The same type as {@code x}, with zeros. */
    public static Tensor zerosLike(Tensor x) {
        return Trace.fill(x.type(), 0);
    }

    /** The integers from 0 up to {@code limit}, exclusive, as i32. */
    public static Tensor arange(long limit) {
        return Elementwise.one(new Op.Iota(TensorType.of(DType.I32, limit), 0));
    }

    // ---- functions of tensors ----

    /** Where the condition holds {@code x}, elsewhere {@code y}. */
    public static Tensor where(Tensor condition, Tensor x, Tensor y) {
        return Elementwise.where(condition, x, y);
    }

    /** Where the condition holds {@code x}, elsewhere the number. */
    public static Tensor where(Tensor condition, Tensor x, Number y) {
        return where(condition, x, Elementwise.weak(y, x));
    }

    public static Tensor exp(Tensor x) {
        return x.exp();
    }

    public static Tensor log(Tensor x) {
        return x.log();
    }

    public static Tensor sqrt(Tensor x) {
        return x.sqrt();
    }

    public static Tensor sin(Tensor x) {
        return x.sin();
    }

    public static Tensor cos(Tensor x) {
        return x.cos();
    }

    public static Tensor tanh(Tensor x) {
        return x.tanh();
    }

    /** exp(x) - 1, exact near 0. */
    public static Tensor expm1(Tensor x) {
        return Elementwise.floating(Unary.Function.EXPM1, x);
    }

    /** log(1 + x), exact near 0. */
    public static Tensor log1p(Tensor x) {
        return Elementwise.floating(Unary.Function.LOG1P, x);
    }

    /** 1 / sqrt(x). */
    public static Tensor rsqrt(Tensor x) {
        return Elementwise.floating(Unary.Function.RSQRT, x);
    }

    /** The logistic function 1 / (1 + exp(-x)). */
    public static Tensor sigmoid(Tensor x) {
        return Elementwise.floating(Unary.Function.LOGISTIC, x);
    }

    public static Tensor erf(Tensor x) {
        return Elementwise.floating(Unary.Function.ERF, x);
    }

    /** The inverse of {@link #erf}, from (-1, 1). */
    public static Tensor erfInv(Tensor x) {
        return Elementwise.floating(Unary.Function.ERF_INV, x);
    }

    /** max(x, 0), with derivative 0 at 0. */
    public static Tensor relu(Tensor x) {
        // Asked this way round, a NaN stays one.
        return where(x.le(0), zerosLike(x), x);
    }

    /** log(sum(exp(x))) over the axes, or all, without overflow on the way; of nothing, -inf. */
    public static Tensor logSumExp(Tensor x, int... axes) {
        List<Integer> over = Axes.all("logSumExp", x, axes);
        Tensor floats = Elementwise.toFloat(x);
        if (over.isEmpty()) {
            return floats;
        }
        Tensor top = greatest(floats, over);
        // An infinite maximum would give inf - inf; it is itself the result.
        Tensor isFinite = top.abs().lt(Double.POSITIVE_INFINITY);
        Tensor shift = where(isFinite, stopGradient(top), 0);
        Tensor shifted = where(Elementwise.repeated(isFinite, x, over),
                floats.sub(Elementwise.repeated(shift, x, over)), 0);
        Tensor sum = Elementwise.one(new Op.Reduce(Monoid.SUM, over), shifted.exp());
        return where(isFinite, sum.log().add(shift), top);
    }

    /** log(sum(exp(x))) of each element and all before it along an axis, without overflow on the way. */
    public static Tensor cumLogSumExp(Tensor x, int axis) {
        int counted = Axes.of("cumLogSumExp", x, axis);
        return Selection.cumulative(Op.Cumulative.Function.LOGSUMEXP, Elementwise.toFloat(x), counted);
    }

    /** x - logSumExp(x) along an axis: the logarithms of the softmax. */
    public static Tensor logSoftmax(Tensor x, int axis) {
        List<Integer> over = List.of(Axes.of("logSoftmax", x, axis));
        Tensor shifted = belowTop(x, over);
        return shifted.sub(Elementwise.repeated(shifted.exp().sum(axis).log(), x, over));
    }

    /** exp(x) divided by its sum along an axis; without overflow. */
    public static Tensor softmax(Tensor x, int axis) {
        List<Integer> over = List.of(Axes.of("softmax", x, axis));
        Tensor e = belowTop(x, over).exp();
        return e.div(Elementwise.repeated(e.sum(axis), x, over));
    }

    /** Shifted so that the greatest is 0. What is computed from it does not depend on the shift. */
    private static Tensor belowTop(Tensor x, List<Integer> axes) {
        Tensor floats = Elementwise.toFloat(x);
        return floats.sub(Elementwise.repeated(greatest(stopGradient(floats), axes), x, axes));
    }

    /** Of nothing, -inf. */
    private static Tensor greatest(Tensor x, List<Integer> axes) {
        return Elementwise.one(new Op.Reduce(Monoid.MAX, axes), x);
    }

    /** For each index a vector of length {@code classes} in f32: 1 at the index, else 0; outside, all 0. */
    public static Tensor oneHot(Tensor indices, long classes) {
        long[] lengths = Arrays.copyOf(indices.shape().toArray(), indices.rank() + 1);
        lengths[indices.rank()] = classes;
        // In i64, for classes beyond the range of the indices' own dtype would wrap around.
        Tensor iota = Elementwise.one(new Op.Iota(
                TensorType.of(DType.I64, lengths), indices.rank()));
        lengths[indices.rank()] = 1;
        return iota.eq(indices.reshape(lengths)).to(DType.F32);
    }

    /** Tensors one after the other along an axis, all of one shape but for that axis. */
    public static Tensor concatenate(List<? extends Tensor> tensors, int axis) {
        List<Tensor> operands = promoted("concatenate", tensors);
        int counted = Axes.of("concatenate", operands.getFirst(), axis);
        return Trace.apply(new Op.Concatenate(counted), operands).getFirst();
    }

    /** Tensors of one shape along a new first axis. */
    public static Tensor stack(List<? extends Tensor> tensors) {
        List<Tensor> slices = new ArrayList<>();
        for (Tensor x : promoted("stack", tensors)) {
            slices.add(x.reshape(java.util.stream.LongStream.concat(java.util.stream.LongStream.of(1),
                    Arrays.stream(x.shape().toArray())).toArray()));
        }
        return concatenate(slices, 0);
    }

    private static List<Tensor> promoted(String asked, List<? extends Tensor> tensors) {
        if (tensors.isEmpty()) {
            throw new RicciException.Argument(
                    asked, "no tensors", "there is at least one", "pass one tensor or more");
        }
        DType dtype = tensors.stream().map(Tensor::dtype).reduce(DType::promote).orElseThrow();
        return tensors.stream().map(x -> x.to(dtype)).toList();
    }
}

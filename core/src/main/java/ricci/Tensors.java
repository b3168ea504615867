package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Op.Unary;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;

/**
 * The functions of tensors that come with {@code import static ricci.Ricci.*}: those used daily. More of each
 * kind are in {@link Creation}, {@link Manipulation}, {@link Arithmetic}, {@link Logic}, {@link Searching},
 * {@link Statistics} and {@link Products}.
 */
public abstract sealed class Tensors permits Ricci {
    Tensors() {}

    // ---- making tensors ----

    /** A scalar of dtype f32. */
    public static Tensor tensor(float value) {
        return tensor(new float[] {value}, new long[0]);
    }

    /** A vector of dtype f32. */
    public static Tensor tensor(float[] values) {
        Arguments.given("make a tensor", "the array", values);
        return tensor(values, values.length);
    }

    /** A tensor of dtype f32 with the elements in row-major order. */
    public static Tensor tensor(float[] values, long... lengths) {
        Arguments.given("make a tensor", "the array", values);
        double[] reals = new double[values.length];
        Arrays.setAll(reals, i -> values[i]);
        return tensor(DType.F32, reals, lengths);
    }

    /** A matrix of dtype f32. */
    public static Tensor tensor(float[][] rows) {
        Arguments.given("make a tensor", "the array", rows);
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

    /** A scalar of dtype i32. */
    public static Tensor tensor(int value) {
        return tensor(DType.I32, new long[] {value});
    }

    /** A scalar of dtype i64. */
    public static Tensor tensor(long value) {
        return tensor(DType.I64, new long[] {value});
    }

    /** A scalar of dtype bool. */
    public static Tensor tensor(boolean value) {
        return tensor(DType.BOOL, new long[] {value ? 1 : 0});
    }

    /** A scalar of dtype f64. */
    public static Tensor tensor(double value) {
        return tensor(DType.F64, new double[] {value});
    }

    /** A tensor of dtype f64 with the elements in row-major order; without lengths, a vector. */
    public static Tensor tensor(double[] values, long... lengths) {
        Arguments.given("make a tensor", "the array", values);
        return tensor(DType.F64, values, lengths.length == 0 ? new long[] {values.length} : lengths);
    }

    /** A tensor of dtype i32 with the elements in row-major order; without lengths, a vector. */
    public static Tensor tensor(int[] values, long... lengths) {
        Arguments.given("make a tensor", "the array", values);
        return tensor(DType.I32, Arrays.stream(values).asLongStream().toArray(),
                lengths.length == 0 ? new long[] {values.length} : lengths);
    }

    /** A tensor of dtype i64 with the elements in row-major order; without lengths, a vector. */
    public static Tensor tensor(long[] values, long... lengths) {
        Arguments.given("make a tensor", "the array", values);
        return tensor(DType.I64, values, lengths.length == 0 ? new long[] {values.length} : lengths);
    }

    /** A tensor of bools in row-major order; without lengths, a vector. */
    public static Tensor tensor(boolean[] values, long... lengths) {
        Arguments.given("make a tensor", "the array", values);
        long[] truths = new long[values.length];
        Arrays.setAll(truths, i -> values[i] ? 1 : 0);
        return tensor(DType.BOOL, truths, lengths.length == 0 ? new long[] {values.length} : lengths);
    }

    /**
     * A tensor of a Java array, nested to any depth, of any primitive type: {@code byte[]} gives i8, {@code
     * short[]} i16, {@code int[]} i32, {@code long[]} i64, {@code float[]} f32, {@code double[]} f64, {@code
     * boolean[]} bool; also of one number or bool.
     *
     * {@snippet :
     * Tensor x = array(new int[][][] {{{1, 2}, {3, 4}}});   // i32[1,2,2]
     * }
     *
     * @throws RicciException.Shape if arrays at one depth differ in length
     */
    public static Tensor array(Object values) {
        return Creation.array(values);
    }

    /** A tensor of a float dtype with the elements, which are rounded to it, in row-major order. */
    public static Tensor tensor(DType dtype, double[] values, long... lengths) {
        Arguments.given("make a tensor", "the array", values);
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
        Arguments.given("make a tensor", "the array", values);
        TensorType type = counted(TensorType.of(dtype, lengths), values.length);
        if (dtype.isInexact()) {
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

    /** Zeros of a dtype. */
    public static Tensor zeros(DType dtype, long... lengths) {
        return full(TensorType.of(dtype, lengths), 0);
    }

    /** Ones of a dtype. */
    public static Tensor ones(DType dtype, long... lengths) {
        return full(TensorType.of(dtype, lengths), 1);
    }

    /** The same value everywhere. */
    public static Tensor full(TensorType type, Number value) {
        return Trace.fill(type, value);
    }

    /** The same type as {@code x}, with zeros. */
    public static Tensor zerosLike(Tensor x) {
        return Trace.fill(x.type(), 0);
    }

    /** The same type as {@code x}, with ones. */
    public static Tensor onesLike(Tensor x) {
        return Trace.fill(x.type(), 1);
    }

    /** The same type as {@code x}, with one value. */
    public static Tensor fullLike(Tensor x, Number value) {
        return Trace.fill(x.type(), value);
    }

    /** The integers from 0 up to {@code limit}, exclusive, as i32. */
    public static Tensor arange(long limit) {
        return Elementwise.one(new Op.Iota(TensorType.of(DType.I32, limit), 0));
    }

    /** The integers from {@code start} up to {@code stop}, exclusive, as i32; i64 if that is too narrow. */
    public static Tensor arange(long start, long stop) {
        return arange(start, stop, 1);
    }

    /** Every step-th integer from {@code start} up to {@code stop}, exclusive, as i32 or i64. */
    public static Tensor arange(long start, long stop, long step) {
        return Creation.arange(start, stop, step);
    }

    /** {@code start}, {@code start + step}, … up to {@code stop}, exclusive, as f32. */
    public static Tensor arange(double start, double stop, double step) {
        return Creation.arange(DType.F32, start, stop, step);
    }

    /** {@code count} numbers at equal distances, from {@code start} to {@code stop}, inclusive, as f32. */
    public static Tensor linspace(double start, double stop, long count) {
        return Creation.linspace(DType.F32, start, stop, count, true);
    }

    /** The identity matrix of dtype f32. */
    public static Tensor eye(long length) {
        return Creation.eye(DType.F32, length, length, 0);
    }

    // ---- the words of index expressions ----

    /** As many whole axes as the other entries of an index expression leave over. */
    public static final Index ELLIPSIS = new Index.Ellipsis();

    /** A new axis of length 1 in the result of an index expression. */
    public static final Index NEWAXIS = new Index.NewAxis();

    /** A whole axis, NumPy's {@code :}. */
    public static Index slice() {
        return new Index.Range(null, null, 1);
    }

    /** The places from {@code start} up to {@code stop}, exclusive; negative ones count from the end. */
    public static Index slice(long start, long stop) {
        return new Index.Range(start, stop, 1);
    }

    /** Every step-th place from {@code start} up to {@code stop}, exclusive; backward if it is negative. */
    public static Index slice(long start, long stop, long step) {
        return new Index.Range(start, stop, step);
    }

    /** As {@link #slice(long, long)}; null goes to the end of the axis: {@code slice(2, null)}. */
    public static Index slice(@Nullable Integer start, @Nullable Integer stop) {
        return slice(start, stop, 1);
    }

    /** As {@link #slice(long, long, long)}; null goes to the end: {@code slice(null, null, -1)}. */
    public static Index slice(@Nullable Integer start, @Nullable Integer stop, int step) {
        return new Index.Range(start == null ? null : Long.valueOf(start),
                stop == null ? null : Long.valueOf(stop), step);
    }

    /** The places that a tensor of integers names, or where one of bools is true. */
    public static Index at(Tensor places) {
        return Index.of(places);
    }

    /** Several places on an axis, which stays. */
    public static Index at(int... places) {
        return Index.of(places);
    }

    // ---- functions of tensors ----

    /** Where the condition holds {@code x}, elsewhere {@code y}. */
    public static Tensor where(Tensor condition, Tensor x, Tensor y) {
        return Elementwise.where(condition, x, y);
    }

    /** Where the condition holds {@code x}, elsewhere the number. */
    public static Tensor where(Tensor condition, Tensor x, Number y) {
        Elementwise.requirePresent("where", x);
        return where(condition, x, Elementwise.weak(y, x));
    }

    /** Where the condition holds the number, elsewhere {@code y}. */
    public static Tensor where(Tensor condition, Number x, Tensor y) {
        Elementwise.requirePresent("where", y);
        return where(condition, Elementwise.weak(x, y), y);
    }

    /**
     * The places where the tensor is true, or not zero: one i32 vector per axis, in row-major order.
     *
     * @throws RicciException.Unknown if its values are not known, as their number depends on them
     */
    public static List<Tensor> where(Tensor condition) {
        return Searching.nonzero(condition);
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
        Tensor shift = where(isFinite, Ricci.stopGradient(top), 0);
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
        return floats.sub(Elementwise.repeated(greatest(Ricci.stopGradient(floats), axes), x, axes));
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

    /** Tensors one after the other along axis 0. */
    public static Tensor concatenate(Tensor... tensors) {
        return concatenate(Arrays.asList(Arguments.given("concatenate", "the array", tensors)), 0);
    }

    /** Tensors of one shape along a new first axis. */
    public static Tensor stack(Tensor... tensors) {
        return stack(Arrays.asList(Arguments.given("stack", "the array", tensors)), 0);
    }

    /** Tensors of one shape along a new first axis. */
    public static Tensor stack(List<? extends Tensor> tensors) {
        return stack(tensors, 0);
    }

    /** Tensors of one shape along a new axis, which {@code axis} is in the result. */
    public static Tensor stack(List<? extends Tensor> tensors, int axis) {
        List<Tensor> slices = promoted("stack", tensors);
        int counted = Axes.inserted("stack", slices.getFirst(), axis);
        return concatenate(slices.stream().map(x -> x.expandDims(counted)).toList(), counted);
    }

    private static List<Tensor> promoted(String asked, List<? extends Tensor> tensors) {
        if (Arguments.given(asked, "the list of tensors", tensors).isEmpty()) {
            throw new RicciException.Argument(
                    asked, "no tensors", "there is at least one", "pass one tensor or more");
        }
        Elementwise.requirePresent(asked, tensors);
        DType dtype = tensors.stream().map(Tensor::dtype).reduce(DType::promote).orElseThrow();
        return tensors.stream().map(x -> x.to(dtype)).toList();
    }
}

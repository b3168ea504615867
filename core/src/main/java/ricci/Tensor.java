package ricci;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Op.Binary.Function;
import ricci.ir.Op.Compare.Relation;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;

/**
 * A tensor: elements of one dtype along any number of axes. Immutable: operations give new tensors.
 *
 * <p>Operands of two dtypes are promoted as {@link DType#promote} says, shapes broadcast from the last axis
 * as in NumPy, and a Java number takes the dtype of the tensor it meets, but a
 * fraction makes floats of integers, f64 of those with 64 bits, else f32. Negative axes count from the end.
 * Where an operation is asked for along no axes, it goes over all of them.
 *
 * {@snippet :
 * Tensor x = Ricci.tensor(new float[][] {{1, 2}, {3, 4}});
 * float[] columns = x.mul(10).sum(0).toFloats();   // 40, 60
 * }
 */
public sealed interface Tensor permits Array, Tracer {

    TensorType type();

    /**
     * The elements in memory, not to be written.
     *
     * @throws RicciException.Unknown if the tensor is being traced by jit and has no value yet
     */
    Buffer buffer();

    default DType dtype() {
        return type().dtype();
    }

    default Shape shape() {
        return type().shape();
    }

    default int rank() {
        return type().rank();
    }

    /** The number of elements. */
    default long size() {
        return shape().size();
    }

    // ---- values ----

    /**
     * The only element, as a double.
     *
     * @throws RicciException.Shape if there is not exactly one
     */
    default double item() {
        if (size() != 1) {
            throw new RicciException.Shape(
                    "take the only element", type().toString(), "there is exactly one element; here "
                    + size(), "reduce first, or take all of them with toFloats()");
        }
        return toDoubles()[0];
    }

    /** All elements in row-major order, as floats. */
    default float[] toFloats() {
        double[] doubles = toDoubles();
        float[] floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) doubles[i];
        }
        return floats;
    }

    /** All elements in row-major order, as doubles. */
    default double[] toDoubles() {
        if (dtype().isComplex()) {
            throw new RicciException.DataType("take the elements as real numbers", type().toString(),
                    "a complex number has two parts, and none is dropped unasked",
                    "take one first, with x.real() or x.imag()");
        }
        return dtype().isFloat() ? buffer().reals() : Arrays.stream(buffer().integers())
                .mapToDouble(v -> DType.F64.nearest(v, dtype())).toArray();
    }

    /** All elements of an integer or bool tensor in row-major order, as ints that wrap. */
    default int[] toInts() {
        return Arrays.stream(toLongs()).mapToInt(v -> (int) v).toArray();
    }

    /**
     * All elements of an integer or bool tensor in row-major order; bools as 0 and 1, and
     * u64 with the same bits, for {@code Long.toUnsignedString}.
     *
     * @throws RicciException.DataType if the elements are floats
     */
    default long[] toLongs() {
        if (dtype().isInexact()) {
            throw new RicciException.DataType("take the elements as integers", type().toString(),
                    "floats are not rounded unasked", "convert first: x.to(DType.I64)");
        }
        return buffer().integers();
    }

    // ---- arithmetic ----

    default Tensor add(Tensor y) {
        return Elementwise.binary(Function.ADD, this, y);
    }

    default Tensor add(Number y) {
        return add(Elementwise.weak(y, this));
    }

    default Tensor sub(Tensor y) {
        return Elementwise.binary(Function.SUB, this, y);
    }

    default Tensor sub(Number y) {
        return sub(Elementwise.weak(y, this));
    }

    default Tensor mul(Tensor y) {
        return Elementwise.binary(Function.MUL, this, y);
    }

    default Tensor mul(Number y) {
        return mul(Elementwise.weak(y, this));
    }

    /** The quotient, a float also of integers. */
    default Tensor div(Tensor y) {
        return Elementwise.floating(Function.DIV, this, y);
    }

    default Tensor div(Number y) {
        return div(Elementwise.weak(y, this));
    }

    /** The remainder of division towards zero. */
    default Tensor rem(Tensor y) {
        return Elementwise.binary(Function.REM, this, y);
    }

    default Tensor rem(Number y) {
        return rem(Elementwise.weak(y, this));
    }

    /** The power; of two integers an integer, with a negative exponent the truncated quotient. */
    default Tensor pow(Tensor y) {
        return dtype().isInexact() || y.dtype().isInexact() ? Elementwise.floating(Function.POW, this, y)
                : Elementwise.binary(Function.POW, Elementwise.number(this), Elementwise.number(y));
    }

    /**
     * The power; of an integer with a whole Java number an integer.
     *
     * @throws RicciException.Argument if an integer is raised to a negative whole power
     */
    default Tensor pow(Number y) {
        return Elementwise.power(this, y);
    }

    /** The greater of each two elements; NaN if one is. */
    default Tensor maximum(Tensor y) {
        return Elementwise.binary(Function.MAX, this, y);
    }

    default Tensor maximum(Number y) {
        return maximum(Elementwise.weak(y, this));
    }

    /** The lesser of each two elements; NaN if one is. */
    default Tensor minimum(Tensor y) {
        return Elementwise.binary(Function.MIN, this, y);
    }

    default Tensor minimum(Number y) {
        return minimum(Elementwise.weak(y, this));
    }

    default Tensor neg() {
        return Elementwise.unary(Op.Unary.Function.NEG, this);
    }

    default Tensor abs() {
        return Elementwise.unary(Op.Unary.Function.ABS, this);
    }

    default Tensor sign() {
        return Elementwise.unary(Op.Unary.Function.SIGN, this);
    }

    default Tensor square() {
        return mul(this);
    }

    default Tensor exp() {
        return Elementwise.floating(Op.Unary.Function.EXP, this);
    }

    default Tensor log() {
        return Elementwise.floating(Op.Unary.Function.LOG, this);
    }

    default Tensor sqrt() {
        return Elementwise.floating(Op.Unary.Function.SQRT, this);
    }

    default Tensor sin() {
        return Elementwise.floating(Op.Unary.Function.SIN, this);
    }

    default Tensor cos() {
        return Elementwise.floating(Op.Unary.Function.COS, this);
    }

    default Tensor tanh() {
        return Elementwise.floating(Op.Unary.Function.TANH, this);
    }

    /** Not below {@code least}, and not above {@code greatest}; see {@link Ordering#clamp} too. */
    default Tensor clip(Tensor least, Tensor greatest) {
        return maximum(least).minimum(greatest);
    }

    default Tensor clip(Number least, Number greatest) {
        return maximum(least).minimum(greatest);
    }

    // ---- complex numbers ----

    /** The real part; a tensor that is not complex is its own. */
    default Tensor real() {
        return dtype().isComplex() ? Elementwise.one(new ricci.ir.Complex.Real(), this) : this;
    }

    /** The imaginary part; of a tensor that is not complex, zeros. */
    default Tensor imag() {
        return dtype().isComplex() ? Elementwise.one(new ricci.ir.Complex.Imag(), this)
                : Ricci.zerosLike(this);
    }

    /** The complex conjugate; a tensor that is not complex is its own. */
    default Tensor conj() {
        return dtype().isComplex() ? Elementwise.one(new ricci.ir.Complex.Conj(), this) : this;
    }

    // ---- comparison ----

    default Tensor eq(Tensor y) {
        return Elementwise.compare(Relation.EQ, this, y);
    }

    default Tensor eq(Number y) {
        return eq(Elementwise.weak(y, this));
    }

    default Tensor ne(Tensor y) {
        return Elementwise.compare(Relation.NE, this, y);
    }

    default Tensor ne(Number y) {
        return ne(Elementwise.weak(y, this));
    }

    default Tensor lt(Tensor y) {
        return Elementwise.compare(Relation.LT, this, y);
    }

    default Tensor lt(Number y) {
        return lt(Elementwise.weak(y, this));
    }

    default Tensor le(Tensor y) {
        return Elementwise.compare(Relation.LE, this, y);
    }

    default Tensor le(Number y) {
        return le(Elementwise.weak(y, this));
    }

    default Tensor gt(Tensor y) {
        return Elementwise.compare(Relation.GT, this, y);
    }

    default Tensor gt(Number y) {
        return gt(Elementwise.weak(y, this));
    }

    default Tensor ge(Tensor y) {
        return Elementwise.compare(Relation.GE, this, y);
    }

    default Tensor ge(Number y) {
        return ge(Elementwise.weak(y, this));
    }

    // ---- reductions ----

    /** The sum; of integers and bools in 64 bits. */
    default Tensor sum(int... axes) {
        return reduce(Monoid.SUM, Elementwise.accumulated(this), "sum", axes);
    }

    /** The product; of integers and bools in 64 bits. */
    default Tensor prod(int... axes) {
        return reduce(Monoid.PROD, Elementwise.accumulated(this), "prod", axes);
    }

    /** The mean, a float also of integers; of nothing, NaN. */
    default Tensor mean(int... axes) {
        double count = Axes.all("mean", this, axes).stream().mapToDouble(shape()::length)
                .reduce(1, (a, b) -> a * b);
        // The sum of halves, and their count, may be out of their range where the mean is not.
        Tensor mean = Elementwise.wide(this).sum(axes).div(count);
        return dtype().isInexact() ? mean.to(dtype()) : mean;
    }

    /**
     * The greatest element; NaN if there is one.
     *
     * @throws RicciException.Shape if there are no elements to choose from
     */
    default Tensor max(int... axes) {
        return extreme(Monoid.MAX, "max", axes);
    }

    /**
     * The least element; NaN if there is one.
     *
     * @throws RicciException.Shape if there are no elements to choose from
     */
    default Tensor min(int... axes) {
        return extreme(Monoid.MIN, "min", axes);
    }

    /** The variance: the mean of the squared distances from the mean. A float, also of integers. */
    default Tensor var(int... axes) {
        Tensor variance = Elementwise.variance(this, Axes.all("var", this, axes));
        return dtype().isFloat() ? variance.to(dtype()) : variance;
    }

    /** The standard deviation: the square root of {@link #var}. Where it is 0, it has no derivative: NaN. */
    default Tensor std(int... axes) {
        Tensor deviation = Elementwise.variance(this, Axes.all("std", this, axes)).sqrt();
        return dtype().isFloat() ? deviation.to(dtype()) : deviation;
    }

    /** Whether all elements are true, or not zero. */
    default Tensor all(int... axes) {
        return reduce(Monoid.AND, to(DType.BOOL), "all", axes);
    }

    /** Whether any element is true, or not zero. */
    default Tensor any(int... axes) {
        return reduce(Monoid.OR, to(DType.BOOL), "any", axes);
    }

    /** The first index of the greatest element along an axis, as i32; a NaN counts as it, and true is. */
    default Tensor argmax(int axis) {
        return Elementwise.argReduce(Op.ArgReduce.Extremum.ARGMAX, this, Axes.of("argmax", this, axis));
    }

    /** The first index of the least element along an axis, as i32; a NaN counts as the least. */
    default Tensor argmin(int axis) {
        return Elementwise.argReduce(Op.ArgReduce.Extremum.ARGMIN, this, Axes.of("argmin", this, axis));
    }

    /** Where the greatest element is in row-major order, as i32. */
    default Tensor argmax() {
        return reshape(-1).argmax(0);
    }

    /** Where the least element is in row-major order, as i32. */
    default Tensor argmin() {
        return reshape(-1).argmin(0);
    }

    /** A reduction over axes, as {@link #keepDims} takes it. */
    interface Reduction {
        Tensor over(Tensor x, int... axes);
    }

    /**
     * A reduction that leaves its axes, of length 1, so that the result broadcasts with this tensor:
     * {@code x.sub(x.keepDims(Tensor::mean, -1))}.
     */
    default Tensor keepDims(Reduction reduction, int... axes) {
        return Statistics.restored(reduction.over(this, axes), this, axes);
    }

    // ---- along an axis ----

    /** The sum of each element and all before it; of integers and bools in 64 bits. */
    default Tensor cumsum(int axis) {
        Tensor x = Elementwise.accumulated(this);
        return Selection.cumulative(Op.Cumulative.Function.SUM, x, Axes.of("cumsum", this, axis));
    }

    /** The product of each element and all before it; of integers and bools in 64 bits. */
    default Tensor cumprod(int axis) {
        Tensor x = Elementwise.accumulated(this);
        return Selection.cumulative(Op.Cumulative.Function.PROD, x, Axes.of("cumprod", this, axis));
    }

    /** The greatest of each element and all before it; NaN from the first one on. */
    default Tensor cummax(int axis) {
        return Selection.cumulative(Op.Cumulative.Function.MAX, this, Axes.of("cummax", this, axis));
    }

    /** The least of each element and all before it; NaN from the first one on. */
    default Tensor cummin(int axis) {
        return Selection.cumulative(Op.Cumulative.Function.MIN, this, Axes.of("cummin", this, axis));
    }

    /** From the least to the greatest; NaN is last. */
    default Tensor sort(int axis) {
        return Elementwise.one(new Op.Sort(Axes.of("sort", this, axis), 1), this);
    }

    /** Where the elements of {@link #sort} come from, as i32; equal ones stay in their order. */
    default Tensor argsort(int axis) {
        return Selection.order(this, Axes.of("argsort", this, axis), DType.I32);
    }

    /** In reverse order along some axes. */
    default Tensor flip(int... axes) {
        return Elementwise.one(new Op.Reverse(Axes.all("flip", this, axes)), this);
    }

    /** Each element moved on by {@code shift} along an axis; what leaves at one end enters at the other. */
    default Tensor roll(long shift, int axis) {
        return Selection.roll(this, shift, Axes.of("roll", this, axis));
    }

    private Tensor extreme(Monoid monoid, String asked, int... axes) {
        List<Integer> over = Axes.all(asked, this, axes);
        if (shape().select(over).size() == 0) {
            throw new RicciException.Shape(asked + " over axes " + over, type().toString(),
                    "of no elements none is extreme", "reduce axes of length 1 or more");
        }
        return reduce(monoid, this, asked, axes);
    }

    private static Tensor reduce(Monoid monoid, Tensor x, String asked, int... axes) {
        List<Integer> over = Axes.all(asked, x, axes);
        return over.isEmpty() ? x : Elementwise.one(new Op.Reduce(monoid, over), x);
    }

    // ---- shape ----

    /** The elements in row-major order under another shape; one length may be -1, for what is left over. */
    default Tensor reshape(long... lengths) {
        Arguments.given("reshape", "the shape", lengths);
        long unknown = LongStream.of(lengths).filter(length -> length == -1).count();
        long known = Shape.of(LongStream.of(lengths).map(length -> length == -1 ? 1 : length).toArray())
                .size();
        if (unknown > 1 || (unknown == 1 && (known == 0 || size() % known != 0))) {
            throw new RicciException.Shape("reshape to " + Arrays.toString(lengths), type().toString(),
                    "at most one length is -1, and the others divide the " + size() + " elements",
                    "give lengths whose product is " + size());
        }
        Shape shape = Shape.of(LongStream.of(lengths).map(length -> length == -1 ? size() / known : length)
                .toArray());
        return shape.equals(shape()) ? this : Elementwise.one(new Op.Reshape(shape), this);
    }

    /**
     * Axes in another order: axis i of the result is {@code axes[i]}; without arguments, the reverse order.
     */
    default Tensor transpose(int... axes) {
        List<Integer> order = Arguments.given("transpose", "the order", axes).length > 0
                ? Axes.all("transpose", this, axes)
                : IntStream.range(0, rank()).map(i -> rank() - 1 - i).boxed().toList();
        return Elementwise.one(new Op.Transpose(order), this);
    }

    /** The transpose: axes in reverse order. */
    default Tensor T() {
        return transpose();
    }

    /** All elements in row-major order, as a vector. */
    default Tensor ravel() {
        return reshape(-1);
    }

    /**
     * Without those axes of length 1; without arguments, without all of them.
     *
     * @throws RicciException.Shape if one of the axes has another length
     */
    default Tensor squeeze(int... axes) {
        List<Integer> gone = axes.length > 0 ? Axes.all("squeeze", this, axes)
                : IntStream.range(0, rank()).filter(axis -> shape().length(axis) == 1).boxed().toList();
        if (shape().select(gone).size() != 1) {
            throw new RicciException.Shape("squeeze axes " + gone, type().toString(),
                    "axes that go have length 1", "take one place on the axis, or reduce over it");
        }
        return reshape(shape().without(gone).toArray());
    }

    /** With new axes of length 1, which the arguments are in the result. */
    default Tensor expandDims(int... axes) {
        Shape shape = shape();
        for (int axis : Axes.inserted("expandDims", this, axes)) {
            shape = shape.inserted(axis, 1);
        }
        return reshape(shape.toArray());
    }

    /** One axis moved to another place in the result; the others stay in order. */
    default Tensor moveAxis(int from, int to) {
        return Manipulation.moveAxis(this, new int[] {from}, new int[] {to});
    }

    /** Two axes exchanged. */
    default Tensor swapAxes(int a, int b) {
        return Manipulation.moveAxis(this, new int[] {a, b}, new int[] {b, a});
    }

    /** Stretched to a shape: axes correspond from the last, those of length 1 repeat. */
    default Tensor broadcastTo(long... lengths) {
        return Elementwise.broadcast(this, Shape.of(lengths));
    }

    /** Elements {@code start} up to {@code limit}, exclusive, along an axis. */
    default Tensor slice(int axis, long start, long limit) {
        int counted = Axes.of("slice", this, axis);
        Long[] starts = new Long[rank()];
        Long[] limits = new Long[rank()];
        Arrays.setAll(starts, i -> i == counted ? start : 0L);
        Arrays.setAll(limits, i -> i == counted ? limit : shape().length(i));
        return Elementwise.one(
                new Op.Slice(List.of(starts), List.of(limits), ricci.ir.Builder.repeat(rank(), 1)), this);
    }

    /**
     * The rows (slices along axis 0) that an integer vector names; negative indices count from the end, then
     * clamp.
     */
    default Tensor take(Tensor indices) {
        return Rows.take(this, indices);
    }

    /**
     * The slices along an axis that integers of any shape name, whose axes take its place; negative ones
     * count from the end, then clamp.
     */
    default Tensor take(Tensor indices, int axis) {
        return Manipulation.take(this, indices, axis, IndexMode.CLIP);
    }

    /**
     * A part of the tensor, by NumPy's rules. Entries are integers, {@code slice(start, stop)}, {@code
     * ELLIPSIS}, {@code NEWAXIS}, and tensors or arrays of integers or bools.
     *
     * {@snippet :
     * x.get(0, slice(2, 5), ELLIPSIS, at(rows), NEWAXIS)     // NumPy: x[0, 2:5, ..., rows, None]
     * x.get(x.gt(0))                                         // NumPy: x[x > 0]
     * }
     *
     * @throws RicciException.Argument if an integer lies outside its axis; tensors of integers clamp
     * @throws RicciException.Unknown if a mask's values are not known, as the shape depends on them
     */
    default Tensor get(@Nullable Object... index) {
        return Part.of(this, index).get();
    }

    /** A part of the tensor, named as for {@link #get}, to be updated: {@code x.at(0).set(row)}. */
    default Part at(@Nullable Object... index) {
        return Part.of(this, index);
    }

    /** The product of two matrices; of tensors with other axes, {@code einsum} says what runs together. */
    default Tensor matmul(Tensor y) {
        return Products.matmul(this, y);
    }

    // ---- dtype ----

    /** In another dtype: floats round to nearest even; to integers they truncate and saturate. */
    default Tensor to(DType dtype) {
        return dtype == dtype() ? this : Elementwise.one(new Op.Convert(dtype), this);
    }
}

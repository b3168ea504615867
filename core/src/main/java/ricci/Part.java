package ricci;

import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * A part of a tensor, as {@link Tensor#at} names it, to be read or replaced. Tensors do not change: each
 * update gives a new one. Values broadcast to the part, and are converted to the tensor's dtype.
 *
 * {@snippet :
 * Tensor y = x.at(0).set(row);                   // NumPy: y = x.copy(); y[0] = row
 * Tensor counts = zeros(10).at(labels).add(1);   // a label that occurs twice counts twice
 * }
 *
 * <p>Where an element is named several times, all updates but {@code set} combine all values with it,
 * and of {@code set} the last one stays. Places that are data and outside are left out, unless
 * {@link #mode} says otherwise.
 */
public final class Part {
    private final Tensor x;
    private final List<Index> index;
    private final @Nullable IndexMode mode;

    private Part(Tensor x, List<Index> index, @Nullable IndexMode mode) {
        this.x = x;
        this.index = index;
        this.mode = mode;
    }

    static Part of(Tensor x, @Nullable Object... index) {
        Arguments.given("take a part", "the index", index);
        return new Part(x, Arrays.stream(index).map(Index::of).toList(), null);
    }

    /** The same part, with another rule for places outside. */
    public Part mode(IndexMode other) {
        return new Part(x, index, Arguments.given("take a part", "the mode", other));
    }

    /** The elements of the part; places that are data and outside are moved inside, as by default. */
    public Tensor get() {
        return IndexExpression.of(x, index).get(mode == null ? IndexMode.CLIP : mode);
    }

    /** The tensor with these values in the part. */
    public Tensor set(Tensor values) {
        return updated("set", values, Op.Scatter.Combiner.SET, (_, v) -> v);
    }

    public Tensor set(Number value) {
        return set(scalar(value));
    }

    /** The tensor with these values added to the part; of bools, whether either holds. */
    public Tensor add(Tensor values) {
        return x.dtype() == DType.BOOL ? updated("add", values, Op.Scatter.Combiner.MAX, Logic::logicalOr)
                : updated("add", values, Op.Scatter.Combiner.ADD, Tensor::add);
    }

    public Tensor add(Number value) {
        return add(scalar(value));
    }

    /** The tensor with these values subtracted from the part. */
    public Tensor sub(Tensor values) {
        return add(converted("sub", values).neg());
    }

    public Tensor sub(Number value) {
        return sub(scalar(value));
    }

    /** The tensor with the part multiplied by these values; of bools, whether both hold. */
    public Tensor mul(Tensor values) {
        if (x.dtype() == DType.BOOL) {
            return updated("mul", values, Op.Scatter.Combiner.MIN, Logic::logicalAnd);
        }
        return namesOnce() ? set(get().mul(converted("mul", values)))
                : updated("mul", values, Op.Scatter.Combiner.MUL, Tensor::mul);
    }

    public Tensor mul(Number value) {
        return mul(scalar(value));
    }

    /** The tensor, of floats, with the part divided by these values. */
    public Tensor div(Tensor values) {
        Tensor divisors = converted("div", values);
        return namesOnce() ? set(get().div(divisors)) : converted("div", x.div(products(divisors)));
    }

    public Tensor div(Number value) {
        return div(scalar(value));
    }

    /** The tensor, of floats, with the part raised to these powers. */
    public Tensor pow(Tensor values) {
        Tensor exponents = converted("pow", values);
        return namesOnce() ? set(get().pow(exponents)) : converted("pow", x.pow(products(exponents)));
    }

    public Tensor pow(Number value) {
        return pow(scalar(value));
    }

    /** Whether no element can occur twice in the part: no places are data but those of one mask. */
    private boolean namesOnce() {
        return index.stream().noneMatch(Index.Places.class::isInstance)
                && index.stream().filter(Index.Mask.class::isInstance).count() <= 1;
    }

    /** For each element of the tensor the product of the values for it; of none, 1. */
    private Tensor products(Tensor values) {
        return of(Ricci.onesLike(x)).mul(values);
    }

    /** The same part of another tensor of that shape. */
    private Part of(Tensor other) {
        return new Part(other, index, mode);
    }

    /** The tensor with the part replaced by the lesser of it and these values. */
    public Tensor min(Tensor values) {
        return updated("min", values, Op.Scatter.Combiner.MIN, Tensor::minimum);
    }

    public Tensor min(Number value) {
        return min(scalar(value));
    }

    /** The tensor with the part replaced by the greater of it and these values. */
    public Tensor max(Tensor values) {
        return updated("max", values, Op.Scatter.Combiner.MAX, Tensor::maximum);
    }

    public Tensor max(Number value) {
        return max(scalar(value));
    }

    /** The tensor with the part replaced by a function of it; an element named twice is replaced once. */
    public Tensor apply(UnaryOperator<Tensor> f) {
        return set(f.apply(get()));
    }

    private Tensor scalar(Number value) {
        return Trace.fill(new TensorType(x.dtype(), Shape.SCALAR), value);
    }

    private Tensor updated(String asked, Tensor values, Op.Scatter.Combiner combiner,
            BinaryOperator<Tensor> meet) {
        Tensor updates = converted(asked, values);
        if (updates.rank() == 0 && index.size() == 1 && index.getFirst() instanceof Index.Mask(var truths)
                && truths.rank() > 0 && truths.rank() <= x.rank()) {
            return masked(truths, updates, meet);
        }
        // What was indexed is a view of it: a scalar as one element, the axes of a mask as one axis.
        return IndexExpression.of(x, index).scatter(updates, combiner, mode == null ? IndexMode.FILL : mode)
                .reshape(x.shape().toArray());
    }

    /** One value at all places of a mask needs no list of them, so the mask may be traced. */
    private Tensor masked(Tensor truths, Tensor value, BinaryOperator<Tensor> meet) {
        long[] lengths = Arrays.copyOf(truths.shape().toArray(), x.rank());
        Arrays.fill(lengths, truths.rank(), x.rank(), 1);
        Shape stands = Shape.of(Arrays.copyOf(x.shape().toArray(), truths.rank()));
        if (!stands.equals(truths.shape())) {
            throw new RicciException.Shape("index with a mask", x.type() + " and mask " + truths.type(),
                    "a mask has the lengths of the axes that it stands for, here " + stands,
                    "compare the tensor itself, or broadcast the mask to these axes");
        }
        return Elementwise.where(truths.reshape(lengths), meet.apply(x, value), x);
    }

    private Tensor converted(String asked, Tensor values) {
        if (values == null) {
            throw new RicciException.Argument(asked + " a part of a tensor", "null",
                    "values are tensors, never null", "find out why this one is null");
        }
        DType dtype = x.dtype();
        boolean fits = dtype == values.dtype() || values.dtype() == DType.BOOL || dtype.isComplex()
                || (dtype.isFloat() && !values.dtype().isComplex())
                || (dtype.isInteger() && values.dtype().isInteger());
        if (!fits) {
            throw new RicciException.DataType(asked + " a part of a tensor",
                    x.type() + " and values " + values.type(),
                    "values are not rounded unasked; the tensor keeps its dtype " + dtype,
                    "convert the values, v.to(x.dtype()), or the tensor first");
        }
        return values.to(dtype);
    }
}

package ricci;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import ricci.ir.DType;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/**
 * Reductions beyond those of {@link Tensor}: spread, order statistics, sums that pass over NaN, correlation,
 * differences. No axes means all; axes disappear, unless asked for by {@link Tensor#keepDims}.
 */
public final class Statistics {
    private Statistics() {}

    // ---- spread ----

    /** The variance, divided by the count less {@code ddof}: 1 estimates that of a population. */
    public static Tensor var(Tensor x, int ddof, int... axes) {
        List<Integer> over = Axes.all("var", x, axes);
        double count = x.shape().select(over).size();
        Tensor variance = Elementwise.variance(x, over).mul(count / Math.max(count - ddof, 0));
        return x.dtype().isFloat() ? variance.to(x.dtype()) : variance;
    }

    /** The square root of {@link #var}. */
    public static Tensor std(Tensor x, int ddof, int... axes) {
        return var(x, ddof, axes).sqrt();
    }

    /** The greatest element minus the least. */
    public static Tensor ptp(Tensor x, int... axes) {
        return x.max(axes).sub(x.min(axes));
    }

    /** The mean with weights, which broadcast to the tensor. */
    public static Tensor average(Tensor x, Tensor weights, int... axes) {
        List<Tensor> floats = Elementwise.floats("average", x, weights);
        Tensor w = Elementwise.broadcast(floats.getLast(), x.shape());
        return floats.getFirst().mul(w).sum(axes).div(w.sum(axes));
    }

    // ---- order statistics ----

    /** What lies between two neighbours in order, where a quantile falls between them. */
    public enum Method {
        /** Interpolated; NumPy's default. */
        LINEAR,
        LOWER, HIGHER, MIDPOINT, NEAREST,
        /** The estimators 1 to 9 of Hyndman and Fan 1996, "Sample Quantiles in Statistical Packages". */
        INVERTED_CDF, AVERAGED_INVERTED_CDF, CLOSEST_OBSERVATION, INTERPOLATED_INVERTED_CDF, HAZEN, WEIBULL,
        MEDIAN_UNBIASED, NORMAL_UNBIASED
    }

    /** The middle in order, or the mean of the two in the middle; NaN if there is one. */
    public static Tensor median(Tensor x, int... axes) {
        return quantile(x, 0.5, Method.MIDPOINT, axes);
    }

    /** The value below which a fraction {@code q} of the elements lies; NaN if there is one. */
    public static Tensor quantile(Tensor x, double q, int... axes) {
        return quantile(x, q, Method.LINEAR, axes);
    }

    /** Several quantiles, along a new first axis. */
    public static Tensor quantile(Tensor x, double[] q, int... axes) {
        Arguments.given("quantile", "q", q);
        return Ricci.stack(DoubleStream.of(q).mapToObj(each -> quantile(x, each, axes)).toList());
    }

    /** A quantile by a method for what lies between two elements. */
    public static Tensor quantile(Tensor x, double q, Method method, int... axes) {
        requireFraction(q);
        Tensor sorted = rows("quantile", x, axes).sort(-1);
        int last = sorted.rank() - 1;
        long count = sorted.shape().length(last);
        Place place = place(q, count, method);
        Tensor low = sorted.slice(last, place.low(), place.low() + 1).squeeze(last);
        Tensor value = low;
        if (place.fraction() > 0) {
            Tensor high = sorted.slice(last, place.low() + 1, place.low() + 2).squeeze(last);
            value = between(low, high, place.fraction());
        }
        Tensor undefined = Logic.isNaN(sorted.slice(last, count - 1, count).squeeze(last));
        return Ricci.where(undefined, Double.NaN, value);
    }

    /** As {@link #quantile(Tensor, double, int...)}, of hundredths. */
    public static Tensor percentile(Tensor x, double q, int... axes) {
        return quantile(x, q / 100, axes);
    }

    private static void requireFraction(double q) {
        if (!(q >= 0 && q <= 1)) {
            throw new RicciException.Argument("quantile", "q = " + q, "q is a fraction from 0 to 1",
                    "divide percents by 100, or use percentile");
        }
    }

    /** Floats, with the axes merged into one, the last. */
    private static Tensor rows(String asked, Tensor x, int... axes) {
        List<Integer> over = Axes.all(asked, x, axes);
        List<Integer> kept = x.shape().axesExcept(over);
        long count = x.shape().select(over).size();
        if (count == 0) {
            throw new RicciException.Shape(asked + " over axes " + over, x.type().toString(),
                    "of no elements none is in the middle", "reduce axes of length 1 or more");
        }
        int[] order = IntStream.concat(kept.stream().mapToInt(i -> i), over.stream().mapToInt(i -> i))
                .toArray();
        Tensor last = order.length == 0 ? x : x.transpose(order);
        return Elementwise.toFloat(last.reshape(x.shape().select(kept).then(count).toArray()));
    }

    /** An element in order, and how far from it to the next one. */
    private record Place(long low, double fraction) {
        static Place of(double index, long count) {
            double inside = Math.clamp(index, 0, (double) (count - 1));
            return new Place((long) inside, inside - Math.floor(inside));
        }
    }

    private static Place place(double q, long count, Method method) {
        double linear = (count - 1) * q;
        double at = count * q;
        return switch (method) {
            case LINEAR -> Place.of(linear, count);
            case LOWER -> Place.of(Math.floor(linear), count);
            case HIGHER -> Place.of(Math.ceil(linear), count);
            case MIDPOINT -> Place.of(linear == Math.rint(linear) ? linear : Math.floor(linear) + 0.5, count);
            case NEAREST -> Place.of(Math.rint(linear), count);
            case INVERTED_CDF -> Place.of(Math.ceil(at) - 1, count);
            case AVERAGED_INVERTED_CDF -> Place.of(
                    at == Math.rint(at) ? at - 0.5 : Math.floor(at), count);
            case CLOSEST_OBSERVATION -> Place.of(closest(at), count);
            case INTERPOLATED_INVERTED_CDF -> Place.of(at - 1, count);
            case HAZEN -> Place.of(at - 0.5, count);
            case WEIBULL -> Place.of((count + 1) * q - 1, count);
            case MEDIAN_UNBIASED -> Place.of((count + 1 / 3.0) * q - 2 / 3.0, count);
            case NORMAL_UNBIASED -> Place.of((count + 0.25) * q - 0.625, count);
        };
    }

    /** The nearest of the numbers 1 to n, halves to the even one, counted from 0. */
    private static double closest(double at) {
        return Math.rint(at) - 1;
    }

    private static Tensor between(Tensor low, Tensor high, double fraction) {
        Tensor width = high.sub(low);
        Tensor inside = fraction < 0.5 ? low.add(width.mul(fraction)) : high.sub(width.mul(1 - fraction));
        // Of equal infinities the width is NaN.
        return Ricci.where(low.eq(high), low, inside);
    }

    // ---- as if NaN were not there ----

    public static Tensor nanSum(Tensor x, int... axes) {
        return Ricci.where(Logic.isNaN(x), 0, x).sum(axes);
    }

    public static Tensor nanProd(Tensor x, int... axes) {
        return Ricci.where(Logic.isNaN(x), 1, x).prod(axes);
    }

    /** The mean of what is not NaN; of nothing, NaN. */
    public static Tensor nanMean(Tensor x, int... axes) {
        return Elementwise.toFloat(nanSum(x, axes)).div(numbers(x, axes));
    }

    /** The variance of what is not NaN, divided by its count less {@code ddof}; of too few, NaN. */
    public static Tensor nanVar(Tensor x, int ddof, int... axes) {
        Tensor floats = Elementwise.toFloat(x);
        Tensor mean = floats.keepDims((y, over) -> nanMean(y, over), axes);
        Tensor count = numbers(x, axes).sub(ddof);
        Tensor defined = Ricci.where(count.gt(0), count, Double.NaN);
        return nanSum(floats.sub(mean).square(), axes).div(defined);
    }

    public static Tensor nanStd(Tensor x, int ddof, int... axes) {
        return nanVar(x, ddof, axes).sqrt();
    }

    /** The greatest of what is not NaN; of nothing but NaN, NaN. */
    public static Tensor nanMax(Tensor x, int... axes) {
        return orNaN(Ricci.where(Logic.isNaN(x), x.dtype().least(), x).max(axes), x, axes);
    }

    /** The least of what is not NaN; of nothing but NaN, NaN. */
    public static Tensor nanMin(Tensor x, int... axes) {
        return orNaN(Ricci.where(Logic.isNaN(x), x.dtype().greatest(), x).min(axes), x, axes);
    }

    private static Tensor orNaN(Tensor reduced, Tensor x, int... axes) {
        return x.dtype().isFloat() ? Ricci.where(Logic.isNaN(x).all(axes), Double.NaN, reduced) : reduced;
    }

    /** Where the greatest of what is not NaN is, along an axis, as i32. */
    public static Tensor nanArgmax(Tensor x, int axis) {
        return Ricci.where(Logic.isNaN(x), x.dtype().least(), x).argmax(axis);
    }

    /** Where the least of what is not NaN is, along an axis, as i32. */
    public static Tensor nanArgmin(Tensor x, int axis) {
        return Ricci.where(Logic.isNaN(x), x.dtype().greatest(), x).argmin(axis);
    }

    public static Tensor nanMedian(Tensor x, int... axes) {
        return nanQuantile(x, 0.5, axes);
    }

    /** The quantile of what is not NaN, interpolated; of nothing, NaN. */
    public static Tensor nanQuantile(Tensor x, double q, int... axes) {
        requireFraction(q);
        Tensor sorted = rows("nanQuantile", x, axes).sort(-1);
        int last = sorted.rank() - 1;
        Tensor count = numbers(sorted, last);
        Tensor index = count.sub(1).maximum(0).mul(q).expandDims(last);
        Tensor floor = Arithmetic.floor(index);
        Tensor low = Manipulation.takeAlongAxis(sorted, floor.to(DType.I64), last);
        Tensor next = floor.add(1).minimum(count.sub(1).maximum(0).expandDims(last));
        Tensor high = Manipulation.takeAlongAxis(sorted, next.to(DType.I64), last);
        Tensor width = Ricci.where(low.eq(high), 0, high.sub(low));
        return low.add(width.mul(index.sub(floor))).squeeze(last);
    }

    /** How many elements are not NaN, in the tensor's float dtype. */
    private static Tensor numbers(Tensor x, int... axes) {
        return x.eq(x).to(DType.I64).sum(axes).to(Elementwise.toFloat(x).dtype());
    }

    // ---- correlation ----

    /** The covariances of the rows, each one variable, divided by the number of columns less 1. */
    public static Tensor cov(Tensor x) {
        return cov(x, 1);
    }

    /** The covariances of the rows, each one variable, divided by the number of columns less ddof. */
    public static Tensor cov(Tensor x, int ddof) {
        if (x.rank() > 2) {
            throw new RicciException.Shape("cov", x.type().toString(),
                    "variables are the rows of a matrix, or one vector", "reshape the tensor to a matrix");
        }
        Tensor rows = Elementwise.toFloat(Manipulation.atLeast2d(x));
        Tensor centred = rows.sub(rows.keepDims(Tensor::mean, 1));
        Tensor products = centred.matmul(centred.transpose())
                .div(Math.max(rows.shape().length(1) - ddof, 0));
        return x.rank() < 2 ? products.reshape() : products;
    }

    /** The coefficients of correlation of the rows, each one variable. */
    public static Tensor corrcoef(Tensor x) {
        Tensor cov = cov(x);
        if (cov.rank() == 0) {
            return cov.div(cov);
        }
        Tensor deviations = Manipulation.diagonal(cov, 0, 0, 1).sqrt();
        return cov.div(deviations.expandDims(1)).div(deviations.expandDims(0)).maximum(-1).minimum(1);
    }

    // ---- differences ----

    /** Each element's distance from the one before it along an axis, taken {@code times} times. */
    public static Tensor diff(Tensor x, int times, int axis) {
        int counted = Axes.of("diff", x, axis);
        if (times < 0) {
            throw new RicciException.Argument("take differences " + times + " times", x.type().toString(),
                    "their number is not negative", "give 0 or more");
        }
        Tensor y = x;
        // Of nothing the differences are nothing, however often they are taken.
        for (int i = 0; i < times && y.shape().length(counted) > 0; i++) {
            long length = y.shape().length(counted);
            Tensor before = y.slice(counted, 0, Math.max(length - 1, 0));
            Tensor after = y.slice(counted, Math.min(1, length), length);
            y = y.dtype() == DType.BOOL ? Logic.logicalXor(after, before) : after.sub(before);
        }
        return y;
    }

    public static Tensor diff(Tensor x) {
        return diff(x, 1, -1);
    }

    /**
     * The slope along an axis at every place, of neighbours {@code spacing} apart: central differences
     * inside, one-sided ones at the ends.
     */
    public static Tensor gradient(Tensor x, double spacing, int axis) {
        int counted = Axes.of("gradient", x, axis);
        long length = x.shape().length(counted);
        if (length < 2) {
            throw new RicciException.Shape("gradient along axis " + axis, x.type().toString(),
                    "a slope needs two places", "take it along an axis of length 2 or more");
        }
        Tensor y = Elementwise.toFloat(x);
        Tensor first = y.slice(counted, 1, 2).sub(y.slice(counted, 0, 1)).div(spacing);
        Tensor inside = y.slice(counted, 2, length).sub(y.slice(counted, 0, length - 2)).div(2 * spacing);
        Tensor last = y.slice(counted, length - 1, length).sub(y.slice(counted, length - 2, length - 1))
                .div(spacing);
        return Ricci.concatenate(List.of(first, inside, last), counted);
    }

    /** The area under the values along an axis, of neighbours {@code spacing} apart, by trapezia. */
    public static Tensor trapezoid(Tensor x, double spacing, int axis) {
        int counted = Axes.of("trapezoid", x, axis);
        long length = x.shape().length(counted);
        Tensor y = Elementwise.toFloat(x);
        Tensor before = y.slice(counted, 0, Math.max(length - 1, 0));
        Tensor after = y.slice(counted, Math.min(1, length), length);
        return before.add(after).sum(counted).mul(spacing / 2);
    }

    /** A reduced tensor with the axes it was reduced over, of length 1. */
    static Tensor restored(Tensor reduced, Tensor x, int... axes) {
        List<Integer> over = Axes.all("keepDims", x, axes);
        long[] shape = x.shape().toArray();
        over.forEach(axis -> shape[axis] = 1);
        if (!Shape.of(shape).without(over).equals(reduced.shape())) {
            throw new RicciException.Shape("keepDims", x.type() + " reduced to " + reduced.type(),
                    "the function reduces over the axes that it is given: " + Arrays.toString(axes),
                    "pass a reduction, for example Tensor::mean");
        }
        return reduced.reshape(shape);
    }
}

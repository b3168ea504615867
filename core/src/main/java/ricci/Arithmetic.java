package ricci;

import java.util.List;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Op.Binary.Function;

/** Functions of elements beside those of {@link Tensor}, as NumPy has them. */
public final class Arithmetic {
    private Arithmetic() {}

    // ---- division with floor ----

    /** The quotient, rounded down: {@code floorDivide(-7, 2)} is -4. Integers stay integers. */
    public static Tensor floorDivide(Tensor x, Tensor y) {
        DType dtype = DType.promote(x.dtype(), y.dtype());
        Tensor rest = x.rem(y);
        Tensor isOff = Logic.logicalAnd(rest.ne(0), rest.lt(0).ne(y.lt(0)));
        if (!dtype.isFloat()) {
            Tensor quotient = Elementwise.binary(Function.DIV, x, y);
            return Ricci.where(isOff, quotient.sub(1), quotient);
        }
        // The remainder is exact; so the quotient is a whole number but for the rounding of the division.
        Tensor quotient = round(x.sub(rest).div(y));
        Tensor floored = Ricci.where(isOff, quotient.sub(1), quotient);
        return Ricci.where(y.eq(0), x.div(y), floored);
    }

    /** The remainder with the sign of the divisor: {@code mod(-7, 3)} is 2; {@link Tensor#rem} gives -1. */
    public static Tensor mod(Tensor x, Tensor y) {
        Tensor rest = x.rem(y);
        Tensor isOff = Logic.logicalAnd(rest.ne(0), rest.lt(0).ne(y.lt(0)));
        return Ricci.where(isOff, rest.add(y), rest);
    }

    public static Tensor mod(Tensor x, Number y) {
        return mod(x, Elementwise.weak(y, x));
    }

    public static Tensor floorDivide(Tensor x, Number y) {
        return floorDivide(x, Elementwise.weak(y, x));
    }

    /** {@link #floorDivide} and {@link #mod}: {@code x = quotient·y + remainder}. */
    public record Division(Tensor quotient, Tensor remainder) {}

    /** The quotient, rounded down, and the remainder that goes with it. */
    public static Division divmod(Tensor x, Tensor y) {
        return new Division(floorDivide(x, y), mod(x, y));
    }

    /**
     * {@code x·y + z}, rounded once, as {@link Math#fma(double, double, double)} computes it; of f16 and bf16
     * rounded to f32 first.
     */
    public static Tensor fma(Tensor x, Tensor y, Tensor z) {
        return Elementwise.floating(new Op.Fma(), x, y, z);
    }

    // ---- rounding ----

    public static Tensor floor(Tensor x) {
        return rounded(Op.Unary.Function.FLOOR, x);
    }

    public static Tensor ceil(Tensor x) {
        return rounded(Op.Unary.Function.CEIL, x);
    }

    /** To the nearest whole number, halves to the even one. */
    public static Tensor round(Tensor x) {
        return rounded(Op.Unary.Function.ROUND, x);
    }

    /** To the nearest multiple of a power of ten: 2 decimals are hundredths, -2 are hundreds. */
    public static Tensor round(Tensor x, int decimals) {
        double scale = Math.pow(10, Math.abs(decimals));
        if (decimals == 0 || (decimals > 0 && !x.dtype().isFloat())) {
            return x;
        }
        Tensor wide = x.dtype().isFloat() ? x : x.to(DType.F64);
        Tensor rounded = decimals < 0 ? round(wide.div(scale)).mul(scale) : round(wide.mul(scale)).div(scale);
        return rounded.to(x.dtype());
    }

    /** Towards zero. */
    public static Tensor trunc(Tensor x) {
        return rounded(Op.Unary.Function.TRUNC, x);
    }

    private static Tensor rounded(Op.Unary.Function f, Tensor x) {
        return x.dtype().isFloat() ? Elementwise.unary(f, x) : x;
    }

    // ---- extremes that pass over NaN ----

    /** The greater of each two; where one is NaN, the other. */
    public static Tensor fmax(Tensor x, Tensor y) {
        return Ricci.where(Logic.isNaN(x), y, Ricci.where(Logic.isNaN(y), x, x.maximum(y)));
    }

    /** The lesser of each two; where one is NaN, the other. */
    public static Tensor fmin(Tensor x, Tensor y) {
        return Ricci.where(Logic.isNaN(x), y, Ricci.where(Logic.isNaN(y), x, x.minimum(y)));
    }

    // ---- powers, roots, logarithms ----

    public static Tensor reciprocal(Tensor x) {
        return Elementwise.weak(1, Elementwise.toFloat(x)).div(x);
    }

    /** {@code sqrt(x² + y²)} without overflow on the way; its derivative at (0, 0) is 0. */
    public static Tensor hypot(Tensor x, Tensor y) {
        List<Tensor> floats = Elementwise.floats("hypot", x, y);
        Tensor a = floats.getFirst().abs();
        Tensor b = floats.getLast().abs();
        Tensor greater = a.maximum(b);
        Tensor lesser = a.minimum(b);
        Tensor isPlain = Logic.logicalAnd(greater.gt(0), Logic.isFinite(greater));
        Tensor safe = Ricci.where(isPlain, greater, 1);
        Tensor ratio = Ricci.where(isPlain, lesser, 0).div(safe);
        Tensor length = safe.mul(ratio.square().add(1).sqrt());
        Tensor either = Logic.logicalOr(Logic.isInf(a), Logic.isInf(b));
        return Ricci.where(isPlain, length,
                Ricci.where(either, Double.POSITIVE_INFINITY, greater));
    }

    /** {@code log(exp(x) + exp(y))} without overflow on the way. */
    public static Tensor logAddExp(Tensor x, Tensor y) {
        List<Tensor> floats = Elementwise.floats("logAddExp", x, y);
        Tensor a = floats.getFirst();
        Tensor b = floats.getLast();
        // The difference of equal infinities is NaN; it is 0 here.
        Tensor same = Logic.logicalAnd(a.eq(b), Logic.isInf(a));
        Tensor difference = Ricci.where(same, 0, a.sub(b));
        Tensor isGreater = difference.gt(0);
        Tensor distance = Ricci.where(isGreater, difference.neg(), difference);
        return Ricci.where(isGreater, a, b).add(Ricci.log1p(distance.exp()));
    }

    /** {@code log2(2^x + 2^y)} without overflow on the way. */
    public static Tensor logAddExp2(Tensor x, Tensor y) {
        double ln2 = Math.log(2);
        List<Tensor> floats = Elementwise.floats("logAddExp2", x, y);
        return logAddExp(floats.getFirst().mul(ln2), floats.getLast().mul(ln2)).div(ln2);
    }

    /** {@code sin(πx)/(πx)}, and 1 at 0, with all derivatives up to the second. */
    public static Tensor sinc(Tensor x) {
        Tensor y = Elementwise.toFloat(x).mul(Math.PI);
        Tensor isZero = y.eq(0);
        Tensor safe = Ricci.where(isZero, 1, y);
        Tensor series = Elementwise.weak(1, y).sub(y.square().div(6));
        return Ricci.where(isZero, series, safe.sin().div(safe));
    }

    // ---- signs and steps ----

    /** The magnitude of {@code x} with the sign of {@code y}, also that of -0. */
    public static Tensor copySign(Tensor x, Tensor y) {
        Tensor magnitude = Elementwise.floats("copySign", x, y).getFirst().abs();
        return Ricci.where(Logic.signBit(y), magnitude.neg(), magnitude);
    }

    /** 0 for negative elements, 1 for positive ones, and {@code atZero} at 0. */
    public static Tensor heaviside(Tensor x, Number atZero) {
        Tensor floats = Elementwise.toFloat(x);
        Tensor step = Ricci.where(floats.eq(0), atZero, Ricci.where(floats.lt(0), 0, Ricci.onesLike(floats)));
        return Ricci.where(Logic.isNaN(floats), floats, step);
    }

    // ---- angles ----

    public static Tensor deg2rad(Tensor x) {
        return Elementwise.toFloat(x).mul(Math.PI / 180);
    }

    public static Tensor rad2deg(Tensor x) {
        return Elementwise.toFloat(x).mul(180 / Math.PI);
    }

    // ---- repairs ----

    /** NaN replaced by 0, and infinities by the greatest finite numbers of the dtype. */
    public static Tensor nanToNum(Tensor x) {
        double greatest = greatestFinite(x.dtype());
        return nanToNum(x, 0, greatest, -greatest);
    }

    /** NaN and the infinities replaced by the given numbers. */
    public static Tensor nanToNum(Tensor x, double nan, double positive, double negative) {
        if (!x.dtype().isFloat()) {
            return x;
        }
        Tensor finite = Ricci.where(Logic.isPosInf(x), positive, Ricci.where(Logic.isNegInf(x), negative, x));
        return Ricci.where(Logic.isNaN(x), nan, finite);
    }

    /** The float before infinity: its bits are one less. */
    private static double greatestFinite(DType dtype) {
        return dtype.isFloat() ? dtype.fromBits(dtype.toBits(Double.POSITIVE_INFINITY) - 1) : 0;
    }

    // ---- between given points ----

    /**
     * The piecewise linear function through the points {@code (xs, ys)}, at {@code x}; before the first and
     * after the last point it is constant. The xs increase. At NaN
     * it is NaN.
     */
    public static Tensor interp(Tensor x, Tensor xs, Tensor ys) {
        List<Tensor> floats = Elementwise.floats("interp", x, xs, ys);
        Tensor at = floats.getFirst();
        Tensor points = floats.get(1);
        Tensor values = floats.getLast();
        long count = points.size();
        Tensor before = Ordering.searchSorted(points, at, Ordering.Side.RIGHT).to(DType.I64);
        Tensor right = before.maximum(1).minimum(Math.max(count - 1, 0));
        Tensor left = right.sub(1).maximum(0);
        Tensor from = points.take(left);
        Tensor low = values.take(left);
        Tensor width = points.take(right).sub(from);
        Tensor slope = values.take(right).sub(low).div(Ricci.where(width.eq(0), 1, width));
        Tensor inside = low.add(slope.mul(at.sub(from)));
        Tensor first = Elementwise.broadcast(values.get(0), at.shape());
        Tensor last = Elementwise.broadcast(values.get(-1), at.shape());
        Tensor end = Ricci.where(before.eq(count), last, inside);
        Tensor known = Ricci.where(before.eq(0), first, end);
        return Ricci.where(at.ne(at), at, known);
    }

}

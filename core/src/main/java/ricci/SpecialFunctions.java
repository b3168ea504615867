package ricci;

import java.util.List;
import ricci.ir.Op;
import ricci.ir.Op.Binary.Function;
import ricci.ir.Op.Unary;

/**
 * Elementwise functions beyond those of {@link Tensor} and {@link Ricci}, by the names they have in NumPy and
 * SciPy. Operands are promoted to one float dtype and broadcast; all are differentiable but for what is said.
 *
 * {@snippet :
 * Tensor logLikelihood = x.log().mul(a.sub(1)).sub(x).sub(SpecialFunctions.gammaln(a));
 * }
 */
public final class SpecialFunctions {
    private SpecialFunctions() {}

    // ---- exponentials, roots, angles ----

    /** 2^x. */
    public static Tensor exp2(Tensor x) {
        return Elementwise.floating(Unary.Function.EXP2, x);
    }

    /** The cube root, also of negative numbers. */
    public static Tensor cbrt(Tensor x) {
        return Elementwise.floating(Unary.Function.CBRT, x);
    }

    public static Tensor tan(Tensor x) {
        return Elementwise.floating(Unary.Function.TAN, x);
    }

    public static Tensor asin(Tensor x) {
        return Elementwise.floating(Unary.Function.ASIN, x);
    }

    public static Tensor acos(Tensor x) {
        return Elementwise.floating(Unary.Function.ACOS, x);
    }

    public static Tensor atan(Tensor x) {
        return Elementwise.floating(Unary.Function.ATAN, x);
    }

    /** The angle of the point (x, y), from -π to π. */
    public static Tensor atan2(Tensor y, Tensor x) {
        return Elementwise.floating(Function.ATAN2, y, x);
    }

    public static Tensor sinh(Tensor x) {
        return Elementwise.floating(Unary.Function.SINH, x);
    }

    public static Tensor cosh(Tensor x) {
        return Elementwise.floating(Unary.Function.COSH, x);
    }

    /** The inverse of sinh. */
    public static Tensor asinh(Tensor x) {
        return Elementwise.floating(Unary.Function.ASINH, x);
    }

    /** The inverse of cosh, 0 or more; NaN below 1. */
    public static Tensor acosh(Tensor x) {
        return Elementwise.floating(Unary.Function.ACOSH, x);
    }

    /** The inverse of tanh; NaN beyond -1 and 1. */
    public static Tensor atanh(Tensor x) {
        return Elementwise.floating(Unary.Function.ATANH, x);
    }

    // ---- rounding and bits ----

    /** The next whole number towards minus infinity; integers stay as they are, in their dtype. */
    public static Tensor floor(Tensor x) {
        return rounded(Unary.Function.FLOOR, x);
    }

    /** The next whole number towards infinity. */
    public static Tensor ceil(Tensor x) {
        return rounded(Unary.Function.CEIL, x);
    }

    /** The nearest whole number, ties to even. */
    public static Tensor round(Tensor x) {
        return rounded(Unary.Function.ROUND, x);
    }

    /** The next whole number towards zero. */
    public static Tensor trunc(Tensor x) {
        return rounded(Unary.Function.TRUNC, x);
    }

    private static Tensor rounded(Unary.Function f, Tensor x) {
        return x.dtype().isFloat() ? Elementwise.unary(f, x) : Elementwise.number(x);
    }

    /** The next number of the dtype after {@code x} towards {@code y}. */
    public static Tensor nextAfter(Tensor x, Tensor y) {
        return Elementwise.floating(Function.NEXTAFTER, x, y);
    }

    /**
     * Rounded to so many bits of exponent and fraction, in the same dtype: 5 and 10 for f16, 8 and 7 for
     * bf16.
     */
    public static Tensor reducePrecision(Tensor x, int exponentBits, int fractionBits) {
        return Elementwise.one(new Op.ReducePrecision(exponentBits, fractionBits), Elementwise.toFloat(x));
    }

    /** How many bits of an integer are 1. */
    public static Tensor bitCount(Tensor x) {
        return Elementwise.unary(Unary.Function.POPCNT, x);
    }

    /** How many bits of an integer lie above its highest 1. */
    public static Tensor leadingZeros(Tensor x) {
        return Elementwise.unary(Unary.Function.CLZ, x);
    }

    // ---- error functions ----

    /** The error function, 2/√π times the integral of exp(-t²) from 0 to x. */
    public static Tensor erf(Tensor x) {
        return Elementwise.floating(Unary.Function.ERF, x);
    }

    /** 1 - erf(x), exact where that is small. */
    public static Tensor erfc(Tensor x) {
        return Elementwise.floating(Unary.Function.ERFC, x);
    }

    /** The inverse of {@link #erf}. */
    public static Tensor erfinv(Tensor x) {
        return Elementwise.floating(Unary.Function.ERF_INV, x);
    }

    // ---- the gamma function and what is made of it ----

    /** log|Γ(x)|, infinite at 0, -1, -2, … */
    public static Tensor gammaln(Tensor x) {
        return Elementwise.floating(Unary.Function.LGAMMA, x);
    }

    /** The derivative of {@link #gammaln}; NaN at 0, -1, -2, … */
    public static Tensor digamma(Tensor x) {
        return Elementwise.floating(Unary.Function.DIGAMMA, x);
    }

    /** The n-th derivative of {@link #digamma}, n a whole number; differentiable by x. */
    public static Tensor polygamma(Tensor n, Tensor x) {
        return Elementwise.floating(Function.POLYGAMMA, n, x);
    }

    /** As {@link #polygamma(Tensor, Tensor)}. */
    public static Tensor polygamma(int n, Tensor x) {
        return polygamma(Ricci.full(Elementwise.toFloat(x).type(), n), x);
    }

    /** The Hurwitz zeta function, the sum of (q + k)^-s over k from 0; differentiable by q. */
    public static Tensor zeta(Tensor s, Tensor q) {
        return Elementwise.floating(Function.ZETA, s, q);
    }

    /** The regularised lower incomplete gamma function P(a, x). */
    public static Tensor gammainc(Tensor a, Tensor x) {
        return Elementwise.floating(Function.IGAMMA, a, x);
    }

    /** The regularised upper incomplete gamma function, 1 - P(a, x), exact where that is small. */
    public static Tensor gammaincc(Tensor a, Tensor x) {
        return Elementwise.floating(Function.IGAMMAC, a, x);
    }

    /** log|B(a, b)|, where B(a, b) = Γ(a) Γ(b) / Γ(a + b). */
    public static Tensor betaln(Tensor a, Tensor b) {
        List<Tensor> floats = Elementwise.floats("betaln", a, b);
        Tensor x = floats.getFirst();
        Tensor y = floats.getLast();
        return gammaln(x).add(gammaln(y)).sub(gammaln(x.add(y)));
    }

    /** The regularised incomplete beta function I_x(a, b); differentiable by x. */
    public static Tensor betainc(Tensor a, Tensor b, Tensor x) {
        return Elementwise.floating(new Op.RegularizedIncompleteBeta(), a, b, x);
    }

    // ---- Bessel functions ----

    /** The modified Bessel function I0, times exp(-|x|). */
    public static Tensor i0e(Tensor x) {
        return Elementwise.floating(Unary.Function.BESSEL_I0E, x);
    }

    /** The modified Bessel function I1, times exp(-|x|). */
    public static Tensor i1e(Tensor x) {
        return Elementwise.floating(Unary.Function.BESSEL_I1E, x);
    }

    // ---- entropies and logits ----

    /** log(x / (1 - x)), the inverse of the logistic function. */
    public static Tensor logit(Tensor x) {
        Tensor floats = Elementwise.toFloat(x);
        return floats.log().sub(Ricci.log1p(floats.neg()));
    }

    private static final Fn2<Tensor, Tensor, Tensor> XLOGY = CustomDerivatives.customJvp("xlogy",
            (x, y) -> whereNotZero(x, y.log()), (at, along) -> {
                Tensor byX = along.first().mul(at.second().log());
                return new ValueAndTangent<>(xlogy(at.first(), at.second()),
                        byX.add(along.second().mul(at.first()).div(at.second())));
            });
    private static final Fn2<Tensor, Tensor, Tensor> XLOG1PY = CustomDerivatives.customJvp("xlog1py",
            (x, y) -> whereNotZero(x, Ricci.log1p(y)), (at, along) -> {
                Tensor byX = along.first().mul(Ricci.log1p(at.second()));
                return new ValueAndTangent<>(xlog1py(at.first(), at.second()),
                        byX.add(along.second().mul(at.first()).div(at.second().add(1))));
            });
    private static final Fn<Tensor, Tensor> ENTR = CustomDerivatives.customJvp("entr",
            x -> xlogy(x, x).neg(), (at, along) ->
                    new ValueAndTangent<>(entr(at), along.mul(at.log().add(1).neg())));

    /** x·log(y), and 0 where x is 0, whatever y is; its derivatives are log(y) and x/y there, too. */
    public static Tensor xlogy(Tensor x, Tensor y) {
        List<Tensor> floats = Elementwise.floats("xlogy", x, y);
        return XLOGY.apply(floats.getFirst(), floats.getLast());
    }

    /** x·log(1 + y), and 0 where x is 0, whatever y is; its derivatives are the product's there, too. */
    public static Tensor xlog1py(Tensor x, Tensor y) {
        List<Tensor> floats = Elementwise.floats("xlog1py", x, y);
        return XLOG1PY.apply(floats.getFirst(), floats.getLast());
    }

    /** -x·log(x), 0 at 0, where its derivative is infinite, and -∞ before. */
    public static Tensor entr(Tensor x) {
        Tensor floats = Elementwise.toFloat(x);
        return Ricci.where(floats.lt(0), Double.NEGATIVE_INFINITY, ENTR.apply(floats));
    }

    private static Tensor whereNotZero(Tensor x, Tensor logarithm) {
        return Ricci.where(x.eq(0), 0, x.mul(logarithm));
    }
}

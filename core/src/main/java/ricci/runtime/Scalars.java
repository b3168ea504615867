package ricci.runtime;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import ricci.ir.DType;
import ricci.ir.Op;

/**
 * What the elementwise primitives do to one element: floats computed in double, integers in long; the caller
 * rounds or wraps. {@link StrictMath} gives the same bits on every machine.
 */
final class Scalars {
    private Scalars() {}

    static DoubleUnaryOperator reals(Op.Unary.Function f) {
        return switch (f) {
            case NEG -> x -> -x;
            case ABS -> Math::abs;
            case SIGN -> Math::signum;
            case FLOOR -> Math::floor;
            case CEIL -> Math::ceil;
            case ROUND -> Math::rint;
            case TRUNC -> x -> x < 0 ? Math.ceil(x) : Math.floor(x);
            case EXP -> StrictMath::exp;
            case EXP2 -> x -> StrictMath.pow(2, x);
            case EXPM1 -> StrictMath::expm1;
            case LOG -> StrictMath::log;
            case LOG1P -> StrictMath::log1p;
            case SQRT -> Math::sqrt;
            case RSQRT -> x -> 1 / Math.sqrt(x);
            case CBRT -> StrictMath::cbrt;
            case SIN -> StrictMath::sin;
            case COS -> StrictMath::cos;
            case TAN -> StrictMath::tan;
            case ASIN -> StrictMath::asin;
            case ACOS -> StrictMath::acos;
            case ATAN -> StrictMath::atan;
            case SINH -> StrictMath::sinh;
            case COSH -> StrictMath::cosh;
            case TANH -> StrictMath::tanh;
            case ASINH -> SpecialFunctions::asinh;
            case ACOSH -> SpecialFunctions::acosh;
            case ATANH -> SpecialFunctions::atanh;
            case LOGISTIC -> Scalars::logistic;
            case ERF -> SpecialFunctions::erf;
            case ERFC -> SpecialFunctions::erfc;
            case ERF_INV -> SpecialFunctions::erfInv;
            case LGAMMA -> GammaFunctions::logGamma;
            case DIGAMMA -> GammaFunctions::digamma;
            case BESSEL_I0E -> SpecialFunctions::besselI0e;
            case BESSEL_I1E -> SpecialFunctions::besselI1e;
            case NOT, POPCNT, CLZ -> throw undefined(f);
        };
    }

    static LongUnaryOperator integers(Op.Unary.Function f, DType dtype) {
        int width = 8 * dtype.bytes();
        return switch (f) {
            case NEG -> x -> -x;
            case ABS -> x -> dtype.isUnsigned() ? x : Math.abs(x);
            case SIGN -> x -> dtype.isUnsigned() ? Math.min(Long.bitCount(x), 1) : Long.signum(x);
            case NOT -> x -> ~x;
            case POPCNT -> x -> Long.bitCount(x & mask(width));
            case CLZ -> x -> Long.numberOfLeadingZeros(x & mask(width)) - (64 - width);
            case FLOOR, CEIL, ROUND, TRUNC, EXP, EXP2, EXPM1, LOG, LOG1P, SQRT, RSQRT, CBRT, SIN, COS, TAN,
                 ASIN, ACOS, ATAN, SINH, COSH, TANH, ASINH, ACOSH, ATANH, LOGISTIC, ERF, ERFC, ERF_INV,
                 LGAMMA, DIGAMMA, BESSEL_I0E, BESSEL_I1E -> throw undefined(f);
        };
    }

    private static long mask(int width) {
        return width == 64 ? -1 : (1L << width) - 1;
    }

    static DoubleBinaryOperator reals(Op.Binary.Function f, DType dtype) {
        return switch (f) {
            case ADD -> (x, y) -> x + y;
            case SUB -> (x, y) -> x - y;
            case MUL -> (x, y) -> x * y;
            case DIV -> (x, y) -> x / y;
            case REM -> (x, y) -> x % y;
            case MAX -> Math::max;
            case MIN -> Math::min;
            case POW -> Scalars::pow;
            case ATAN2 -> StrictMath::atan2;
            case NEXTAFTER -> (x, y) -> nextAfter(x, y, dtype);
            case POLYGAMMA -> GammaFunctions::polygamma;
            case ZETA -> GammaFunctions::zeta;
            case IGAMMA -> IncompleteGamma::lower;
            case IGAMMAC -> IncompleteGamma::upper;
            case IGAMMA_GRAD_A -> IncompleteGamma::gradient;
            case RANDOM_GAMMA_GRAD -> IncompleteGamma::sampleGradient;
            case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC, MULHI ->
                    throw undefined(f);
        };
    }

    static LongBinaryOperator integers(Op.Binary.Function f, DType dtype) {
        int width = 8 * dtype.bytes();
        boolean wide = dtype == DType.U64;
        return switch (f) {
            case ADD -> (x, y) -> x + y;
            case SUB -> (x, y) -> x - y;
            case MUL -> (x, y) -> x * y;
            case DIV -> (x, y) -> y == 0 ? -1 : wide ? Long.divideUnsigned(x, y) : x / y;
            case REM -> (x, y) -> y == 0 ? x : wide ? Long.remainderUnsigned(x, y) : x % y;
            case MAX -> (x, y) -> dtype.compare(x, y) >= 0 ? x : y;
            case MIN -> (x, y) -> dtype.compare(x, y) <= 0 ? x : y;
            case POW -> Scalars::power;
            case AND -> (x, y) -> x & y;
            case OR -> (x, y) -> x | y;
            case XOR -> (x, y) -> x ^ y;
            case SHIFT_LEFT -> (x, y) -> outside(y, width) ? 0 : x << y;
            case SHIFT_RIGHT_LOGICAL -> (x, y) -> outside(y, width) ? 0 : (x & mask(width)) >>> y;
            // The topmost bit is repeated, also that of an unsigned type.
            case SHIFT_RIGHT_ARITHMETIC -> (x, y) ->
                    x << (64 - width) >> (64 - width) >> (outside(y, width) ? width - 1 : y);
            case MULHI -> (x, y) -> width < 64 ? (x * y) >> width
                    : wide ? Math.unsignedMultiplyHigh(x, y) : Math.multiplyHigh(x, y);
            case ATAN2, NEXTAFTER, POLYGAMMA, ZETA, IGAMMA, IGAMMAC, IGAMMA_GRAD_A, RANDOM_GAMMA_GRAD ->
                    throw undefined(f);
        };
    }

    static DoubleBinaryOperator reals(Op.Cumulative.Function f, DType dtype) {
        return switch (f) {
            case SUM -> reals(Op.Binary.Function.ADD, dtype);
            case PROD -> reals(Op.Binary.Function.MUL, dtype);
            case MAX -> reals(Op.Binary.Function.MAX, dtype);
            case MIN -> reals(Op.Binary.Function.MIN, dtype);
            case LOGSUMEXP -> Scalars::logSumExp;
        };
    }

    static LongBinaryOperator integers(Op.Cumulative.Function f, DType dtype) {
        return switch (f) {
            case SUM -> integers(Op.Binary.Function.ADD, dtype);
            case PROD -> integers(Op.Binary.Function.MUL, dtype);
            case MAX -> integers(Op.Binary.Function.MAX, dtype);
            case MIN -> integers(Op.Binary.Function.MIN, dtype);
            case LOGSUMEXP -> throw undefined(f);
        };
    }

    /**
     * Whether the relation holds for a comparison's outcome; {@code ordered} is false when a NaN takes part.
     */
    static boolean holds(Op.Compare.Relation relation, int comparison, boolean ordered) {
        return switch (relation) {
            case EQ, TOTAL_EQ -> ordered && comparison == 0;
            case NE -> !ordered || comparison != 0;
            case LT, TOTAL_LT -> ordered && comparison < 0;
            case LE, TOTAL_LE -> ordered && comparison <= 0;
            case GT -> ordered && comparison > 0;
            case GE -> ordered && comparison >= 0;
        };
    }

    static boolean isTotal(Op.Compare.Relation relation) {
        return switch (relation) {
            case TOTAL_EQ, TOTAL_LT, TOTAL_LE -> true;
            case EQ, NE, LT, LE, GT, GE -> false;
        };
    }

    /** A number that orders floats by sign and bits; doubles keep those of narrower NaNs. */
    static long totalOrder(double x) {
        long bits = Double.doubleToRawLongBits(x);
        return bits ^ ((bits >> 63) >>> 1);
    }

    /** A power by squaring, modulo 2^64; with a negative exponent the quotient 1 / x^-y, towards zero. */
    static long power(long x, long y) {
        if (y < 0) {
            return x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : x == 0 ? -1 : 0;
        }
        long result = 1;
        long square = x;
        for (long left = y; left != 0; left >>>= 1) {
            result *= (left & 1) == 1 ? square : 1;
            square *= square;
        }
        return result;
    }

    /** Rounds to a fraction of that many bits, ties to even, within the range of the exponent's bits. */
    static double reducePrecision(double x, int exponentBits, int fractionBits) {
        int bias = (1 << (Math.min(exponentBits, 11) - 1)) - 1;
        int drop = 52 - Math.min(fractionBits, 52);
        if (!Double.isFinite(x)) {
            // Without bits for a fraction there is no room for NaN.
            return Double.isNaN(x) && fractionBits == 0 ? Math.copySign(Double.POSITIVE_INFINITY, x) : x;
        }
        long bits = Double.doubleToRawLongBits(x);
        long half = drop == 0 ? 0 : (1L << (drop - 1)) - 1 + ((bits >>> drop) & 1);
        double rounded = Double.longBitsToDouble((bits + half) & (-1L << drop));
        int exponent = Math.getExponent(rounded);
        return exponent > bias ? Math.copySign(Double.POSITIVE_INFINITY, x)
                : exponent <= -bias ? Math.copySign(0, x) : rounded;
    }

    private static double nextAfter(double x, double y, DType dtype) {
        if (x == y || Double.isNaN(y)) {
            return y;
        }
        if (Double.isNaN(x)) {
            return x;
        }
        if (x == 0) {
            return Math.copySign(dtype.fromBits(1), y);
        }
        return dtype.fromBits(dtype.toBits(x) + (x < y == x > 0 ? 1 : -1));
    }

    private static boolean outside(long shift, int width) {
        return shift < 0 || shift >= width;
    }

    /**
     * IEEE 754-2019 pow, which differs from Java's in two corners: 1 to anything, and -1 to an infinity, are
     * 1.
     */
    private static double pow(double x, double y) {
        return x == 1 || (x == -1 && Double.isInfinite(y)) ? 1 : StrictMath.pow(x, y);
    }

    /**
     * Of two equal formulas the one whose exponential does not overflow, so that tiny values are right too.
     */
    private static double logistic(double x) {
        double e = StrictMath.exp(-Math.abs(x));
        return x < 0 ? e / (1 + e) : 1 / (1 + e);
    }

    /** With an infinite maximum, the difference of two could be one of infinities. */
    private static double logSumExp(double x, double y) {
        double top = Math.max(x, y);
        return Double.isInfinite(top) ? top : top + StrictMath.log1p(StrictMath.exp(-Math.abs(x - y)));
    }

    private static IllegalArgumentException undefined(Enum<?> f) {
        return new IllegalArgumentException(f + " is not defined for this dtype");
    }
}

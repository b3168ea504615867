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
            case EXP -> StrictMath::exp;
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
            case LOGISTIC -> Scalars::logistic;
            case ERF -> SpecialFunctions::erf;
            case ERF_INV -> SpecialFunctions::erfInv;
            case NOT -> throw undefined(f);
        };
    }

    static LongUnaryOperator integers(Op.Unary.Function f) {
        return switch (f) {
            case NEG -> x -> -x;
            case ABS -> Math::abs;
            case SIGN -> Long::signum;
            case NOT -> x -> ~x;
            case FLOOR, CEIL, ROUND, EXP, EXPM1, LOG, LOG1P, SQRT, RSQRT, CBRT, SIN, COS, TAN, ASIN, ACOS,
                 ATAN, SINH, COSH, TANH, LOGISTIC, ERF, ERF_INV -> throw undefined(f);
        };
    }

    static DoubleBinaryOperator reals(Op.Binary.Function f) {
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
            case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC -> throw undefined(f);
        };
    }

    static LongBinaryOperator integers(Op.Binary.Function f, DType dtype) {
        int width = 8 * dtype.bytes();
        long mask = width == 64 ? -1 : (1L << width) - 1;
        return switch (f) {
            case ADD -> (x, y) -> x + y;
            case SUB -> (x, y) -> x - y;
            case MUL -> (x, y) -> x * y;
            case DIV -> (x, y) -> y == 0 ? -1 : x / y;
            case REM -> (x, y) -> y == 0 ? x : x % y;
            case MAX -> Math::max;
            case MIN -> Math::min;
            case AND -> (x, y) -> x & y;
            case OR -> (x, y) -> x | y;
            case XOR -> (x, y) -> x ^ y;
            case SHIFT_LEFT -> (x, y) -> outside(y, width) ? 0 : x << y;
            case SHIFT_RIGHT_LOGICAL -> (x, y) -> outside(y, width) ? 0 : (x & mask) >>> y;
            // The topmost bit is repeated, also that of an unsigned type.
            case SHIFT_RIGHT_ARITHMETIC -> (x, y) ->
                    x << (64 - width) >> (64 - width) >> (outside(y, width) ? width - 1 : y);
            case POW, ATAN2 -> throw undefined(f);
        };
    }

    static DoubleBinaryOperator reals(Op.Cumulative.Function f) {
        return switch (f) {
            case SUM -> reals(Op.Binary.Function.ADD);
            case PROD -> reals(Op.Binary.Function.MUL);
            case MAX -> reals(Op.Binary.Function.MAX);
            case MIN -> reals(Op.Binary.Function.MIN);
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
            case EQ -> ordered && comparison == 0;
            case NE -> !ordered || comparison != 0;
            case LT -> ordered && comparison < 0;
            case LE -> ordered && comparison <= 0;
            case GT -> ordered && comparison > 0;
            case GE -> ordered && comparison >= 0;
        };
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

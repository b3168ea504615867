package ricci.loop;

import java.util.Optional;
import ricci.ir.Op;

/**
 * Functions of floats as expressions of what every vector machine can do in each lane: sums, products, fma,
 * bits, selects. Any emitter has them by this, vectorised, and with the same bits everywhere. Great arguments
 * of sin, cos and tan only are taken one by one.
 *
 * <p>A formula writes its shared parts into the block and returns an expression that reads them. Both sides
 * of a select are computed, so that there are no rare cases, only operations.
 *
 * <p>Arguments and results are of the register {@code F32} or {@code F64}. The errors that samples of
 * arguments show are below 2 ulps (units in the last place), most below 1.5, but for the inverse error
 * function of f32 (2.2) and {@link #logSumExp}. Results at zeros, infinities, NaN, subnormal numbers and at
 * the ends of the range are those of the exact function, and zeros keep their sign.
 */
public final class Elementary {
    private Elementary() {}

    /** f(x); empty for what only the interpreter has, and for what is of integers only. */
    public static Optional<Expression> unary(Block block, Op.Unary.Function f, Expression value) {
        Lane x = new Lane(block, value);
        return switch (f) {
            case NEG -> is(x.negated());
            case ABS -> is(x.abs());
            case SIGN -> is(Rounding.sign(x));
            case FLOOR -> is(Rounding.floor(x));
            case CEIL -> is(Rounding.ceil(x));
            case ROUND -> is(Rounding.round(x));
            case TRUNC -> is(Rounding.trunc(x));
            case EXP -> is(Exponentials.exp(x));
            case EXP2 -> is(Exponentials.exp2(x));
            case EXPM1 -> is(Exponentials.expm1(x));
            case LOG -> is(Logarithms.log(x));
            case LOG1P -> is(Logarithms.log1p(x));
            case SQRT -> is(x.sqrt());
            case RSQRT -> is(Powers.rsqrt(x));
            case CBRT -> is(Powers.cbrt(x));
            case SIN -> is(Trigonometry.sin(x));
            case COS -> is(Trigonometry.cos(x));
            case TAN -> is(Trigonometry.tan(x));
            case ASIN -> is(Trigonometry.asin(x));
            case ACOS -> is(Trigonometry.acos(x));
            case ATAN -> is(Trigonometry.atan(x));
            case SINH -> is(Exponentials.sinh(x));
            case COSH -> is(Exponentials.cosh(x));
            case TANH -> is(Exponentials.tanh(x));
            case ASINH -> is(Logarithms.asinh(x));
            case ACOSH -> is(Logarithms.acosh(x));
            case ATANH -> is(Logarithms.atanh(x));
            case LOGISTIC -> is(Exponentials.logistic(x));
            case ERF -> is(ErrorFunctions.erf(x));
            case ERFC -> is(ErrorFunctions.erfc(x));
            case ERF_INV -> is(ErrorFunctions.erfInv(x));
            case LGAMMA, DIGAMMA, BESSEL_I0E, BESSEL_I1E, NOT, POPCNT, CLZ -> Optional.empty();
        };
    }

    /** f(x, y); empty for what only the interpreter has, and for what is of integers only. */
    public static Optional<Expression> binary(Block block, Op.Binary.Function f, Expression left,
            Expression right) {
        Lane x = new Lane(block, left);
        Lane y = new Lane(block, right);
        return switch (f) {
            case ADD -> is(x.plus(y));
            case SUB -> is(x.minus(y));
            case MUL -> is(x.times(y));
            case DIV -> is(x.over(y));
            case REM -> is(x.remainder(y));
            case MAX -> is(x.max(y));
            case MIN -> is(x.min(y));
            case POW -> is(Powers.pow(x, y));
            case ATAN2 -> is(Trigonometry.atan2(x, y));
            case NEXTAFTER -> is(Rounding.nextAfter(x, y));
            case POLYGAMMA, ZETA, IGAMMA, IGAMMAC, IGAMMA_GRAD_A, RANDOM_GAMMA_GRAD -> Optional.empty();
            case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC, MULHI ->
                    Optional.empty();
        };
    }

    /** {@code x^exponent}. */
    public static Expression integerPower(Block block, Expression x, int exponent) {
        return Powers.integerPower(new Lane(block, x), exponent).value();
    }

    /** Whether x is neither infinite nor NaN, a truth value. */
    public static Expression isFinite(Block block, Expression x) {
        return Rounding.isFinite(new Lane(block, x)).value();
    }

    /**
     * {@code log(exp(x) + exp(y))}. Where the greater of x and y and what is added to it cancel, the error
     * is that of the two, and not relative to their sum.
     */
    public static Expression logSumExp(Block block, Expression x, Expression y) {
        return Logarithms.logSumExp(new Lane(block, x), new Lane(block, y)).value();
    }

    private static Optional<Expression> is(Lane lane) {
        return Optional.of(lane.value());
    }
}

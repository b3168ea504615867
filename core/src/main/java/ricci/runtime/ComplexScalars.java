package ricci.runtime;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import ricci.ir.ComplexNumber;
import ricci.ir.Op;

/**
 * What the elementwise primitives do to complex numbers, in double. Branch cuts are those of C and NumPy; the
 * formulas that stay accurate near them are Kahan's (1987, "Branch cuts for complex elementary functions").
 */
final class ComplexScalars {
    private static final ComplexNumber ONE = ComplexNumber.of(1, 0);

    private ComplexScalars() {}

    /** All but the absolute value, which is real. */
    static UnaryOperator<ComplexNumber> unary(Op.Unary.Function f) {
        return switch (f) {
            case NEG -> ComplexScalars::neg;
            case SIGN -> ComplexScalars::sign;
            case EXP -> ComplexScalars::exp;
            case EXPM1 -> ComplexScalars::expm1;
            case LOG -> ComplexScalars::log;
            case LOG1P -> ComplexScalars::log1p;
            case SQRT -> ComplexScalars::sqrt;
            case RSQRT -> z -> div(ONE, sqrt(z));
            case SIN -> z -> divI(sinh(timesI(z)));
            case COS -> z -> cosh(timesI(z));
            case TAN -> z -> divI(tanh(timesI(z)));
            case ASIN -> ComplexScalars::asin;
            case ACOS -> ComplexScalars::acos;
            case ATAN -> z -> divI(atanh(timesI(z)));
            case SINH -> ComplexScalars::sinh;
            case COSH -> ComplexScalars::cosh;
            case TANH -> ComplexScalars::tanh;
            case LOGISTIC -> ComplexScalars::logistic;
            case ABS, FLOOR, CEIL, ROUND, TRUNC, EXP2, CBRT, ASINH, ACOSH, ATANH, ERF, ERFC, ERF_INV, LGAMMA,
                 DIGAMMA, BESSEL_I0E, BESSEL_I1E, NOT, POPCNT, CLZ ->
                    throw new IllegalArgumentException(f + " is not defined for complex numbers");
        };
    }

    static BinaryOperator<ComplexNumber> binary(Op.Binary.Function f) {
        return switch (f) {
            case ADD -> ComplexScalars::add;
            case SUB -> ComplexScalars::sub;
            case MUL -> ComplexScalars::mul;
            case DIV -> ComplexScalars::div;
            case POW -> ComplexScalars::pow;
            case REM, MAX, MIN, ATAN2, NEXTAFTER, POLYGAMMA, ZETA, IGAMMA, IGAMMAC, IGAMMA_GRAD_A,
                 RANDOM_GAMMA_GRAD, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC,
                 MULHI ->
                    throw new IllegalArgumentException(f + " is not defined for complex numbers");
        };
    }

    static double abs(ComplexNumber z) {
        return Math.hypot(z.re(), z.im());
    }

    static ComplexNumber add(ComplexNumber z, ComplexNumber w) {
        return ComplexNumber.of(z.re() + w.re(), z.im() + w.im());
    }

    static ComplexNumber sub(ComplexNumber z, ComplexNumber w) {
        return ComplexNumber.of(z.re() - w.re(), z.im() - w.im());
    }

    static ComplexNumber mul(ComplexNumber z, ComplexNumber w) {
        return ComplexNumber.of(z.re() * w.re() - z.im() * w.im(), z.re() * w.im() + z.im() * w.re());
    }

    /** Smith 1962, "Algorithm 116: complex division": no square that could overflow. */
    static ComplexNumber div(ComplexNumber z, ComplexNumber w) {
        if (w.im() == 0) {
            return ComplexNumber.of(z.re() / w.re(), z.im() / w.re());
        }
        if (Math.abs(w.re()) >= Math.abs(w.im())) {
            double ratio = w.im() / w.re();
            double scale = w.re() + w.im() * ratio;
            return ComplexNumber.of((z.re() + z.im() * ratio) / scale, (z.im() - z.re() * ratio) / scale);
        }
        double ratio = w.re() / w.im();
        double scale = w.re() * ratio + w.im();
        return ComplexNumber.of((z.re() * ratio + z.im()) / scale, (z.im() * ratio - z.re()) / scale);
    }

    /** By repeated squaring. */
    static ComplexNumber power(ComplexNumber z, int exponent) {
        ComplexNumber result = ONE;
        ComplexNumber square = z;
        for (long rest = Math.abs((long) exponent); rest > 0; rest >>= 1) {
            result = (rest & 1) == 1 ? mul(result, square) : result;
            square = mul(square, square);
        }
        return exponent < 0 ? div(ONE, result) : result;
    }

    private static ComplexNumber neg(ComplexNumber z) {
        return ComplexNumber.of(-z.re(), -z.im());
    }

    private static ComplexNumber sign(ComplexNumber z) {
        double length = abs(z);
        return length == 0 ? ComplexNumber.of(0, 0) : ComplexNumber.of(z.re() / length, z.im() / length);
    }

    private static ComplexNumber timesI(ComplexNumber z) {
        return ComplexNumber.of(-z.im(), z.re());
    }

    private static ComplexNumber divI(ComplexNumber z) {
        return ComplexNumber.of(z.im(), -z.re());
    }

    /** On the real axis the imaginary part stays 0, whatever the length. */
    private static ComplexNumber exp(ComplexNumber z) {
        double length = StrictMath.exp(z.re());
        return z.im() == 0 ? ComplexNumber.of(length, z.im())
                : ComplexNumber.of(length * StrictMath.cos(z.im()), length * StrictMath.sin(z.im()));
    }

    private static ComplexNumber expm1(ComplexNumber z) {
        double half = StrictMath.sin(z.im() / 2);
        return ComplexNumber.of(StrictMath.expm1(z.re()) * StrictMath.cos(z.im()) - 2 * half * half,
                StrictMath.exp(z.re()) * StrictMath.sin(z.im()));
    }

    private static ComplexNumber log(ComplexNumber z) {
        return ComplexNumber.of(StrictMath.log(abs(z)), StrictMath.atan2(z.im(), z.re()));
    }

    private static ComplexNumber log1p(ComplexNumber z) {
        boolean near = abs(z) < 0.5;
        double length = near ? StrictMath.log1p(z.re() * (2 + z.re()) + z.im() * z.im()) / 2
                : StrictMath.log(Math.hypot(1 + z.re(), z.im()));
        return ComplexNumber.of(length, StrictMath.atan2(z.im(), 1 + z.re()));
    }

    /** The root with a real part that is not negative. */
    private static ComplexNumber sqrt(ComplexNumber z) {
        if (z.re() == 0 && z.im() == 0) {
            return ComplexNumber.of(0, z.im());
        }
        if (Double.isInfinite(z.im())) {
            return ComplexNumber.of(Double.POSITIVE_INFINITY, z.im());
        }
        // Halved before, so that the sum does not overflow.
        double root = Math.sqrt(2 * (Math.abs(z.re() / 4) + Math.hypot(z.re() / 4, z.im() / 4)));
        double other = z.im() / (2 * root);
        return z.re() >= 0 ? ComplexNumber.of(root, other)
                : ComplexNumber.of(Math.abs(other), Math.copySign(root, z.im()));
    }

    private static ComplexNumber sinh(ComplexNumber z) {
        return ComplexNumber.of(StrictMath.sinh(z.re()) * StrictMath.cos(z.im()),
                StrictMath.cosh(z.re()) * StrictMath.sin(z.im()));
    }

    private static ComplexNumber cosh(ComplexNumber z) {
        return ComplexNumber.of(StrictMath.cosh(z.re()) * StrictMath.cos(z.im()),
                StrictMath.sinh(z.re()) * StrictMath.sin(z.im()));
    }

    private static ComplexNumber tanh(ComplexNumber z) {
        if (Math.abs(z.re()) > 20) {
            return ComplexNumber.of(Math.copySign(1, z.re()),
                    2 * StrictMath.sin(2 * z.im()) * StrictMath.exp(-2 * Math.abs(z.re())));
        }
        double t = StrictMath.tan(z.im());
        double s = StrictMath.sinh(z.re());
        double square = 1 + t * t;
        double scale = 1 + square * s * s;
        return ComplexNumber.of(square * Math.sqrt(1 + s * s) * s / scale, t / scale);
    }

    // On a cut the sign of a zero imaginary part tells the side, so 1 - z is not a subtraction from 1 + 0i.

    private static ComplexNumber asin(ComplexNumber z) {
        ComplexNumber below = sqrt(ComplexNumber.of(1 - z.re(), -z.im()));
        ComplexNumber above = sqrt(ComplexNumber.of(1 + z.re(), z.im()));
        return ComplexNumber.of(StrictMath.atan2(z.re(), mul(below, above).re()),
                asinh(mul(ComplexNumber.of(below.re(), -below.im()), above).im()));
    }

    private static ComplexNumber acos(ComplexNumber z) {
        ComplexNumber below = sqrt(ComplexNumber.of(1 - z.re(), -z.im()));
        ComplexNumber above = sqrt(ComplexNumber.of(1 + z.re(), z.im()));
        return ComplexNumber.of(2 * StrictMath.atan2(below.re(), above.re()),
                asinh(mul(ComplexNumber.of(above.re(), -above.im()), below).im()));
    }

    private static ComplexNumber atanh(ComplexNumber z) {
        ComplexNumber twice = sub(log1p(z), log1p(neg(z)));
        return ComplexNumber.of(twice.re() / 2, twice.im() / 2);
    }

    private static double asinh(double x) {
        double a = Math.abs(x);
        return Math.copySign(StrictMath.log1p(a + a / (1 / a + Math.hypot(1, 1 / a))), x);
    }

    /** Of two equal formulas the one whose exponential does not overflow. */
    private static ComplexNumber logistic(ComplexNumber z) {
        boolean negative = z.re() < 0;
        ComplexNumber e = exp(negative ? z : neg(z));
        return div(negative ? e : ONE, add(ONE, e));
    }

    private static ComplexNumber pow(ComplexNumber z, ComplexNumber w) {
        if (w.re() == 0 && w.im() == 0) {
            return ONE;
        }
        return abs(z) == 0 && w.re() > 0 ? ComplexNumber.of(0, 0) : exp(mul(w, log(z)));
    }
}

package ricci.transform;

import static ricci.transform.Tangents.sum;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Complex;
import ricci.ir.Op;
import ricci.ir.Op.Compare.Relation;
import ricci.ir.Op.Unary.Function;
import ricci.ir.OpText;
import ricci.ir.RicciException;
import ricci.ir.TensorType;

/** The tangents of elementwise primitives: each a formula in primals, result and tangents. */
final class JvpElementwise {
    private static final double SQRT_PI = Math.sqrt(Math.PI);

    private final Builder builder;

    JvpElementwise(Builder builder) {
        this.builder = builder;
    }

    @Nullable Atom unary(Function f, Atom x, Atom y, Atom t) {
        Builder b = builder;
        if (x.type().dtype().isComplex() && (f == Function.ABS || f == Function.SIGN)) {
            return f == Function.ABS ? complexAbs(x, y, t) : complexSign(x, y, t);
        }
        return switch (f) {
            case NEG -> b.neg(t);
            case ABS -> b.select(b.compare(Relation.GE, x, b.zeros(x.type())), t, b.neg(t));
            case SIGN, FLOOR, CEIL, ROUND, TRUNC, NOT, POPCNT, CLZ -> null;
            case EXP -> b.mul(t, y);
            case EXP2 -> b.mul(t, b.mul(y, Math.log(2)));
            case EXPM1 -> b.mul(t, b.add(y, one(x)));
            case LOG -> b.div(t, x);
            case LOG1P -> b.div(t, b.add(x, one(x)));
            case SQRT -> b.div(b.mul(t, 0.5), y);
            case RSQRT -> b.mul(t, b.mul(b.div(y, x), -0.5));
            case CBRT -> b.mul(t, b.div(y, b.mul(x, 3)));
            case SIN -> b.mul(t, b.unary(Function.COS, x));
            case COS -> b.neg(b.mul(t, b.unary(Function.SIN, x)));
            case TAN -> b.mul(t, b.add(one(x), b.mul(y, y)));
            case ASIN -> b.mul(t, b.unary(Function.RSQRT, oneMinusSquare(x)));
            case ACOS -> b.neg(b.mul(t, b.unary(Function.RSQRT, oneMinusSquare(x))));
            case ATAN -> b.div(t, b.add(one(x), b.mul(x, x)));
            case SINH -> b.mul(t, b.unary(Function.COSH, x));
            case COSH -> b.mul(t, b.unary(Function.SINH, x));
            case TANH -> b.mul(t, oneMinusSquare(y));
            case ASINH -> b.mul(t, b.unary(Function.RSQRT, b.add(b.mul(x, x), one(x))));
            // A product of differences stays exact near 1, where a square minus 1 would not.
            case ACOSH -> b.mul(t, b.unary(Function.RSQRT, b.mul(b.sub(x, one(x)), b.add(x, one(x)))));
            case ATANH -> b.div(t, b.mul(b.sub(one(x), x), b.add(one(x), x)));
            case LOGISTIC -> b.mul(t, b.mul(y, b.sub(one(x), y)));
            case ERF -> b.mul(t, b.mul(b.unary(Function.EXP, b.neg(b.mul(x, x))), 2 / SQRT_PI));
            case ERFC -> b.mul(t, b.mul(b.unary(Function.EXP, b.neg(b.mul(x, x))), -2 / SQRT_PI));
            case ERF_INV -> b.mul(t, b.mul(b.unary(Function.EXP, b.mul(y, y)), SQRT_PI / 2));
            case LGAMMA -> b.mul(t, b.unary(Function.DIGAMMA, x));
            case DIGAMMA -> b.mul(t, b.binary(Op.Binary.Function.POLYGAMMA, one(x), x));
            case BESSEL_I0E -> b.mul(t, b.sub(b.unary(Function.BESSEL_I1E, x),
                    b.mul(b.unary(Function.SIGN, x), y)));
            case BESSEL_I1E -> b.mul(t, besselSlope(x, y));
        };
    }

    /** How far t goes in the direction of x; 0 at 0. */
    private Atom complexAbs(Atom x, Atom length, Atom t) {
        Builder b = builder;
        Atom direction = b.apply(new Complex.Conj(), b.div(x, b.convert(positive(length), x.type().dtype())));
        return b.apply(new Complex.Real(), b.mul(t, direction));
    }

    /** What of t goes across x, divided by the length of x. */
    private Atom complexSign(Atom x, Atom sign, Atom t) {
        Builder b = builder;
        Atom length = b.unary(Function.ABS, x);
        Atom along = b.convert(complexAbs(x, length, t), x.type().dtype());
        return b.div(b.sub(t, b.mul(sign, along)), b.convert(positive(length), x.type().dtype()));
    }

    private Atom positive(Atom length) {
        Atom isZero = builder.compare(Relation.EQ, length, builder.zeros(length.type()));
        return builder.select(isZero, builder.fill(length.type(), 1), length);
    }

    /** I0e - (sign x + 1/x)·I1e; the quotient's limit at 0 is 1/2. */
    private Atom besselSlope(Atom x, Atom y) {
        Builder b = builder;
        Atom isZero = b.compare(Relation.EQ, x, b.zeros(x.type()));
        Atom quotient = b.select(isZero, b.fill(x.type(), 0.5), b.div(y, b.select(isZero, one(x), x)));
        return b.sub(b.sub(b.unary(Function.BESSEL_I0E, x), quotient), b.mul(b.unary(Function.SIGN, x), y));
    }

    /** The tangent of x^exponent. */
    @Nullable Atom power(int exponent, Atom x, Atom t) {
        Builder b = builder;
        return switch (exponent) {
            case 0 -> null;
            case 1 -> t;
            case 2 -> b.mul(t, b.mul(x, 2));
            default -> {
                // The least int has none below it.
                Atom power = exponent == Integer.MIN_VALUE
                        ? b.div(b.apply(new Op.IntegerPower(exponent), x), x)
                        : b.apply(new Op.IntegerPower(exponent - 1), x);
                yield b.mul(t, b.mul(power, exponent));
            }
        };
    }

    @Nullable Atom binary(Op.Binary.Function f, Atom x, Atom y, Atom z, @Nullable Atom tx,
            @Nullable Atom ty) {
        Builder b = builder;
        return switch (f) {
            case ADD -> sum(builder, tx, ty);
            case SUB -> sum(builder, tx, ty == null ? null : b.neg(ty));
            case MUL -> sum(builder, scaled(tx, y), scaled(ty, x));
            case DIV -> sum(builder, tx == null ? null : b.div(tx, y),
                    ty == null ? null : b.neg(b.mul(ty, b.div(z, y))));
            case REM -> sum(builder, tx,
                    ty == null ? null : b.neg(b.mul(ty, b.unary(Function.TRUNC, b.div(x, y)))));
            case MAX -> extremum(Relation.GT, x, y, tx, ty);
            case MIN -> extremum(Relation.LT, x, y, tx, ty);
            case POW -> sum(builder, tx == null ? null : b.mul(tx, powerByBase(x, y)),
                    ty == null ? null : b.mul(ty, powerByExponent(x, z)));
            case ATAN2 -> {
                Atom square = b.add(b.mul(x, x), b.mul(y, y));
                yield sum(builder, tx == null ? null : b.mul(tx, b.div(y, square)),
                        ty == null ? null : b.neg(b.mul(ty, b.div(x, square))));
            }
            case POLYGAMMA -> {
                refuse(f, tx, x);
                yield scaled(ty, b.binary(f, b.add(x, one(x)), y));
            }
            case ZETA -> {
                refuse(f, tx, x);
                yield scaled(ty, b.neg(b.mul(x, b.binary(f, b.add(x, one(x)), y))));
            }
            case IGAMMA -> incompleteGamma(x, y, tx, ty);
            case IGAMMAC -> {
                Atom lower = incompleteGamma(x, y, tx, ty);
                yield lower == null ? null : b.neg(lower);
            }
            case IGAMMA_GRAD_A -> {
                refuse(f, tx, x);
                yield scaled(ty, b.mul(gammaDensity(x, y), logOverMean(x, y)));
            }
            case RANDOM_GAMMA_GRAD -> {
                refuse(f, tx, x);
                // From (density · z)' = -(IGAMMA_GRAD_A)' by y.
                Atom growth = b.sub(b.div(b.sub(x, one(x)), y), one(x));
                yield scaled(ty, b.neg(b.add(logOverMean(x, y), b.mul(z, growth))));
            }
            case NEXTAFTER, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC, MULHI ->
                    null;
        };
    }

    private @Nullable Atom incompleteGamma(Atom a, Atom x, @Nullable Atom ta, @Nullable Atom tx) {
        Builder b = builder;
        return sum(builder, ta == null ? null : b.mul(ta, b.binary(Op.Binary.Function.IGAMMA_GRAD_A, a, x)),
                tx == null ? null : b.mul(tx, gammaDensity(a, x)));
    }

    /** x^(a-1)·exp(-x)/Γ(a), where 0^0 is 1. */
    private Atom gammaDensity(Atom a, Atom x) {
        Builder b = builder;
        Atom exponent = b.sub(powerLog(b.sub(a, one(a)), x), b.add(x, b.unary(Function.LGAMMA, a)));
        return b.unary(Function.EXP, exponent);
    }

    /** log(x) - ψ(a). */
    private Atom logOverMean(Atom a, Atom x) {
        return builder.sub(builder.unary(Function.LOG, x), builder.unary(Function.DIGAMMA, a));
    }

    /** power·log(x), 0 if the power is 0 whatever x is. */
    private Atom powerLog(Atom power, Atom x) {
        Builder b = builder;
        Atom isZero = b.compare(Relation.EQ, power, b.zeros(power.type()));
        return b.select(isZero, b.zeros(x.type()),
                b.mul(power, b.unary(Function.LOG, b.select(isZero, one(x), x))));
    }

    @Nullable Atom fma(List<Atom> x, @Nullable Atom[] t) {
        Atom ofProduct = sum(builder, scaled(t[0], x.get(1)), scaled(t[1], x.get(0)));
        return sum(builder, ofProduct, t[2]);
    }

    /** By x it is the density of the beta distribution, x^(a-1)·(1-x)^(b-1)/B(a, b). */
    @Nullable Atom incompleteBeta(List<Atom> operands, @Nullable Atom[] t) {
        Builder b = builder;
        Op op = new Op.RegularizedIncompleteBeta();
        if (t[0] != null || t[1] != null) {
            throw noDerivative(OpText.name(op), operands.getFirst(), "x alone");
        }
        Atom alpha = operands.get(0);
        Atom beta = operands.get(1);
        Atom x = operands.get(2);
        Atom logBeta = b.sub(b.add(b.unary(Function.LGAMMA, alpha), b.unary(Function.LGAMMA, beta)),
                b.unary(Function.LGAMMA, b.add(alpha, beta)));
        Atom powers = b.add(powerLog(b.sub(alpha, one(x)), x),
                powerLog(b.sub(beta, one(x)), b.sub(one(x), x)));
        return scaled(t[2], b.unary(Function.EXP, b.sub(powers, logBeta)));
    }

    private static void refuse(Op.Binary.Function f, @Nullable Atom tangent, Atom x) {
        if (tangent != null) {
            throw noDerivative(OpText.name(new Op.Binary(f)), x, "its second operand");
        }
    }

    private static RicciException noDerivative(String name, Atom x, String by) {
        return new RicciException.Derivative("differentiate " + name, x.type().toString(),
                name + " has a derivative by " + by,
                "keep its other operands constant with stopGradient(a)");
    }

    /** The winner's tangent; at a tie, half of each. */
    private @Nullable Atom extremum(Relation wins, Atom x, Atom y, @Nullable Atom tx, @Nullable Atom ty) {
        return sum(builder, tx == null ? null : builder.mul(tx, share(wins, x, y)),
                ty == null ? null : builder.mul(ty, share(wins, y, x)));
    }

    private Atom share(Relation wins, Atom x, Atom y) {
        Builder b = builder;
        TensorType type = x.type();
        Atom tied = b.select(b.compare(Relation.EQ, x, y), b.fill(type, 0.5), b.zeros(type));
        return b.select(b.compare(wins, x, y), b.fill(type, 1), tied);
    }

    /** y·x^(y-1), and 0 where y is 0, even at x = 0, where x^-1 would spoil derivatives of this one. */
    private Atom powerByBase(Atom x, Atom y) {
        Builder b = builder;
        Atom isZero = b.compare(Relation.EQ, y, b.zeros(y.type()));
        Atom power = b.binary(Op.Binary.Function.POW, x, b.select(isZero, one(y), b.sub(y, one(y))));
        return b.select(isZero, b.zeros(y.type()), b.mul(y, power));
    }

    /** log(x)·x^y, with the logarithm's pole at 0 taken out. */
    private Atom powerByExponent(Atom x, Atom power) {
        Builder b = builder;
        Atom safe = b.select(b.compare(Relation.EQ, x, b.zeros(x.type())), one(x), x);
        return b.mul(b.unary(Function.LOG, safe), power);
    }

    private Atom one(Atom x) {
        return builder.fill(x.type(), 1);
    }

    private Atom oneMinusSquare(Atom x) {
        return builder.sub(one(x), builder.mul(x, x));
    }

    private @Nullable Atom scaled(@Nullable Atom tangent, Atom factor) {
        return tangent == null ? null : builder.mul(tangent, factor);
    }
}

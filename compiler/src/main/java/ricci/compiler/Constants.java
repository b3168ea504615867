package ricci.compiler;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import ricci.ir.DType;
import ricci.loop.Expression;
import ricci.loop.Expression.Constant;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;

/** Numbers of programs as constants of loops. */
final class Constants {
    /** Whole and half numbers up to this one are in so many programs that they are part of the code. */
    private static final double MOST_IN_CODE = 2;
    /** So many others of a kernel are arguments; for more there are no registers. */
    private static final int MOST_GIVEN = 8;

    private Constants() {}

    /** An element of a dtype. */
    static Constant of(DType dtype, Number value) {
        return switch (Register.of(dtype)) {
            case F32 -> Constant.of((float) value.doubleValue());
            case F64 -> Constant.of(value.doubleValue());
            case I32 -> Constant.of((int) value.longValue());
            case I64 -> Constant.of(value.longValue());
            case BOOL -> Constant.of(value.longValue() != 0);
        };
    }

    /** A number of the program: one of those that are {@code given}, or else a constant. */
    static Expression number(Constant constant, Map<Constant, Expression> given,
            Supplier<Expression> argument) {
        boolean isInCode = isInCode(constant)
                || (given.size() == MOST_GIVEN && !given.containsKey(constant));
        return isInCode ? constant : given.computeIfAbsent(constant, _ -> argument.get());
    }

    /**
     * Whether a number is part of the code. Other floats may be arguments: some come of sizes, as the factor of
     * a mean does.
     */
    private static boolean isInCode(Constant constant) {
        if (!constant.register().isFloat()) {
            return true;
        }
        double value = value(constant);
        boolean isHalves = Math.rint(2 * value) == 2 * value;
        return !Double.isFinite(value) || (Math.abs(value) <= MOST_IN_CODE && isHalves);
    }

    private static double value(Constant constant) {
        return constant.register() == Register.F32 ? Float.intBitsToFloat((int) constant.bits())
                : Double.longBitsToDouble(constant.bits());
    }

    /** A float whose bits are an argument. */
    static Expression given(Register register, Size bits) {
        Expression index = new Expression.Index(new Place(bits, List.of()));
        return new Expression.Reinterpret(register, register == Register.F32
                ? new Expression.Convert(Register.I32, index) : index);
    }
}

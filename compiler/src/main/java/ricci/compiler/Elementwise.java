package ricci.compiler;

import static ricci.loop.Expression.Binary.Function.ADD;
import static ricci.loop.Expression.Binary.Function.AND;
import static ricci.loop.Expression.Binary.Function.DIV;
import static ricci.loop.Expression.Binary.Function.MAX;
import static ricci.loop.Expression.Binary.Function.MIN;
import static ricci.loop.Expression.Binary.Function.MUL;
import static ricci.loop.Expression.Binary.Function.OR;
import static ricci.loop.Expression.Binary.Function.REM;
import static ricci.loop.Expression.Binary.Function.SHIFT_LEFT;
import static ricci.loop.Expression.Binary.Function.SHIFT_RIGHT;
import static ricci.loop.Expression.Binary.Function.SHIFT_RIGHT_SIGNED;
import static ricci.loop.Expression.Binary.Function.SUB;
import static ricci.loop.Expression.Binary.Function.XOR;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.loop.Block;
import ricci.loop.Elementary;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Fma;
import ricci.loop.Expression.Select;
import ricci.loop.Expression.Unary;
import ricci.loop.Register;

/**
 * What an elementwise primitive computes of one element of each operand, as expressions.
 *
 * <p>A value in a register is always one of its dtype: integers narrower than the register are extended with
 * their sign or zeros, u32 and u64 are bits, 16-bit floats are rounded f32. What is computed stays so.
 */
final class Elementwise {
    private Elementwise() {}

    /**
     * The results for one element.
     *
     * @param types those of the operands
     * @return null if there are no expressions for it, so that the interpreter has to compute it
     */
    static @Nullable List<Expression> of(Block block, Op op, List<TensorType> types, List<Expression> x) {
        if (types.stream().anyMatch(t -> t.dtype().isComplex())) {
            return null;
        }
        if (op instanceof Op.Threefry) {
            return Cipher.threefry(block, x);
        }
        Expression one = single(block, op, types, x);
        return one == null ? null : List.of(one);
    }

    /** The one result; null too for what is not elementwise. */
    private static @Nullable Expression single(Block block, Op op, List<TensorType> types,
            List<Expression> x) {
        DType dtype = types.isEmpty() ? DType.BOOL : types.getFirst().dtype();
        return switch (op) {
            case Op.Unary(var f) -> unary(block, f, dtype, x.getFirst());
            case Op.Binary(var f) -> binary(block, f, dtype, x.get(0), x.get(1));
            case Op.IntegerPower(var exponent) -> dtype.isFloat()
                    ? rounded(block, dtype, Elementary.integerPower(block, x.getFirst(), exponent)) : null;
            case Op.Fma _ -> rounded(block, dtype, new Fma(x.get(0), x.get(1), x.get(2)));
            case Op.IsFinite _ -> Elementary.isFinite(block, x.getFirst());
            case Op.Compare(var relation) -> compare(block, relation, dtype, x.get(0), x.get(1));
            case Op.Select _ -> new Select(x.get(0), x.get(1), x.get(2));
            case Windows.Clamp _ -> {
                Expression low = extremum(block, MAX, types.get(1).dtype(), x.get(1), x.get(0));
                yield extremum(block, MIN, types.get(1).dtype(), low, x.get(2));
            }
            case Op.Convert(var to) -> Conversions.convert(block, dtype, to, x.getFirst());
            case Op.Bitcast(var to) -> Conversions.bitcast(block, dtype, to, x.getFirst());
            case Op.StopGradient _ -> x.getFirst();
            case Op _ -> null;
        };
    }

    private static Expression rounded(Block block, DType dtype, Expression x) {
        return dtype == DType.F16 || dtype == DType.BF16 ? Halves.round(block, dtype, x) : x;
    }

    private static @Nullable Expression unary(Block block, Op.Unary.Function f, DType dtype, Expression x) {
        if (dtype.isFloat()) {
            return Elementary.unary(block, f, x).map(y -> rounded(block, dtype, y)).orElse(null);
        }
        Register register = Register.of(dtype);
        Expression zero = Constant.of(register, 0);
        return switch (f) {
            case NEG -> wrap(dtype, new Unary(Unary.Function.NEG, x));
            case ABS -> dtype.isUnsigned() ? x : wrap(dtype, new Unary(Unary.Function.ABS, x));
            case SIGN -> {
                Expression positive = new Select(new Compare(Compare.Relation.EQ, x, zero), zero,
                        Constant.of(register, 1));
                yield dtype.isUnsigned() ? positive : new Select(new Compare(Compare.Relation.LT, x, zero),
                        Constant.of(register, -1), positive);
            }
            case NOT -> wrap(dtype, new Unary(Unary.Function.NOT, x));
            case POPCNT -> new Unary(Unary.Function.POPCNT, bits(dtype, x));
            case CLZ -> {
                int unused = 8 * (register.bytes() - dtype.bytes());
                Expression zeros = new Unary(Unary.Function.CLZ, bits(dtype, x));
                yield unused == 0 ? zeros : new Binary(SUB, zeros, Constant.of(register, unused));
            }
            case FLOOR, CEIL, ROUND, TRUNC, EXP, EXP2, EXPM1, LOG, LOG1P, SQRT, RSQRT, CBRT, SIN, COS, TAN,
                 ASIN, ACOS, ATAN, SINH, COSH, TANH, ASINH, ACOSH, ATANH, LOGISTIC, ERF, ERFC, ERF_INV,
                 LGAMMA, DIGAMMA, BESSEL_I0E, BESSEL_I1E -> null;
        };
    }

    /** The bits of an integer with zeros above. */
    private static Expression bits(DType dtype, Expression x) {
        int width = 8 * dtype.bytes();
        return (dtype == DType.BOOL || width >= 32 || dtype.isUnsigned()) ? x
                : new Binary(AND, x, Constant.of((1 << width) - 1));
    }

    /** The low bits of an integer as a value of the dtype. */
    static Expression wrap(DType dtype, Expression x) {
        int unused = 32 - 8 * dtype.bytes();
        return switch (dtype) {
            case I8, I16 -> new Binary(SHIFT_RIGHT_SIGNED,
                    new Binary(SHIFT_LEFT, x, Constant.of(unused)), Constant.of(unused));
            case U8, U16 -> new Binary(AND, x, Constant.of((1 << (8 * dtype.bytes())) - 1));
            case I32, U32, I64, U64, BOOL, F32, F64, F16, BF16, C64, C128 -> x;
        };
    }

    static @Nullable Expression binary(Block block, Op.Binary.Function f, DType dtype, Expression x,
            Expression y) {
        // The next value of a 16-bit float is not that of an f32.
        boolean isNarrow = dtype == DType.F16 || dtype == DType.BF16;
        if (dtype.isFloat()) {
            return isNarrow && f == Op.Binary.Function.NEXTAFTER ? null
                    : Elementary.binary(block, f, x, y).map(z -> rounded(block, dtype, z)).orElse(null);
        }
        return onIntegers(block, f, dtype, x, y);
    }

    private static @Nullable Expression onIntegers(Block block, Op.Binary.Function f, DType dtype,
            Expression x,
            Expression y) {
        boolean isTruth = dtype == DType.BOOL;
        return switch (f) {
            case ADD -> isTruth ? null : wrap(dtype, new Binary(ADD, x, y));
            case SUB -> isTruth ? null : wrap(dtype, new Binary(SUB, x, y));
            case MUL -> isTruth ? null : wrap(dtype, new Binary(MUL, x, y));
            case DIV, REM -> isTruth ? null : quotient(block, f, dtype, block.let(x), block.let(y));
            case MAX -> extremum(block, MAX, dtype, x, y);
            case MIN -> extremum(block, MIN, dtype, x, y);
            case AND -> new Binary(AND, x, y);
            case OR -> new Binary(OR, x, y);
            case XOR -> new Binary(XOR, x, y);
            case SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC ->
                    isTruth ? null : shift(block, f, dtype, x, block.let(y));
            case MULHI -> isTruth ? null : upper(dtype, x, y);
            case POW, ATAN2, NEXTAFTER, POLYGAMMA, ZETA, IGAMMA, IGAMMAC, IGAMMA_GRAD_A, RANDOM_GAMMA_GRAD ->
                    null;
        };
    }

    /** By zero, the quotient is -1 and the remainder x. */
    private static @Nullable Expression quotient(Block block, Op.Binary.Function f, DType dtype, Expression x,
            Expression y) {
        if (dtype == DType.U64) {
            return null;
        }
        boolean isQuotient = f == Op.Binary.Function.DIV;
        if (dtype == DType.U32) {
            Expression wide = quotient(block, f, DType.I64, block.let(unsigned(x)), block.let(unsigned(y)));
            return wide == null ? null : new Convert(Register.I32, wide);
        }
        Register register = Register.of(dtype);
        Expression isZero = block.let(new Compare(Compare.Relation.EQ, y, Constant.of(register, 0)));
        Expression divisor = new Select(isZero, Constant.of(register, 1), y);
        return new Select(isZero, isQuotient ? wrap(dtype, Constant.of(register, -1)) : x,
                wrap(dtype, new Binary(isQuotient ? DIV : REM, x, divisor)));
    }

    /** A u32 as an i64. */
    static Expression unsigned(Expression x) {
        return new Binary(AND, new Convert(Register.I64, x), Constant.of(0xffffffffL));
    }

    static Expression extremum(Block block, Binary.Function f, DType dtype, Expression x, Expression y) {
        if (dtype == DType.BOOL) {
            return new Binary(f == MAX ? OR : AND, x, y);
        }
        if (dtype == DType.U32 || dtype == DType.U64) {
            Expression a = block.let(x);
            Expression b = block.let(y);
            Expression isLess = new Compare(Compare.Relation.LT, ordered(dtype, a), ordered(dtype, b));
            return f == MAX ? new Select(isLess, b, a) : new Select(isLess, a, b);
        }
        return new Binary(f, x, y);
    }

    /** An integer whose order with others as signed ones is that of the dtype. */
    static Expression ordered(DType dtype, Expression x) {
        return switch (dtype) {
            case U32 -> new Binary(XOR, x, Constant.of(Integer.MIN_VALUE));
            case U64 -> new Binary(XOR, x, Constant.of(Long.MIN_VALUE));
            case I8, U8, I16, U16, I32, I64, BOOL, F32, F64, F16, BF16, C64, C128 -> x;
        };
    }

    private static Expression shift(Block block, Op.Binary.Function f, DType dtype, Expression x,
            Expression y) {
        Register register = Register.of(dtype);
        int width = 8 * dtype.bytes();
        Expression zero = Constant.of(register, 0);
        Expression isInside = block.let(new Binary(AND, new Compare(Compare.Relation.LE, zero, y),
                new Compare(Compare.Relation.LT, y, Constant.of(register, width))));
        if (f == Op.Binary.Function.SHIFT_RIGHT_ARITHMETIC) {
            // The topmost bit is repeated, also that of an unsigned type.
            int unused = 8 * register.bytes() - width;
            Expression signed = unused == 0 ? x : new Binary(SHIFT_RIGHT_SIGNED,
                    new Binary(SHIFT_LEFT, x, Constant.of(register, unused)), Constant.of(register, unused));
            return wrap(dtype, new Binary(SHIFT_RIGHT_SIGNED, signed,
                    new Select(isInside, y, Constant.of(register, width - 1))));
        }
        Expression shifted = f == Op.Binary.Function.SHIFT_LEFT ? new Binary(SHIFT_LEFT, x, y)
                : new Binary(SHIFT_RIGHT, bits(dtype, x), y);
        return new Select(isInside, wrap(dtype, shifted), zero);
    }

    /** The upper half of the product; there is no product of 128 bits. */
    private static @Nullable Expression upper(DType dtype, Expression x, Expression y) {
        int width = 8 * dtype.bytes();
        return switch (dtype) {
            case I8, I16 -> wrap(dtype, new Binary(SHIFT_RIGHT_SIGNED, new Binary(MUL, x, y),
                    Constant.of(width)));
            case U8, U16 -> new Binary(SHIFT_RIGHT, new Binary(MUL, x, y), Constant.of(width));
            case I32 -> new Convert(Register.I32, new Binary(SHIFT_RIGHT_SIGNED, new Binary(MUL,
                    new Convert(Register.I64, x), new Convert(Register.I64, y)), Constant.of(32L)));
            case U32 -> new Convert(Register.I32, new Binary(SHIFT_RIGHT,
                    new Binary(MUL, unsigned(x), unsigned(y)), Constant.of(32L)));
            case I64, U64, BOOL, F32, F64, F16, BF16, C64, C128 -> null;
        };
    }

    private static Expression compare(Block block, Op.Compare.Relation relation, DType dtype, Expression x,
            Expression y) {
        if (dtype == DType.BOOL) {
            return ofTruths(relation, x, y);
        }
        boolean isTotal = switch (relation) {
            case TOTAL_EQ, TOTAL_LT, TOTAL_LE -> true;
            case EQ, NE, LT, LE, GT, GE -> false;
        };
        Expression a = isTotal && dtype.isFloat() ? totalOrder(block, x) : ordered(dtype, x);
        Expression b = isTotal && dtype.isFloat() ? totalOrder(block, y) : ordered(dtype, y);
        return switch (relation) {
            case EQ, TOTAL_EQ -> new Compare(Compare.Relation.EQ, a, b);
            case NE -> new Compare(Compare.Relation.NE, a, b);
            case LT, TOTAL_LT -> new Compare(Compare.Relation.LT, a, b);
            case LE, TOTAL_LE -> new Compare(Compare.Relation.LE, a, b);
            case GT -> new Compare(Compare.Relation.LT, b, a);
            case GE -> new Compare(Compare.Relation.LE, b, a);
        };
    }

    /** False lies below true. */
    private static Expression ofTruths(Op.Compare.Relation relation, Expression x, Expression y) {
        return switch (relation) {
            case EQ, TOTAL_EQ -> not(new Binary(XOR, x, y));
            case NE -> new Binary(XOR, x, y);
            case LT, TOTAL_LT -> new Binary(AND, not(x), y);
            case LE, TOTAL_LE -> new Binary(OR, not(x), y);
            case GT -> new Binary(AND, x, not(y));
            case GE -> new Binary(OR, x, not(y));
        };
    }

    private static Expression not(Expression x) {
        return new Unary(Unary.Function.NOT, x);
    }

    /** An integer that orders floats by sign and bits. */
    static Expression totalOrder(Block block, Expression x) {
        Register register = x.register() == Register.F64 ? Register.I64 : Register.I32;
        return negativesReversed(block, new Expression.Reinterpret(register, x));
    }

    /** With all bits but the sign of negative integers as others: twice, they are what they were. */
    static Expression negativesReversed(Block block, Expression x) {
        Register register = x.register();
        Expression bits = block.let(x);
        Expression sign = new Binary(SHIFT_RIGHT_SIGNED, bits,
                Constant.of(register, register == Register.I64 ? 63 : 31));
        return new Binary(XOR, bits, new Binary(SHIFT_RIGHT, sign, Constant.of(register, 1)));
    }
}

package ricci.compiler;

import static ricci.loop.Expression.Binary.Function.MAX;
import static ricci.loop.Expression.Binary.Function.MIN;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Reinterpret;
import ricci.loop.Place;
import ricci.loop.Register;

/**
 * Elements as those of another dtype. Where rounding twice could differ from rounding once there is
 * nothing.
 */
final class Conversions {
    private Conversions() {}

    /** The value as another dtype's, as {@link ricci.ir.Op.Convert} says. */
    static @Nullable Expression convert(Block block, DType from, DType to, Expression x) {
        if (from == to) {
            return x;
        }
        if (to.isComplex()) {
            return null;
        }
        if (to == DType.BOOL) {
            return new Compare(Compare.Relation.NE, x, Constant.of(Register.of(from), 0));
        }
        if (from == DType.BOOL) {
            return in(Register.of(to), x);
        }
        if (to.isFloat()) {
            return from.isFloat() ? betweenFloats(block, from, to, x) : toFloat(block, from, to, x);
        }
        return from.isFloat() ? toInteger(to, x) : betweenIntegers(from, to, x);
    }

    private static Expression in(Register register, Expression x) {
        return x.register() == register ? x : new Convert(register, x);
    }

    private static @Nullable Expression betweenFloats(Block block, DType from, DType to, Expression x) {
        if (to == DType.F32 || to == DType.F64) {
            return in(Register.of(to), x);
        }
        return from == DType.F64 ? null : Halves.round(block, to, x);
    }

    private static @Nullable Expression toFloat(Block block, DType from, DType to, Expression x) {
        if (from == DType.U64) {
            return null;
        }
        Expression exact = from == DType.U32 ? Elementwise.unsigned(x) : x;
        return switch (to) {
            case F32, F64 -> in(Register.of(to), exact);
            // As f32 these are exact, or beyond the halves.
            case F16 -> Halves.round(block, to, in(Register.F32, exact));
            case BF16 -> from.bytes() <= 2
                    ? Halves.round(block, to, in(Register.F32, exact)) : null;
            case I8, U8, U16, U32, U64, I16, I32, I64, BOOL, C64, C128 -> null;
        };
    }

    private static @Nullable Expression toInteger(DType to, Expression x) {
        return switch (to) {
            case I32, I64 -> in(Register.of(to), x);
            case I8, U8, I16, U16 -> new Binary(MAX, new Binary(MIN, new Convert(Register.I32, x),
                    Constant.of(to.greatest().intValue())), Constant.of(to.least().intValue()));
            case U32 -> new Convert(Register.I32, new Binary(MAX, new Binary(MIN,
                    new Convert(Register.I64, x), Constant.of(0xffffffffL)), Constant.of(0L)));
            case U64, BOOL, F32, F64, F16, BF16, C64, C128 -> null;
        };
    }

    private static Expression betweenIntegers(DType from, DType to, Expression x) {
        Register register = Register.of(to);
        if (Register.of(from) == register) {
            return Elementwise.wrap(to, x);
        }
        return from == DType.U32 ? Elementwise.unsigned(x)
                : Elementwise.wrap(to, new Convert(register, x));
    }

    /** The same bits as another dtype's, of the same width. */
    static @Nullable Expression bitcast(Block block, DType from, DType to, Expression x) {
        if (from == to) {
            return x;
        }
        if (from == DType.BOOL || to == DType.BOOL || to.isComplex()) {
            return null;
        }
        Expression bits = !from.isFloat() ? x
                : from.bytes() == 2 ? Halves.toBits(block, from, x)
                : new Reinterpret(from == DType.F64 ? Register.I64 : Register.I32, x);
        return !to.isFloat() ? Elementwise.wrap(to, bits)
                : to.bytes() == 2 ? Halves.fromBits(block, to, block.let(bits))
                : new Reinterpret(Register.of(to), bits);
    }

    /** A position as a number of a dtype. */
    static Expression line(Block block, DType dtype, Place place) {
        Expression index = new Expression.Index(place);
        if (dtype != DType.I64 && dtype != DType.U64) {
            index = block.let(new Expression.Convert(Register.I32, index));
        }
        if (dtype == DType.BF16) {
            return block.let(Halves.round(block, dtype, new Expression.Convert(Register.F32, index)));
        }
        DType from = index.register() == Register.I64 ? DType.I64 : DType.I32;
        return block.let(Objects.requireNonNull(convert(block, from, dtype, index)));
    }
}

package ricci.compiler;

import static ricci.loop.Expression.Binary.Function.ADD;
import static ricci.loop.Expression.Binary.Function.AND;
import static ricci.loop.Expression.Binary.Function.MUL;
import static ricci.loop.Expression.Binary.Function.OR;
import static ricci.loop.Expression.Binary.Function.SHIFT_LEFT;
import static ricci.loop.Expression.Binary.Function.SHIFT_RIGHT;
import static ricci.loop.Expression.Binary.Function.SUB;

import ricci.ir.DType;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Reinterpret;
import ricci.loop.Expression.Select;
import ricci.loop.Register;

/**
 * The floats of 16 bits, which lie in memory as their bits and are computed with as f32. Every result is
 * rounded to them at once: of sums, products, quotients and roots that gives what rounding the exact value
 * gives, as f32 has more than twice their digits and two more (Figueroa 1995).
 */
final class Halves {
    private Halves() {}

    /** The value of an element that was loaded as its bits. */
    static Expression fromBits(Block block, DType dtype, Expression bits) {
        Expression b = block.let(bits);
        return dtype == DType.BF16
                ? new Reinterpret(Register.F32, new Binary(SHIFT_LEFT, b, Constant.of(16)))
                : fromHalf(block, b);
    }

    /** The bits, in the low half of an i32, of an f32 that is a value of the dtype or is rounded to one. */
    static Expression toBits(Block block, DType dtype, Expression x) {
        return dtype == DType.BF16 ? toBrain(block, x) : toHalf(block, x);
    }

    /** An f32 rounded to a value of the dtype. */
    static Expression round(Block block, DType dtype, Expression x) {
        return fromBits(block, dtype, toBits(block, dtype, x));
    }

    private static Expression toBrain(Block block, Expression x) {
        Expression bits = block.let(new Reinterpret(Register.I32, block.let(x)));
        Expression odd = new Binary(AND, new Binary(SHIFT_RIGHT, bits, Constant.of(16)), Constant.of(1));
        Expression rounded = new Binary(ADD, bits, new Binary(ADD, odd, Constant.of(0x7fff)));
        Expression isNan = new Compare(Compare.Relation.LT, Constant.of(0x7f800000),
                new Binary(AND, bits, Constant.of(0x7fffffff)));
        // A NaN keeps its sign, and stays one whatever of its payload is cut off.
        Expression nan = new Binary(OR, bits, Constant.of(0x00400000));
        return new Binary(SHIFT_RIGHT, new Select(isNan, nan, rounded), Constant.of(16));
    }

    /**
     * Exponent and fraction move into place, and a product with a power of two mends the exponent's bias and
     * makes subnormals of what is too small.
     */
    private static Expression fromHalf(Block block, Expression bits) {
        Expression magnitude = block.let(new Binary(SHIFT_LEFT,
                new Binary(AND, bits, Constant.of(0x7fff)), Constant.of(13)));
        Expression scaled = new Binary(MUL, new Reinterpret(Register.F32, magnitude), Constant.of(0x1p112f));
        Expression special = new Reinterpret(Register.F32, new Binary(OR, magnitude,
                Constant.of(0x7f800000)));
        Expression isSpecial = new Compare(Compare.Relation.LE, Constant.of(0x7c00 << 13), magnitude);
        Expression sign = new Binary(SHIFT_LEFT, new Binary(AND, bits, Constant.of(0x8000)), Constant.of(16));
        return new Reinterpret(Register.F32, new Binary(OR, sign,
                new Reinterpret(Register.I32, new Select(isSpecial, special, scaled))));
    }

    private static Expression toHalf(Block block, Expression x) {
        Expression bits = block.let(new Reinterpret(Register.I32, block.let(x)));
        Expression magnitude = block.let(new Binary(AND, bits, Constant.of(0x7fffffff)));
        // Normal halves: round to nearest, ties to even, on the bits; a carry runs into the exponent rightly.
        Expression odd = new Binary(AND, new Binary(SHIFT_RIGHT, magnitude, Constant.of(13)), Constant.of(1));
        Expression normal = new Binary(SHIFT_RIGHT, new Binary(SUB,
                new Binary(ADD, magnitude, new Binary(ADD, odd, Constant.of(0xfff))), Constant.of(112 << 23)),
                Constant.of(13));
        // Subnormal ones: the sum with 1/2 has the last bit of a subnormal half as its own last bit.
        Expression small = new Binary(SUB, new Reinterpret(Register.I32, new Binary(ADD,
                new Reinterpret(Register.F32, magnitude), Constant.of(0.5f))), Constant.of(0x3f000000));
        Expression isSmall = new Compare(Compare.Relation.LT, magnitude, Constant.of(113 << 23));
        Expression finite = new Select(isSmall, small, normal);
        // From 65,520 on it rounds to infinity; NaN stays one.
        Expression isHuge = new Compare(Compare.Relation.LE, Constant.of(0x477ff000), magnitude);
        Expression isNan = new Compare(Compare.Relation.LT, Constant.of(0x7f800000), magnitude);
        Expression huge = new Select(isNan, Constant.of(0x7e00), Constant.of(0x7c00));
        Expression sign = new Binary(AND, new Binary(SHIFT_RIGHT, bits, Constant.of(16)),
                Constant.of(0x8000));
        return new Binary(OR, sign, new Select(isHuge, huge, finite));
    }
}

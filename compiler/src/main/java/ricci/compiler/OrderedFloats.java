package ricci.compiler;

import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Reinterpret;
import ricci.loop.Register;

/**
 * Floats as integers in the order in which extremes are sought: -0 below 0, and every NaN beyond what is the
 * neutral element's opposite, so that it comes out. To fold integers takes one instruction, which the next
 * fold waits for; to fold floats so takes six.
 *
 * <p>The bits of positive floats are in order as integers, those of negative ones in the reverse order. What
 * then is left is to turn the circle of all integers until the neutral element is the last of them: minus
 * infinity the least, for the greatest of floats, and infinity the greatest, for the least.
 */
final class OrderedFloats {
    /** As many floats lie beyond each infinity: the kinds of NaN. */
    private static final long NANS = 0x7fffff;
    /** Elements of which it is worth while to turn them into integers, and their extreme back. */
    private static final long MANY = 32;

    private OrderedFloats() {}

    /** The dtype in which a reduction of so many elements is accumulated. */
    static DType accumulated(Monoid monoid, DType dtype, long count) {
        return are(monoid, dtype, count) ? DType.I32 : dtype;
    }

    /** An element as it is accumulated. */
    static Expression ordered(Block block, Monoid monoid, DType dtype, long count, Expression x) {
        return !are(monoid, dtype, count) ? x : new Binary(toTheEnd(monoid),
                Elementwise.totalOrder(block, x), Constant.of(Register.I32, NANS));
    }

    /** The element that was accumulated. */
    static Expression element(Block block, Monoid monoid, DType dtype, long count, Expression accumulated) {
        return !are(monoid, dtype, count) ? accumulated : new Reinterpret(Register.F32,
                Elementwise.negativesReversed(block, new Binary(back(monoid), accumulated,
                        Constant.of(Register.I32, NANS))));
    }

    private static boolean are(Monoid monoid, DType dtype, long count) {
        return (monoid == Monoid.MAX || monoid == Monoid.MIN) && Register.of(dtype) == Register.F32
                && count >= MANY;
    }

    private static Binary.Function toTheEnd(Monoid monoid) {
        return monoid == Monoid.MAX ? Binary.Function.SUB : Binary.Function.ADD;
    }

    private static Binary.Function back(Monoid monoid) {
        return monoid == Monoid.MAX ? Binary.Function.ADD : Binary.Function.SUB;
    }
}

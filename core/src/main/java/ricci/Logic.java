package ricci;

import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Op.Binary.Function;

/** Truths and bits: what holds of elements, and of whole tensors. */
public final class Logic {
    private Logic() {}

    /** Whether both are true, or not zero. */
    public static Tensor logicalAnd(Tensor x, Tensor y) {
        return Elementwise.binary(Function.AND, x.to(DType.BOOL), y.to(DType.BOOL));
    }

    /** Whether any of the two is true, or not zero. */
    public static Tensor logicalOr(Tensor x, Tensor y) {
        return Elementwise.binary(Function.OR, x.to(DType.BOOL), y.to(DType.BOOL));
    }

    /** Whether one of the two is true, or not zero, and the other is not. */
    public static Tensor logicalXor(Tensor x, Tensor y) {
        return Elementwise.binary(Function.XOR, x.to(DType.BOOL), y.to(DType.BOOL));
    }

    /** Whether it is false, or zero. */
    public static Tensor logicalNot(Tensor x) {
        return Elementwise.unary(Op.Unary.Function.NOT, x.to(DType.BOOL));
    }

    /** The bits that both have; of bools, whether both hold. */
    public static Tensor bitwiseAnd(Tensor x, Tensor y) {
        return Elementwise.binary(Function.AND, x, y);
    }

    /** The bits that any of the two has. */
    public static Tensor bitwiseOr(Tensor x, Tensor y) {
        return Elementwise.binary(Function.OR, x, y);
    }

    /** The bits in which the two differ. */
    public static Tensor bitwiseXor(Tensor x, Tensor y) {
        return Elementwise.binary(Function.XOR, x, y);
    }

    /** All bits turned; of bools, the negation. */
    public static Tensor bitwiseNot(Tensor x) {
        return Elementwise.unary(Op.Unary.Function.NOT, x);
    }

    /** The bits moved up by {@code y} places, zeros coming in. */
    public static Tensor leftShift(Tensor x, Tensor y) {
        return Elementwise.binary(Function.SHIFT_LEFT, x, y);
    }

    /** The bits moved down by {@code y} places: divided by a power of two, towards minus infinity. */
    public static Tensor rightShift(Tensor x, Tensor y) {
        boolean unsigned = DType.promote(x.dtype(), y.dtype()).least().doubleValue() == 0;
        return Elementwise.binary(
                unsigned ? Function.SHIFT_RIGHT_LOGICAL : Function.SHIFT_RIGHT_ARITHMETIC, x, y);
    }

    // ---- floats that are no numbers ----

    public static Tensor isNaN(Tensor x) {
        Elementwise.requirePresent("isNaN", x);
        return x.ne(x);
    }

    public static Tensor isInf(Tensor x) {
        return isFloat(x) ? x.abs().eq(Double.POSITIVE_INFINITY) : never(x);
    }

    /** Whether it, or each of its parts, is neither infinite nor NaN. */
    public static Tensor isFinite(Tensor x) {
        if (x.dtype().isComplex()) {
            return logicalAnd(isFinite(x.real()), isFinite(x.imag()));
        }
        return isFloat(x) ? Elementwise.one(new Op.IsFinite(), x) : logicalNot(never(x));
    }

    public static Tensor isPosInf(Tensor x) {
        return isFloat(x) ? x.eq(Double.POSITIVE_INFINITY) : never(x);
    }

    public static Tensor isNegInf(Tensor x) {
        return isFloat(x) ? x.eq(Double.NEGATIVE_INFINITY) : never(x);
    }

    /** Whether the sign is minus, that of -0 and of NaN included. */
    public static Tensor signBit(Tensor x) {
        Elementwise.requirePresent("signBit", x);
        if (!isFloat(x)) {
            return x.lt(0);
        }
        DType bits = switch (x.dtype().bytes()) {
            case 2 -> DType.I16;
            case 4 -> DType.I32;
            default -> DType.I64;
        };
        return Elementwise.one(new Op.Bitcast(bits), x).lt(0);
    }

    private static boolean isFloat(Tensor x) {
        return x.dtype().isFloat();
    }

    private static Tensor never(Tensor x) {
        return Trace.fill(x.type().with(DType.BOOL), 0);
    }

    // ---- equality ----

    /**
     * Whether {@code |x - y| ≤ atol + rtol·|y|}; equal infinities are close, NaN is close to none unless
     * {@code equalNaN}.
     */
    public static Tensor isClose(Tensor x, Tensor y, double rtol, double atol, boolean equalNaN) {
        DType dtype = DType.promote(DType.promote(x.dtype(), y.dtype()), DType.F32);
        Tensor a = x.to(dtype);
        Tensor b = y.to(dtype);
        Tensor near = logicalAnd(a.sub(b).abs().le(b.abs().mul(rtol).add(atol)), isFinite(b));
        Tensor close = logicalOr(near, a.eq(b));
        return equalNaN ? logicalOr(close, logicalAnd(isNaN(a), isNaN(b))) : close;
    }

    /** As the general one, with relative distance 1e-5 and absolute distance 1e-8. */
    public static Tensor isClose(Tensor x, Tensor y) {
        return isClose(x, y, 1e-5, 1e-8, false);
    }

    /** Whether all elements are {@linkplain #isClose(Tensor, Tensor) close}; reads values. */
    public static boolean allClose(Tensor x, Tensor y) {
        return allClose(x, y, 1e-5, 1e-8);
    }

    /** Whether all elements are within the distances; reads values. */
    public static boolean allClose(Tensor x, Tensor y, double rtol, double atol) {
        return isClose(x, y, rtol, atol, false).all().item() != 0;
    }

    /** Whether shapes and all elements are equal; reads values. */
    public static boolean arrayEqual(Tensor x, Tensor y) {
        return x.shape().equals(y.shape()) && x.eq(y).all().item() != 0;
    }
}

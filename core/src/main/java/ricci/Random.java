package ricci;

import java.util.List;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Op.Binary.Function;
import ricci.ir.RicciException;
import ricci.ir.TensorType;

/**
 * Random tensors, each a pure function of a {@link Key}. Bits, and what is made of bits alone, equal JAX's.
 */
public final class Random {
    private Random() {}

    /** Uniform in [0, 1), f32. */
    public static Tensor uniform(Key key, long... lengths) {
        return uniform(key, DType.F32, 0, 1, lengths);
    }

    /** Uniform in [least, limit), of a float dtype. */
    public static Tensor uniform(Key key, DType dtype, double least, double limit, long... lengths) {
        // Random mantissa bits under the exponent of 1 give a number in [1, 2).
        Tensor mantissa = switch (dtype) {
            case F32 -> mantissa(key.bits(DType.I32, lengths), 9, 0x3f800000L);
            case F64 -> mantissa(key.bits(DType.I64, lengths), 12, 0x3ff0000000000000L);
            case F16 -> mantissa(key.bits(DType.I16, lengths), 6, 0x3c00L);
            case BF16 -> mantissa(key.bits(DType.U8, lengths).to(DType.I16), 1, 0x3f80L);
            case I8, U8, I16, I32, I64, BOOL, C64, C128 ->
                    throw new RicciException.DataType("draw uniform floats", dtype.toString(),
                    "uniform numbers are floats", "use a float dtype, or key.bits for integers");
        };
        Tensor unit = Elementwise.one(new Op.Bitcast(dtype), mantissa).sub(1);
        double range = dtype.round(dtype.round(limit) - dtype.round(least));
        return unit.mul(range).add(least).maximum(least);
    }

    /** Standard normal, f32. */
    public static Tensor normal(Key key, long... lengths) {
        return normal(key, DType.F32, lengths);
    }

    /** Standard normal, of a float dtype. */
    public static Tensor normal(Key key, DType dtype, long... lengths) {
        double aboveMinusOne = switch (dtype) {
            case F64 -> Math.nextUp(-1.0);
            case F32 -> Math.nextUp(-1f);
            case F16 -> -1 + 0x1p-11;
            case BF16, I8, U8, I16, I32, I64, BOOL, C64, C128 -> -1 + 0x1p-8;
        };
        return Ricci.erfInv(uniform(key, dtype, aboveMinusOne, 1, lengths)).mul(Math.sqrt(2));
    }

    /** The integers below {@code count} in random order, i32. */
    public static Tensor permutation(Key key, int count) {
        // Keys of 32 bits collide; as many rounds as make every order equally likely up to count^-3.
        int rounds = (int) Math.ceil(3 * Math.log(Math.max(1, count)) / Math.log(0xffffffffL));
        Tensor order = Ricci.arange(count);
        Tensor signBit = Ricci.full(TensorType.of(DType.I32, count), Integer.MIN_VALUE);
        Key rest = key;
        for (int round = 0; round < rounds; round++) {
            List<Key> keys = rest.split(2);
            rest = keys.getFirst();
            // Sorted as unsigned numbers: with the sign bit flipped, signed order is unsigned order.
            Tensor bits = Elementwise.binary(Function.XOR, keys.getLast().bits(DType.I32, count), signBit);
            order = Trace.apply(new Op.Sort(0, 1), List.of(bits, order)).getLast();
        }
        return order;
    }

    private static Tensor mantissa(Tensor bits, int shift, long exponentOfOne) {
        Tensor shifted = Key.shifted(Function.SHIFT_RIGHT_LOGICAL, bits, shift);
        return Elementwise.binary(Function.OR, shifted, Ricci.full(bits.type(), exponentOfOne));
    }
}

package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import ricci.ir.Atom;
import ricci.ir.ComplexNumber;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Tensors of values among which are all special ones, and their comparison to the bit. */
final class Bits {
    private static final double[] SPECIAL = {0, -0.0, 1, -1, 2, -3, 0.5, 1.5, 2.5, -0.5, Double.NaN,
        Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, -Float.MIN_VALUE, 0x1p-24,
        Float.MIN_NORMAL, Double.MAX_VALUE, -Float.MAX_VALUE, 65504, 1e-300, 1e30};

    private Bits() {}

    static List<Buffer> draw(Random random, List<TensorType> types) {
        return types.stream().map(type -> draw(random, type)).toList();
    }

    static Buffer draw(Random random, TensorType type) {
        int count = Math.toIntExact(type.shape().size());
        if (type.dtype().isComplex()) {
            return Buffer.ofComplexes(type.dtype(), floats(random, 2 * count));
        }
        if (type.dtype().isFloat()) {
            return Buffer.ofReals(type.dtype(), floats(random, count));
        }
        long[] data = new long[count];
        Arrays.setAll(data, _ -> integer(random, type.dtype()));
        return Buffer.ofIntegers(type.dtype(), data);
    }

    private static double[] floats(Random random, int count) {
        double[] data = new double[count];
        Arrays.setAll(data, _ -> real(random));
        return data;
    }

    private static double real(Random random) {
        return random.nextBoolean() ? SPECIAL[random.nextInt(SPECIAL.length)] : random.nextGaussian() * 3;
    }

    private static long integer(Random random, DType dtype) {
        long[] special = {0, 1, -1, 2, 3, dtype.least().longValue(), dtype.greatest().longValue(), 7};
        return random.nextInt(3) > 0 ? special[random.nextInt(special.length)] : random.nextLong();
    }

    /** A literal of one of these values. */
    static Atom literal(Random random, TensorType type) {
        DType dtype = type.dtype();
        if (dtype.isComplex()) {
            return new Atom.Literal(type, ComplexNumber.of(real(random), real(random)));
        }
        if (dtype.isFloat()) {
            return new Atom.Literal(type, real(random));
        }
        long x = dtype.wrap(integer(random, dtype));
        return new Atom.Literal(type, dtype == DType.U64
                ? new BigInteger(Long.toUnsignedString(x)) : BigInteger.valueOf(x));
    }

    /** Both programs give the same of some values: each element the same bits, or NaN in both. */
    static void assertSame(Random random, Program before, Program after) {
        assertSame(before, after, draw(random, before.inputTypes()));
    }

    /** The same, of these values. */
    static void assertSame(Program before, Program after, List<Buffer> x) {
        assertEquals(before.inputTypes(), after.inputTypes());
        assertEquals(before.resultTypes(), after.resultTypes());
        List<Buffer> expected = Eval.run(before, x);
        List<Buffer> actual = Eval.run(after, x);
        for (int i = 0; i < expected.size(); i++) {
            int result = i;
            assertSame(expected.get(i), actual.get(i), () -> "result " + result + " of\n" + before
                    + "\n, now\n" + after);
        }
    }

    private static void assertSame(Buffer expected, Buffer actual, Supplier<String> where) {
        DType dtype = expected.dtype();
        assertEquals(dtype, actual.dtype());
        if (dtype.isComplex()) {
            assertArrayEquals(bits(expected.complexes()), bits(actual.complexes()), where);
        } else if (dtype.isFloat()) {
            assertArrayEquals(bits(expected.reals()), bits(actual.reals()), where);
        } else {
            assertArrayEquals(expected.integers(), actual.integers(), where);
        }
    }

    /** All NaNs are one. */
    private static long[] bits(double[] values) {
        return Arrays.stream(values).mapToLong(Double::doubleToLongBits).toArray();
    }
}

package ricci.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import ricci.JaxAnswers;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.OpText;
import ricci.ir.TensorType;

/** What the elementwise primitives do to one element, corner cases included: as in JAX. */
class ScalarsTest {
    /** These are exact; the others may differ by what two mathematical libraries differ. */
    private static final List<String> EXACT =
            List.of("neg", "abs", "sign", "floor", "ceil", "round", "trunc", "nextafter", "sqrt", "add", "sub",
            "mul", "div", "rem", "max", "min");

    /** Their oracle is {@link SpecialValuesTest}. */
    private static final List<Op.Unary.Function> SPECIAL = List.of(Op.Unary.Function.TRUNC,
            Op.Unary.Function.EXP2, Op.Unary.Function.ASINH, Op.Unary.Function.ACOSH, Op.Unary.Function.LGAMMA,
            Op.Unary.Function.DIGAMMA, Op.Unary.Function.ERFC, Op.Unary.Function.BESSEL_I0E,
            Op.Unary.Function.BESSEL_I1E, Op.Unary.Function.ATANH);

    @TestFactory
    List<DynamicTest> unary() {
        return List.of(Op.Unary.Function.values()).stream()
                .filter(f -> f.compareTo(Op.Unary.Function.NOT) < 0 && !SPECIAL.contains(f))
                .map(f -> DynamicTest.dynamicTest(f.toString(), () ->
                        check("unary", new Op.Unary(f), List.of(JaxAnswers.of("unary/x", DType.F64)))))
                                .toList();
    }

    @TestFactory
    List<DynamicTest> binary() {
        return List.of(Op.Binary.Function.values()).stream()
                .filter(f -> f.compareTo(Op.Binary.Function.NEXTAFTER) < 0)
                .map(f -> DynamicTest.dynamicTest(f.toString(), () -> check("binary", new Op.Binary(f),
                        List.of(JaxAnswers.of("binary/a", DType.F64),
                        JaxAnswers.of("binary/b", DType.F64))))).toList();
    }

    @TestFactory
    List<DynamicTest> integers() {
        return List.of(DType.I8, DType.U8, DType.I16, DType.I32, DType.I64).stream().flatMap(dtype ->
                List.of(Op.Binary.Function.values()).stream()
                        .filter(f -> f.compareTo(Op.Binary.Function.POW) < 0
                                || (f.compareTo(Op.Binary.Function.AND) >= 0
                                && f != Op.Binary.Function.MULHI))
                        .map(f -> DynamicTest.dynamicTest(dtype + " " + f, () -> integers(dtype, f))))
                        .toList();
    }

    private static void integers(DType dtype, Op.Binary.Function f) {
        Tensor a = JaxAnswers.of("integer/a", dtype);
        Tensor b = JaxAnswers.of("integer/b", dtype);
        Op op = new Op.Binary(f);
        long[] actual = Eval.apply(op, List.of(a.type(), b.type()), List.of(a.buffer(), b.buffer()))
                .getFirst().integers();
        long[] expected = JaxAnswers.of("integer/" + OpText.name(op), dtype).toLongs();
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], f + " of " + a.toLongs()[i] + " and " + b.toLongs()[i]);
        }
    }

    private static void check(String family, Op op, List<Tensor> x) {
        String name = OpText.name(op);
        double[] expected = JaxAnswers.of(family + "/" + name, DType.F64).toDoubles();
        double[] actual = Eval.apply(op, x.stream().map(Tensor::type).toList(), x.stream()
                .map(Tensor::buffer).toList())
                .getFirst().reals();
        for (int i = 0; i < expected.length; i++) {
            int place = i;
            List<Double> operands = x.stream().map(t -> t.toDoubles()[place]).toList();
            // JAX's own inverse error function is a polynomial with eleven good digits in the tail.
            double relative = EXACT.contains(name) ? 0 : name.equals("erfInv") ? 1e-11 : 4e-15;
            double tolerance = Double.isFinite(expected[i]) ? relative * Math.abs(expected[i]) : 0;
            assertEquals(expected[i], actual[i], tolerance, name + " of " + operands);
        }
    }

    /** Against big integers. */
    @Property
    void unsignedArithmeticIsExact(@ForAll long x, @ForAll long y) {
        for (DType dtype : List.of(DType.U8, DType.U16, DType.U32, DType.U64)) {
            BigInteger modulus = BigInteger.TWO.pow(8 * dtype.bytes());
            BigInteger a = BigInteger.valueOf(x).mod(modulus);
            BigInteger b = BigInteger.valueOf(y).mod(modulus);
            assertUnsigned(dtype, Op.Binary.Function.ADD, a, b, a.add(b).mod(modulus));
            assertUnsigned(dtype, Op.Binary.Function.SUB, a, b, a.subtract(b).mod(modulus));
            assertUnsigned(dtype, Op.Binary.Function.MUL, a, b, a.multiply(b).mod(modulus));
            assertUnsigned(dtype, Op.Binary.Function.MULHI, a, b, a.multiply(b).divide(modulus));
            assertUnsigned(dtype, Op.Binary.Function.MAX, a, b, a.max(b));
            assertUnsigned(dtype, Op.Binary.Function.MIN, a, b, a.min(b));
            boolean isZero = b.signum() == 0;
            assertUnsigned(dtype, Op.Binary.Function.DIV, a, b,
                    isZero ? modulus.subtract(BigInteger.ONE) : a.divide(b));
            assertUnsigned(dtype, Op.Binary.Function.REM, a, b, isZero ? a : a.mod(b));
            BigInteger small = b.mod(BigInteger.valueOf(100));
            assertUnsigned(dtype, Op.Binary.Function.POW, a, small, a.modPow(small, modulus));
            assertUnsigned(dtype, Op.Binary.Function.SHIFT_RIGHT_LOGICAL, a, BigInteger.valueOf(3),
                    a.shiftRight(3));
        }
    }

    private static void assertUnsigned(DType dtype, Op.Binary.Function f, BigInteger a, BigInteger b,
            BigInteger expected) {
        TensorType type = TensorType.of(dtype);
        long actual = Eval.apply(new Op.Binary(f), List.of(type, type),
                List.of(Buffer.ofIntegers(dtype, new long[] {a.longValue()}),
                        Buffer.ofIntegers(dtype, new long[] {b.longValue()}))).getFirst().integers()[0];
        assertEquals(expected.toString(), dtype.digits(actual), dtype + " " + f + " of " + a + " and " + b);
    }

    @Test
    void powersOfIntegersWithNegativeExponents() {
        Tensor x = ricci.Ricci.tensor(new int[] {0, 1, -1, -1, 2, -7});
        Tensor y = ricci.Ricci.tensor(new int[] {-1, -5, -5, -4, -1, -2});
        assertArrayEquals(new int[] {-1, 1, -1, 1, 0, 0}, x.pow(y).toInts());
        assertArrayEquals(new int[] {0, 1, -1, -1, 8, -343}, x.pow(3).toInts());
    }

    @Test
    void conversionsAreThoseOfJax() {
        Tensor x = JaxAnswers.of("convert/x", DType.F64);
        List<DType> compared = List.of(DType.values()).stream()
                .filter(d -> !d.isComplex() && (!d.isUnsigned() || d == DType.U8)).toList();
        for (DType dtype : compared) {
            if (dtype != DType.F64) {
                converted(x, JaxAnswers.of("convert/from-f64", dtype));
            }
        }
        Tensor i = JaxAnswers.of("convert/i", DType.I64);
        for (DType dtype : compared) {
            if (dtype != DType.I64) {
                converted(i, JaxAnswers.of("convert/from-i64", dtype));
            }
        }
    }

    private static void converted(Tensor x, Tensor expected) {
        double[] actual = x.to(expected.dtype()).toDoubles();
        for (int i = 0; i < actual.length; i++) {
            assertEquals(expected.toDoubles()[i], actual[i], 0, expected.dtype() + " of " + x.toDoubles()[i]);
        }
    }

    @Test
    void theLogisticFunctionIsRightInItsTail() {
        assertEquals(Math.exp(-720), ricci.Ricci.sigmoid(ricci.Ricci.tensor(-720.0)).item(), 0);
        assertEquals(1, ricci.Ricci.sigmoid(ricci.Ricci.tensor(720.0)).item(), 0);
        assertTrue(Double.isNaN(ricci.Ricci.sigmoid(ricci.Ricci.tensor(Double.NaN)).item()));
    }

    @Test
    void complementFlipsEveryBit() {
        Tensor x = JaxAnswers.of("integer/a", DType.U8);
        long[] actual = Eval.apply(new Op.Unary(Op.Unary.Function.NOT), List.of(x.type()),
                List.of(x.buffer())).getFirst()
                .integers();
        for (int i = 0; i < actual.length; i++) {
            assertEquals(255 - x.toLongs()[i], actual[i]);
        }
        assertTrue(actual.length > 0);
    }
}

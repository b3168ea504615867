package ricci.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import ricci.JaxAnswers;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.OpText;

/** What the elementwise primitives do to one element, corner cases included: as in JAX. */
class ScalarsTest {
    /** These are exact; the others may differ by what two mathematical libraries differ. */
    private static final List<String> EXACT =
            List.of("neg", "abs", "sign", "floor", "ceil", "round", "sqrt", "add", "sub",
            "mul", "div", "rem", "max", "min");

    @TestFactory
    List<DynamicTest> unary() {
        return List.of(Op.Unary.Function.values()).stream().filter(f -> f != Op.Unary.Function.NOT)
                .map(f -> DynamicTest.dynamicTest(f.toString(), () ->
                        check("unary", new Op.Unary(f), List.of(JaxAnswers.of("unary/x", DType.F64)))))
                                .toList();
    }

    @TestFactory
    List<DynamicTest> binary() {
        return List.of(Op.Binary.Function.values()).stream()
                .filter(f -> f.compareTo(Op.Binary.Function.AND) < 0)
                .map(f -> DynamicTest.dynamicTest(f.toString(), () -> check("binary", new Op.Binary(f),
                        List.of(JaxAnswers.of("binary/a", DType.F64),
                        JaxAnswers.of("binary/b", DType.F64))))).toList();
    }

    @TestFactory
    List<DynamicTest> integers() {
        return List.of(DType.I8, DType.U8, DType.I16, DType.I32, DType.I64).stream().flatMap(dtype ->
                List.of(Op.Binary.Function.values()).stream()
                        .filter(f -> f != Op.Binary.Function.POW && f != Op.Binary.Function.ATAN2)
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

    @Test
    void conversionsAreThoseOfJax() {
        Tensor x = JaxAnswers.of("convert/x", DType.F64);
        for (DType dtype : DType.values()) {
            if (dtype != DType.F64 && !dtype.isComplex()) {
                converted(x, JaxAnswers.of("convert/from-f64", dtype));
            }
        }
        Tensor i = JaxAnswers.of("convert/i", DType.I64);
        for (DType dtype : DType.values()) {
            if (dtype != DType.I64 && !dtype.isComplex()) {
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

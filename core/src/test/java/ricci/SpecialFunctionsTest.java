package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Derivatives.hessian;
import static ricci.Derivatives.valueAndGrad2;
import static ricci.Ricci.grad;
import static ricci.Ricci.tensor;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import ricci.ir.DType;

/** Functions of several operands have one dtype, and logarithms that count nothing spoil nothing. */
class SpecialFunctionsTest {
    private static final Map<String, Fn2<Tensor, Tensor, Tensor>> OF_TWO = Map.of(
            "hypot", Arithmetic::hypot, "logAddExp", Arithmetic::logAddExp,
            "logAddExp2", Arithmetic::logAddExp2, "copySign", Arithmetic::copySign,
            "betaln", SpecialFunctions::betaln, "xlogy", SpecialFunctions::xlogy,
            "xlog1py", SpecialFunctions::xlog1py, "atan2", SpecialFunctions::atan2,
            "average", (x, y) -> Statistics.average(x, y, 0), "interp", (x, y) -> Arithmetic.interp(x, y, y));
    private static final List<DType> REAL = List.of(DType.BOOL, DType.I8, DType.U8, DType.I16, DType.U16,
            DType.I32, DType.U32, DType.I64, DType.U64, DType.F16, DType.BF16, DType.F32, DType.F64);

    @TestFactory
    List<DynamicTest> operandsArePromotedBeforeTheyBecomeFloats() {
        return OF_TWO.entrySet().stream().map(f -> DynamicTest.dynamicTest(f.getKey(), () -> {
            for (DType a : REAL) {
                for (DType b : REAL) {
                    Tensor result = f.getValue().apply(tensor(new double[] {1, 1}).to(a),
                            tensor(new double[] {1, 1}).to(b));
                    assertEquals(DType.promote(a, b).toFloat(), result.dtype(), a + " and " + b);
                }
            }
        })).toList();
    }

    @Test
    void solutionsArePromotedToo() {
        Tensor a = Ricci.eye(2);
        assertEquals(DType.F32, Linalg.solve(a.to(DType.F32), a.to(DType.I64)).dtype());
        assertEquals(DType.F64, Linalg.solve(a.to(DType.I64), a.to(DType.F64)).dtype());
    }

    /** As JAX has them. */
    @Test
    void slopesOfProductsWithLogarithmsAtZero() {
        Tensor zero = tensor(0.0);
        assertSlopes(0, Math.log(2), 0, valueAndGrad2(SpecialFunctions::xlogy).apply(zero, tensor(2.0)));
        assertSlopes(0, Math.log(3), 0, valueAndGrad2(SpecialFunctions::xlog1py).apply(zero, tensor(2.0)));
        assertSlopes(0, Double.NEGATIVE_INFINITY, Double.NaN,
                valueAndGrad2(SpecialFunctions::xlogy).apply(zero, zero));
        assertSlopes(2 * Math.log(3), Math.log(3), 2 / 3.0,
                valueAndGrad2(SpecialFunctions::xlogy).apply(tensor(2.0), tensor(3.0)));
        assertTrue(Double.isNaN(grad((Tensor x) -> SpecialFunctions.xlogy(x, x)).apply(zero).item()));
        assertEquals(Double.POSITIVE_INFINITY, grad(SpecialFunctions::entr).apply(zero).item());
        assertEquals(-1, grad(SpecialFunctions::entr).apply(tensor(1.0)).item());
        Tensor h = hessian((Tensor v) -> SpecialFunctions.xlogy(v.get(0), v.get(1))).apply(
                tensor(new double[] {0, 2}));
        assertArrayEquals(new double[] {0, 0.5, 0.5, 0}, h.toDoubles());
    }

    private static void assertSlopes(double value, double byX, double byY,
            ValueAndGrad<Pair<Tensor, Tensor>> actual) {
        assertEquals(value, actual.value().item(), 1e-15);
        assertEquals(byX, actual.grad().first().item(), 1e-15);
        assertEquals(byY, actual.grad().second().item(), 1e-15);
    }

    @Test
    void entropyIsOfProbabilities() {
        assertArrayEquals(new double[] {Double.NEGATIVE_INFINITY, 0, -2 * Math.log(2)},
                SpecialFunctions.entr(tensor(new double[] {-1, 0, 2})).toDoubles(), 1e-15);
    }
}

package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;

import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.RicciException;

/** Complex tensors as users meet them; values of derivatives are those of JAX. */
class ComplexTest {
    private static Tensor z(double re, double im) {
        return Complex.tensor(new double[] {re}, new double[] {im}).reshape();
    }

    private static void assertIs(double re, double im, Tensor actual) {
        assertArrayEquals(new double[] {re, im}, actual.buffer().complexes(), 1e-14);
    }

    @Test
    void arithmetic() {
        Tensor a = z(1, 2);
        assertIs(-3, 4, a.mul(a));
        assertIs(0.2, -0.4, tensor(1.0).div(a));
        assertIs(1, 3, a.add(Complex.number(0, 1)));
        assertIs(0, 1, z(-1, 0).sqrt());
        assertEquals(Math.sqrt(5), a.abs().item());
        assertEquals(DType.F64, a.abs().dtype());
        assertEquals(Math.atan2(2, 1), Complex.angle(a).item());
        assertIs(0, 2, Complex.polar(tensor(2.0), tensor(Math.PI / 2)));
        assertEquals("c64[2]", Complex.of(Ricci.ones(2), Ricci.zeros(2)).type().toString());
        assertEquals("c64[] (1.5-2j)", z(1.5, -2).to(DType.C64).toString());
        assertEquals(1, a.eq(z(1, 2)).toLongs()[0]);
        Tensor many = Complex.tensor(new double[] {1, 3}, new double[] {0, 2});
        assertIs(2, 1, many.mean());
        assertEquals(2, many.var().item(), 1e-15);
        assertIs(1, 0, many.cumprod(0).slice(0, 0, 1).reshape());
        assertIs(3, 2, many.prod());
    }

    @Test
    void conversions() {
        assertEquals(1.5, z(1.5, 2).to(DType.F64).item());
        assertEquals(-2, z(-2.5, 9).to(DType.I32).toLongs()[0]);
        assertEquals(1, z(0, 1).to(DType.BOOL).toLongs()[0]);
        assertIs(3, 0, tensor(new int[] {3}).to(DType.C128).reshape());
        assertIs(0.1f, 0.2f, z(0.1, 0.2).to(DType.C64));
        assertIs(1, -1, z(1, 1).conj());
        assertEquals(0, tensor(2f).imag().item());
        assertEquals(DType.C128, tensor(1.0).add(z(1, 1).to(DType.C64)).dtype());
    }

    /** JAX's convention: ∂x - i∂y. */
    @Test
    void gradientsAreThoseOfJax() {
        assertIs(2, -4, grad((Tensor x) -> x.abs().square()).apply(z(1, 2)));
        assertIs(2, 4, grad((Tensor x) -> x.mul(x).real()).apply(z(1, 2)));
        assertIs(4, -2, grad((Tensor x) -> x.mul(x).imag()).apply(z(1, 2)));
        assertIs(0.6, -0.8, jit(grad((Tensor x) -> x.abs())).apply(z(3, 4)));
        assertIs(0, 0, grad((Tensor x) -> x.abs()).apply(z(0, 0)));
        assertIs(-9, 12, Complex.<Tensor>holomorphicGrad(x -> x.mul(x).mul(x)).apply(z(1, 2)));
        Tensor points = Complex.tensor(new double[] {0, 1}, new double[] {1, 0});
        Fn<Tensor, Tensor> second = Complex.holomorphicGrad(Complex.<Tensor>holomorphicGrad(
                x -> x.mul(x).mul(x)));
        assertArrayEquals(new double[] {0, 6, 6, 0}, vmap(second).apply(points).buffer().complexes());
    }

    @Test
    void constantsReadBack() {
        for (String element : new String[] {"complex(1.5,-0.0):c64[2]", "complex(NaN,-Infinity):c128[]",
                "complex(0.1,1.0E-10):c64[]"}) {
            String text = "program() {\n  return " + element + "\n}\n";
            assertEquals(text, Program.parse(text).toString());
        }
    }

    @Test
    void whatIsNotDefinedSaysSo() {
        Tensor a = z(1, 2);
        for (Fn<Tensor, Tensor> f : java.util.List.<Fn<Tensor, Tensor>>of(x -> x.lt(x), x -> x.maximum(x),
                x -> x.reshape(1).max(), x -> x.reshape(1).argmax(0), x -> Ricci.erf(x), x -> x.rem(2),
                x -> Linalg.inv(x.reshape(1, 1)))) {
            RicciException refused = assertThrows(RicciException.DataType.class, () -> f.apply(a));
            org.junit.jupiter.api.Assertions.assertTrue(refused.rule().contains("c128"), refused.rule());
        }
        assertThrows(RicciException.DataType.class, a::toDoubles);
        assertThrows(RicciException.DataType.class, () -> Ricci.ones(1).to(DType.I32).mul(0).to(DType.F32)
                .eq(Ricci.full(ricci.ir.TensorType.of(DType.F32), Complex.number(0, 1))));
        assertThrows(RicciException.Derivative.class, () -> grad((Tensor x) -> x.mul(x)).apply(a));
        assertThrows(RicciException.DataType.class,
                () -> Complex.<Tensor>holomorphicGrad(x -> x).apply(Ricci.ones()));
    }
}

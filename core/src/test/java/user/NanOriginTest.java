package user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.array;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;
import static ricci.Ricci.where;

import org.junit.jupiter.api.Test;
import ricci.Carry;
import ricci.ControlFlow;
import ricci.Debug;
import ricci.Fn;
import ricci.Tensor;
import ricci.ir.RicciException;

/** The birth of a NaN is found, with the user's line, under every transformation. */
class NanOriginTest {
    private static Tensor norm(Tensor x) {
        Tensor squares = x.square();
        return squares.sum().sqrt();
    }

    private static String origin(Fn<Tensor, Tensor> f, Tensor x) {
        return assertThrows(RicciException.NotFinite.class, () -> Debug.nanOrigin(() -> f.apply(x)))
                .toString();
    }

    private static void contains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> part + " in\n" + text);
        }
    }

    @Test
    void inTheDerivative() {
        Tensor zeros = array(new double[] {0, 0});
        for (Fn<Tensor, Tensor> f : java.util.List.<Fn<Tensor, Tensor>>of(grad(NanOriginTest::norm),
                jit(grad(NanOriginTest::norm)), grad(jit(NanOriginTest::norm)),
                x -> vmap(grad(NanOriginTest::norm)).apply(x.reshape(1, 2)))) {
            String text = origin(f, zeros);
            contains(text, "cannot compute ", "in the derivative of ", "without a NaN", "NanOriginTest.java:2");
        }
        Debug.nanOrigin(() -> grad(NanOriginTest::norm).apply(array(new double[] {3, 4})));
    }

    @Test
    void forward() {
        Fn<Tensor, Tensor> f = x -> x.sub(1).log().mul(2);
        Tensor x = array(new double[] {3, 0.5, 2});
        contains(origin(jit(f), x), "compute log without a NaN", "at [1]: log(-0.5) = NaN",
                "NanOriginTest.java:5");
        contains(origin(f, x), "compute log without a NaN", "at [1]: log(-0.5) = NaN",
                "NanOriginTest.java:5");
        contains(origin(vmap(f), x), "f64[3]", "at [1]: log(-0.5) = NaN");
    }

    @Test
    void inTheStepOfALoop() {
        Fn<Tensor, Tensor> f = xs -> ControlFlow.scan((Tensor c, Tensor x) ->
                new Carry<>(c.add(x), x.sqrt()), tensor(0.0), xs).output();
        contains(origin(jit(f), array(new double[] {4, 9, -1, 4})), "compute sqrt without a NaN",
                "sqrt(-1.0) = NaN", "in step 2 of the scan at NanOriginTest.java:");
        Fn<Tensor, Tensor> g = x -> ControlFlow.whileLoop((Tensor y) -> y.ge(-2), y -> y.sub(1), x).sqrt();
        contains(origin(jit(g), tensor(1.0)), "sqrt(-3.0) = NaN");
    }

    @Test
    void whatIsNotTakenIsNoMistake() {
        Fn<Tensor, Tensor> f = x -> where(x.gt(0), x.log(), x);
        assertEquals(-1, Debug.nanOrigin(() -> jit(f).apply(tensor(-1.0))).item());
        assertEquals(1, Debug.nanOrigin(() -> jit(grad(f)).apply(tensor(-1.0))).item());
        // Nor is a NaN that was there before.
        assertTrue(Double.isNaN(Debug.nanOrigin(() -> jit(f).apply(tensor(Double.NaN))).item()));
    }

    @Test
    void infinities() {
        Fn<Tensor, Tensor> f = jit((Tensor x) -> tensor(1.0).div(x.exp().exp().log()));
        assertEquals(0, Debug.nanOrigin(() -> f.apply(tensor(100.0))).item());
        Fn<Tensor, Tensor> g = jit((Tensor x) -> x.exp().exp());
        String text = assertThrows(RicciException.NotFinite.class, () -> Debug.infinityOrigin(
                () -> g.apply(tensor(100.0)))).toString();
        contains(text, "compute exp without an infinity", "exp(2.688117141816135");
    }
}

package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.ones;
import static ricci.Ricci.tensor;
import static ricci.Ricci.valueAndGrad;
import static ricci.Ricci.vjp;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.ir.RicciException;

/** grad, jvp and vjp as users nest them. */
class GradientTest {
    record Line(Tensor slope, Tensor intercept) {}

    /**
     * d/dx [x · d/dy (x + y)] is 1, not 2: the inner derivative must not see the outer perturbation (Siskind
     * and Pearlmutter, "Perturbation confusion and referential transparency", 2005).
     */
    @Test
    void perturbationsAreNotConfused() {
        Fn<Tensor, Tensor> f = x -> x.mul(grad((Tensor y) -> x.add(y)).apply(tensor(1.0)));
        assertEquals(1, grad(f).apply(tensor(3.0)).item());
        assertEquals(1, jit(grad(f)).apply(tensor(3.0)).item());
        assertEquals(1, jvp(f, tensor(3.0), tensor(1.0)).tangent().item());

        Fn<Tensor, Tensor> g = x -> x.mul(jvp(y -> x.add(y), tensor(1.0), tensor(1.0)).tangent());
        assertEquals(1, grad(g).apply(tensor(3.0)).item());
        assertEquals(1, jvp(g, tensor(3.0), tensor(1.0)).tangent().item());
    }

    @Test
    void theInnerDerivativeOfAConstantIsZero() {
        Fn<Tensor, Tensor> f = x -> grad((Tensor y) -> x).apply(x.mul(2)).add(x);
        assertEquals(1, grad(f).apply(tensor(3.0)).item());
        assertEquals(3, f.apply(tensor(3.0)).item());
    }

    @Test
    void derivativesInsideDependOnWhatTheyCapture() {
        // d/dy (x² y³) = 3 x² y², at y = x: 3 x⁴; its derivative is 12 x³.
        Fn<Tensor, Tensor> f = x -> grad((Tensor y) -> x.mul(x).mul(y).mul(y).mul(y)).apply(x);
        assertEquals(48, f.apply(tensor(2.0)).item());
        assertEquals(96, grad(f).apply(tensor(2.0)).item());
        assertEquals(144, grad(grad(f)).apply(tensor(2.0)).item());
    }

    @Test
    void theLiteratureExampleOfNestedScopes() {
        // d/dx (x · d/dy (y · d/dz (x y z)))) = d/dx (x · d/dy (x y²)) = d/dx (2 x² y) = 4 x y
        Fn<Tensor, Tensor> f = x -> x.mul(grad((Tensor y) ->
                y.mul(grad((Tensor z) -> x.mul(y).mul(z)).apply(tensor(5.0)))).apply(tensor(7.0)));
        assertEquals(4 * 3 * 7, grad(f).apply(tensor(3.0)).item());
    }

    @Test
    void higherDerivatives() {
        Fn<Tensor, Tensor> f = x -> x.mul(x).mul(x).mul(x).mul(x).add(x.sin());
        Tensor x = tensor(1.2);
        assertEquals(5 * Math.pow(1.2, 4) + Math.cos(1.2), grad(f).apply(x).item(), 1e-12);
        assertEquals(20 * Math.pow(1.2, 3) - Math.sin(1.2), grad(grad(f)).apply(x).item(), 1e-12);
        assertEquals(60 * 1.2 * 1.2 - Math.cos(1.2), grad(grad(grad(f))).apply(x).item(), 1e-12);
        assertEquals(120 * 1.2 + Math.sin(1.2), jit(grad(grad(jit(grad(grad(f)))))).apply(x).item(), 1e-11);
    }

    @Test
    void gradientsAreTreesLikeTheArgument() {
        Tensor x = tensor(new float[] {1, 2, 3});
        Tensor y = tensor(new float[] {3, 5, 7});
        Fn2<Line, Tensor, Tensor> loss = (line, points) -> points.mul(line.slope()).add(line.intercept())
                .sub(y).square()
                .mean();
        ValueAndGrad<Line> both = valueAndGrad(loss).apply(new Line(tensor(2f), tensor(0f)), x);
        assertEquals(1, both.value().item(), 1e-6);
        assertEquals(-4, both.grad().slope().item(), 1e-6);
        assertEquals(-2, both.grad().intercept().item(), 1e-6);
    }

    @Test
    void vjpGivesTheTransposedJacobian() {
        Fn<Map<String, Tensor>, List<Tensor>> f = m -> List.of(at(m, "a").mul(at(m, "b")), at(m, "a").sum());
        var both = vjp(f, Map.of("a", tensor(new double[] {1, 2}), "b", tensor(new double[] {3, 4})));
        Map<String, Tensor> back = both.pullback()
                .apply(List.of(tensor(new double[] {1, 10}), tensor(100.0)));
        assertArrayEquals(new double[] {103, 140}, at(back, "a").toDoubles());
        assertArrayEquals(new double[] {1, 20}, at(back, "b").toDoubles());
        Map<String, Tensor> again = both.pullback().apply(List.of(tensor(new double[] {0, 0}), tensor(1.0)));
        assertArrayEquals(new double[] {1, 1}, at(again, "a").toDoubles());
    }

    @Test
    void laterArgumentsAreConstants() {
        Tensor labels = tensor(new int[] {1, 0});
        Fn2<Tensor, Tensor, Tensor> f = (x, i) -> x.mul(i.to(DType.F32)).sum();
        assertArrayEquals(new float[] {1, 0}, grad(f).apply(ones(2), labels).toFloats());
    }

    @Test
    void stoppedGradientsDoNotPass() {
        Fn<Tensor, Tensor> f = x -> x.mul(Ricci.stopGradient(x)).sum();
        assertArrayEquals(new float[] {5}, grad(f).apply(tensor(new float[] {5})).toFloats());
        assertArrayEquals(new float[] {0}, grad((Tensor x) -> Ricci.stopGradient(x).sum()).apply(ones(1))
                .toFloats());
    }

    @Test
    void emptyTensorsHaveEmptyGradients() {
        assertEquals(0, grad((Tensor x) -> x.square().sum()).apply(Ricci.zeros(0)).size());
        assertEquals(0, grad((Tensor x) -> x.prod()).apply(Ricci.zeros(0)).size());
    }

    @Test
    void stableFunctionsHaveFiniteGradients() {
        Tensor x = tensor(new float[] {1000, -1000, 0});
        assertArrayEquals(new float[] {1, 0, 0}, grad((Tensor y) -> Ricci.logSumExp(y, 0)).apply(x)
                .toFloats());
        float[] slope = grad((Tensor y) -> Ricci.logSoftmax(y, 0).slice(0, 1, 2).sum()).apply(x).toFloats();
        assertArrayEquals(new float[] {-1, 1, 0}, slope);
        assertArrayEquals(new float[] {1, 0, 0}, grad((Tensor y) -> Ricci.relu(y).sum()).apply(x).toFloats());
    }

    @Test
    void halvesDifferentiateInTheirOwnType() {
        for (DType dtype : List.of(DType.F16, DType.BF16, DType.F64)) {
            Tensor slope = grad((Tensor x) -> x.mul(x).sum()).apply(ones(2).to(dtype));
            assertEquals(dtype, slope.dtype());
            assertArrayEquals(new float[] {2, 2}, slope.toFloats());
        }
    }

    @Test
    void tangentsMustFit() {
        Fn<Tensor, Tensor> f = x -> x.mul(2);
        assertThrows(RicciException.Structure.class, () -> jvp(f, ones(2), ones(3)));
        assertThrows(RicciException.Structure.class, () -> vjp(f, ones(2)).pullback().apply(ones(3)));
        assertThrows(RicciException.DataType.class, () -> grad(f).apply(tensor(new int[] {1})));
    }

    private static Tensor at(Map<String, Tensor> map, String key) {
        return java.util.Objects.requireNonNull(map.get(key));
    }

    /** As JAX's, for whole exponents: beyond the last derivative that is not 0, all are. */
    @Test
    void powersHaveDerivativesOfAnyOrderAtZero() {
        for (int exponent = 0; exponent <= 3; exponent++) {
            int power = exponent;
            Fn<Tensor, Tensor> derivative = x -> x.pow(power);
            double factorial = 1;
            for (int order = 1; order <= 5; order++) {
                derivative = grad(derivative);
                factorial *= order;
                assertEquals(order == power ? factorial : 0, derivative.apply(tensor(0.0)).item());
            }
        }
    }

    @Test
    void gradientsByNoTensorsAreEmpty() {
        assertEquals(List.of(), grad((List<Tensor> none) -> tensor(1f)).apply(List.of()));
        assertEquals(Optional.empty(), grad((Optional<Tensor> none) -> tensor(1f)).apply(Optional.empty()));
        Pair none = new Pair(null, null);
        assertEquals(none, grad((Pair p) -> tensor(1f)).apply(none));
    }

    @Test
    @SuppressWarnings("NullAway")
    void gradientByNullIsNull() {
        assertNull(grad((Tensor none) -> tensor(1f)).apply(null));
    }

    record Pair(@Nullable Tensor first, @Nullable Tensor second) {}
}

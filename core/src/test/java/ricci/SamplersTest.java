package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.ir.DType;
import ricci.ir.RicciException;

/** Numbers drawn by rejection, and vectors: JAX's numbers and derivatives, and moments. */
class SamplersTest {
    private static final Key KEY = Key.of(0);

    private static Tensor shapes(DType dtype) {
        return Ricci.tensor(new double[] {0.02, 0.3, 0.9, 1, 2.5, 40}).to(dtype);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void gammaNumbersAreThoseOfJax(DType dtype) {
        Tensor a = shapes(dtype);
        for (boolean logarithm : new boolean[] {false, true}) {
            Fn<Tensor, Tensor> f = x -> logarithm ? Random.loggamma(KEY, x, 8, 6)
                    : Random.gamma(KEY, x, 8, 6);
            String name = logarithm ? "loggamma" : "gamma";
            ValueAndTangent<Tensor> both = Ricci.jvp(f, a, Ricci.onesLike(a));
            assertNear(name, f.apply(a));
            assertNear(name, both.value());
            assertNear(name + "/slope", both.tangent());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void whatIsMadeOfGammaNumbersIsThatOfJax(DType dtype) {
        Tensor a = shapes(dtype);
        Tensor b = a.flip(0);
        assertNear("beta", Random.beta(KEY, a, b, 8, 6));
        assertNear("dirichlet", Random.dirichlet(KEY, a, 8));
        assertNear("t", Random.t(KEY, a.add(1), 8, 6));
        assertNear("chisquare", Random.chisquare(KEY, a, 8, 6));
        assertNear("f", Random.f(KEY, a.add(1), b.add(1), 6));
    }

    @Test
    void countsAreThoseOfJax() {
        Tensor rates = Ricci.tensor(new float[] {0, 0.1f, 2, 9.9f, 10, 55, 1e4f, 1e9f, Float.NaN, -1});
        int[] expected = JaxAnswers.of("poisson", DType.I32).toInts();
        int[] actual = Random.poisson(KEY, rates, 20, 10).toInts();
        for (int i = 0; i < expected.length; i++) {
            // At a rate of 1e9 one f32 is 64.
            assertEquals(expected[i], actual[i], i % 10 == 7 ? 128 : 0, "element " + i);
        }
        assertEquals(-1, Random.poisson(KEY, Ricci.tensor(Float.POSITIVE_INFINITY)).item());
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void vectorsAreThoseOfJax(DType dtype) {
        assertNear("orthogonal", Random.orthogonal(KEY, dtype, 4, 3, 2));
        assertNear("orthogonal/wide", Random.orthogonal(KEY, dtype, 2, 3, 2));
        Tensor covariance = Ricci.tensor(
                new double[] {2, 0.5, 0, 0.5, 1, -0.3, 0, -0.3, 0.7}, 3, 3).to(dtype);
        assertNear("multivariateNormal",
                Random.multivariateNormal(KEY, Ricci.tensor(new double[] {1, -2, 3}).to(dtype), covariance, 5));
    }

    private static void assertNear(String name, Tensor actual) {
        double[] expected = JaxAnswers.of(name, actual.dtype()).toDoubles();
        double digits = actual.dtype() == DType.F64 ? 1e-11 : 1e-4;
        double[] values = actual.toDoubles();
        assertEquals(expected.length, values.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], values[i], digits * (Math.abs(expected[i]) + 1e-6), name + " " + i);
        }
    }

    /** Four standard errors of the mean, and as far as that goes for the variance. */
    @Test
    void momentsAreThoseOfTheDistributions() {
        int count = 2000;
        for (double a : new double[] {0.4, 1, 7}) {
            double[] x = Random.gamma(Key.of(5), Ricci.tensor(a), count).toDoubles();
            assertMoments(x, a, a);
            double[] y = Random.beta(Key.of(6), Ricci.tensor(a), Ricci.tensor(2.0), count).toDoubles();
            assertMoments(y, a / (a + 2), 2 * a / ((a + 2) * (a + 2) * (a + 3)));
        }
        for (float rate : new float[] {0.5f, 9, 11, 300}) {
            double[] x = Random.poisson(Key.of(7), Ricci.tensor(rate), count).to(DType.F64).toDoubles();
            assertMoments(x, rate, rate);
        }
    }

    private static void assertMoments(double[] x, double mean, double variance) {
        Tensor drawn = Ricci.tensor(x);
        assertEquals(mean, drawn.mean().item(), 4 * Math.sqrt(variance / x.length));
        assertEquals(1, drawn.var().item() / variance, 0.25);
    }

    @Test
    void gradientsGoThroughLossesOfGammaNumbers() {
        // The mean of gamma numbers is a, so its derivative by a is 1, as far as 2000 numbers say.
        Fn<Tensor, Tensor> mean = a -> Random.gamma(Key.of(9), a, 2000).mean();
        assertEquals(1, Ricci.grad(mean).apply(Ricci.tensor(3.0)).item(), 0.1);
        assertThrows(RicciException.Derivative.class,
                () -> Ricci.grad(Ricci.grad(mean)).apply(Ricci.tensor(3.0)));
    }

    @Test
    void keysAndParametersMayBeMapped() {
        Key keys = Key.of(3).batch(3);
        Fn2<Key, Tensor, Tensor> f = (key, a) -> Random.gamma(key, a, 2);
        Tensor a = Ricci.tensor(new double[] {0.5, 1.5, 8});
        Tensor all = Ricci.vmap(f).apply(keys, a);
        List<Key> each = Key.of(3).split(3);
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(Random.gamma(each.get(i), Ricci.tensor(a.toDoubles()[i]), 2).toDoubles(),
                    all.slice(0, i, i + 1).toDoubles());
        }
        assertArrayEquals(all.toDoubles(), Ricci.jit(Ricci.vmap(f)).apply(keys, a).toDoubles());
    }

    @Test
    void nothingIsDrawnForNoElements() {
        assertEquals(0, Random.gamma(KEY, Ricci.zeros(0)).size());
        assertEquals(0, Random.poisson(KEY, Ricci.zeros(0)).size());
        assertTrue(Double.isNaN(Random.gamma(KEY, Ricci.tensor(Double.NaN)).item()));
    }
}

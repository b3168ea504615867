package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.Ricci.grad;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ricci.ir.DType;
import ricci.ir.RicciException;

/** Fourier transforms of all lengths: against the sum that defines them, back, and NumPy's values. */
class FftTest {
    private static Tensor draw(long... lengths) {
        Random random = new Random(lengths[0]);
        int count = (int) java.util.Arrays.stream(lengths).reduce(1, (a, b) -> a * b);
        return Complex.tensor(random.doubles(count, -1, 1).toArray(),
                random.doubles(count, -1, 1).toArray(), lengths);
    }

    /** Primes small and large, their powers, products, and powers of two. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 12, 30, 49, 53, 64, 97, 106, 210, 243})
    void itIsTheSumAndItsInverseGoesBack(long n) {
        Tensor x = draw(n);
        Tensor y = Fft.fft(x);
        Tensor index = Ricci.arange(n).to(DType.F64);
        Tensor angles = Products.outer(index, index).mul(-2 * Math.PI / n);
        Tensor matrix = Complex.polar(Ricci.full(angles.type(), 1), angles);
        Tensor sums = matrix.matmul(x.reshape(n, 1)).reshape(n);
        assertNear(sums, y, 1e-11 * n);
        assertNear(x, Fft.ifft(y), 1e-14);
        Tensor half = Fft.rfft(x.real());
        assertNear(Fft.fft(x.real()).slice(0, 0, n / 2 + 1), half, 1e-13);
        assertArrayEquals(x.real().toDoubles(), Fft.irfft(half, n).toDoubles(), 1e-14);
    }

    private static void assertNear(Tensor expected, Tensor actual, double tolerance) {
        assertEquals(expected.type(), actual.type());
        assertArrayEquals(expected.buffer().complexes(), actual.buffer().complexes(), tolerance);
    }

    @Test
    void knownAnswers() {
        Tensor x = tensor(new double[] {1, -2, 0.5, 3, 4});
        assertArrayEquals(new double[] {6.5, 0, -1.21352549, 7.17580223, 0.46352549, 1.14907022},
                Fft.rfft(x).buffer().complexes(), 1e-8);
        Tensor half = Complex.tensor(new double[] {1, 0, 3}, new double[] {0, 2, -1});
        assertArrayEquals(new double[] {1.4, -1.29655151, -0.27983042, 1.4214712, -0.24508928},
                Fft.irfft(half, 5).toDoubles(), 1e-8);
        assertArrayEquals(new double[] {1, -1.5, 1, 0.5}, Fft.irfft(half).toDoubles(), 1e-15);
        assertArrayEquals(new float[] {0, 0.4f, 0.8f, -0.8f, -0.4f}, Fft.fftfreq(5, 0.5).toFloats());
        assertArrayEquals(new float[] {-0.8f, -0.4f, 0, 0.4f, 0.8f},
                Fft.fftshift(Fft.fftfreq(5, 0.5)).toFloats());
        assertArrayEquals(new double[] {1, 2, 3},
                Fft.ifftshift(Fft.fftshift(tensor(new double[] {1, 2, 3}))).toDoubles());
        assertEquals("c64[3]", Fft.rfft(Ricci.ones(4)).type().toString());
        // As jax.grad(lambda x: jnp.abs(jnp.fft.rfft(x))[1]) gives it.
        double half2 = Math.sqrt(0.5);
        assertArrayEquals(new double[] {-half2, -half2, half2, half2},
                grad((Tensor t) -> Fft.rfft(t).abs().slice(0, 1, 2).sum())
                .apply(tensor(new double[] {1, 2, 3, 4})).toDoubles(), 1e-14);
    }

    @Test
    void severalAxes() {
        Tensor x = draw(3, 4, 5);
        assertNear(Fft.fft(Fft.fft(x, 2), 0), Fft.fftn(x, 0, 2), 1e-13);
        assertNear(x, Fft.ifft2(Fft.fft2(x)), 1e-14);
        Tensor real = x.real();
        assertArrayEquals(real.toDoubles(), Fft.irfft2(Fft.rfft2(real), 5).toDoubles(), 1e-14);
        assertArrayEquals(real.toDoubles(), Fft.irfftn(Fft.rfftn(real, 2, 1), 4, 2, 1).toDoubles(), 1e-14);
        assertNear(Fft.fft(x, 1), vmap((Tensor t) -> Fft.fft(t, 0)).apply(x), 0);
        assertNear(Fft.fft(x.slice(1, 0, 2), 1), Fft.fft(x, 2, 1), 0);
        assertEquals(7, Fft.fft(x, 7, 1).shape().length(1));
    }

    @Test
    void whatCannotBeTransformed() {
        assertThrows(RicciException.Shape.class, () -> Fft.fft(Ricci.zeros(0)));
        assertThrows(RicciException.DataType.class, () -> Fft.rfft(draw(3)));
        assertThrows(RicciException.Axis.class, () -> Fft.fft(Ricci.ones(3), 1));
        assertThrows(RicciException.Argument.class, () -> Fft.irfft(Ricci.ones(3), 0));
    }
}

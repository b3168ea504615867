package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;

/** Linear algebra as users call it: factors multiply to what they are factors of, known answers, corners. */
class LinalgTest {
    private static Tensor draw(long seed, DType dtype, long... lengths) {
        Random random = new Random(seed);
        int count = (int) Arrays.stream(lengths).reduce(1, (a, b) -> a * b);
        // Now and then all zeros, or rows that repeat: matrices of low rank.
        double[] data = random.doubles(count, -2, 2).toArray();
        int kind = random.nextInt(5);
        long columns = lengths[lengths.length - 1];
        for (int i = 0; i < count; i++) {
            data[i] = kind == 0 ? 0 : kind == 1 && i >= columns ? data[(int) (i % columns)] : data[i];
        }
        return tensor(dtype, data, lengths);
    }

    private static Tensor t(Tensor a) {
        return a.rank() == 2 ? a.transpose() : a.transpose(0, 2, 1);
    }

    private static Tensor mul(Tensor a, Tensor b) {
        return a.rank() == 2 ? a.matmul(b) : vmap((Tensor x, Tensor y) -> x.matmul(y)).apply(a, b);
    }

    private static Tensor eye(long n) {
        return Ricci.arange(n).reshape(n, 1).eq(Ricci.arange(n)).to(DType.F64);
    }

    private static void assertNear(Tensor expected, Tensor actual, double tolerance) {
        assertEquals(expected.type(), actual.type());
        assertArrayEquals(expected.toDoubles(), actual.toDoubles(), tolerance);
    }

    private static void assertOrthonormal(Tensor q, double tolerance) {
        long n = q.shape().length(q.rank() - 1);
        Tensor product = mul(t(q), q);
        assertNear(eye(n).to(q.dtype()).broadcastTo(product.shape().toArray()), product, tolerance);
    }

    @Property(tries = 300)
    void factorsMultiplyToTheMatrix(@ForAll long seed, @ForAll @IntRange(max = 6) int m,
            @ForAll @IntRange(max = 6) int n, @ForAll boolean wide) {
        DType dtype = wide ? DType.F64 : DType.F32;
        double tolerance = wide ? 1e-13 : 1e-5;
        Tensor a = draw(seed, dtype, 2, m, n);
        for (boolean full : new boolean[] {false, true}) {
            Linalg.Qr qr = Linalg.qr(a, full);
            assertNear(a, mul(qr.q(), qr.r()), tolerance);
            assertOrthonormal(qr.q(), tolerance);
            Linalg.Svd svd = Linalg.svd(a, full);
            assertOrthonormal(svd.u(), tolerance);
            assertOrthonormal(t(svd.vt()), tolerance);
            assertNear(Linalg.svdvals(a), svd.s(), 0);
        }
        Linalg.Svd svd = Linalg.svd(a);
        Tensor scaled = svd.u().mul(svd.s().reshape(2, 1, Math.min(m, n)));
        assertNear(a, mul(scaled, svd.vt()), tolerance * 4);
        double[] s = svd.s().toDoubles();
        for (int i = 1; i < s.length; i++) {
            assertTrue(i == s.length / 2 || s[i - 1] >= s[i], Arrays.toString(s));
        }
        Linalg.Lu lu = Linalg.lu(a);
        Tensor permuted = vmap((Tensor x, Tensor p) -> x.take(p))
                .apply(m == 0 ? Ricci.zeros(2, 1, n).to(dtype) : a, lu.permutation());
        assertNear(permuted, mul(lu.lower(), lu.upper()), tolerance);
    }

    @Property(tries = 200)
    void squareMatrices(@ForAll long seed, @ForAll @IntRange(max = 6) int n) {
        Tensor a = draw(seed, DType.F64, n, n);
        Tensor symmetric = a.add(t(a));
        Linalg.Eigen eigen = Linalg.eigh(symmetric);
        assertOrthonormal(eigen.vectors(), 1e-13);
        assertNear(symmetric.matmul(eigen.vectors()), eigen.vectors().mul(eigen.values()), 1e-13);
        Tensor positive = a.matmul(t(a)).add(eye(n));
        Tensor l = Linalg.cholesky(positive);
        assertNear(positive, l.matmul(t(l)), 1e-12);
        Tensor b = draw(seed + 1, DType.F64, n, 3);
        assertNear(b, positive.matmul(Linalg.solve(positive, b)), 1e-10);
        assertNear(b, l.matmul(Linalg.solveTriangular(l, b, true)), 1e-11);
        assertNear(eye(n), positive.matmul(Linalg.inv(positive)), 1e-11);
        double det = Linalg.det(positive).item();
        assertEquals(det, eigen(positive), 1e-9 * Math.abs(det));
        assertEquals(Math.log(det), Linalg.slogdet(positive).logAbsDet().item(), 1e-10);
        Tensor p = Linalg.pinv(a);
        assertNear(a, a.matmul(p).matmul(a), 1e-9);
    }

    private static double eigen(Tensor a) {
        return Linalg.eigvalsh(a).prod().item();
    }

    /** As numpy.linalg computes them. */
    @Test
    void knownAnswers() {
        Tensor a = tensor(DType.F64, new double[] {4, 2, 0.5, 2, 5, -1, 0.5, -1, 3}, 3, 3);
        assertArrayEquals(new double[] {2, 0, 0, 1, 2, 0, 0.25, -0.625, 1.595893166850463},
                Linalg.cholesky(a).toDoubles(), 1e-14);
        assertEquals(40.75, Linalg.det(a).item(), 1e-12);
        assertEquals(12, Linalg.trace(a).item());
        Tensor q = Linalg.qr(tensor(DType.F64, new double[] {3, 1, 4, 2}, 2, 2)).r();
        assertArrayEquals(new double[] {-5, -2.2, 0, 0.4}, q.toDoubles(), 1e-14);
        Tensor powers = tensor(DType.F64, new double[] {1, 1, 1, 0}, 2, 2);
        assertArrayEquals(new double[] {89, 55, 55, 34}, Linalg.matrixPower(powers, 10).toDoubles());
        assertArrayEquals(new double[] {0, 1, 1, -1}, Linalg.matrixPower(powers, -1).toDoubles(), 1e-15);
        assertArrayEquals(new double[] {3, 4, 6, 8},
                Linalg.outer(tensor(new float[] {1, 2}), tensor(new float[] {3, 4})).toDoubles());
        assertArrayEquals(new double[] {0, 1, 0, 2, 2, 3, 4, 6}, Linalg.kron(
                tensor(new double[] {1, 2}, 1, 2), tensor(new double[] {0, 1, 2, 3}, 2, 2)).toDoubles());
        assertEquals(1, Linalg.matrixRank(tensor(new double[] {1, 2, 2, 4}, 2, 2)).toLongs()[0]);
    }

    @Test
    void norms() {
        Tensor a = tensor(new double[] {3, 0, 0, -4}, 2, 2);
        assertEquals(5, Linalg.norm(a).item());
        assertEquals(5, Linalg.matrixNorm(a, Linalg.MatrixNorm.FROBENIUS).item());
        assertEquals(7, Linalg.matrixNorm(a, Linalg.MatrixNorm.NUCLEAR).item(), 1e-14);
        assertEquals(4, Linalg.matrixNorm(a, Linalg.MatrixNorm.SPECTRAL).item(), 1e-14);
        assertEquals(4, Linalg.matrixNorm(a, Linalg.MatrixNorm.ONE).item());
        Tensor x = tensor(new double[] {1, -2, 0, 2});
        assertEquals(5, Linalg.vectorNorm(x, 1, 0).item());
        assertEquals(3, Linalg.vectorNorm(x, 2, 0).item());
        assertEquals(3, Linalg.vectorNorm(x, 0, 0).item());
        assertEquals(2, Linalg.vectorNorm(x, Double.POSITIVE_INFINITY, 0).item());
        assertEquals(Math.cbrt(17), Linalg.vectorNorm(x, 3, 0).item(), 1e-14);
    }

    /** Where JAX gives them. */
    @Test
    void notANumber() {
        Tensor indefinite = tensor(new double[] {1, 2, 2, 1}, 2, 2);
        assertArrayEquals(new double[] {Double.NaN, 0, Double.NaN, Double.NaN},
                Linalg.cholesky(indefinite).toDoubles());
        Tensor nan = tensor(new double[] {Double.NaN, 1, 1, 2}, 2, 2);
        assertTrue(Double.isNaN(Linalg.svd(nan).u().toDoubles()[0]));
        assertTrue(Double.isNaN(Linalg.eigh(nan).vectors().toDoubles()[3]));
        assertTrue(Double.isNaN(Linalg.inv(tensor(new double[4], 2, 2)).toDoubles()[0]));
        assertEquals(Double.NEGATIVE_INFINITY,
                Linalg.slogdet(tensor(new double[4], 2, 2)).logAbsDet().item());
        assertEquals(1, Linalg.det(tensor(new double[0], 0, 0)).item());
    }

    @Test
    void hugeAndTinyMatricesDoNotOverflow() {
        for (double scale : new double[] {1e-300, 1e-160, 1e160, 1e300}) {
            Tensor a = tensor(new double[] {3 * scale, scale, scale, 2 * scale}, 2, 2);
            Linalg.Svd svd = Linalg.svd(a);
            assertOrthonormal(svd.u(), 1e-14);
            assertEquals((5 + Math.sqrt(5)) / 2, svd.s().toDoubles()[0] / scale, 1e-14);
            assertEquals((5 - Math.sqrt(5)) / 2, Linalg.eigvalsh(a).toDoubles()[0] / scale, 1e-14);
            assertEquals(Math.sqrt(10), -Linalg.qr(a).r().toDoubles()[0] / scale, 1e-14);
        }
    }

    @Test
    void derivativesAndBatches() {
        Tensor a = tensor(DType.F64, new double[] {4, 2, 0.5, 2, 5, -1, 0.5, -1, 3}, 3, 3);
        Tensor inverse = Linalg.inv(a);
        assertNear(inverse, grad((Tensor x) -> Linalg.slogdet(x).logAbsDet()).apply(a), 1e-13);
        Fn<Tensor, Tensor> logDet = x -> Linalg.cholesky(x).mul(eye(3)).sum(1).log().sum().mul(2);
        assertNear(inverse, jit(grad(logDet)).apply(a), 1e-13);
        Tensor many = Ricci.stack(java.util.List.of(a, a.mul(2)));
        assertNear(Linalg.solve(many, a), vmap((Tensor x) -> Linalg.solve(x, a)).apply(many), 0);
        Tensor b = tensor(new double[] {1, 2, 3});
        assertNear(b, Linalg.solve(a, b).reshape(1, 3).mul(a).sum(1), 1e-13);
        assertEquals("f64[2,3]", Linalg.solve(many, b).type().toString());
    }
}

package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.Derivatives.grad2;
import static ricci.Derivatives.grad3;
import static ricci.Derivatives.gradWithAux;
import static ricci.Derivatives.hessian;
import static ricci.Derivatives.hessianTree;
import static ricci.Derivatives.jacfwd;
import static ricci.Derivatives.jacfwdTree;
import static ricci.Derivatives.jacrev;
import static ricci.Derivatives.jacrevTree;
import static ricci.Derivatives.linearTranspose;
import static ricci.Derivatives.linearize;
import static ricci.Derivatives.valueAndGrad2;
import static ricci.Ricci.grad;
import static ricci.Ricci.inAxes;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.ones;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/** Derivatives by several arguments, with auxiliary results, as linear functions and as whole matrices. */
class DerivativesTest {
    record Params(Tensor w, Tensor b) {}

    record Out(Tensor sums, Tensor last) {}

    private static final Tensor X = tensor(new double[] {0.3, -1.2, 0.7});

    private static Tensor f(Tensor x) {
        return x.sin().mul(x.slice(0, 0, 1)).add(x.prod());
    }

    private static Out out(Params p) {
        return new Out(p.w().mul(p.b()).sum(1).tanh(), p.b().prod());
    }

    private static Params params() {
        return new Params(tensor(new double[] {0.1, 0.2, -0.3, 0.4, 0.5, -0.6}, 2, 3), X);
    }

    @Test
    void gradientsBySeveralArguments() {
        Fn3<Tensor, Tensor, Tensor, Tensor> f = (a, b, c) -> a.mul(b).mul(b).mul(c).sum();
        Tensor a = tensor(new double[] {2});
        Tensor b = tensor(new double[] {3});
        Tensor c = tensor(new double[] {5});
        Triple<Tensor, Tensor, Tensor> all = grad3(f).apply(a, b, c);
        assertEquals(List.of(45.0, 60.0, 18.0),
                List.of(all.first().item(), all.second().item(), all.third().item()));
        Pair<Tensor, Tensor> two = jit(grad2(f)).apply(a, b, c);
        assertEquals(List.of(45.0, 60.0), List.of(two.first().item(), two.second().item()));
        ValueAndGrad<Pair<Tensor, Tensor>> both = valueAndGrad2(f).apply(a, b, c);
        assertEquals(90, both.value().item());
        assertEquals(60, both.grad().second().item());
        assertThrows(RicciException.DataType.class,
                () -> grad2((Tensor x, Tensor i) -> x.sum()).apply(ones(2), tensor(new int[] {1})));
    }

    @Test
    void auxiliaryResultsAreHandedThroughAndNotDifferentiated() {
        Fn<Tensor, WithAux<List<Object>>> f = x -> {
            Tensor y = x.square();
            return new WithAux<>(y.sum(), List.of(y, x.argmax(0), "word"));
        };
        GradWithAux<Tensor, List<Object>> result = jit(gradWithAux(f)).apply(X);
        assertArrayEquals(new double[] {0.6, -2.4, 1.4}, result.grad().toDoubles(), 1e-15);
        assertEquals(0.09 + 1.44 + 0.49, result.value().item(), 1e-15);
        assertArrayEquals(X.square().toDoubles(), ((Tensor) result.aux().getFirst()).toDoubles());
        assertEquals(2, ((Tensor) result.aux().get(1)).item());
        assertEquals("word", result.aux().getLast());
        // Nothing that depends on the auxiliary result only can leak into derivatives of higher order.
        Fn<Tensor, Tensor> aux = x -> gradWithAux((Tensor y) -> new WithAux<>(y.sum(), y.square().sum()))
                .apply(x).aux();
        assertArrayEquals(new double[] {0, 0, 0}, grad(aux).apply(X).toDoubles());
        assertThrows(RicciException.Derivative.class,
                () -> gradWithAux((Tensor x) -> new WithAux<>(x, x)).apply(X));
    }

    @Test
    void bothModesByTwoArguments() {
        Fn2<Tensor, Tensor, Tensor> f = (a, b) -> a.mul(b.exp());
        Tensor y = tensor(new double[] {0.5, 0.1, -0.4});
        var forward = Derivatives.jvp(f, X, y, ones(3).to(DType.F64), y);
        assertArrayEquals(y.exp().add(X.mul(y.exp()).mul(y)).toDoubles(),
                forward.tangent().toDoubles(), 1e-15);
        Pair<Tensor, Tensor> back = Derivatives.vjp(f, X, y).pullback().apply(ones(3).to(DType.F64));
        assertArrayEquals(y.exp().toDoubles(), back.first().toDoubles(), 1e-15);
        assertArrayEquals(X.mul(y.exp()).toDoubles(), back.second().toDoubles(), 1e-15);
    }

    @Test
    void linearizedFunctionsRunOnceAndAreAppliedOften() {
        AtomicInteger calls = new AtomicInteger();
        Linearized<Tensor, Tensor> l = linearize(x -> {
            calls.incrementAndGet();
            return f(x);
        }, X);
        assertArrayEquals(f(X).toDoubles(), l.value().toDoubles());
        for (Tensor v : List.of(X, X.cos(), ones(3).to(DType.F64))) {
            assertArrayEquals(jvp(DerivativesTest::f, X, v).tangent().toDoubles(),
                    l.derivative().apply(v).toDoubles());
        }
        assertEquals(1, calls.get());
        // A linear function is its own derivative, in any direction.
        assertArrayEquals(l.derivative().apply(X).toDoubles(),
                jvp(l.derivative(), X.exp(), X).tangent().toDoubles());
        assertThrows(RicciException.Structure.class, () -> l.derivative().apply(ones(2)));
    }

    @Test
    void linearFunctionsAreTransposedAndBack() {
        Tensor m = tensor(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Fn<Tensor, Tensor> f = x -> m.mul(x).sum(1);
        Fn<Tensor, Tensor> t = linearTranspose(f, X);
        Tensor y = tensor(new double[] {1, 10});
        assertArrayEquals(new double[] {41, 52, 63}, t.apply(y).toDoubles());
        assertArrayEquals(f.apply(X).toDoubles(), linearTranspose(t, y).apply(X).toDoubles());
        assertArrayEquals(new double[] {41, 52, 63}, jit(t).apply(y).toDoubles());
        Fn<Params, Params> swap = p -> new Params(p.b().neg(), p.w().mul(2));
        Params back = linearTranspose(swap, new Params(X, X)).apply(new Params(X, X));
        assertArrayEquals(X.mul(2).toDoubles(), back.w().toDoubles());
        assertArrayEquals(X.neg().toDoubles(), back.b().toDoubles());
        for (Fn<Tensor, Tensor> wrong : List.<Fn<Tensor, Tensor>>of(
                Tensor::sin, x -> x.mul(x), x -> x.add(1), x -> ones(1), jit((Tensor x) -> x.add(1)))) {
            assertThrows(RicciException.Derivative.class, () -> linearTranspose(wrong, X));
        }
    }

    @Test
    void aFusedProductIsLinearInEachOfItsOperandsIfTheSumIs() {
        Tensor m = tensor(new double[] {2, 3, 5});
        for (Fn<Tensor, Tensor> tripled : List.<Fn<Tensor, Tensor>>of(
                x -> Arithmetic.fma(x, m, Ricci.zerosLike(x)), x -> Arithmetic.fma(m, x, Ricci.zerosLike(x)),
                x -> Arithmetic.fma(m, x.mul(0.5), x.mul(m).mul(0.5)),
                x -> Arithmetic.fma(Ricci.zerosLike(x), m, x.mul(m)))) {
            assertArrayEquals(m.mul(X).toDoubles(), linearTranspose(tripled, X).apply(X).toDoubles());
            assertArrayEquals(m.toDoubles(), grad((Tensor x) -> tripled.apply(x).sum()).apply(X).toDoubles());
        }
        for (Fn<Tensor, Tensor> wrong : List.<Fn<Tensor, Tensor>>of(x -> Arithmetic.fma(x, m, m),
                x -> Arithmetic.fma(m, m, x), x -> Arithmetic.fma(x, x, Ricci.zerosLike(x)))) {
            assertThrows(RicciException.Derivative.class, () -> linearTranspose(wrong, X));
        }
    }

    @Test
    void jacobiansOfTensors() {
        double[] expected = Jacobians.forward(DerivativesTest::f, X);
        Tensor forward = jacfwd(DerivativesTest::f).apply(X);
        assertEquals(Shape.of(3, 3), forward.shape());
        assertArrayEquals(expected, forward.toDoubles(), 1e-14);
        assertArrayEquals(expected, jit(jacrev(DerivativesTest::f)).apply(X).toDoubles(), 1e-14);
        Fn2<Tensor, Tensor, Tensor> scaled = (x, c) -> f(x).mul(c);
        double[] twice = forward.mul(2).toDoubles();
        assertArrayEquals(twice, jacfwd(scaled).apply(X, tensor(2.0)).toDoubles(), 1e-14);
        assertArrayEquals(twice, jacrev(scaled).apply(X, tensor(2.0)).toDoubles(), 1e-14);
        Tensor many = vmap(jacrev(scaled), inAxes(Ricci.NONE, 0)).apply(X, tensor(new double[] {1, 2}));
        assertEquals(Shape.of(2, 3, 3), many.shape());
        Tensor matrix = jacfwd((Tensor x) -> x.transpose()).apply(ones(2, 3));
        assertEquals(Shape.of(3, 2, 2, 3), matrix.shape());
        assertEquals(6, matrix.sum().item());
        assertEquals(Shape.of(0, 0), jacfwd((Tensor x) -> x.exp()).apply(ones(0)).shape());
        assertEquals(Shape.of(0, 0), jacrev((Tensor x) -> x.exp()).apply(ones(0)).shape());
        assertArrayEquals(new float[4], jacrev((Tensor x) -> ones(2)).apply(ones(2)).toFloats());
        assertThrows(RicciException.Derivative.class, () -> jacfwd((Tensor x) -> x.gt(0)).apply(X));
    }

    @Test
    void jacobiansOfTrees() {
        Params p = params();
        for (Fn<Params, Jacobian<Params, Out>> transformed : List.of(jacfwdTree(DerivativesTest::out),
                jacrevTree(DerivativesTest::out), jit(jacrevTree(DerivativesTest::out)))) {
            Jacobian<Params, Out> j = transformed.apply(p);
            assertArrayEquals(out(p).sums().toDoubles(), j.value().sums().toDoubles());
            assertEquals(Shape.of(2, 2, 3), j.of(Out::sums).w().shape());
            assertEquals(Shape.of(2, 3), j.of(Out::sums).b().shape());
            assertArrayEquals(new double[6], j.of(Out::last).w().toDoubles());
            assertArrayEquals(jacrev((Tensor w) -> out(new Params(w, X)).sums()).apply(p.w()).toDoubles(),
                    j.of(Out::sums).w().toDoubles(), 1e-14);
            assertArrayEquals(grad((Tensor b) -> b.prod()).apply(X).toDoubles(),
                    j.of(Out::last).b().toDoubles(), 1e-14);
            assertThrows(RicciException.Structure.class, () -> j.of(o -> o.last().neg()));
        }
        Params both = jacfwd((Params q) -> out(q).sums()).apply(p);
        assertEquals(Shape.of(2, 2, 3), both.w().shape());
    }

    @Test
    void hessians() {
        Fn<Tensor, Tensor> energy = x -> x.mul(x).mul(x).sum().add(x.prod());
        double[] expected = {1.8, 0.7, -1.2, 0.7, -7.2, 0.3, -1.2, 0.3, 4.2};
        assertArrayEquals(expected, hessian(energy).apply(X).toDoubles(), 1e-14);
        assertArrayEquals(expected, jit(jacrev(jacrev(energy))).apply(X).toDoubles(), 1e-14);
        assertArrayEquals(expected, jacrev(jacfwd(energy)).apply(X).toDoubles(), 1e-14);
        assertArrayEquals(expected, jacfwd(grad(energy)).apply(X).toDoubles(), 1e-14);
        assertEquals(Shape.of(3, 3, 3), hessian(DerivativesTest::f).apply(X).shape());
        Jacobian<Params, Params> tree = hessianTree((Params p) -> out(p).sums().sum()).apply(params());
        Tensor mixed = tree.of(Params::w).b();
        assertEquals(Shape.of(2, 3, 3), mixed.shape());
        Tensor other = tree.of(Params::b).w();
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(mixed.slice(2, i, i + 1).toDoubles(),
                    other.slice(0, i, i + 1).toDoubles(), 1e-14);
        }
    }
}

package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Checkpoint.checkpoint;
import static ricci.Checkpoint.named;
import static ricci.Checkpoint.saveContractions;
import static ricci.Checkpoint.saveEverything;
import static ricci.Checkpoint.saveNamed;
import static ricci.Checkpoint.saveNothing;
import static ricci.CustomDerivatives.customJvp;
import static ricci.CustomDerivatives.customVjp;
import static ricci.Derivatives.grad2;
import static ricci.Derivatives.hessian;
import static ricci.Derivatives.jacfwd;
import static ricci.Derivatives.jacrev;
import static ricci.Ricci.grad;
import static ricci.Ricci.inAxes;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.ones;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ricci.ir.Custom;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.transform.Linearize;

/** Derivatives of one's own, and checkpoints, as users write them. */
class CustomDerivativesTest {
    record Scaled(@Nullable Tensor x, Tensor index) {}

    private static final Tensor X = tensor(new double[] {0.3, -1.2, 0.7});

    /** Three times the true derivative, so that it shows which one was used. */
    private static final Fn<Tensor, Tensor> SIN = customJvp("sin3", (Tensor x) -> x.sin(),
            (x, dx) -> new ValueAndTangent<>(x.sin(), dx.mul(x.cos()).mul(3)));

    /** The same in reverse. */
    private static final Fn<Tensor, Tensor> SIN_BACK = customVjp("sin3", (Tensor x) -> x.sin(),
            x -> new Pair<>(x.sin(), x), (x, ct) -> ct.mul(x.cos()).mul(3));

    private static Tensor expected() {
        return X.cos().mul(3);
    }

    /** Three times the derivative of z·z, 2z, of complex numbers as of real ones. */
    @Test
    void rulesOfComplexNumbers() {
        Fn<Tensor, Tensor> square = customJvp("square3", (Tensor z) -> z.mul(z),
                (z, dz) -> new ValueAndTangent<>(z.mul(z), dz.mul(z).mul(6)));
        Fn<Tensor, Tensor> back = customVjp("square3", (Tensor z) -> z.mul(z),
                z -> new Pair<>(z.mul(z), z), (z, ct) -> ct.mul(z).mul(6));
        Tensor z = Complex.tensor(new double[] {1, 2}, new double[] {0.5, -1});
        for (Fn<Tensor, Tensor> f : List.of(square, back, jit(square), vmap(back), checkpoint(square))) {
            Tensor slope = grad((Tensor w) -> f.apply(w).real().sum()).apply(z);
            assertArrayEquals(z.mul(6).real().toDoubles(), slope.real().toDoubles(), 1e-12);
            assertArrayEquals(z.mul(6).imag().toDoubles(), slope.imag().toDoubles(), 1e-12);
        }
    }

    @Test
    void theRuleIsUsedInBothModesAndUnderEveryTransformation() {
        for (Fn<Tensor, Tensor> f : List.of(SIN, SIN_BACK, jit(SIN), jit(SIN_BACK), vmap(SIN),
                vmap(SIN_BACK), checkpoint(SIN), checkpoint(SIN_BACK))) {
            assertArrayEquals(X.sin().toDoubles(), f.apply(X).toDoubles());
            double[] slope = expected().toDoubles();
            Tensor ones = ones(3).to(DType.F64);
            assertArrayEquals(slope, jvp(f, X, ones).tangent().toDoubles(), 1e-15);
            assertArrayEquals(slope, grad((Tensor x) -> f.apply(x).sum()).apply(X).toDoubles(), 1e-15);
            assertArrayEquals(slope, jit(grad((Tensor x) -> f.apply(x).sum())).apply(X).toDoubles(), 1e-15);
            assertArrayEquals(slope, vmap(grad((Tensor x) -> f.apply(x.reshape(1)).sum())).apply(X)
                    .toDoubles(), 1e-15);
            assertArrayEquals(jacfwd(f).apply(X).toDoubles(), jacrev(f).apply(X).toDoubles(), 1e-15);
            // The rule itself is differentiated as it is written: -3 sin x.
            double[] second = hessian((Tensor x) -> f.apply(x).sum()).apply(X).toDoubles();
            assertEquals(-3 * Math.sin(0.3), second[0], 1e-15);
            assertEquals(0, second[1], 1e-15);
        }
    }

    @Test
    void rulesMayCallTheirOwnFunction() {
        List<Fn<Tensor, Tensor>> self = new ArrayList<>();
        self.add(customJvp((Tensor x) -> x.exp(), (x, dx) -> {
            Tensor y = self.getFirst().apply(x);
            return new ValueAndTangent<>(y, dx.mul(y).mul(2));
        }));
        Fn<Tensor, Tensor> f = self.getFirst();
        double factor = 1;
        for (int order = 1; order <= 4; order++) {
            f = grad(f);
            factor *= 2;
            assertEquals(factor * Math.exp(0.5), f.apply(tensor(0.5)).item(), 1e-13);
        }
        assertEquals(factor * Math.exp(0.5), grad(f).apply(tensor(0.5)).item(), 1e-13);
    }

    @Test
    void stableDerivatives() {
        Fn<Tensor, Tensor> softplus = customJvp((Tensor x) -> x.exp().add(1).log(), (x, dx) ->
                new ValueAndTangent<>(x.exp().add(1).log(), dx.mul(Ricci.sigmoid(x))));
        assertEquals(1, grad(softplus).apply(tensor(800.0)).item());
        assertTrue(Double.isNaN(grad((Tensor x) -> x.exp().add(1).log()).apply(tensor(800.0)).item()));
    }

    @Test
    void backwardNeedNotBeLinearInReverseMode() {
        Fn<Tensor, Tensor> clipped = customVjp("clipped", (Tensor x) -> x,
                x -> new Pair<>(x, List.of()), (none, ct) -> ct.maximum(-1).minimum(1));
        Fn<Tensor, Tensor> loss = x -> clipped.apply(x).mul(x).sum();
        assertArrayEquals(new double[] {0.6, -2.2, 1.4}, grad(loss).apply(X).toDoubles(), 1e-15);
        assertArrayEquals(new double[] {0.6, -2.2, 1.4}, jit(grad(loss)).apply(X).toDoubles(), 1e-15);
        RicciException wrong = assertThrows(RicciException.Derivative.class, () -> jvp(clipped, X, X));
        assertTrue(wrong.rule().contains("linear in the cotangent"), wrong::getMessage);
    }

    @Test
    void integersAndStaticValuesHaveNoDerivative() {
        Fn2<Tensor, Tensor, Tensor> take = customVjp((x, i) -> x.mul(i.to(DType.F64)),
                (x, i) -> new Pair<>(x.mul(i.to(DType.F64)), i),
                (i, ct) -> new Pair<>(ct.mul(i.to(DType.F64)).mul(10), Ricci.zerosLike(i)));
        Tensor i = tensor(new int[] {1, 2, 3});
        assertArrayEquals(new double[] {10, 20, 30},
                grad((Tensor x) -> take.apply(x, i).sum()).apply(X).toDoubles());
        Fn2<Tensor, Integer, Tensor> power = customJvp((x, n) -> x.pow(n), (p, t) ->
                new ValueAndTangent<>(p.first().pow(p.second()), t.first().mul(p.second())));
        assertArrayEquals(new double[] {4, 4, 4},
                jit(grad((Tensor x) -> power.apply(x, 4).sum())).apply(X).toDoubles());
        Fn<Scaled, Tensor> record = customVjp((Scaled s) -> x(s).mul(s.index().to(DType.F64)),
                s -> new Pair<>(x(s).mul(s.index().to(DType.F64)), s.index()),
                (index, ct) -> new Scaled(null, index));
        assertArrayEquals(new double[3],
                grad((Tensor x) -> record.apply(new Scaled(x, i)).sum()).apply(X).toDoubles());
    }

    private static Tensor x(Scaled s) {
        return java.util.Objects.requireNonNull(s.x());
    }

    @Test
    void whatIsCapturedIsConstant() {
        Tensor c = tensor(new double[] {2, 3, 4});
        Fn<Tensor, Tensor> jvpRule = customJvp((Tensor x) -> x.mul(c), (x, dx) ->
                new ValueAndTangent<>(x.mul(c), dx.mul(c).mul(c)));
        Fn<Tensor, Tensor> vjpRule = customVjp((Tensor x) -> x.mul(c), x -> new Pair<>(x.mul(c), List.of()),
                (none, ct) -> ct.mul(c).mul(c));
        for (Fn<Tensor, Tensor> f : List.of(jvpRule, vjpRule)) {
            assertArrayEquals(new double[] {4, 9, 16},
                    grad((Tensor x) -> f.apply(x).sum()).apply(X).toDoubles());
            assertArrayEquals(new double[] {4, 9, 16}, jit(jacfwd(f)).apply(X).slice(1, 0, 3)
                    .sum(0).toDoubles());
        }
        Fn<Tensor, Tensor> outer = w -> customJvp((Tensor x) -> x.mul(w), (x, dx) ->
                new ValueAndTangent<>(x.mul(w), dx.mul(w))).apply(X).sum();
        assertThrows(RicciException.Derivative.class, () -> grad(outer).apply(X));
        assertArrayEquals(X.toDoubles(), grad((Tensor w) -> outer.apply(Ricci.stopGradient(w))
                .add(w.mul(X).sum())).apply(X).toDoubles());
    }

    @Test
    void batchesShareWhatIsNotMapped() {
        Fn2<Tensor, Tensor, Tensor> f = customVjp((a, b) -> a.mul(b), (a, b) -> new Pair<>(a.mul(b),
                new Pair<>(a, b)), (r, ct) -> new Pair<>(ct.mul(r.second()), ct.mul(r.first())));
        Tensor rows = tensor(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Fn2<Tensor, Tensor, Tensor> all = vmap(f, inAxes(0, Ricci.NONE));
        Pair<Tensor, Tensor> g = grad2((Tensor a, Tensor b) -> all.apply(a, b).sum()).apply(rows, X);
        assertArrayEquals(new double[] {5, 7, 9}, g.second().toDoubles());
        assertArrayEquals(new double[] {0.3, -1.2, 0.7, 0.3, -1.2, 0.7}, g.first().toDoubles());
        Derivatives.jvp(all, rows, X, rows, X);
    }

    @Test
    void policiesSayWhatIsKept() {
        Fn<Tensor, Tensor> f = x -> named(x.matmul(x).sin(), "left").cos().matmul(x).exp().sum();
        Tensor x = tensor(new double[] {0.1, 0.2, 0.3, 0.4}, 2, 2);
        double[] expected = grad(f).apply(x).toDoubles();
        for (Custom.Policy policy : List.of(saveNothing(), saveEverything(), saveContractions(),
                saveNamed("left"), saveNamed("right"))) {
            assertArrayEquals(expected, grad(checkpoint(f, policy)).apply(x).toDoubles(), 0);
            assertArrayEquals(expected, jit(grad(checkpoint(checkpoint(f), policy))).apply(x).toDoubles(), 0);
        }
        assertEquals(1, kept(checkpoint(f), x));
        assertEquals(2, kept(checkpoint(f, saveNamed("left")), x));
        assertEquals(3, kept(checkpoint(f, saveContractions()), x));
        assertTrue(kept(checkpoint(f, saveEverything()), x) > 3);
        assertEquals(1, kept(checkpoint(f, saveNamed("right")), x));
    }

    @Test
    void convolutionsAreKeptAsProductsAre() {
        Tensor kernel = tensor(new double[] {0.5, -1, 0.25}, 3, 1, 1);
        Fn<Tensor, Tensor> f = x -> Convolutions.conv(x.sin(), kernel, "b t c, kt c o -> b t o").cos().sum();
        Tensor x = tensor(new double[] {0.1, 0.2, 0.3, 0.4, 0.5}, 1, 5, 1);
        assertArrayEquals(grad(f).apply(x).toDoubles(),
                grad(checkpoint(f, saveContractions())).apply(x).toDoubles(), 0);
        assertEquals(kept(checkpoint(f), x) + 1, kept(checkpoint(f, saveContractions()), x));
    }

    @Test
    void whatNobodyNeedsOfACheckpointIsNotComputed() {
        Fn<Tensor, Tensor> first = x -> checkpoint((Tensor a) -> new Pair<>(a.sin(), a.exp().cos()))
                .apply(x).first();
        String program = ricci.transform.Dce.of(Ricci.program(first, X)).toString();
        assertTrue(program.contains("sin(") && !program.contains("cos("), program);
    }

    private static int kept(Fn<Tensor, Tensor> f, Tensor x) {
        Program program = Ricci.program(f, x);
        // Tensors from outside come first.
        List<Boolean> active = new java.util.ArrayList<>(
                java.util.Collections.nCopies(program.inputs().size() - 1, false));
        active.add(true);
        return Linearize.of(program, active).residuals();
    }
}

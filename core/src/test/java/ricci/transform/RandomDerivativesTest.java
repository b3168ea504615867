package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.transform.Numerically.all;
import static ricci.transform.Numerically.combine;
import static ricci.transform.Numerically.derivative;
import static ricci.transform.Numerically.dot;
import static ricci.transform.Numerically.draw;
import static ricci.transform.Numerically.isSmoothAt;
import static ricci.transform.Numerically.join;
import static ricci.transform.Numerically.norm;
import static ricci.transform.Numerically.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Monoid;
import ricci.ir.Program;
import ricci.ir.RandomProgram;
import ricci.ir.TensorType;

/** Derivatives of random compositions of the primitives: against differences, and against one another. */
class RandomDerivativesTest {
    private static final double DIFFERENCES = 1e-5;
    private static final double ROUNDING = 1e-9;

    @Property(tries = 1500)
    void forwardModeEqualsDifferences(@ForAll long seed, @ForAll @IntRange(max = 12) int equations) {
        Program f = RandomProgram.smooth(seed, equations);
        Random random = new Random(seed);
        List<double[]> x = draw(random, f.inputTypes());
        List<double[]> v = draw(random, f.inputTypes());
        Assume.that(isSmoothAt(f, x, v));
        assertClose(derivative(f, x, v, 1e-4), tangents(f, x, v), DIFFERENCES);
    }

    @Property(tries = 1500)
    void reverseModeIsTheTransposeOfForwardMode(
            @ForAll long seed, @ForAll @IntRange(max = 15) int equations) {
        Program f = RandomProgram.smooth(seed, equations);
        Random random = new Random(seed);
        List<double[]> x = draw(random, f.inputTypes());
        List<double[]> v = draw(random, f.inputTypes());
        List<double[]> ct = draw(random, f.resultTypes());
        List<double[]> jv = tangents(f, x, v);
        List<double[]> vj = cotangents(f, x, ct);
        Assume.that(Double.isFinite(norm(jv)) && norm(jv) < 1e6 && Double.isFinite(norm(vj)));
        assertEquals(dot(ct, jv), dot(vj, v), ROUNDING * (1 + norm(ct) * norm(jv) + norm(vj) * norm(v)));
    }

    @Property(tries = 1000)
    void linearisationEqualsForwardMode(@ForAll long seed, @ForAll @IntRange(max = 15) int equations) {
        Program f = RandomProgram.smooth(seed, equations);
        Random random = new Random(seed);
        List<double[]> x = draw(random, f.inputTypes());
        List<double[]> v = draw(random, f.inputTypes());
        Linearize linearized = Linearize.of(f, all(x.size()));
        List<double[]> primal = run(linearized.primal(), x);
        int results = f.results().size();
        List<double[]> values = primal.subList(0, results);
        List<double[]> residuals = primal.subList(results, primal.size());
        List<double[]> linear = run(linearized.linear(), join(residuals, v));
        Jvp.Result jvp = Jvp.of(f, all(x.size()));
        List<double[]> expected = run(jvp.program(), join(x, v));
        assertSame(expected.subList(0, results), values);
        assertSame(expected.subList(results, expected.size()), linear);
    }

    @Property(tries = 700)
    void gradientOfGradientEqualsDifferencesOfTheGradient(@ForAll long seed,
            @ForAll @IntRange(max = 8) int equations) {
        Program gradient = gradient(RandomProgram.smooth(seed, equations), seed);
        Random random = new Random(seed);
        List<double[]> x = draw(random, gradient.inputTypes());
        List<double[]> v = draw(random, gradient.inputTypes());
        List<double[]> w = draw(random, gradient.resultTypes());
        Assume.that(isSmoothAt(gradient, x, v));
        List<double[]> forwardOverReverse = tangents(gradient, x, v);
        assertClose(derivative(gradient, x, v, 1e-4), forwardOverReverse, DIFFERENCES);
        List<double[]> reverseOverReverse = cotangents(gradient, x, w);
        Assume.that(Double.isFinite(norm(reverseOverReverse)) && norm(forwardOverReverse) < 1e6);
        assertEquals(dot(w, forwardOverReverse), dot(reverseOverReverse, v),
                ROUNDING * (1 + norm(w) * norm(forwardOverReverse) + norm(reverseOverReverse) * norm(v)));
    }

    @Property(tries = 300)
    void hessiansAreSymmetric(@ForAll long seed, @ForAll @IntRange(max = 8) int equations) {
        Program gradient = gradient(RandomProgram.smooth(seed, equations), seed);
        Random random = new Random(seed);
        List<double[]> x = draw(random, gradient.inputTypes());
        List<double[]> u = draw(random, gradient.inputTypes());
        List<double[]> v = draw(random, gradient.inputTypes());
        Assume.that(isSmoothAt(gradient, x, v) && isSmoothAt(gradient, x, u));
        List<double[]> hu = tangents(gradient, x, u);
        List<double[]> hv = tangents(gradient, x, v);
        Assume.that(norm(hu) < 1e6 && norm(hv) < 1e6);
        assertEquals(dot(hu, v), dot(u, hv), 1e-8 * (1 + norm(hu) * norm(v) + norm(u) * norm(hv)));
    }

    @Property(tries = 1000)
    void whatDceLeavesOutIsNotMissed(@ForAll long seed, @ForAll @IntRange(max = 20) int equations) {
        Program f = RandomProgram.smooth(seed, equations);
        Program lean = Dce.of(f);
        assertTrue(lean.equations().size() <= f.equations().size());
        assertEquals(lean, Dce.of(lean));
        List<double[]> x = draw(new Random(seed), f.inputTypes());
        assertSame(run(f, x), run(lean, x));
    }

    @Property(tries = 500)
    void inactiveInputsAreConstants(@ForAll long seed, @ForAll @IntRange(max = 12) int equations) {
        Program f = RandomProgram.smooth(seed, equations);
        Random random = new Random(seed);
        List<double[]> x = draw(random, f.inputTypes());
        List<double[]> v = draw(random, f.inputTypes());
        List<Boolean> active = f.inputTypes().stream().map(_ -> random.nextBoolean()).toList();
        List<double[]> masked = new ArrayList<>();
        List<double[]> given = new ArrayList<>();
        for (int i = 0; i < v.size(); i++) {
            masked.add(active.get(i) ? v.get(i) : new double[v.get(i).length]);
            if (active.get(i)) {
                given.add(v.get(i));
            }
        }
        Jvp.Result some = Jvp.of(f, active);
        List<double[]> results = run(some.program(), join(x, given));
        List<double[]> tangents = filled(
                f, some.activeResults(), results.subList(f.results().size(), results.size()));
        List<double[]> expected = tangents(f, x, masked);
        Assume.that(Double.isFinite(norm(expected)));
        assertClose(expected, tangents, ROUNDING);
    }

    /** The gradient of a weighted sum of all results. */
    static Program gradient(Program f, long seed) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(f.inputTypes());
        Random random = new Random(~seed);
        Atom sum = null;
        for (Atom result : b.inline(f, inputs)) {
            List<Integer> axes = result.type().shape().axesExcept(List.of());
            Atom term = b.mul(b.reduce(Monoid.SUM, result, axes), random.nextGaussian());
            sum = sum == null ? term : b.add(sum, term);
        }
        Program scalar = b.build("test", inputs, Collections.singletonList(sum));
        Program both = Vjp.valueAndGrad(scalar, all(inputs.size()));
        return new Program(both.inputs(), both.equations(), both.results().subList(1, both.results().size()));
    }

    static List<double[]> tangents(Program f, List<double[]> x, List<double[]> v) {
        Jvp.Result jvp = Jvp.of(f, all(x.size()));
        List<double[]> results = run(jvp.program(), join(x, v));
        return filled(f, jvp.activeResults(), results.subList(f.results().size(), results.size()));
    }

    private static List<double[]> filled(Program f, List<Boolean> active, List<double[]> some) {
        List<double[]> tangents = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < active.size(); i++) {
            TensorType type = f.results().get(i).type();
            tangents.add(active.get(i) ? some.get(next++) : new double[(int) type.shape().size()]);
        }
        return tangents;
    }

    static List<double[]> cotangents(Program f, List<double[]> x, List<double[]> ct) {
        Linearize linearized = Linearize.of(f, all(x.size()));
        List<double[]> primal = run(linearized.primal(), x);
        List<double[]> inputs = new ArrayList<>(primal.subList(f.results().size(), primal.size()));
        for (int i = 0; i < ct.size(); i++) {
            if (linearized.activeResults().get(i)) {
                inputs.add(ct.get(i));
            }
        }
        return run(Vjp.pullback(linearized), inputs);
    }

    static void assertClose(List<double[]> expected, List<double[]> actual, double tolerance) {
        assertEquals(expected.size(), actual.size());
        double error = norm(combine(expected, -1, actual));
        assertTrue(error <= tolerance * (1 + norm(expected)), () -> "error " + error + " of "
                + norm(expected));
    }

    private static void assertSame(List<double[]> expected, List<double[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            org.junit.jupiter.api.Assertions.assertArrayEquals(expected.get(i), actual.get(i), 0);
        }
    }
}

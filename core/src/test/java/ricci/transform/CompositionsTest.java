package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.transform.Numerically.derivative;
import static ricci.transform.Numerically.dot;
import static ricci.transform.Numerically.draw;
import static ricci.transform.Numerically.isSmoothAt;
import static ricci.transform.Numerically.join;
import static ricci.transform.Numerically.norm;
import static ricci.transform.Numerically.run;
import static ricci.transform.RandomDerivativesTest.assertClose;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ricci.ir.Program;
import ricci.ir.RandomProgram;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/**
 * Of random programs over all primitives, every transformation of every transformation is what the outer one
 * means. With {@code -Dricci.compositions=1000} it takes so many programs of each kind.
 */
class CompositionsTest {
    private static final int PROGRAMS = Integer.getInteger("ricci.compositions", 60);
    private static final double DIFFERENCES = 1e-5;
    private static final double ROUNDING = 1e-9;

    private final Map<Transformation, Integer> checked = new EnumMap<>(Transformation.class);
    private int compositions;

    /** What a transformation means for one program. */
    private interface Meaning {
        /** False if the program can not be checked at the point drawn, a kink or a pole. */
        boolean holds(Transformation t, Program f, Random random);
    }

    @Test
    void ofSmoothPrograms() {
        sweep("smooth", true, CompositionsTest::holdsForSmooth);
    }

    /** All dtypes, special values, empty tensors, and complex numbers as inputs. */
    @Test
    void ofAnyPrograms() {
        sweep("any", false, CompositionsTest::holdsForAny);
    }

    private void sweep(String kind, boolean smooth, Meaning meaning) {
        for (long i = 0; i < PROGRAMS; i++) {
            // By the golden ratio, so that seeds are far from one another.
            long seed = i * 0x9E3779B97F4A7C15L;
            int equations = (int) (i % 10);
            Program f = smooth ? RandomProgram.smooth(seed, equations) : RandomProgram.any(seed, equations);
            for (Transformation outer : Transformation.values()) {
                check(outer, f, meaning, "seed " + seed + ", " + outer, f);
                for (Transformation inner : Transformation.values()) {
                    String place = "seed " + seed + ", " + outer + " of " + inner;
                    check(outer, inner, f, meaning, place, seed);
                }
            }
        }
        System.out.println(PROGRAMS + " " + kind + " programs, " + compositions
                + " transformations of them and of their transformations; compared with what they mean: "
                + checked);
        assertEquals(Transformation.values().length, checked.size());
    }

    private void check(Transformation outer, Transformation inner, Program f, Meaning meaning, String place,
            long seed) {
        Program g;
        try {
            g = inner.of(f, new Random(seed));
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(place + " of\n" + f + "\n" + e, e);
        }
        check(outer, g, meaning, place, f);
    }

    private void check(Transformation t, Program g, Meaning meaning, String place, Program f) {
        compositions++;
        try {
            if (meaning.holds(t, g, new Random(place.hashCode()))) {
                checked.merge(t, 1, Integer::sum);
            }
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(place + " of\n" + f + "\n" + e, e);
        }
    }

    private static boolean holdsForSmooth(Transformation t, Program f, Random random) {
        return switch (t) {
            case JVP -> isDifference(f, random);
            case VJP -> isTranspose(f, random);
            case LINEARIZE, VMAP, PMAP, JIT, REMAT -> holdsForAny(t, f, random);
        };
    }

    private static boolean isDifference(Program f, Random random) {
        Program jvp = Transformation.JVP.of(f, random);
        List<double[]> x = draw(random, f.inputTypes());
        List<double[]> v = draw(random, f.inputTypes());
        if (!isSmoothAt(f, x, v)) {
            return false;
        }
        List<double[]> results = run(jvp, join(x, v));
        int count = f.results().size();
        assertClose(run(f, x), results.subList(0, count), 0);
        assertClose(derivative(f, x, v, 1e-4), results.subList(count, results.size()), DIFFERENCES);
        return true;
    }

    private static boolean isTranspose(Program f, Random random) {
        int count = f.results().size();
        List<double[]> x = draw(random, f.inputTypes());
        List<double[]> v = draw(random, f.inputTypes());
        List<double[]> ct = draw(random, f.resultTypes());
        List<double[]> forward = run(Transformation.JVP.of(f, random), join(x, v));
        List<double[]> backward = run(Transformation.VJP.of(f, random), join(x, ct));
        List<double[]> jv = forward.subList(count, forward.size());
        List<double[]> vj = backward.subList(count, backward.size());
        if (!(norm(forward) < 1e6) || !(norm(vj) < 1e6)) {
            return false;
        }
        assertClose(forward.subList(0, count), backward.subList(0, count), 0);
        assertEquals(dot(ct, jv), dot(vj, v), ROUNDING * (1 + norm(ct) * norm(jv) + norm(vj) * norm(v)));
        return true;
    }

    /** In every bit. */
    private static boolean holdsForAny(Transformation t, Program f, Random random) {
        switch (t) {
            case JVP, VJP -> keepsResults(t.of(f, random), f, random);
            case LINEARIZE -> assertSame(Transformation.JVP.of(f, random), t.of(f, random), random);
            case JIT, REMAT -> assertSame(f, t.of(f, random), random);
            case VMAP -> Examples.assertEqualsLoop(f, Transformation.EXAMPLES,
                    Examples.drawSome(random, f.inputTypes()), Examples.drawAxes(random, f.resultTypes()),
                    random);
            case PMAP -> isLoop(f, random);
        }
        return true;
    }

    private static void keepsResults(Program more, Program f, Random random) {
        List<Buffer> inputs = Examples.draw(random, more.inputTypes());
        List<Buffer> results = Eval.run(f, inputs.subList(0, f.inputs().size()));
        Examples.assertSame(results, Eval.run(more, inputs).subList(0, results.size()), f);
    }

    private static void assertSame(Program expected, Program actual, Random random) {
        assertEquals(expected.inputTypes(), actual.inputTypes());
        assertEquals(expected.resultTypes(), actual.resultTypes());
        List<Buffer> inputs = Examples.draw(random, expected.inputTypes());
        Examples.assertSame(Eval.run(expected, inputs), Eval.run(actual, inputs), expected);
    }

    private static void isLoop(Program f, Random random) {
        List<Integer> axes = Examples.drawSome(random, f.inputTypes());
        List<Integer> outAxes = Examples.drawAxes(random, f.resultTypes());
        Program shards = Transformation.pmap(f, axes, outAxes);
        List<Buffer> inputs = Examples.draw(random, shards.inputTypes());
        Examples.assertSame(Examples.loop(f, Transformation.EXAMPLES, axes, inputs, outAxes),
                Eval.run(shards, inputs), f);
    }
}

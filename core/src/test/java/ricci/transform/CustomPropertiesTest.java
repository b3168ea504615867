package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.transform.Numerically.all;
import static ricci.transform.Numerically.draw;
import static ricci.transform.Numerically.norm;
import static ricci.transform.Numerically.run;
import static ricci.transform.RandomDerivativesTest.assertClose;
import static ricci.transform.RandomDerivativesTest.gradient;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Custom;
import ricci.ir.CustomExamples;
import ricci.ir.Program;
import ricci.ir.RandomProgram;

/** With the true rules, custom derivatives change nothing; nor does remat, to the bit. */
class CustomPropertiesTest {
    private static final double ROUNDING = 1e-8;

    /** Any two transformations, with the same draws for both programs. */
    private static Program transformed(Program f, Random random, long seed) {
        Program g = f;
        for (int i = 0; i < 2; i++) {
            g = switch (random.nextInt(3)) {
                case 0 -> CustomExamples.rule(g);
                case 1 -> gradient(g, seed);
                default -> Vmap.of(g, 2, Examples.drawSome(random, g.inputTypes()))
                        .withResultsAlong(Examples.drawAxes(random, g.resultTypes()));
            };
        }
        return g;
    }

    @Property(tries = 400)
    void trueRulesAreThePlainDerivatives(@ForAll long seed, @ForAll @IntRange(max = 8) int equations,
            @ForAll @IntRange(min = 1, max = 2) int kind) {
        Program f = RandomProgram.smooth(seed, equations);
        Program custom = CustomExamples.program(CustomExamples.of(kind, f), f);
        Program expected = transformed(f, new Random(seed), seed);
        Program actual = transformed(custom, new Random(seed), seed);
        List<double[]> x = draw(new Random(seed), expected.inputTypes());
        List<double[]> values = run(expected, x);
        Assume.that(Double.isFinite(norm(values)) && norm(values) < 1e6);
        assertClose(values, run(actual, x), ROUNDING);
    }

    @Property(tries = 400)
    void computingAgainChangesNoBit(@ForAll long seed, @ForAll @IntRange(max = 10) int equations,
            @ForAll Custom.Save save) {
        Program f = RandomProgram.smooth(seed, equations);
        Program remat = CustomExamples.program(CustomExamples.remat(f, save), f);
        Program expected = transformed(f, new Random(seed), seed);
        Program actual = transformed(remat, new Random(seed), seed);
        List<double[]> x = draw(new Random(seed), expected.inputTypes());
        assertEquals(bits(run(expected, x)), bits(run(actual, x)));
    }

    /** Part of a program, whose operands are used outside of it too. */
    @Property(tries = 300)
    void computingAPartAgainChangesNoBitOfTheGradient(@ForAll long seed,
            @ForAll @IntRange(max = 8) int equations, @ForAll Custom.Save save) {
        Program f = RandomProgram.smooth(seed, equations);
        Program g = gradient(around(f, null), seed);
        Custom.Policy policy = ((Custom.Remat) CustomExamples.remat(f, save)).policy();
        Program again = gradient(around(f, policy), seed);
        List<double[]> x = draw(new Random(seed), f.inputTypes());
        assertEquals(bits(run(g, x)), bits(run(again, x)));
    }

    private static Program around(Program f, Custom.@Nullable Policy policy) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(f.inputTypes());
        List<Atom> before = inputs.stream().map(v -> b.mul(v, b.add(v, v))).toList();
        List<Atom> inside = policy == null ? b.inline(f, before)
                : Rematerialize.apply(b, f, policy, before);
        List<Atom> results = new java.util.ArrayList<>(inside.stream().map(v -> b.mul(v, v)).toList());
        before.forEach(v -> results.add(b.mul(v, b.fill(v.type(), 0.3))));
        return b.build("test", inputs, results);
    }

    private static List<String> bits(List<double[]> values) {
        // A sum of no cotangents is 0, one of zeros may be -0; which of them it is, is left open.
        return values.stream().map(v -> java.util.Arrays.stream(v).map(x -> x + 0.0)
                .mapToObj(Double::toString)
                .collect(Collectors.joining(" "))).toList();
    }

    @Property(tries = 300)
    void nothingIsKeptButTheInputs(@ForAll long seed, @ForAll @IntRange(max = 12) int equations) {
        Program f = RandomProgram.smooth(seed, equations);
        Program remat = CustomExamples.program(CustomExamples.remat(f, Custom.Save.NOTHING), f);
        Linearize kept = Linearize.of(remat, all(f.inputs().size()));
        List<Atom> residuals = kept.primal().results().subList(f.results().size(),
                kept.primal().results().size());
        assertTrue(kept.primal().inputs().containsAll(residuals), () -> kept.primal().toString());
    }

    @Property(tries = 200)
    void textsParseBack(@ForAll long seed, @ForAll @IntRange(max = 6) int equations,
            @ForAll @IntRange(max = 2) int kind) {
        Program body = RandomProgram.smooth(seed, equations);
        Program f = CustomExamples.program(CustomExamples.of(kind, body), body);
        assertEquals(f, Program.parse(f.toString()));
        Program jvp = Jvp.of(f, all(f.inputs().size())).program();
        assertEquals(jvp, Program.parse(jvp.toString()));
    }
}

package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.transform.Numerically.all;
import static ricci.transform.Numerically.derivative;
import static ricci.transform.Numerically.draw;
import static ricci.transform.Numerically.isSmoothAt;
import static ricci.transform.Numerically.norm;
import static ricci.transform.Numerically.run;
import static ricci.transform.RandomDerivativesTest.assertClose;
import static ricci.transform.RandomDerivativesTest.gradient;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import ricci.ir.Program;
import ricci.ir.RandomProgram;

/** Whole derivatives of random programs: forward mode, reverse mode and differences agree. */
class JacobianProgramTest {
    private static final double DIFFERENCES = 1e-5;
    private static final double ROUNDING = 1e-9;

    @Property(tries = 500)
    void forwardEqualsReverse(@ForAll long seed, @ForAll @IntRange(max = 10) int equations) {
        Program f = RandomProgram.smooth(seed, equations);
        List<double[]> x = draw(new Random(seed), f.inputTypes());
        List<double[]> forward = run(JacobianProgram.forward(f, all(x.size())), x);
        List<double[]> reverse = run(JacobianProgram.reverse(f, all(x.size())), x);
        Assume.that(Double.isFinite(norm(forward)) && norm(forward) < 1e6 && Double.isFinite(norm(reverse)));
        assertEquals(f.results().size() * (1 + x.size()), forward.size());
        assertClose(forward, reverse, ROUNDING);
    }

    @Property(tries = 300)
    void columnsAreDifferences(@ForAll long seed, @ForAll @IntRange(max = 8) int equations) {
        Program f = RandomProgram.smooth(seed, equations);
        Random random = new Random(seed);
        List<double[]> x = draw(random, f.inputTypes());
        int input = random.nextInt(x.size());
        Assume.that(x.get(input).length > 0);
        int element = random.nextInt(x.get(input).length);
        List<double[]> unit = new ArrayList<>(x.stream().map(v -> new double[v.length]).toList());
        unit.get(input)[element] = 1;
        Assume.that(isSmoothAt(f, x, unit));
        List<double[]> jacobian = run(JacobianProgram.forward(f, all(x.size())), x);
        List<double[]> column = new ArrayList<>();
        for (int i = 0; i < f.results().size(); i++) {
            double[] block = jacobian.get(f.results().size() + i * x.size() + input);
            double[] part = new double[block.length / x.get(input).length];
            for (int k = 0; k < part.length; k++) {
                part[k] = block[k * x.get(input).length + element];
            }
            column.add(part);
        }
        assertClose(derivative(f, x, unit, 1e-4), column, DIFFERENCES);
    }

    @Property(tries = 200)
    void hessiansAreSymmetricAndEqualInAllModes(@ForAll long seed,
            @ForAll @IntRange(max = 6) int equations) {
        Program gradient = gradient(RandomProgram.smooth(seed, equations), seed);
        int count = gradient.inputs().size();
        List<double[]> x = draw(new Random(seed), gradient.inputTypes());
        List<double[]> forward = run(JacobianProgram.forward(gradient, all(count)), x);
        List<double[]> reverse = run(JacobianProgram.reverse(gradient, all(count)), x);
        Assume.that(Double.isFinite(norm(forward)) && norm(forward) < 1e6 && Double.isFinite(norm(reverse)));
        assertClose(forward, reverse, ROUNDING);
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < count; k++) {
                double[] block = forward.get(count + i * count + k);
                double[] mirror = forward.get(count + k * count + i);
                int rows = x.get(i).length;
                int columns = x.get(k).length;
                double[] turned = new double[block.length];
                for (int e = 0; e < block.length; e++) {
                    turned[e % columns * rows + e / columns] = block[e];
                }
                assertArrayEquals(mirror, turned, 1e-8 * (1 + norm(forward)));
            }
        }
    }

    @Property(tries = 500)
    void theTransposeOfTheTransposeIsTheFunction(@ForAll long seed,
            @ForAll @IntRange(max = 12) int equations) {
        Program f = RandomProgram.smooth(seed, equations);
        Random random = new Random(seed);
        Linearize linearized = Linearize.of(f, all(f.inputs().size()));
        int residuals = linearized.residuals();
        List<double[]> x = draw(random, f.inputTypes());
        List<double[]> primal = run(linearized.primal(), x);
        List<double[]> arguments = new ArrayList<>(primal.subList(f.results().size(), primal.size()));
        arguments.addAll(draw(random, f.inputTypes()));
        Program there = Transpose.of(linearized.linear(), linear(residuals, f.inputs().size()));
        Program back = Transpose.of(there, linear(residuals, there.inputs().size() - residuals));
        List<double[]> expected = run(linearized.linear(), arguments);
        Assume.that(Double.isFinite(norm(expected)) && norm(expected) < 1e6);
        assertClose(expected, run(back, arguments), ROUNDING);
    }

    private static List<Boolean> linear(int fixed, int varied) {
        return Stream.concat(Collections.nCopies(fixed, false).stream(),
                Collections.nCopies(varied, true).stream()).toList();
    }
}

package ricci.transform;

import static ricci.transform.Examples.assertEqualsLoop;
import static ricci.transform.Examples.drawAxes;
import static ricci.transform.Examples.drawSome;
import static ricci.transform.Numerically.all;
import static ricci.transform.Numerically.draw;
import static ricci.transform.Numerically.norm;
import static ricci.transform.RandomDerivativesTest.assertClose;
import static ricci.transform.RandomDerivativesTest.cotangents;
import static ricci.transform.RandomDerivativesTest.gradient;
import static ricci.transform.RandomDerivativesTest.tangents;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import ricci.ir.Program;
import ricci.ir.RandomProgram;
import ricci.ir.TensorType;

/** Vectorised derivatives, and derivatives of what is vectorised, equal loops. */
class VmapDerivativesTest {
    private static final double ROUNDING = 1e-9;

    /** A function, its examples, and a place for every mapped axis. */
    private record Setting(Program f, int size, List<Integer> axes, List<Integer> outAxes, Random random) {
        static Setting of(long seed, int equations, int size) {
            Random random = new Random(seed);
            Program f = RandomProgram.smooth(seed, equations);
            return new Setting(f, size, drawSome(random, f.inputTypes()),
                    drawAxes(random, f.resultTypes()), random);
        }

        Program vectorized() {
            return Vmap.of(f, size, axes).withResultsAlong(outAxes);
        }

        List<double[]> example(List<double[]> values, List<TensorType> types, List<Integer> places, int i) {
            return IntStream.range(0, values.size())
                    .mapToObj(k -> Examples.take(values.get(k), types.get(k), places.get(k), size, i))
                    .toList();
        }
    }

    @Property(tries = 700)
    void forwardModeOfVmap(@ForAll long seed, @ForAll @IntRange(max = 12) int equations,
            @ForAll @IntRange(min = 1, max = 3) int size) {
        Setting s = Setting.of(seed, equations, size);
        Program vectorized = s.vectorized();
        List<double[]> x = draw(s.random(), vectorized.inputTypes());
        List<double[]> v = draw(s.random(), vectorized.inputTypes());
        List<double[]> together = tangents(vectorized, x, v);
        for (int i = 0; i < size; i++) {
            List<double[]> each = tangents(s.f(), s.example(x, s.f().inputTypes(), s.axes(), i),
                    s.example(v, s.f().inputTypes(), s.axes(), i));
            Assume.that(Double.isFinite(norm(each)));
            assertClose(each, s.example(together, s.f().resultTypes(), s.outAxes(), i), ROUNDING);
        }
    }

    /** What is the same for all examples has the sum of their cotangents. */
    @Property(tries = 700)
    void reverseModeOfVmap(@ForAll long seed, @ForAll @IntRange(max = 12) int equations,
            @ForAll @IntRange(min = 1, max = 3) int size) {
        Setting s = Setting.of(seed, equations, size);
        Program vectorized = s.vectorized();
        List<double[]> x = draw(s.random(), vectorized.inputTypes());
        List<double[]> ct = draw(s.random(), vectorized.resultTypes());
        List<double[]> together = cotangents(vectorized, x, ct);
        List<double[]> sums = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            List<double[]> each = cotangents(s.f(), s.example(x, s.f().inputTypes(), s.axes(), i),
                    s.example(ct, s.f().resultTypes(), s.outAxes(), i));
            Assume.that(Double.isFinite(norm(each)) && norm(each) < 1e6);
            List<double[]> before = List.copyOf(sums);
            sums.clear();
            for (int k = 0; k < each.size(); k++) {
                boolean mapped = s.axes().get(k) != Vmap.NONE;
                if (mapped) {
                    assertClose(List.of(each.get(k)), List.of(Examples.take(together.get(k),
                            s.f().inputTypes().get(k), s.axes().get(k), size, i)), ROUNDING);
                }
                sums.add(before.isEmpty() ? each.get(k) : Numerically.combine(
                        List.of(before.get(k)), 1, List.of(each.get(k))).getFirst());
            }
        }
        for (int k = 0; k < sums.size(); k++) {
            if (s.axes().get(k) == Vmap.NONE) {
                assertClose(List.of(sums.get(k)), List.of(together.get(k)), 1e-7);
            }
        }
    }

    @Property(tries = 700)
    void vmapOfTheGradient(@ForAll long seed, @ForAll @IntRange(max = 12) int equations,
            @ForAll @IntRange(max = 3) int size) {
        Random random = new Random(seed);
        Program gradient = gradient(RandomProgram.smooth(seed, equations), seed);
        assertEqualsLoop(gradient, size, drawSome(random, gradient.inputTypes()),
                drawAxes(random, gradient.resultTypes()), random);
    }

    /** Any of the transformations, one of the other, all vectorised in the end. */
    @Property(tries = 500)
    void vmapOfTransformationsOfTransformations(@ForAll long seed, @ForAll @IntRange(max = 6) int equations,
            @ForAll @IntRange(max = 2) int size) {
        Random random = new Random(seed);
        Program f = RandomProgram.smooth(seed, equations);
        for (int i = 0; i < 3; i++) {
            Program g = f;
            f = switch (random.nextInt(3)) {
                case 0 -> Jvp.of(g, all(g.inputs().size())).program();
                case 1 -> gradient(g, seed);
                default -> Vmap.of(g, 1 + random.nextInt(2), drawSome(random, g.inputTypes()))
                        .withResultsAlong(drawAxes(random, g.resultTypes()));
            };
        }
        assertEqualsLoop(f, size, drawSome(random, f.inputTypes()), drawAxes(random, f.resultTypes()),
                random);
    }
}

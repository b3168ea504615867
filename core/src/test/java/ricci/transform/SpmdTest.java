package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.transform.Examples.drawAxes;
import static ricci.transform.Examples.drawSome;
import static ricci.transform.Numerically.all;
import static ricci.transform.Numerically.combine;
import static ricci.transform.Numerically.dot;
import static ricci.transform.Numerically.draw;
import static ricci.transform.Numerically.join;
import static ricci.transform.Numerically.norm;
import static ricci.transform.Numerically.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.NamedAxis;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Sharding;
import ricci.ir.TensorType;

/** Random programs with collectives: run by shards, by vmap, and by both; and their derivatives. */
class SpmdTest {
    private static final NamedAxis I = new NamedAxis("i", 3);
    private static final NamedAxis J = new NamedAxis("j", 2);

    /** The function of whole tensors by shards on the axis, and the same by vmap. */
    private static Program byShards(Program one, NamedAxis axis, List<Integer> in, List<Integer> out) {
        return single(Spmd.ofExamples(one, axis, in, out));
    }

    private static Program byVmap(Program one, NamedAxis axis, List<Integer> in, List<Integer> out) {
        return Vmap.of(one, axis.size(), in, axis.name()).withResultsAlong(out);
    }

    private static Program single(Collective.Pmap map) {
        Builder b = new Builder();
        List<TensorType> types = new ArrayList<>();
        for (int i = 0; i < map.in().size(); i++) {
            types.add(map.in().get(i).whole(map.body().inputs().get(i).type(), map.axes()));
        }
        List<Atom.Var> inputs = b.inputs(types);
        return b.build("test", inputs, b.apply(map, inputs));
    }

    private static void assertClose(List<double[]> expected, List<double[]> actual, Object context) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            double scale = 1 + norm(List.of(expected.get(i)));
            assertArrayEquals(expected.get(i), actual.get(i), 1e-9 * scale, "result " + i + " of " + context);
        }
    }

    @Property(tries = 400)
    void shardsGiveWhatVmapGives(@ForAll long seed, @ForAll @IntRange(max = 8) int equations) {
        Random random = new Random(seed);
        Program one = RandomSpmd.smooth(random, List.of(I), equations);
        List<Integer> in = drawSome(random, one.inputTypes());
        List<Integer> out = drawAxes(random, one.resultTypes());
        Program vmap = byVmap(one, I, in, out);
        assertEquals(Set.of(), Collective.freeNames(vmap));
        List<double[]> x = draw(random, vmap.inputTypes());
        List<double[]> expected = run(vmap, x);
        List<double[]> actual = run(byShards(one, I, in, out), x);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(unsigned(expected.get(i)), unsigned(actual.get(i)),
                    "result " + i + " of\n" + one);
        }
    }

    /** What all shards hold alike is not added but multiplied under vmap: 3 * -0 is -0, and 0 + -0 is not. */
    private static double[] unsigned(double[] x) {
        return Arrays.stream(x).map(v -> v + 0.0).toArray();
    }

    @Property(tries = 300)
    void overTwoAxesInEveryCombination(@ForAll long seed, @ForAll @IntRange(max = 6) int equations) {
        Random random = new Random(seed);
        Program one = RandomSpmd.smooth(random, List.of(I, J), equations);
        List<Integer> in = drawSome(random, one.inputTypes());
        List<Integer> out = drawAxes(random, one.resultTypes());
        Program onlyVmap = byVmap(one, J, in, out);
        List<Integer> in2 = drawSome(random, onlyVmap.inputTypes());
        List<Integer> out2 = drawAxes(random, onlyVmap.resultTypes());
        Program vmaps = byVmap(onlyVmap, I, in2, out2);
        List<double[]> x = draw(random, vmaps.inputTypes());
        List<double[]> expected = run(vmaps, x);
        assertClose(expected, run(byShards(onlyVmap, I, in2, out2), x), one);
        Program inner = byShards(one, J, in, out);
        assertClose(expected, run(byVmap(inner, I, in2, out2), x), one);
        assertClose(expected, run(byShards(inner, I, in2, out2), x), one);
    }

    @Property(tries = 200)
    void vmapOverAnAxisWithoutAName(@ForAll long seed, @ForAll @IntRange(max = 6) int equations) {
        Random random = new Random(seed);
        Program one = RandomSpmd.smooth(random, List.of(I), equations);
        List<Integer> in = drawSome(random, one.inputTypes());
        Program map = byShards(one, I, in, drawAxes(random, one.resultTypes()));
        Examples.assertEqualsLoop(map, random.nextInt(4), drawSome(random, map.inputTypes()),
                drawAxes(random, map.resultTypes()), random);
    }

    @Property(tries = 300)
    void textRoundTrip(@ForAll long seed, @ForAll @IntRange(max = 8) int equations) {
        Random random = new Random(seed);
        Program one = RandomSpmd.smooth(random, List.of(I, J), equations);
        assertEquals(one, Program.parse(one.toString()));
        List<Integer> in = drawSome(random, one.inputTypes());
        Program map = byShards(one, I, in, drawAxes(random, one.resultTypes()));
        assertEquals(map, Program.parse(map.toString()));
    }

    /** The whole function of shards, whatever is in them, has the derivatives of the function by vmap. */
    @Property(tries = 200)
    void derivativesOfShardsAreThoseOfVmap(@ForAll long seed, @ForAll @IntRange(max = 6) int equations) {
        Random random = new Random(seed);
        Program one = RandomSpmd.smooth(random, List.of(I), equations);
        List<Integer> in = drawSome(random, one.inputTypes());
        List<Integer> out = drawAxes(random, one.resultTypes());
        Program vmap = byVmap(one, I, in, out);
        Program map = byShards(one, I, in, out);
        List<Boolean> active = all(vmap.inputs().size());
        List<double[]> x = draw(random, vmap.inputTypes());
        Jvp.Result expected = Jvp.of(vmap, active);
        Jvp.Result actual = Jvp.of(map, active);
        List<double[]> v = draw(random, vmap.inputTypes());
        List<double[]> tangents = tangents(vmap, expected, run(expected.program(), join(x, v)));
        assertClose(tangents, tangents(map, actual, run(actual.program(), join(x, v))), one);
        List<double[]> ct = draw(random, vmap.resultTypes());
        List<double[]> pulled = pullback(vmap, x, ct);
        List<double[]> pulledByShards = pullback(map, x, ct);
        assertClose(pulled, pulledByShards, one);
        double forward = dot(tangents, ct);
        assertEquals(forward, dot(v, pulledByShards), 1e-8 * (1 + Math.abs(forward) + norm(pulled)));
    }

    /** A tangent for each result, zeros where there is none. */
    private static List<double[]> tangents(Program program, Jvp.Result jvp, List<double[]> all) {
        List<double[]> tangents = new ArrayList<>();
        int next = program.results().size();
        for (int i = 0; i < program.results().size(); i++) {
            tangents.add(jvp.activeResults().get(i) ? all.get(next++)
                    : new double[(int) program.results().get(i).type().shape().size()]);
        }
        return tangents;
    }

    private static List<double[]> pullback(Program program, List<double[]> x, List<double[]> ct) {
        Linearize linear = Linearize.of(program, all(program.inputs().size()));
        List<double[]> primal = run(linear.primal(), x);
        List<double[]> arguments = new ArrayList<>(primal.subList(ct.size(), primal.size()));
        for (int i = 0; i < ct.size(); i++) {
            if (linear.activeResults().get(i)) {
                arguments.add(ct.get(i));
            }
        }
        return run(Vjp.pullback(linear), arguments);
    }

    /** Replicated results, too: what they are of the first shard, they are of all. */
    @Property(tries = 200)
    void derivativesOfWhatAllShardsHold(@ForAll long seed, @ForAll @IntRange(max = 5) int equations) {
        Random random = new Random(seed);
        Program program = RandomSpmd.smooth(random, List.of(I, J), equations);
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(program.inputTypes());
        List<Atom> sums = b.inline(program, inputs).stream()
                .map(y -> b.apply(new Collective.AllReduce(ricci.ir.Monoid.SUM, List.of(J, I)), y)).toList();
        Program body = b.build("test", inputs, sums);
        List<Sharding> in = body.inputTypes().stream().map(t -> sharding(random, t)).toList();
        List<Sharding> out = body.resultTypes().stream().map(t -> Sharding.replicated(t.rank())).toList();
        Collective.Pmap map = new Collective.Pmap(List.of(I, J), in, out, body);
        Spmd.variance(map).forEach(over -> assertEquals(Set.of(), over));
        Program whole = single(map);
        List<double[]> x = draw(random, whole.inputTypes());
        List<double[]> v = draw(random, whole.inputTypes());
        Jvp.Result jvp = Jvp.of(whole, all(x.size()));
        List<double[]> tangents = tangents(whole, jvp, run(jvp.program(), join(x, v)));
        if (Numerically.isSmoothAt(whole, x, v)) {
            List<double[]> difference = Numerically.derivative(whole, x, v, 1e-4);
            assertTrue(norm(combine(tangents, -1, difference)) <= 1e-5 * (1 + norm(difference)),
                    () -> "tangents of\n" + whole);
        }
        List<double[]> ct = draw(random, whole.resultTypes());
        double forward = dot(tangents, ct);
        assertEquals(forward, dot(v, pullback(whole, x, ct)),
                1e-8 * (1 + Math.abs(forward) + norm(tangents) * norm(ct)));
    }

    private static Sharding sharding(Random random, TensorType type) {
        List<String> names = new ArrayList<>(List.of("i", "j"));
        Collections.shuffle(names, random);
        List<List<String>> axes = new ArrayList<>();
        for (int axis = 0; axis < type.rank(); axis++) {
            int count = random.nextInt(names.size() + 1);
            axes.add(List.copyOf(names.subList(0, count)));
            names.subList(0, count).clear();
        }
        return new Sharding(axes);
    }

    /** Inside, a collective's transpose is that of the map of all that all hold. */
    @Property(tries = 200)
    void transposesInside(@ForAll long seed, @ForAll @IntRange(max = 6) int equations) {
        Random random = new Random(seed);
        Program one = RandomSpmd.linear(random, List.of(I), equations);
        List<Integer> in = drawAxes(random, one.inputTypes());
        List<Integer> out = drawAxes(random, one.resultTypes());
        Program forward = byShards(one, I, in, out);
        Program back = byShards(Transpose.of(one, all(one.inputs().size())), I, out, in);
        List<double[]> x = draw(random, forward.inputTypes());
        List<double[]> ct = draw(random, back.inputTypes());
        double expected = dot(run(forward, x), ct);
        assertEquals(expected, dot(x, run(back, ct)), 1e-8 * (1 + Math.abs(expected)));
    }

    @Property(tries = 200)
    void deadResultsAndOperandsAreLeftOut(@ForAll long seed, @ForAll @IntRange(max = 6) int equations) {
        Random random = new Random(seed);
        Program one = RandomSpmd.smooth(random, List.of(I), equations);
        List<Integer> in = drawSome(random, one.inputTypes());
        Program map = byShards(one, I, in, drawAxes(random, one.resultTypes()));
        Program first = Dce.of(new Program(map.inputs(), map.equations(), List.of(map.results().getFirst())));
        List<double[]> x = draw(random, map.inputTypes());
        assertArrayEquals(run(map, x).getFirst(), run(first, x).getFirst());
        first.equations().forEach(e -> assertEquals(1, e.results().size()));
    }

    @Test
    void residualsStayWhereTheyAre() {
        Builder b = new Builder();
        Atom.Var w = b.input(TensorType.of(ricci.ir.DType.F64, 2));
        Atom.Var x = b.input(TensorType.of(ricci.ir.DType.F64, 4));
        Program body = new BodyOfProduct().program();
        Sharding whole = Sharding.replicated(1);
        Sharding overJ = new Sharding(List.of(List.of("j")));
        Collective.Pmap map = new Collective.Pmap(List.of(J), List.of(whole, overJ), List.of(overJ), body);
        Program program = b.build("test", List.of(w, x), b.apply(map, List.of(w, x)));
        Linearize linear = Linearize.of(program, List.of(true, true));
        Collective.Pmap known = pmap(linear.primal());
        // Of sin(w)·x: w, sin(w) or cos(w) is the same for all; x is passed as it is.
        IntStream.range(1, known.out().size()).forEach(i -> assertEquals(whole, known.out().get(i)));
        assertTrue(pmap(linear.linear()).in().contains(new Sharding(List.of(List.of("j")))));
    }

    private static Collective.Pmap pmap(Program program) {
        return (Collective.Pmap) program.equations().stream().map(e -> e.op())
                .filter(op -> op instanceof Collective.Pmap).findFirst().orElseThrow();
    }

    /** sin(w)·x. */
    private static final class BodyOfProduct {
        Program program() {
            Builder b = new Builder();
            Atom.Var w = b.input(TensorType.of(ricci.ir.DType.F64, 2));
            Atom.Var x = b.input(TensorType.of(ricci.ir.DType.F64, 2));
            return b.build("test", List.of(w, x), List.of(b.mul(b.unary(Op.Unary.Function.SIN, w), x)));
        }
    }
}

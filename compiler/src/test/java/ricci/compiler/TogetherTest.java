package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Kernels that run at once. */
class TogetherTest {
    /** A step of an optimizer with momentum, for tensors of some sizes. */
    private static Program update(List<Long> sizes) {
        List<Tensor> params = sizes.stream().map(size -> Ricci.zeros(DType.F32, size)).toList();
        return Ricci.program((List<Tensor> p, List<Tensor> m, List<Tensor> g) -> {
            List<Tensor> momentum = IntStream.range(0, p.size())
                    .mapToObj(i -> m.get(i).mul(0.9).add(g.get(i))).toList();
            return List.of(momentum, IntStream.range(0, p.size())
                    .mapToObj(i -> p.get(i).sub(momentum.get(i).mul(0.1))).toList());
        }, params, params, params);
    }

    private static List<Buffer> samples(Program program, long seed) {
        Random random = new Random(seed);
        return program.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                random.doubles(type.shape().size(), -1, 1).toArray())).toList();
    }

    private static void same(List<Buffer> expected, List<Buffer> actual) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).reals(), actual.get(i).reals());
        }
    }

    @Test
    void anOptimizersStepIsOneAction() {
        Plan plan = Planner.plan(update(LongStream.range(2, 22).map(n -> n * n * n).boxed().toList()));
        assertEquals(1, plan.actions().size());
        Plan.Action.Together all = assertInstanceOf(Plan.Action.Together.class, plan.actions().getFirst());
        assertEquals(20, all.runs().size());
    }

    /** Some with turns for all threads, and some with fewer; and some of the arguments given away. */
    @Property(tries = 40)
    void trees(@ForAll @Size(min = 2, max = 6) List<@LongRange(min = 1, max = 120_000) Long> sizes,
            @ForAll long seed) {
        sameWithSomeGivenAway(update(sizes), seed, 1);
    }

    /** With none of the arguments given away, and so many times with some of them. */
    private static void sameWithSomeGivenAway(Program program, long seed, int times) {
        List<Buffer> x = samples(program, seed);
        List<Buffer> expected = new CompiledProgram(program, Planner.plan(program, false)).run(x);
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        same(expected, compiled.run(x));
        Random random = new Random(seed);
        for (int again = 0; again < times; again++) {
            same(expected, compiled.run(samples(program, seed),
                    x.stream().map(_ -> random.nextBoolean()).toList()));
        }
    }

    /** What the whole tiles write and what those at the edge write lies apart. */
    @Property(tries = 20)
    void tilesAndThoseAtTheEdge(@ForAll @IntRange(min = 24, max = 50) int rows,
            @ForAll @IntRange(min = 300, max = 400) int depth) {
        Program program = Ricci.program((Tensor x, Tensor y) -> x.matmul(y),
                Ricci.zeros(DType.F32, rows, depth), Ricci.zeros(DType.F32, depth, 2L * depth));
        List<Buffer> x = program.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                new Random(depth).doubles(type.shape().size(), -2, 3).map(Math::floor).toArray())).toList();
        same(Eval.run(program, x), new CompiledProgram(program, Planner.plan(program)).run(x));
    }

    /** One kernel overwrites the argument that another reads, so they do not run at once. */
    @Test
    void anArgumentThatAnotherKernelReadsIsNotWrittenOver() {
        Program program = Ricci.program((Tensor x, Tensor y) -> List.of(x.mul(2), x.add(1).sum(), y.mul(3)),
                Ricci.zeros(DType.F32, 100_000), Ricci.zeros(DType.F32, 7));
        List<Buffer> expected = new CompiledProgram(program, Planner.plan(program, false))
                .run(samples(program, 1));
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        for (int again = 0; again < 10; again++) {
            same(expected, compiled.run(samples(program, 1), List.of(true, true)));
        }
    }

    // ---- large ones ----

    /** The weights and biases of a small network, one of them large. */
    private static final List<List<Long>> TREE = List.of(List.of(784L, 512L), List.of(512L),
            List.of(512L, 512L), List.of(512L), List.of(512L, 10L), List.of(10L), List.of(2048L, 1024L));

    /** A step of Adam, of which the powers of 0.9 and 0.999 are known. */
    private static Program adam(List<List<Long>> shapes) {
        List<Tensor> params = shapes.stream().map(shape -> Ricci.zeros(DType.F32,
                shape.stream().mapToLong(n -> n).toArray())).toList();
        return Ricci.program((List<List<Tensor>> state, List<Tensor> gradients, List<Tensor> powers) -> {
            Tensor first = Ricci.ones().sub(powers.getFirst());
            Tensor second = Ricci.ones().sub(powers.getLast());
            List<List<Tensor>> next = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int i = 0; i < gradients.size(); i++) {
                Tensor g = gradients.get(i);
                Tensor m = state.get(1).get(i).mul(0.9).add(g.mul(0.1));
                Tensor v = state.get(2).get(i).mul(0.999).add(g.mul(g).mul(0.001));
                next.get(0).add(state.get(0).get(i).sub(m.div(first)
                        .div(v.div(second).abs().sqrt().add(1e-8)).mul(0.001)));
                next.get(1).add(m);
                next.get(2).add(v);
            }
            return next;
        }, List.of(params, params, params), params, List.of(Ricci.zeros(), Ricci.zeros()));
    }

    @Test
    void aTreesUpdatesAreCallsOfOneKernel() {
        List<Plan.Action> actions = Planner.plan(adam(TREE)).actions();
        Plan.Action.Together updates = assertInstanceOf(Plan.Action.Together.class, actions.getLast());
        assertEquals(TREE.size(), updates.runs().size());
        assertEquals(1, updates.byKernel().size());
        assertTrue(actions.stream().limit(actions.size() - 1).noneMatch(action ->
                action instanceof Plan.Action.Run(var launch, _) && launch.turns() > 1));
    }

    /** No fewer results may be written over arguments, however they are given away. */
    @Test
    void eachLargeUpdateMayStillOverwriteWhatItReads() {
        Program program = adam(List.of(List.of(2048L, 1024L), List.of(2048L, 1024L), List.of(2048L, 1024L)));
        Plan plan = Planner.plan(program);
        for (int i = 0; i < program.results().size(); i++) {
            int tensor = i % 3;
            for (int of = 0; of < 4; of++) {
                assertTrue(plan.reusable().get(i).contains(3 * of + tensor), plan.reusable()::toString);
            }
        }
    }

    @Property(tries = 6)
    void largeTreesWithSomeArgumentsGivenAway(@ForAll long seed) {
        sameWithSomeGivenAway(adam(TREE), seed, 3);
    }

    private static void assertFirstTwoRunOneByOne(Program program) {
        Plan plan = Planner.plan(program);
        assertTrue(plan.actions().stream().limit(2).allMatch(action ->
                action instanceof Plan.Action.Run(var launch, _) && launch.work() > 1 << 20),
                () -> Explain.text(plan, false));
        List<Buffer> expected = new CompiledProgram(program, Planner.plan(program, false))
                .run(samples(program, 1));
        CompiledProgram compiled = new CompiledProgram(program, plan);
        for (boolean first : new boolean[] {true, false}) {
            same(expected, compiled.run(samples(program, 1), program.inputs().stream()
                    .map(v -> first == v.equals(program.inputs().getFirst())).toList()));
        }
    }

    /** The second may be written over the first argument, if given away, and if the first call is done. */
    @Test
    void largeOnesThatCannotOverwriteWhatTheyReadRunOneByOne() {
        assertFirstTwoRunOneByOne(Ricci.program((Tensor x, Tensor y) -> List.of(x.transpose().add(1),
                y.transpose().add(1)), Ricci.zeros(1024, 2048), Ricci.zeros(2048, 1024)));
    }

    /** What is carried is written over itself, which here the other call reads. */
    @Test
    void largeOnesOfALoopThatSwapTheirPlacesRunOneByOne() {
        Plan plan = Planner.body(Ricci.program((Tensor x, Tensor y) -> List.of(y.mul(2), x.mul(2)),
                Ricci.zeros(1100, 1100), Ricci.zeros(1100, 1100)), 0);
        assertEquals(2, plan.actions().size());
        assertTrue(plan.reusable().get(1).contains(1), plan.reusable()::toString);
    }

    @Test
    void largeOnesOfALoopAreCallsOfOneKernel() {
        Plan plan = Planner.body(Ricci.program((Tensor c, Tensor x, Tensor y) -> List.of(x.add(c), y.add(c)),
                Ricci.zeros(), Ricci.zeros(1100, 1100), Ricci.zeros(1300, 1100)), 1);
        assertEquals(1, plan.actions().size());
        assertEquals(List.of(List.of(1), List.of(2)), plan.reusable());
    }

    @Test
    void largeOnesThatReadTheSameRunOneByOne() {
        assertFirstTwoRunOneByOne(Ricci.program((Tensor x, Tensor y, Tensor z) -> List.of(x.mul(y), x.mul(z)),
                Ricci.zeros(1100, 1100), Ricci.zeros(2, 1100, 1100), Ricci.zeros(3, 1100, 1100)));
    }

    @Test
    void largeOnesThatMakeMuchOnTheWayRunOneByOne() {
        assertFirstTwoRunOneByOne(Ricci.program((Tensor x, Tensor y) -> {
            List<Tensor> both = List.of(x.add(1), y.add(1));
            return List.of(both.getFirst().sort(1), both.getLast().sort(1));
        }, Ricci.zeros(1100, 1200), Ricci.zeros(1200, 1300)));
    }

    /** One kernel is shown once, for all that it is called with. */
    @Test
    void explainsOneKernelOverATree() throws IOException {
        Path path = Path.of("src/test/resources/loops/adam.explain.txt");
        String text = Explain.text(Planner.plan(adam(TREE)), true);
        if ("write".equals(System.getProperty("ricci.golden"))) {
            Files.writeString(path, text);
        }
        assertEquals(Files.readString(path), text);
    }

    @Test
    void explainsSeveralKernelsAtOnce() {
        String text = Explain.text(Planner.plan(Ricci.program((Tensor x, Tensor y, Tensor z) ->
                List.of(x.mul(2), y.mul(2), z.add(1)), Ricci.zeros(70), Ricci.zeros(80), Ricci.zeros(90))),
                true);
        assertTrue(text.contains("1. mul over 2 sets of tensors at once, 150 turns\n"), text);
        assertTrue(text.contains("reads  a: f32[70], b: f32[80], 600 B, in 1 loop\n"), text);
        assertTrue(text.contains("     these 2 at once\n"), text);
        assertEquals(2, text.split("kernel ").length - 1, text);
    }
}

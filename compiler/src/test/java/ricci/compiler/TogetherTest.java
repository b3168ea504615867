package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

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
        Program program = update(sizes);
        List<Buffer> x = samples(program, seed);
        List<Buffer> expected = new CompiledProgram(program, Planner.plan(program, false)).run(x);
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        same(expected, compiled.run(x));
        Random random = new Random(seed);
        same(expected, compiled.run(samples(program, seed),
                x.stream().map(_ -> random.nextBoolean()).toList()));
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
}

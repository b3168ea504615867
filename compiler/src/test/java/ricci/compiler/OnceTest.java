package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.ControlFlow;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** What steps share is computed before the first one, and stays. */
class OnceTest {
    /** Products with weights that have to be packed, in a loop of a number of steps that data decide. */
    private static Program loop(int rows, int depth, boolean isScan) {
        return Ricci.program((Tensor w, Tensor x, Tensor steps) -> isScan
                        ? ControlFlow.forLoop(0, 3, (_, s) -> step(w, s), x)
                        : ControlFlow.whileLoop((List<Tensor> s) -> s.getFirst().sum().lt(steps.sum()),
                                s -> List.of(s.getFirst().add(1), step(w, s.getLast())),
                                List.of(Ricci.zeros(DType.F32, 300), x)).getLast(),
                Ricci.zeros(DType.F32, depth, depth), Ricci.zeros(DType.F32, rows, depth),
                Ricci.zeros(DType.F32, 1));
    }

    private static Tensor step(Tensor w, Tensor x) {
        return x.matmul(w.mul(0.05).tanh()).add(x.matmul(w)).mul(0.02);
    }

    @Property(tries = 12)
    void loopsWithWeights(@ForAll @IntRange(min = 60, max = 90) int rows,
            @ForAll @IntRange(min = 300, max = 560) int depth, @ForAll boolean isScan,
            @ForAll @IntRange(max = 2) int steps) {
        Program program = loop(rows, depth, isScan);
        Random random = new Random(depth);
        List<Buffer> x = List.of(
                Buffer.ofReals(DType.F32, random.doubles((long) depth * depth, -1, 1).toArray()),
                Buffer.ofReals(DType.F32, random.doubles((long) rows * depth, -1, 1).toArray()),
                Buffer.ofReals(DType.F32, new double[] {300 * steps}));
        double[] expected = Eval.run(program, x).getFirst().reals();
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        for (int again = 0; again < 2; again++) {
            assertArrayEquals(expected, compiled.run(x).getFirst().reals(), 1e-3);
        }
    }

    @Test
    void weightsArePackedOnce() {
        for (boolean isScan : new boolean[] {true, false}) {
            Plan plan = Planner.plan(loop(64, 700, isScan));
            Plan body = plan.actions().stream().filter(a -> a instanceof Plan.Action.Enter)
                    .map(a -> ((Plan.Action.Enter) a).nest().plans().getLast()).findFirst().orElseThrow();
            assertTrue(body.once() > 0, () -> Explain.text(plan, false));
            long packs = body.actions().stream().skip(body.once()).filter(a ->
                    a instanceof Plan.Action.Run(var launch, _) && launch.kernel().name().equals("pack")
                    && launch.memory().contains(new Launch.Memory.Of(body.inputs().getFirst()))).count();
            assertEquals(0, packs, () -> Explain.text(plan, false));
        }
    }
}

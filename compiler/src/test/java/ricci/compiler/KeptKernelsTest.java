package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static ricci.Ricci.jit;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ricci.Convolutions;
import ricci.Fn;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.runtime.Buffer;
import ricci.runtime.Executable;

/** Kernels of convolutions that are the same in all runs are packed by the first one, if at all. */
class KeptKernelsTest {
    private static Program program(String layout, long window) {
        boolean isFeaturesLast = layout.startsWith("b h w c");
        Tensor x = isFeaturesLast ? Ricci.zeros(2, 14, 14, 32) : Ricci.zeros(2, 32, 14, 14);
        Tensor w = layout.contains("kw c o") ? Ricci.zeros(window, window, 32, 64) : isFeaturesLast
                ? Ricci.zeros(64, window, window, 32) : Ricci.zeros(64, 32, window, window);
        return Ricci.program((Tensor v, Tensor u) -> Convolutions.conv(u, v, layout), w, x);
    }

    /** Whether something is made of the kernel in each run, to be read later. */
    private static boolean isPackedAgain(Plan plan) {
        Launch.Memory kernel = new Launch.Memory.Of(plan.inputs().getFirst());
        return plan.actions().stream().skip(plan.once()).anyMatch(action ->
                action instanceof Plan.Action.Run(var launch, _) && launch.memory().contains(kernel)
                        && InPlace.written(launch).stream().anyMatch(Alone::isTemporary));
    }

    /** However their axes lie. */
    @Test
    void noRunPacksAgain() {
        for (String layout : List.of("b h w c, kh kw c o -> b h w o", "b h w c, o kh kw c -> b h w o",
                "b c h w, o c kh kw -> b o h w")) {
            for (long window : new long[] {1, 3}) {
                Program program = program(layout, window);
                Plan plan = Planner.plan(program, 1);
                assertFalse(isPackedAgain(plan), () -> layout + " " + window + "\n"
                        + Explain.text(plan, false));
                Executable keeping = new Compiler().compile(program, 1);
                Random random = new Random(window);
                List<Buffer> x = program.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                        random.doubles(type.shape().size(), -1, 1).toArray())).toList();
                double[] expected = new Compiler().compile(program).run(x).getFirst().reals();
                for (int turn = 0; turn < 3; turn++) {
                    assertArrayEquals(expected, keeping.run(x).getFirst().reals());
                }
            }
        }
    }

    @Test
    void functionsThatCaptureKernels() {
        String layout = "b h w c, o kh kw c -> b h w o";
        Tensor x = Ricci.arange(2 * 14 * 14 * 32).reshape(2, 14, 14, 32).to(DType.F32).mul(1e-4);
        Tensor w = Ricci.arange(9 * 32 * 64).reshape(64, 3, 3, 32).to(DType.F32).mul(1e-5);
        Plan plan = Planner.plan(program(layout, 3), 1);
        assertEquals(1, plan.kept().size());
        Fn<Tensor, Tensor> captured = jit((Tensor y) -> Convolutions.conv(y, w, layout));
        double[] expected = jit((Tensor y, Tensor v) -> Convolutions.conv(y, v, layout)).apply(x, w).buffer()
                .reals();
        assertArrayEquals(expected, captured.apply(x).buffer().reals());
        Buffer packed = w.buffer().made(plan.kept().getFirst().how());
        assertNotNull(packed);
        assertArrayEquals(expected, captured.apply(x).buffer().reals());
        assertSame(packed, w.buffer().made(plan.kept().getFirst().how()));
    }
}

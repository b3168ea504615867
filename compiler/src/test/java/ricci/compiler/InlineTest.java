package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Checkpoint.checkpoint;
import static ricci.CustomDerivatives.customVjp;
import static ricci.Ricci.grad;
import static ricci.Ricci.inAxes;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.ones;
import static ricci.Ricci.program;
import static ricci.Ricci.valueAndGrad;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ricci.Collectives;
import ricci.ControlFlow;
import ricci.Debug;
import ricci.Fn;
import ricci.Pair;
import ricci.Parallel;
import ricci.Tensor;
import ricci.ir.Custom;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Subprograms;

/** Bodies written out: where, in which order, and what remat keeps apart. */
class InlineTest {
    private static final Tensor X = ones(DType.F32, 4);

    private static long count(Program program, Op op) {
        return program.equations().stream().filter(e -> e.op().equals(op)).count();
    }

    private static boolean has(Program program, Class<?> op) {
        return program.equations().stream().anyMatch(e -> op.isInstance(e.op())
                || Subprograms.of(e.op()).stream().anyMatch(body -> has(body, op)));
    }

    @Test
    void effectsKeepTheirOrder() {
        Fn<Tensor, Tensor> said = x -> {
            Debug.print("inner {}", x.sum());
            return x.neg();
        };
        Program after = Pipeline.of(program((Tensor x) -> {
            Debug.print("before {}", x.sum());
            Tensor y = jit(said).apply(x).add(jit(said).apply(x));
            Debug.print("after {}", x.sum());
            return y;
        }, X));
        List<String> printed = new ArrayList<>();
        for (Equation e : after.equations()) {
            if (e.op() instanceof Effect.Print(var format)) {
                printed.add(format);
            }
        }
        assertEquals(List.of("before {}", "inner {}", "inner {}", "after {}"), printed);
    }

    @Test
    void programsInsideOfOthersAreWrittenOutThere() {
        Fn<Tensor, Tensor> f = jit((Tensor x) -> x.sin());
        Program before = program((Tensor x) -> ControlFlow.cond(x.sum().gt(0), y -> f.apply(f.apply(y)),
                y -> ControlFlow.forLoop(0, 3, (i, c) -> f.apply(c).add(i), y), x)
                .add(Parallel.pmap((Tensor y) -> Collectives.psum(f.apply(y), "i"),
                        inAxes(0).named("i")).apply(x)), X);
        Program after = Inline.of(before);
        assertTrue(has(before, Op.Call.class));
        assertTrue(!has(after, Op.Call.class), after::toString);
        Bits.assertSame(new Random(1), before, Pipeline.of(before));
    }

    @Test
    void theLinearFunctionOfABackwardRuleIsWrittenOut() {
        Fn<Tensor, Tensor> f = customVjp((Tensor x) -> x.sin(), x -> new Pair<>(x.sin(), x),
                (x, ct) -> ct.mul(x.cos()).mul(2));
        Program before = program((Tensor x) -> jvp(grad((Tensor y) -> f.apply(y).sum()), x, x).tangent(), X);
        Program after = Pipeline.of(before);
        assertTrue(!has(after, Custom.class), after::toString);
        Bits.assertSame(new Random(1), before, after);
    }

    @Test
    void whatRematComputesAgainIsNotMerged() {
        Op exp = new Op.Unary(Op.Unary.Function.EXP);
        Fn<Tensor, Tensor> f = x -> x.exp().sin();
        Program kept = Pipeline.of(program(valueAndGrad((Tensor x) -> f.apply(x).sum()), X));
        Program again = Pipeline.of(program(valueAndGrad((Tensor x) ->
                checkpoint(f).apply(x).sum()), X));
        assertEquals(1, count(kept, exp));
        assertEquals(2, count(again, exp));
    }

    @Test
    void thePipelineShowsEachPassThatChangedTheProgram() {
        List<String> names = new ArrayList<>();
        Program before = program((Tensor x) -> jit((Tensor y) -> y.neg().neg().add(y.mul(1))).apply(x), X);
        Program after = Pipeline.of(before, (name, _) -> names.add(name));
        assertEquals(List.of("Inline", "Simplify", "Dce"), names);
        assertEquals(1, after.equations().size());
        assertEquals(after, Pipeline.of(after, (name, _) -> names.add(name)));
        assertEquals(3, names.size());
    }
}

package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.ControlFlow.cond;
import static ricci.ControlFlow.scan;
import static ricci.ControlFlow.whileLoop;
import static ricci.Ricci.jit;
import static ricci.Ricci.program;
import static ricci.Ricci.tensor;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.Carry;
import ricci.Fn;
import ricci.Tensor;
import ricci.ir.Equation;
import ricci.ir.Program;
import ricci.ir.Subprograms;

/**
 * That transformations do as much work as there is program: counted in equations that come out, and in how
 * often a program inside is transformed, not in time.
 */
class TransformationWorkTest {
    private static final List<Boolean> ACTIVE = List.of(true);

    @Test
    void derivativesOfLongProgramsAreLongerByAFactor() {
        for (ToLongFunction<Program> size : sizes()) {
            long little = size.applyAsLong(chain(100));
            long medium = size.applyAsLong(chain(1_000));
            long much = size.applyAsLong(chain(10_000));
            assertEquals(10 * (medium - little), much - medium);
        }
    }

    @ParameterizedTest
    @EnumSource(Nest.class)
    void eachLevelOfNestingAddsAsManyEquations(Nest nest) {
        sizes().forEach(size -> assertLinear(depth -> size.applyAsLong(nest.of(depth))));
    }

    @ParameterizedTest
    @EnumSource(Nest.class)
    void eachLevelOfNestingIsTransformedAsOften(Nest nest) {
        assertLinear(depth -> jvps(nest.of(depth)));
        assertLinear(depth -> cuts(nest.of(depth)));
        assertLinear(depth -> prunings(nest.of(depth)));
        assertLinear(depth -> vectorizations(nest.of(depth)));
    }

    /** From one depth to the next, always the same difference. */
    private static void assertLinear(IntFunction<Long> amount) {
        long step = amount.apply(3) - amount.apply(2);
        for (int depth = 3; depth < 9; depth++) {
            assertEquals(step, amount.apply(depth + 1) - amount.apply(depth), "at depth " + depth);
        }
    }

    // ---- how large the outcome is ----

    private static List<ToLongFunction<Program>> sizes() {
        return List.of(TransformationWorkTest::equations,
                p -> equations(Jvp.of(p, ACTIVE).program()),
                p -> equations(Vjp.valueAndGrad(p, ACTIVE)),
                p -> equations(Jvp.of(Vjp.valueAndGrad(p, ACTIVE), ACTIVE).program()),
                p -> equations(Vmap.of(p, 3, List.of(0)).program()),
                p -> equations(Vmap.of(Vjp.valueAndGrad(p, ACTIVE), 3, List.of(0)).program()));
    }

    /** Those in programs inside too. */
    private static long equations(Program program) {
        long count = 0;
        for (Equation e : program.equations()) {
            count += 1 + Subprograms.of(e.op()).stream().mapToLong(TransformationWorkTest::equations).sum();
        }
        return count;
    }

    // ---- how many programs inside are transformed on the way ----

    private static long jvps(Program program) {
        Memo<List<Boolean>, Jvp.Result> memo = new Memo<>();
        Jvp.of(program, ACTIVE, memo);
        return memo.answers();
    }

    private static long cuts(Program program) {
        Memo<PartialEval.Question, PartialEval> memo = new Memo<>();
        List<Boolean> tangent = List.of(false, true);
        PartialEval.of(Jvp.of(program, ACTIVE).program(),
                new PartialEval.Question(tangent, tangent, PartialEval.Reach.INSIDE), memo);
        return memo.answers();
    }

    private static long prunings(Program program) {
        Memo<List<Boolean>, Program> memo = new Memo<>();
        new Dce(memo).live(Jvp.of(program, ACTIVE).program(), List.of(false, true));
        return memo.answers();
    }

    private static long vectorizations(Program program) {
        Memo<List<Integer>, Vmap.Result> memo = new Memo<>();
        Vmap.of(program, 3, List.of(0), null, memo);
        return memo.answers();
    }

    // ---- programs ----

    private static Program chain(int equations) {
        return recorded(x -> {
            Tensor y = x;
            for (int i = 0; i < equations; i += 4) {
                y = y.mul(x).add(y.sum().sin());
            }
            return y;
        });
    }

    private static Program recorded(Fn<Tensor, Tensor> f) {
        return program((Tensor x) -> f.apply(x).sum(), tensor(new double[] {0.1, 0.2, 0.3}, 3));
    }

    /** Programs in programs, so deep, where what varies is only known in the end. */
    enum Nest {
        /** The second carry starts as a constant and varies after a step; w.exp() is the same in all. */
        SCANS {
            @Override
            Tensor level(Tensor x, Tensor w, int depth) {
                List<Tensor> start = List.of(x, x.gt(1e9).to(x.dtype()));
                Carry<List<Tensor>, Tensor> all = scan((List<Tensor> c) -> {
                    Tensor y = of(c.get(0).mul(w.exp()), c.get(0).cos(), depth - 1);
                    return new Carry<>(List.of(y, c.get(1).add(c.get(0))), y.mul(c.get(1)));
                }, start, 4);
                return all.carry().get(0).add(all.carry().get(1)).add(all.output().sum(0));
            }
        },
        /** One branch is the next choice, the other does not vary. */
        CHOICES {
            @Override
            Tensor level(Tensor x, Tensor w, int depth) {
                return cond(w.sum().gt(0), () -> of(x.sin().mul(w), w, depth - 1), () -> w.mul(0).add(1));
            }
        },
        CALLS {
            @Override
            Tensor level(Tensor x, Tensor w, int depth) {
                return jit((Tensor y) -> of(y.sin().mul(w), w.exp(), depth - 1)).apply(x);
            }
        };

        abstract Tensor level(Tensor x, Tensor w, int depth);

        Tensor of(Tensor x, Tensor w, int depth) {
            return depth == 0 ? x.mul(w).sin() : level(x, w, depth);
        }

        Program of(int depth) {
            return recorded(x -> of(x, x.cos(), depth));
        }
    }
}

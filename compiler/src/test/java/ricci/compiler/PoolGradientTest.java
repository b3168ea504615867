package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.Ricci.grad;
import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import ricci.Convolutions;
import ricci.Fn;
import ricci.Padding;
import ricci.Ricci;
import ricci.Slide;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TypeChecker;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** The gradient of a pool goes to the first greatest element of each window, whether or not they overlap. */
class PoolGradientTest {
    private static final float[] SPECIAL = {0, -0.0f, Float.NaN, Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY};

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void isThatOfTheInterpreter(@ForAll long seed) {
        Random random = new Random(seed);
        String layout = List.of("b [h w] c", "b c [h w]", "[h b w] c").get(random.nextInt(3));
        long[] window = new long[layout.startsWith("[") ? 3 : 2];
        Arrays.setAll(window, _ -> 1 + random.nextInt(3));
        Slide slide = Slide.by(1 + random.nextInt(3))
                .padded(random.nextBoolean() ? Padding.SAME : Padding.VALID);
        boolean isLeast = random.nextBoolean();
        Fn<Tensor, Tensor> pool = x -> isLeast ? Convolutions.minPool(x, layout, slide, window)
                : Convolutions.maxPool(x, layout, slide, window);
        long[] shape = new long[4];
        Arrays.setAll(shape, _ -> 3 + random.nextInt(9));
        Program program = program(grad((Tensor x) -> pool.apply(x).square().sum()), zeros(shape));
        double[] x = new double[(int) (shape[0] * shape[1] * shape[2] * shape[3])];
        boolean isSpecial = random.nextBoolean();
        Arrays.setAll(x, _ -> isSpecial && random.nextInt(9) == 0 ? SPECIAL[random.nextInt(5)]
                : random.nextInt(9) - 4);
        List<Buffer> inputs = List.of(Buffer.ofReals(DType.F32, x));
        assertArrayEquals(Eval.run(program, inputs).getFirst().reals(),
                new CompiledProgram(program, Planner.plan(program)).run(inputs).getFirst().reals(),
                program::toString);
    }

    /** Whatever the dtype, the window, and what it leaves at the end; and nothing is scattered. */
    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void windowsThatLieApartAreAskedEachElement(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = List.of(DType.F32, DType.F64, DType.F16, DType.BF16).get(random.nextInt(4));
        long[] window = {1 + random.nextInt(4), 1 + random.nextInt(4)};
        long[] shape = {1 + random.nextInt(3), 0, 0, 1 + random.nextInt(20)};
        for (int axis = 1; axis < 3; axis++) {
            shape[axis] = window[axis - 1] * (1 + random.nextInt(4)) + random.nextInt((int) window[axis - 1]);
        }
        String layout = random.nextBoolean() ? "b [h w] c" : "b [w] h c";
        long[] slid = layout.equals("b [h w] c") ? window : new long[] {window[0]};
        Slide slide = Slide.by(slid);
        Program program = Ricci.program((Tensor x, Tensor y) -> Ricci.vjp((Tensor z) ->
                Convolutions.maxPool(z, layout, slide, slid), x).pullback().apply(y).mul(3),
                zeros(shape).to(dtype), Convolutions.maxPool(zeros(shape).to(dtype), layout, slide, slid));
        Program simple = Pipeline.of(program);
        assertEquals(0, simple.equations().stream().filter(e -> e.op() instanceof Op.Scatter).count(),
                simple::toString);
        Bits.assertSame(random, program, TypeChecker.check("simplify", simple));
        List<Buffer> inputs = Bits.draw(random, program.inputTypes());
        AgainstInterpreter.check(program, inputs);
        BothTiers.check(program, inputs);
    }
}

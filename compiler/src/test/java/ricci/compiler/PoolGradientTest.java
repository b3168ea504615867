package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import ricci.Slide;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
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
}

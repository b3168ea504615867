package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import ricci.runtime.Buffer;

/** Convolutions channel by channel, and what derivatives of their kernels are, are the interpreter's. */
class DepthwiseTest {
    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void convolutionsAreThoseOfTheInterpreter(@ForAll long seed) {
        Random random = new Random(seed);
        RandomConvolution c = RandomConvolution.of(random, RandomConvolution.Form.ofDepthwise(random));
        Fuse.Cut cut = Fuse.of(c.program());
        check(c, Depthwise.of(c.equation(), c.op(), Convolutions.input(c.equation(), c.op(), cut),
                Convolutions.kernel(c.equation(), c.op(), cut)));
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void derivativesOfKernelsAreThoseOfTheInterpreter(@ForAll long seed) {
        Random random = new Random(seed);
        RandomConvolution c = RandomConvolution.of(random, RandomConvolution.Form.ofDepthwiseKernel(random));
        Fuse.Cut cut = Fuse.of(c.program());
        check(c, Depthwise.ofKernel(c.equation(), c.op(), Convolutions.input(c.equation(), c.op(), cut),
                Convolutions.kernel(c.equation(), c.op(), cut)));
    }

    private static void check(RandomConvolution c, List<Launch> launches) {
        if (launches.isEmpty()) {
            return;
        }
        double[] expected = c.expected();
        double[] slack = c.slack();
        List<Buffer> results = Launched.run(c.program(), c.values(), launches);
        double[] first = RandomConvolution.numbers(results.getFirst());
        for (Buffer result : results) {
            double[] numbers = RandomConvolution.numbers(result);
            Launched.assertClose(expected, slack, numbers, c.program());
            assertEquals(-1, Arrays.mismatch(first, numbers), c.program()::toString);
        }
    }
}

package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import ricci.ir.DType;
import ricci.ir.Sliding;
import ricci.runtime.Buffer;

/** Convolutions channel by channel, and what derivatives of their kernels are, are the interpreter's. */
class DepthwiseTest {
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void convolutionsAreThoseOfTheInterpreter(@ForAll long seed) {
        Random random = new Random(seed);
        RandomConvolution c = RandomConvolution.of(random, RandomConvolution.Form.ofDepthwise(random));
        Fuse.Cut cut = Fuse.of(c.program());
        check(c, Depthwise.of(c.equation(), c.op(), Convolutions.input(c.equation(), c.op(), cut),
                Convolutions.kernel(c.equation(), c.op(), cut), null));
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void derivativesOfKernelsAreThoseOfTheInterpreter(@ForAll long seed) {
        Random random = new Random(seed);
        RandomConvolution c = RandomConvolution.of(random, RandomConvolution.Form.ofDepthwiseKernel(random));
        Fuse.Cut cut = Fuse.of(c.program());
        check(c, DepthwiseKernel.of(c.equation(), c.op(), Convolutions.input(c.equation(), c.op(), cut),
                Convolutions.kernel(c.equation(), c.op(), cut)));
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void neighboursAreComputedTogether(@ForAll long seed) {
        Random random = new Random(seed);
        List<Long> base = List.of(5L + random.nextInt(9), 5L + random.nextInt(9));
        List<Long> one = List.of(1L, 1L);
        Sliding sliding = new Sliding(one, one, one, one, one);
        long batch = 1L + random.nextInt(9);
        long groups = 16L + random.nextInt(40);
        RandomConvolution c = RandomConvolution.of(random, new RandomConvolution.Form(DType.F32, DType.F32,
                batch, groups, false, 1, 1, base, List.of(3L, 3L), sliding));
        Fuse.Cut cut = Fuse.of(c.program());
        check(c, having("2x2 places", Depthwise.of(c.equation(), c.op(),
                Convolutions.input(c.equation(), c.op(), cut),
                Convolutions.kernel(c.equation(), c.op(), cut), null)));
        RandomConvolution k = RandomConvolution.of(random, new RandomConvolution.Form(DType.F32, DType.F32,
                1, groups, true, batch, 1, base, base, sliding));
        cut = Fuse.of(k.program());
        check(k, having("patches of 3x2", DepthwiseKernel.of(k.equation(), k.op(),
                Convolutions.input(k.equation(), k.op(), cut),
                Convolutions.kernel(k.equation(), k.op(), cut))));
    }

    private static List<Launch> having(String name, List<Launch> launches) {
        assertTrue(launches.stream().anyMatch(launch -> launch.name().contains(name)), name);
        return launches;
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

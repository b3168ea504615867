package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.Sliding;
import ricci.ir.TypeChecker;
import ricci.ir.Windows;
import ricci.jvm.Machine;
import ricci.runtime.Buffer;

/** Convolutions with fewer output features in a group than a vector has lanes are by tiles, too. */
class FewFeaturesTest {
    private static final List<DType> TYPES = List.of(DType.F32, DType.F32, DType.F64, DType.I32, DType.F16,
            DType.BF16, DType.I8, DType.U8, DType.I16, DType.U16);

    private static RandomConvolution.Form form(Random random, long features, long outputs) {
        List<Long> base = List.of(4L + random.nextInt(9), 4L + random.nextInt(9));
        Sliding sliding = new Sliding(of(random, 1, 3), of(random, 0, 3), of(random, 0, 3), of(random, 1, 3),
                of(random, 1, 3));
        DType dtype = TYPES.get(random.nextInt(TYPES.size()));
        return new RandomConvolution.Form(dtype, dtype, 1 + random.nextInt(3), 2 + random.nextInt(9),
                features > 1 && random.nextInt(4) == 0, features, outputs, base, of(random, 1, 3), sliding);
    }

    private static List<Long> of(Random random, int from, int end) {
        return random.longs(2, from, end).boxed().toList();
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void tilesAreWhatTheInterpreterComputes(@ForAll long seed) {
        Random random = new Random(seed);
        RandomConvolution c = RandomConvolution.of(random, form(random, 1 + random.nextInt(7),
                1 + random.nextInt(9)));
        Blocking here = ImplicitGemm.blocking(Machine.here(), 4, c.equation().result().type().shape().size());
        Blocking cutting = new Blocking(here.tileRows(), here.tileColumns(), 5, 9, 32);
        double[] expected = c.expected();
        for (Blocking blocking : List.of(here, cutting)) {
            List<double[]> results = new ArrayList<>();
            for (int threads = 1; threads <= 2; threads++) {
                Fuse.Cut cut = Fuse.of(c.program());
                List<Launch> launches = ImplicitGemm.of(c.equation(), c.op(),
                        Convolutions.input(c.equation(), c.op(), cut),
                        Convolutions.kernel(c.equation(), c.op(), cut), blocking, threads, null);
                Launched.run(c.program(), c.values(), launches).stream().map(RandomConvolution::numbers)
                        .forEach(results::add);
            }
            for (double[] result : results) {
                Launched.assertClose(expected, c.slack(), result, c.program());
                assertEquals(-1, Arrays.mismatch(results.getFirst(), result), c.program()::toString);
            }
        }
    }

    /** Not a bit changes when each feature is written once for each of its kernels. */
    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void featuresWithAFewKernelsAreThoseWithOneEach(@ForAll long seed) {
        Random random = new Random(seed);
        RandomConvolution c = RandomConvolution.of(random, form(random, 1, 2 + random.nextInt(7)));
        Program simple = TypeChecker.check("simplify", Pipeline.of(c.program()));
        long outputs = c.equation().operands().getLast().type().shape()
                .length(c.op().dimensions().kernel().getFirst());
        assertTrue(simple.equations().stream().noneMatch(e -> e.op() instanceof Windows.Convolution op
                && op.featureGroups() != outputs), simple::toString);
        Bits.assertSame(random, c.program(), simple);
        List<Buffer> result = new Compiler().compile(c.program()).run(c.values());
        Launched.assertClose(c.expected(), c.slack(), RandomConvolution.numbers(result.getFirst()),
                c.program());
    }
}

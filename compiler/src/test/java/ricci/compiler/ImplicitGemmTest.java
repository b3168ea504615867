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
import org.junit.jupiter.api.Test;
import ricci.jvm.Tiers;
import ricci.runtime.Buffer;

/** Convolutions by tiles are those of the interpreter, however they are cut. */
class ImplicitGemmTest {
    private static final List<Blocking> BLOCKINGS = List.of(
            new Blocking(6, 16, 5000, 1 << 15, 1 << 16), new Blocking(6, 16, 7, 100, 1 << 16),
            new Blocking(4, 24, 20, 1, 1), new Blocking(1, 8, 1, 3, 8), new Blocking(8, 48, 64, 1000, 96));

    /** All ways to cut the sums, and the places, give the same bits. */
    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void isWhatTheInterpreterComputes(@ForAll long seed) {
        Random random = new Random(seed);
        RandomConvolution c = RandomConvolution.of(random, RandomConvolution.Form.of(random));
        check(c, BLOCKINGS.get(random.nextInt(BLOCKINGS.size())));
    }

    /** What is drawn at random is rarely in vain. */
    @Test
    void mostHaveTiles() {
        int tiles = 0;
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            RandomConvolution c = RandomConvolution.of(random, RandomConvolution.Form.of(random));
            tiles += launches(c, BLOCKINGS.getFirst(), 1).isEmpty() ? 0 : 1;
        }
        int counted = tiles;
        assertTrue(tiles > 50, () -> counted + " of 100");
    }

    private static void check(RandomConvolution c, Blocking blocking) {
        double[] expected = c.expected();
        double[] slack = c.slack();
        List<double[]> results = new ArrayList<>();
        for (int threads = 1; threads <= 3; threads++) {
            List<Launch> launches = launches(c, blocking, threads);
            if (launches.isEmpty()) {
                return;
            }
            Launched.run(c.program(), c.values(), launches).stream().map(RandomConvolution::numbers)
                    .forEach(results::add);
        }
        Blocking other = new Blocking(3, 2 * blocking.tileColumns(), 40, 9, 64);
        for (Buffer result : Launched.run(c.program(), c.values(), launches(c, other, 2))) {
            Launched.assertClose(expected, slack, RandomConvolution.numbers(result), c.program());
        }
        for (double[] result : results) {
            Launched.assertClose(expected, slack, result, c.program());
            assertEquals(-1, Arrays.mismatch(results.getFirst(), result), () -> blocking + " of\n"
                    + c.program());
        }
    }

    private static List<Launch> launches(RandomConvolution c, Blocking blocking, int threads) {
        Fuse.Cut cut = Fuse.of(c.program());
        return ImplicitGemm.of(c.equation(), c.op(), Convolutions.input(c.equation(), c.op(), cut),
                Convolutions.kernel(c.equation(), c.op(), cut), blocking, threads, null);
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void kernelsAreCompiledAsAWhole(@ForAll long seed) {
        Random random = new Random(seed);
        RandomConvolution c = RandomConvolution.of(random, RandomConvolution.Form.of(random));
        for (Blocking blocking : BLOCKINGS) {
            for (Launch launch : launches(c, blocking, 2)) {
                int bytes = Tiers.bytes(launch.kernel());
                // The JVM compiles no longer ones.
                assertTrue(bytes < 8000, () -> bytes + " bytes: " + launch.kernel());
            }
        }
    }
}

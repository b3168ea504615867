package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * Sums of two runs at a time are those of each run alone, in vectors the same bits as without. Without the
 * module of the Vector API plain loops are compared with themselves.
 */
class FarRunsTest {
    @Property
    void vectorsAddInTheSameOrder(@ForAll long seed) {
        Random random = new Random(seed);
        int length = length(random);
        float[] x = elements(random, 2 * length + 40);
        boolean exceptions = random.nextInt(4) == 0;
        for (int i = 0; exceptions && i < 3; i++) {
            float[] some = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f};
            x[random.nextInt(x.length)] = some[random.nextInt(some.length)];
        }
        int first = random.nextInt(20);
        int second = random.nextInt(x.length - length + 1);
        FarRuns plain = new FarRuns(false);
        FarRuns vectors = new FarRuns(true);
        // What an earlier sum left is no part of the next one.
        for (int start : new int[] {second, 0, first}) {
            plain.add(x, start, second, length);
            vectors.add(x, start, second, length);
            assertEquals(plain.sum(true), vectors.sum(true));
            assertEquals(plain.sum(false), vectors.sum(false));
        }
    }

    /** As exact as doubles are, which is far more than pairs of floats would be. */
    @Property(tries = 200)
    void sumsAreAsExactAsDoubles(@ForAll long seed, @ForAll boolean many) {
        Random random = new Random(seed);
        int length = length(random);
        float[] x = elements(random, length);
        BigDecimal exact = BigDecimal.ZERO;
        double sizes = 0;
        for (float element : x) {
            exact = exact.add(new BigDecimal(element));
            sizes += Math.abs(element);
        }
        FarRuns runs = new FarRuns(many);
        runs.add(x, 0, 0, length);
        // In a lane one addition of each block, and a few of the lanes.
        double slack = (length / FarRuns.LANES + 20) * 0x1p-53 * sizes;
        assertEquals(exact.doubleValue(), runs.sum(true), slack);
        assertEquals(exact.doubleValue(), runs.sum(false), slack);
    }

    /** Whichever loop it is that runs, and that takes over from the first one. */
    @Test
    void theSumsOfRowsStayTheSame() {
        Random random = new Random(1);
        int rows = 63;
        int length = 2100;
        Shaped<float[]> x = Einops.shaped(elements(random, rows * length), rows, length);
        Reduce sums = Einops.reduce("h w -> h", Reduction.SUM);
        float[] first = sums.apply(x).data();
        for (long seen = 0; seen < 2L * Vectors.AT_FIRST; seen += (long) rows * length) {
            assertArrayEquals(first, sums.apply(x).data());
        }
    }

    private static int length(Random random) {
        return random.nextInt(3) == 0 ? FarRuns.LANES * random.nextInt(9) : random.nextInt(5000);
    }

    private static float[] elements(Random random, int count) {
        int sizes = 1 + random.nextInt(60);
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = Math.scalb(random.nextFloat(-2, 2), random.nextInt(sizes) - 20);
        }
        return x;
    }
}

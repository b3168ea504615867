package ricci.nn.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Thinning and smoothing. */
class SeriesTest {
    private static double[] values(int count, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToDouble(i -> random.nextInt(9) == 0 ? Double.NaN : random.nextGaussian()).toArray();
    }

    private static double[] ys(Series series) {
        return IntStream.range(0, series.size()).mapToDouble(series::y).toArray();
    }

    @Property(tries = 200)
    void thinnedKeepsTheExtremesAndTheOrder(@ForAll @IntRange(min = 1, max = 3000) int count,
            @ForAll @IntRange(min = 2, max = 200) int most, @ForAll long seed) {
        double[] values = values(count, seed);
        Series thin = Series.counted(values).thinned(most);
        assertTrue(thin.size() <= Math.max(most, 2));
        double[] all = Arrays.stream(values).filter(Double::isFinite).toArray();
        double[] kept = Arrays.stream(ys(thin)).filter(Double::isFinite).toArray();
        assertEquals(Arrays.stream(all).max(), Arrays.stream(kept).max());
        assertEquals(Arrays.stream(all).min(), Arrays.stream(kept).min());
        for (int i = 0; i < thin.size(); i++) {
            assertEquals(values[(int) thin.x(i) - 1], thin.y(i), "a point of the curve");
            assertTrue(i == 0 || thin.x(i - 1) < thin.x(i));
        }
    }

    @Property(tries = 200)
    void spreadHasTheFirstAndTheLast(@ForAll @IntRange(min = 1, max = 3000) int count,
            @ForAll @IntRange(min = 2, max = 200) int most) {
        int[] chosen = Series.counted(new double[count]).spread(most);
        assertEquals(Math.min(count, most), chosen.length);
        assertEquals(0, chosen[0]);
        assertEquals(count - 1, chosen[chosen.length - 1]);
        assertEquals(chosen.length, Arrays.stream(chosen).distinct().count());
    }

    @Property(tries = 100)
    void averagesLieBetweenTheExtremes(@ForAll @IntRange(min = 1, max = 300) int count,
            @ForAll @IntRange(min = 1, max = 50) int window, @ForAll long seed) {
        Series all = Series.counted(values(count, seed));
        int[] every = all.spread(count);
        double[] finite = Series.sorted(Arrays.stream(ys(all)).filter(Double::isFinite).toArray());
        double least = Series.quantile(finite, 0);
        double most = Series.quantile(finite, 1);
        for (Series smooth : new Series[] {all.means(every, window), all.medians(every, window)}) {
            for (double y : ys(smooth)) {
                boolean between = y >= least - 1e-9 && y <= most + 1e-9;
                assertTrue(Double.isNaN(y) || between);
            }
        }
    }

    @Test
    void meansAreOfAsManyPointsOnEitherSideUpToTheEnd() {
        Series all = Series.counted(new double[] {9, 1, 2, Double.NaN, 4, 5});
        assertEquals("[9.0, 4.0, 1.5, 3.0, 4.5, 4.5]",
                Arrays.toString(ys(all.means(all.spread(6), 3))));
    }

    @Test
    void quantiles() {
        double[] sorted = {1, 2, 3, 4, 100};
        assertEquals(1, Series.quantile(sorted, 0));
        assertEquals(3, Series.quantile(sorted, 0.5));
        assertEquals(100, Series.quantile(sorted, 0.95));
        assertTrue(Double.isNaN(Series.quantile(new double[0], 0.5)));
    }
}

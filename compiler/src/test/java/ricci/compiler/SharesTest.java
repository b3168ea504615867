package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Blocks of panels that threads share. */
class SharesTest {
    @Property
    void noOtherBlocksAreBetter(@ForAll @IntRange(max = 200) int panels,
            @ForAll @IntRange(min = 1, max = 30) int most, @ForAll @IntRange(min = 1, max = 5) int threads,
            @ForAll @DoubleRange(max = 0.2) double again) {
        Shares shares = Shares.of(panels, most, threads, again);
        assertTrue(shares.each() >= 1 && shares.each() <= most, shares::toString);
        for (int each = 1; each <= Math.min(most, panels); each++) {
            double other = Shares.share(panels, each, threads)
                    + again * Math.ceilDiv(panels, each) / panels;
            assertTrue(shares.cost() <= other, () -> shares.toString());
        }
    }

    @Property
    void noThreadWaitsForLong(@ForAll @IntRange(min = 1, max = 500) int panels,
            @ForAll @IntRange(min = 1, max = 20) int most, @ForAll @IntRange(min = 1, max = 4) int threads) {
        Shares shares = Shares.of(panels, most, threads, 0.1);
        double share = Shares.share(panels, shares.each(), threads);
        assertTrue(share >= 1 || panels < threads, () -> share + " " + shares);
        // Never by more than one panel, and what more blocks would have cost.
        assertTrue(share <= 1 + (threads - 1.0) / panels + 0.1, () -> share + " " + shares);
    }

    @Test
    void oneThreadHasLargeBlocks() {
        assertEquals(10, Shares.of(100, 10, 1, 0.1).each());
    }

    @Test
    void twoThreadsHaveEquallyMany() {
        assertEquals(1, Shares.share(64, Shares.of(64, 10, 2, 0.1).each(), 2));
        assertEquals(1, Shares.share(21, Shares.of(21, 8, 2, 0.1).each(), 2));
        assertEquals(1, Shares.share(64, 8, 2));
        assertEquals(24.0 / 21, Shares.share(21, 3, 2));
    }
}

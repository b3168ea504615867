package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** What finds the least of many: marks, limits, and the networks that sort what is left. */
class SelectionTest {
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void marksTellWhichAreNotGreater(@ForAll long seed, @ForAll @IntRange(max = Marks.BLOCK) int count) {
        Random random = new Random(seed);
        int[] x = values(random, count + 3);
        int limit = random.nextBoolean() && count > 0 ? x[random.nextInt(count)] : random.nextInt();
        Marks marks = new Marks();
        marks.mark(x, 3, count, limit);
        boolean[] isMarked = new boolean[Marks.BLOCK];
        for (int word = 0; word < Marks.WORDS; word++) {
            for (int bit = 0; bit < Long.SIZE; bit++) {
                isMarked[Marks.place(word, bit)] = (marks.bits(word) >> bit & 1) != 0;
            }
        }
        for (int i = 0; i < Marks.BLOCK; i++) {
            assertEquals(i < count && x[i + 3] <= limit, isMarked[i]);
        }
        assertEquals(Arrays.stream(x).limit(count).filter(e -> e <= limit).count(),
                Marks.count(x, count, limit));
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void aLimitLeavesEnoughAndNotManyMore(@ForAll long seed,
            @ForAll @IntRange(min = 1, max = 300) int length) {
        Random random = new Random(seed);
        Limit limit = new Limit();
        for (int row = 0; row < 3; row++) {
            int[] x = values(random, length);
            int fewest = 1 + random.nextInt(length);
            int most = fewest + random.nextInt(length);
            int found = limit.of(x, length, fewest, most);
            long below = Arrays.stream(x).filter(e -> e <= found).count();
            assertTrue(below >= fewest);
            assertTrue(below <= most || Arrays.stream(x).filter(e -> e < found).count() < fewest);
        }
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void aNetworkSortsWhatIsKept(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int length) {
        Random random = new Random(seed);
        int[] x = values(random, length);
        int[] sorted = Arrays.stream(x).sorted().toArray();
        int kept = random.nextInt(length + 1);
        int[] comparators = Network.comparators(length, kept);
        assertTrue(comparators.length <= 2 * Network.comparators(length));
        for (int i = 0; i < comparators.length; i += 2) {
            int low = Math.min(x[comparators[i]], x[comparators[i + 1]]);
            x[comparators[i + 1]] = Math.max(x[comparators[i]], x[comparators[i + 1]]);
            x[comparators[i]] = low;
        }
        assertTrue(IntStream.range(0, kept).allMatch(i -> x[i] == sorted[i]));
    }

    private static int[] values(Random random, int count) {
        int bits = random.nextInt(Integer.SIZE);
        return IntStream.generate(() -> random.nextInt(9) == 0
                ? random.nextBoolean() ? Integer.MIN_VALUE : Integer.MAX_VALUE
                : random.nextInt() >> bits).limit(count).toArray();
    }
}

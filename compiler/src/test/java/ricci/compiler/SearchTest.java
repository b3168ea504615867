package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static ricci.Ricci.jit;
import static ricci.Ricci.tensor;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import ricci.Ordering;
import ricci.Tensor;
import ricci.ir.DType;

/** What is searched and counted by compiled programs is what a walk over all elements finds. */
class SearchTest {
    private static final double[] SPECIAL = {0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
        Double.NaN, 3, 3};

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void positionsOfFloats(@ForAll @IntRange(max = 70) int length, @ForAll @IntRange(max = 70) int count,
            @ForAll Ordering.Side side, @ForAll boolean isWide, @ForAll long seed) {
        Random random = new Random(seed);
        double[] sorted = values(random, length);
        Arrays.sort(sorted);
        double[] wanted = values(random, count);
        DType dtype = isWide ? DType.F64 : DType.F32;
        Tensor x = tensor(sorted, length).to(dtype);
        Tensor v = tensor(wanted, count).to(dtype);
        int[] expected = Arrays.stream(wanted).mapToInt(w -> (int) Arrays.stream(sorted)
                .filter(s -> isBefore(s, w, side)).count()).toArray();
        check(expected, x, v, side);
    }

    /** With many that are equal. */
    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void positionsOfIntegers(@ForAll @IntRange(max = 300) int length, @ForAll Ordering.Side side,
            @ForAll long seed) {
        Random random = new Random(seed);
        int[] sorted = random.ints(length, -20, 20).sorted().toArray();
        int[] wanted = random.ints(37, -22, 22).toArray();
        int[] expected = Arrays.stream(wanted).map(w -> (int) Arrays.stream(sorted)
                .filter(s -> side == Ordering.Side.LEFT ? s < w : s <= w).count()).toArray();
        check(expected, tensor(sorted, length), tensor(wanted, 37), side);
    }

    private static void check(int[] expected, Tensor sorted, Tensor wanted, Ordering.Side side) {
        assertArrayEquals(expected, Ordering.searchSorted(sorted, wanted, side).toInts());
        assertArrayEquals(expected, jit((Tensor x, Tensor v) -> Ordering.searchSorted(x, v, side))
                .apply(sorted, wanted).toInts());
    }

    /** NaN is equal to itself and comes last; zeros of both signs are equal. */
    private static boolean isBefore(double element, double wanted, Ordering.Side side) {
        boolean isLess = element < wanted || (Double.isNaN(wanted) && !Double.isNaN(element));
        boolean isEqual = element == wanted || (Double.isNaN(wanted) && Double.isNaN(element));
        return isLess || (side == Ordering.Side.RIGHT && isEqual);
    }

    private static double[] values(Random random, int count) {
        double[] values = new double[count];
        Arrays.setAll(values, _ -> random.nextInt(3) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)]
                : random.nextInt(12) - 6);
        return values;
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void counts(@ForAll @IntRange(max = 40) int length, @ForAll @IntRange(max = 3000) int count,
            @ForAll long seed) {
        int[] numbers = new Random(seed).ints(count, -2, length + 3).toArray();
        long[] expected = new long[length];
        Arrays.stream(numbers).filter(i -> i >= 0 && i < length).forEach(i -> expected[i]++);
        Tensor x = tensor(numbers, count);
        assertArrayEquals(expected, Ordering.bincount(x, length).toLongs());
        assertArrayEquals(expected, jit((Tensor y) -> Ordering.bincount(y, length)).apply(x).toLongs());
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void intervals(@ForAll @IntRange(min = 1, max = 20) int intervals, @ForAll @IntRange(max = 500) int count,
            @ForAll long seed) {
        Tensor x = tensor(values(new Random(seed), count), count);
        double[] edges = new double[intervals + 1];
        Arrays.setAll(edges, i -> i == intervals ? 4 : -5 + 9.0 * i / intervals);
        long[] expected = new long[intervals];
        for (double value : values(new Random(seed), count)) {
            for (int i = 0; i < intervals; i++) {
                boolean isLast = i == intervals - 1;
                if (value >= edges[i] && (value < edges[i + 1] || (isLast && value == edges[i + 1]))) {
                    expected[i]++;
                }
            }
        }
        assertArrayEquals(expected, Ordering.histogram(x, intervals, -5, 4).toLongs());
        assertArrayEquals(expected,
                jit((Tensor y) -> Ordering.histogram(y, intervals, -5, 4)).apply(x).toLongs());
    }
}

package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Sums and means of many floats, beside those in double: as exact, and as far from overflow. */
class FloatSumsTest {
    /** The whole, rows, columns, and channels of pixels. */
    @Property
    void everySumIsThatOfDoubles(@ForAll long seed, @ForAll StorageKind kind, @ForAll boolean mean) {
        Random random = new Random(seed);
        int h = length(random);
        int w = 1 + Math.min(length(random), 60_000 / h);
        int c = 1 + random.nextInt(4);
        float[] x = elements(random, h * w * c);
        Object data = kind.of(x);
        check(x, data, "h w c ->", mean, h, w, c);
        check(x, data, "h w c -> h", mean, h, w, c);
        check(x, data, "h w c -> w c", mean, h, w, c);
        check(x, data, "h w c -> c", mean, h, w, c);
    }

    /** However many rows there are, and in whichever half of them a row is. */
    @Property(tries = 200)
    void equalRowsHaveEqualSums(@ForAll long seed, @ForAll StorageKind kind) {
        Random random = new Random(seed);
        int rows = 1 + random.nextInt(6);
        int length = random.nextInt(4) == 0 ? 1024 * (1 + random.nextInt(4)) : 900 + random.nextInt(4000);
        float[] row = elements(random, length);
        float[] x = new float[rows * length];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(row, 0, x, i * length, length);
        }
        Shaped<?> result = Einops.reduce(new Shaped<>(kind.of(x), rows, length), "h w -> h", Reduction.SUM);
        float[] sums = (float[]) Storage.array(result.data());
        for (float sum : sums) {
            assertEquals(sums[0], sum);
        }
        check(x, kind.of(x), "h w c -> h", random.nextBoolean(), rows, length, 1);
    }

    private static int length(Random random) {
        return 1 + random.nextInt(random.nextInt(3) == 0 ? 5000 : 60);
    }

    /** Of one size or of many, some so great that a few are more than a float, and a few no number. */
    private static float[] elements(Random random, int count) {
        int greatest = random.nextInt(3) == 0 ? 127 : random.nextInt(30);
        int sizes = 1 + random.nextInt(40);
        boolean exceptions = random.nextInt(4) == 0;
        float[] none = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = exceptions && random.nextInt(3000) == 0 ? none[random.nextInt(none.length)]
                    : Math.scalb(random.nextFloat(-2, 2), greatest - random.nextInt(sizes));
        }
        return x;
    }

    private static void check(float[] x, Object data, String pattern, boolean mean, int h, int w, int c) {
        Shaped<?> result = Einops.reduce(new Shaped<>(data, h, w, c), pattern,
                mean ? Reduction.MEAN : Reduction.SUM);
        float[] actual = (float[]) Storage.array(result.data());
        double[] sums = new double[actual.length];
        double[] sizes = new double[actual.length];
        for (int i = 0; i < x.length; i++) {
            int place = switch (pattern) {
                case "h w c -> h" -> i / (w * c);
                case "h w c -> w c" -> i % (w * c);
                case "h w c -> c" -> i % c;
                default -> 0;
            };
            sums[place] += x[i];
            sizes[place] += Math.abs(x[i]);
        }
        int count = mean ? x.length / actual.length : 1;
        for (int i = 0; i < actual.length; i++) {
            double sum = sums[i] / count;
            // Two roundings of a part in 2^24 each of what is added, and one of the result.
            double slack = sizes[i] / count * 0x1p-23 + Math.abs(sum) * 0x1p-24 + Float.MIN_VALUE;
            boolean range = Math.abs(sum) < Float.MAX_VALUE - slack;
            if (range || Double.isNaN(sum) || Math.abs(sum) > Float.MAX_VALUE + slack) {
                assertEquals(range ? sum : (float) sum, actual[i], range ? slack : 0, pattern);
            }
        }
    }
}

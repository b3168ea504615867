package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The greatest and the least of floats are what {@code Math.max} and {@code Math.min} make of them. */
class ExtremesTest {
    /** Few values, so that all are met: a zero of either sign, infinities and now and then a NaN. */
    private static float[] elements(Random random, int count) {
        float[] few = {0f, -0f, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, -1f, Float.MIN_VALUE};
        int values = random.nextBoolean() ? 2 : few.length;
        boolean holes = random.nextBoolean();
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = holes && random.nextInt(200) == 0 ? Float.NaN
                    : random.nextInt(3) == 0 ? (float) random.nextGaussian() : few[random.nextInt(values)];
        }
        return x;
    }

    private static int length(Random random) {
        return 1 + random.nextInt(random.nextInt(3) == 0 ? 3000 : 40);
    }

    /** Along rows, along columns, and along both ends of three axes. */
    @Property
    void everyBitIsThatOfMath(@ForAll long seed, @ForAll StorageKind kind, @ForAll boolean greatest) {
        Random random = new Random(seed);
        int h = length(random);
        int w = 1 + Math.min(length(random), 40_000 / h);
        int c = 1 + random.nextInt(4);
        float[] x = elements(random, h * w * c);
        Object data = kind.of(x);
        Reduction reduction = greatest ? Reduction.MAX : Reduction.MIN;
        float none = greatest ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
        float[] rows = new float[h];
        float[] columns = new float[w * c];
        float[] middles = new float[w];
        Arrays.fill(rows, none);
        Arrays.fill(columns, none);
        Arrays.fill(middles, none);
        for (int i = 0; i < x.length; i++) {
            rows[i / (w * c)] = extreme(greatest, rows[i / (w * c)], x[i]);
            columns[i % (w * c)] = extreme(greatest, columns[i % (w * c)], x[i]);
            middles[i / c % w] = extreme(greatest, middles[i / c % w], x[i]);
        }
        check(rows, data, "h w c -> h", reduction, h, w, c);
        check(columns, data, "h w c -> w c", reduction, h, w, c);
        check(middles, data, "h w c -> w", reduction, h, w, c);
    }

    private static float extreme(boolean greatest, float a, float b) {
        return greatest ? Math.max(a, b) : Math.min(a, b);
    }

    // Equal as objects are, so that the zeros differ and a NaN is one.
    private static void check(float[] expected, Object data, String pattern, Reduction reduction,
            long... shape) {
        Shaped<?> result = Einops.reduce(new Shaped<>(data, shape), pattern, reduction);
        assertArrayEquals(expected, (float[]) Storage.array(result.data()),
                () -> pattern + " " + Arrays.toString(shape));
    }
}

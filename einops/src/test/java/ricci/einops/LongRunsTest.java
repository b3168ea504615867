package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Reductions of rows of every length, as short as are read in order and as long as are read in quarters. */
class LongRunsTest {
    @Property(tries = 200)
    void rows(@ForAll long seed, @ForAll ElementType type, @ForAll StorageKind kind,
            @ForAll @IntRange(min = 1, max = 3) int rows,
            @ForAll @IntRange(min = 1, max = 40_000) int length) {
        Assume.that(type != ElementType.BOOLEAN);
        Random random = new Random(seed);
        Shaped<?> plain = type.of(Tensors.filled(i -> random.nextInt(100), rows, length));
        double[] x = Tensors.reals(plain);
        double[] sums = new double[rows];
        double[] greatest = new double[rows];
        double[] least = new double[rows];
        double[] places = new double[rows];
        for (int i = 0; i < rows; i++) {
            greatest[i] = Double.NEGATIVE_INFINITY;
            least[i] = Double.POSITIVE_INFINITY;
            for (int j = 0; j < length; j++) {
                double element = x[i * length + j];
                sums[i] += element;
                least[i] = Math.min(least[i], element);
                if (element > greatest[i]) {
                    greatest[i] = element;
                    places[i] = j;
                }
            }
        }
        Shaped<?> stored = new Shaped<>(kind.of(plain.data()), rows, length);
        check(sums, stored, Reduction.SUM);
        check(greatest, stored, Reduction.MAX);
        check(least, stored, Reduction.MIN);
        check(places, stored, Reduction.ARGMAX);
    }

    private static void check(double[] expected, Shaped<?> x, Reduction reduction) {
        assertArrayEquals(expected, Tensors.reals(Einops.reduce(x, "h w -> h", reduction).flat()),
                reduction::toString);
    }
}

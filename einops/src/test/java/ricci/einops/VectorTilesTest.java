package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * Vectors move what plain loops move, bit for bit, and touch nothing else: whole arrays are compared. Without
 * the module of the Vector API plain loops are compared with themselves.
 */
class VectorTilesTest {
    private static final int MARGIN = 40;

    /** Axes 1 and 2 of {@code [n,a,b,c]} are exchanged, with gaps between rows, and backwards. */
    private record Exchange(int n, int a, int b, int c, int gap, boolean backwards) {
        static Exchange random(Random random) {
            int c = switch (random.nextInt(3)) {
                case 0 -> 1;
                case 1 -> 2 + random.nextInt(18);
                default -> 4 * (1 + random.nextInt(4));
            };
            int a = switch (random.nextInt(4)) {
                case 0 -> 1 + random.nextInt(70);
                case 1 -> 3 + random.nextInt(2);
                case 2 -> 2 << random.nextInt(2);
                default -> 60 + random.nextInt(c == 1 ? 600 : 20);
            };
            int b = switch (random.nextInt(3)) {
                case 0 -> 1 + random.nextInt(70);
                case 1 -> 3 + random.nextInt(2);
                default -> 60 + random.nextInt(c == 1 ? 700 : 20);
            };
            return new Exchange(1 + random.nextInt(2), a, b, c, random.nextInt(3), random.nextInt(4) == 0);
        }

        Nest nest() {
            long row = (long) b * c + gap;
            return new Nest(new long[] {n, b, a, c}, new long[] {a * row, c, backwards ? -row : row, 1},
                    Nest.strides(n, b, a, c), backwards ? (a - 1) * row : 0, 0);
        }

        int inputs() {
            return n * a * (b * c + gap);
        }

        int results() {
            return n * a * b * c;
        }
    }

    private static int[] bits(Random random, int count) {
        return random.ints(count).map(bits -> random.nextInt(8) == 0 ? bits | 0x7f80_0000 : bits).toArray();
    }

    private static float[] floats(int... bits) {
        float[] floats = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            floats[i] = Float.intBitsToFloat(bits[i]);
        }
        return floats;
    }

    private static int[] bits(float... floats) {
        int[] bits = new int[floats.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(floats[i]));
        return bits;
    }

    @Property(tries = 500)
    void floatsAndInts(@ForAll long seed) {
        Random random = new Random(seed);
        Exchange exchange = Exchange.random(random);
        int start = random.nextInt(MARGIN);
        int[] x = bits(random, exchange.inputs() + start);
        int[] expected = bits(random, exchange.results() + MARGIN);
        int[] y = expected.clone();
        float[] z = floats(expected);
        Nest nest = exchange.nest();
        long f = start + nest.fromStart();
        int t = random.nextInt(MARGIN);
        nest.copy().runBy(ArrayTiles.INTS, x, f, expected, t);
        nest.copy().runBy(ArrayTiles.INTS.forMany(), x, f, y, t);
        assertArrayEquals(expected, y, exchange::toString);
        nest.copy().runBy(ArrayTiles.FLOATS.forMany(), floats(x), f, z, t);
        assertArrayEquals(expected, bits(z), exchange::toString);
    }

    /** What was asked of {@code java} decides. */
    @Test
    void vectorsAreUsedWhereTheyAreThere() {
        boolean asked = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        assertEquals(asked && Vectors.ARE_THERE, ArrayTiles.FLOATS.forMany() != ArrayTiles.FLOATS);
        assertSame(ArrayTiles.BYTES, ArrayTiles.BYTES.forMany());
    }
}

package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.RicciException;

/** Random numbers: the cipher's published answers, JAX's numbers, and the laws that users rely on. */
class RandomTest {
    /** The known answers that the authors of Threefry publish with Random123, for 20 rounds. */
    @Test
    void threefryHasItsPublishedAnswers() {
        assertCipher(new long[] {0, 0}, new long[] {0, 0}, 0x6b200159L, 0x99ba4efeL);
        assertCipher(new long[] {-1, -1}, new long[] {-1, -1}, 0x1cb996fcL, 0xbb002be7L);
        assertCipher(new long[] {0x13198a2e, 0x03707344}, new long[] {0x243f6a88, 0x85a308d3}, 0xc4923a9cL,
                0x483df7a0L);
    }

    private static void assertCipher(long[] key, long[] counter, long first, long second) {
        List<Tensor> words = LongStream.of(key[0], key[1], counter[0], counter[1])
                .mapToObj(word -> Ricci.tensor(DType.I32, new long[] {word}, 1)).toList();
        List<Tensor> cipher = Trace.apply(new Op.Threefry(), words);
        assertEquals((int) first, cipher.getFirst().toInts()[0]);
        assertEquals((int) second, cipher.getLast().toInts()[0]);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42, -1, (1L << 40) + 7})
    void bitsAreThoseOfJax(long seed) {
        Key key = Key.of(seed);
        assertSame("split/" + seed, Ricci.stack(key.split(3).stream().map(Key::words).toList()));
        assertSame("foldIn/" + seed, key.foldIn(77).words());
        assertSame("bits/" + seed, key.bits(DType.I32, 3, 5));
        assertSame("bits64/" + seed, key.bits(DType.I64, 4));
        for (int count : new int[] {0, 1, 2, 100, 2000}) {
            assertSame("permutation/" + seed + "/" + count, Random.permutation(key, count));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42, -1, (1L << 40) + 7})
    void floatsAreThoseOfJax(long seed) {
        Key key = Key.of(seed);
        for (DType dtype : List.of(DType.F32, DType.F64, DType.F16, DType.BF16)) {
            assertSame("uniform/" + seed, Random.uniform(key, dtype, 0, 1, 2, 9));
            assertSame("uniformRange/" + seed, Random.uniform(key, dtype, -3, 5, 7));
        }
        assertArrayEquals(JaxAnswers.of("normal/" + seed, DType.F32).toDoubles(), Random.normal(key, 20)
                .toDoubles(), 5e-6);
        assertArrayEquals(JaxAnswers.of("normal/" + seed, DType.F64).toDoubles(),
                Random.normal(key, DType.F64, 20).toDoubles(), 1e-13);
    }

    private static void assertSame(String name, Tensor actual) {
        Tensor expected = JaxAnswers.of(name, actual.dtype());
        assertEquals(expected.type(), actual.type());
        assertArrayEquals(expected.toDoubles(), actual.toDoubles(), name);
    }

    @Property(tries = 100)
    void permutationsArePermutations(@ForAll long seed, @ForAll @IntRange(max = 300) int count) {
        int[] order = Random.permutation(Key.of(seed), count).toInts();
        java.util.Arrays.sort(order);
        assertArrayEquals(java.util.stream.IntStream.range(0, count).toArray(), order);
    }

    @Property(tries = 200)
    void uniformNumbersStayInside(@ForAll long seed) {
        for (DType dtype : List.of(DType.F32, DType.F64, DType.F16, DType.BF16)) {
            for (double x : Random.uniform(Key.of(seed), dtype, -0.1, 0.3, 50).toDoubles()) {
                assertTrue(x >= dtype.round(-0.1) && x <= dtype.round(0.3), dtype + " " + x);
            }
        }
    }

    @Test
    void normalNumbersHaveTheirMoments() {
        double[] x = Random.normal(Key.of(3), DType.F64, 40_000).toDoubles();
        double mean = java.util.Arrays.stream(x).average().orElseThrow();
        double variance = java.util.Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average()
                .orElseThrow();
        double fourth = java.util.Arrays.stream(x).map(v -> Math.pow(v - mean, 4)).average().orElseThrow();
        assertEquals(0, mean, 0.02);
        assertEquals(1, variance, 0.03);
        assertEquals(3, fourth, 0.2);
    }

    @Property(tries = 50)
    void keysAreIndependentOfOneAnother(@ForAll long seed) {
        List<Key> keys = new java.util.ArrayList<>(Key.of(seed).split(4));
        keys.add(Key.of(seed));
        keys.add(Key.of(seed).foldIn(4));
        assertEquals(6, keys.stream().map(Key::toString).distinct().count());
    }

    @Test
    void tracedRandomNumbersAreTheSame() {
        Key key = Key.of(7);
        Fn<Key, Tensor> draw = k -> Random.normal(k.split(2).getLast(), 10);
        assertArrayEquals(draw.apply(key).toFloats(), Ricci.jit(draw).apply(key).toFloats());
    }

    @Test
    void whatCannotBeDrawnIsRefused() {
        assertThrows(RicciException.DataType.class, () -> Random.uniform(Key.of(0), DType.I32, 0, 1, 3));
        assertThrows(RicciException.DataType.class, () -> Random.normal(Key.of(0), DType.I8, 3));
        assertThrows(RicciException.DataType.class, () -> Key.of(0).bits(DType.F32, 3));
        assertThrows(RicciException.class, () -> Random.permutation(Key.of(0), -1));
        assertThrows(RicciException.class, () -> Key.of(0).split(-1));
        assertThrows(RicciException.DataType.class, () -> new Key(Ricci.zeros(2)));
    }
}

package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.TensorType;

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
            assertSame("uniformWithin/" + seed, Random.uniform(key, dtype, -0.3, 0.31, 50));
        }
        assertArrayEquals(JaxAnswers.of("normal/" + seed, DType.F32).toDoubles(), Random.normal(key, 20)
                .toDoubles(), 5e-6);
        assertArrayEquals(JaxAnswers.of("normal/" + seed, DType.F64).toDoubles(),
                Random.normal(key, DType.F64, 20).toDoubles(), 1e-13);
    }

    @Test
    void normalNumbersOfSinglePrecisionAreThoseOfJaxToTheLastBit() {
        Tensor expected = JaxAnswers.of("normalMany/0", DType.F32);
        assertArrayEquals(expected.toFloats(), Random.normal(Key.of(0), expected.size()).toFloats());
        CRC32 sum = new CRC32();
        for (float number : Random.normal(Key.of(0), 1 << 16).toFloats()) {
            sum.update(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, number));
        }
        assertEquals(JaxAnswers.of("normalSum/0", DType.I64).toLongs()[0], sum.getValue());
    }

    @Test
    void parametersThatAreNoNumbersGiveNone() {
        double nan = Double.NaN;
        double infinity = Double.POSITIVE_INFINITY;
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            Key key = Key.of(3);
            Tensor a = Ricci.tensor(new double[] {0, -1, nan, infinity, -infinity}).to(dtype);
            assertArrayEquals(new double[] {-infinity, nan, nan, infinity, nan},
                    Random.loggamma(key, a).toDoubles());
            assertArrayEquals(new double[] {nan, nan}, Random.beta(key, a.slice(0, 1, 3),
                    Ricci.full(TensorType.of(dtype), 1)).toDoubles());
            assertArrayEquals(new double[] {nan, nan, nan}, Random.dirichlet(key,
                    Ricci.tensor(new double[] {1, nan, 1}).to(dtype)).toDoubles());
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void whatIsMissingIsSaid() {
        Key key = Key.of(0);
        Tensor one = Ricci.tensor(1f);
        for (Supplier<Tensor> wrong : List.<Supplier<Tensor>>of(() -> Random.normal(key, (DType) null, 3),
                () -> Random.exponential(key, null, 3), () -> Random.uniform((Key) null, 3),
                () -> Random.truncatedNormal(key, null, one), () -> Random.gumbel(key, null, 2),
                () -> Random.weibull(key, one, null), () -> Random.t(key, null),
                () -> Random.maxwell(key, DType.F32, (long[]) null),
                () -> Random.gamma(key, one, (long[]) null))) {
            assertThrows(RicciException.class, wrong::get);
        }
        for (Supplier<Tensor> wrong : List.<Supplier<Tensor>>of(() -> Random.maxwell(key, DType.C64, 2),
                () -> Random.gamma(key, one.to(DType.C64)), () -> Random.t(key, one.to(DType.C64)))) {
            assertThrows(RicciException.DataType.class, wrong::get);
        }
    }

    @Test
    void theEndsOfTheNormalDistributionAreInfinite() {
        float[] ends = NormalQuantile.fromErf(Ricci.tensor(new float[] {-1, 1})).toFloats();
        assertArrayEquals(new float[] {Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}, ends);
    }

    @Test
    void distributionsOfOneNumberAreThoseOfJax() {
        Key key = Key.of(0);
        for (DType dtype : List.of(DType.F32, DType.F64, DType.F16, DType.BF16)) {
            assertLike("exponential/0", Random.exponential(key, dtype, 30));
            assertLike("gumbel/0", Random.gumbel(key, dtype, 30));
            assertLike("laplace/0", Random.laplace(key, dtype, 30));
            assertNear("cauchy/0", Random.cauchy(key, dtype, 30));
            assertLike("logistic/0", Random.logistic(key, dtype, 30));
            if (dtype != DType.BF16) {
                assertNear("maxwell/0", Random.maxwell(key, dtype, 30));
            }
        }
    }

    @Test
    void distributionsWithParametersAreThoseOfJax() {
        Key key = Key.of(0);
        Tensor p = JaxAnswers.of("parameters/0", DType.F32);
        assertNear("pareto/0", Random.pareto(key, p, 4, 5));
        assertNear("rayleigh/0", Random.rayleigh(key, p, 4, 5));
        assertNear("lognormal/0", Random.lognormal(key, p, 4, 5));
        // Its formula cancels where the mean is large, in JAX as here.
        assertArrayEquals(JaxAnswers.of("wald/0", DType.F32).toDoubles(),
                Random.wald(key, p, 4, 5).toDoubles(), 2e-3);
        assertNear("weibull/0", Random.weibull(key, p, p.flip(0), 4, 5));
        assertNear("triangular/0", Random.triangular(
                key, p.slice(0, 0, 1), p.slice(0, 2, 3), p.slice(0, 4, 5), 20));
        assertNear("truncatedNormal/0", Random.truncatedNormal(key, p.neg(), p.flip(0), 4, 5));
    }

    /** To the last bit in f32, JAX's own dtype. */
    private static void assertLike(String name, Tensor actual) {
        if (actual.dtype() == DType.F32) {
            assertSame(name, actual);
        } else {
            assertNear(name, actual);
        }
    }

    /** To a few of the dtype's digits, as the answer's logarithms and powers multiply what rounding does. */
    private static void assertNear(String name, Tensor actual) {
        double[] expected = JaxAnswers.of(name, actual.dtype()).toDoubles();
        double digits = switch (actual.dtype()) {
            case F64 -> 1e-13;
            case F32 -> 2e-5;
            default -> 0.03;
        };
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual.toDoubles()[i], digits * (1 + Math.abs(expected[i])),
                    name + " " + actual.dtype() + " " + i);
        }
    }

    @Test
    void integersAndChoicesAreThoseOfJax() {
        Key key = Key.of(0);
        for (DType dtype : List.of(DType.I8, DType.U8, DType.I16, DType.U16, DType.I32, DType.U32, DType.I64,
                DType.U64)) {
            long[] drawn = Random.randint(key, dtype, 3, 100, 20).toLongs();
            DType signed = dtype == DType.U16 ? DType.I16 : dtype == DType.U32 ? DType.I32
                    : dtype == DType.U64 ? DType.I64 : dtype;
            assertArrayEquals(JaxAnswers.of("randint/" + dtype, signed).toLongs(), drawn, dtype.toString());
        }
        assertSame("randint/wide", Random.randint(key, DType.I64, -1L << 62, 1L << 62, 20));
        Tensor p = Ricci.tensor(new float[] {0.5f, 0, 0.2f, 0.3f});
        for (boolean replace : new boolean[] {false, true}) {
            assertSame("choice/" + replace, Random.choice(key, Ricci.arange(20), replace, 3, 4));
            assertSame("choice/p/" + replace, Random.choice(key, Ricci.arange(4), p, replace, 3));
        }
        Tensor logits = Ricci.tensor(new float[][] {{0.1f, 2, -1}, {0, 0, 3}});
        assertSame("categorical", Random.categorical(key, logits, 1, 7));
        assertSame("categorical/without", Random.categoricalWithoutReplacement(key, logits, 1, 2));
        Tensor rows = Ricci.arange(12).reshape(4, 3);
        assertSame("permutation/rows", Random.permutation(key, rows, 1, false));
        assertSame("permutation/independent", Random.permutation(key, rows, 0, true));
    }

    @Property(tries = 100)
    void integersStayInTheirInterval(@ForAll long seed, @ForAll byte a, @ForAll byte b) {
        for (DType dtype : List.of(DType.I8, DType.U8, DType.U16, DType.U32, DType.U64, DType.I16, DType.I32,
                DType.I64)) {
            long least = Math.max(a, dtype.least().longValue());
            for (long x : Random.randint(Key.of(seed), dtype, a, b, 20).toLongs()) {
                assertTrue(x >= least && x < Math.max(b, least + 1), dtype + " " + x);
            }
        }
    }

    /** Every number of the dtype is drawn, and both ends of it. */
    @Test
    void integersOfTheWholeRange() {
        assertEquals(256, java.util.Arrays.stream(Random.randint(Key.of(1), DType.U8, 0, 256, 5000).toLongs())
                .distinct().count());
        Tensor words = Random.randint(Key.of(1), DType.I32, Integer.MIN_VALUE, 1L << 31, 2000);
        assertEquals(0, words.mean().item(), 1e8);
        assertTrue(words.max().item() > 2.1e9 && words.min().item() < -2.1e9);
    }

    @Property(tries = 30)
    void choicesWithoutReplacementDiffer(@ForAll long seed) {
        Tensor from = Ricci.arange(20);
        assertEquals(12, java.util.Arrays.stream(Random.choice(Key.of(seed), from, false, 3, 4).toLongs())
                .distinct().count());
        Tensor p = Ricci.full(ricci.ir.TensorType.of(DType.F32, 20), 0.05);
        assertEquals(20, java.util.Arrays.stream(Random.choice(Key.of(seed), from, p, false, 20).toLongs())
                .distinct().count());
        long[] drawn = Random.categoricalWithoutReplacement(Key.of(seed), Ricci.zeros(6, 2), 0, 6).toLongs();
        assertEquals(12, drawn.length);
        assertEquals(6, java.util.stream.IntStream.range(0, 6).mapToLong(i -> drawn[2 * i])
                .distinct().count());
    }

    @Test
    void choicesHaveTheirProbabilities() {
        Tensor p = Ricci.tensor(new float[] {0.5f, 0, 0.2f, 0.3f});
        double[] byChoice = new double[4];
        for (long i : Random.choice(Key.of(5), Ricci.arange(4), p, true, 4000).toLongs()) {
            byChoice[(int) i] += 1 / 4000.0;
        }
        double[] byLogits = new double[4];
        for (long i : Random.categorical(Key.of(5), p.log(), 0, 4000).toLongs()) {
            byLogits[(int) i] += 1 / 4000.0;
        }
        assertArrayEquals(p.toDoubles(), byChoice, 0.03);
        assertArrayEquals(p.toDoubles(), byLogits, 0.03);
        assertEquals(0.3, Random.bernoulli(Key.of(6), 0.3, 4000).to(DType.F32).mean().item(), 0.03);
    }

    @Test
    void lanesAreShuffledEachInItsOwnOrder() {
        Tensor x = Ricci.arange(40).reshape(4, 10);
        Tensor rows = Random.permutation(Key.of(3), x, 1, false);
        assertArrayEquals(rows.slice(0, 0, 1).add(10).toInts(), rows.slice(0, 1, 2).toInts());
        Tensor lanes = Random.permutation(Key.of(3), x, 1, true);
        assertArrayEquals(x.toInts(), lanes.sort(1).toInts());
        assertTrue(lanes.slice(0, 0, 1).add(10).ne(lanes.slice(0, 1, 2)).any().item() == 1);
    }

    @Test
    void mappedKeysDrawWhatALoopDraws() {
        Key keys = Key.of(9).batch(3);
        Tensor all = Ricci.vmap((Key key) -> Random.normal(key, 5)).apply(keys);
        Tensor integers = Ricci.vmap((Key key) -> Random.randint(key, DType.I16, -9, 9, 5)).apply(keys);
        List<Key> each = Key.of(9).split(3);
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(Random.normal(each.get(i), 5).toFloats(), all.slice(0, i, i + 1).toFloats());
            assertArrayEquals(Random.randint(each.get(i), DType.I16, -9, 9, 5).toInts(),
                    integers.slice(0, i, i + 1).toInts());
        }
    }

    @Test
    void aKeyUsedTwiceIsFound() {
        Key key = Key.of(1);
        assertThrows(RicciException.KeyReuse.class, () -> Random.detectReuse(
                () -> Random.normal(key, 3).add(Random.uniform(Key.of(1), 3))));
        assertThrows(RicciException.KeyReuse.class, () -> Random.detectReuse(
                () -> List.of(Random.normal(key, 3), key.split(2))));
        Fn<Key, Tensor> twice = k -> Random.normal(k, 3).add(Random.normal(k, 3));
        assertThrows(RicciException.KeyReuse.class, () -> Random.detectReuse(
                () -> Ricci.jit(twice).apply(key)));
        Fn<Key, Tensor> folded = k -> Random.normal(k.foldIn(1), 3).add(Random.normal(k.foldIn(1), 3));
        assertThrows(RicciException.KeyReuse.class, () -> Random.detectReuse(
                () -> Ricci.jit(folded).apply(key)));
        Fn<Key, Tensor> apart = k -> Random.normal(k.foldIn(1), 3).add(Random.normal(k.foldIn(2), 3));
        assertEquals(3, Random.detectReuse(() -> Ricci.jit(apart).apply(key)).size());
        assertEquals(3, twice.apply(key).size());
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

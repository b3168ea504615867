package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.einops.EinopsException.Kind;

/** pack and unpack: as einops 0.8.2, call by call, and back and forth. */
class PackingTest {
    /** A line of the table that {@code src/test/python/packing_cases.py} writes, cut at its bars. */
    record Case(List<String> cells) {
        String cell(int index) {
            return cells.get(index);
        }
    }

    static Stream<Case> cases() {
        return Tensors.lines("/packing-cases.txt").map(line -> new Case(List.of(line.split(" \\| ?", -1))));
    }

    static Stream<Case> packs() {
        return cases().filter(c -> c.cell(0).equals("pack"));
    }

    static Stream<Case> unpacks() {
        return cases().filter(c -> c.cell(0).equals("unpack"));
    }

    @ParameterizedTest
    @MethodSource("packs")
    void packsAsEinopsDoes(Case c) {
        List<Shaped<float[]>> tensors = new ArrayList<>();
        for (String shape : c.cell(2).split(";", -1)) {
            int k = 100 * tensors.size();
            tensors.add(Tensors.filled(i -> i + k, Invocation.shape(shape)));
        }
        if (c.cell(3).equals("rejected")) {
            assertThrows(EinopsException.class, () -> Einops.pack(tensors, c.cell(1)));
            return;
        }
        Packed<Shaped<float[]>> packed = Einops.pack(tensors, c.cell(1));
        assertArrayEquals(Invocation.shape(c.cell(3)), packed.tensor().shape());
        assertEquals(c.cell(4), elements(packed.tensor()));
        assertEquals(c.cell(5), shapes(packed.shapes().stream().map(PackingTest::unboxed)));
    }

    @ParameterizedTest
    @MethodSource("unpacks")
    void unpacksAsEinopsDoes(Case c) {
        Shaped<float[]> x = Tensors.counting(Invocation.shape(c.cell(2)));
        List<List<Long>> pieces = Stream.of(c.cell(3).split(";", -1))
                .map(shape -> LongStream.of(Invocation.shape(shape)).boxed().toList()).toList();
        if (c.cell(4).equals("rejected")) {
            assertThrows(EinopsException.class, () -> Einops.unpack(x, pieces, c.cell(1)));
            return;
        }
        List<Shaped<float[]>> parts = Einops.unpack(x, pieces, c.cell(1));
        assertEquals(c.cell(4), shapes(parts.stream().map(Shaped::shape)));
        assertEquals(c.cell(5), parts.stream().map(PackingTest::elements).collect(Collectors.joining(" ")));
    }

    private static long[] unboxed(List<Long> shape) {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    private static String shapes(Stream<long[]> shapes) {
        return shapes.map(shape -> Arrays.toString(shape).replaceAll("[\\[\\] ]", ""))
                .collect(Collectors.joining(";"));
    }

    private static String elements(Shaped<float[]> x) {
        return Arrays.stream(Tensors.reals(x)).mapToObj(v -> Long.toString((long) v))
                .collect(Collectors.joining(" "));
    }

    /** Axes of length 0 included, beside which einops itself fails. */
    @Property(tries = 500)
    void whatWasPackedComesBack(@ForAll long seed) {
        Random random = new Random(seed);
        long[] before = random.longs(random.nextInt(3), 0, 3).toArray();
        long[] after = random.longs(random.nextInt(3), 0, 3).toArray();
        List<Shaped<float[]>> tensors = new ArrayList<>();
        for (int k = random.nextInt(4); k >= 0; k--) {
            long[] between = random.longs(random.nextInt(3), 0, 4).toArray();
            tensors.add(Tensors.counting(LongStream.concat(LongStream.concat(LongStream.of(before),
                    LongStream.of(between)), LongStream.of(after)).toArray()));
        }
        String pattern = "p q ".substring(0, 2 * before.length) + "*" + " r s".substring(0, 2 * after.length);
        assertEquals(tensors, Einops.unpack(Einops.pack(tensors, pattern), pattern));
    }

    @Test
    void oneLengthMayBeLeftOpen() {
        Shaped<float[]> x = Tensors.counting(2, 10);
        List<Shaped<float[]>> parts = Einops.unpack(x, List.of(List.of(4L), List.of(3L, -1L)), "b *");
        assertArrayEquals(new long[] {2, 3, 2}, parts.getLast().shape());
    }

    @Test
    void whatEinopsChecksNotOrReadsOtherwiseIsRefused() {
        Shaped<float[]> x = Tensors.counting(5);
        assertKind(Kind.SPLIT_MISMATCH, x, List.of());
        assertKind(Kind.SPLIT_MISMATCH, x, List.of(List.of(2L), List.of(-1L), List.of(4L)));
        assertKind(Kind.SPLIT_MISMATCH, x, List.of(List.of(-5L)));
        assertKind(Kind.AMBIGUOUS_LENGTHS, x, List.of(List.of(-1L), List.of(-1L)));
        assertKind(Kind.AMBIGUOUS_LENGTHS, x, List.of(List.of(5L), List.of(0L, -1L)));
        assertKind(Kind.SPLIT_MISMATCH, x, List.of(List.of(1L << 40, 1L << 40)));
        assertEquals(List.of(), Einops.unpack(Tensors.counting(0), List.of(), "*"));
    }

    private static void assertKind(Kind kind, Shaped<float[]> x, List<List<Long>> pieces) {
        assertEquals(kind, assertThrows(EinopsException.class, () -> Einops.unpack(x, pieces, "*")).kind());
    }

    @Test
    void aPackedTensorKeepsItsShapes() {
        List<Long> shape = new ArrayList<>(List.of(6L));
        Packed<String> packed = new Packed<>("x", List.of(shape));
        shape.set(0, 7L);
        assertEquals(List.of(List.of(6L)), packed.shapes());
        assertSame("x", packed.tensor());
    }
}

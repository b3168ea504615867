package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.axis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import ricci.einops.EinopsException.Kind;

/** No text makes the notation do anything but answer or throw its own exception. */
class FuzzTest {
    @Provide
    Arbitrary<String> notation() {
        return Arbitraries.of("a", "b", "i", "_", " ", "(", ")", "...", ".", ",", "->", "-", "1", "2", "0",
                "99999999999999999999", "9223372036854775807", "4294967296", "[", "]", "+", "=", "*")
                .list().ofMaxSize(25).map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> anything() {
        return Arbitraries.strings().ofMaxLength(20).map(text -> text + "->" + text);
    }

    @Provide
    Arbitrary<long[]> shapes() {
        return Arbitraries.longs().between(0, 3).array(long[].class).ofMaxSize(4);
    }

    private static void survives(String pattern, Supplier<?> call) {
        try {
            assertNotNull(call.get(), pattern);
        } catch (EinopsException e) {
            assertEquals(pattern, e.pattern());
            assertTrue(e.span().start() >= 0 && e.span().start() <= e.span().end()
                    && e.span().end() <= pattern.length(),
                    () -> e.span() + " of " + pattern);
            assertTrue(String.valueOf(e.getMessage()).lines().count() <= 8, e::getMessage);
        }
    }

    private static void survives(String pattern, long[] shape, Axis... axes) {
        Shaped<float[]> x = Tensors.counting(shape);
        survives(pattern, () -> Einops.rearrange(x, pattern, axes));
        survives(pattern, () -> Einops.reduce(x, pattern, Reduction.MAX, axes));
        survives(pattern, () -> Einops.repeat(x, pattern, axes));
        survives(pattern, () -> Einops.rearrange(List.of(x, x), pattern, axes));
        survives(pattern, () -> Einops.einsum(x, pattern));
        survives(pattern, () -> Einops.einsum(x, x, pattern));
        survivesWhatEinopsLacks(pattern, shape, axes);
    }

    private static void survivesWhatEinopsLacks(String pattern, long[] shape, Axis... axes) {
        Shaped<float[]> x = Tensors.counting(shape);
        Shaped<int[]> index = new Shaped<>(new int[x.data().length], shape);
        List<Function<Shaped<float[]>, Object>> ofOne = List.of(
                y -> Einops.softmax(y, pattern, axes), y -> Einops.logSoftmax(y, pattern, axes),
                y -> Einops.sort(y, pattern, axes), y -> Einops.argsort(y, pattern, axes),
                y -> Einops.cumulative(y, pattern, Reduction.SUM, axes), y -> Einops.flip(y, pattern, axes),
                y -> Einops.roll(y, pattern, 1), y -> Einops.rearrangeAll(y, pattern, axes),
                y -> Einops.repeatAll(y, pattern, axes), y -> Einops.parseShape(y, pattern),
                y -> Einops.check(y, pattern, axes), y -> Einops.pack(List.of(y, y), pattern),
                y -> Einops.unpack(y, List.of(List.of(1L), List.of(2L)), pattern));
        ofOne.forEach(f -> survives(pattern, () -> f.apply(x)));
        survives(pattern, () -> Einops.<Shaped<?>>getAt(x, index, pattern, axes));
        survives(pattern, () -> Einops.<Shaped<?>>setAt(x, index, x, pattern, axes));
        survives(pattern, () -> Einops.<Shaped<?>>addAt(x, List.of(index, index), x, pattern, axes));
    }

    @Property
    void signsOfTheNotation(@ForAll("notation") String pattern, @ForAll("shapes") long[] shape) {
        survives(pattern, shape, axis("a", 2));
        survives(pattern, shape);
    }

    @Property
    void anyText(@ForAll("anything") String pattern, @ForAll("shapes") long[] shape) {
        survives(pattern, shape);
    }

    @Property
    void anyTextAsReduction(@ForAll String name) {
        survives("a b -> a", () -> Einops.reduce(Tensors.counting(2, 3), "a b -> a", name));
    }

    @Property
    void anyLengths(@ForAll long a, @ForAll long b, @ForAll String name) {
        Shaped<float[]> x = Tensors.counting(6);
        survives("(a b) -> b a", () -> Einops.rearrange(x, "(a b) -> b a", axis("a", a), axis(name, b)));
        survives("(a b) -> b a", () -> Einops.rearrange(x, "(a b) -> b a", axis("a", a), axis("b", b)));
        long many = a < 0 ? a : Math.max(a, 1L << 32);
        survives("c -> c a (b 1)", () -> Einops.repeat(x, "c -> c a (b 1)", axis("a", many), axis("b", b)));
    }

    @Test
    void namesWithLineFeedsBreakNoMessage() {
        Shaped<float[]> x = Tensors.counting(2, 3);
        survives("a b -> a", () -> Einops.reduce(x, "a b -> a", "su\n\n\nm"));
        survives("a b -> b a", () -> Einops.rearrange(x, "a b -> b a", axis("\n\n\n", 1)));
    }

    @Test
    void longTextsTakeNoTime() {
        int n = 20_000;
        List<String> texts = Stream.of("(", ")", "a", "a ", "()", ". ", "...", ",", "1", "(1)", "0", " ",
                "->", "_", "日 ", "\n")
                .map(part -> part.repeat(n)).toList();
        List<String> all = new ArrayList<>(texts);
        texts.forEach(text -> all.addAll(List.of(text + "->" + text, "->" + text, text + "->")));
        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            for (String pattern : all) {
                survives(pattern, new long[] {2, 3}, axis("b".repeat(n), 2));
            }
        });
    }

    @Test
    void manyNames() {
        String names = String.join(" ", Stream.iterate(0, i -> i + 1).limit(5000).map(i -> "n" + i).toList());
        survives("(" + names + ") -> " + names, new long[] {1});
    }

    @Test
    void resultsThatNoMemoryHolds() {
        Shaped<float[]> x = Tensors.counting(3);
        for (long n : new long[] {1L << 31, 1L << 40, 1L << 62, Long.MAX_VALUE}) {
            EinopsException e = assertThrows(EinopsException.class,
                    () -> Einops.repeat(x, "a -> a b", axis("b", n)));
            assertEquals(Kind.TOO_LARGE, e.kind());
        }
        Shaped<float[]> none = new Shaped<>(new float[0], 0, 1L << 40, 1L << 40);
        assertEquals(new Shaped<>(new float[0], 1L << 40, 0, 1L << 40),
                Einops.rearrange(none, "a b c -> c a b"));
    }
}

package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.rearrangeAll;
import static ricci.einops.Einops.reduce;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls with sums, windows, brackets and repeated ellipses that mean the same give the same. */
class ExtensionIdentitiesTest {
    @ParameterizedTest
    @ValueSource(strings = {"b (q=2 + k) -> b q, b k", "(a=3 + c) d -> d a, c d",
            "a (k=1 + q=4 + 1) -> q a, a, k a",
        "a (b=2 (c=1 + d)) -> a b c, d (a b)", "(a=2 + b) (c=1 + d=2 + e) -> a c, a d, e a, b c, b d, b e",
        "(a=2 b=2 + c) (x=2 y) -> y (a b) x, c x y"})
    void joiningUndoesCutting(String pattern) {
        Shaped<float[]> x = Tensors.counting(6, 6);
        String[] sides = pattern.split("->", -1);
        List<Shaped<float[]>> parts = rearrangeAll(x, pattern);
        Axis[] lengths = pattern.contains("y") ? new Axis[] {axis("y", 3)} : new Axis[0];
        assertEquals(x, rearrange(parts, sides[1] + "->" + sides[0], lengths));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[a] b c", "a [b c]", "[...]", "[a b] c", "a [b] c"})
    void flipAndRollAreUndone(String pattern) {
        Shaped<float[]> x = Tensors.counting(3, 4, 5);
        assertEquals(x, Einops.flip(Einops.flip(x, pattern), pattern));
        int axes = pattern.equals("[...]") ? 3 : pattern.contains("[a b]") || pattern.contains("[b c]") ? 2
                : 1;
        for (long shift : new long[] {-7, -1, 0, 2, 11, Long.MIN_VALUE + 1}) {
            long[] there = new long[axes];
            long[] back = new long[axes];
            java.util.Arrays.fill(there, shift);
            java.util.Arrays.fill(back, -shift);
            assertEquals(x, Einops.roll(Einops.roll(x, pattern, there), pattern, back));
        }
    }

    @Property(tries = 100)
    void packingIsASum(@ForAll @IntRange(max = 3) int p, @ForAll @IntRange(min = 1, max = 3) int q) {
        Shaped<float[]> x = Tensors.counting(2, p, 2);
        Shaped<float[]> y = Tensors.filled(i -> 100 + i, 2, q, 2);
        Packed<Shaped<float[]>> packed = Einops.pack(List.of(x, y), "a * c");
        assertEquals(packed.tensor(), rearrange(List.of(x, y), "a p c, a q c -> a (p + q) c"));
        assertEquals(Einops.unpack(packed, "a * c"),
                rearrangeAll(packed.tensor(), "a (p + q) c -> a p c, a q c", axis("p", p)));
    }

    @Property(tries = 200)
    void einsumOverWindowsIsAConvolution(@ForAll @IntRange(min = 1, max = 3) int stride,
            @ForAll @IntRange(min = 1, max = 3) int dilation,
                    @ForAll @IntRange(min = 1, max = 3) int kernel) {
        Shaped<float[]> x = Tensors.filled(i -> (5 * i) % 7 - 2, 2, 3, 9);
        Shaped<float[]> k = Tensors.filled(i -> (3 * i) % 5 - 1, 4, 3, kernel);
        int reach = (kernel - 1) * dilation + 1;
        int count = (9 - reach) / stride + 1;
        double[] expected = new double[2 * 4 * count];
        for (int i = 0; i < expected.length * 3 * kernel; i++) {
            int p = i % kernel;
            int c = i / kernel % 3;
            int to = i / kernel / 3;
            int h = to % count;
            int o = to / count % 4;
            int b = to / count / 4;
            expected[to] += x.data()[(b * 3 + c) * 9 + h * stride
                    + p * dilation] * k.data()[(o * 3 + c) * kernel + p];
        }
        String window = "(h*" + stride + " p*" + dilation + ")";
        for (String pattern : List.of("b c " + window + ", o c p -> b o h", "b [c] " + window
                + ", o [c p] -> b o h")) {
            Shaped<float[]> y = einsum(x, k, pattern);
            assertArrayEquals(new long[] {2, 4, count}, y.shape());
            assertArrayEquals(expected, Tensors.reals(y), 0, pattern);
        }
    }

    @Test
    void convolutionsOfAnyRank() {
        Shaped<float[]> x = Tensors.counting(2, 3, 5, 6);
        Shaped<float[]> k = Tensors.filled(i -> i % 4 - 1, 4, 3, 2, 3);
        assertEquals(einsum(x, k, "b c (h*2 p) (w*2 q), o c p q -> b o h w"),
                einsum(x, k, "b c (s*2 p)..., o c p... -> b o s..."));
        assertEquals(einsum(x, k, "b c (h*1 p) (w*1 q), o c p q -> b o h w", axis("h", 4), axis("w", 4))
                .data().length,
                2 * 4 * 4 * 4);
        assertEquals(reduce(x, "b c (h*2 p=2) (w*2 q=2) -> b c h w", Reduction.MAX),
                reduce(x, "b c (s*2 p)... -> b c s...", Reduction.MAX, axis("p", 2, 2)));
    }

    @Test
    void shapesOfSeveralTensors() {
        Shaped<float[]> x = Tensors.counting(2, 3, 4);
        Shaped<float[]> y = Tensors.counting(2, 5);
        Axes axes = Einops.parseShape(List.of(x, y), "b h _, b n");
        assertEquals(Einops.parseShape(y, "b n"), Einops.parseShape(List.of(y), "b n"));
        assertEquals(rearrange(Tensors.counting(30), "(b h n) -> n h b", axis("b", 2), axis("h", 3),
                axis("n", 5)),
                rearrange(Tensors.counting(30), "(b h n) -> n h b", axes));
        assertThrows(EinopsException.class, () -> Einops.parseShape(List.of(x, y), "b h _, h n"));
        assertSame(x, Einops.check(x, "b h=3 4", axis("b", 2)));
        assertThrows(EinopsException.class, () -> Einops.check(x, "b b c"));
        assertThrows(EinopsException.class, () -> Einops.check(x, "b h 5"));
    }
}

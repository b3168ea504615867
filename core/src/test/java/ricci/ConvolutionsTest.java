package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Convolutions.avgPool;
import static ricci.Convolutions.conv;
import static ricci.Convolutions.convTranspose;
import static ricci.Convolutions.maxPool;
import static ricci.Convolutions.minPool;
import static ricci.Convolutions.sumPool;
import static ricci.Ricci.arange;
import static ricci.Ricci.grad;
import static ricci.Ricci.ones;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.rearrange;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ricci.ir.DType;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/** Convolutions and pools as users write them. */
class ConvolutionsTest {
    private static Tensor random(long seed, long... lengths) {
        return Random.normal(Key.of(seed), DType.F64, lengths);
    }

    /** The relationships of Dumoulin and Visin 2016, "A guide to convolution arithmetic". */
    @ParameterizedTest
    @CsvSource({
        // input, window, padding, stride, dilation, output
        "4, 3, 0, 1, 1, 2", "5, 4, 2, 1, 1, 6", "5, 3, 1, 1, 1, 5", "5, 3, 2, 1, 1, 7", "5, 3, 0, 2, 1, 2",
        "5, 3, 1, 2, 1, 3", "6, 3, 1, 2, 1, 3", "7, 3, 0, 1, 2, 3", "2, 3, 0, 1, 1, 0"
    })
    void lengthsFollowFromThoseOfInputAndWindow(
            long input, long window, long padding, long stride, long dilation, long output) {
        Slide slide = Slide.by(stride).padded(Padding.of(padding)).dilated(dilation);
        Tensor y = conv(ones(1, input, input, 1), ones(window, window, 1, 1),
                "b h w c, kh kw c o -> b h w o", slide);
        assertEquals(Shape.of(1, output, output, 1), y.shape());
        assertEquals(y.shape(), sumPool(ones(1, input, input, 1), "b [h w] c", slide, window).shape());
    }

    @ParameterizedTest
    @CsvSource({
        // input, window, padding, stride, output: relationships 8 to 13 of the same
        "2, 3, 0, 1, 4", "6, 4, 2, 1, 5", "5, 3, 1, 1, 5", "7, 3, 2, 1, 5", "2, 3, 0, 2, 5", "3, 3, 1, 2, 5"
    })
    void transposedLengthsToo(long input, long window, long padding, long stride, long output) {
        Tensor y = convTranspose(ones(1, input, input, 1), ones(window, window, 1, 1),
                "b h w c, kh kw c o -> b h w o", Slide.by(stride).padded(Padding.of(padding)));
        assertEquals(Shape.of(1, output, output, 1), y.shape());
    }

    @Property(tries = 60)
    void theTransposeIsTheTranspose(@ForAll @IntRange(min = 1, max = 6) int small,
            @ForAll @IntRange(min = 1, max = 4) int window, @ForAll @IntRange(min = 1, max = 3) int stride,
            @ForAll @IntRange(min = 1, max = 2) int dilation, @ForAll @IntRange(max = 3) int padding) {
        Padding kind = List.of(Padding.SAME, Padding.SAME_LOWER, Padding.VALID,
                Padding.of(List.of(1L), List.of(0L))).get(padding);
        Slide slide = Slide.by(stride).padded(kind).dilated(dilation);
        Tensor w = random(1, window, 2, 3);
        Tensor y = random(2, 2, small, 3);
        Tensor back = convTranspose(y, w, "b t o, kt c o -> b t c", slide);
        if (back.size() == 0) {
            return;
        }
        Tensor x = random(3, back.shape().toArray());
        Tensor there = conv(x, w, "b t c, kt c o -> b t o", slide);
        assertEquals(y.shape(), there.shape());
        assertEquals(there.mul(y).sum().item(), x.mul(back).sum().item(), 1e-10);
    }

    @Test
    void axesMayStandInAnyOrder() {
        Tensor x = random(1, 2, 5, 6, 3);
        Tensor w = random(2, 3, 2, 3, 4);
        Tensor y = conv(x, w, "b h w c, kh kw c o -> b h w o", Slide.by(2, 1).padded(Padding.SAME));
        assertEquals(Shape.of(2, 3, 6, 4), y.shape());
        Tensor first = conv(rearrange(x, "b h w c -> b c h w"), rearrange(w, "kh kw c o -> o c kh kw"),
                "b c h w, o c kh kw -> b o h w", Slide.by(2, 1).padded(Padding.SAME));
        assertArrayEquals(y.toDoubles(), rearrange(first, "b o h w -> b h w o").toDoubles(), 1e-12);
    }

    @Test
    void groupsBatchesAndOutputsMayBeSeveralAxesOrNone() {
        Tensor x = random(1, 2, 5, 6);
        Tensor w = random(2, 3, 2, 4);
        // Two groups of three features, each to four.
        Tensor grouped = conv(x, random(3, 3, 3, 8), "b t (g c), kt c (g o) -> b t (g o)");
        assertEquals(Shape.of(2, 3, 8), grouped.shape());
        Tensor apart = conv(rearrange(x, "b t (g c) -> b t g c", axis("g", 2)),
                rearrange(random(3, 3, 3, 8), "kt c (g o) -> g kt c o", axis("g", 2)),
                "b t g c, g kt c o -> b t (g o)");
        assertArrayEquals(grouped.toDoubles(), apart.toDoubles(), 1e-12);
        // Depthwise; without a batch; with two; without output features.
        Tensor depthwise = conv(x, random(4, 3, 6), "b t c, kt c -> b t c");
        Tensor one = conv(x.slice(0, 1, 2).reshape(5, 6), random(4, 3, 6), "t c, kt c -> c t");
        assertArrayEquals(depthwise.slice(0, 1, 2).toDoubles(), rearrange(one, "c t -> t c").toDoubles(),
                1e-12);
        Tensor twice = conv(x.reshape(1, 2, 5, 6), w.reshape(3, 2, 4).slice(1, 0, 1).reshape(3, 4),
                "a b t c, kt o -> a b t c o");
        assertEquals(Shape.of(1, 2, 3, 6, 4), twice.shape());
        Tensor summed = conv(x, random(5, 3, 6), "b t c, kt c -> b t");
        assertEquals(Shape.of(2, 3), summed.shape());
    }

    /** Without spatial axes, a convolution is a product; with windows taken apart, a sum of products. */
    @Test
    void convolutionsAreSumsOfProducts() {
        Tensor x = random(1, 4, 3);
        Tensor w = random(2, 3, 5);
        assertArrayEquals(x.matmul(w).toDoubles(), conv(x, w, "b c, c o -> b o").toDoubles(), 1e-12);
        Tensor signal = random(3, 7, 2);
        Tensor kernel = random(4, 3, 2, 4);
        Tensor sum = Ricci.zerosLike(random(5, 5, 4));
        for (int k = 0; k < 3; k++) {
            sum = sum.add(signal.slice(0, k, k + 5).matmul(kernel.slice(0, k, k + 1).reshape(2, 4)));
        }
        assertArrayEquals(sum.toDoubles(), conv(signal, kernel, "t c, kt c o -> t o").toDoubles(), 1e-12);
    }

    @Test
    void poolsLeaveOutPadding() {
        Tensor x = tensor(new float[] {1, 2, 3, 4, 5}, 1, 5);
        Slide same = Slide.by(2).padded(Padding.SAME);
        assertArrayEquals(new float[] {2, 4, 5}, maxPool(x, "b [t]", same, 3).toFloats());
        assertArrayEquals(new float[] {1, 2, 4}, minPool(x, "b [t]", same, 3).toFloats());
        assertArrayEquals(new float[] {3, 9, 9}, sumPool(x, "... [t]", same, 3).toFloats());
        assertArrayEquals(new float[] {1.5f, 3, 4.5f}, avgPool(x, "b [t]", same, 3).toFloats());
        assertArrayEquals(new float[] {Float.NEGATIVE_INFINITY, 5},
                maxPool(x, "b [t]", Slide.by(8).padded(Padding.of(5)), 5).toFloats());
        assertArrayEquals(new long[] {3, 5, 7, 9},
                sumPool(arange(6).slice(0, 1, 6), "[t]", Slide.by(1), 2).toLongs());
    }

    @Test
    void theFirstOfEqualElementsGetsTheDerivative() {
        Tensor x = tensor(new float[] {7, 7, 1, 7, 2, 2}, 6);
        assertArrayEquals(new float[] {1, 1, 0, 2, 1, 0},
                grad((Tensor v) -> maxPool(v, "[t]", Slide.by(1), 2).sum()).apply(x).toFloats());
        assertArrayEquals(new float[] {0, 0, 1, 0, 1, 0},
                grad((Tensor v) -> minPool(v, "[t]", Slide.by(3), 3).sum()).apply(x).toFloats());
    }

    @Test
    void examplesAreConvolvedTogether() {
        Tensor xs = random(1, 3, 2, 5, 4);
        Tensor ws = random(2, 3, 3, 4, 2);
        String layout = "b t c, kt c o -> b t o";
        Tensor each = vmap((Tensor x, Tensor w) -> conv(x, w, layout)).apply(xs, ws);
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(conv(xs.slice(0, i, i + 1).reshape(2, 5, 4), ws.slice(0, i, i + 1)
                    .reshape(3, 4, 2), layout).toDoubles(), each.slice(0, i, i + 1).toDoubles(), 1e-12);
        }
        assertArrayEquals(each.toDoubles(), einsum(each, "e b t o -> e b t o").toDoubles());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "b t c, kt c o; separated by a comma and an arrow", "b t c, kx c o -> b t o; kx belongs to none",
        "b t c d, kt c o -> b t o; d is in none", "b t c, kt c o -> b t o z; z is in none",
        "b t t, kt c o -> b t o; twice", "b (t c, kt c o -> b t o; separated by",
        "b t 3, kt c o -> b t o; 3 is none"
    })
    void layoutsThatAreNoneAreRefused(String layout, String rule) {
        RicciException.Argument refused = assertThrows(RicciException.Argument.class,
                () -> conv(ones(2, 5, 3), ones(3, 3, 4), layout));
        assertTrue(refused.rule().contains(rule), refused.rule());
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        String layout = "b t c, kt c o -> b t o";
        assertThrows(RicciException.Shape.class, () -> conv(ones(2, 5, 3), ones(3, 4, 4), layout));
        assertThrows(RicciException.Shape.class, () -> conv(ones(2, 5), ones(3, 3, 4), layout));
        assertThrows(RicciException.Argument.class,
                () -> conv(ones(2, 5, 3), ones(3, 3, 4), layout, Slide.by(0)));
        assertThrows(RicciException.Argument.class,
                () -> conv(ones(2, 5, 3), ones(3, 3, 4), layout, Slide.by(1, 2)));
        assertThrows(RicciException.class,
                () -> conv(ones(2, 5, 3), ones(3, 3, 4), layout, Slide.by(1).dilated(Long.MAX_VALUE)));
        assertThrows(RicciException.class, () -> conv(ones(2, 5, 3), ones(3, 3, 4), layout,
                Slide.by(1).padded(Padding.of(Long.MAX_VALUE / 2))));
        assertThrows(RicciException.class, () -> maxPool(ones(2, 5), "b [t]", Slide.by(1)));
        assertThrows(RicciException.class, () -> maxPool(ones(2, 5), "b t", Slide.by(1), 2));
        assertThrows(RicciException.class, () -> maxPool(ones(2, 5), "b [t] c", Slide.by(1), 2));
        assertThrows(RicciException.class, () -> maxPool(ones(2, 5), "b [t]", Slide.by(1), 0));
    }
}

package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.reduce;
import static ricci.einops.Einops.repeat;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferFloat;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images go in and come out, whatever they keep their samples in. */
class ImageAdapterTest {
    private static final int H = 4;
    private static final int W = 6;

    /** Every type that Java names. */
    static IntStream types() {
        return IntStream.rangeClosed(BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_BYTE_INDEXED);
    }

    private static BufferedImage noise(BufferedImage image) {
        Random random = new Random(1);
        WritableRaster raster = image.getRaster();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                for (int band = 0; band < raster.getNumBands(); band++) {
                    int bits = Math.min(raster.getSampleModel().getSampleSize(band), 16);
                    raster.setSample(x, y, band, random.nextInt(1 << bits));
                }
            }
        }
        return image;
    }

    /** The oracle: the transposed image, sample by sample. */
    private static void assertTurned(BufferedImage image, BufferedImage turned) {
        assertEquals(image.getWidth(), turned.getHeight());
        assertEquals(image.getHeight(), turned.getWidth());
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                for (int band = 0; band < image.getRaster().getNumBands(); band++) {
                    assertEquals(image.getRaster().getSampleDouble(x, y, band),
                            turned.getRaster().getSampleDouble(y, x, band));
                }
                assertEquals(image.getRGB(x, y), turned.getRGB(y, x));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void keepTheirType(int type) {
        BufferedImage image = noise(new BufferedImage(W, H, type));
        BufferedImage turned = rearrange(image, "h w c -> w h c");
        assertEquals(type, turned.getType());
        assertTurned(image, turned);
    }

    @ParameterizedTest
    @MethodSource("types")
    void partsOfImages(int type) {
        BufferedImage part = noise(new BufferedImage(W + 3, H + 2, type)).getSubimage(2, 1, W, H);
        assertTurned(part, rearrange(part, "h w c -> w h c"));
    }

    static Stream<BufferedImage> custom() {
        ColorSpace rgb = ColorSpace.getInstance(ColorSpace.CS_sRGB);
        var shorts = new ComponentColorModel(rgb, false, false, Transparency.OPAQUE, DataBuffer.TYPE_USHORT);
        var floats = new ComponentColorModel(rgb, false, false, Transparency.OPAQUE, DataBuffer.TYPE_FLOAT);
        WritableRaster planes = Raster.createBandedRaster(DataBuffer.TYPE_BYTE, W, H, 3, null);
        var bytes = new ComponentColorModel(rgb, false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);
        return Stream.of(
                noise(new BufferedImage(shorts, shorts.createCompatibleWritableRaster(W, H), false, null)),
                noise(new BufferedImage(bytes, planes, false, null)),
                fractions(new BufferedImage(floats, Raster.createWritableRaster(
                        new PixelInterleavedSampleModel(DataBuffer.TYPE_FLOAT, W, H, 3, 3 * W,
                                new int[] {0, 1, 2}), new DataBufferFloat(3 * W * H), null), false, null)));
    }

    private static BufferedImage fractions(BufferedImage image) {
        Random random = new Random(1);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                image.getRaster().setPixel(x, y, new float[] {random.nextFloat(), random.nextFloat(), 0.5f});
            }
        }
        return image;
    }

    @ParameterizedTest
    @MethodSource("custom")
    void ofNoNamedType(BufferedImage image) {
        assertEquals(BufferedImage.TYPE_CUSTOM, image.getType());
        BufferedImage turned = rearrange(image, "h w c -> w h c");
        assertEquals(image.getColorModel(), turned.getColorModel());
        assertTurned(image, turned);
    }

    @Test
    void halved() {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_3BYTE_BGR);
        image.getRaster().setPixels(0, 0, 2, 2, new int[] {0, 0, 255, 1, 0, 255, 1, 0, 255, 1, 0, 254});
        BufferedImage half = reduce(image, "(h p) (w q) c -> h w c", Reduction.MEAN,
                axis("p", 2), axis("q", 2));
        assertEquals(BufferedImage.TYPE_3BYTE_BGR, half.getType());
        // The means are 0.75, 0 and 254.75.
        assertEquals(0xff_01_00_ff, half.getRGB(0, 0));
    }

    @Test
    void otherNumbersOfChannels() {
        BufferedImage image = noise(new BufferedImage(W, H, BufferedImage.TYPE_INT_ARGB));
        BufferedImage grey = reduce(image, "h w c -> h w", Reduction.MEAN);
        assertEquals(BufferedImage.TYPE_BYTE_GRAY, grey.getType());
        BufferedImage coloured = repeat(grey, "h w 1 -> h w 3");
        assertEquals(BufferedImage.TYPE_INT_RGB, coloured.getType());
        assertEquals(BufferedImage.TYPE_INT_ARGB, repeat(grey, "h w 1 -> h w 4").getType());
        BufferedImage transparent = repeat(grey, "h w 1 -> h w 2");
        assertEquals(2, transparent.getColorModel().getNumComponents());
        assertTrue(transparent.getColorModel().hasAlpha());
        assertEquals(grey.getRaster().getSample(3, 2, 0), transparent.getRaster().getSample(3, 2, 1));
    }

    @Test
    void sumsTakeSixteenBitsOfGrey() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xffffff);
        BufferedImage sum = reduce(image, "h w c -> h w", Reduction.SUM);
        assertEquals(BufferedImage.TYPE_USHORT_GRAY, sum.getType());
        assertEquals(765, sum.getRaster().getSample(0, 0, 0));
    }

    @Test
    void truthsAreBlackAndWhite() {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 0, 0xff);
        BufferedImage any = reduce(image, "h w c -> h w", Reduction.ANY);
        assertEquals(BufferedImage.TYPE_BYTE_BINARY, any.getType());
        assertEquals(0xff000000, any.getRGB(0, 0));
        assertEquals(0xffffffff, any.getRGB(1, 0));
    }

    @Test
    void fewerBitsWhereThereIsRoom() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_565_RGB);
        image.getRaster().setPixel(0, 0, new int[] {31, 63, 31});
        BufferedImage turned = rearrange(image, "h w c -> w h c");
        assertEquals(BufferedImage.TYPE_USHORT_565_RGB, turned.getType());
        // 63 greens do not fit five bits of red.
        BufferedImage greatest = repeat(reduce(image, "h w c -> h w", Reduction.MAX), "h w 1 -> h w 3");
        assertEquals(BufferedImage.TYPE_INT_RGB, greatest.getType());
    }

    @Test
    void severalImages() {
        BufferedImage image = noise(new BufferedImage(W, H, BufferedImage.TYPE_INT_RGB));
        BufferedImage row = rearrange(List.of(image, image), "n h w c -> h (n w) c");
        assertEquals(2 * W, row.getWidth());
        assertEquals(image.getRGB(1, 2), row.getRGB(W + 1, 2));
    }

    @Test
    void lengthsByName() {
        BufferedImage image = new BufferedImage(W, H, BufferedImage.TYPE_INT_RGB);
        assertEquals(List.of(axis("h", H), axis("w", W)), Einops.parseShape(image, "h w 3").axes());
    }

    @Test
    void whatIsNoImage() {
        BufferedImage image = noise(new BufferedImage(W, H, BufferedImage.TYPE_INT_RGB));
        for (String pattern : List.of("h w c -> (h w c)", "h w c -> 1 h w c", "h w c -> h c w")) {
            EinopsException e = assertThrows(EinopsException.class, () -> rearrange(image, pattern));
            assertEquals(EinopsException.Kind.BACKEND_FAILED, e.kind());
            assertEquals(List.of("int[4,6,3]"), e.shapes());
        }
        EinopsException e = assertThrows(EinopsException.class,
                () -> reduce(image, "h w c -> 1 1 c", Reduction.SUM));
        assertTrue(String.valueOf(e.getMessage()).contains("Images.pixels"), e.getMessage());
        assertThrows(EinopsException.class, () -> reduce(image, "h w c -> h w", Reduction.PROD));
    }
}

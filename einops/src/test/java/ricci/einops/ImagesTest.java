package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.einops.Einops.shaped;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of all types give their pixels as h w c. */
class ImagesTest {
    private static int colour(int y, int x) {
        return 0xff000000 | (10 * y + 1) << 16 | (20 * x + 2) << 8 | 30;
    }

    private static BufferedImage image(int type) {
        BufferedImage image = new BufferedImage(3, 2, type);
        for (int y = 0; y < 2; y++) {
            for (int x = 0; x < 3; x++) {
                image.setRGB(x, y, colour(y, x));
            }
        }
        return image;
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_BGR, BufferedImage.TYPE_INT_ARGB,
            BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_4BYTE_ABGR})
    void coloursInOrder(int type) {
        Shaped<int[]> pixels = Images.pixels(image(type));
        int channels = image(type).getColorModel().getNumComponents();
        assertArrayEquals(new long[] {2, 3, channels}, pixels.shape());
        for (int y = 0; y < 2; y++) {
            for (int x = 0; x < 3; x++) {
                for (int c = 0; c < 3; c++) {
                    assertEquals(colour(y, x) >> (16 - 8 * c) & 0xff,
                            pixels.data()[(y * 3 + x) * channels + c]);
                }
            }
        }
        assertEquals(pixels, Images.pixels(Images.image(pixels)));
    }

    @Test
    void partsOfImages() {
        BufferedImage part = image(BufferedImage.TYPE_3BYTE_BGR).getSubimage(1, 1, 2, 1);
        assertEquals(shaped(new int[] {11, 22, 30, 11, 42, 30}, 1, 2, 3), Images.pixels(part));
    }

    @Test
    void grey() {
        Shaped<int[]> grey = shaped(new int[] {0, 100, 255, 7}, 2, 2, 1);
        assertEquals(grey, Images.pixels(Images.image(grey)));
    }

    @Test
    void turned() {
        Shaped<int[]> pixels = Images.pixels(image(BufferedImage.TYPE_INT_RGB));
        BufferedImage turned = Images.image(Einops.rearrange(pixels, "h w c -> w h c"));
        assertEquals(colour(1, 2), turned.getRGB(1, 2));
    }

    @Test
    void whatIsNoImage() {
        assertThrows(IllegalArgumentException.class, () -> Images.image(shaped(new int[4], 2, 2)));
        assertThrows(IllegalArgumentException.class, () -> Images.image(shaped(new int[4], 2, 1, 2)));
        assertThrows(IllegalArgumentException.class, () -> Images.image(shaped(new int[0], 0, 2, 3)));
    }
}

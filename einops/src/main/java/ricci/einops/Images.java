package ricci.einops;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;

/**
 * Images as tensors {@code h w c} and back. The only class that needs the module {@code java.desktop}, which
 * the user's module must require.
 */
public final class Images {
    private Images() {}

    /**
     * A copy of the samples of every pixel, whatever the image keeps them in: red, green, blue, and opacity
     * if there is one; one grey; or one index into a palette.
     */
    public static Shaped<int[]> pixels(BufferedImage image) {
        Arguments.require(image, "pixels", "the image", "pass an image");
        WritableRaster raster = image.getRaster();
        int[] samples = raster.getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
        return new Shaped<>(samples, image.getHeight(), image.getWidth(), raster.getNumBands());
    }

    /**
     * A new image of samples from 0 to 255: grey of one channel, coloured of three, and with opacity of four.
     *
     * @throws IllegalArgumentException if this is no {@code h w c} of at least one pixel
     */
    public static BufferedImage image(Shaped<int[]> pixels) {
        Arguments.require(pixels, "image", "the tensor", "pass the samples of an image");
        long[] shape = pixels.shape();
        int type = shape.length != 3 ? BufferedImage.TYPE_CUSTOM : switch ((int) shape[2]) {
            case 1 -> BufferedImage.TYPE_BYTE_GRAY;
            case 3 -> BufferedImage.TYPE_INT_RGB;
            case 4 -> BufferedImage.TYPE_INT_ARGB;
            default -> BufferedImage.TYPE_CUSTOM;
        };
        if (type == BufferedImage.TYPE_CUSTOM || pixels.data().length == 0) {
            throw new IllegalArgumentException("cannot make an image of " + pixels.describe()
                    + ": it is h w c, not empty, with 1, 3 or 4 channels");
        }
        BufferedImage image = new BufferedImage((int) shape[1], (int) shape[0], type);
        image.getRaster().setPixels(0, 0, image.getWidth(), image.getHeight(), pixels.data());
        return image;
    }
}

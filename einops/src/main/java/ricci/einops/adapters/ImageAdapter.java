package ricci.einops.adapters;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.stream.IntStream;
import ricci.einops.Adapter;
import ricci.einops.Shaped;

/**
 * Images as tensors {@code h w c}, of samples as the image keeps them: red, green, blue, opacity; one grey;
 * one index into a palette; five or six bits in the types that have no more; multiplied by the opacity where
 * the image says so.
 *
 * <p>A result is {@code h w c} or {@code h w}. It is an image of the argument's type, if that has as many
 * channels and room for every sample; else grey for one channel, of 16 bits if need be and black and white
 * for truths, grey with opacity for two, coloured for three, and with opacity for four. Fractions, such as
 * those of a mean, are rounded to the nearest. A sample that does not fit is an error, for an image cannot
 * show it: take {@link ricci.einops.Images#pixels} for numbers that shall not be an image.
 *
 * <p>Samples are copied through the image's sample model. To take the array out of its {@code DataBuffer}
 * would be faster, but would end the hardware acceleration of drawing the image.
 */
public final class ImageAdapter implements Adapter<BufferedImage> {
    private static final int BYTE_BITS = 8;
    private static final int SHORT_BITS = 16;

    /** For the service loader. */
    public ImageAdapter() {}

    @Override
    public boolean handles(Class<?> type) {
        return BufferedImage.class.isAssignableFrom(type);
    }

    @Override
    public Shaped<?> read(BufferedImage image) {
        Raster raster = image.getRaster();
        int w = raster.getWidth();
        int h = raster.getHeight();
        int x = raster.getMinX();
        int y = raster.getMinY();
        return new Shaped<>(switch (raster.getTransferType()) {
            case DataBuffer.TYPE_FLOAT -> raster.getPixels(x, y, w, h, (float[]) null);
            case DataBuffer.TYPE_DOUBLE -> raster.getPixels(x, y, w, h, (double[]) null);
            default -> raster.getPixels(x, y, w, h, (int[]) null);
        }, h, w, raster.getNumBands());
    }

    @Override
    public BufferedImage write(BufferedImage given, Shaped<?> result) {
        long[] shape = result.shape();
        if (shape.length < 2 || shape.length > 3 || Arrays.stream(shape).anyMatch(length -> length == 0)) {
            throw new IllegalArgumentException("no image has the shape " + Arrays.toString(shape)
                    + ": it is h w c or h w, and has a pixel; take Images.pixels(image) for what is none");
        }
        int w = Math.toIntExact(shape[1]);
        int h = Math.toIntExact(shape[0]);
        int channels = shape.length == 3 ? Math.toIntExact(shape[2]) : 1;
        boolean truths = result.data() instanceof boolean[];
        double[] samples = samples(result.data(), isFloat(given.getSampleModel()));
        BufferedImage image = !truths && fits(samples, channels, given.getSampleModel())
                ? like(given, w, h) : natural(samples, w, h, channels, truths);
        image.getRaster().setPixels(0, 0, w, h, samples);
        return image;
    }

    private static boolean isFloat(SampleModel model) {
        return model.getTransferType() == DataBuffer.TYPE_FLOAT
                || model.getTransferType() == DataBuffer.TYPE_DOUBLE;
    }

    /** In double, which holds every sample exactly; whole, unless the image holds fractions. */
    private static double[] samples(Object data, boolean fractions) {
        return switch (data) {
            case double[] a when fractions -> a;
            case double[] a -> Arrays.stream(a).map(Math::rint).toArray();
            case float[] a when fractions -> IntStream.range(0, a.length).mapToDouble(i -> a[i]).toArray();
            case float[] a -> IntStream.range(0, a.length).mapToDouble(i -> Math.rint(a[i])).toArray();
            case int[] a -> Arrays.stream(a).asDoubleStream().toArray();
            case long[] a -> Arrays.stream(a).asDoubleStream().toArray();
            default -> {
                boolean[] a = (boolean[]) data;
                yield IntStream.range(0, a.length).mapToDouble(i -> a[i] ? 1 : 0).toArray();
            }
        };
    }

    private static boolean fits(double[] samples, int channels, SampleModel model) {
        return channels == model.getNumBands() && (isFloat(model)
                || IntStream.range(0, samples.length).allMatch(i -> samples[i] >= least(model)
                && samples[i] <= greatest(model, i % channels)));
    }

    private static double least(SampleModel model) {
        return model.getTransferType() == DataBuffer.TYPE_SHORT ? Short.MIN_VALUE : 0;
    }

    private static double greatest(SampleModel model, int band) {
        return model.getTransferType() == DataBuffer.TYPE_SHORT ? Short.MAX_VALUE
                : (1L << model.getSampleSize(band)) - 1;
    }

    private static BufferedImage like(BufferedImage given, int w, int h) {
        ColorModel colors = given.getColorModel();
        return switch (given.getType()) {
            case BufferedImage.TYPE_CUSTOM -> new BufferedImage(colors,
                    Raster.createWritableRaster(
                            given.getSampleModel().createCompatibleSampleModel(w, h), null),
                    colors.isAlphaPremultiplied(), null);
            case BufferedImage.TYPE_BYTE_INDEXED, BufferedImage.TYPE_BYTE_BINARY ->
                    new BufferedImage(w, h, given.getType(), (IndexColorModel) colors);
            default -> new BufferedImage(w, h, given.getType());
        };
    }

    private static BufferedImage natural(double[] samples, int w, int h, int channels, boolean truths) {
        double greatest = 0;
        for (double sample : samples) {
            // Written so that NaN is refused too.
            if (!(sample >= 0 && sample < 1 << (channels == 1 ? SHORT_BITS : BYTE_BITS))) {
                throw new IllegalArgumentException("no image shows a sample of " + sample + " in "
                        + (channels == 1 ? "its one channel" : "one of " + channels + " channels")
                        + ": they are from 0 to " + (channels == 1 ? "65535" : "255")
                        + "; take Images.pixels(image) for other numbers");
            }
            greatest = Math.max(greatest, sample);
        }
        return switch (channels) {
            case 1 -> new BufferedImage(w, h, truths ? BufferedImage.TYPE_BYTE_BINARY
                    : greatest < 1 << BYTE_BITS ? BufferedImage.TYPE_BYTE_GRAY
                    : BufferedImage.TYPE_USHORT_GRAY);
            case 2 -> greyWithOpacity(w, h);
            case 3 -> new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
            case 4 -> new BufferedImage(w, h, BufferedImage.TYPE_INT_ARGB);
            default -> throw new IllegalArgumentException("no image has " + channels
                    + " channels: they are 1 to 4; take Images.pixels(image) for what is none");
        };
    }

    private static BufferedImage greyWithOpacity(int w, int h) {
        ColorModel colors = new ComponentColorModel(ColorSpace.getInstance(ColorSpace.CS_GRAY), true, false,
                ColorModel.TRANSLUCENT, DataBuffer.TYPE_BYTE);
        WritableRaster raster = colors.createCompatibleWritableRaster(w, h);
        return new BufferedImage(colors, raster, false, null);
    }
}

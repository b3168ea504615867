package ricci.nn.report;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** A small raster image. */
final class Picture {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte TRUECOLOUR_WITH_ALPHA = 6;

    private final int width;
    private final int height;
    private final int[] pixels;

    /** Of pixels 0xAARRGGBB, row by row; there is at least one. */
    Picture(int width, int height, int[] pixels) {
        this.width = width;
        this.height = height;
        this.pixels = pixels.clone();
    }

    /**
     * Grey values as a picture, black for {@code least} and white for {@code most}; what is larger than
     * {@code longest} pixels on a side is shrunk by averaging.
     */
    static Picture grey(double[] values, int width, int height, double least, double most, int longest) {
        int shrink = Math.max(1, Math.ceilDiv(Math.max(width, height), longest));
        int columns = Math.ceilDiv(width, shrink);
        int rows = Math.ceilDiv(height, shrink);
        int[] pixels = new int[columns * rows];
        for (int i = 0; i < pixels.length; i++) {
            int left = i % columns * shrink;
            int top = i / columns * shrink;
            double sum = 0;
            int count = 0;
            for (int y = top; y < Math.min(top + shrink, height); y++) {
                for (int x = left; x < Math.min(left + shrink, width); x++) {
                    sum += share(values[y * width + x], least, most);
                    count++;
                }
            }
            pixels[i] = 0xff000000 | 0x010101 * (int) Math.round(255 * sum / count);
        }
        return new Picture(columns, rows, pixels);
    }

    private static double share(double value, double least, double most) {
        double share = most > least ? (value / 2 - least / 2) / (most / 2 - least / 2) : 0.5;
        return Double.isNaN(share) ? 0 : Math.clamp(share, 0, 1);
    }

    /** A URL that holds the picture itself, as a PNG file. */
    String dataUrl() {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png());
    }

    byte[] png() {
        ByteBuffer rows = ByteBuffer.allocate(height * (1 + 4 * width));
        for (int y = 0; y < height; y++) {
            // Each row starts with its filter: none.
            rows.put((byte) 0);
            for (int x = 0; x < width; x++) {
                int pixel = pixels[y * width + x];
                rows.putInt(pixel << 8 | pixel >>> 24);
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(SIGNATURE);
        file.writeBytes(chunk("IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8)
                .put(TRUECOLOUR_WITH_ALPHA).put((byte) 0).put((byte) 0).put((byte) 0).array()));
        file.writeBytes(chunk("IDAT", deflated(rows.array())));
        file.writeBytes(chunk("IEND", new byte[0]));
        return file.toByteArray();
    }

    private static byte[] chunk(String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length)
                .put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 check = new CRC32();
        check.update(chunk.array(), 4, 4 + data.length);
        return chunk.putInt((int) check.getValue()).array();
    }

    private static byte[] deflated(byte[] data) {
        try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION)) {
            deflater.setInput(data);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] part = new byte[8192];
            while (!deflater.finished()) {
                out.write(part, 0, deflater.deflate(part));
            }
            return out.toByteArray();
        }
    }
}

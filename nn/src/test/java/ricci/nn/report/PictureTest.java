package ricci.nn.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Pictures as PNG files, read as the standard says (ISO/IEC 15948). */
class PictureTest {
    /** Reads the few kinds of PNG that are written: three chunks, true colour with alpha, no filters. */
    private static int[] read(byte[] png, int width, int height) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(png));
        assertEquals(0x89504e470d0a1a0aL, in.readLong());
        DataInputStream header = new DataInputStream(new ByteArrayInputStream(chunk(in, "IHDR")));
        assertEquals(width, header.readInt());
        assertEquals(height, header.readInt());
        assertArrayEquals(new byte[] {8, 6, 0, 0, 0}, header.readAllBytes());
        int[] pixels = new int[width * height];
        try (DataInputStream rows = new DataInputStream(
                new InflaterInputStream(new ByteArrayInputStream(chunk(in, "IDAT"))))) {
            for (int i = 0; i < pixels.length; i++) {
                assertTrue(i % width != 0 || rows.readByte() == 0, "no filter");
                pixels[i] = Integer.rotateRight(rows.readInt(), 8);
            }
            assertEquals(-1, rows.read());
        }
        assertEquals(0, chunk(in, "IEND").length);
        assertEquals(-1, in.read());
        return pixels;
    }

    private static byte[] chunk(DataInputStream in, String type) throws IOException {
        int length = in.readInt();
        byte[] data = in.readNBytes(4 + length);
        assertEquals(type, new String(data, 0, 4, StandardCharsets.US_ASCII));
        CRC32 check = new CRC32();
        check.update(data);
        assertEquals((int) check.getValue(), in.readInt());
        return Arrays.copyOfRange(data, 4, data.length);
    }

    @Property(tries = 50)
    void aPngHasThePixels(@ForAll @IntRange(min = 1, max = 70) int width,
            @ForAll @IntRange(min = 1, max = 70) int height, @ForAll long seed) throws IOException {
        int[] pixels = new Random(seed).ints((long) width * height).toArray();
        assertArrayEquals(pixels, read(new Picture(width, height, pixels).png(), width, height));
    }

    @Test
    void greyGoesFromBlackToWhite() throws IOException {
        double[] values = {-1, 0, 0.5, 1, 7, Double.NaN};
        Picture picture = Picture.grey(values, 3, 2, 0, 1, 100);
        assertArrayEquals(new int[] {0xff000000, 0xff000000, 0xff808080, 0xffffffff, 0xffffffff, 0xff000000},
                read(picture.png(), 3, 2));
    }

    @Test
    void oneValueOnlyIsGrey() throws IOException {
        Picture picture = Picture.grey(new double[] {4}, 1, 1, 4, 4, 100);
        assertArrayEquals(new int[] {0xff808080}, read(picture.png(), 1, 1));
    }

    @Test
    void largeOnesAreShrunkByAveraging() throws IOException {
        double[] values = {0, 1, 1, 1, 1, 0};
        // Squares of two by two; of the last column, half is left.
        int threeQuarters = 0xffbfbfbf;
        int half = 0xff808080;
        assertArrayEquals(new int[] {threeQuarters, half},
                read(Picture.grey(values, 3, 2, 0, 1, 2).png(), 2, 1));
    }

    @Test
    void theAddressHoldsTheFile() {
        Picture picture = new Picture(1, 1, new int[] {0xff336699});
        String prefix = "data:image/png;base64,";
        assertTrue(picture.dataUrl().startsWith(prefix));
        assertArrayEquals(picture.png(),
                Base64.getDecoder().decode(picture.dataUrl().substring(prefix.length())));
    }
}

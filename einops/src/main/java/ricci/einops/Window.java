package ricci.einops;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/**
 * A memory segment outside the heap, a part of which is seen through a direct buffer. The compiler makes of
 * such a buffer's elements what it makes of an array's; of a segment's, only as long as the whole program
 * uses segments of one kind. A buffer has less than 2 GB, hence the part, which moves. Only the width of an
 * element matters. Not for several threads.
 */
final class Window {
    private static final long BYTES = 1L << 30;
    private static final ByteBuffer NO_BYTES = ByteBuffer.allocateDirect(0);
    private static final ShortBuffer NO_SHORTS = NO_BYTES.asShortBuffer();
    private static final IntBuffer NO_INTS = NO_BYTES.asIntBuffer();
    private static final LongBuffer NO_LONGS = NO_BYTES.asLongBuffer();

    private final MemorySegment segment;
    private final int width;
    private final long length;
    private long start;
    private ByteBuffer bytes = NO_BYTES;
    private ShortBuffer shorts = NO_SHORTS;
    private IntBuffer ints = NO_INTS;
    private LongBuffer longs = NO_LONGS;

    Window(MemorySegment segment, int width) {
        this.segment = segment;
        this.width = width;
        length = BYTES / width;
        moveTo(0);
    }

    /** Whether places that far from each other may be seen at once. */
    boolean holds(long span) {
        return span < length / 2;
    }

    /** Moves the window, if it must, so that it shows the places from {@code low} to {@code high}. */
    void show(long low, long high) {
        if (low < start || high >= start + length) {
            moveTo(low);
        }
    }

    private void moveTo(long place) {
        start = place;
        long size = Math.min(segment.byteSize() - place * width, BYTES);
        bytes = segment.asSlice(place * width, size).asByteBuffer().order(ByteOrder.nativeOrder());
        switch (width) {
            case 2 -> shorts = bytes.asShortBuffer();
            case 4 -> ints = bytes.asIntBuffer();
            case 8 -> longs = bytes.asLongBuffer();
            default -> { }
        }
    }

    /** The place of the first element of the buffers. */
    long start() {
        return start;
    }

    MemorySegment segment() {
        return segment;
    }

    int width() {
        return width;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    ShortBuffer shorts() {
        return shorts;
    }

    IntBuffer ints() {
        return ints;
    }

    LongBuffer longs() {
        return longs;
    }
}

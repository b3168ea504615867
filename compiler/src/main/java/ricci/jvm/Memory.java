package ricci.jvm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * All memory as one segment, of which an address is an offset. Kernels read and write through it, since
 * with a constant segment an access is one instruction; through the segment of each buffer, every store
 * would be followed by new checks of all buffers (four times slower in the first cache, measured on JDK 25).
 *
 * <p>What guards memory instead is {@link ricci.loop.Bounds}: no kernel is called before all its places are
 * proved to lie inside of its buffers.
 */
public final class Memory {
    @SuppressWarnings("restricted")
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Memory() {}

    /**
     * So many bytes from an address on. They stay what they are only as long as their owner is alive.
     */
    public static MemorySegment segment(long address, long bytes) {
        return ALL.asSlice(address, bytes);
    }

    /** An i32. */
    public static int integer(long address) {
        return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
    }

    /** A bool. */
    public static boolean truth(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address) != 0;
    }

    /** Copies bytes; the two ranges may overlap. */
    public static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }
}

package ricci.jvm;

import java.lang.foreign.MemorySegment;

/**
 * All memory as one segment, of which an address is an offset. Kernels read and write through it, since with a
 * constant segment an access is one instruction; through the segment of each buffer, every store would be
 * followed by new checks of all buffers (four times slower in the first cache, measured on JDK 25).
 *
 * <p>What guards memory instead is {@link ricci.loop.Bounds}: no kernel is called before all its places are
 * proved to lie inside of its buffers.
 */
final class Memory {
    @SuppressWarnings("restricted")
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Memory() {}
}

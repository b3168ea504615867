package ricci.runtime;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A piece of the {@link Pool}'s memory, of one of its sizes: in use by one, or waiting to be. */
public final class Block {
    final Region region;
    final int sizeClass;
    private final MemorySegment segment;

    // Its place in the list of those that wait, which only that changes.
    boolean isIdle;
    @Nullable Block before;
    @Nullable Block after;

    Block(Region region, int sizeClass, MemorySegment segment) {
        this.region = region;
        this.sizeClass = sizeClass;
        this.segment = segment;
    }

    /** The memory, aligned to {@link Buffer#ALIGNMENT}; at least as much as was asked for. */
    public MemorySegment segment() {
        return segment;
    }

    long bytes() {
        return segment.byteSize();
    }
}

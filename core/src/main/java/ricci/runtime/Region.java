package ricci.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory that the system gave at once, and gets back at once: one large block, or many small ones. All but
 * {@link #allocate} and {@link #close} is done by the pool, one thread at a time.
 */
final class Region {
    private final Arena arena;
    private final MemorySegment memory;
    private final List<Block> blocks = new ArrayList<>();
    private long cut;
    private int used;
    private long idleSince;

    private Region(Arena arena, MemorySegment memory) {
        this.arena = arena;
        this.memory = memory;
    }

    /**
     * Fresh memory.
     *
     * @throws OutOfMemoryError if there is none
     */
    @SuppressWarnings("MustBeClosedChecker") // Closed when the region goes back to the system.
    static Region allocate(long bytes) {
        Arena arena = Arena.ofShared();
        try {
            MemorySegment large = bytes < LargePages.LEAST ? null : LargePages.allocate(bytes, arena);
            return new Region(arena, large != null ? large : arena.allocate(bytes, Buffer.ALIGNMENT));
        } catch (OutOfMemoryError e) {
            arena.close();
            throw e;
        }
    }

    long bytes() {
        return memory.byteSize();
    }

    List<Block> blocks() {
        return blocks;
    }

    /** A new block, in use; null if there is no room for it. */
    @Nullable Block cut(int sizeClass, long bytes) {
        if (cut + bytes > memory.byteSize()) {
            return null;
        }
        Block block = new Block(this, sizeClass, memory.asSlice(cut, bytes));
        blocks.add(block);
        cut += bytes;
        used++;
        return block;
    }

    boolean hasRoom() {
        return cut < memory.byteSize();
    }

    void taken() {
        used++;
    }

    void givenBack() {
        if (--used == 0) {
            idleSince = System.nanoTime();
        }
    }

    /** Whether nothing of it is in use. */
    boolean isIdle() {
        return used == 0;
    }

    /** Since when nothing of it is in use. */
    long idleSince() {
        return idleSince;
    }

    /** Gives the memory back to the system. */
    void close() {
        arena.close();
    }
}

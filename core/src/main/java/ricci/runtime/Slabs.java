package ricci.runtime;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Memory for small tensors, which is cut from slabs. A slab is a block of the pool, and goes back to it when
 * nobody has any piece of it: so the garbage collector has one thing to find where there were many tensors.
 * For a small product, to be found takes longer than to be computed.
 *
 * <p>All pieces of a slab are of about one size, so that a tensor that stays, alone of all those that were
 * made around it, keeps no more than some times what it needs; and when a good part of all memory is in use,
 * there are no new slabs.
 */
final class Slabs {
    /** Bytes of the largest piece. To compute more takes so long that a loan is little to it. */
    private static final long MOST = 1 << 14;
    /** Pieces of less than so many bytes, as powers of two, are together. */
    private static final int LEAST_POWER = 8;
    /** So many of the largest pieces of their kind are in a slab, as a power of two. */
    private static final int PIECES = 4;

    private static final Slabs PROCESS = new Slabs(Pool.process());

    private final Pool pool;
    /** What is being cut, by the size of pieces. */
    private final @Nullable Slab[] open = new Slab[power(MOST) - LEAST_POWER + 1];

    Slabs(Pool pool) {
        this.pool = pool;
    }

    /** Those of this process. */
    static Slabs process() {
        return PROCESS;
    }

    /**
     * Memory that is its owner's as long as the lease of the slab is alive.
     *
     * @param segment aligned to {@link Buffer#ALIGNMENT}, holds anything
     */
    record Piece(MemorySegment segment, Lease slab) {}

    /** Of a slab, the part that nobody has yet. */
    private static final class Slab {
        private final MemorySegment memory;
        private final Lease lease;
        private long cut;

        Slab(Pool pool, Block block) {
            memory = block.segment();
            lease = Lease.of(pool, block);
        }

        @Nullable Piece cut(long bytes) {
            if (cut + bytes > memory.byteSize()) {
                return null;
            }
            Piece piece = new Piece(memory.asSlice(cut, bytes), lease);
            cut += (bytes + Buffer.ALIGNMENT - 1) / Buffer.ALIGNMENT * Buffer.ALIGNMENT;
            return piece;
        }
    }

    /**
     * A piece of so many bytes; null if these are many, or if there is so much in use, or in pieces, that a
     * slab around a tensor that stays would be missed.
     *
     * @throws ricci.ir.RicciException.Argument if there is no memory for it
     */
    @Nullable Piece cut(long bytes) {
        if (bytes > MOST) {
            return null;
        }
        int kind = power(bytes) - LEAST_POWER;
        Piece piece = cut(kind, bytes);
        while (piece == null && pool.hasPlenty()) {
            // With no lock: it may wait for the collector. Of two threads that do so, one's is hardly used.
            Block block = pool.takeUnlessFull(1L << (kind + LEAST_POWER + PIECES));
            if (block == null) {
                return null;
            }
            Slab slab = new Slab(pool, block);
            synchronized (this) {
                open[kind] = slab;
            }
            piece = cut(kind, bytes);
        }
        return piece;
    }

    private synchronized @Nullable Piece cut(int kind, long bytes) {
        Slab slab = open[kind];
        return slab == null ? null : slab.cut(bytes);
    }

    /** The least power of two that is no less, if it is no less than the least there is. */
    private static int power(long bytes) {
        return Math.max(LEAST_POWER, Long.SIZE - Long.numberOfLeadingZeros(Math.max(bytes, 1) - 1));
    }
}

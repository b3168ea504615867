package ricci.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside of the heap that is used again. Fresh memory is expensive: the system hands it out page by
 * page as it is first touched, which takes longer than to compute what is written to it.
 *
 * <p>A segment comes back when the garbage collector finds that its buffer is gone, or when whoever had it
 * says so. The collector does not see how much lies outside of its heap; so it is called before there would
 * be more than twice as much as was in use after it ran last.
 */
public final class Pool {
    /** Less than this is not worth keeping: it is cut from a slab, which goes with the last piece of it. */
    private static final long LEAST = 1 << 12;
    private static final long MOST_CUT = 1 << 8;
    /** Up to so much memory the collector is left alone. */
    private static final long PATIENCE = 256L << 20;

    private static final Pool PROCESS = new Pool();

    private final Cleaner cleaner = Cleaner.create();
    private final Map<Long, ArrayDeque<MemorySegment>> free = new HashMap<>();
    private long inUse;
    private long idle;
    private long allowed = PATIENCE;
    private MemorySegment slab = MemorySegment.NULL;
    private long cut;

    Pool() {}

    /** The one of this process. */
    public static Pool process() {
        return PROCESS;
    }

    /**
     * Memory of at least so many bytes that hold anything, aligned to {@link Buffer#ALIGNMENT}.
     *
     * @throws OutOfMemoryError if there is none
     */
    public MemorySegment take(long bytes) {
        long size = size(bytes);
        MemorySegment segment = reused(size);
        if (segment == null && mustCollect(size)) {
            collect();
            segment = reused(size);
        }
        return segment != null ? segment : allocate(size);
    }

    /** Zeros, so few bytes that they are never given back; or null if they are not few. */
    synchronized @Nullable MemorySegment small(long bytes) {
        if (bytes > MOST_CUT) {
            return bytes < LEAST ? Arena.ofAuto().allocate(bytes, Buffer.ALIGNMENT) : null;
        }
        if (cut + bytes > slab.byteSize()) {
            slab = Arena.ofAuto().allocate(LEAST, Buffer.ALIGNMENT);
            cut = 0;
        }
        MemorySegment piece = slab.asSlice(cut, bytes);
        cut += (bytes + Buffer.ALIGNMENT - 1) / Buffer.ALIGNMENT * Buffer.ALIGNMENT;
        return piece;
    }

    /** Gives back what {@link #take} gave; nobody uses it any longer. */
    public synchronized void giveBack(MemorySegment segment) {
        inUse -= segment.byteSize();
        idle += segment.byteSize();
        free.computeIfAbsent(segment.byteSize(), _ -> new ArrayDeque<>()).push(segment);
    }

    /** Gives the segment back when nothing refers to {@code owner} any longer. */
    void giveBackAfter(Object owner, MemorySegment segment) {
        cleaner.register(owner, () -> giveBack(segment));
    }

    /** Bytes that are in use. */
    public synchronized long inUse() {
        return inUse;
    }

    /** Bytes that wait to be used again. */
    public synchronized long idle() {
        return idle;
    }

    /** Eight sizes between one power of two and the next, so that at most an eighth is wasted. */
    private static long size(long bytes) {
        long least = Math.max(bytes, Buffer.ALIGNMENT);
        long step = Math.max(Long.highestOneBit(least) / 8, Buffer.ALIGNMENT);
        return Math.addExact(least, step - 1) / step * step;
    }

    private synchronized @Nullable MemorySegment reused(long size) {
        ArrayDeque<MemorySegment> segments = free.get(size);
        MemorySegment segment = segments == null ? null : segments.poll();
        if (segment != null) {
            inUse += size;
            idle -= size;
        }
        return segment;
    }

    private synchronized boolean mustCollect(long size) {
        return inUse + idle + size > allowed;
    }

    /**
     * Has the garbage collector find what is no longer used, and gives away what is of no use in its size.
     */
    private void collect() {
        System.gc();
        // What the collector has found comes back on a thread of its own, in a moment.
        long before = inUse();
        for (int i = 0; i < 10 && inUse() == before; i++) {
            LockSupport.parkNanos(200_000);
        }
        synchronized (this) {
            allowed = Math.max(PATIENCE, 2 * inUse);
            if (inUse + idle > allowed) {
                free.clear();
                idle = 0;
            }
        }
    }

    private MemorySegment allocate(long size) {
        MemorySegment segment;
        try {
            segment = fresh(size);
        } catch (OutOfMemoryError e) {
            // What is kept in other sizes may be just what is missing.
            synchronized (this) {
                free.clear();
                idle = 0;
            }
            collect();
            segment = fresh(size);
        }
        synchronized (this) {
            inUse += size;
        }
        return segment;
    }

    private MemorySegment fresh(long size) {
        Arena arena = Arena.ofAuto();
        // Pages of the system's own choice are counted, and limited, by the JVM.
        MemorySegment large = size + inUse() < Runtime.getRuntime().maxMemory()
                ? LargePages.allocate(size, arena) : null;
        return large != null ? large : arena.allocate(size, Buffer.ALIGNMENT);
    }
}

package ricci.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside of the heap that is used again. Fresh memory is expensive: the system hands it out page by page
 * as it is first touched, which takes longer than to compute what is written to it.
 *
 * <p>A segment comes back when the garbage collector finds that its buffer is gone, or when whoever had it says
 * so. The collector does not see how much lies outside of its heap; so it is called whenever as much fresh
 * memory was needed as was in use after it ran last.
 */
public final class Pool {
    /** Less than this is not worth keeping: the system's allocator is as fast. */
    private static final long LEAST = 1 << 12;
    /** Up to so much fresh memory the collector is left alone. */
    private static final long PATIENCE = 256L << 20;

    private static final Pool PROCESS = new Pool();

    private final Cleaner cleaner = Cleaner.create();
    private final Map<Long, ArrayDeque<MemorySegment>> free = new HashMap<>();
    private long inUse;
    private long fresh;
    private long allowed = PATIENCE;

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
            System.gc();
            segment = reused(size);
        }
        return segment != null ? segment : allocate(size);
    }

    /** Gives back what {@link #take} gave; nobody uses it any longer. */
    public synchronized void giveBack(MemorySegment segment) {
        inUse -= segment.byteSize();
        if (segment.byteSize() >= LEAST) {
            free.computeIfAbsent(segment.byteSize(), _ -> new ArrayDeque<>()).push(segment);
        }
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
        return free.values().stream().mapToLong(segments -> segments.stream().mapToLong(
                MemorySegment::byteSize).sum()).sum();
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
        }
        return segment;
    }

    /** Whether so much fresh memory was needed that it is time to look for what is no longer used. */
    private synchronized boolean mustCollect(long size) {
        fresh += size;
        if (fresh <= allowed) {
            return false;
        }
        fresh = 0;
        allowed = Math.max(PATIENCE, inUse / 2);
        return true;
    }

    private MemorySegment allocate(long size) {
        MemorySegment segment;
        try {
            segment = Arena.ofAuto().allocate(size, Buffer.ALIGNMENT);
        } catch (OutOfMemoryError e) {
            // What is kept in other sizes may be just what is missing.
            synchronized (this) {
                free.clear();
            }
            System.gc();
            segment = Arena.ofAuto().allocate(size, Buffer.ALIGNMENT);
        }
        synchronized (this) {
            inUse += size;
        }
        return segment;
    }
}

package ricci.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory that the system gave at once, and gets back at once: one large block, or many small ones. All but
 * {@link #allocate}, {@link #touched} and {@link #release} is done by the pool, one thread at a time.
 *
 * <p>The addresses go when the garbage collector finds that nobody has them. To close an arena would make
 * them go at once, but also throw whatever kernel runs on another thread into the JVM's interpreter until it
 * ends: who closes has all threads give up code that may have checked whether the arena is open.
 */
final class Region {
    private final MemorySegment memory;
    private final boolean isOfLargePages;
    private final List<Block> blocks = new ArrayList<>();
    private long cut;
    private int used;
    private long idleSince = System.nanoTime();

    private Region(MemorySegment memory, boolean isOfLargePages) {
        this.memory = memory;
        this.isOfLargePages = isOfLargePages;
    }

    /**
     * Fresh memory.
     *
     * @throws OutOfMemoryError if there is none
     */
    static Region allocate(long bytes) {
        MemorySegment large = LargePages.allocate(bytes);
        return large != null ? new Region(large, true)
                : new Region(Arena.ofAuto().allocate(bytes, Buffer.ALIGNMENT), false);
    }

    /** Fresh memory of which all has been touched: who uses it does not wait for the system. */
    static Region touched(long bytes) {
        Region region = allocate(bytes);
        LargePages.touch(region.memory);
        return region;
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

    /**
     * What has become of a block.
     *
     * @param block as long as was asked for
     * @param rest what was left of it; longer than its size, but less than the next
     */
    record Parts(Block block, Block rest) {}

    /** Parts a block that waits and is longer than that size. */
    Parts part(Block whole, int sizeClass) {
        long size = Sizes.bytes(sizeClass);
        Parts parts = new Parts(new Block(this, sizeClass, whole.segment().asSlice(0, size)),
                new Block(this, sizeWithin(whole.bytes() - size), whole.segment().asSlice(size)));
        blocks.remove(whole);
        blocks.add(parts.block);
        blocks.add(parts.rest);
        return parts;
    }

    /** Runs of two or more neighbours that wait, by their places. */
    List<List<Block>> neighbours() {
        List<Block> sorted = new ArrayList<>(blocks);
        sorted.sort(Comparator.comparingLong(block -> block.segment().address()));
        List<List<Block>> runs = new ArrayList<>();
        List<Block> run = new ArrayList<>();
        for (Block block : sorted) {
            if (block.isIdle) {
                run.add(block);
            }
            if (run.size() > 1 && (!block.isIdle || block == sorted.getLast())) {
                runs.add(run);
            }
            if (!block.isIdle) {
                run = new ArrayList<>();
            }
        }
        return runs;
    }

    /** One block in place of a run of neighbours that wait; longer than its size, but less than the next. */
    Block join(List<Block> run) {
        long begin = run.getFirst().segment().address() - memory.address();
        long bytes = run.stream().mapToLong(Block::bytes).sum();
        Block block = new Block(this, sizeWithin(bytes), memory.asSlice(begin, bytes));
        blocks.removeAll(new HashSet<>(run));
        blocks.add(block);
        return block;
    }

    /** The largest size of no more than so many bytes. */
    private static int sizeWithin(long bytes) {
        int least = Sizes.of(bytes);
        return Sizes.bytes(least) > bytes ? least - 1 : least;
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
    void release() {
        if (isOfLargePages) {
            LargePages.release(memory);
        }
    }
}

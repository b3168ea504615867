package ricci.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.ir.RicciException;

/** Memory has one owner at a time, comes back, and is never more than its limit. */
class PoolTest {
    private static final long MB = 1 << 20;

    @Property(tries = 500)
    void sizesWasteAtMostAnEighth(@ForAll @LongRange(min = 0, max = 1L << 50) long bytes) {
        int sizeClass = Sizes.of(bytes);
        long size = Sizes.bytes(sizeClass);
        assertTrue(size >= bytes && size % Buffer.ALIGNMENT == 0, size + " for " + bytes);
        assertTrue(size <= bytes + Math.max(bytes / 8, Buffer.ALIGNMENT), size + " for " + bytes);
        assertEquals(sizeClass, Sizes.of(size));
        assertTrue(Sizes.bytes(sizeClass + 1) > size);
    }

    @Test
    void moreThanThereCanBeIsRefused() {
        assertThrows(RicciException.class, () -> Buffer.uninitialized(DType.F64, Long.MAX_VALUE / 8));
        assertThrows(RicciException.class, () -> Buffer.uninitialized(DType.F64, Long.MAX_VALUE));
    }

    @Test
    void amounts() {
        assertEquals(3L << 30, Budget.parse("3g", 0));
        assertEquals(512L << 20, Budget.parse("512MB", 0));
        assertEquals(1000, Budget.parse("1000", 0));
        assertEquals(50, Budget.parse("50%", 100));
        assertNull(Budget.parse("much", 100));
    }

    /** A few small blocks that stay do not keep all the memory around them from larger ones. */
    @Test
    void littleThatIsInUseKeepsLittle() {
        Pool pool = new Pool(Budget.of(64 * MB));
        List<Block> blocks = new ArrayList<>();
        while (pool.inUse() < 48 * MB) {
            blocks.add(pool.take(MB / 4));
        }
        for (int i = 0; i < blocks.size(); i++) {
            if (i % 16 != 0) {
                pool.giveBack(blocks.get(i));
            }
        }
        assertEquals(3 * MB, pool.inUse());
        assertTrue(pool.take(40 * MB).bytes() >= 40 * MB);
    }

    /** Where all memory is in pieces of one size, smaller ones are made of those that wait. */
    @Test
    void whatWaitsServesSmallerOnes() {
        Pool pool = new Pool(Budget.of(8 * MB));
        List<Block> blocks = filled(pool, MB / 4);
        // Of each region one stays: none can be dropped.
        for (int i = 0; i < blocks.size(); i++) {
            if (i % 4 != 0) {
                pool.giveBack(blocks.get(i));
            }
        }
        List<Block> small = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            small.add(pool.take(9000));
            small.getLast().segment().fill((byte) i);
        }
        for (int i = 0; i < 600; i++) {
            assertEquals((byte) i, small.get(i).segment().get(ValueLayout.JAVA_BYTE, 0));
            assertEquals((byte) i, small.get(i).segment().get(ValueLayout.JAVA_BYTE, 8999));
        }
        assertEquals(2 * MB + small.stream().mapToLong(Block::bytes).sum(), pool.inUse());
        assertEquals(8 * MB, pool.state().reserved());
        small.forEach(pool::giveBack);
        for (int i = 0; i < blocks.size(); i += 4) {
            pool.giveBack(blocks.get(i));
        }
        assertEquals(0, pool.inUse());
        assertTrue(pool.take(7 * MB).bytes() >= 7 * MB);
    }

    /** Blocks of one size, of which there is no more, nor anything else. */
    private static List<Block> filled(Pool pool, long bytes) {
        List<Block> blocks = new ArrayList<>();
        long limit = pool.state().limit();
        for (long i = 0; i < limit / MB * (MB / bytes); i++) {
            blocks.add(pool.take(bytes));
            mark(blocks.getLast());
        }
        assertEquals(limit, pool.state().reserved());
        return blocks;
    }

    /** Where one piece of many stays, those around it serve larger ones. */
    @Test
    void neighboursThatWaitServeLargerOnes() {
        Pool pool = new Pool(Budget.of(8 * MB));
        List<Block> blocks = filled(pool, 20 << 10);
        for (int i = 0; i < blocks.size(); i++) {
            if (i % 10 != 0) {
                pool.giveBack(blocks.get(i));
            }
        }
        long kept = pool.inUse();
        List<Block> large = new ArrayList<>();
        for (int i = 0; i < blocks.size() / 20; i++) {
            large.add(pool.take(150 << 10));
            mark(large.getLast());
        }
        for (int i = 0; i < blocks.size(); i += 10) {
            assertMarked(blocks.get(i));
        }
        large.forEach(PoolTest::assertMarked);
        assertEquals(kept + large.stream().mapToLong(Block::bytes).sum(), pool.inUse());
        assertEquals(8 * MB, pool.state().reserved());
    }

    /** However long a run of neighbours is, it serves small ones. */
    @Test
    void longRunsServeSmallOnes() {
        Pool pool = new Pool(Budget.of(512 * MB));
        List<Block> blocks = filled(pool, MB / 4);
        for (int i = 0; i < blocks.size(); i++) {
            if (i % 32 != 0) {
                pool.giveBack(blocks.get(i));
            }
        }
        long kept = pool.inUse();
        List<Block> others = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            others.add(pool.take(i % 2 == 0 ? 300 << 10 : 1000));
            mark(others.getLast());
        }
        others.forEach(PoolTest::assertMarked);
        assertEquals(kept + others.stream().mapToLong(Block::bytes).sum(), pool.inUse());
        assertTrue(pool.state().reserved() <= 512 * MB, pool.state().toString());
    }

    /** The same with what nobody has any more, but nobody has found. */
    @Test
    void theCollectorFindsWhatServesSmallerOnes() {
        Pool pool = new Pool(Budget.of(8 * MB));
        List<Lease> kept = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            Lease lease = Lease.of(pool, pool.take(1000L << i % 9));
            if (i % 50 == 0) {
                kept.add(lease);
            }
        }
        assertEquals(80, kept.size());
        assertTrue(pool.state().peak() <= 8 * MB, pool.state().toString());
    }

    /** Whatever is taken and given back, in whatever order: nobody has what another one has. */
    @Property(tries = 20)
    void partsAreOnesAlone(@ForAll long seed) {
        Random random = new Random(seed);
        Pool pool = new Pool(Budget.of(4 * MB));
        List<Block> blocks = new ArrayList<>();
        for (int step = 0; step < 4000; step++) {
            // Now large ones, now small ones, so that all memory is in pieces of the wrong sizes.
            long bytes = 8L * random.nextInt(1, 1 << random.nextInt(1, 2 + step / 100 % 12));
            while (pool.inUse() + bytes > 2 * MB || (!blocks.isEmpty() && random.nextInt(3) == 0)) {
                Block block = blocks.remove(random.nextInt(blocks.size()));
                assertMarked(block);
                pool.giveBack(block);
            }
            Block block = pool.take(bytes);
            assertTrue(block.bytes() >= bytes && block.bytes() % Buffer.ALIGNMENT == 0);
            mark(block);
            blocks.add(block);
        }
        blocks.forEach(PoolTest::assertMarked);
        assertEquals(blocks.stream().mapToLong(Block::bytes).sum(), pool.inUse());
        assertTrue(pool.state().reserved() <= 4 * MB, pool.state().toString());
    }

    @Test
    void whatIsGivenBackIsUsedAgain() {
        Pool pool = new Pool(Budget.of(64 * MB));
        Block block = pool.take(5 * MB);
        assertEquals(block.bytes(), pool.inUse());
        pool.giveBack(block);
        assertEquals(0, pool.inUse());
        assertSame(block, pool.take(5 * MB));
        pool.giveBack(block);
        assertThrows(IllegalStateException.class, () -> pool.giveBack(block));
        pool.dropIdle(Long.MIN_VALUE);
        assertEquals(0, pool.state().reserved());
        assertEquals(block.bytes(), pool.state().peak());
    }

    @Test
    void thereIsALimit() {
        Pool pool = new Pool(Budget.of(40 * MB));
        List<Block> blocks = new ArrayList<>();
        RicciException full = assertThrows(RicciException.Argument.class, () -> {
            while (true) {
                blocks.add(pool.take(10 * MB));
            }
        });
        assertEquals(4, blocks.size());
        assertTrue(full.toString().contains("-Dricci.memory"), full.toString());
        pool.giveBack(blocks.removeLast());
        // Of another size: what waits is given to the system first.
        blocks.add(pool.take(9 * MB));
        assertTrue(pool.state().reserved() <= 40 * MB, pool.state().toString());
        assertThrows(RicciException.Argument.class, () -> pool.take(41 * MB));
    }

    @Test
    void theCollectorFindsWhatNobodyHas() {
        Pool pool = new Pool(Budget.of(64 * MB));
        for (int i = 0; i < 200; i++) {
            Block block = pool.take(4 * MB);
            assertNotNull(Lease.of(pool, block));
        }
        assertTrue(pool.state().peak() <= 64 * MB, pool.state().toString());
        assertTrue(pool.state().collections() >= 10 && pool.state().collections() <= 120,
                pool.state().toString());
    }

    /** Threads that keep nothing are refused nothing, though each may take what was found for another. */
    @Test
    void whatNobodyKeepsIsEnoughForAll() throws Exception {
        Pool pool = new Pool(Budget.of(64 * MB));
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                counts.add(threads.submit(() -> {
                    long count = 0;
                    for (; count < 300; count++) {
                        assertNotNull(Lease.of(pool, pool.take(MB)));
                    }
                    return count;
                }));
            }
            for (Future<Long> count : counts) {
                assertEquals(300, count.get());
            }
        }
    }

    /** What is dropped when it has become old, a collection of what is young does not find. */
    @Test
    void whatHasGrownOldIsFoundToo() {
        Pool pool = new Pool(Budget.of(64 * MB));
        for (int round = 0; round < 4; round++) {
            List<Lease> kept = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                kept.add(Lease.of(pool, pool.take(4 * MB)));
            }
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            assertEquals(12, kept.size());
        }
        assertTrue(pool.take(60 * MB).bytes() >= 60 * MB);
    }

    /** Who drops one result after another gets more memory, so that the collector is asked less often. */
    @Test
    void whoNeedsMoreOftenGetsMore() throws Exception {
        Pool pool = new Pool(Budget.of(2048 * MB));
        long patience = 128 * MB;
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (pool.state().reserved() < patience + patience / 2 && System.nanoTime() < deadline) {
            Block block = pool.take(8 * MB);
            mark(block);
            Lease lease = Lease.of(pool, block);
            assertMarked(block);
            assertTrue(lease.isOfPool());
        }
        Pool.State state = pool.state();
        assertTrue(state.reserved() >= patience + patience / 2, state.toString());
        assertTrue(state.reserved() <= 2048 * MB / 8 * 3 / 2, state.toString());
    }

    /** A kernel that still runs with it, on another thread, reads something; the JVM does not crash. */
    @Test
    void whatTheSystemGotBackCanBeRead() {
        for (long bytes : new long[] {MB, 4 * MB, 9 * MB}) {
            Region region = Region.touched(bytes);
            MemorySegment memory = Objects.requireNonNull(region.cut(Sizes.of(bytes), bytes)).segment();
            memory.fill((byte) 7);
            region.release();
            byte last = memory.get(ValueLayout.JAVA_BYTE, bytes - 1);
            assertTrue(last == 0 || last == 7, "read " + last);
        }
    }

    /** Who allocates where the stack is full gets an error, and loses neither memory nor a lock. */
    @Test
    void aFullStackBreaksNothing() throws Exception {
        Pool pool = new Pool(Budget.of(64 * MB));
        for (int i = 0; i < 12; i++) {
            int[] frames = new int[1];
            Thread thread = new Thread(null, () -> overflow(pool, frames), "deep", (180 + i) << 10);
            thread.start();
            thread.join(60_000);
            assertFalse(thread.isAlive(), "a lock is kept");
        }
        for (int i = 0; i < 100 && pool.inUse() > 0; i++) {
            System.gc();
            Thread.sleep(50);
        }
        assertEquals(0, pool.inUse());
        pool.giveBack(pool.take(48 * MB));
    }

    /** Takes memory in every eighth frame while the stack unwinds. */
    @SuppressWarnings("InfiniteRecursion") // It is what this is about.
    private static void overflow(Pool pool, int[] frames) {
        try {
            overflow(pool, frames);
        } catch (StackOverflowError e) {
            // Below, there is as little room as can be.
        }
        if (++frames[0] % 8 == 0 && frames[0] < 1000) {
            try {
                Block block = pool.take(5 * MB);
                try {
                    assertTrue(Lease.of(pool, block).isOfPool());
                } catch (StackOverflowError e) {
                    pool.giveBack(block);
                }
            } catch (StackOverflowError e) {
                // As it should be.
            }
        }
    }

    @Test
    void aLeaseEndsOnce() {
        Pool pool = new Pool(Budget.of(64 * MB));
        Lease first = Lease.of(pool, pool.take(4 * MB));
        Lease second = Lease.of(pool, pool.take(4 * MB));
        first.end();
        first.end();
        assertEquals(4 * MB, pool.inUse());
        second.end();
        assertEquals(0, pool.inUse());
    }

    @Test
    void noTwoHaveTheSameMemory() throws Exception {
        Pool pool = new Pool(Budget.of(48 * MB));
        Callable<Integer> taker = () -> {
            Random random = new Random(Thread.currentThread().threadId());
            List<Block> own = new ArrayList<>();
            for (int step = 0; step < 3000; step++) {
                if (own.size() < 6 && random.nextBoolean()) {
                    Block block = pool.take(64 + random.nextInt(1 << (6 + random.nextInt(14))));
                    mark(block);
                    own.add(block);
                } else if (!own.isEmpty()) {
                    Block block = own.remove(random.nextInt(own.size()));
                    assertMarked(block);
                    pool.giveBack(block);
                }
                if (step % 500 == 0) {
                    pool.dropIdle(Long.MIN_VALUE);
                }
            }
            own.forEach(block -> {
                assertMarked(block);
                pool.giveBack(block);
            });
            return own.size();
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Integer> done : threads.invokeAll(List.of(taker, taker, taker, taker))) {
                assertNotNull(done.get());
            }
        }
        assertEquals(0, pool.inUse());
    }

    private static void mark(Block block) {
        MemorySegment memory = block.segment();
        long last = memory.byteSize() - 8;
        memory.set(ValueLayout.JAVA_LONG, 0, memory.address());
        memory.set(ValueLayout.JAVA_LONG, last, memory.address() + last);
    }

    private static void assertMarked(Block block) {
        MemorySegment memory = block.segment();
        long last = memory.byteSize() - 8;
        assertEquals(memory.address() + last, memory.get(ValueLayout.JAVA_LONG, last));
        if (last > 0) {
            assertEquals(memory.address(), memory.get(ValueLayout.JAVA_LONG, 0));
        }
    }

    // ---- buffers ----

    @Test
    void zerosAreZerosInUsedMemory() {
        for (int i = 0; i < 3; i++) {
            Buffer buffer = Buffer.allocate(DType.I64, 5000);
            assertEquals(0, buffer.segment().get(ValueLayout.JAVA_LONG, 8 * 4321));
            buffer.segment().fill((byte) 7);
            buffer.free();
        }
    }

    @Test
    void memoryIsGivenByWhoAloneHasIt() {
        Buffer buffer = Buffer.allocate(DType.F32, 1000);
        buffer.beginReading();
        assertNull(buffer.give());
        buffer.endReading();
        buffer.hold();
        buffer.hold();
        assertNull(buffer.give());
        buffer.release();
        Buffer other = Objects.requireNonNull(buffer.give());
        assertThrows(IllegalStateException.class, buffer::segment);
        assertThrows(IllegalStateException.class, buffer::beginReading);
        Buffer integers = other.as(DType.I64, 500);
        assertTrue(integers.sharesMemory(buffer));
        assertEquals(500, integers.integers().length);
        integers.free();
        assertThrows(IllegalStateException.class, integers::segment);
    }
}

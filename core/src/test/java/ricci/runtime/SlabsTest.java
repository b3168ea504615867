package ricci.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
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

/** Small tensors share blocks of the pool, each has its memory alone, and none keeps much. */
class SlabsTest {
    private static final long MB = 1 << 20;
    private static final long MOST = 1 << 14;

    @Property(tries = 200)
    void piecesAreAsLongAsTheyAreToBe(@ForAll @LongRange(min = 0, max = MOST) long bytes) {
        Pool pool = new Pool(Budget.of(64 * MB));
        Slabs slabs = new Slabs(pool);
        for (int i = 0; i < 3; i++) {
            MemorySegment memory = Objects.requireNonNull(slabs.cut(bytes)).segment();
            assertEquals(bytes, memory.byteSize());
            assertEquals(0, memory.address() % Buffer.ALIGNMENT);
        }
        assertTrue(pool.inUse() <= Math.max(4096, 32 * bytes), bytes + " bytes: " + pool.inUse());
    }

    @Test
    void whatIsLargeIsNoPiece() {
        assertNull(new Slabs(new Pool(Budget.of(64 * MB))).cut(MOST + 1));
    }

    /** Each has its own address written all over it, for as long as it is there. */
    @Test
    void noTwoHaveTheSameMemory() throws Exception {
        Pool pool = new Pool(Budget.of(32 * MB));
        Slabs slabs = new Slabs(pool);
        Callable<Integer> taker = () -> {
            Random random = new Random(Thread.currentThread().threadId());
            Slabs.Piece[] own = new Slabs.Piece[64];
            for (int step = 0; step < 40_000; step++) {
                int i = random.nextInt(own.length);
                if (own[i] != null) {
                    assertMarked(own[i].segment());
                }
                Slabs.Piece piece = slabs.cut(8L * (1 + random.nextInt(1 << random.nextInt(12))));
                if (piece != null) {
                    mark(piece.segment());
                    own[i] = piece;
                }
            }
            return own.length;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Integer> done : threads.invokeAll(List.of(taker, taker, taker, taker))) {
                assertNotNull(done.get());
            }
        }
        assertTrue(pool.state().peak() <= 32 * MB, pool.state().toString());
    }

    private static void mark(MemorySegment memory) {
        for (long i = 0; i < memory.byteSize(); i += 8) {
            memory.set(ValueLayout.JAVA_LONG, i, memory.address());
        }
    }

    private static void assertMarked(MemorySegment memory) {
        for (long i = 0; i < memory.byteSize(); i += 8) {
            assertEquals(memory.address(), memory.get(ValueLayout.JAVA_LONG, i));
        }
    }

    /** Of results that are dropped, none keeps its slab. */
    @Test
    void whatNobodyHasComesBack() {
        Pool pool = new Pool(Budget.of(16 * MB));
        Slabs slabs = new Slabs(pool);
        for (int i = 0; i < 300_000; i++) {
            Slabs.Piece piece = slabs.cut(1000);
            if (piece != null) {
                assertTrue(Lease.inside(piece.slab()).isOfPool());
            } else {
                // As a buffer then does.
                assertNotNull(Lease.of(pool, pool.take(1000)));
            }
        }
        assertTrue(pool.state().peak() <= 16 * MB, pool.state().toString());
        assertTrue(pool.state().collections() >= 5, pool.state().toString());
    }

    /** One result of many stays, again and again: slabs around them take a part of the memory, not all. */
    @Test
    void whatStaysKeepsAPartOfTheMemory() {
        Pool pool = new Pool(Budget.of(64 * MB));
        Slabs slabs = new Slabs(pool);
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            for (int j = 0; j < 17; j++) {
                Slabs.Piece piece = slabs.cut(9000);
                Object owner = piece != null ? Lease.inside(piece.slab()) : Lease.of(pool, pool.take(9000));
                if (j == 0) {
                    kept.add(owner);
                }
            }
        }
        assertTrue(pool.inUse() >= 2000 * 9000, pool.state().toString());
        assertTrue(pool.state().peak() <= 64 * MB, pool.state().toString());
        assertEquals(2000, kept.size());
    }

    /** Where all memory is in pieces too small for a slab, there is none. */
    @Test
    void whereThereIsNoRoomForASlabThereIsNone() {
        Pool pool = new Pool(Budget.of(8 * MB));
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < 8 * (MB / 9216); i++) {
            blocks.add(pool.take(9216));
        }
        assertEquals(8 * MB, pool.state().reserved());
        for (int i = 0; i < blocks.size(); i++) {
            if (i % 100 != 0) {
                pool.giveBack(blocks.get(i));
            }
        }
        assertTrue(pool.hasPlenty());
        long collections = pool.state().collections();
        assertNull(new Slabs(pool).cut(9000));
        assertEquals(collections, pool.state().collections());
        assertTrue(pool.take(9216).bytes() >= 9216);
    }

    @Test
    void smallBuffersOfZerosAreZeros() {
        for (int i = 0; i < 1000; i++) {
            Buffer buffer = Buffer.allocate(DType.I64, i % 40);
            for (long x : buffer.integers()) {
                assertEquals(0, x);
            }
            buffer.segment().fill((byte) 7);
        }
    }

    /** A tensor that stays has its values whatever becomes of those around it. */
    @Test
    void valuesStay() {
        List<Buffer> kept = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            Buffer buffer = Buffer.uninitialized(DType.I64, 40);
            buffer.segment().fill((byte) (i % 100));
            if (i % 50 == 0) {
                kept.add(buffer);
            }
        }
        System.gc();
        for (int i = 0; i < 5000; i++) {
            Buffer.uninitialized(DType.I64, 40).segment().fill((byte) -1);
        }
        for (int i = 0; i < kept.size(); i++) {
            assertEquals(50 * i % 100, kept.get(i).segment().get(ValueLayout.JAVA_BYTE, 7));
        }
    }
}

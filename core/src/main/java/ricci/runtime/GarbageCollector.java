package ricci.runtime;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Has the garbage collector of the JVM find what nobody has any longer, and waits until it has come back.
 *
 * <p>Most results are dropped soon, and found by a collection of what is young, in a millisecond, where one
 * of the whole heap takes twenty or more. The JVM can only be asked for the latter; the former comes by
 * itself when enough has been allocated. So that is done, for a part of the time that the whole heap takes: a
 * young generation may be large, and not every collector has one. Not safe for several threads at once.
 */
final class GarbageCollector {
    /** Nanoseconds in which what has been found comes back, and the pause after the last of it. */
    private static final long DELIVERY = 200_000_000L;
    private static final long PAUSE = 1_000_000L;
    /** Bytes that are allocated at a time, for nothing. */
    private static final int GARBAGE = 1 << 14;
    /** This part of the time of a whole collection may be spent to have one of what is young. */
    private static final int SHARE = 2;
    /**
     * After one that did not come in this time, so many collections are of the whole heap before another is
     * tried, and after each further one twice as many: how large the young generation is changes slowly, and
     * to fill heap that was never used takes longest of all.
     */
    private static final int REST = 4;
    private static final int LONGEST_REST = 256;

    private final ReferenceQueue<Object> found;
    private final Runnable gc;
    private final Runnable drain;
    private final LongSupplier returned;
    /** Nanoseconds that the last collection of the whole heap took; 0 if there was none, though asked for. */
    private long whole;
    /** How many collections are to be of the whole heap before another one is tried. */
    private int rest;
    /** How many there will be after the next one that is tried in vain. */
    private int nextRest = REST;
    /** Volatile, so that the JVM does not leave the allocation out. */
    @SuppressWarnings("UnusedVariable") // That it is written is its use.
    private volatile byte[] garbage = {};

    /**
     * A collector.
     *
     * @param found where references to what nobody has come to
     * @param gc asks for a collection of the whole heap
     * @param drain takes back what is in the queue; others may do so, too
     * @param returned how many things have been taken back
     */
    GarbageCollector(ReferenceQueue<Object> found, Runnable gc, Runnable drain, LongSupplier returned) {
        this.found = found;
        this.gc = gc;
        this.drain = drain;
        this.returned = returned;
    }

    /** Something that the next collection finds. */
    static final class Mark extends PhantomReference<Object> {
        private volatile boolean isTakenBack;

        private Mark(ReferenceQueue<Object> queue) {
            super(new Object(), queue);
        }

        /** Says that it was in the queue. */
        void takeBack() {
            isTakenBack = true;
        }
    }

    /** Takes back what has become garbage since it was young; false if that would take too long. */
    boolean collectYoung() {
        if (rest > 0) {
            rest--;
            return false;
        }
        long most = whole / SHARE;
        long begin = System.nanoTime();
        Mark mark = new Mark(found);
        while (!mark.refersTo(null)) {
            if (System.nanoTime() - begin >= most || !allocate()) {
                if (most > 0) {
                    rest = nextRest;
                    nextRest = Math.min(2 * nextRest, LONGEST_REST);
                }
                return false;
            }
        }
        nextRest = REST;
        await(mark);
        return true;
    }

    private boolean allocate() {
        try {
            garbage = new byte[GARBAGE];
            return true;
        } catch (OutOfMemoryError e) {
            // Whose heap is full will be told where it matters.
            return false;
        }
    }

    /** Takes back all that nobody has. */
    void collect() {
        long begin = System.nanoTime();
        Mark mark = new Mark(found);
        gc.run();
        await(mark);
        // Where nothing is ever collected, nothing is to be allocated in vain.
        whole = mark.refersTo(null) ? System.nanoTime() - begin : 0;
    }

    /** What has been found comes to the queue by a thread of the JVM, in a moment, the mark among it. */
    private void await(Mark mark) {
        long begin = System.nanoTime();
        long seen = returned.getAsLong();
        long pause = begin;
        while (System.nanoTime() - begin < DELIVERY) {
            drain.run();
            long now = returned.getAsLong();
            if (now != seen) {
                seen = now;
                pause = System.nanoTime();
            } else if (!mark.isTakenBack || System.nanoTime() - pause < PAUSE) {
                LockSupport.parkNanos(PAUSE / 20);
            } else {
                return;
            }
        }
    }
}

package ricci.jvm;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The threads that share the turns of loops: as many as the process may use processors, the caller among
 * them. When they are busy with another loop, the caller runs its own alone, so that there are never more
 * threads than processors.
 */
public final class Workers {
    /** Ranges begin at multiples of this many turns, so that no two threads write to one cache line. */
    private static final long GRAIN = 64;

    private static final int COUNT = Math.max(1,
            Integer.getInteger("ricci.threads", Runtime.getRuntime().availableProcessors()));
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(Math.max(1, COUNT - 1),
            Thread.ofPlatform().daemon().name("ricci-worker-", 0).factory());
    private static final Semaphore FREE = new Semaphore(1);

    private Workers() {}

    /** What one of the threads does: the turns of a range. */
    @FunctionalInterface
    public interface Share {
        void run(int worker, long from, long to);
    }

    /** How many threads there are at most. */
    public static int count() {
        return COUNT;
    }

    /**
     * Cuts {@code turns} into one range for each of at most {@code most} threads, and returns when all are
     * done.
     */
    public static void share(long turns, int most, boolean isVector, Share share) {
        long grain = isVector ? GRAIN : 1;
        int parts = (int) Math.min(Math.min(most, COUNT), (turns + grain - 1) / grain);
        if (parts <= 1 || !FREE.tryAcquire()) {
            share.run(0, 0, turns);
            return;
        }
        try {
            long each = (turns + parts * grain - 1) / (parts * grain) * grain;
            Crew crew = new Crew(parts - 1);
            List<Part> others = IntStream.range(1, parts).mapToObj(part -> new Part(crew, share, part,
                    Math.min(turns, part * each), Math.min(turns, (part + 1) * each))).toList();
            run(crew, others, () -> share.run(0, 0, Math.min(turns, each)));
            Throwable thrown = crew.failure.get();
            if (thrown != null) {
                throw new IllegalStateException("A share of a loop failed", thrown);
            }
        } finally {
            FREE.release();
        }
    }

    /** Those who are at work on one loop, beside the caller. */
    private static final class Crew {
        private final CountDownLatch running;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Crew(int parts) {
            running = new CountDownLatch(parts);
        }
    }

    /** The turns of one thread; whoever comes first takes them. */
    private static final class Part implements Runnable {
        private final Crew crew;
        private final Share share;
        private final int worker;
        private final long from;
        private final long to;
        private final AtomicBoolean isTaken = new AtomicBoolean();

        Part(Crew crew, Share share, int worker, long from, long to) {
            this.crew = crew;
            this.share = share;
            this.worker = worker;
            this.from = from;
            this.to = to;
        }

        @Override
        public void run() {
            if (!isTaken.compareAndSet(false, true)) {
                return;
            }
            try {
                share.run(worker, from, to);
            } catch (RuntimeException | Error e) {
                crew.failure.compareAndSet(null, e);
            } finally {
                crew.running.countDown();
            }
        }

        /** Nobody runs it who has not yet begun. */
        void withdraw() {
            if (isTaken.compareAndSet(false, true)) {
                crew.running.countDown();
            }
        }
    }

    private static void run(Crew crew, List<Part> others, Runnable own) {
        try {
            others.forEach(THREADS::execute);
            own.run();
            // What no thread has begun by now, the caller does itself.
            others.forEach(Part::run);
        } finally {
            // Also if the caller fails, as on a stack that is full: nobody may write to its memory any more.
            await(crew, others);
        }
    }

    /** An interrupt waits until the memory that the threads write to is no longer written to. */
    private static void await(Crew crew, List<Part> others) {
        boolean isInterrupted = false;
        while (true) {
            try {
                others.forEach(Part::withdraw);
                crew.running.await();
                break;
            } catch (InterruptedException e) {
                isInterrupted = true;
            } catch (StackOverflowError e) {
                // There is no room to wait; so ask again.
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

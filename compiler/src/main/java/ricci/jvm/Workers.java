package ricci.jvm;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
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
            CountDownLatch running = new CountDownLatch(parts - 1);
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            for (int part = 1; part < parts; part++) {
                int worker = part;
                THREADS.execute(() -> {
                    try {
                        share.run(worker, Math.min(turns, worker * each),
                                Math.min(turns, (worker + 1) * each));
                    } catch (RuntimeException | Error e) {
                        failure.compareAndSet(null, e);
                    } finally {
                        running.countDown();
                    }
                });
            }
            try {
                share.run(0, 0, Math.min(turns, each));
            } finally {
                // Also if the caller's own share fails, as on a stack that is full.
                await(running);
            }
            Throwable thrown = failure.get();
            if (thrown != null) {
                throw new IllegalStateException("A share of a loop failed", thrown);
            }
        } finally {
            FREE.release();
        }
    }

    /** An interrupt waits until the memory that the threads write to is no longer written to. */
    private static void await(CountDownLatch running) {
        boolean isInterrupted = false;
        while (true) {
            try {
                running.await();
                break;
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package ricci.jvm;

import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import ricci.runtime.ThreadLimit;

/**
 * The threads that share the turns of loops: as many as the process may use processors, the caller among
 * them. When they are busy with another loop, the caller runs its own alone, so that there are never more
 * threads than processors.
 */
public final class Workers {
    /** Ranges begin at multiples of this many turns, so that no two threads write to one cache line. */
    private static final long GRAIN = 64;

    /** Nanoseconds. */
    private static final long MOMENT = 50_000;

    private static final int COUNT = Math.max(1,
            Integer.getInteger("ricci.threads", Runtime.getRuntime().availableProcessors()));
    private static final @Nullable Worker[] WORKERS = new Worker[COUNT];
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
     * Cuts {@code turns} into one range for each of at most {@code most} threads, and of no more than the
     * caller's {@link ThreadLimit} allows, and returns when all are done.
     */
    public static void share(long turns, int most, boolean isVector, Share share) {
        long grain = isVector ? GRAIN : 1;
        int threads = most <= 1 ? 1 : Math.min(Math.min(most, COUNT), ThreadLimit.most());
        int parts = parts(turns, threads, grain);
        if (parts <= 1 || !FREE.tryAcquire()) {
            share.run(0, 0, turns);
            return;
        }
        try {
            long each = each(turns, parts, grain);
            Job job = new Job(share, turns, each, parts);
            try {
                for (int part = 1; part < parts; part++) {
                    worker(part).take(job);
                }
                share.run(0, 0, Math.min(turns, each));
                // What no thread has begun by now, the caller does itself.
                for (int part = 1; part < parts; part++) {
                    job.run(part);
                }
            } finally {
                // Also if the caller fails, as on a stack that is full: nobody may write to its memory then.
                job.end();
            }
            job.check();
        } finally {
            FREE.release();
        }
    }

    private static int parts(long turns, int most, long grain) {
        return (int) Math.min(most, (turns + grain - 1) / grain);
    }

    private static long each(long turns, int parts, long grain) {
        return (turns + parts * grain - 1) / (parts * grain) * grain;
    }

    /** Where the ranges end that {@link #share} would cut so many turns into, for so many threads. */
    public static long[] ends(long turns, int threads, boolean isVector) {
        long grain = isVector ? GRAIN : 1;
        long each = each(turns, Math.max(1, parts(turns, threads, grain)), grain);
        return LongStream.rangeClosed(1, threads).map(part -> Math.min(turns, part * each)).toArray();
    }

    /** Only whoever has {@link #FREE} asks for one. */
    private static Worker worker(int number) {
        Worker worker = WORKERS[number];
        if (worker == null) {
            worker = new Worker(number);
            WORKERS[number] = worker;
        }
        return worker;
    }

    /**
     * Waits until something holds: for a moment without sleep, as it takes longer to be woken than most loops
     * take, and the next loop of a program often follows at once.
     */
    private static void await(BooleanSupplier holds, Runnable sleep) {
        long start = System.nanoTime();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - start < MOMENT) {
                Thread.onSpinWait();
            } else {
                sleep.run();
            }
        }
    }

    /** A loop that is shared. */
    private static final class Job {
        private final Share share;
        private final long turns;
        private final long each;
        private final Thread caller = Thread.currentThread();
        /** By part, whether someone runs it, or nobody will. */
        private final AtomicIntegerArray taken;
        private final AtomicInteger running;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Job(Share share, long turns, long each, int parts) {
            this.share = share;
            this.turns = turns;
            this.each = each;
            this.taken = new AtomicIntegerArray(parts);
            this.running = new AtomicInteger(parts - 1);
        }

        /** Runs a part, unless someone else does. */
        void run(int worker) {
            if (!taken.compareAndSet(worker, 0, 1)) {
                return;
            }
            try {
                share.run(worker, Math.min(turns, worker * each), Math.min(turns, (worker + 1) * each));
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            } finally {
                if (running.decrementAndGet() == 0) {
                    LockSupport.unpark(caller);
                }
            }
        }

        /** Returns when nobody runs a part, or will. */
        void end() {
            while (true) {
                try {
                    for (int part = 1; part < taken.length(); part++) {
                        if (taken.compareAndSet(part, 0, 1)) {
                            running.decrementAndGet();
                        }
                    }
                    await();
                    return;
                } catch (StackOverflowError e) {
                    // There is no room to wait; so ask again.
                }
            }
        }

        /** An interrupt waits until the memory that the threads write to is no longer written to. */
        private void await() {
            boolean[] isInterrupted = {false};
            Workers.await(() -> running.get() == 0, () -> {
                LockSupport.park(this);
                isInterrupted[0] |= Thread.interrupted();
            });
            if (isInterrupted[0]) {
                Thread.currentThread().interrupt();
            }
        }

        void check() {
            Throwable thrown = failure.get();
            if (thrown != null) {
                throw new IllegalStateException("A share of a loop failed", thrown);
            }
        }
    }

    /** One of the threads besides the caller. */
    private static final class Worker implements Runnable {
        private final int number;
        private final Thread thread;
        private final AtomicReference<@Nullable Job> job = new AtomicReference<>();
        private volatile boolean isAsleep;

        Worker(int number) {
            this.number = number;
            this.thread = Thread.ofPlatform().daemon().name("ricci-worker-" + (number - 1)).start(this);
        }

        void take(Job next) {
            job.set(next);
            if (isAsleep) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void run() {
            while (true) {
                await(() -> job.get() != null, () -> {
                    isAsleep = true;
                    if (job.get() == null) {
                        LockSupport.park(this);
                    }
                    isAsleep = false;
                });
                Job next = Objects.requireNonNull(job.getAndSet(null));
                next.run(number);
            }
        }
    }
}

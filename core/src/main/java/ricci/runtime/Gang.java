package ricci.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ricci.ir.Collective;
import ricci.ir.NamedAxis;
import ricci.ir.OpText;
import ricci.ir.RicciException;
import ricci.ir.Source;
import ricci.runtime.Shard.Coordinate;

/**
 * All shards of one pmap, and of those inside it: their threads, and where they meet.
 *
 * <p>Each shard has a virtual thread of its own, so that any number of them can wait for each other; but only
 * as many as there are processors compute at a time. Whoever waits gives its processor away.
 *
 * <p>No one waits for ever: it is known how many shards run, and when none does while some wait, they wait
 * for one that will not come. Then, as when a shard fails, all others end too, at the latest before their
 * next equation, and the caller gets one error.
 */
final class Gang {
    /** What a shard takes of the heap at least: its thread's stack, what it holds and where it is. */
    private static final long BYTES = 1 << 13;
    /** So many are tried with any heap. */
    private static final long FEW = 1 << 12;

    private final Semaphore processors;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<List<Object>, Meeting> meetings = new HashMap<>();
    private final Map<Shard, Collective> waiting = new LinkedHashMap<>();
    private final List<Failure> failures = new ArrayList<>();
    private int running;
    /** Those that have not ended, running or waiting. */
    private long alive;
    private volatile boolean failed;

    Gang(Semaphore processors) {
        this.processors = processors;
    }

    /** A shard's end by error; without a shard, that of all. */
    private record Failure(@Nullable Shard shard, Throwable cause) {}

    /** Ends a shard because another one has failed. */
    private static final class Cancelled extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Cancelled() {
            super("another shard has failed", null, false, false);
        }
    }

    /** The place of one collective of one group. */
    private static final class Meeting {
        private final Collective op;
        private final @Nullable Object[] brought;
        private final Condition over;
        private int came;
        private @Nullable Object result;
        private @Nullable Shard last;
        private boolean done;

        Meeting(Collective op, Condition over) {
            this.op = op;
            this.over = over;
            brought = new @Nullable Object[(int) Collective.size(op.axes())];
        }
    }

    // ---- running ----

    /** Does {@code work} once for each point of the mesh; returns when all have ended. */
    void run(@Nullable Shard parent, List<NamedAxis> mesh, Consumer<Shard> work) {
        requireRoom(mesh);
        List<Shard> shards = shards(parent, mesh);
        CountDownLatch ended = new CountDownLatch(shards.size());
        locked(() -> {
            running += shards.size() - (parent == null ? 0 : 1);
            alive += shards.size();
        });
        if (parent != null) {
            processors.release();
        }
        int threads = ThreadLimit.most();
        for (Shard shard : shards) {
            Runnable end = () -> end(parent, ended);
            try {
                Thread.ofVirtual().name("shard " + shard).start(() -> {
                    try {
                        ThreadLimit.run(threads, () -> work(shard, work));
                    } finally {
                        end.run();
                    }
                });
            } catch (OutOfMemoryError e) {
                fail(shard, e);
                end.run();
            }
        }
        await(ended);
        if (parent != null) {
            processors.acquireUninterruptibly();
        }
        if (failed) {
            throw parent == null ? error(mesh) : new Cancelled();
        }
    }

    /** Before any is made, as a machine that runs out of memory takes minutes to say so. */
    private void requireRoom(List<NamedAxis> mesh) {
        long most = Math.max(FEW, Runtime.getRuntime().maxMemory() / BYTES);
        long size = Collective.size(mesh);
        long others;
        lock.lock();
        try {
            others = alive;
        } finally {
            lock.unlock();
        }
        if (size > most - others) {
            throw new RicciException.Argument("run pmap over " + mesh, size + " shards"
                    + (others == 0 ? "" : ", besides " + others + " that run already") + ", a heap of "
                    + (Runtime.getRuntime().maxMemory() >> 20) + " MB",
                    "each shard has a thread of its own, which takes " + BYTES + " bytes of the heap or more",
                    "use fewer shards, each with a larger part, vmap in a shard for many examples, or a "
                    + "larger heap with -Xmx");
        }
    }

    private List<Shard> shards(@Nullable Shard parent, List<NamedAxis> mesh) {
        List<List<Coordinate>> places = List.of(parent == null ? List.of() : parent.place());
        for (NamedAxis axis : mesh) {
            List<List<Coordinate>> more = new ArrayList<>();
            for (List<Coordinate> place : places) {
                for (int i = 0; i < axis.size(); i++) {
                    List<Coordinate> longer = new ArrayList<>(place);
                    longer.add(new Coordinate(axis, i));
                    more.add(longer);
                }
            }
            places = more;
        }
        return places.stream().map(place -> new Shard(this, place)).toList();
    }

    // Whatever ends a shard must end all, lest they wait for it; the caller gets it.
    @SuppressWarnings("CatchingUnchecked")
    private void work(Shard shard, Consumer<Shard> work) {
        processors.acquireUninterruptibly();
        try {
            requireSound();
            shard.run(() -> work.accept(shard));
        } catch (Cancelled e) {
            // The failure that caused it is known.
        } catch (Throwable e) {
            fail(shard, e);
        } finally {
            processors.release();
        }
    }

    private void end(@Nullable Shard parent, CountDownLatch ended) {
        locked(() -> {
            running--;
            alive--;
            ended.countDown();
            if (parent != null && ended.getCount() == 0) {
                running++;
            }
            requireProgress();
        });
    }

    private void await(CountDownLatch ended) {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                fail(null, e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- meeting ----

    /** See {@link Shard#meet}; {@code key} is the same for all who should meet, and no one else. */
    @SuppressWarnings("unchecked")
    <T, R> R meet(Shard shard, List<Object> key, Collective op, int number, T mine,
            Function<List<T>, R> combine) {
        Meeting meeting = come(shard, key, op, number, mine);
        if (meeting == null) {
            throw new Cancelled();
        }
        if (meeting.last == shard) {
            // The last one does the work, while the others wait: once, and outside the lock.
            R result = combine.apply((List<T>) Arrays.asList(meeting.brought));
            locked(() -> {
                meetings.remove(key);
                meeting.result = result;
                meeting.done = true;
                running += meeting.brought.length - 1;
                meeting.over.signalAll();
            });
            return result;
        }
        processors.acquireUninterruptibly();
        requireSound();
        return (R) Objects.requireNonNull(meeting.result);
    }

    /** The meeting, when all have come; to the last one at once, to the others when it is over. */
    private @Nullable Meeting come(Shard shard, List<Object> key, Collective op, int number, Object mine) {
        lock.lock();
        try {
            if (failed) {
                return null;
            }
            Meeting meeting = meetings.computeIfAbsent(key, _ -> new Meeting(op, lock.newCondition()));
            if (!meeting.op.equals(op)) {
                throw apart("shard " + shard + " is at " + OpText.name(op) + " over " + op.axes()
                        + ", others at " + OpText.name(meeting.op) + " over " + meeting.op.axes());
            }
            meeting.brought[number] = mine;
            if (++meeting.came == meeting.brought.length) {
                meeting.last = shard;
                return meeting;
            }
            waiting.put(shard, op);
            running--;
            requireProgress();
            processors.release();
            while (!meeting.done && !failed) {
                meeting.over.awaitUninterruptibly();
            }
            waiting.remove(shard);
            return meeting;
        } finally {
            lock.unlock();
        }
    }

    private void requireProgress() {
        if (running == 0 && !waiting.isEmpty() && !failed) {
            Map.Entry<Shard, Collective> one = waiting.entrySet().iterator().next();
            fail(null, apart("shard " + one.getKey() + " waits at " + OpText.name(one.getValue()) + " over "
                    + one.getValue().axes() + ", to which others do not come"));
        }
    }

    private static RicciException apart(String where) {
        return new RicciException.Argument("go on with pmap", where,
                "all shards on an axis take part in the same collectives over it, in the same order",
                "put no collective into a branch or loop whose condition differs from shard to shard");
    }

    // ---- failing ----

    void requireSound() {
        if (failed) {
            throw new Cancelled();
        }
    }

    private void fail(@Nullable Shard shard, Throwable cause) {
        locked(() -> {
            failures.add(new Failure(shard, cause));
            failed = true;
            meetings.values().forEach(meeting -> meeting.over.signalAll());
        });
    }

    /** What the caller gets to see: the failure of the first shard, in their order, that has failed. */
    private RuntimeException error(List<NamedAxis> mesh) {
        Failure first = failures.stream()
                .min(Comparator.comparing(Failure::shard, Comparator.nullsFirst(Shard.ORDER)))
                .orElseThrow();
        String where = first.shard() == null ? "pmap over " + mesh
                : "shard " + first.shard() + " of pmap over " + mesh;
        RuntimeException error = switch (first.cause()) {
            case RicciException e when first.shard() == null -> new RicciException.Argument(
                    e.asked(), e.types(), e.rule(), e.fix());
            case RicciException.Running e -> e.in(where);
            case RicciException.Interrupted e -> interrupted(where);
            case RicciException e -> new RicciException.Argument("run " + where + ": cannot " + e.asked(),
                    e.types(), e.rule(), e.fix());
            case InterruptedException _ -> interrupted(where);
            case StackOverflowError _ -> new RicciException.Depth("run " + where);
            case OutOfMemoryError _ -> new RicciException.Argument("run " + where,
                    "a heap of " + (Runtime.getRuntime().maxMemory() >> 20) + " MB",
                    "what all shards hold at a time fits into memory",
                    "use fewer shards or smaller tensors, or raise the limit with -Xmx");
            case Throwable e -> new IllegalStateException(where + " failed: " + e);
        };
        error.initCause(first.cause());
        failures.stream().filter(f -> !f.equals(first)).forEach(f -> error.addSuppressed(f.cause()));
        return error;
    }

    private static RicciException interrupted(String where) {
        return new RicciException.Interrupted("run " + where, "a thread that was interrupted",
                "an interrupt ends all shards", "run it again, from a thread that is not interrupted",
                Source.here());
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }
}

package ricci.compiler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import ricci.jvm.Workers;

/**
 * What compiled programs did while it was on: how often each part of them ran and how long that took, and
 * which thread was busy with what.
 *
 * <p>A part that runs takes some 50 ns longer while it is recorded. Of the stretches of threads the first
 * million or so are kept; of the times of parts, all.
 */
public final class Recording {
    private static final int MOST_SPANS = 1 << 20;
    private static final AtomicReference<@Nullable Recording> CURRENT = new AtomicReference<>();

    private final long start = System.nanoTime();
    private final IdentityHashMap<Object, Times> times = new IdentityHashMap<>();
    private final List<Span> spans = new ArrayList<>();
    private long left;

    Recording() {}

    /**
     * A stretch of time in which a thread did one thing.
     *
     * @param start nanoseconds after the recording began
     * @param isProgram whether it is a whole program, in which the parts of it lie
     */
    public record Span(String name, String thread, long start, long end, boolean isProgram) {}

    /** How often something ran, and the nanoseconds of all runs together and of the shortest. */
    record Times(long count, long total, double least) {
        private Times and(Times others) {
            return new Times(count + others.count, total + others.total, Math.min(least, others.least));
        }

        double average() {
            return (double) total / count;
        }
    }

    /** Records everything that runs in this process from now on. */
    public static Recording begin() {
        Recording recording = new Recording();
        CURRENT.set(recording);
        return recording;
    }

    /** The one that is on; null if none is. */
    static @Nullable Recording current() {
        return CURRENT.get();
    }

    /** Records nothing any more. */
    public void end() {
        CURRENT.compareAndSet(this, null);
    }

    /** What threads did, as far as it was kept, in the order in which it ended. */
    public synchronized List<Span> spans() {
        return List.copyOf(spans);
    }

    /** How many stretches were not kept. */
    public synchronized long left() {
        return left;
    }

    /** Those of a part of a program, or of a program; null if it did not run. */
    synchronized @Nullable Times times(Object part) {
        return times.get(part);
    }

    // ---- while programs run ----

    /** As {@link Workers#share} for the turns of a call. */
    void share(Call call, int threads, boolean isVector, Workers.Share share) {
        long began = System.nanoTime();
        Workers.share(call.turns(), threads, isVector, (worker, from, to) -> {
            long started = System.nanoTime();
            share.run(worker, from, to);
            span(call.name(), started, System.nanoTime(), false);
        });
        time(call, began, System.nanoTime());
    }

    /** A program has run, since then. */
    void ran(CompiledProgram program, long began) {
        long ended = System.nanoTime();
        span(program.name(), began, ended, true);
        time(program, began, ended);
    }

    /** A part of a program has run, from then to then. */
    void time(Object part, long began, long ended) {
        steps(part, 1, began, ended);
    }

    /** A part of a program has run so many times, one after the other, from then to then. */
    synchronized void steps(Object part, long count, long began, long ended) {
        if (count > 0) {
            long total = ended - began;
            times.merge(part, new Times(count, total, (double) total / count), Times::and);
        }
    }

    /** A thread, this one, has been busy, from then to then. */
    synchronized void span(String name, long began, long ended, boolean isProgram) {
        if (spans.size() == MOST_SPANS) {
            left++;
            return;
        }
        spans.add(new Span(name, Thread.currentThread().getName(), began - start, ended - start, isProgram));
    }

    // ---- in words ----

    /**
     * What ran, the program first in which most time was spent, with the kernels of each.
     *
     * @param showsLoops whether the loops of the kernels are shown as well
     */
    public String report(boolean showsLoops, boolean showsPasses) {
        IdentityHashMap<Object, Times> all;
        synchronized (this) {
            all = new IdentityHashMap<>(times);
        }
        List<CompiledProgram> programs = all.keySet().stream()
                .filter(CompiledProgram.class::isInstance).map(CompiledProgram.class::cast)
                .sorted(Comparator.comparingLong(p -> -total(all, p))).toList();
        long total = programs.stream().mapToLong(p -> total(all, p)).sum();
        StringBuilder text = new StringBuilder();
        for (CompiledProgram program : programs) {
            long runs = Objects.requireNonNull(all.get(program)).count();
            text.append(String.format(Locale.ROOT, "== %s: %d %s, %s in all, %.0f %% of the time\n",
                    program.name(), runs, runs == 1 ? "run" : "runs",
                    Explain.time((double) total(all, program)), 100.0 * total(all, program) / total));
            text.append(program.explain(this, showsLoops, showsPasses)).append('\n');
        }
        return programs.isEmpty() ? "nothing was compiled\n" : text.toString();
    }

    private static long total(IdentityHashMap<Object, Times> all, CompiledProgram program) {
        return Objects.requireNonNull(all.get(program)).total();
    }
}

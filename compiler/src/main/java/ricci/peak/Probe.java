package ricci.peak;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import ricci.jvm.Caches;
import ricci.jvm.Kernels;
import ricci.jvm.Machine;
import ricci.jvm.TieredCode;
import ricci.jvm.Workers;
import ricci.loop.Kernel;
import ricci.loop.Register;
import ricci.loop.Statement.Loop;

/** Measures {@link Peak} by kernels of which each is kept busy by one thing only. */
final class Probe {
    /** Tries, each of which takes {@link #MOMENT}: until none of so many was better, or at most. */
    private static final int TIMES = 10;
    private static final int MOST_TIMES = 80;
    /** Seconds; short, so that some of them are not disturbed. */
    private static final double MOMENT = 4e-3;
    /** Of several threads: the system may have to move one of them to a processor that is idle first. */
    private static final double LONGER_MOMENT = 20e-3;
    private static final double BETTER = 1.005;
    private static final double BILLION = 1e9;
    private static final double GUESS = 10;
    /** Bytes that are in no cache. */
    private static final long LARGE = 64 << 20;

    private final Consumer<String> progress;
    private final int threads = Workers.count();

    Probe(Consumer<String> progress) {
        this.progress = progress;
    }

    Peak measure() {
        try (Arena arena = Arena.ofShared()) {
            double single = multiplyAdd(arena, Register.F32, 1);
            double wide = multiplyAdd(arena, Register.F64, 1);
            double all = threads == 1 ? single : multiplyAdd(arena, Register.F32, threads);
            Caches caches = Machine.here().caches();
            List<Peak.Level> levels = new ArrayList<>();
            long first = caches.first() / 2;
            long second = caches.second() / 2;
            levels.add(level(arena, "first cache", caches.first(), first, first));
            levels.add(level(arena, "second cache", caches.second(), second, second));
            // These the threads share.
            if (caches.last() > caches.second()) {
                long last = caches.last() / 2;
                levels.add(level(arena, "last cache", caches.last(), last, last / threads));
            }
            long large = Math.max(LARGE, 4 * caches.last());
            levels.add(level(arena, "memory", Long.MAX_VALUE, large, large / threads));
            progress.accept("launches");
            return new Peak(single, wide, all, levels, launch(arena, 1), launch(arena, threads), threads);
        }
    }

    // ---- operations ----

    private double multiplyAdd(Arena arena, Register register, int workers) {
        progress.accept("operations on " + register.name().toLowerCase(Locale.ROOT)
                + (workers == 1 ? "" : ", " + workers + " threads"));
        Kernel kernel = PeakKernels.multiplyAdd(register);
        TieredCode code = ready(kernel);
        MemorySegment to = arena.allocate(workers * PeakKernels.ROOM, 64);
        long[] sizes = {Loop.MOST_SHORT};
        double each = sizes[0] * PeakKernels.operations(register);
        return rate(each, workers, turns -> Workers.share(turns * workers, workers, false,
                (worker, from, end) -> code.run(new long[] {to.address() + worker * PeakKernels.ROOM}, sizes,
                        from, end)));
    }

    // ---- bytes ----

    /** A level that holds so many bytes, measured with {@code alone} for one thread, {@code each} for all. */
    private Peak.Level level(Arena arena, String name, long holds, long alone, long each) {
        progress.accept(name);
        MemorySegment memory = arena.allocate(Math.max(alone, each * threads), 64).fill((byte) 1);
        double read = read(arena, memory, alone, 1);
        return new Peak.Level(name, alone, holds, read, copy(memory, alone),
                threads == 1 ? read : read(arena, memory, each, threads));
    }

    private double read(Arena arena, MemorySegment memory, long bytes, int workers) {
        TieredCode code = ready(PeakKernels.read());
        MemorySegment to = arena.allocate(workers * PeakKernels.ROOM, 64);
        long[] sizes = {bytes / PeakKernels.block()};
        double each = (double) sizes[0] * PeakKernels.block();
        return rate(each, workers, turns -> Workers.share(turns * workers, workers, false,
                (worker, from, end) -> code.run(new long[] {to.address() + worker * PeakKernels.ROOM,
                        memory.address() + worker * bytes}, sizes, from, end)));
    }

    /** One half to the other. */
    private double copy(MemorySegment memory, long bytes) {
        TieredCode code = ready(PeakKernels.copy());
        long half = bytes / 2;
        long[] buffers = {memory.address(), memory.address() + half};
        long[] sizes = {half / Float.BYTES};
        return rate(2.0 * half, 1, turns -> code.run(buffers, sizes, 0, turns));
    }

    // ---- calls ----

    private double launch(Arena arena, int workers) {
        TieredCode code = ready(PeakKernels.copy());
        MemorySegment memory = arena.allocate(2 * PeakKernels.ROOM, 64);
        long[] buffers = {memory.address(), memory.address() + PeakKernels.ROOM};
        long[] sizes = {1};
        return BILLION / rate(BILLION, 1, calls -> {
            for (long i = 0; i < calls; i++) {
                if (workers == 1) {
                    code.run(buffers, sizes, 0, 1);
                } else {
                    Workers.share(workers, workers, false,
                            (_, from, to) -> code.run(buffers, sizes, from, to));
                }
            }
        });
    }

    // ---- time ----

    private static TieredCode ready(Kernel kernel) {
        TieredCode code = Kernels.of(kernel);
        code.prepare();
        return code;
    }

    private interface Turns {
        void run(long turns);
    }

    /** The best rate of what does {@code each} in one turn of each thread. */
    private static double rate(double each, int workers, Turns loop) {
        double moment = workers > 1 ? LONGER_MOMENT : MOMENT;
        double best = 0;
        int last = 0;
        for (int i = 0; i <= last + TIMES && i < MOST_TIMES; i++) {
            double work = (best > 0 ? best : GUESS) * BILLION * moment;
            long turns = (long) Math.max(1, work / each / workers);
            long start = System.nanoTime();
            loop.run(turns);
            double rate = each * workers * turns / Math.max(1, System.nanoTime() - start);
            if (rate > best * BETTER) {
                last = i;
            }
            best = Math.max(best, rate);
        }
        return best;
    }
}

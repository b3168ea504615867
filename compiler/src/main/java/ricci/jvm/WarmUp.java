package ricci.jvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import ricci.loop.Kernel;
import ricci.loop.Size;
import ricci.loop.Statement;

/**
 * Runs new code on memory of its own until the JVM has compiled it, so that it never meets the user's data at a
 * thousandth of its speed.
 *
 * <p>The sizes are such that every loop takes several turns, and each of those that a vector loop consists of;
 * what is never run in this time would be left out by the JVM's compiler, and the code be thrown away the first
 * time it is. The code is ready when the time of a call has fallen far below what it was, and stays.
 */
final class WarmUp {
    private static final System.Logger LOG = System.getLogger("ricci.compiler");
    private static final long BUFFER = 1 << 16;
    private static final int CALLS = 20;
    private static final long PATIENCE = 4_000_000_000L;

    private static final ExecutorService MAKERS = Executors.newFixedThreadPool(
            Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors())),
            Thread.ofPlatform().daemon().name("ricci-compiler-", 0).factory());

    private WarmUp() {}

    /** Makes code on another thread. */
    static CompletableFuture<Code> later(Supplier<Code> make) {
        return CompletableFuture.supplyAsync(make, MAKERS);
    }

    /** Returns when {@code code} runs at its full speed. */
    static void warm(Kernel kernel, Code code) {
        Directives.await();
        try (Arena arena = Arena.ofConfined()) {
            long[] buffers = new long[kernel.buffers()];
            for (int i = 0; i < buffers.length; i++) {
                buffers[i] = samples(arena).address();
            }
            long[] sizes = new long[kernel.sizes()];
            Arrays.fill(sizes, 1);
            extents(kernel.loop(), sizes);
            long turns = turns(kernel.loop());
            settle(kernel, () -> code.run(buffers, sizes, 0, turns));
        }
    }

    /** Numbers of every kind, so that no branch is always taken. */
    private static MemorySegment samples(Arena arena) {
        MemorySegment memory = arena.allocate(BUFFER, 64);
        for (long i = 0; i < BUFFER / 4; i++) {
            float x = i % 7 == 0 ? 0 : (i % 5 - 2) * (i % 3 == 0 ? 1e3f : 0.3f);
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
        }
        return memory;
    }

    private static void extents(Statement.Loop loop, long[] sizes) {
        if (loop.extent() instanceof Size.Argument(var index)) {
            sizes[index] = turns(loop);
        }
        for (Statement statement : loop.body()) {
            if (statement instanceof Statement.Loop inner) {
                extents(inner, sizes);
            }
        }
    }

    private static long turns(Statement.Loop loop) {
        if (loop.extent() instanceof Size.Fixed(var extent)) {
            return extent;
        }
        int lanes = Math.max(Machine.here().vectorBits() / 32, 1);
        return loop.isVector() ? 4L * lanes * 2 + 2L * lanes + lanes / 2 + 1 : 3;
    }

    private static void settle(Kernel kernel, Runnable call) {
        long begin = System.nanoTime();
        long slowest = 0;
        long best = Long.MAX_VALUE;
        int steady = 0;
        for (int calls = 0; steady < 3; calls += CALLS) {
            long start = System.nanoTime();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            long time = System.nanoTime() - start;
            slowest = calls > CALLS ? Math.max(slowest, time) : slowest;
            best = Math.min(best, time);
            boolean isFast = calls >= 400 && best < slowest / 8;
            steady = isFast && time < best * 3 / 2 ? steady + 1 : 0;
            if (System.nanoTime() - begin > PATIENCE) {
                LOG.log(System.Logger.Level.WARNING, "The JVM does not compile kernel " + kernel.name()
                        + " well: after " + calls + " calls one takes " + time / CALLS + " ns");
                return;
            }
        }
    }
}

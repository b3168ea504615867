package ricci.jvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ricci.loop.Bounds;
import ricci.loop.Expression;
import ricci.loop.Kernel;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.runtime.StackRoom;

/**
 * Runs new code on memory of its own until the JVM has compiled it, so that it never meets the user's data
 * at a thousandth of its speed.
 *
 * <p>The sizes vary so that each of the loops that a vector loop consists of takes several turns, and none:
 * a way that is never taken in this time is left out by the JVM's compiler, and the code thrown away the
 * first time it is taken. The code is ready when the time of a call has fallen far below what it was, and
 * stays.
 */
final class WarmUp {
    private static final System.Logger LOG = System.getLogger("ricci.compiler");
    /** Bytes; where a kernel reaches farther, more. */
    private static final long BUFFER = 1 << 16;
    private static final long ALIGNMENT = 64;
    private static final int VARIANTS = 4;
    /**
     * After so many calls that do nothing the JVM begins to note which ways code takes; and after so many
     * more it compiles it. Calls that do something are slow until then, and if there were many of them, the
     * JVM would compile the loop in which it is just then, which takes long and is never used again.
     */
    private static final int FIRST_CALLS = 3_000;
    private static final int EMPTY_CALLS = 30_000;
    /** Nanoseconds after which the JVM is not waited for any longer; but see {@link #ROUNDS}. */
    private static final long PATIENCE = 4_000_000_000L;
    /**
     * Of calls, before which it is given three times as long: the JVM may take most of that for compiling,
     * and only then can code show whether it is good; and if it soon takes a way that was left out, what is
     * compiled after that is.
     */
    private static final int ROUNDS = 12;
    /** After so many in which code has become no faster, by this part, it is what it will be. */
    private static final int NO_BETTER = 64;
    private static final double LESS = 0.9;
    /** What takes so many times as long as it may is worth a warning; less may be the machine's doing. */
    private static final int SLOW = 4;
    /**
     * Nanoseconds that a call, and each value, may take; as an object in the heap it takes ten times as
     * long.
     */
    private static final long CALL = 500;
    private static final long VALUE = 2;
    /** As many values as what a function takes for the numbers beyond its usual ones, here and there. */
    private static final long BEYOND = 50;

    private static final ExecutorService MAKERS = Executors.newFixedThreadPool(
            Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors())),
            Thread.ofPlatform().daemon().name("ricci-compiler-", 0).factory());

    private static final AtomicBoolean VECTORS_BEGUN = new AtomicBoolean();

    private WarmUp() {}

    /** Makes code on another thread. */
    static CompletableFuture<Code> later(Supplier<Code> make) {
        StackRoom.require();
        return CompletableFuture.supplyAsync(make, MAKERS);
    }

    /** Begins to load the classes of vectors, if there are any, unless that has begun. */
    static void beginVectors() {
        if (VECTORS_BEGUN.compareAndSet(false, true)) {
            StackRoom.require();
            MAKERS.execute(WarmUp::loadVectors);
        }
    }

    private static void loadVectors() {
        if (Machine.here().vectorBits() > 0) {
            VectorClasses.load();
        }
    }

    /** Returns when {@code code} runs at its full speed. */
    static void warm(Kernel kernel, Code code) {
        Directives.await();
        loadVectors();
        List<Call> calls = IntStream.range(0, VARIANTS).mapToObj(variant -> call(kernel, variant)).toList();
        Call none = new Call(new long[kernel.sizes()], -1);
        try (Arena arena = Arena.ofConfined()) {
            long[] buffers = buffers(kernel, Stream.concat(calls.stream(), Stream.of(none)), arena);
            settle(kernel, calls.stream().map(call -> call.of(code, buffers)).toList(),
                    none.of(code, buffers));
        }
    }

    /** What a call is told but its buffers. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Call(long[] sizes, long turns) {
        Runnable of(Code code, long[] buffers) {
            return () -> code.run(buffers, sizes, 0, turns);
        }
    }

    private static Call call(Kernel kernel, int variant) {
        long[] sizes = new long[kernel.sizes()];
        Arrays.fill(sizes, 1);
        extents(kernel.loop(), variant, sizes);
        return new Call(sizes, turns(kernel.loop(), variant));
    }

    /** The addresses of memory for all that the calls may read or write. */
    private static long[] buffers(Kernel kernel, Stream<Call> calls, Arena arena) {
        List<List<Bounds.Bytes>> reach = calls.map(call -> Bounds.reach(kernel, call.sizes)).toList();
        return IntStream.range(0, kernel.buffers()).mapToLong(buffer -> {
            long from = Math.min(0,
                    reach.stream().mapToLong(call -> call.get(buffer).from()).min().orElse(0));
            long to = reach.stream().mapToLong(call -> call.get(buffer).to()).max().orElse(0);
            // Whole vectors before the address, so that it is aligned as those of users are.
            long before = (-from + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            return samples(before + Math.max(to, BUFFER), arena).address() + before;
        }).toArray();
    }

    /**
     * Numbers of every kind, so that each branch is taken at times, also by what is rare. Two f32 are an f64
     * of about the size of the second one, whose exponent it has.
     */
    static MemorySegment samples(long bytes, Arena arena) {
        MemorySegment memory = arena.allocate(bytes, ALIGNMENT);
        for (long i = 0; i < bytes / 8; i++) {
            float size = i % 61 == 30 ? 1e30f : 1 + i % 5 * 0.6f;
            float second = i % 7 == 0 ? 0 : i % 2 == 0 ? size : -size;
            float first = second == 0 ? 0 : (i % 5 - 2) * (i % 3 == 0 ? 1e3f : 0.3f);
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, 2 * i, first);
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, 2 * i + 1, second);
        }
        return memory;
    }

    private static void extents(Statement.Loop loop, int variant, long[] sizes) {
        if (loop.extent() instanceof Size.Argument(var index)) {
            sizes[index] = turns(loop, variant);
        }
        for (Statement statement : loop.body()) {
            if (statement instanceof Statement.Loop inner) {
                extents(inner, variant, sizes);
            }
        }
    }

    /** With and without a rest that fills no vector, and with nothing else. */
    private static long turns(Statement.Loop loop, int variant) {
        if (loop.extent() instanceof Size.Fixed(var extent)) {
            return extent;
        }
        if (loop.isTiled()) {
            // Several tiles and a rest, one or none.
            return variant == 0 ? 2 * lanes() + 1 : variant == 3 ? lanes() : 3;
        }
        if (!loop.isVector()) {
            return 3;
        }
        return switch (variant) {
            case 0 -> 10 * lanes() + lanes() / 2 + 1;
            // So few turns as in the others make the JVM expect that accumulators are better kept in memory.
            case 1 -> (loop.folds().isEmpty() ? 8 : 64) * lanes();
            case 2 -> lanes() / 2 + 1;
            default -> 3 * lanes();
        };
    }

    private static long lanes() {
        return Math.max(Machine.here().vectorBits() / 32, 1);
    }

    private static void settle(Kernel kernel, List<Runnable> variants, Runnable empty) {
        long begin = System.nanoTime();
        long fast = VARIANTS * CALL + VALUE * IntStream.range(0, VARIANTS)
                .mapToLong(variant -> values(kernel.loop(), variant)).sum();
        long best = Long.MAX_VALUE;
        int better = 1;
        int steady = 0;
        repeat(FIRST_CALLS, empty);
        for (int rounds = 1; steady < 3; rounds++) {
            long start = System.nanoTime();
            variants.forEach(Runnable::run);
            long time = System.nanoTime() - start;
            steady = time < fast ? steady + 1 : 0;
            if (time < best * LESS) {
                best = time;
                better = rounds;
            }
            boolean isLate = start - begin > (rounds < ROUNDS ? 3 : 1) * PATIENCE;
            if (time >= fast && (isLate || rounds - better >= NO_BETTER)) {
                if (best > SLOW * fast) {
                    LOG.log(System.Logger.Level.WARNING, "The JVM does not compile kernel " + kernel.name()
                            + " well: after " + rounds + " rounds of calls, one takes " + best + " ns, not "
                            + fast);
                }
                return;
            }
            repeat(EMPTY_CALLS, empty);
        }
    }

    private static void repeat(int times, Runnable call) {
        for (int i = 0; i < times; i++) {
            call.run();
        }
    }

    /** How many values, of vectors or single elements, a loop computes. */
    private static long values(Statement.Loop loop, int variant) {
        long values = loop.folds().stream().mapToLong(fold -> values(fold.next()) + 1).sum();
        for (Statement statement : loop.body()) {
            values += switch (statement) {
                case Statement.Let(_, var value) -> values(value);
                case Statement.Store(_, var value) -> values(value) + 1;
                case Statement.Loop inner -> values(inner, variant);
            };
        }
        long turns = turns(loop, variant);
        return values * (loop.isVector() ? turns / lanes() + 1 : turns);
    }

    private static long values(Expression e) {
        return (e instanceof Expression.Beyond ? BEYOND : 1)
                + e.parts().stream().mapToLong(WarmUp::values).sum();
    }
}

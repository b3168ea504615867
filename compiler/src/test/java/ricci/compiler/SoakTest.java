package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.jit;
import static ricci.Ricci.zeros;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Scanner;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import ricci.Fn;
import ricci.Tensor;
import ricci.runtime.Pool;

/**
 * Steps of varying sizes on several threads, whose results are dropped, donated or kept for a while, by
 * whichever thread: the pool holds little more than was in use, and every value is right; in the long form,
 * in the end there is no more memory than near the beginning. As long as {@code -Dricci.soak=<minutes>} says,
 * else some seconds.
 */
class SoakTest {
    private static final double MINUTES = Double.parseDouble(System.getProperty("ricci.soak", "0.25"));
    private static final int THREADS = 3;
    private static final int SAMPLES = 40;
    private static final long MB = 1 << 20;
    /** Minutes after which the heap and the pool have become as large as they need to be. */
    private static final double LONG = 5;
    /** Fewer would show nothing. */
    private static final int LEAST_STEPS = 100;
    /** Tensors of all threads that are kept. */
    private static final int KEPT = 30;

    private static final Fn<Tensor, Tensor> DOUBLE = jit((Tensor x) -> x.mul(2).sub(x.min(0).mul(0)));
    private static final Fn<Tensor, Tensor> TURN = jit((Tensor x) -> x.transpose().mul(1));
    private static final Fn<Tensor, Tensor> NEXT = jit((Tensor x) -> x.add(1)).donate(0);
    private static final Fn<Tensor, Tensor> UPDATE = jit((Tensor x) -> x.at(0).set(5)).donate(0);

    private final Deque<Kept> kept = new ArrayDeque<>();
    private final AtomicLong steps = new AtomicLong();
    private final long begin = System.nanoTime();
    private final long end = begin + (long) (MINUTES * 60e9);

    /** A tensor with that value everywhere. */
    private record Kept(Tensor tensor, double value) {
        void check() {
            assertEquals(value, tensor.min().item());
            assertEquals(value, tensor.max().item());
        }
    }

    /** Memory in MB, after so many steps. */
    private record Sample(double seconds, long steps, long resident, long reserved, long inUse, long peak,
            long collections) {
        static Sample now(double seconds, long steps) {
            Pool.State state = Pool.process().state();
            return new Sample(seconds, steps, SoakTest.resident() / MB, state.reserved() / MB,
                    state.inUse() / MB, state.peak() / MB, state.collections());
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%8.1f s %9d steps %6d MB resident %6d MB reserved %6d MB in "
                    + "use %6d MB at the peak %5d collections", seconds, steps, resident, reserved, inUse,
                    peak, collections);
        }
    }

    /** The memory of the process; that of the pool where the system does not tell. */
    private static long resident() {
        Path status = Path.of("/proc/self/statm");
        if (!Files.isReadable(status)) {
            return Pool.process().state().reserved();
        }
        try {
            return new Scanner(Files.readString(status)).skip("\\d+").nextLong() * 4096;
        } catch (IOException e) {
            throw new IllegalStateException("the system does not tell", e);
        }
    }

    @Test
    void memoryStaysFlat() throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(i);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    while (System.nanoTime() < end) {
                        step(random);
                        steps.incrementAndGet();
                    }
                } catch (RuntimeException | Error e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        List<Sample> curve = watch();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
        assertTrue(steps.get() > LEAST_STEPS, steps + " steps");
        curve.forEach(System.out::println);
        Pool.State state = Pool.process().state();
        assertTrue(state.reserved() <= 2 * state.peak() + 256 * MB, state.toString());
        if (MINUTES >= LONG) {
            assertFlat("resident", curve, Sample::resident);
            assertFlat("reserved", curve, Sample::reserved);
        }
    }

    /** Samples while the threads step, at the times at which they are taken, however late that is. */
    private List<Sample> watch() throws InterruptedException {
        List<Sample> curve = new ArrayList<>();
        while (true) {
            Thread.sleep((long) (MINUTES * 60_000 / SAMPLES));
            long now = System.nanoTime();
            if (now >= end) {
                return curve;
            }
            curve.add(Sample.now((now - begin) / 1e9, steps.get()));
        }
    }

    private static void assertFlat(String what, List<Sample> curve, ToLongFunction<Sample> memory) {
        long early = most(curve, 0.25, 0.5, memory);
        long late = most(curve, 0.75, 1, memory);
        assertTrue(late <= early + early / 8 + 128, what + ": " + early + " MB in the second quarter, " + late
                + " MB in the last");
    }

    private static long most(List<Sample> curve, double from, double to, ToLongFunction<Sample> memory) {
        double all = MINUTES * 60;
        return curve.stream().filter(s -> s.seconds() >= from * all && s.seconds() < to * all)
                .mapToLong(memory).max().orElseThrow();
    }

    /** Makes a tensor, computes with it, and keeps the result in place of an older one, or drops it. */
    private void step(Random random) {
        long rows = 1L << random.nextInt(9);
        long columns = 24L << random.nextInt(9);
        double value = random.nextInt(100);
        Tensor x = zeros(rows, columns).add(value);
        for (int i = random.nextInt(4); i > 0; i--) {
            switch (random.nextInt(5)) {
                case 0 -> {
                    x = DOUBLE.apply(x);
                    value *= 2;
                }
                case 1 -> x = TURN.apply(x);
                case 2 -> {
                    x = NEXT.apply(x);
                    value++;
                }
                case 3 -> x = UPDATE.apply(x).at(0).set(value);
                default -> {
                    x = x.add(x);
                    value *= 2;
                }
            }
        }
        Kept result = new Kept(x, value);
        if (random.nextInt(3) == 0) {
            result.check();
        } else if (random.nextBoolean()) {
            keep(result);
        }
    }

    private void keep(Kept result) {
        Kept oldest;
        synchronized (kept) {
            kept.add(result);
            oldest = kept.size() > KEPT ? kept.remove() : null;
        }
        if (oldest != null) {
            oldest.check();
        }
    }
}

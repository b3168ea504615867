package ricci.compiler;

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
import ricci.Fn;
import ricci.Tensor;
import ricci.runtime.Pool;

/**
 * Steps of varying sizes on several threads, whose results are dropped, donated or kept for a while, by
 * whichever thread; memory is sampled all the while. Every value is to be right, and in the end all memory
 * that tensors had is to be nobody's.
 */
final class Soak {
    private static final int THREADS = 3;
    private static final int SAMPLES = 40;
    private static final long MB = 1 << 20;
    /** Minutes after a quarter of which the JVM has all that it needs, however busy the machine is. */
    private static final double LONG = 10;
    /** Fewer would show nothing. */
    private static final int LEAST_STEPS = 20;
    /** Tensors of all threads that are kept. */
    private static final int KEPT = 30;
    /** What may be in use when nobody has a tensor. */
    private static final long LITTLE = 4 * MB;
    /** How often the collector is asked before that is a leak. */
    private static final int COLLECTIONS = 100;

    private static final Fn<Tensor, Tensor> DOUBLE = jit((Tensor x) -> x.mul(2).sub(x.min(0).mul(0)));
    private static final Fn<Tensor, Tensor> TURN = jit((Tensor x) -> x.transpose().mul(1));
    private static final Fn<Tensor, Tensor> NEXT = jit((Tensor x) -> x.add(1)).donate(0);
    private static final Fn<Tensor, Tensor> UPDATE = jit((Tensor x) -> x.at(0).set(5)).donate(0);

    private final Deque<Kept> kept = new ArrayDeque<>();
    private final AtomicLong steps = new AtomicLong();
    private final double minutes;
    private final long begin = System.nanoTime();
    private final long end;

    /** A tensor with that value everywhere. */
    private record Kept(Tensor tensor, double value) {
        void check() {
            if (tensor.min().item() != value || tensor.max().item() != value) {
                throw new AssertionError(tensor + " is to be full of " + value);
            }
        }
    }

    /** Memory in MB, after so many steps. */
    record Sample(double seconds, long steps, long resident, long reserved, long inUse, long peak,
            long collections) {
        static Sample now(double seconds, long steps) {
            Pool.State state = Pool.process().state();
            return new Sample(seconds, steps, Soak.resident() / MB, state.reserved() / MB,
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

    Soak(double minutes) {
        this.minutes = minutes;
        this.end = begin + (long) (minutes * 60e9);
    }

    /** For so many minutes, with no more memory than so many MB at any time. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws InterruptedException {
        double minutes = Double.parseDouble(args[0]);
        List<Sample> curve = new Soak(minutes).run();
        curve.forEach(System.out::println);
        long most = Long.parseLong(args[1]);
        require(most(curve, 0, 1, Sample::resident) <= most, "more than " + most + " MB resident");
        long early = most(curve, 0.25, 0.5, Sample::resident);
        long late = most(curve, 0.75, 1, Sample::resident);
        require(minutes < LONG || late <= early + early / 8 + 32,
                early + " MB resident in the second quarter, " + late + " in the last");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** The greatest of the samples in a part of the time. */
    private static long most(List<Sample> curve, double from, double to, ToLongFunction<Sample> memory) {
        int count = curve.size();
        return curve.subList((int) (from * count), (int) (to * count)).stream().mapToLong(memory).max()
                .orElse(0);
    }

    /** The curve of the memory. */
    List<Sample> run() throws InterruptedException {
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
        require(failures.isEmpty(), failures.toString());
        require(steps.get() > LEAST_STEPS, steps + " steps");
        Pool.State state = Pool.process().state();
        require(state.reserved() <= 2 * state.peak() + 256 * MB, state.toString());
        kept.clear();
        require(hasGivenBack(), "nobody has a tensor: " + Pool.process().state());
        return curve;
    }

    /** Whether the pool gets back what nobody has any more. */
    private static boolean hasGivenBack() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS && Pool.process().state().inUse() > LITTLE; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return Pool.process().state().inUse() <= LITTLE;
    }

    /** Samples while the threads step, at the times at which they are taken, however late that is. */
    private List<Sample> watch() throws InterruptedException {
        List<Sample> curve = new ArrayList<>();
        while (true) {
            Thread.sleep((long) (minutes * 60_000 / SAMPLES));
            long now = System.nanoTime();
            if (now >= end) {
                return curve;
            }
            curve.add(Sample.now((now - begin) / 1e9, steps.get()));
        }
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

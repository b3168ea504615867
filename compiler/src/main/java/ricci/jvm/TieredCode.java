package ricci.jvm;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import ricci.loop.Kernel;

/**
 * A kernel's code in two tiers: without vectors, which is there at once and soon runs at a tolerable speed;
 * and with them, which takes a while to be ready, but then is as fast as the machine. Both give the same
 * bits.
 *
 * <p>Large problems wait for the second tier, as {@link #prepare} says; small ones start with the first, and
 * have the second made on another thread when it turns out that there are many of them.
 */
public final class TieredCode implements Code {
    /**
     * Nanoseconds in the first tier after which the second is worth while: some of what it takes to make, on
     * another thread, for what has run for so long will mostly go on, and of several kernels of a program,
     * only when the first has become fast does the next take most of the time.
     * Operations would not do as a measure: until the JVM has compiled the first tier, too, they take fifty
     * times as long.
     */
    private static final long LONG = 30_000_000L;
    /** The turns of a call while the JVM has not compiled the first tier, unless that were too many calls. */
    private static final long PIECE = 4;
    private static final long PIECES = 1 << 12;

    private final Kernel kernel;
    private final AtomicLong spent = new AtomicLong();
    private volatile @Nullable Code first;
    private volatile @Nullable Code second;
    private @Nullable CompletableFuture<Code> making;

    TieredCode(Kernel kernel) {
        this.kernel = kernel;
    }

    /** What is not to change while it runs: one code for both tiers. */
    TieredCode(Kernel kernel, Code only) {
        this.kernel = kernel;
        this.first = only;
        this.second = only;
    }

    public Kernel kernel() {
        return kernel;
    }

    /** Waits until the code runs at full speed. */
    public void prepare() {
        if (second == null) {
            making().join();
        }
    }

    /** Whether the code runs at full speed. */
    public boolean isReady() {
        return second != null;
    }

    /** Begins to make the code that runs at full speed, on another thread, unless that has begun. */
    public synchronized CompletableFuture<Code> making() {
        if (making == null) {
            making = WarmUp.later(() -> {
                Code code = Kernels.define(kernel, Machine.here(), true);
                WarmUp.warm(kernel, code);
                second = code;
                return code;
            });
        }
        return making;
    }

    @Override
    public void run(long[] buffers, long[] sizes, long from, long to) {
        Code fast = second;
        if (fast != null) {
            fast.run(buffers, sizes, from, to);
        } else if (to - from <= PIECE || !kernel.loop().folds().isEmpty()) {
            slowly(buffers, sizes, from, to);
        } else {
            inPieces(buffers, sizes, from, to);
        }
    }

    /**
     * The JVM compiles what is called often long before it compiles a loop that takes many turns; and what is
     * left when the second tier is ready, that one does.
     */
    private void inPieces(long[] buffers, long[] sizes, long from, long to) {
        long piece = Math.max(PIECE, (to - from) / PIECES);
        for (long at = from; at < to; at += piece) {
            Code fast = second;
            if (fast != null) {
                fast.run(buffers, sizes, at, to);
                return;
            }
            slowly(buffers, sizes, at, Math.min(at + piece, to));
        }
    }

    /** Runs the first tier, and begins with the second if it turns out that there is much to do. */
    private void slowly(long[] buffers, long[] sizes, long from, long to) {
        long begin = System.nanoTime();
        first().run(buffers, sizes, from, to);
        long time = System.nanoTime() - begin;
        long all = spent.addAndGet(time);
        if (all > LONG && all - time <= LONG) {
            CompletableFuture<Code> _ = making();
        }
    }

    private Code first() {
        Code code = first;
        if (code == null) {
            code = Kernels.define(kernel, Machine.here(), false);
            first = code;
        }
        return code;
    }
}

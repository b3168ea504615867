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
    /** So many operations make it worth while: about what the first tier does while the second is made. */
    private static final long MANY = 1 << 25;

    private final Kernel kernel;
    private final AtomicLong operations = new AtomicLong();
    private volatile @Nullable Code first;
    private volatile @Nullable Code second;
    private @Nullable CompletableFuture<Code> making;

    TieredCode(Kernel kernel) {
        this.kernel = kernel;
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

    /** Says that about so many operations are done now. */
    public void count(long computed) {
        if (second == null && operations.addAndGet(computed) > MANY && operations.get() - computed <= MANY) {
            CompletableFuture<Code> _ = making();
        }
    }

    @Override
    public void run(long[] buffers, long[] sizes, long from, long to) {
        Code code = second;
        if (code == null) {
            code = first();
        }
        code.run(buffers, sizes, from, to);
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

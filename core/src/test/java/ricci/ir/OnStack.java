package ricci.ir;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs something in a thread with a stack of a given size. */
public final class OnStack {
    private OnStack() {}

    /** What it returns, on a stack of so many bytes; fails if it throws. */
    public static <T> T of(long bytes, Supplier<T> task) {
        AtomicReference<@Nullable T> result = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, () -> result.set(task.get()), "deep", bytes);
        thread.setUncaughtExceptionHandler((_, e) -> failure.set(e));
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        T value = result.get();
        if (value == null) {
            throw new AssertionError(failure.get());
        }
        return value;
    }

    /** The same for something that returns nothing. */
    public static void run(long bytes, Runnable task) {
        Object _ = of(bytes, () -> {
            task.run();
            return "done";
        });
    }
}

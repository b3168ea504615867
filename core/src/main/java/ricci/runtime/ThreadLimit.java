package ricci.runtime;

import java.util.function.Supplier;

/** How many threads may compute what a thread asks for, where that was said. */
public final class ThreadLimit {
    private static final ScopedValue<Integer> MOST = ScopedValue.newInstance();

    private ThreadLimit() {}

    /** The caller among them; a very large number if nothing was said. */
    public static int most() {
        return MOST.isBound() ? MOST.get() : Integer.MAX_VALUE;
    }

    /** Runs {@code body} under a limit. Within, a lower one may be set, but not a higher one. */
    public static <R> R call(int most, Supplier<R> body) {
        return ScopedValue.where(MOST, Math.min(most, most())).call(body::get);
    }

    /** The same, without a result. */
    static void run(int most, Runnable body) {
        ScopedValue.where(MOST, Math.min(most, most())).run(body);
    }
}

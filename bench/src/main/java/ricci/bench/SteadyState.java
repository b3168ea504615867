package ricci.bench;

import java.util.function.Supplier;
import ricci.runtime.Pool;

/** How a program stands that has run for long: its results go to memory that has been used before. */
final class SteadyState {
    /** Nanoseconds without growth after which there will be none, and of all calls at most. */
    private static final long SETTLED = 1_500_000_000L;
    private static final long AT_MOST = 30_000_000_000L;

    private SteadyState() {}

    /**
     * Calls until memory no longer grows; the heap, likewise, has its pages from the start. In a virtual
     * machine, to touch a page for the first time can take longer than all that is computed for it.
     */
    static Supplier<Object> of(Supplier<Object> task) {
        long begin = System.nanoTime();
        long grown = begin;
        long reserved = 0;
        while (System.nanoTime() - grown < SETTLED && System.nanoTime() - begin < AT_MOST) {
            Object _ = task.get();
            long now = Pool.process().state().reserved();
            if (now > reserved) {
                reserved = now;
                grown = System.nanoTime();
            }
        }
        return task;
    }
}

package ricci.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import ricci.runtime.Pool;

/**
 * How a program stands that has run for long: its results go to memory that has been used before, and the
 * JVM compiles nothing beside it any more.
 */
final class SteadyState {
    /** Nanoseconds without growth after which there will be none, and of all calls at most. */
    private static final long SETTLED = 1_500_000_000L;
    private static final long AT_MOST = 30_000_000_000L;
    /** Milliseconds of compilation that disturb nobody. */
    private static final long LITTLE = 30;
    private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

    private SteadyState() {}

    /**
     * Calls until neither memory nor compiled code grows; the heap, likewise, has its pages from the start.
     * In a virtual machine, to touch a page for the first time can take longer than all that is computed for
     * it; and on two processors, two threads are as fast as one while the JVM compiles.
     */
    static Supplier<Object> of(Supplier<Object> task) {
        long begin = System.nanoTime();
        long grown = begin;
        long reserved = 0;
        long compiled = 0;
        while (System.nanoTime() - grown < SETTLED && System.nanoTime() - begin < AT_MOST) {
            Object _ = task.get();
            long memory = Pool.process().state().reserved();
            long code = COMPILER.getTotalCompilationTime();
            if (memory > reserved || code > compiled + LITTLE) {
                reserved = memory;
                compiled = code;
                grown = System.nanoTime();
            }
        }
        return task;
    }
}

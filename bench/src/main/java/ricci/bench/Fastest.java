package ricci.bench;

import java.util.function.Supplier;

/** The fastest of many calls: what a task takes when nothing disturbs it. */
final class Fastest {
    private Fastest() {}

    /**
     * Nanoseconds of a call.
     *
     * @param calls that are measured together
     * @param time nanoseconds for all
     */
    static double call(Supplier<Object> task, int calls, long time) {
        double best = Double.POSITIVE_INFINITY;
        long begin = System.nanoTime();
        do {
            long start = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                Object _ = task.get();
            }
            best = Math.min(best, (System.nanoTime() - start) / (double) calls);
        } while (System.nanoTime() - begin < time);
        return best;
    }
}

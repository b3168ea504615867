package ricci.runtime;

import ricci.ir.RicciException;
import ricci.ir.Source;

/** What every step of a loop begins with, and how errors in it are told; whoever runs the loop. */
public final class LoopStep {
    private LoopStep() {}

    /**
     * Returns if the run goes on.
     *
     * @param loop {@code "while"} or {@code "scan"}
     * @throws RicciException.Interrupted if this thread is interrupted
     * @throws RicciException if it runs one of several shards, and another one has failed
     */
    public static void proceed(String loop, long step, Source source) {
        if (Thread.currentThread().isInterrupted()) {
            throw new RicciException.Interrupted("go on with a " + loop + " loop", "step " + step,
                    "a thread that is interrupted ends the loops that it runs",
                    "run it again, from a thread that is not interrupted; if the loop did not end by itself, "
                    + "give it a limit, whileLoop(condition, body, state, limit)", source);
        }
        Shard.proceed();
    }

    /** The step, as errors that happen in it name it. */
    public static String name(String loop, long step, Source source) {
        return "step " + step + " of the " + loop + (source.isKnown() ? " at " + source : "");
    }
}

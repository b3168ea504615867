package ricci.compiler;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.jvm.Workers;
import ricci.runtime.Block;
import ricci.runtime.Buffer;
import ricci.runtime.Pool;

/**
 * The memory of one run: the address of everything that tasks read and write, by slot. What moves from step
 * to step of a loop, moves here, so that a step allocates nothing. Used by one run at a time, and again by
 * the next.
 *
 * <p>Between runs, a frame keeps its memory if that is little; much of it is for others to use.
 */
final class Frame {
    private static final long LITTLE = 1 << 16;

    private final long[] at;
    private final long[][] buffers;
    private final int[] fixed;
    private final long[] offsets;
    private final long bytes;
    /** Much memory, while a run has it. */
    private @Nullable Block taken;
    /** A little, which is kept. */
    private @Nullable Buffer own;
    private @Nullable Recording recording;

    /**
     * A frame whose slots are empty.
     *
     * @param fixed the slots of places in the memory of the run, by their offsets
     * @param bytes of all that the run needs on the way
     * @param most the most buffers that a kernel has
     */
    Frame(int slots, Map<Long, Integer> fixed, long bytes, int workers, int most) {
        this.at = new long[slots];
        this.buffers = new long[workers][most];
        this.fixed = fixed.values().stream().mapToInt(slot -> slot).toArray();
        this.offsets = fixed.keySet().stream().mapToLong(offset -> offset).toArray();
        this.bytes = bytes;
    }

    /** Before a run, which is recorded if there is a recording. */
    void begin(@Nullable Recording recording) {
        this.recording = recording;
        if (bytes > LITTLE) {
            taken = Pool.process().take(bytes);
            place(taken.segment());
        } else if (own == null) {
            own = Buffer.uninitialized(DType.I8, bytes);
            place(own.segment());
        }
    }

    private void place(MemorySegment memory) {
        for (int i = 0; i < fixed.length; i++) {
            at[fixed[i]] = memory.address() + offsets[i];
        }
    }

    /** After a run, also one that failed before it began. */
    void end() {
        if (taken != null) {
            Pool.process().giveBack(taken);
            taken = null;
        }
    }

    boolean isRecorded() {
        return recording != null;
    }

    /** Runs the turns of a call on so many threads. */
    void share(Call call, int threads, boolean isVector, Workers.Share share) {
        if (recording == null) {
            Workers.share(call.turns(), threads, isVector, share);
        } else {
            recording.share(call, threads, isVector, share);
        }
    }

    /** The time for what is told later; any, if this run is not recorded. */
    long clock() {
        return recording == null ? 0 : System.nanoTime();
    }

    /** A part of the program has run, since then, on this thread alone. */
    void done(Object part, String name, long began) {
        span(name, began);
        time(part, began);
    }

    /** So many steps of a loop that is one kernel have run, since then, on this thread alone. */
    void done(Launch step, long count, long began) {
        if (recording != null) {
            recording.steps(step, count, began, System.nanoTime());
        }
        span(step.name(), began);
    }

    /** A part of the program has run, since then. */
    void time(Object part, long began) {
        if (recording != null) {
            recording.time(part, began, System.nanoTime());
        }
    }

    /** This thread has been busy, since then, with what has that name. */
    void span(String name, long began) {
        if (recording != null) {
            recording.span(name, began, System.nanoTime(), false);
        }
    }

    /** The addresses, one for each slot. */
    long[] at() {
        return at;
    }

    /** Room for the addresses of the buffers of a kernel that a worker runs. */
    long[] buffers(int worker) {
        return buffers[worker];
    }
}

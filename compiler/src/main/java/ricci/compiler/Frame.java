package ricci.compiler;

import ricci.ir.DType;
import ricci.runtime.Buffer;

/**
 * The memory of one run: the address of everything that tasks read and write, by slot. What moves from step to
 * step of a loop, moves here, so that a step allocates nothing. Used by one run at a time, and again by the next.
 */
final class Frame {
    private final Buffer memory;
    private final long[] at;
    private final long[][] buffers;

    /**
     * A frame whose slots are empty.
     *
     * @param bytes of all that the run needs on the way
     * @param most the most buffers that a kernel has
     */
    Frame(int slots, long bytes, int workers, int most) {
        memory = Buffer.allocate(DType.I8, bytes);
        at = new long[slots];
        buffers = new long[workers][most];
    }

    /** Where the memory begins. */
    long begin() {
        return memory.segment().address();
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

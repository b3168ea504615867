package ricci.jvm;

/** A kernel as code. Has no state; any number of threads may run it at once. */
public interface Code {
    /**
     * Takes the turns from {@code from} to {@code to} of the outermost loop.
     *
     * @param buffers the address of each buffer; whoever calls keeps the buffers alive meanwhile
     * @param sizes the kernel's arguments
     */
    void run(long[] buffers, long[] sizes, long from, long to);
}

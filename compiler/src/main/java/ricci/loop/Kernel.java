package ricci.loop;

/**
 * A loop nest over buffers. Its outermost loop may be cut into ranges of turns that run on several threads;
 * one after the other, if it is ordered.
 *
 * @param name for people; kernels that differ in nothing else are the same
 * @param buffers how many buffers it reads and writes
 * @param sizes how many arguments its sizes have
 */
public record Kernel(String name, int buffers, int sizes, Statement.Loop loop) {
    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Kernel k && buffers == k.buffers && sizes == k.sizes && loop.equals(k.loop);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * buffers + sizes) + loop.hashCode();
    }

    /** The text that {@link KernelText} explains. */
    @Override
    public String toString() {
        return KernelText.of(this);
    }
}

package ricci.runtime;

/**
 * Room on the stack, for what must not be cut short: where the stack is full in the midst of handing work to
 * another thread, a lock is kept for ever, or that thread never told; and memory that was just taken is lost.
 */
public final class StackRoom {
    /** Of at least 16 bytes each once they are compiled, and several times as much before. */
    private static final int FRAMES = 1024;
    private static final int FEW_FRAMES = 128;

    private StackRoom() {}

    /**
     * Returns if there are some kilobytes left.
     *
     * @throws StackOverflowError if not; nothing is broken then
     */
    public static void require() {
        require(FRAMES);
    }

    /** The same of a few calls, for what is done often. */
    static void requireLittle() {
        require(FEW_FRAMES);
    }

    private static void require(int frames) {
        if (descend(frames) < 0) {
            throw new AssertionError("a number of frames is not negative");
        }
    }

    private static int descend(int frames) {
        return frames == 0 ? 0 : 1 + descend(frames - 1);
    }
}

package ricci.runtime;

/**
 * The sizes of blocks: eight between one power of two and the next, so that at most an eighth is wasted; all
 * multiples of {@link Buffer#ALIGNMENT}.
 */
final class Sizes {
    private static final int LEAST = 6;
    private static final int STEPS = 3;

    /** How many there are. */
    static final int CLASSES = (61 - LEAST) << STEPS;

    private Sizes() {}

    /** The least size of at least so many bytes, as a number; sizes grow with their numbers. */
    static int of(long bytes) {
        if (bytes > bytes(CLASSES - 1)) {
            throw new ArithmeticException(bytes + " bytes are more than there can be");
        }
        // Of small sizes several numbers would stand for the same, if they were not aligned first.
        long least = Math.max(aligned(bytes), Buffer.ALIGNMENT);
        int power = 63 - Long.numberOfLeadingZeros(least);
        int step = (int) (((least - 1) >> (power - STEPS)) - ((1L << STEPS) - 1));
        return ((power - LEAST) << STEPS) + step;
    }

    /** The size in bytes. */
    static long bytes(int sizeClass) {
        int power = (sizeClass >> STEPS) + LEAST;
        long exact = (1L << power) + ((long) (sizeClass & ((1 << STEPS) - 1)) << (power - STEPS));
        return aligned(exact);
    }

    private static long aligned(long bytes) {
        return (bytes + Buffer.ALIGNMENT - 1) / Buffer.ALIGNMENT * Buffer.ALIGNMENT;
    }
}

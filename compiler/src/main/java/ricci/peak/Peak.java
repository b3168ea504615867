package ricci.peak;

import java.util.List;
import java.util.function.Consumer;

/**
 * What this machine does at most. Rates are in billions a second: of operations, of which a multiplication
 * and an addition in one are two, and of bytes.
 *
 * @param single operations on f32 by one thread that loads nothing
 * @param wide the same on f64
 * @param singleOfAll operations on f32 by all threads together
 * @param levels the caches, the nearest first, and last the memory
 * @param launch nanoseconds that it takes to call a kernel that does next to nothing
 * @param share nanoseconds that it takes to call one on all threads
 * @param threads that the process may use
 */
public record Peak(double single, double wide, double singleOfAll, List<Level> levels, double launch,
        double share, int threads) {
    public Peak {
        levels = List.copyOf(levels);
    }

    /**
     * A cache, or the memory.
     *
     * @param bytes how much it was measured with, which is half of a cache
     * @param holds how much fits into it
     * @param read bytes read by one thread
     * @param copy bytes copied by one thread; as many are read, and as many written
     * @param readByAll bytes read by all threads together, each of its own
     */
    public record Level(String name, long bytes, long holds, double read, double copy, double readByAll) {}

    /** Measures; takes a second or two. */
    public static Peak measure(Consumer<String> progress) {
        return new Probe(progress).measure();
    }

    /** That of this process, measured when it is first asked for. */
    public static Peak here() {
        return Here.PEAK;
    }

    /** The nearest level into which so many bytes fit. */
    public Level level(long bytes) {
        return levels.stream().filter(level -> bytes <= level.holds).findFirst().orElse(levels.getLast());
    }

    /** The most operations a second of so many threads. */
    public double operations(boolean isWide, int workers) {
        return (isWide ? wide : single) * times(single, singleOfAll, workers);
    }

    /** How many times as much so many threads do as one, by what one and all do. */
    private double times(double one, double all, int workers) {
        return workers <= 1 || threads <= 1 ? 1 : 1 + (all / one - 1) * (workers - 1) / (threads - 1);
    }

    /**
     * The most bytes a second that so many threads can move which read and write as much as is said here.
     */
    public double bytes(long read, long written, int workers) {
        Level level = level(read + written);
        // What is copied is read and written.
        double copied = Math.min(read, written);
        double rest = read + written - 2 * copied;
        return (read + written) / (copied / level.copy + rest / level.read)
                * times(level.read, level.readByAll, workers);
    }

    private static final class Here {
        static final Peak PEAK = measure(_ -> { });
    }
}

package ricci.bench;

import java.util.function.Supplier;
import ricci.jvm.Workers;

/**
 * What a computation has to do at least: multiplications and additions, in pairs; or, where none are counted,
 * bytes that are read or written.
 */
record Work(long products, long bytes) {
    /** So many multiplications, each with an addition. */
    static Work products(long products) {
        return new Work(products, 0);
    }

    /** So many bytes that are read or written. */
    static Work moved(long bytes) {
        return new Work(0, bytes);
    }

    /** Billions of operations in a second, for a time in milliseconds; 0 where none are counted. */
    double speed(double milliseconds) {
        return 2.0 * products / milliseconds / 1e6;
    }

    /**
     * Does as much in registers as each of the threads has to, with nothing to load; or copies half of the
     * bytes, which are read, to where the others are written, on one thread.
     */
    Supplier<Object> limit() {
        return products > 0 ? Peak.of(2.0 * products / Workers.count()) : Copy.of(bytes / 2);
    }
}

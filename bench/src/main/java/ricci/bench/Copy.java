package ricci.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** A copy to memory that is there, on one thread. */
final class Copy {
    private Copy() {}

    /** Copies so many bytes. */
    static Supplier<Object> of(long bytes) {
        MemorySegment from = memory(bytes);
        MemorySegment to = memory(bytes);
        return () -> {
            MemorySegment.copy(from, 0, to, 0, bytes);
            return to;
        };
    }

    /** Memory that was written to, so that it is there. */
    static MemorySegment memory(long bytes) {
        return Arena.global().allocate(bytes, 64).fill((byte) 1);
    }
}

package ricci.compiler;

import ricci.loop.Bounds;

/** Sizes of launches. */
final class Launches {
    private static final long ALIGNMENT = 64;

    private Launches() {}

    /** The bytes that each thread needs. */
    static long scratch(Launch launch) {
        long bytes = 0;
        for (Launch.Memory memory : launch.memory()) {
            if (memory instanceof Launch.Memory.Scratch(var dtype, var count, var isPerThread) && isPerThread) {
                bytes += (count * dtype.bytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            }
        }
        return bytes;
    }

    /** Proves that a launch stays inside of its buffers. */
    static void check(Launch launch) {
        Bounds.check(launch.kernel(), launch.sizes().stream().mapToLong(size -> size).toArray(),
                launch.memory().stream().mapToLong(memory -> switch (memory) {
                    case Launch.Memory.Of(var v) -> v.type().shape().size();
                    case Launch.Memory.Scratch(_, var count, _) -> count;
                }).toArray());
    }
}

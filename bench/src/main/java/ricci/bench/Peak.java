package ricci.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import ricci.jvm.Kernels;
import ricci.jvm.TieredCode;
import ricci.loop.Register;
import ricci.loop.Statement.Loop;
import ricci.peak.PeakKernels;

/** What one processor multiplies and adds at most when it has nothing to load. */
final class Peak {
    private Peak() {}

    /** Does so many operations on f32, about. */
    static Supplier<Object> of(double operations) {
        double each = PeakKernels.operations(Register.F32);
        TieredCode code = Kernels.of(PeakKernels.multiplyAdd(Register.F32));
        code.prepare();
        MemorySegment to = Arena.global().allocate(PeakKernels.ROOM, 64);
        long[] buffers = {to.address()};
        long turns = (long) Math.ceil(operations / each / Loop.MOST_SHORT);
        long[] sizes = {Math.max(1, (long) (operations / each / turns))};
        return () -> {
            code.run(buffers, sizes, 0, turns);
            return to;
        };
    }
}

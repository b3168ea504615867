package ricci.jvm;

import java.util.List;
import ricci.loop.Kernel;

/** Both tiers of a kernel's code, for tests that compare them. */
public final class Tiers {
    private Tiers() {}

    /** Without vectors, then with them. */
    public static List<Code> of(Kernel kernel) {
        return List.of(Kernels.define(kernel, Machine.here(), false),
                Kernels.define(kernel, Machine.here(), true));
    }

    /** Code of one tier, at once and for ever, for vectors of at most so many bits. */
    public static TieredCode only(Kernel kernel, int bits, boolean hasVectors) {
        Machine here = Machine.here();
        Machine machine = bits < here.vectorBits() ? new Machine(bits) : here;
        return new TieredCode(kernel, Kernels.define(kernel, machine, hasVectors));
    }

    /** How long the code with vectors is, as bytecode. */
    public static int bytes(Kernel kernel) {
        return Emitter.longest(Emitter.emit(kernel, Machine.here(), true));
    }
}

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

    /** How long the code with vectors is, as bytecode. */
    public static int bytes(Kernel kernel) {
        return Emitter.longest(Emitter.emit(kernel, Machine.here(), true));
    }
}

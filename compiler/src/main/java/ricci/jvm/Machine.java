package ricci.jvm;

import java.util.List;
import jdk.incubator.vector.VectorShape;

/**
 * What the processor can do, as far as code depends on it.
 *
 * @param vectorBits how wide its vectors are; 0 if there are none, or the JVM keeps them to itself
 * @param registers how many vectors it has room for
 * @param caches bytes
 */
public record Machine(int vectorBits, int registers, Caches caches) {
    private static final boolean IS_X86 = List.of("amd64", "x86_64", "x86").contains(
            System.getProperty("os.arch"));
    private static final System.Logger LOG = System.getLogger("ricci.compiler");

    /** One with vectors of that width, and otherwise such as most are. */
    public Machine(int vectorBits) {
        this(vectorBits, vectorBits >= 512 || !IS_X86 ? 32 : 16, Caches.COMMON);
    }

    /** The one that this process runs on. */
    public static Machine here() {
        return Here.MACHINE;
    }

    /** One without vectors. */
    public static Machine scalar() {
        return new Machine(0);
    }

    /** Whether there are instructions that convert between floats and 64-bit integers. */
    boolean convertsLongs() {
        return vectorBits >= 512;
    }

    private static final class Here {
        static final Machine MACHINE = find();

        private static Machine find() {
            if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
                LOG.log(System.Logger.Level.WARNING,
                        "Ricci computes without vector instructions, several times "
                        + "slower than it could: start java with --add-modules jdk.incubator.vector");
                return scalar();
            }
            Machine machine = new Machine(Vectors.bits());
            return new Machine(machine.vectorBits, machine.registers, Caches.here());
        }
    }

    /** Apart, so that nothing of the Vector API is loaded where it is not there. */
    private static final class Vectors {
        static int bits() {
            return VectorShape.preferredShape().vectorBitSize();
        }
    }
}

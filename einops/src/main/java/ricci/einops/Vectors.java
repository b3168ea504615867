package ricci.einops;

import jdk.incubator.vector.VectorShape;

/**
 * Whether many elements are moved and reduced by the Vector API: where its module is there, which
 * {@code --add-modules jdk.incubator.vector} says, and vectors have 8 or 16 floats. The module descriptor
 * does not name it, since javac would warn everyone who requires this module of an incubating one.
 */
final class Vectors {
    static final boolean ARE_THERE = areThere();
    /** Whether they have 16 floats. */
    static final boolean ARE_LONG = ARE_THERE && Width.isLong();
    /**
     * So many elements are moved or reduced by plain loops before vectors take over: they take a tenth of a
     * second to be loaded and compiled, which a program that does a little need not wait for.
     */
    static final int AT_FIRST = 1 << 22;

    private Vectors() {}

    private static boolean areThere() {
        Module vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").orElse(null);
        if (vectors == null) {
            return false;
        }
        Vectors.class.getModule().addReads(vectors);
        return Width.serves();
    }

    /** Apart, so that nothing of the Vector API is loaded where it is not there. */
    private static final class Width {
        static boolean serves() {
            VectorShape shape = VectorShape.preferredShape();
            return shape == VectorShape.S_256_BIT || shape == VectorShape.S_512_BIT;
        }

        static boolean isLong() {
            return VectorShape.preferredShape() == VectorShape.S_512_BIT;
        }
    }
}

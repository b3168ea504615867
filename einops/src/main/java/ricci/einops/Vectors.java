package ricci.einops;

import jdk.incubator.vector.VectorShape;

/**
 * Whether many elements are moved by the Vector API: where its module is there, which
 * {@code --add-modules jdk.incubator.vector} says, and vectors have 8 or 16 floats. The module descriptor
 * does not name it, since javac would warn everyone who requires this module of an incubating one.
 */
final class Vectors {
    static final boolean ARE_THERE = areThere();

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
    }
}

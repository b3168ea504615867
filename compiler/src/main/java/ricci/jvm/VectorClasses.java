package ricci.jvm;

import java.util.List;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Has all classes of vectors and masks loaded before a kernel is compiled. The JVM compiles on the assumption
 * that those it has seen are all there are. When the first kernel with vectors of another kind comes, it
 * would throw away the code of all others, which then take seconds until they are compiled again.
 */
final class VectorClasses {
    private static final List<Class<?>> ELEMENTS = List.of(byte.class, short.class, int.class, long.class,
            float.class, double.class);
    private static final int NARROWEST = 64;

    static {
        int widest = Machine.here().vectorBits();
        for (int bits = NARROWEST; bits <= widest; bits *= 2) {
            for (Class<?> element : ELEMENTS) {
                VectorSpecies<?> species = VectorSpecies.of(element, VectorShape.forBitSize(bits));
                VectorMask<?> _ = species.zero().compare(VectorOperators.EQ, 0);
                VectorMask<?> _ = species.maskAll(true);
            }
        }
    }

    private VectorClasses() {}

    /** Returns when they are there. */
    static void load() {}
}

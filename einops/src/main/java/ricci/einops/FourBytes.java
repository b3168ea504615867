package ricci.einops;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vectors of elements of four bytes, as floats whatever they are: moving lanes keeps their bits. As floats,
 * since the JVM moves lanes of ints in more steps.
 */
final class FourBytes {
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    static final int LANES = FLOATS.length();

    private FourBytes() {}

    static FloatVector load(float[] x, int p) {
        return FloatVector.fromArray(FLOATS, x, p);
    }

    static FloatVector load(int[] x, int p) {
        return IntVector.fromArray(INTS, x, p).reinterpretAsFloats();
    }

    static void store(FloatVector lanes, float[] y, int q) {
        lanes.intoArray(y, q);
    }

    static void store(FloatVector lanes, int[] y, int q) {
        lanes.reinterpretAsInts().intoArray(y, q);
    }

    // Indexes of lanes of two vectors, one behind the other, for FloatVector.selectFrom. They are counted
    // before each loop, where the JVM sees that they are the same in each step: those of an array would be
    // loaded at each use, as a store might have changed them.

    static FloatVector even() {
        return (FloatVector) IntVector.zero(INTS).addIndex(2).convert(I2F, 0);
    }

    static FloatVector odd() {
        return (FloatVector) IntVector.zero(INTS).addIndex(2).add(1).convert(I2F, 0);
    }

    /** The lanes of the lower halves, in turn. */
    static FloatVector lower() {
        IntVector count = IntVector.zero(INTS).addIndex(1);
        return (FloatVector) count.lanewise(LSHR, 1).add(count.and(1).mul(LANES)).convert(I2F, 0);
    }

    static FloatVector upper() {
        IntVector count = IntVector.zero(INTS).addIndex(1);
        return (FloatVector) count.add(LANES).lanewise(LSHR, 1).add(count.and(1).mul(LANES)).convert(I2F, 0);
    }
}

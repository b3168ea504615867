package ricci.einops;

import static jdk.incubator.vector.VectorOperators.I2F;

import java.util.function.IntUnaryOperator;
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

    private static final float[] LOWER = indexes(i -> i / 2 + i % 2 * LANES);
    private static final float[] UPPER = indexes(i -> i / 2 + i % 2 * LANES + LANES / 2);

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

    // Indexes of lanes of two vectors, one behind the other, for FloatVector.selectFrom. They are made before
    // each loop: a constant vector would be loaded at each use, as a store might have changed it.

    // For loops that are long these are counted, so that the JVM sees that no store changes them.

    static FloatVector even() {
        return (FloatVector) IntVector.zero(INTS).addIndex(2).convert(I2F, 0);
    }

    static FloatVector odd() {
        return (FloatVector) IntVector.zero(INTS).addIndex(2).add(1).convert(I2F, 0);
    }

    // For loops that may be short these are loaded, which takes less.

    /** The lanes of the lower halves, in turn. */
    static FloatVector lower() {
        return load(LOWER, 0);
    }

    static FloatVector upper() {
        return load(UPPER, 0);
    }

    private static float[] indexes(IntUnaryOperator lane) {
        float[] indexes = new float[LANES];
        for (int i = 0; i < LANES; i++) {
            indexes[i] = lane.applyAsInt(i);
        }
        return indexes;
    }
}

package ricci.jvm;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Floats of a vector turned by some lanes, so that one half of them meets the other: for generated code, as
 * constants, since the JVM knows what those are. Nothing else names this class, so that nothing of the Vector
 * API is loaded where it is not there.
 */
final class Turned {
    static final VectorShuffle<Float> F32_2_1 = by(FloatVector.SPECIES_64, 1);
    static final VectorShuffle<Float> F32_4_2 = by(FloatVector.SPECIES_128, 2);
    static final VectorShuffle<Float> F32_4_1 = by(FloatVector.SPECIES_128, 1);
    static final VectorShuffle<Float> F32_8_4 = by(FloatVector.SPECIES_256, 4);
    static final VectorShuffle<Float> F32_8_2 = by(FloatVector.SPECIES_256, 2);
    static final VectorShuffle<Float> F32_8_1 = by(FloatVector.SPECIES_256, 1);
    static final VectorShuffle<Float> F32_16_8 = by(FloatVector.SPECIES_512, 8);
    static final VectorShuffle<Float> F32_16_4 = by(FloatVector.SPECIES_512, 4);
    static final VectorShuffle<Float> F32_16_2 = by(FloatVector.SPECIES_512, 2);
    static final VectorShuffle<Float> F32_16_1 = by(FloatVector.SPECIES_512, 1);
    static final VectorShuffle<Double> F64_2_1 = by(DoubleVector.SPECIES_128, 1);
    static final VectorShuffle<Double> F64_4_2 = by(DoubleVector.SPECIES_256, 2);
    static final VectorShuffle<Double> F64_4_1 = by(DoubleVector.SPECIES_256, 1);
    static final VectorShuffle<Double> F64_8_4 = by(DoubleVector.SPECIES_512, 4);
    static final VectorShuffle<Double> F64_8_2 = by(DoubleVector.SPECIES_512, 2);
    static final VectorShuffle<Double> F64_8_1 = by(DoubleVector.SPECIES_512, 1);

    private Turned() {}

    private static <E> VectorShuffle<E> by(VectorSpecies<E> species, int lanes) {
        return VectorShuffle.iota(species, lanes, 1, true);
    }
}

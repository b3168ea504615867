package ricci.jvm;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Which lanes of two rows, that are so far apart in a square, are taken for each of them when the square is
 * turned: in the first row its upper lanes make room for lower ones of the second row, and the other way
 * round. For generated code, as constants; see {@link Turned}.
 */
final class Exchange {
    static final IntVector I32_4_2_FIRST = first(IntVector.SPECIES_128, 2);
    static final IntVector I32_4_2_SECOND = second(IntVector.SPECIES_128, 2);
    static final IntVector I32_4_1_FIRST = first(IntVector.SPECIES_128, 1);
    static final IntVector I32_4_1_SECOND = second(IntVector.SPECIES_128, 1);
    static final IntVector I32_8_4_FIRST = first(IntVector.SPECIES_256, 4);
    static final IntVector I32_8_4_SECOND = second(IntVector.SPECIES_256, 4);
    static final IntVector I32_8_2_FIRST = first(IntVector.SPECIES_256, 2);
    static final IntVector I32_8_2_SECOND = second(IntVector.SPECIES_256, 2);
    static final IntVector I32_8_1_FIRST = first(IntVector.SPECIES_256, 1);
    static final IntVector I32_8_1_SECOND = second(IntVector.SPECIES_256, 1);
    static final LongVector I64_4_2_FIRST = longs(I32_4_2_FIRST);
    static final LongVector I64_4_2_SECOND = longs(I32_4_2_SECOND);
    static final LongVector I64_4_1_FIRST = longs(I32_4_1_FIRST);
    static final LongVector I64_4_1_SECOND = longs(I32_4_1_SECOND);

    private Exchange() {}

    /** Numbers of lanes of the first row, or after these of the second. */
    private static IntVector first(VectorSpecies<Integer> species, int step) {
        int[] lanes = new int[species.length()];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = (i & step) == 0 ? i : lanes.length + i - step;
        }
        return IntVector.fromArray(species, lanes, 0);
    }

    private static IntVector second(VectorSpecies<Integer> species, int step) {
        int[] lanes = new int[species.length()];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = (i & step) == 0 ? i + step : lanes.length + i;
        }
        return IntVector.fromArray(species, lanes, 0);
    }

    private static LongVector longs(IntVector lanes) {
        return (LongVector) lanes.castShape(LongVector.SPECIES_256, 0);
    }
}

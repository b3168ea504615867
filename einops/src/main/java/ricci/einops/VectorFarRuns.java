package ricci.einops;

import static jdk.incubator.vector.VectorOperators.F2D;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The lanes of {@link FarRuns} in registers. Those of a run take half of what a machine with vectors of 8
 * doubles has, and the loop is written out, since the JVM keeps no array of vectors there: it reads memory as
 * fast as it comes, where lanes in an array take a quarter longer. Nothing may name this class unless {@link
 * Vectors#ARE_LONG}.
 */
final class VectorFarRuns {
    private static final VectorSpecies<Float> EIGHT = FloatVector.SPECIES_256;
    private static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_512;

    private VectorFarRuns() {}

    /**
     * Adds up so many elements of each run, a multiple of the lanes, and puts the sums of all eighth lanes
     * where each run's first lanes are.
     */
    // Elements are widened in each line: in a method of its own that would be more than the JVM inlines.
    static void add(float[] x, int first, int second, int count, double[] lanes) {
        DoubleVector zero = DoubleVector.zero(WIDE);
        DoubleVector a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero, a7 = zero;
        DoubleVector a8 = zero, a9 = zero, a10 = zero, a11 = zero, a12 = zero, a13 = zero, a14 = zero;
        DoubleVector a15 = zero, b0 = zero, b1 = zero, b2 = zero, b3 = zero, b4 = zero, b5 = zero, b6 = zero;
        DoubleVector b7 = zero, b8 = zero, b9 = zero, b10 = zero, b11 = zero, b12 = zero, b13 = zero;
        DoubleVector b14 = zero, b15 = zero;
        for (int i = 0; i + FarRuns.LANES <= count; i += FarRuns.LANES) {
            int p = first + i;
            int q = second + i;
            a0 = a0.add(FloatVector.fromArray(EIGHT, x, p).convertShape(F2D, WIDE, 0));
            a1 = a1.add(FloatVector.fromArray(EIGHT, x, p + 8).convertShape(F2D, WIDE, 0));
            a2 = a2.add(FloatVector.fromArray(EIGHT, x, p + 16).convertShape(F2D, WIDE, 0));
            a3 = a3.add(FloatVector.fromArray(EIGHT, x, p + 24).convertShape(F2D, WIDE, 0));
            a4 = a4.add(FloatVector.fromArray(EIGHT, x, p + 32).convertShape(F2D, WIDE, 0));
            a5 = a5.add(FloatVector.fromArray(EIGHT, x, p + 40).convertShape(F2D, WIDE, 0));
            a6 = a6.add(FloatVector.fromArray(EIGHT, x, p + 48).convertShape(F2D, WIDE, 0));
            a7 = a7.add(FloatVector.fromArray(EIGHT, x, p + 56).convertShape(F2D, WIDE, 0));
            a8 = a8.add(FloatVector.fromArray(EIGHT, x, p + 64).convertShape(F2D, WIDE, 0));
            a9 = a9.add(FloatVector.fromArray(EIGHT, x, p + 72).convertShape(F2D, WIDE, 0));
            a10 = a10.add(FloatVector.fromArray(EIGHT, x, p + 80).convertShape(F2D, WIDE, 0));
            a11 = a11.add(FloatVector.fromArray(EIGHT, x, p + 88).convertShape(F2D, WIDE, 0));
            a12 = a12.add(FloatVector.fromArray(EIGHT, x, p + 96).convertShape(F2D, WIDE, 0));
            a13 = a13.add(FloatVector.fromArray(EIGHT, x, p + 104).convertShape(F2D, WIDE, 0));
            a14 = a14.add(FloatVector.fromArray(EIGHT, x, p + 112).convertShape(F2D, WIDE, 0));
            a15 = a15.add(FloatVector.fromArray(EIGHT, x, p + 120).convertShape(F2D, WIDE, 0));
            b0 = b0.add(FloatVector.fromArray(EIGHT, x, q).convertShape(F2D, WIDE, 0));
            b1 = b1.add(FloatVector.fromArray(EIGHT, x, q + 8).convertShape(F2D, WIDE, 0));
            b2 = b2.add(FloatVector.fromArray(EIGHT, x, q + 16).convertShape(F2D, WIDE, 0));
            b3 = b3.add(FloatVector.fromArray(EIGHT, x, q + 24).convertShape(F2D, WIDE, 0));
            b4 = b4.add(FloatVector.fromArray(EIGHT, x, q + 32).convertShape(F2D, WIDE, 0));
            b5 = b5.add(FloatVector.fromArray(EIGHT, x, q + 40).convertShape(F2D, WIDE, 0));
            b6 = b6.add(FloatVector.fromArray(EIGHT, x, q + 48).convertShape(F2D, WIDE, 0));
            b7 = b7.add(FloatVector.fromArray(EIGHT, x, q + 56).convertShape(F2D, WIDE, 0));
            b8 = b8.add(FloatVector.fromArray(EIGHT, x, q + 64).convertShape(F2D, WIDE, 0));
            b9 = b9.add(FloatVector.fromArray(EIGHT, x, q + 72).convertShape(F2D, WIDE, 0));
            b10 = b10.add(FloatVector.fromArray(EIGHT, x, q + 80).convertShape(F2D, WIDE, 0));
            b11 = b11.add(FloatVector.fromArray(EIGHT, x, q + 88).convertShape(F2D, WIDE, 0));
            b12 = b12.add(FloatVector.fromArray(EIGHT, x, q + 96).convertShape(F2D, WIDE, 0));
            b13 = b13.add(FloatVector.fromArray(EIGHT, x, q + 104).convertShape(F2D, WIDE, 0));
            b14 = b14.add(FloatVector.fromArray(EIGHT, x, q + 112).convertShape(F2D, WIDE, 0));
            b15 = b15.add(FloatVector.fromArray(EIGHT, x, q + 120).convertShape(F2D, WIDE, 0));
        }
        a0.add(a4).add(a8.add(a12)).add(a1.add(a5).add(a9.add(a13)))
                .add(a2.add(a6).add(a10.add(a14))
                        .add(a3.add(a7).add(a11.add(a15)))).intoArray(lanes, 0);
        b0.add(b4).add(b8.add(b12)).add(b1.add(b5).add(b9.add(b13)))
                .add(b2.add(b6).add(b10.add(b14))
                        .add(b3.add(b7).add(b11.add(b15)))).intoArray(lanes, FarRuns.LANES);
    }
}

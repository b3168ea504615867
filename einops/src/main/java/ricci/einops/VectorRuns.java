package ricci.einops;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies runs of a few neighbours, a step apart on each side, as two vectors of which the second ends where
 * the run does: they may overlap, and nothing beyond the run is touched. The lengths and steps of the usual
 * patches of pixels, two or four runs that are together on one side, are written down where the loop is
 * inlined, so that the compiler checks bounds once for all runs. Each way of them has a method of its own,
 * for which the compiler counts calls apart; for each type, too, since shared by both, ints took half as
 * long again.
 */
final class VectorRuns {
    private static final VectorSpecies<Float> FOUR_FLOATS = FloatVector.SPECIES_128;
    private static final VectorSpecies<Float> EIGHT_FLOATS = FloatVector.SPECIES_256;
    private static final VectorSpecies<Integer> FOUR_INTS = IntVector.SPECIES_128;
    private static final VectorSpecies<Integer> EIGHT_INTS = IntVector.SPECIES_256;

    private VectorRuns() {}

    static void copy(float[] x, int from, int stepX, float[] y, int to, int stepY, int runs, int count) {
        if (count < 4 || count > 16) {
            ShortRuns.copy(x, from, stepX, y, to, stepY, runs, count);
        } else if (stepX == count && stepY == 2 * count) {
            toTwos(x, from, y, to, runs, count);
        } else if (stepX == 2 * count && stepY == count) {
            ofTwos(x, from, y, to, runs, count);
        } else if (stepX == count && stepY == 4 * count) {
            toFours(x, from, y, to, runs, count);
        } else if (stepX == 4 * count && stepY == count) {
            ofFours(x, from, y, to, runs, count);
        } else {
            any(x, from, stepX, y, to, stepY, runs, count);
        }
    }

    private static void toTwos(float[] x, int from, float[] y, int to, int runs, int count) {
        switch (count) {
            case 4 -> any(x, from, 4, y, to, 8, runs, 4);
            case 6 -> any(x, from, 6, y, to, 12, runs, 6);
            case 8 -> any(x, from, 8, y, to, 16, runs, 8);
            case 12 -> any(x, from, 12, y, to, 24, runs, 12);
            case 16 -> any(x, from, 16, y, to, 32, runs, 16);
            default -> any(x, from, count, y, to, 2 * count, runs, count);
        }
    }

    private static void ofTwos(float[] x, int from, float[] y, int to, int runs, int count) {
        switch (count) {
            case 4 -> any(x, from, 8, y, to, 4, runs, 4);
            case 6 -> any(x, from, 12, y, to, 6, runs, 6);
            case 8 -> any(x, from, 16, y, to, 8, runs, 8);
            case 12 -> any(x, from, 24, y, to, 12, runs, 12);
            case 16 -> any(x, from, 32, y, to, 16, runs, 16);
            default -> any(x, from, 2 * count, y, to, count, runs, count);
        }
    }

    private static void toFours(float[] x, int from, float[] y, int to, int runs, int count) {
        switch (count) {
            case 4 -> any(x, from, 4, y, to, 16, runs, 4);
            case 6 -> any(x, from, 6, y, to, 24, runs, 6);
            case 8 -> any(x, from, 8, y, to, 32, runs, 8);
            case 12 -> any(x, from, 12, y, to, 48, runs, 12);
            case 16 -> any(x, from, 16, y, to, 64, runs, 16);
            default -> any(x, from, count, y, to, 4 * count, runs, count);
        }
    }

    private static void ofFours(float[] x, int from, float[] y, int to, int runs, int count) {
        switch (count) {
            case 4 -> any(x, from, 16, y, to, 4, runs, 4);
            case 6 -> any(x, from, 24, y, to, 6, runs, 6);
            case 8 -> any(x, from, 32, y, to, 8, runs, 8);
            case 12 -> any(x, from, 48, y, to, 12, runs, 12);
            case 16 -> any(x, from, 64, y, to, 16, runs, 16);
            default -> any(x, from, 4 * count, y, to, count, runs, count);
        }
    }

    private static void any(
            float[] x, int from, int stepX, float[] y, int to, int stepY, int runs, int count) {
        if (count <= 8) {
            fours(x, from, stepX, y, to, stepY, runs, count - 4);
        } else {
            eights(x, from, stepX, y, to, stepY, runs, count - 8);
        }
    }

    private static void fours(
            float[] x, int from, int stepX, float[] y, int to, int stepY, int runs, int last) {
        for (int i = 0; i < runs; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            FloatVector a = FloatVector.fromArray(FOUR_FLOATS, x, p);
            FloatVector b = FloatVector.fromArray(FOUR_FLOATS, x, p + last);
            a.intoArray(y, q);
            b.intoArray(y, q + last);
        }
    }

    private static void eights(
            float[] x, int from, int stepX, float[] y, int to, int stepY, int runs, int last) {
        for (int i = 0; i < runs; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            FloatVector a = FloatVector.fromArray(EIGHT_FLOATS, x, p);
            FloatVector b = FloatVector.fromArray(EIGHT_FLOATS, x, p + last);
            a.intoArray(y, q);
            b.intoArray(y, q + last);
        }
    }

    static void copy(int[] x, int from, int stepX, int[] y, int to, int stepY, int runs, int count) {
        if (count < 4 || count > 16) {
            ShortRuns.copy(x, from, stepX, y, to, stepY, runs, count);
        } else if (stepX == count && stepY == 2 * count) {
            toTwos(x, from, y, to, runs, count);
        } else if (stepX == 2 * count && stepY == count) {
            ofTwos(x, from, y, to, runs, count);
        } else if (stepX == count && stepY == 4 * count) {
            toFours(x, from, y, to, runs, count);
        } else if (stepX == 4 * count && stepY == count) {
            ofFours(x, from, y, to, runs, count);
        } else {
            any(x, from, stepX, y, to, stepY, runs, count);
        }
    }

    private static void toTwos(int[] x, int from, int[] y, int to, int runs, int count) {
        switch (count) {
            case 4 -> any(x, from, 4, y, to, 8, runs, 4);
            case 6 -> any(x, from, 6, y, to, 12, runs, 6);
            case 8 -> any(x, from, 8, y, to, 16, runs, 8);
            case 12 -> any(x, from, 12, y, to, 24, runs, 12);
            case 16 -> any(x, from, 16, y, to, 32, runs, 16);
            default -> any(x, from, count, y, to, 2 * count, runs, count);
        }
    }

    private static void ofTwos(int[] x, int from, int[] y, int to, int runs, int count) {
        switch (count) {
            case 4 -> any(x, from, 8, y, to, 4, runs, 4);
            case 6 -> any(x, from, 12, y, to, 6, runs, 6);
            case 8 -> any(x, from, 16, y, to, 8, runs, 8);
            case 12 -> any(x, from, 24, y, to, 12, runs, 12);
            case 16 -> any(x, from, 32, y, to, 16, runs, 16);
            default -> any(x, from, 2 * count, y, to, count, runs, count);
        }
    }

    private static void toFours(int[] x, int from, int[] y, int to, int runs, int count) {
        switch (count) {
            case 4 -> any(x, from, 4, y, to, 16, runs, 4);
            case 6 -> any(x, from, 6, y, to, 24, runs, 6);
            case 8 -> any(x, from, 8, y, to, 32, runs, 8);
            case 12 -> any(x, from, 12, y, to, 48, runs, 12);
            case 16 -> any(x, from, 16, y, to, 64, runs, 16);
            default -> any(x, from, count, y, to, 4 * count, runs, count);
        }
    }

    private static void ofFours(int[] x, int from, int[] y, int to, int runs, int count) {
        switch (count) {
            case 4 -> any(x, from, 16, y, to, 4, runs, 4);
            case 6 -> any(x, from, 24, y, to, 6, runs, 6);
            case 8 -> any(x, from, 32, y, to, 8, runs, 8);
            case 12 -> any(x, from, 48, y, to, 12, runs, 12);
            case 16 -> any(x, from, 64, y, to, 16, runs, 16);
            default -> any(x, from, 4 * count, y, to, count, runs, count);
        }
    }

    private static void any(
            int[] x, int from, int stepX, int[] y, int to, int stepY, int runs, int count) {
        if (count <= 8) {
            fours(x, from, stepX, y, to, stepY, runs, count - 4);
        } else {
            eights(x, from, stepX, y, to, stepY, runs, count - 8);
        }
    }

    private static void fours(
            int[] x, int from, int stepX, int[] y, int to, int stepY, int runs, int last) {
        for (int i = 0; i < runs; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            IntVector a = IntVector.fromArray(FOUR_INTS, x, p);
            IntVector b = IntVector.fromArray(FOUR_INTS, x, p + last);
            a.intoArray(y, q);
            b.intoArray(y, q + last);
        }
    }

    private static void eights(
            int[] x, int from, int stepX, int[] y, int to, int stepY, int runs, int last) {
        for (int i = 0; i < runs; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            IntVector a = IntVector.fromArray(EIGHT_INTS, x, p);
            IntVector b = IntVector.fromArray(EIGHT_INTS, x, p + last);
            a.intoArray(y, q);
            b.intoArray(y, q + last);
        }
    }
}

package ricci.einops;

import static ricci.einops.FourBytes.FLOATS;
import static ricci.einops.FourBytes.LANES;
import static ricci.einops.FourBytes.load;
import static ricci.einops.FourBytes.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Takes the three or four channels of pixels apart, or puts them together, a vector of each at a time.
 *
 * <p>Of three vectors of pixels of three channels, the lanes of a channel are never in the same place twice,
 * because 3 divides no power of 2: they are put in one vector where they are, and then in order. Pixels of
 * four channels are split in two, and each half again: what is in even lanes, and what is in odd ones.
 */
final class VectorPixels {
    private static final VectorShuffle<Float> APART_0 = apart(0);
    private static final VectorShuffle<Float> APART_1 = apart(1);
    private static final VectorShuffle<Float> APART_2 = apart(2);
    private static final VectorShuffle<Float> TOGETHER_0 = together(0);
    private static final VectorShuffle<Float> TOGETHER_1 = together(1);
    private static final VectorShuffle<Float> TOGETHER_2 = together(2);
    // The first number is that of the vector, the second that of the channel.
    private static final VectorMask<Float> IN_0_OF_1 = in(0, 1);
    private static final VectorMask<Float> IN_0_OF_2 = in(0, 2);
    private static final VectorMask<Float> IN_1_OF_0 = in(1, 0);
    private static final VectorMask<Float> IN_1_OF_1 = in(1, 1);
    private static final VectorMask<Float> IN_1_OF_2 = in(1, 2);
    private static final VectorMask<Float> IN_2_OF_0 = in(2, 0);
    private static final VectorMask<Float> IN_2_OF_1 = in(2, 1);
    private static final VectorMask<Float> IN_2_OF_2 = in(2, 2);

    private VectorPixels() {}

    /** Lane {@code j} of a channel is lane {@code 3 * j + channel} of three vectors. */
    private static VectorShuffle<Float> apart(int channel) {
        return VectorShuffle.fromOp(FLOATS, j -> (3 * j + channel) % LANES);
    }

    private static VectorShuffle<Float> together(int channel) {
        int[] lanes = new int[LANES];
        for (int j = 0; j < LANES; j++) {
            lanes[(3 * j + channel) % LANES] = j;
        }
        return VectorShuffle.fromValues(FLOATS, lanes);
    }

    private static VectorMask<Float> in(int vector, int channel) {
        boolean[] lanes = new boolean[LANES];
        for (int j = 0; j < LANES; j++) {
            lanes[j] = (vector * LANES + j) % 3 == channel;
        }
        return VectorMask.fromValues(FLOATS, lanes);
    }

    static void copy(Tile s, float[] x, int p, float[] y, int q, int count) {
        int whole = count - count % LANES;
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                apartThree(x, p, y, q, (int) s.toOuter(), whole);
            } else {
                apartFour(x, p, y, q, (int) s.toOuter(), whole);
            }
        } else if (s.toInner() == 3) {
            togetherThree(x, p, (int) s.fromOuter(), y, q, whole);
        } else {
            togetherFour(x, p, (int) s.fromOuter(), y, q, whole);
        }
        Pixels.copy(s, x, p + whole * (int) s.fromInner(), y, q + whole * (int) s.toInner(), count - whole);
    }

    private static void apartThree(float[] x, int from, float[] y, int to, int next, int count) {
        for (int i = 0; i < count; i += LANES) {
            int p = from + 3 * i;
            int q = to + i;
            FloatVector a = load(x, p);
            FloatVector b = load(x, p + LANES);
            FloatVector c = load(x, p + 2 * LANES);
            store(a.blend(b, IN_1_OF_0).blend(c, IN_2_OF_0).rearrange(APART_0), y, q);
            store(a.blend(b, IN_1_OF_1).blend(c, IN_2_OF_1).rearrange(APART_1), y, q + next);
            store(a.blend(b, IN_1_OF_2).blend(c, IN_2_OF_2).rearrange(APART_2), y, q + 2 * next);
        }
    }

    private static void togetherThree(float[] x, int from, int next, float[] y, int to, int count) {
        for (int i = 0; i < count; i += LANES) {
            int p = from + i;
            int q = to + 3 * i;
            FloatVector a = load(x, p).rearrange(TOGETHER_0);
            FloatVector b = load(x, p + next).rearrange(TOGETHER_1);
            FloatVector c = load(x, p + 2 * next).rearrange(TOGETHER_2);
            store(a.blend(b, IN_0_OF_1).blend(c, IN_0_OF_2), y, q);
            store(a.blend(b, IN_1_OF_1).blend(c, IN_1_OF_2), y, q + LANES);
            store(a.blend(b, IN_2_OF_1).blend(c, IN_2_OF_2), y, q + 2 * LANES);
        }
    }

    private static void apartFour(float[] x, int from, float[] y, int to, int next, int count) {
        FloatVector even = FourBytes.even();
        FloatVector odd = FourBytes.odd();
        for (int i = 0; i < count; i += LANES) {
            int p = from + 4 * i;
            int q = to + i;
            FloatVector a = load(x, p);
            FloatVector b = load(x, p + LANES);
            FloatVector c = load(x, p + 2 * LANES);
            FloatVector d = load(x, p + 3 * LANES);
            FloatVector evenAb = even.selectFrom(a, b);
            FloatVector oddAb = odd.selectFrom(a, b);
            FloatVector evenCd = even.selectFrom(c, d);
            FloatVector oddCd = odd.selectFrom(c, d);
            store(even.selectFrom(evenAb, evenCd), y, q);
            store(even.selectFrom(oddAb, oddCd), y, q + next);
            store(odd.selectFrom(evenAb, evenCd), y, q + 2 * next);
            store(odd.selectFrom(oddAb, oddCd), y, q + 3 * next);
        }
    }

    /** Puts together so many pixels, a multiple of the number of lanes. */
    static void togetherFour(float[] x, int from, int next, float[] y, int to, int count) {
        FloatVector lower = FourBytes.lower();
        FloatVector upper = FourBytes.upper();
        for (int i = 0; i < count; i += LANES) {
            int p = from + i;
            int q = to + 4 * i;
            FloatVector a = load(x, p);
            FloatVector b = load(x, p + next);
            FloatVector c = load(x, p + 2 * next);
            FloatVector d = load(x, p + 3 * next);
            FloatVector lowerAc = lower.selectFrom(a, c);
            FloatVector upperAc = upper.selectFrom(a, c);
            FloatVector lowerBd = lower.selectFrom(b, d);
            FloatVector upperBd = upper.selectFrom(b, d);
            store(lower.selectFrom(lowerAc, lowerBd), y, q);
            store(upper.selectFrom(lowerAc, lowerBd), y, q + LANES);
            store(lower.selectFrom(upperAc, upperBd), y, q + 2 * LANES);
            store(upper.selectFrom(upperAc, upperBd), y, q + 3 * LANES);
        }
    }

    static void copy(Tile s, int[] x, int p, int[] y, int q, int count) {
        int whole = count - count % LANES;
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                apartThree(x, p, y, q, (int) s.toOuter(), whole);
            } else {
                apartFour(x, p, y, q, (int) s.toOuter(), whole);
            }
        } else if (s.toInner() == 3) {
            togetherThree(x, p, (int) s.fromOuter(), y, q, whole);
        } else {
            togetherFour(x, p, (int) s.fromOuter(), y, q, whole);
        }
        Pixels.copy(s, x, p + whole * (int) s.fromInner(), y, q + whole * (int) s.toInner(), count - whole);
    }

    private static void apartThree(int[] x, int from, int[] y, int to, int next, int count) {
        for (int i = 0; i < count; i += LANES) {
            int p = from + 3 * i;
            int q = to + i;
            FloatVector a = load(x, p);
            FloatVector b = load(x, p + LANES);
            FloatVector c = load(x, p + 2 * LANES);
            store(a.blend(b, IN_1_OF_0).blend(c, IN_2_OF_0).rearrange(APART_0), y, q);
            store(a.blend(b, IN_1_OF_1).blend(c, IN_2_OF_1).rearrange(APART_1), y, q + next);
            store(a.blend(b, IN_1_OF_2).blend(c, IN_2_OF_2).rearrange(APART_2), y, q + 2 * next);
        }
    }

    private static void togetherThree(int[] x, int from, int next, int[] y, int to, int count) {
        for (int i = 0; i < count; i += LANES) {
            int p = from + i;
            int q = to + 3 * i;
            FloatVector a = load(x, p).rearrange(TOGETHER_0);
            FloatVector b = load(x, p + next).rearrange(TOGETHER_1);
            FloatVector c = load(x, p + 2 * next).rearrange(TOGETHER_2);
            store(a.blend(b, IN_0_OF_1).blend(c, IN_0_OF_2), y, q);
            store(a.blend(b, IN_1_OF_1).blend(c, IN_1_OF_2), y, q + LANES);
            store(a.blend(b, IN_2_OF_1).blend(c, IN_2_OF_2), y, q + 2 * LANES);
        }
    }

    private static void apartFour(int[] x, int from, int[] y, int to, int next, int count) {
        FloatVector even = FourBytes.even();
        FloatVector odd = FourBytes.odd();
        for (int i = 0; i < count; i += LANES) {
            int p = from + 4 * i;
            int q = to + i;
            FloatVector a = load(x, p);
            FloatVector b = load(x, p + LANES);
            FloatVector c = load(x, p + 2 * LANES);
            FloatVector d = load(x, p + 3 * LANES);
            FloatVector evenAb = even.selectFrom(a, b);
            FloatVector oddAb = odd.selectFrom(a, b);
            FloatVector evenCd = even.selectFrom(c, d);
            FloatVector oddCd = odd.selectFrom(c, d);
            store(even.selectFrom(evenAb, evenCd), y, q);
            store(even.selectFrom(oddAb, oddCd), y, q + next);
            store(odd.selectFrom(evenAb, evenCd), y, q + 2 * next);
            store(odd.selectFrom(oddAb, oddCd), y, q + 3 * next);
        }
    }

    /** Puts together so many pixels, a multiple of the number of lanes. */
    static void togetherFour(int[] x, int from, int next, int[] y, int to, int count) {
        FloatVector lower = FourBytes.lower();
        FloatVector upper = FourBytes.upper();
        for (int i = 0; i < count; i += LANES) {
            int p = from + i;
            int q = to + 4 * i;
            FloatVector a = load(x, p);
            FloatVector b = load(x, p + next);
            FloatVector c = load(x, p + 2 * next);
            FloatVector d = load(x, p + 3 * next);
            FloatVector lowerAc = lower.selectFrom(a, c);
            FloatVector upperAc = upper.selectFrom(a, c);
            FloatVector lowerBd = lower.selectFrom(b, d);
            FloatVector upperBd = upper.selectFrom(b, d);
            store(lower.selectFrom(lowerAc, lowerBd), y, q);
            store(upper.selectFrom(lowerAc, lowerBd), y, q + LANES);
            store(lower.selectFrom(upperAc, upperBd), y, q + 2 * LANES);
            store(upper.selectFrom(upperAc, upperBd), y, q + 3 * LANES);
        }
    }
}

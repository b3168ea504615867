package ricci.jvm;

import static ricci.jvm.Memory.ALL;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import ricci.jvm.FourierLanes.Kernels;
import ricci.jvm.FourierLanes.Roots;

/**
 * Transforms of one length, as many side by side as there are {@link FourierLanes#LANES}: Cooley and Tukey's,
 * with factors taken out from the front, in Stockham's order, which needs a second room but no permutation
 * (Van Loan, Computational Frameworks for the Fast Fourier Transform, 1.7).
 */
final class FourierColumns {
    static final int LANES = FourierLanes.LANES;
    /** Numbers that are a place of all transforms. */
    static final long EACH = 2L * LANES;
    private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE;

    /** Places whose numbers are moved together: a few cache lines of each transform. */
    private static final int AT_ONCE = 16;

    private static final int FROM_APART = 2;
    private static final int FROM_STEP = 3;
    private static final int SWAPPED = 6;

    private final int length;
    private final TieredCode[] passes;
    private final long[][] sizes;
    private final MemorySegment[] roots;
    private final TieredCode write;
    private final TieredCode scatter;
    private final TieredCode gather;
    private final int fromBytes;
    private final int toBytes;

    /**
     * @param fromBytes of a part of what is read
     * @param toBytes of a part of what is written
     * @param last what the results are multiplied by: {@link Roots#NONE} or {@link Roots#OF_PLACES}
     */
    FourierColumns(int length, int fromBytes, int toBytes, Roots last, Kernels kernels) {
        List<Integer> factors = FourierFactors.of(length);
        this.length = length;
        passes = new TieredCode[factors.size()];
        sizes = new long[factors.size()][];
        roots = new MemorySegment[factors.size()];
        int parts = length;
        int stride = 1;
        for (int pass = 0; pass < factors.size(); pass++) {
            int factor = factors.get(pass);
            parts /= factor;
            boolean isLast = parts == 1;
            passes[pass] = kernels.pass(factor, pass == 0 ? fromBytes : 0, isLast ? last : Roots.OF_TURNS);
            sizes[pass] = new long[] {isLast ? stride : parts, stride, parts * stride * EACH,
                isLast ? EACH : stride * EACH, stride * EACH, isLast ? EACH : factor * stride * EACH, 0,
                2L * stride};
            roots[pass] = isLast ? MemorySegment.NULL : roots(length, factor, parts, stride);
            stride *= factor;
        }
        this.fromBytes = fromBytes;
        this.toBytes = toBytes;
        write = kernels.write(toBytes);
        scatter = kernels.scatter(toBytes);
        gather = kernels.gather(fromBytes);
    }

    /** Of each turn exp(-2πi·k·turn/parts·factor) for each k but 0. */
    private static MemorySegment roots(int length, int factor, int parts, int stride) {
        MemorySegment roots = memory(2L * (factor - 1) * parts);
        double[] root = new double[2];
        long at = 0;
        for (int turn = 0; turn < parts; turn++) {
            for (int k = 1; k < factor; k++) {
                FourierRoots.write((long) turn * k * stride, length, root, 0);
                roots.setAtIndex(F64, at++, root[0]);
                roots.setAtIndex(F64, at++, root[1]);
            }
        }
        return roots;
    }

    /** For so many numbers, as long as somebody has it. */
    static MemorySegment memory(long numbers) {
        return Arena.ofAuto().allocate(Math.max(numbers, 1) * Double.BYTES, 64);
    }

    /** Makes the code ready, in the background or at once. */
    void prepare(boolean atOnce) {
        for (TieredCode pass : passes) {
            prepare(pass, atOnce);
        }
        prepare(write, atOnce);
        prepare(scatter, atOnce);
        prepare(gather, atOnce);
    }

    private static void prepare(TieredCode code, boolean atOnce) {
        var _ = code.making();
        if (atOnce) {
            code.prepare();
        }
    }

    /** How many numbers each of two rooms must have. */
    static long room(long length) {
        // What is read before the first and after the last number is not used.
        return length * EACH + EACH;
    }

    /**
     * Transforms.
     *
     * @param from where the first numbers are, that of each transform next to that of another
     * @param fromStep complex numbers from one of a transform to the next
     * @param isSwapped whether real and imaginary parts are exchanged when they are read
     * @param fine the roots of places and lanes that the results are multiplied by, if they are
     * @param coarse the roots of places only
     * @param room where two {@link #room}s are
     * @return in which of them the results are
     */
    long transform(long from, long fromStep, boolean isSwapped, long fine, long coarse, long room) {
        long x = from;
        long y = room + Double.BYTES * LANES;
        long other = y + Double.BYTES * room(length);
        for (int pass = 0; pass < passes.length; pass++) {
            long[] all = sizes[pass];
            if (pass == 0) {
                all = all.clone();
                all[FROM_APART] = length / factor(pass) * 2 * fromStep;
                all[FROM_STEP] = 2 * fromStep;
                all[SWAPPED] = isSwapped ? 1 : 0;
            }
            boolean isLast = pass == passes.length - 1;
            passes[pass].run(new long[] {x, y, isLast ? fine : roots[pass].address(), coarse}, all, 0, all[0]);
            x = y;
            y = other;
            other = x;
        }
        return x;
    }

    private long factor(int pass) {
        return pass == passes.length - 1 ? length / sizes[pass][1] : sizes[pass + 1][1] / sizes[pass][1];
    }

    /** Writes results to where they belong, swapped or not, times a scale. */
    void write(long results, long to, long toStep, boolean isSwapped, double scale) {
        write.run(new long[] {results, to}, new long[] {length, isSwapped ? LANES : 0,
            isSwapped ? 0 : LANES, Double.doubleToRawLongBits(scale), 2 * toStep}, 0, length);
    }

    /**
     * The same where transforms are not next to each other.
     *
     * @param down complex numbers from one place to the next
     * @param across complex numbers from one transform to the next
     * @param room for {@link #AT_ONCE} places
     */
    void scatter(long results, long to, long down, long across, int count, boolean isSwapped, double scale,
            long room) {
        moved(scatter, new long[] {results, room, to}, new long[] {0, Double.BYTES * EACH, 0,
            2L * toBytes * down}, new long[] {0, isSwapped ? LANES : 0, isSwapped ? 0 : LANES,
            Double.doubleToRawLongBits(scale), toBytes / 4 * down, 0, count, toBytes / 4 * across});
    }

    /** Copies numbers of some transforms together, as many as there are lanes; others are 0. */
    void gather(long from, long down, long across, int count, long together) {
        if (count < LANES) {
            ALL.asSlice(together, 2L * fromBytes * LANES * length).fill((byte) 0);
        }
        long each = 2L * fromBytes;
        moved(gather, new long[] {0, together, from}, new long[] {0, 0, each * LANES, each * down},
                new long[] {0, 0, 0, 0, fromBytes / 4 * down, 0, count, fromBytes / 4 * across});
    }

    /** Many places at once, and then what is left. */
    private void moved(TieredCode code, long[] buffers, long[] perPlace, long[] sizes) {
        long turns = length / AT_ONCE;
        sizes[0] = turns;
        sizes[5] = AT_ONCE;
        if (turns > 0) {
            code.run(buffers, sizes, 0, turns);
        }
        long left = length % AT_ONCE;
        if (left > 0) {
            long done = length - left;
            sizes[0] = 1;
            sizes[5] = left;
            code.run(new long[] {buffers[0] + perPlace[1] * done, buffers[1] + perPlace[2] * done,
                buffers[2] + perPlace[3] * done}, sizes, 0, 1);
        }
    }
}

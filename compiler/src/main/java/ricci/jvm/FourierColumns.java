package ricci.jvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
    static final long MOVING = AT_ONCE * EACH;

    private final int length;
    private final TieredCode[] passes;
    /** Of each pass the turns, the transforms side by side, and the factor. */
    private final int[][] cuts;
    private final MemorySegment[] roots;
    private final TieredCode write;
    private final TieredCode scatter;
    private final TieredCode gather;
    private final int fromBytes;
    private final int toBytes;

    /**
     * Blocks of transforms that are next to each other, in some rows.
     *
     * @param rowsApart complex numbers from one row to the next
     * @param blocksApart complex numbers from one block to the next
     */
    record Blocks(int rows, long rowsApart, int blocks, long blocksApart) {
        /** The same number of blocks somewhere else. */
        Blocks apart(long newRowsApart, long newBlocksApart) {
            return new Blocks(rows, newRowsApart, blocks, newBlocksApart);
        }

        int count() {
            return rows * blocks;
        }
    }

    /**
     * @param fromBytes of a part of what is read
     * @param toBytes of a part of what is written
     * @param last what the results are multiplied by: {@link Roots#NONE} or {@link Roots#OF_PLACES}
     */
    FourierColumns(int length, int fromBytes, int toBytes, Roots last, Kernels kernels) {
        List<Integer> factors = FourierFactors.of(length);
        this.length = length;
        this.fromBytes = fromBytes;
        this.toBytes = toBytes;
        passes = new TieredCode[factors.size()];
        cuts = new int[factors.size()][];
        roots = new MemorySegment[factors.size()];
        int parts = length;
        int stride = 1;
        for (int pass = 0; pass < factors.size(); pass++) {
            int factor = factors.get(pass);
            parts /= factor;
            boolean isLast = parts == 1;
            passes[pass] = kernels.pass(factor, pass == 0 ? fromBytes : 0, isLast ? last : Roots.OF_TURNS);
            cuts[pass] = new int[] {parts, stride, factor};
            roots[pass] = isLast ? MemorySegment.NULL : roots(length, factor, parts, stride);
            stride *= factor;
        }
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
    void prepare(boolean atOnce, boolean isGathered, boolean isScattered) {
        List<TieredCode> codes = new ArrayList<>(List.of(passes));
        codes.add(isScattered ? scatter : write);
        if (isGathered) {
            codes.add(gather);
        }
        for (TieredCode code : codes) {
            CompletableFuture<Code> _ = code.making();
        }
        if (atOnce) {
            codes.forEach(TieredCode::prepare);
        }
    }

    /** How many numbers each of two rooms must have. */
    static long room(long length, int blocks) {
        // What is read before the first and after the last number is not used.
        return length * blocks * EACH + EACH;
    }

    /**
     * Transforms.
     *
     * @param from where the first numbers are, that of each transform next to that of another
     * @param fromStep complex numbers from one of a transform to the next
     * @param isSwapped whether real and imaginary parts are exchanged when they are read
     * @param fine the roots of places and lanes that the results are multiplied by, if they are
     * @param coarse the roots of places only, of one block after another
     * @param room where two {@link #room}s are
     * @return in which of them the results are
     */
    long transform(long from, long fromStep, Blocks blocks, boolean isSwapped, long fine, long coarse,
            long room) {
        long x = from;
        long y = room + Double.BYTES * LANES;
        long other = y + Double.BYTES * room(length, blocks.count());
        long each = length * EACH;
        for (int pass = 0; pass < passes.length; pass++) {
            long parts = cuts[pass][0];
            long stride = cuts[pass][1];
            long factor = cuts[pass][2];
            boolean isFirst = pass == 0;
            boolean isLast = parts == 1;
            long[] sizes = {blocks.rows, blocks.blocks, each * blocks.blocks, each,
                isFirst ? 2 * blocks.rowsApart : each * blocks.blocks,
                isFirst ? 2 * blocks.blocksApart : each,
                isLast ? stride : parts, stride,
                isFirst ? parts * 2 * fromStep : parts * stride * EACH,
                isFirst ? 2 * fromStep : isLast ? EACH : stride * EACH,
                stride * EACH, isLast ? EACH : factor * stride * EACH, isSwapped ? 1 : 0, 2 * stride,
                2L * length};
            passes[pass].run(new long[] {x, y, isLast ? fine : roots[pass].address(), coarse}, sizes, 0,
                    blocks.rows);
            x = y;
            y = other;
            other = x;
        }
        return x;
    }

    /** Writes results to where they belong, swapped or not, times a scale. */
    void write(long results, long to, long toStep, Blocks blocks, boolean isSwapped, double scale) {
        write.run(new long[] {results, to}, sizes(blocks, isSwapped, scale, 2 * toStep, 2, length), 0,
                blocks.rows);
    }

    private long[] sizes(Blocks blocks, boolean isSwapped, double scale, long down, long complex,
            long turns) {
        long each = length * EACH;
        return new long[] {blocks.rows, blocks.blocks, complex * blocks.rowsApart,
            complex * blocks.blocksApart, each * blocks.blocks, each, turns, isSwapped ? LANES : 0,
            isSwapped ? 0 : LANES, Double.doubleToRawLongBits(scale), down, 0, 0, 0, 0};
    }

    /**
     * The same where transforms are not next to each other.
     *
     * @param down complex numbers from one place to the next
     * @param across complex numbers from one transform to the next
     * @param room for {@link #MOVING} numbers
     */
    void scatter(long results, long to, long down, long across, int count, Blocks blocks, boolean isSwapped,
            double scale, long room) {
        long words = toBytes / 4;
        moved(scatter, new long[] {results, room, to}, new long[] {Double.BYTES * EACH, 0,
            2L * toBytes * down}, count, across * words,
                sizes(blocks, isSwapped, scale, words * down, words, 0));
    }

    /** Copies numbers of some transforms together: a lane each, and the last one all that are left. */
    void gather(long from, long down, long across, int count, Blocks blocks, long together) {
        long words = fromBytes / 4;
        long each = words * LANES * length;
        long[] sizes = {blocks.rows, blocks.blocks, each * blocks.blocks, each, words * blocks.rowsApart,
            words * blocks.blocksApart, 0, 0, 0, 0, words * down, 0, 0, 0, 0};
        moved(gather, new long[] {0, together, from}, new long[] {0, 2L * fromBytes * LANES,
            2L * fromBytes * down}, count, across * words, sizes);
    }

    /** Many places at once, and then what is left. */
    private void moved(TieredCode code, long[] buffers, long[] perPlace, int count, long across,
            long[] sizes) {
        long turns = length / AT_ONCE;
        sizes[12] = count - 1L;
        sizes[13] = across;
        if (turns > 0) {
            sizes[6] = turns;
            sizes[11] = AT_ONCE;
            code.run(buffers, sizes, 0, sizes[0]);
        }
        long left = length % AT_ONCE;
        if (left > 0) {
            long done = length - left;
            sizes[6] = 1;
            sizes[11] = left;
            code.run(new long[] {buffers[0] + perPlace[0] * done, buffers[1] + perPlace[1] * done,
                buffers[2] + perPlace[2] * done}, sizes, 0, sizes[0]);
        }
    }
}

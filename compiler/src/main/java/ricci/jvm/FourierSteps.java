package ricci.jvm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import ricci.jvm.FourierLanes.Kernels;
import ricci.jvm.FourierLanes.Roots;

/**
 * A transform of a long row as those of the columns and the rows of a matrix of its elements, of which
 * {@link FourierLanes#LANES} are together in the cache (Bailey 1990, "FFTs in external or hierarchical
 * memory"). x[j₁·n₂ + j₂] is transformed along j₁; what is at k₁ and j₂ is turned by exp(-2πi·k₁·j₂/n); that
 * along j₂ gives y[k₂·n₁ + k₁].
 *
 * <p>A turn by k₁·j₂ is one by k₁·(j₂ mod lanes), of a table for all, and one that a block of columns has in
 * common.
 */
final class FourierSteps {
    private static final int LANES = FourierLanes.LANES;

    private final int bytes;
    private final int rows;
    private final int columns;
    private final FourierColumns first;
    private final FourierColumns second;
    private final MemorySegment fine;
    private final MemorySegment coarse;

    /**
     * @param rows n₁
     * @param columns n₂
     * @param bytes of a part
     */
    FourierSteps(int rows, int columns, int bytes, Kernels kernels) {
        this.bytes = bytes;
        this.rows = rows;
        this.columns = columns;
        first = new FourierColumns(rows, bytes, bytes, Roots.OF_PLACES, kernels);
        second = new FourierColumns(columns, bytes, bytes, Roots.NONE, kernels);
        long n = (long) rows * columns;
        double[] root = new double[2];
        fine = FourierColumns.memory(rows * FourierColumns.EACH);
        for (long k = 0; k < rows; k++) {
            for (int lane = 0; lane < LANES; lane++) {
                // Even lanes have the first half of the columns, odd ones the other.
                long column = (lane + lane % 2 * (LANES - 1)) / 2;
                FourierRoots.write(k * column % n, n, root, 0);
                fine.setAtIndex(ValueLayout.JAVA_DOUBLE, k * FourierColumns.EACH + lane, root[0]);
                fine.setAtIndex(ValueLayout.JAVA_DOUBLE, k * FourierColumns.EACH + LANES + lane, root[1]);
            }
        }
        coarse = FourierColumns.memory(2L * blocks(columns) * rows);
        for (long block = 0; block < blocks(columns); block++) {
            for (long k = 0; k < rows; k++) {
                FourierRoots.write(k * block * LANES % n, n, root, 0);
                coarse.setAtIndex(ValueLayout.JAVA_DOUBLE, 2 * (block * rows + k), root[0]);
                coarse.setAtIndex(ValueLayout.JAVA_DOUBLE, 2 * (block * rows + k) + 1, root[1]);
            }
        }
    }

    private static long blocks(long columns) {
        return (columns + LANES - 1) / LANES;
    }

    void prepare(boolean atOnce) {
        first.prepare(atOnce);
        second.prepare(atOnce);
    }

    /** Where a row of the matrix begins in between: no multiple of what caches are made of. */
    private static long pitch(long rows) {
        return blocks(rows) * LANES + LANES;
    }

    /** The numbers that there must be room for. */
    static long room(long rows, long columns) {
        long longest = Math.max(rows, columns);
        return 2 * FourierColumns.room(longest) + longest * FourierColumns.EACH + 2 * pitch(rows) * columns;
    }

    void transform(long from, long to, boolean isInverse, long room) {
        long longest = Math.max(rows, columns);
        long together = room + 2 * Double.BYTES * FourierColumns.room(longest);
        long between = together + Double.BYTES * longest * FourierColumns.EACH;
        long complex = 2L * bytes;
        long pitch = pitch(rows);
        for (int column = 0; column < columns; column += LANES) {
            int count = Math.min(LANES, columns - column);
            long at = from + complex * column;
            long step = columns;
            if (count < LANES) {
                first.gather(at, columns, 1, count, together);
                at = together;
                step = LANES;
            }
            long results = first.transform(at, step, isInverse, fine.address(),
                    coarse.address() + 2L * Double.BYTES * (column / LANES) * rows, room);
            first.scatter(results, between + complex * column * pitch, 1, pitch, count, false, 1, together);
        }
        if (rows % LANES != 0) {
            for (int column = 0; column < columns; column++) {
                Memory.ALL.asSlice(between + complex * (column * pitch + rows),
                        complex * (pitch - rows)).fill((byte) 0);
            }
        }
        double scale = isInverse ? 1.0 / ((double) rows * columns) : 1;
        for (int row = 0; row < rows; row += LANES) {
            int count = Math.min(LANES, rows - row);
            long results = second.transform(between + complex * row, pitch, false, 0, 0, room);
            if (count == LANES) {
                second.write(results, to + complex * row, rows, isInverse, scale);
            } else {
                second.scatter(results, to + complex * row, rows, 1, count, isInverse, scale, together);
            }
        }
    }
}

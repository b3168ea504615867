package ricci.jvm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import ricci.jvm.FourierColumns.Blocks;
import ricci.jvm.FourierLanes.Kernels;
import ricci.jvm.FourierLanes.Roots;

/**
 * A transform of a row as those of the columns and the rows of a matrix of its elements, of which
 * {@link FourierLanes#LANES} at a time are in the cache (Bailey 1990, "FFTs in external or hierarchical
 * memory"). x[j₁·n₂ + j₂] is transformed along j₁; what is at k₁ and j₂ is turned by exp(-2πi·k₁·j₂/n);
 * that along j₂ gives y[k₂·n₁ + k₁]. What is in between is in double.
 *
 * <p>A turn by k₁·j₂ is one by k₁·(j₂ mod lanes), of a table for all, and one that a block of columns has
 * in common. The last block begins so early that it is a whole one.
 */
final class FourierSteps {
    private static final int LANES = FourierLanes.LANES;
    private static final long COMPLEX = 2 * Double.BYTES;
    private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE;

    private final int bytes;
    private final int rows;
    private final int columns;
    private final int together;
    private final FourierColumns first;
    private final FourierColumns second;
    private final MemorySegment fine;
    private final MemorySegment coarse;

    /**
     * @param rows n₁, of as many as lanes at least
     * @param columns n₂, as many as lanes at least
     * @param bytes of a part
     * @param together how many such transforms are computed at once
     */
    FourierSteps(int rows, int columns, int bytes, int together, Kernels kernels) {
        this.bytes = bytes;
        this.rows = rows;
        this.columns = columns;
        this.together = together;
        first = new FourierColumns(rows, bytes, Double.BYTES, Roots.OF_PLACES, kernels);
        second = new FourierColumns(columns, Double.BYTES, bytes, Roots.NONE, kernels);
        long n = (long) rows * columns;
        double[] root = new double[2];
        fine = FourierColumns.memory((long) rows * FourierColumns.EACH);
        for (long k = 0; k < rows; k++) {
            for (int lane = 0; lane < LANES; lane++) {
                // Even lanes have the first half of the columns, odd ones the other.
                int column = (lane + lane % 2 * (LANES - 1)) / 2;
                FourierRoots.write(k * column % n, n, root, 0);
                fine.setAtIndex(F64, k * FourierColumns.EACH + lane, root[0]);
                fine.setAtIndex(F64, k * FourierColumns.EACH + LANES + lane, root[1]);
            }
        }
        int blocks = (columns + LANES - 1) / LANES;
        coarse = FourierColumns.memory(2L * blocks * rows);
        for (long block = 0; block < blocks; block++) {
            long column = Math.min(block * LANES, columns - LANES);
            for (long k = 0; k < rows; k++) {
                FourierRoots.write(k * column % n, n, root, 0);
                coarse.setAtIndex(F64, 2 * (block * rows + k), root[0]);
                coarse.setAtIndex(F64, 2 * (block * rows + k) + 1, root[1]);
            }
        }
    }

    void prepare(boolean atOnce) {
        first.prepare(false, false, true);
        second.prepare(atOnce, false, false);
        first.prepare(atOnce, false, true);
    }

    int length() {
        return rows * columns;
    }

    int together() {
        return together;
    }

    /** Where a row of the matrix begins in between: no multiple of what caches are made of. */
    private static long pitch(long rows) {
        return rows + LANES;
    }

    /** How many blocks are transformed at once. */
    private static int blocks(long length, long count) {
        return (int) Math.clamp(FourierLanes.TOGETHER / (length * LANES), 1, Math.max(count / LANES, 1));
    }

    private static long rooms(long rows, long columns, int together) {
        return 2 * Math.max(FourierColumns.room(rows, together * blocks(rows, columns)),
                FourierColumns.room(columns, together * blocks(columns, rows)));
    }

    /** The numbers that there must be room for. */
    static long room(long rows, long columns, int together) {
        return rooms(rows, columns, together) + FourierColumns.MOVING
                + 2 * pitch(rows) * columns * together;
    }

    /** Rows that are next to each other. */
    void transform(long from, long to, int count, boolean isInverse, long room) {
        try {
            long moving = room + Double.BYTES * rooms(rows, columns, together);
            columns(from, count, isInverse, room, moving);
            rows(to, count, isInverse, room, moving);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** The columns of the matrix, to the room in between. */
    private void columns(long from, int count, boolean isInverse, long room, long moving) {
        long between = moving + Double.BYTES * FourierColumns.MOVING;
        long pitch = pitch(rows);
        int most = blocks(rows, columns);
        for (int column = 0; column < columns;) {
            int begin = Math.min(column, columns - LANES);
            int some = Math.clamp((columns - begin) / LANES, 1, most);
            Blocks blocks = new Blocks(count, (long) rows * columns, some, LANES);
            long results = first.transform(from + 2L * bytes * begin, columns, blocks, isInverse,
                    fine.address(), coarse.address() + 2L * Double.BYTES * (column / LANES) * rows, room);
            first.scatter(results, between + COMPLEX * begin * pitch, 1, pitch, LANES,
                    blocks.apart(pitch * columns, pitch * LANES), false, isInverse ? 1.0 / rows : 1, moving);
            column += some * LANES;
        }
    }

    /** Its rows, which lie as columns there. */
    private void rows(long to, int count, boolean isInverse, long room, long moving) {
        long between = moving + Double.BYTES * FourierColumns.MOVING;
        long n = (long) rows * columns;
        long pitch = pitch(rows);
        double scale = isInverse ? 1.0 / columns : 1;
        int most = blocks(columns, rows);
        for (int row = 0; row < rows;) {
            int begin = Math.min(row, rows - LANES);
            int some = Math.clamp((rows - begin) / LANES, 1, most);
            Blocks blocks = new Blocks(count, pitch * columns, some, LANES);
            long results = second.transform(between + COMPLEX * begin, pitch, blocks, false, 0, 0, room);
            second.write(results, to + 2L * bytes * begin, rows, blocks.apart(n, LANES), isInverse, scale);
            row += some * LANES;
        }
    }
}

package ricci.jvm;

import java.lang.ref.Reference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ricci.jvm.FourierColumns.Blocks;

/**
 * Fourier transforms of complex numbers, each in a lane of its own, in double: of columns that are next to
 * each other, of short rows that are moved so, and of long rows by {@link FourierSteps}. Sizes and buffers
 * are those of {@link Library#FOURIER}, but for the room.
 */
public final class FourierLanes implements Code {
    /** How many transforms are computed at once: the numbers of a cache line, so that all of it is used. */
    public static final int LANES = 8;

    /** How many sizes its kernels have. */
    public static final int SIZES = 15;

    /** So many complex numbers are computed at once, at least, which are in a first cache. */
    static final int TOGETHER = 2048;

    /** Longer columns leave every cache. */
    private static final long LONG = 1 << 14;
    /** With fewer transforms, most of the lanes would do what others do. */
    private static final long FEWEST = 4;
    /** Fewer elements are transformed before any of this begins. */
    private static final long FEW = 256;

    /** What the results of a pass are multiplied by. */
    public enum Roots {
        NONE,
        /** Roots for each turn. */
        OF_TURNS,
        /** Roots of each place and lane, and one that all lanes have in common. */
        OF_PLACES
    }

    /** The code of loops. */
    public interface Kernels {
        /** Takes a factor out of numbers whose parts have so many bytes; if none, they are in a room. */
        TieredCode pass(int factor, int bytes, Roots roots);

        /** Writes to a tensor whose parts have so many bytes. */
        TieredCode write(int bytes);

        /** Writes to a tensor in which transforms are not next to each other. */
        TieredCode scatter(int bytes);

        /** Reads of such a tensor. */
        TieredCode gather(int bytes);
    }

    private final boolean isInverse;
    /** Whether the elements of a row are next to each other, and thus those of several apart. */
    private final boolean isApart;
    private final @Nullable FourierColumns columns;
    private final @Nullable FourierSteps steps;

    /** How a row is transformed; not at all here, if it has no rows and no columns. */
    record Way(int rows, int columns) {
        static final Way NONE = new Way(0, 0);

        boolean exists() {
            return rows > 0;
        }

        static Way of(long length, long stride, long count) {
            if (length < 2 || length * count < FEW || length > Integer.MAX_VALUE || !hasVectors()) {
                return NONE;
            }
            boolean isSmooth = !FourierFactors.of((int) length).isEmpty();
            if (stride > 1) {
                return isSmooth && length <= LONG && stride >= FEWEST ? new Way((int) length, 1) : NONE;
            }
            Way steps = steps((int) length);
            long cached = Machine.here().caches().second() / 2;
            boolean isShort = 2 * FourierColumns.room(length, 1) * Double.BYTES <= cached;
            return isSmooth && isShort && count >= (steps.exists() ? LANES : FEWEST)
                    ? new Way((int) length, 1) : steps;
        }

        /** As steps, if there are enough elements. */
        static Way steps(int length) {
            Way best = NONE;
            if (length < FEW || FourierFactors.of(length).isEmpty() || !hasVectors()) {
                return best;
            }
            long least = Long.MAX_VALUE;
            for (int rows = 2; (long) rows * rows <= length; rows++) {
                if (length % rows == 0) {
                    for (int some : new int[] {rows, length / rows}) {
                        int others = length / some;
                        long time = (long) some * whole(others) + (long) others * whole(some);
                        boolean isPossible = Math.max(some, others) <= LONG
                                && Math.min(some, others) >= LANES;
                        if (isPossible && time <= least) {
                            least = time;
                            best = new Way(some, others);
                        }
                    }
                }
            }
            return best;
        }

        /** Without, this is slower than one transform at a time. */
        private static boolean hasVectors() {
            return Machine.here().vectorBits() >= 2 * Double.SIZE;
        }

        private static int whole(int count) {
            return (count + LANES - 1) / LANES * LANES;
        }
    }

    /** Whether there is a way for rows of a length whose elements are so far apart, as many as there are. */
    public static boolean exists(long length, long stride, long count) {
        return Way.of(length, stride, count) .exists();
    }

    /** For how many c128 there must be room. */
    public static long room(long length, long stride, long count) {
        Way way = Way.of(length, stride, count);
        int blocks = blocks(length);
        long numbers = way.columns == 1
                ? 2 * FourierColumns.room(length, blocks) + blocks * length * FourierColumns.EACH
                        + FourierColumns.MOVING
                : FourierSteps.room(way.rows, way.columns, together(length));
        return (numbers + 1) / 2;
    }

    private static int together(long length) {
        return (int) Math.max(TOGETHER / length, 1);
    }

    private static int blocks(long length) {
        return (int) Math.max(TOGETHER / (LANES * length), 1);
    }

    /**
     * Of rows for which there is a way.
     *
     * @param bytes of a part
     */
    public FourierLanes(long length, long stride, long count, int bytes, boolean isInverse, Kernels kernels) {
        Way way = Way.of(length, stride, count);
        this.isInverse = isInverse;
        isApart = stride == 1;
        columns = way.columns == 1 ? new FourierColumns((int) length, bytes, bytes, Roots.NONE, kernels)
                : null;
        steps = way.columns == 1 ? null
                : new FourierSteps(way.rows, way.columns, bytes, together(length), kernels);
    }

    /** Begins to make the code that runs at full speed; or waits for it. */
    public void prepare(boolean atOnce) {
        if (steps != null) {
            steps.prepare(atOnce);
        } else {
            Objects.requireNonNull(columns).prepare(atOnce, isApart, isApart);
        }
    }

    @Override
    public void run(long[] buffers, long[] sizes, long from, long to) {
        try {
            if (steps != null) {
                bySteps(steps, buffers, sizes, from, to);
            } else {
                inColumns(buffers, sizes, from, to);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void bySteps(FourierSteps all, long[] buffers, long[] sizes, long from, long to) {
        for (long row = from; row < to; row += all.together()) {
            long at = 2L * sizes[1] * row * sizes[0];
            int count = (int) Math.min(all.together(), to - row);
            all.transform(buffers[0] + at, buffers[1] + at, count, isInverse, buffers[2]);
        }
    }

    private void inColumns(long[] buffers, long[] sizes, long from, long to) {
        long length = sizes[0];
        long bytes = sizes[1];
        long stride = sizes[2];
        int most = blocks(length);
        for (long row = from; row < to;) {
            long end = stride > 1 ? Math.min(to, row + stride - row % stride) : to;
            int blocks = (int) Math.min(most, (end - row) / LANES);
            int count = blocks > 0 ? LANES : (int) (end - row);
            long at = 2 * bytes * (row / stride * stride * length + row % stride);
            some(buffers, at, length, stride, stride > 1 ? 1 : length, count, Math.max(blocks, 1));
            row += (long) count * Math.max(blocks, 1);
        }
    }

    private void some(long[] buffers, long at, long length, long stride, long across, int count,
            int blockCount) {
        FourierColumns all = Objects.requireNonNull(columns);
        double scale = isInverse ? 1.0 / length : 1;
        long from = buffers[0] + at;
        long to = buffers[1] + at;
        long room = buffers[2];
        Blocks blocks = new Blocks(1, 0, blockCount, across * LANES);
        if (across == 1 && count == LANES) {
            long results = all.transform(from, stride, blocks, isInverse, 0, 0, room);
            all.write(results, to, stride, blocks, isInverse, scale);
            return;
        }
        long together = room + 2 * Double.BYTES * FourierColumns.room(length, blocks(length));
        all.gather(from, stride, across, count, blocks, together);
        long results = all.transform(together, LANES, blocks.apart(0, length * LANES), isInverse, 0, 0,
                room);
        all.scatter(results, to, stride, across, count, blocks, isInverse, scale, together);
    }
}

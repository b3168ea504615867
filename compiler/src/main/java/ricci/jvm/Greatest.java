package ricci.jvm;

import static ricci.jvm.Memory.ALL;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Finds the few greatest elements of rows of f32 or i32, and their places; of equal ones the first. Elements
 * become keys, of which the least are wanted. Of each row, the least of groups tell what enough keys are not
 * greater than, for each group has one of its own: with hardly more than enough groups, hardly more keys are
 * left. Those of several rows are then sorted at once, each row in a lane of its own, by a network.
 *
 * <p>A turn is a row. Sizes: the elements of a row. Buffers: the rows, the greatest elements, their places,
 * and room for as many i64 as {@link #room} says.
 */
public final class Greatest implements Code {
    /** How many rows are sorted at once. */
    public static final int LANES = 16;

    private static final long FEWEST_ROWS = 2 * LANES;
    private static final long LONGEST_ROW = 1 << 16;
    /** So that the keys that are sorted at once are in the first cache. */
    private static final long MOST = 128;
    /** If no instruction takes the lesser of two i64, as of vectors that narrow, longer networks are slow. */
    private static final long MOST_OF_NARROW = 32;
    private static final int NARROW = 256;
    private static final int FEWEST_LEFT = 32;
    /** So many groups for each key that is wanted: of as many keys as these, a seventh more are left. */
    private static final int GROUPS = 3;
    /** The bits of infinity. */
    private static final int INFINITE = 0x7f80_0000;
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED;

    private final TieredCode network;
    private final long[] networkSizes;
    private final int[] comparators;
    private final int count;
    private final boolean isFloat;
    private final boolean isWide;

    /**
     * Code for some kind of elements and places.
     *
     * @param network has two i64 exchanged in each lane. Turns: comparators. Buffers: their places, and
     *     {@link #left} rows of {@link #LANES}. Sizes: as they are given here
     * @param count how many elements of each row
     * @param isFloat whether elements are f32, not i32
     * @param isWide whether places are i64, not i32
     */
    public Greatest(TieredCode network, long[] networkSizes, int count, boolean isFloat, boolean isWide) {
        this.network = network;
        this.networkSizes = networkSizes.clone();
        this.comparators = Network.comparators(left(count), count);
        this.count = count;
        this.isFloat = isFloat;
        this.isWide = isWide;
    }

    /** Whether this is faster than to sort row by row. */
    public static boolean isWorthIt(long rows, long length, long count) {
        int bits = Machine.here().vectorBits();
        return rows >= FEWEST_ROWS && length <= LONGEST_ROW && 0 < count && count < length / 2
                && bits >= NARROW && count <= (bits > NARROW ? MOST : MOST_OF_NARROW);
    }

    /** Of so many keys that may be left, so many are wanted. */
    public static int left(int count) {
        return Math.max(count + count / 2, FEWEST_LEFT);
    }

    /** How many i64 there must be room for. */
    public static long room(long length, int count) {
        return (long) LANES * left(count) + Network.comparators(left(count))
                + (Library.LEAST_ROOMS + 1) * length + count;
    }

    @Override
    public void run(long[] buffers, long[] sizes, long from, long to) {
        Rows rows = new Rows(buffers, (int) sizes[0]);
        for (long row = from; row < to; row += LANES) {
            rows.find(row, (int) Math.min(LANES, to - row));
        }
    }

    /** The rows that one thread does. */
    private final class Rows {
        private final long x;
        private final long elements;
        private final long places;
        private final int length;
        /** Keys with their places below: as many rows as may be left, of a key of each lane. */
        private final long tile;
        private final long[] networkBuffers;
        /** Room for a row of i32, for the least of them, and for finding these. */
        private final long row;
        private final long least;
        private final Selection selection;
        private final int[] keys;
        private final int[] groups;
        private final int[] others;
        private final Limit limit = new Limit();
        private final Marks marks = new Marks();

        Rows(long[] buffers, int length) {
            this.x = buffers[0];
            this.elements = buffers[1];
            this.places = buffers[2];
            this.length = length;
            this.tile = buffers[3];
            long table = tile + 8L * LANES * left(count);
            MemorySegment.copy(comparators, 0, ALL, I32, table, comparators.length);
            this.networkBuffers = new long[] {table, tile};
            this.row = table + 4L * comparators.length;
            this.least = row + 8L * length;
            this.selection = new Selection(least + 8L * count, length);
            this.keys = new int[length];
            this.groups = new int[length];
            this.others = new int[length];
        }

        void find(long first, int some) {
            boolean isReady = network.isReady();
            for (int lane = 0; lane < some; lane++) {
                readKeys(first + lane);
                if (!isReady || !choose(tile + 8L * lane)) {
                    chooseFromMany(tile + 8L * lane);
                }
            }
            if (isReady) {
                network.run(networkBuffers, networkSizes, 0, comparators.length / 2);
            }
            for (int lane = 0; lane < some; lane++) {
                write(first + lane, tile + 8L * lane);
            }
        }

        private void readKeys(long turn) {
            MemorySegment.copy(ALL, I32, x + 4 * turn * length, keys, 0, length);
            if (isFloat) {
                floatKeys(keys, length);
            } else {
                integerKeys(keys, length);
            }
        }

        /** Writes the least keys, and some more, to a lane; returns false if there are too many of these. */
        private boolean choose(long lane) {
            int left = left(count);
            int limit = enough();
            int found = 0;
            for (int block = 0; block < length; block += Marks.BLOCK) {
                marks.mark(keys, block, Math.min(Marks.BLOCK, length - block), limit);
                for (int word = 0; word < Marks.WORDS; word++) {
                    long bits = marks.bits(word);
                    if (found + Long.bitCount(bits) > left) {
                        return false;
                    }
                    found = writeMarked(keys, block, word, bits, lane, found);
                }
            }
            for (int i = found; i < left; i++) {
                ALL.set(I64, lane + 8L * LANES * i, Long.MAX_VALUE);
            }
            return true;
        }

        /** What enough keys are not greater than. */
        private int enough() {
            int[] some = keys;
            int number = length;
            while ((number + 1) / 2 >= GROUPS * count) {
                number = lesser(some, number, others, groups);
                some = groups;
            }
            return limit.of(some, number, count, count + count / 8);
        }

        private void chooseFromMany(long lane) {
            MemorySegment.copy(keys, 0, ALL, I32, row, length);
            selection.least(row, least, count);
            int left = left(count);
            for (int i = 0; i < left; i++) {
                long key = i < count ? ALL.get(I64, least + 8L * i) : Long.MAX_VALUE;
                ALL.set(I64, lane + 8L * LANES * i, key);
            }
        }

        private void write(long turn, long lane) {
            long from = x + 4 * turn * length;
            long to = elements + 4 * turn * count;
            long place = places + (isWide ? 8 : 4) * turn * count;
            for (int i = 0; i < count; i++) {
                int at = (int) ALL.get(I64, lane + 8L * LANES * i);
                ALL.set(I32, to + 4L * i, ALL.get(I32, from + 4L * at));
                if (isWide) {
                    ALL.set(I64, place + 8L * i, at);
                } else {
                    ALL.set(I32, place + 4L * i, at);
                }
            }
        }
    }

    // ---- loops over a row ----

    private static void integerKeys(int[] x, int length) {
        for (int i = 0; i < length; i++) {
            x[i] = ~x[i];
        }
    }

    /** Of the bits of f32, which become integers in the order of these: -0 is 0, and NaN the greatest. */
    static void floatKeys(int[] x, int length) {
        for (int i = 0; i < length; i++) {
            int bits = x[i];
            int sign = bits >> (Integer.SIZE - 1);
            int nan = (INFINITE - (bits & Integer.MAX_VALUE)) >> (Integer.SIZE - 1);
            int order = (bits ^ (sign & Integer.MAX_VALUE)) - sign;
            x[i] = ~((order & ~nan) | (nan & Integer.MAX_VALUE));
        }
    }

    /**
     * Half as many, each the lesser of two; or one, if there is no other.
     *
     * @param others room for one half: so the JVM knows that this may be done in vectors
     */
    static int lesser(int[] x, int length, int[] others, int[] to) {
        int half = (length + 1) / 2;
        int pairs = length - half;
        System.arraycopy(x, half, others, 0, pairs);
        for (int i = 0; i < pairs; i++) {
            to[i] = Math.min(x[i], others[i]);
        }
        if (pairs < half) {
            to[pairs] = x[pairs];
        }
        return half;
    }

    /** Writes keys of a block to a lane, from a place of it on. */
    static int writeMarked(int[] keys, int block, int word, long marked, long lane, int found) {
        int next = found;
        for (long bits = marked; bits != 0; bits &= bits - 1) {
            int i = block + Marks.place(word, Long.numberOfTrailingZeros(bits));
            ALL.set(I64, lane + 8L * LANES * next++, (long) keys[i] << Integer.SIZE | i);
        }
        return next;
    }
}

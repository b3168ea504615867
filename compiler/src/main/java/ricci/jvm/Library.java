package ricci.jvm;

/**
 * Code that is the same for all programs, so that there is nothing to generate. A turn is a row: as many
 * elements, next to each other, as the first of the sizes says, unless it is said otherwise.
 */
public enum Library implements Code {
    /**
     * Sorts rows of i32. Buffers: the rows, the sorted rows, and room for a row for each thread.
     */
    SORT_I32 {
        @Override
        public void run(long[] buffers, long[] sizes, long from, long to) {
            RadixSort sort = new RadixSort();
            long length = sizes[0];
            for (long row = from; row < to; row++) {
                long at = 4 * row * length;
                sort.ints(buffers[0] + at, buffers[1] + at, buffers[2], length);
            }
        }
    },

    /**
     * Sorts rows of i32 that stand for floats, whose order is that of sign and bits: of -1 and 0, which are
     * -0 and 0, the first comes first. Buffers as above.
     */
    SORT_F32 {
        @Override
        public void run(long[] buffers, long[] sizes, long from, long to) {
            SORT_I32.run(buffers, sizes, from, to);
            ZEROS_F32.run(buffers, sizes, from, to);
        }
    },

    /** What {@link #SORT_F32} does more than {@link #SORT_I32}. Buffers: the rows, and the sorted rows. */
    ZEROS_F32 {
        @Override
        public void run(long[] buffers, long[] sizes, long from, long to) {
            long length = sizes[0];
            for (long row = from; row < to; row++) {
                long at = 4 * row * length;
                RadixSort.zeroInts(buffers[0] + at, buffers[1] + at, length);
            }
        }
    },

    /**
     * Writes the places of the comparators that sort as many elements as the only size says, each two i32, in
     * one turn.
     */
    NETWORK {
        @Override
        public void run(long[] buffers, long[] sizes, long from, long to) {
            if (from < to) {
                Network.write(buffers[0], (int) sizes[0]);
            }
        }
    },

    /** Sorts rows of i64. Buffers as above. */
    SORT_I64 {
        @Override
        public void run(long[] buffers, long[] sizes, long from, long to) {
            sortLongs(buffers, sizes[0], from, to, 0);
        }
    },

    /** Sorts rows of i64 that stand for floats, as {@link #SORT_F32} does. Buffers as above. */
    SORT_F64 {
        @Override
        public void run(long[] buffers, long[] sizes, long from, long to) {
            SORT_I64.run(buffers, sizes, from, to);
            long length = sizes[0];
            for (long row = from; row < to; row++) {
                long at = 8 * row * length;
                RadixSort.zeroLongs(buffers[0] + at, buffers[1] + at, length);
            }
        }
    },

    /** Sorts rows of i64 whose lower 32 bits are in order: stable, by the upper ones. Buffers as above. */
    SORT_UPPER {
        @Override
        public void run(long[] buffers, long[] sizes, long from, long to) {
            sortLongs(buffers, sizes[0], from, to, Integer.BYTES);
        }
    },

    /**
     * Sorts the least elements, as many as the second of the sizes says, of rows of i32; of equal ones the
     * first. Buffers: the rows, the sorted elements as i64 with the place in the row below the element, and
     * for each thread room for {@link #LEAST_ROOMS} rows of i64.
     */
    LEAST {
        @Override
        public void run(long[] buffers, long[] sizes, long from, long to) {
            long length = sizes[0];
            long count = sizes[1];
            Selection selection = new Selection(buffers[2], length);
            for (long row = from; row < to; row++) {
                selection.least(buffers[0] + 4 * row * length, buffers[1] + 8 * row * count, count);
            }
        }
    },

    /**
     * Fourier transforms of complex numbers, c64 or c128. A turn is a row; after the length n come the bytes
     * of a part, and how many elements apart those of a row lie, which is also how many rows lie between
     * one another's elements. Buffers: the rows, the transformed rows, which may be the same, and for each
     * thread room for as many c128 as {@link #fourierRoom} says.
     */
    FOURIER {
        @Override
        public void run(long[] buffers, long[] sizes, long from, long to) {
            FourierRows.run(this, null, buffers, sizes, from, to);
        }
    },

    /** The inverse. Sizes and buffers as above. */
    INVERSE_FOURIER {
        @Override
        public void run(long[] buffers, long[] sizes, long from, long to) {
            FourierRows.run(this, null, buffers, sizes, from, to);
        }
    },

    /** Of real rows, the first n / 2 + 1 complex numbers. Sizes and buffers as above. */
    REAL_FOURIER {
        @Override
        public void run(long[] buffers, long[] sizes, long from, long to) {
            FourierRows.run(this, null, buffers, sizes, from, to);
        }
    },

    /** The inverse of that, which is real. Sizes and buffers as above. */
    INVERSE_REAL_FOURIER {
        @Override
        public void run(long[] buffers, long[] sizes, long from, long to) {
            FourierRows.run(this, null, buffers, sizes, from, to);
        }
    };

    /** How many rows of i64 there must be room for, to find the least of rows. */
    public static final int LEAST_ROOMS = 3;

    /** How many c128 there must be room for, to transform rows of that length. */
    public static long fourierRoom(long length) {
        return FourierPlan.room((int) length);
    }

    /** How many comparators sort so many elements. */
    public static int comparators(int length) {
        return Network.comparators(length);
    }

    private static void sortLongs(long[] buffers, long length, long from, long to, int first) {
        RadixSort sort = new RadixSort();
        for (long row = from; row < to; row++) {
            long at = 8 * row * length;
            sort.longs(buffers[0] + at, buffers[1] + at, buffers[2], length, first);
        }
    }
}

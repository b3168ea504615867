package ricci.jvm;

import static ricci.jvm.Memory.ALL;

import java.lang.foreign.ValueLayout;

/**
 * A matrix of f32 or f64 in memory, or a part of one.
 *
 * @param at where its first element is
 * @param bytes of an element
 * @param down from a row to the next, in elements
 * @param across from a column to the next, in elements
 */
record Grid(long at, int bytes, long down, long across) {
    static final ValueLayout.OfInt BITS_32 = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfLong BITS_64 = ValueLayout.JAVA_LONG_UNALIGNED;
    /** So many rows are read or written at once, where columns become rows. */
    private static final int TOGETHER = 4;
    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;

    /** Row after row. */
    static Grid of(long at, int bytes, long columns) {
        return new Grid(at, bytes, columns, 1);
    }

    Grid transposed() {
        return new Grid(at, bytes, across, down);
    }

    /** What begins at that row and column. */
    Grid from(long row, long column) {
        return new Grid(place(row, column), bytes, down, across);
    }

    long place(long row, long column) {
        return at + bytes * (row * down + column * across);
    }

    double get(long row, long column) {
        long place = place(row, column);
        return bytes == Float.BYTES ? ALL.get(F32, place) : ALL.get(F64, place);
    }

    /** Rounds, if it is f32. */
    void set(long row, long column, double x) {
        long place = place(row, column);
        if (bytes == Float.BYTES) {
            ALL.set(F32, place, (float) x);
        } else {
            ALL.set(F64, place, x);
        }
    }

    /** The first elements of the first rows. */
    void read(double[][] to, int rows, int columns) {
        for (int i = 0; i < rows; i++) {
            readRow(i, to[i], 0, columns);
        }
    }

    /** Elements of a row from some column on, to the begin of an array. */
    void readRow(int row, double[] to, int first, int count) {
        long step = bytes * across;
        long place = place(row, first);
        if (bytes == Float.BYTES) {
            for (int j = 0; j < count; j++) {
                to[j] = ALL.get(F32, place + j * step);
            }
        } else {
            for (int j = 0; j < count; j++) {
                to[j] = ALL.get(F64, place + j * step);
            }
        }
    }

    /** The inverse of {@link #read}. */
    void write(double[][] from, int rows, int columns) {
        for (int i = 0; i < rows; i++) {
            writeRow(i, from[i], 0, columns);
        }
    }

    /** The inverse of {@link #readRow}. */
    void writeRow(int row, double[] from, int first, int count) {
        long step = bytes * across;
        long place = place(row, first);
        if (bytes == Float.BYTES) {
            for (int j = 0; j < count; j++) {
                ALL.set(F32, place + j * step, (float) from[j]);
            }
        } else {
            for (int j = 0; j < count; j++) {
                ALL.set(F64, place + j * step, from[j]);
            }
        }
    }

    /** As {@link #read} of the transposed, but along the rows, which lie in memory, a few at once. */
    void readColumns(double[][] to, int rows, int columns) {
        int i = 0;
        for (; i + TOGETHER <= rows; i += TOGETHER) {
            readTogether(to, i, columns);
        }
        for (; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                to[j][i] = get(i, j);
            }
        }
    }

    private void readTogether(double[][] to, int i, int columns) {
        long row = bytes * down;
        for (int j = 0; j < columns; j++) {
            double[] x = to[j];
            long at = place(i, j);
            if (bytes == Float.BYTES) {
                x[i] = ALL.get(F32, at);
                x[i + 1] = ALL.get(F32, at + row);
                x[i + 2] = ALL.get(F32, at + 2 * row);
                x[i + 3] = ALL.get(F32, at + 3 * row);
            } else {
                x[i] = ALL.get(F64, at);
                x[i + 1] = ALL.get(F64, at + row);
                x[i + 2] = ALL.get(F64, at + 2 * row);
                x[i + 3] = ALL.get(F64, at + 3 * row);
            }
        }
    }

    /** The inverse of {@link #readColumns}. */
    void writeColumns(double[][] from, int rows, int columns) {
        int i = 0;
        for (; i + TOGETHER <= rows; i += TOGETHER) {
            writeTogether(from, i, columns);
        }
        for (; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                set(i, j, from[j][i]);
            }
        }
    }

    private void writeTogether(double[][] from, int i, int columns) {
        long row = bytes * down;
        for (int j = 0; j < columns; j++) {
            double[] x = from[j];
            long at = place(i, j);
            if (bytes == Float.BYTES) {
                ALL.set(F32, at, (float) x[i]);
                ALL.set(F32, at + row, (float) x[i + 1]);
                ALL.set(F32, at + 2 * row, (float) x[i + 2]);
                ALL.set(F32, at + 3 * row, (float) x[i + 3]);
            } else {
                ALL.set(F64, at, x[i]);
                ALL.set(F64, at + row, x[i + 1]);
                ALL.set(F64, at + 2 * row, x[i + 2]);
                ALL.set(F64, at + 3 * row, x[i + 3]);
            }
        }
    }

    /** Adds the first elements of the same row of another one, if those of rows lie side by side in both. */
    void addRow(long row, Grid other, int count) {
        long to = place(row, 0);
        long from = other.place(row, 0);
        if (bytes == Float.BYTES) {
            for (int j = 0; j < count; j++) {
                ALL.set(F32, to + 4L * j, ALL.get(F32, to + 4L * j) + ALL.get(F32, from + 4L * j));
            }
        } else {
            for (int j = 0; j < count; j++) {
                ALL.set(F64, to + 8L * j, ALL.get(F64, to + 8L * j) + ALL.get(F64, from + 8L * j));
            }
        }
    }

    /** Makes some elements of a row equal. */
    void fill(long row, long first, long end, double x) {
        if (across == 1 && Double.doubleToRawLongBits(x) == 0) {
            ALL.asSlice(place(row, first), bytes * (end - first)).fill((byte) 0);
            return;
        }
        for (long j = first; j < end; j++) {
            set(row, j, x);
        }
    }
}

package ricci.einops;

import static ricci.einops.FourBytes.LANES;
import static ricci.einops.FourBytes.load;
import static ricci.einops.FourBytes.store;

import jdk.incubator.vector.FloatVector;

/**
 * Tiles that turn rows into columns in vectors, in two steps, by way of a block in the second-level cache:
 * of 16 rows those that are 4 apart are put together like the channels of pixels, row 0 with 4, 8 and 12;
 * then what has become of them is, which makes 16 rows a run of 16 in each column. So no more than four
 * lines are read, and four written, side by side: rows often lie a power of 2 apart, where many would drive
 * each other out of the cache. Made for one copy, for one thread.
 */
final class VectorTurns {
    /** Rows that are turned at once. */
    private static final int ROWS = 16;
    /** The most rows that are in the block. */
    private static final int SIDE = 128;
    /** Where the block begins: lines of memory begin there, if arrays begin 16 bytes behind one. */
    private static final int START = 12;
    /** Columns whose elements of four rows are a vector. */
    private static final int COLUMNS = LANES / 4;

    private VectorTurns() {}

    /** So far are four rows of the block apart: no power of 2. */
    private static int pitch(int columns) {
        return 4 * columns + 16;
    }

    static final class Floats implements Tiles {
        private float[] block = {};

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            float[] x = (float[]) from;
            float[] y = (float[]) to;
            int row = (int) s.fromInner();
            int column = (int) s.toOuter();
            int rows = inner - inner % ROWS;
            int columns = outer - outer % LANES;
            if (block.length < START + pitch(columns) * Math.min(rows, SIDE) / 4) {
                block = new float[START + pitch(columns) * Math.min(rows, SIDE) / 4];
            }
            for (int i = 0; i < rows; i += SIDE) {
                turn(x, (int) f + i * row, row, y, (int) t + i, column, columns, Math.min(rows - i, SIDE));
            }
            for (int i = rows; i < inner; i++) {
                one(x, (int) f + i * row, 1, y, (int) t + i, column, columns);
            }
            for (int j = columns; j < outer; j++) {
                one(x, (int) f + j, row, y, (int) t + j * column, 1, inner);
            }
        }

        private static void one(float[] x, int p, int stepX, float[] y, int q, int stepY, int count) {
            for (int i = 0; i < count; i++) {
                y[q + i * stepY] = x[p + i * stepX];
            }
        }

        private void turn(float[] x, int p, int row, float[] y, int q, int column, int columns, int rows) {
            int pitch = pitch(columns);
            for (int i = 0; i < rows / 4; i++) {
                VectorPixels.togetherFour(x, p + (i / 4 * ROWS + i % 4) * row, 4 * row, block,
                        START + i * pitch, columns);
            }
            for (int j = 0; j < columns; j += COLUMNS) {
                together(block, START + 4 * j, pitch, y, q + j * column, column, rows);
            }
        }

        private static void together(float[] block, int from, int pitch, float[] y, int to, int column,
                int rows) {
            FloatVector lower = FourBytes.lower();
            FloatVector upper = FourBytes.upper();
            int p = from;
            for (int i = 0; i < rows; i += ROWS) {
                FloatVector a = load(block, p);
                FloatVector b = load(block, p + pitch);
                FloatVector c = load(block, p + 2 * pitch);
                FloatVector d = load(block, p + 3 * pitch);
                FloatVector lowerAc = lower.selectFrom(a, c);
                FloatVector upperAc = upper.selectFrom(a, c);
                FloatVector lowerBd = lower.selectFrom(b, d);
                FloatVector upperBd = upper.selectFrom(b, d);
                int q = to + i;
                store(lower.selectFrom(lowerAc, lowerBd), y, q);
                store(upper.selectFrom(lowerAc, lowerBd), y, q + place(1, column));
                store(lower.selectFrom(upperAc, upperBd), y, q + place(2, column));
                store(upper.selectFrom(upperAc, upperBd), y, q + place(3, column));
                p += 4 * pitch;
            }
        }
    }

    static final class Ints implements Tiles {
        private int[] block = {};

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            int[] x = (int[]) from;
            int[] y = (int[]) to;
            int row = (int) s.fromInner();
            int column = (int) s.toOuter();
            int rows = inner - inner % ROWS;
            int columns = outer - outer % LANES;
            if (block.length < START + pitch(columns) * Math.min(rows, SIDE) / 4) {
                block = new int[START + pitch(columns) * Math.min(rows, SIDE) / 4];
            }
            for (int i = 0; i < rows; i += SIDE) {
                turn(x, (int) f + i * row, row, y, (int) t + i, column, columns, Math.min(rows - i, SIDE));
            }
            for (int i = rows; i < inner; i++) {
                one(x, (int) f + i * row, 1, y, (int) t + i, column, columns);
            }
            for (int j = columns; j < outer; j++) {
                one(x, (int) f + j, row, y, (int) t + j * column, 1, inner);
            }
        }

        private static void one(int[] x, int p, int stepX, int[] y, int q, int stepY, int count) {
            for (int i = 0; i < count; i++) {
                y[q + i * stepY] = x[p + i * stepX];
            }
        }

        private void turn(int[] x, int p, int row, int[] y, int q, int column, int columns, int rows) {
            int pitch = pitch(columns);
            for (int i = 0; i < rows / 4; i++) {
                VectorPixels.togetherFour(x, p + (i / 4 * ROWS + i % 4) * row, 4 * row, block,
                        START + i * pitch, columns);
            }
            for (int j = 0; j < columns; j += COLUMNS) {
                together(block, START + 4 * j, pitch, y, q + j * column, column, rows);
            }
        }

        private static void together(int[] block, int from, int pitch, int[] y, int to, int column,
                int rows) {
            FloatVector lower = FourBytes.lower();
            FloatVector upper = FourBytes.upper();
            int p = from;
            for (int i = 0; i < rows; i += ROWS) {
                FloatVector a = load(block, p);
                FloatVector b = load(block, p + pitch);
                FloatVector c = load(block, p + 2 * pitch);
                FloatVector d = load(block, p + 3 * pitch);
                FloatVector lowerAc = lower.selectFrom(a, c);
                FloatVector upperAc = upper.selectFrom(a, c);
                FloatVector lowerBd = lower.selectFrom(b, d);
                FloatVector upperBd = upper.selectFrom(b, d);
                int q = to + i;
                store(lower.selectFrom(lowerAc, lowerBd), y, q);
                store(upper.selectFrom(lowerAc, lowerBd), y, q + place(1, column));
                store(lower.selectFrom(upperAc, upperBd), y, q + place(2, column));
                store(upper.selectFrom(upperAc, upperBd), y, q + place(3, column));
                p += 4 * pitch;
            }
        }
    }

    /** Where a vector of four goes: a column of 16 rows is one, or two. */
    private static int place(int vector, int column) {
        return vector * LANES / ROWS * column + vector * LANES % ROWS;
    }
}

package ricci.einops;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Tiles that turn rows into columns by way of a block of their own, in the second-level cache: rows of large
 * arrays often lie a power of 2 apart, where they drive each other out of the cache, so that each is read
 * once, along the row, and each column is written once, as a run. Elements of four bytes are moved two at a
 * time, as the halves of a long. Made for one copy, for one thread.
 */
final class Turns {
    /** The most rows of a tile: runs of a kilobyte are what memory answers fast. */
    static final int ROWS = 256;
    /**
     * The most columns of a tile: what they become are rows whose pages a TLB holds. Tiles follow the rows,
     * which memory reads on while they are turned.
     */
    static final int COLUMNS = 512;
    /** The most columns that are in the block. */
    private static final int SIDE = 256;
    /** So far are columns of the block apart: no power of 2. */
    private static final int PITCH = ROWS + 16;
    /** Two elements of four bytes, the first of them in the lower half. */
    private static final ValueLayout.OfLong PAIR =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long FIRST = 0xffff_ffffL;

    private Turns() {}

    static Tiles of(ArrayTiles type) {
        return new Parts(block(type));
    }

    private static Tiles block(ArrayTiles type) {
        return switch (type) {
            case FLOATS -> new Floats();
            case DOUBLES -> new Doubles();
            case INTS -> new Ints();
            case LONGS -> new Longs();
            case SHORTS -> new Shorts();
            case BYTES -> new Bytes();
            case CHARS -> new Chars();
            case BOOLEANS -> new Booleans();
        };
    }

    /** As many columns at a time as fit into the block. */
    private record Parts(Tiles tiles) implements Tiles {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            for (int j = 0; j < outer; j += SIDE) {
                tiles.copy(s, from, f + j * s.fromOuter(), to, t + j * s.toOuter(),
                        Math.min(outer - j, SIDE), inner);
            }
        }
    }

    private static final class Floats implements Tiles {
        private float[] block = {};

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            float[] x = (float[]) from;
            float[] y = (float[]) to;
            int row = (int) s.fromInner();
            if (block.length < outer * PITCH) {
                block = new float[outer * PITCH];
            }
            int i = 0;
            for (; i + 8 <= inner; i += 8) {
                eight(x, (int) f + i * row, row, block, i, outer);
            }
            for (; i < inner; i++) {
                one(x, (int) f + i * row, block, i, outer);
            }
            for (int j = 0; j < outer; j++) {
                System.arraycopy(block, j * PITCH, y, (int) (t + j * s.toOuter()), inner);
            }
        }

        private static void one(float[] x, int p, float[] block, int i, int count) {
            for (int j = 0; j < count; j++) {
                block[j * PITCH + i] = x[p + j];
            }
        }

        // Here each segment is known to be an array of this type; handed over, it would be asked each time.
        private static void eight(float[] array, int p, int row, float[] turned, int i, int count) {
            if (count % 2 != 0) {
                for (int k = 0; k < 8; k++) {
                    turned[(count - 1) * PITCH + i + k] = array[p + k * row + count - 1];
                }
            }
            MemorySegment x = MemorySegment.ofArray(array);
            MemorySegment block = MemorySegment.ofArray(turned);
            long next = row * 4L;
            for (int j = 0; j < count / 2; j++) {
                long from = p * 4L + j * 8L;
                long x0 = x.get(PAIR, from);
                long x1 = x.get(PAIR, from + next);
                long x2 = x.get(PAIR, from + 2 * next);
                long x3 = x.get(PAIR, from + 3 * next);
                long x4 = x.get(PAIR, from + 4 * next);
                long x5 = x.get(PAIR, from + 5 * next);
                long x6 = x.get(PAIR, from + 6 * next);
                long x7 = x.get(PAIR, from + 7 * next);
                long q = i * 4L + j * (PITCH * 8L);
                block.set(PAIR, q, (x0 & FIRST) | (x1 << 32));
                block.set(PAIR, q + 8, (x2 & FIRST) | (x3 << 32));
                block.set(PAIR, q + 16, (x4 & FIRST) | (x5 << 32));
                block.set(PAIR, q + 24, (x6 & FIRST) | (x7 << 32));
                block.set(PAIR, q + PITCH * 4, (x0 >>> 32) | (x1 & ~FIRST));
                block.set(PAIR, q + PITCH * 4 + 8, (x2 >>> 32) | (x3 & ~FIRST));
                block.set(PAIR, q + PITCH * 4 + 16, (x4 >>> 32) | (x5 & ~FIRST));
                block.set(PAIR, q + PITCH * 4 + 24, (x6 >>> 32) | (x7 & ~FIRST));
            }
        }
    }

    private static final class Doubles implements Tiles {
        private double[] block = {};

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            double[] x = (double[]) from;
            double[] y = (double[]) to;
            int row = (int) s.fromInner();
            if (block.length < outer * PITCH) {
                block = new double[outer * PITCH];
            }
            int i = 0;
            for (; i + 8 <= inner; i += 8) {
                eight(x, (int) f + i * row, row, block, i, outer);
            }
            for (; i < inner; i++) {
                one(x, (int) f + i * row, block, i, outer);
            }
            for (int j = 0; j < outer; j++) {
                System.arraycopy(block, j * PITCH, y, (int) (t + j * s.toOuter()), inner);
            }
        }

        private static void one(double[] x, int p, double[] block, int i, int count) {
            for (int j = 0; j < count; j++) {
                block[j * PITCH + i] = x[p + j];
            }
        }

        private static void eight(double[] x, int p, int row, double[] block, int i, int count) {
            int p1 = p + row;
            int p2 = p1 + row;
            int p3 = p2 + row;
            int p4 = p3 + row;
            int p5 = p4 + row;
            int p6 = p5 + row;
            int p7 = p6 + row;
            for (int j = 0; j < count; j++) {
                double x0 = x[p + j];
                double x1 = x[p1 + j];
                double x2 = x[p2 + j];
                double x3 = x[p3 + j];
                double x4 = x[p4 + j];
                double x5 = x[p5 + j];
                double x6 = x[p6 + j];
                double x7 = x[p7 + j];
                int q = j * PITCH + i;
                block[q] = x0;
                block[q + 1] = x1;
                block[q + 2] = x2;
                block[q + 3] = x3;
                block[q + 4] = x4;
                block[q + 5] = x5;
                block[q + 6] = x6;
                block[q + 7] = x7;
            }
        }
    }

    private static final class Ints implements Tiles {
        private int[] block = {};

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            int[] x = (int[]) from;
            int[] y = (int[]) to;
            int row = (int) s.fromInner();
            if (block.length < outer * PITCH) {
                block = new int[outer * PITCH];
            }
            int i = 0;
            for (; i + 8 <= inner; i += 8) {
                eight(x, (int) f + i * row, row, block, i, outer);
            }
            for (; i < inner; i++) {
                one(x, (int) f + i * row, block, i, outer);
            }
            for (int j = 0; j < outer; j++) {
                System.arraycopy(block, j * PITCH, y, (int) (t + j * s.toOuter()), inner);
            }
        }

        private static void one(int[] x, int p, int[] block, int i, int count) {
            for (int j = 0; j < count; j++) {
                block[j * PITCH + i] = x[p + j];
            }
        }

        // Here each segment is known to be an array of this type; handed over, it would be asked each time.
        private static void eight(int[] array, int p, int row, int[] turned, int i, int count) {
            if (count % 2 != 0) {
                for (int k = 0; k < 8; k++) {
                    turned[(count - 1) * PITCH + i + k] = array[p + k * row + count - 1];
                }
            }
            MemorySegment x = MemorySegment.ofArray(array);
            MemorySegment block = MemorySegment.ofArray(turned);
            long next = row * 4L;
            for (int j = 0; j < count / 2; j++) {
                long from = p * 4L + j * 8L;
                long x0 = x.get(PAIR, from);
                long x1 = x.get(PAIR, from + next);
                long x2 = x.get(PAIR, from + 2 * next);
                long x3 = x.get(PAIR, from + 3 * next);
                long x4 = x.get(PAIR, from + 4 * next);
                long x5 = x.get(PAIR, from + 5 * next);
                long x6 = x.get(PAIR, from + 6 * next);
                long x7 = x.get(PAIR, from + 7 * next);
                long q = i * 4L + j * (PITCH * 8L);
                block.set(PAIR, q, (x0 & FIRST) | (x1 << 32));
                block.set(PAIR, q + 8, (x2 & FIRST) | (x3 << 32));
                block.set(PAIR, q + 16, (x4 & FIRST) | (x5 << 32));
                block.set(PAIR, q + 24, (x6 & FIRST) | (x7 << 32));
                block.set(PAIR, q + PITCH * 4, (x0 >>> 32) | (x1 & ~FIRST));
                block.set(PAIR, q + PITCH * 4 + 8, (x2 >>> 32) | (x3 & ~FIRST));
                block.set(PAIR, q + PITCH * 4 + 16, (x4 >>> 32) | (x5 & ~FIRST));
                block.set(PAIR, q + PITCH * 4 + 24, (x6 >>> 32) | (x7 & ~FIRST));
            }
        }
    }

    private static final class Longs implements Tiles {
        private long[] block = {};

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            long[] x = (long[]) from;
            long[] y = (long[]) to;
            int row = (int) s.fromInner();
            if (block.length < outer * PITCH) {
                block = new long[outer * PITCH];
            }
            int i = 0;
            for (; i + 8 <= inner; i += 8) {
                eight(x, (int) f + i * row, row, block, i, outer);
            }
            for (; i < inner; i++) {
                one(x, (int) f + i * row, block, i, outer);
            }
            for (int j = 0; j < outer; j++) {
                System.arraycopy(block, j * PITCH, y, (int) (t + j * s.toOuter()), inner);
            }
        }

        private static void one(long[] x, int p, long[] block, int i, int count) {
            for (int j = 0; j < count; j++) {
                block[j * PITCH + i] = x[p + j];
            }
        }

        private static void eight(long[] x, int p, int row, long[] block, int i, int count) {
            int p1 = p + row;
            int p2 = p1 + row;
            int p3 = p2 + row;
            int p4 = p3 + row;
            int p5 = p4 + row;
            int p6 = p5 + row;
            int p7 = p6 + row;
            for (int j = 0; j < count; j++) {
                long x0 = x[p + j];
                long x1 = x[p1 + j];
                long x2 = x[p2 + j];
                long x3 = x[p3 + j];
                long x4 = x[p4 + j];
                long x5 = x[p5 + j];
                long x6 = x[p6 + j];
                long x7 = x[p7 + j];
                int q = j * PITCH + i;
                block[q] = x0;
                block[q + 1] = x1;
                block[q + 2] = x2;
                block[q + 3] = x3;
                block[q + 4] = x4;
                block[q + 5] = x5;
                block[q + 6] = x6;
                block[q + 7] = x7;
            }
        }
    }

    private static final class Shorts implements Tiles {
        private short[] block = {};

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            short[] x = (short[]) from;
            short[] y = (short[]) to;
            int row = (int) s.fromInner();
            if (block.length < outer * PITCH) {
                block = new short[outer * PITCH];
            }
            int i = 0;
            for (; i + 8 <= inner; i += 8) {
                eight(x, (int) f + i * row, row, block, i, outer);
            }
            for (; i < inner; i++) {
                one(x, (int) f + i * row, block, i, outer);
            }
            for (int j = 0; j < outer; j++) {
                System.arraycopy(block, j * PITCH, y, (int) (t + j * s.toOuter()), inner);
            }
        }

        private static void one(short[] x, int p, short[] block, int i, int count) {
            for (int j = 0; j < count; j++) {
                block[j * PITCH + i] = x[p + j];
            }
        }

        private static void eight(short[] x, int p, int row, short[] block, int i, int count) {
            int p1 = p + row;
            int p2 = p1 + row;
            int p3 = p2 + row;
            int p4 = p3 + row;
            int p5 = p4 + row;
            int p6 = p5 + row;
            int p7 = p6 + row;
            for (int j = 0; j < count; j++) {
                short x0 = x[p + j];
                short x1 = x[p1 + j];
                short x2 = x[p2 + j];
                short x3 = x[p3 + j];
                short x4 = x[p4 + j];
                short x5 = x[p5 + j];
                short x6 = x[p6 + j];
                short x7 = x[p7 + j];
                int q = j * PITCH + i;
                block[q] = x0;
                block[q + 1] = x1;
                block[q + 2] = x2;
                block[q + 3] = x3;
                block[q + 4] = x4;
                block[q + 5] = x5;
                block[q + 6] = x6;
                block[q + 7] = x7;
            }
        }
    }

    private static final class Bytes implements Tiles {
        private byte[] block = {};

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            byte[] x = (byte[]) from;
            byte[] y = (byte[]) to;
            int row = (int) s.fromInner();
            if (block.length < outer * PITCH) {
                block = new byte[outer * PITCH];
            }
            int i = 0;
            for (; i + 8 <= inner; i += 8) {
                eight(x, (int) f + i * row, row, block, i, outer);
            }
            for (; i < inner; i++) {
                one(x, (int) f + i * row, block, i, outer);
            }
            for (int j = 0; j < outer; j++) {
                System.arraycopy(block, j * PITCH, y, (int) (t + j * s.toOuter()), inner);
            }
        }

        private static void one(byte[] x, int p, byte[] block, int i, int count) {
            for (int j = 0; j < count; j++) {
                block[j * PITCH + i] = x[p + j];
            }
        }

        private static void eight(byte[] x, int p, int row, byte[] block, int i, int count) {
            int p1 = p + row;
            int p2 = p1 + row;
            int p3 = p2 + row;
            int p4 = p3 + row;
            int p5 = p4 + row;
            int p6 = p5 + row;
            int p7 = p6 + row;
            for (int j = 0; j < count; j++) {
                byte x0 = x[p + j];
                byte x1 = x[p1 + j];
                byte x2 = x[p2 + j];
                byte x3 = x[p3 + j];
                byte x4 = x[p4 + j];
                byte x5 = x[p5 + j];
                byte x6 = x[p6 + j];
                byte x7 = x[p7 + j];
                int q = j * PITCH + i;
                block[q] = x0;
                block[q + 1] = x1;
                block[q + 2] = x2;
                block[q + 3] = x3;
                block[q + 4] = x4;
                block[q + 5] = x5;
                block[q + 6] = x6;
                block[q + 7] = x7;
            }
        }
    }

    private static final class Chars implements Tiles {
        private char[] block = {};

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            char[] x = (char[]) from;
            char[] y = (char[]) to;
            int row = (int) s.fromInner();
            if (block.length < outer * PITCH) {
                block = new char[outer * PITCH];
            }
            int i = 0;
            for (; i + 8 <= inner; i += 8) {
                eight(x, (int) f + i * row, row, block, i, outer);
            }
            for (; i < inner; i++) {
                one(x, (int) f + i * row, block, i, outer);
            }
            for (int j = 0; j < outer; j++) {
                System.arraycopy(block, j * PITCH, y, (int) (t + j * s.toOuter()), inner);
            }
        }

        private static void one(char[] x, int p, char[] block, int i, int count) {
            for (int j = 0; j < count; j++) {
                block[j * PITCH + i] = x[p + j];
            }
        }

        private static void eight(char[] x, int p, int row, char[] block, int i, int count) {
            int p1 = p + row;
            int p2 = p1 + row;
            int p3 = p2 + row;
            int p4 = p3 + row;
            int p5 = p4 + row;
            int p6 = p5 + row;
            int p7 = p6 + row;
            for (int j = 0; j < count; j++) {
                char x0 = x[p + j];
                char x1 = x[p1 + j];
                char x2 = x[p2 + j];
                char x3 = x[p3 + j];
                char x4 = x[p4 + j];
                char x5 = x[p5 + j];
                char x6 = x[p6 + j];
                char x7 = x[p7 + j];
                int q = j * PITCH + i;
                block[q] = x0;
                block[q + 1] = x1;
                block[q + 2] = x2;
                block[q + 3] = x3;
                block[q + 4] = x4;
                block[q + 5] = x5;
                block[q + 6] = x6;
                block[q + 7] = x7;
            }
        }
    }

    private static final class Booleans implements Tiles {
        private boolean[] block = {};

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            boolean[] x = (boolean[]) from;
            boolean[] y = (boolean[]) to;
            int row = (int) s.fromInner();
            if (block.length < outer * PITCH) {
                block = new boolean[outer * PITCH];
            }
            int i = 0;
            for (; i + 8 <= inner; i += 8) {
                eight(x, (int) f + i * row, row, block, i, outer);
            }
            for (; i < inner; i++) {
                one(x, (int) f + i * row, block, i, outer);
            }
            for (int j = 0; j < outer; j++) {
                System.arraycopy(block, j * PITCH, y, (int) (t + j * s.toOuter()), inner);
            }
        }

        private static void one(boolean[] x, int p, boolean[] block, int i, int count) {
            for (int j = 0; j < count; j++) {
                block[j * PITCH + i] = x[p + j];
            }
        }

        private static void eight(boolean[] x, int p, int row, boolean[] block, int i, int count) {
            int p1 = p + row;
            int p2 = p1 + row;
            int p3 = p2 + row;
            int p4 = p3 + row;
            int p5 = p4 + row;
            int p6 = p5 + row;
            int p7 = p6 + row;
            for (int j = 0; j < count; j++) {
                boolean x0 = x[p + j];
                boolean x1 = x[p1 + j];
                boolean x2 = x[p2 + j];
                boolean x3 = x[p3 + j];
                boolean x4 = x[p4 + j];
                boolean x5 = x[p5 + j];
                boolean x6 = x[p6 + j];
                boolean x7 = x[p7 + j];
                int q = j * PITCH + i;
                block[q] = x0;
                block[q + 1] = x1;
                block[q + 2] = x2;
                block[q + 3] = x3;
                block[q + 4] = x4;
                block[q + 5] = x5;
                block[q + 6] = x6;
                block[q + 7] = x7;
            }
        }
    }
}

package ricci.einops;

/**
 * Tiles that turn rows into columns by way of a block of their own, in the second-level cache: rows of large
 * arrays often lie a power of 2 apart, where they drive each other out of the cache, so that each is read
 * once, along the row, and each column is written once, as a run. Made for one copy, for one thread.
 */
final class Turns {
    /** The most rows and columns of a tile. */
    static final int SIDE = 128;
    /** So far are columns of the block apart: no power of 2. */
    private static final int PITCH = SIDE + 16;

    private Turns() {}

    static Tiles of(ArrayTiles type) {
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

    private static final class Floats implements Tiles {
        private final float[] block = new float[SIDE * PITCH];

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            float[] x = (float[]) from;
            float[] y = (float[]) to;
            int row = (int) s.fromInner();
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

        private static void eight(float[] x, int p, int row, float[] block, int i, int count) {
            int p1 = p + row;
            int p2 = p1 + row;
            int p3 = p2 + row;
            int p4 = p3 + row;
            int p5 = p4 + row;
            int p6 = p5 + row;
            int p7 = p6 + row;
            for (int j = 0; j < count; j++) {
                float x0 = x[p + j];
                float x1 = x[p1 + j];
                float x2 = x[p2 + j];
                float x3 = x[p3 + j];
                float x4 = x[p4 + j];
                float x5 = x[p5 + j];
                float x6 = x[p6 + j];
                float x7 = x[p7 + j];
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

    private static final class Doubles implements Tiles {
        private final double[] block = new double[SIDE * PITCH];

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            double[] x = (double[]) from;
            double[] y = (double[]) to;
            int row = (int) s.fromInner();
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
        private final int[] block = new int[SIDE * PITCH];

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            int[] x = (int[]) from;
            int[] y = (int[]) to;
            int row = (int) s.fromInner();
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

        private static void eight(int[] x, int p, int row, int[] block, int i, int count) {
            int p1 = p + row;
            int p2 = p1 + row;
            int p3 = p2 + row;
            int p4 = p3 + row;
            int p5 = p4 + row;
            int p6 = p5 + row;
            int p7 = p6 + row;
            for (int j = 0; j < count; j++) {
                int x0 = x[p + j];
                int x1 = x[p1 + j];
                int x2 = x[p2 + j];
                int x3 = x[p3 + j];
                int x4 = x[p4 + j];
                int x5 = x[p5 + j];
                int x6 = x[p6 + j];
                int x7 = x[p7 + j];
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

    private static final class Longs implements Tiles {
        private final long[] block = new long[SIDE * PITCH];

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            long[] x = (long[]) from;
            long[] y = (long[]) to;
            int row = (int) s.fromInner();
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
        private final short[] block = new short[SIDE * PITCH];

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            short[] x = (short[]) from;
            short[] y = (short[]) to;
            int row = (int) s.fromInner();
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
        private final byte[] block = new byte[SIDE * PITCH];

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            byte[] x = (byte[]) from;
            byte[] y = (byte[]) to;
            int row = (int) s.fromInner();
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
        private final char[] block = new char[SIDE * PITCH];

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            char[] x = (char[]) from;
            char[] y = (char[]) to;
            int row = (int) s.fromInner();
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
        private final boolean[] block = new boolean[SIDE * PITCH];

        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            boolean[] x = (boolean[]) from;
            boolean[] y = (boolean[]) to;
            int row = (int) s.fromInner();
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

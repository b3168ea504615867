package ricci.einops;

import java.util.Arrays;

/**
 * The innermost loops of copying in arrays. They say the same thing for each type, because the compiler
 * makes a fast loop of an array of one type only, and each is a method, because it makes a better one of a
 * small method. For segments see {@link Window}.
 */
enum ArrayTiles implements Tiles {
    FLOATS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            float[] x = (float[]) from;
            float[] y = (float[]) to;
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case SHORT_RUN -> {
                        ShortRuns.copy(x, p, (int) s.fromOuter(), y, q, (int) s.toOuter(), outer, inner);
                        return;
                    }
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case GATHER -> gather(x, p, (int) s.fromInner(), y, q, inner);
                    case SCATTER -> scatter(x, p, y, q, (int) s.toInner(), inner);
                    case STRIDED -> stride(x, p, (int) s.fromInner(), y, q, (int) s.toInner(), inner);
                }
            }
        }
    },
    DOUBLES {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            double[] x = (double[]) from;
            double[] y = (double[]) to;
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case SHORT_RUN -> {
                        ShortRuns.copy(x, p, (int) s.fromOuter(), y, q, (int) s.toOuter(), outer, inner);
                        return;
                    }
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case GATHER -> gather(x, p, (int) s.fromInner(), y, q, inner);
                    case SCATTER -> scatter(x, p, y, q, (int) s.toInner(), inner);
                    case STRIDED -> stride(x, p, (int) s.fromInner(), y, q, (int) s.toInner(), inner);
                }
            }
        }
    },
    INTS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            int[] x = (int[]) from;
            int[] y = (int[]) to;
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case SHORT_RUN -> {
                        ShortRuns.copy(x, p, (int) s.fromOuter(), y, q, (int) s.toOuter(), outer, inner);
                        return;
                    }
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case GATHER -> gather(x, p, (int) s.fromInner(), y, q, inner);
                    case SCATTER -> scatter(x, p, y, q, (int) s.toInner(), inner);
                    case STRIDED -> stride(x, p, (int) s.fromInner(), y, q, (int) s.toInner(), inner);
                }
            }
        }
    },
    LONGS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            long[] x = (long[]) from;
            long[] y = (long[]) to;
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case SHORT_RUN -> {
                        ShortRuns.copy(x, p, (int) s.fromOuter(), y, q, (int) s.toOuter(), outer, inner);
                        return;
                    }
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case GATHER -> gather(x, p, (int) s.fromInner(), y, q, inner);
                    case SCATTER -> scatter(x, p, y, q, (int) s.toInner(), inner);
                    case STRIDED -> stride(x, p, (int) s.fromInner(), y, q, (int) s.toInner(), inner);
                }
            }
        }
    },
    SHORTS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            short[] x = (short[]) from;
            short[] y = (short[]) to;
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case SHORT_RUN -> {
                        ShortRuns.copy(x, p, (int) s.fromOuter(), y, q, (int) s.toOuter(), outer, inner);
                        return;
                    }
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case GATHER -> gather(x, p, (int) s.fromInner(), y, q, inner);
                    case SCATTER -> scatter(x, p, y, q, (int) s.toInner(), inner);
                    case STRIDED -> stride(x, p, (int) s.fromInner(), y, q, (int) s.toInner(), inner);
                }
            }
        }
    },
    BYTES {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            byte[] x = (byte[]) from;
            byte[] y = (byte[]) to;
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case SHORT_RUN -> {
                        ShortRuns.copy(x, p, (int) s.fromOuter(), y, q, (int) s.toOuter(), outer, inner);
                        return;
                    }
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case GATHER -> gather(x, p, (int) s.fromInner(), y, q, inner);
                    case SCATTER -> scatter(x, p, y, q, (int) s.toInner(), inner);
                    case STRIDED -> stride(x, p, (int) s.fromInner(), y, q, (int) s.toInner(), inner);
                }
            }
        }
    },
    CHARS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            char[] x = (char[]) from;
            char[] y = (char[]) to;
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case SHORT_RUN -> {
                        ShortRuns.copy(x, p, (int) s.fromOuter(), y, q, (int) s.toOuter(), outer, inner);
                        return;
                    }
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case GATHER -> gather(x, p, (int) s.fromInner(), y, q, inner);
                    case SCATTER -> scatter(x, p, y, q, (int) s.toInner(), inner);
                    case STRIDED -> stride(x, p, (int) s.fromInner(), y, q, (int) s.toInner(), inner);
                }
            }
        }
    },
    BOOLEANS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            boolean[] x = (boolean[]) from;
            boolean[] y = (boolean[]) to;
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case SHORT_RUN -> {
                        ShortRuns.copy(x, p, (int) s.fromOuter(), y, q, (int) s.toOuter(), outer, inner);
                        return;
                    }
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case GATHER -> gather(x, p, (int) s.fromInner(), y, q, inner);
                    case SCATTER -> scatter(x, p, y, q, (int) s.toInner(), inner);
                    case STRIDED -> stride(x, p, (int) s.fromInner(), y, q, (int) s.toInner(), inner);
                }
            }
        }
    };

    /** Those for an array of primitives. */
    static ArrayTiles of(Object array) {
        return array instanceof float[] ? FLOATS
                : array instanceof double[] ? DOUBLES
                : array instanceof int[] ? INTS
                : array instanceof long[] ? LONGS
                : array instanceof byte[] ? BYTES
                : array instanceof short[] ? SHORTS
                : array instanceof char[] ? CHARS : BOOLEANS;
    }

    private static void gather(float[] x, int from, int stepX, float[] y, int to, int count) {
        int p = from;
        for (int j = 0; j < count; j++) {
            y[to + j] = x[p];
            p += stepX;
        }
    }

    private static void scatter(float[] x, int from, float[] y, int to, int stepY, int count) {
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[from + j];
            q += stepY;
        }
    }

    private static void stride(float[] x, int from, int stepX, float[] y, int to, int stepY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            p += stepX;
            q += stepY;
        }
    }

    private static void gather(double[] x, int from, int stepX, double[] y, int to, int count) {
        int p = from;
        for (int j = 0; j < count; j++) {
            y[to + j] = x[p];
            p += stepX;
        }
    }

    private static void scatter(double[] x, int from, double[] y, int to, int stepY, int count) {
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[from + j];
            q += stepY;
        }
    }

    private static void stride(double[] x, int from, int stepX, double[] y, int to, int stepY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            p += stepX;
            q += stepY;
        }
    }

    private static void gather(int[] x, int from, int stepX, int[] y, int to, int count) {
        int p = from;
        for (int j = 0; j < count; j++) {
            y[to + j] = x[p];
            p += stepX;
        }
    }

    private static void scatter(int[] x, int from, int[] y, int to, int stepY, int count) {
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[from + j];
            q += stepY;
        }
    }

    private static void stride(int[] x, int from, int stepX, int[] y, int to, int stepY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            p += stepX;
            q += stepY;
        }
    }

    private static void gather(long[] x, int from, int stepX, long[] y, int to, int count) {
        int p = from;
        for (int j = 0; j < count; j++) {
            y[to + j] = x[p];
            p += stepX;
        }
    }

    private static void scatter(long[] x, int from, long[] y, int to, int stepY, int count) {
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[from + j];
            q += stepY;
        }
    }

    private static void stride(long[] x, int from, int stepX, long[] y, int to, int stepY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            p += stepX;
            q += stepY;
        }
    }

    private static void gather(short[] x, int from, int stepX, short[] y, int to, int count) {
        int p = from;
        for (int j = 0; j < count; j++) {
            y[to + j] = x[p];
            p += stepX;
        }
    }

    private static void scatter(short[] x, int from, short[] y, int to, int stepY, int count) {
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[from + j];
            q += stepY;
        }
    }

    private static void stride(short[] x, int from, int stepX, short[] y, int to, int stepY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            p += stepX;
            q += stepY;
        }
    }

    private static void gather(byte[] x, int from, int stepX, byte[] y, int to, int count) {
        int p = from;
        for (int j = 0; j < count; j++) {
            y[to + j] = x[p];
            p += stepX;
        }
    }

    private static void scatter(byte[] x, int from, byte[] y, int to, int stepY, int count) {
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[from + j];
            q += stepY;
        }
    }

    private static void stride(byte[] x, int from, int stepX, byte[] y, int to, int stepY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            p += stepX;
            q += stepY;
        }
    }

    private static void gather(char[] x, int from, int stepX, char[] y, int to, int count) {
        int p = from;
        for (int j = 0; j < count; j++) {
            y[to + j] = x[p];
            p += stepX;
        }
    }

    private static void scatter(char[] x, int from, char[] y, int to, int stepY, int count) {
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[from + j];
            q += stepY;
        }
    }

    private static void stride(char[] x, int from, int stepX, char[] y, int to, int stepY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            p += stepX;
            q += stepY;
        }
    }

    private static void gather(boolean[] x, int from, int stepX, boolean[] y, int to, int count) {
        int p = from;
        for (int j = 0; j < count; j++) {
            y[to + j] = x[p];
            p += stepX;
        }
    }

    private static void scatter(boolean[] x, int from, boolean[] y, int to, int stepY, int count) {
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[from + j];
            q += stepY;
        }
    }

    private static void stride(boolean[] x, int from, int stepX, boolean[] y, int to, int stepY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            p += stepX;
            q += stepY;
        }
    }
}

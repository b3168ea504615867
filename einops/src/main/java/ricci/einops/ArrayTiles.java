package ricci.einops;

import java.util.Arrays;

/**
 * The innermost loops of copying in arrays. They say the same thing for each type, because the compiler
 * makes a fast loop of an array of one type only. For segments see {@link Window}.
 */
enum ArrayTiles implements Tiles {
    FLOATS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            float[] x = (float[]) from;
            float[] y = (float[]) to;
            int stepX = (int) s.fromInner();
            int stepY = (int) s.toInner();
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case SHORT_RUN -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p + j];
                        }
                    }
                    case GATHER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p];
                            p += stepX;
                        }
                    }
                    case SCATTER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p + j];
                            q += stepY;
                        }
                    }
                    case STRIDED -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p];
                            p += stepX;
                            q += stepY;
                        }
                    }
                }
            }
        }
    },
    DOUBLES {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            double[] x = (double[]) from;
            double[] y = (double[]) to;
            int stepX = (int) s.fromInner();
            int stepY = (int) s.toInner();
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case SHORT_RUN -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p + j];
                        }
                    }
                    case GATHER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p];
                            p += stepX;
                        }
                    }
                    case SCATTER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p + j];
                            q += stepY;
                        }
                    }
                    case STRIDED -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p];
                            p += stepX;
                            q += stepY;
                        }
                    }
                }
            }
        }
    },
    INTS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            int[] x = (int[]) from;
            int[] y = (int[]) to;
            int stepX = (int) s.fromInner();
            int stepY = (int) s.toInner();
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case SHORT_RUN -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p + j];
                        }
                    }
                    case GATHER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p];
                            p += stepX;
                        }
                    }
                    case SCATTER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p + j];
                            q += stepY;
                        }
                    }
                    case STRIDED -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p];
                            p += stepX;
                            q += stepY;
                        }
                    }
                }
            }
        }
    },
    LONGS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            long[] x = (long[]) from;
            long[] y = (long[]) to;
            int stepX = (int) s.fromInner();
            int stepY = (int) s.toInner();
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case SHORT_RUN -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p + j];
                        }
                    }
                    case GATHER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p];
                            p += stepX;
                        }
                    }
                    case SCATTER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p + j];
                            q += stepY;
                        }
                    }
                    case STRIDED -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p];
                            p += stepX;
                            q += stepY;
                        }
                    }
                }
            }
        }
    },
    SHORTS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            short[] x = (short[]) from;
            short[] y = (short[]) to;
            int stepX = (int) s.fromInner();
            int stepY = (int) s.toInner();
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case SHORT_RUN -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p + j];
                        }
                    }
                    case GATHER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p];
                            p += stepX;
                        }
                    }
                    case SCATTER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p + j];
                            q += stepY;
                        }
                    }
                    case STRIDED -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p];
                            p += stepX;
                            q += stepY;
                        }
                    }
                }
            }
        }
    },
    BYTES {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            byte[] x = (byte[]) from;
            byte[] y = (byte[]) to;
            int stepX = (int) s.fromInner();
            int stepY = (int) s.toInner();
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case SHORT_RUN -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p + j];
                        }
                    }
                    case GATHER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p];
                            p += stepX;
                        }
                    }
                    case SCATTER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p + j];
                            q += stepY;
                        }
                    }
                    case STRIDED -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p];
                            p += stepX;
                            q += stepY;
                        }
                    }
                }
            }
        }
    },
    CHARS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            char[] x = (char[]) from;
            char[] y = (char[]) to;
            int stepX = (int) s.fromInner();
            int stepY = (int) s.toInner();
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case SHORT_RUN -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p + j];
                        }
                    }
                    case GATHER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p];
                            p += stepX;
                        }
                    }
                    case SCATTER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p + j];
                            q += stepY;
                        }
                    }
                    case STRIDED -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p];
                            p += stepX;
                            q += stepY;
                        }
                    }
                }
            }
        }
    },
    BOOLEANS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            boolean[] x = (boolean[]) from;
            boolean[] y = (boolean[]) to;
            int stepX = (int) s.fromInner();
            int stepY = (int) s.toInner();
            for (int i = 0; i < outer; i++) {
                int p = (int) (f + i * s.fromOuter());
                int q = (int) (t + i * s.toOuter());
                switch (s.kind()) {
                    case RUN -> System.arraycopy(x, p, y, q, inner);
                    case FILL -> Arrays.fill(y, q, q + inner, x[p]);
                    case SHORT_RUN -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p + j];
                        }
                    }
                    case GATHER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q + j] = x[p];
                            p += stepX;
                        }
                    }
                    case SCATTER -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p + j];
                            q += stepY;
                        }
                    }
                    case STRIDED -> {
                        for (int j = 0; j < inner; j++) {
                            y[q] = x[p];
                            p += stepX;
                            q += stepY;
                        }
                    }
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
}

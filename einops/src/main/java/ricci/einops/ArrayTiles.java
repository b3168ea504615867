package ricci.einops;

import java.util.Arrays;

/**
 * The two innermost loops of copying in arrays. They say the same thing for each type, because the compiler
 * makes a fast loop of an array of one type only. For segments see {@link Window}.
 */
enum ArrayTiles implements Tiles {
    FLOATS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            float[] x = (float[]) from;
            float[] y = (float[]) to;
            switch (s.kind()) {
                case RUN -> {
                    for (int i = 0; i < outer; i++) {
                        System.arraycopy(
                                x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                }
                case SHORT_RUN -> ShortRuns.copy(
                        x, (int) f, (int) s.fromOuter(), y, (int) t, (int) s.toOuter(), outer, inner);
                case FILL -> {
                    for (int i = 0; i < outer; i++) {
                        int q = (int) (t + i * s.toOuter());
                        Arrays.fill(y, q, q + inner, x[(int) (f + i * s.fromOuter())]);
                    }
                }
                case PIXELS -> Pixels.copy(s, x, (int) f, y, (int) t, inner);
                case GATHER, TURN, SCATTER, STRIDED -> {
                    int i = 0;
                    for (; i + 4 <= outer; i += 4) {
                        Strides.four(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                    for (; i < outer; i++) {
                        Strides.one(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
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
            switch (s.kind()) {
                case RUN -> {
                    for (int i = 0; i < outer; i++) {
                        System.arraycopy(
                                x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                }
                case SHORT_RUN -> ShortRuns.copy(
                        x, (int) f, (int) s.fromOuter(), y, (int) t, (int) s.toOuter(), outer, inner);
                case FILL -> {
                    for (int i = 0; i < outer; i++) {
                        int q = (int) (t + i * s.toOuter());
                        Arrays.fill(y, q, q + inner, x[(int) (f + i * s.fromOuter())]);
                    }
                }
                case PIXELS -> Pixels.copy(s, x, (int) f, y, (int) t, inner);
                case GATHER, TURN, SCATTER, STRIDED -> {
                    int i = 0;
                    for (; i + 4 <= outer; i += 4) {
                        Strides.four(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                    for (; i < outer; i++) {
                        Strides.one(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
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
            switch (s.kind()) {
                case RUN -> {
                    for (int i = 0; i < outer; i++) {
                        System.arraycopy(
                                x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                }
                case SHORT_RUN -> ShortRuns.copy(
                        x, (int) f, (int) s.fromOuter(), y, (int) t, (int) s.toOuter(), outer, inner);
                case FILL -> {
                    for (int i = 0; i < outer; i++) {
                        int q = (int) (t + i * s.toOuter());
                        Arrays.fill(y, q, q + inner, x[(int) (f + i * s.fromOuter())]);
                    }
                }
                case PIXELS -> Pixels.copy(s, x, (int) f, y, (int) t, inner);
                case GATHER, TURN, SCATTER, STRIDED -> {
                    int i = 0;
                    for (; i + 4 <= outer; i += 4) {
                        Strides.four(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                    for (; i < outer; i++) {
                        Strides.one(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
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
            switch (s.kind()) {
                case RUN -> {
                    for (int i = 0; i < outer; i++) {
                        System.arraycopy(
                                x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                }
                case SHORT_RUN -> ShortRuns.copy(
                        x, (int) f, (int) s.fromOuter(), y, (int) t, (int) s.toOuter(), outer, inner);
                case FILL -> {
                    for (int i = 0; i < outer; i++) {
                        int q = (int) (t + i * s.toOuter());
                        Arrays.fill(y, q, q + inner, x[(int) (f + i * s.fromOuter())]);
                    }
                }
                case PIXELS -> Pixels.copy(s, x, (int) f, y, (int) t, inner);
                case GATHER, TURN, SCATTER, STRIDED -> {
                    int i = 0;
                    for (; i + 4 <= outer; i += 4) {
                        Strides.four(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                    for (; i < outer; i++) {
                        Strides.one(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
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
            switch (s.kind()) {
                case RUN -> {
                    for (int i = 0; i < outer; i++) {
                        System.arraycopy(
                                x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                }
                case SHORT_RUN -> ShortRuns.copy(
                        x, (int) f, (int) s.fromOuter(), y, (int) t, (int) s.toOuter(), outer, inner);
                case FILL -> {
                    for (int i = 0; i < outer; i++) {
                        int q = (int) (t + i * s.toOuter());
                        Arrays.fill(y, q, q + inner, x[(int) (f + i * s.fromOuter())]);
                    }
                }
                case PIXELS -> Pixels.copy(s, x, (int) f, y, (int) t, inner);
                case GATHER, TURN, SCATTER, STRIDED -> {
                    int i = 0;
                    for (; i + 4 <= outer; i += 4) {
                        Strides.four(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                    for (; i < outer; i++) {
                        Strides.one(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
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
            switch (s.kind()) {
                case RUN -> {
                    for (int i = 0; i < outer; i++) {
                        System.arraycopy(
                                x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                }
                case SHORT_RUN -> ShortRuns.copy(
                        x, (int) f, (int) s.fromOuter(), y, (int) t, (int) s.toOuter(), outer, inner);
                case FILL -> {
                    for (int i = 0; i < outer; i++) {
                        int q = (int) (t + i * s.toOuter());
                        Arrays.fill(y, q, q + inner, x[(int) (f + i * s.fromOuter())]);
                    }
                }
                case PIXELS -> Pixels.copy(s, x, (int) f, y, (int) t, inner);
                case GATHER, TURN, SCATTER, STRIDED -> {
                    int i = 0;
                    for (; i + 4 <= outer; i += 4) {
                        Strides.four(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                    for (; i < outer; i++) {
                        Strides.one(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
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
            switch (s.kind()) {
                case RUN -> {
                    for (int i = 0; i < outer; i++) {
                        System.arraycopy(
                                x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                }
                case SHORT_RUN -> ShortRuns.copy(
                        x, (int) f, (int) s.fromOuter(), y, (int) t, (int) s.toOuter(), outer, inner);
                case FILL -> {
                    for (int i = 0; i < outer; i++) {
                        int q = (int) (t + i * s.toOuter());
                        Arrays.fill(y, q, q + inner, x[(int) (f + i * s.fromOuter())]);
                    }
                }
                case PIXELS -> Pixels.copy(s, x, (int) f, y, (int) t, inner);
                case GATHER, TURN, SCATTER, STRIDED -> {
                    int i = 0;
                    for (; i + 4 <= outer; i += 4) {
                        Strides.four(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                    for (; i < outer; i++) {
                        Strides.one(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
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
            switch (s.kind()) {
                case RUN -> {
                    for (int i = 0; i < outer; i++) {
                        System.arraycopy(
                                x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                }
                case SHORT_RUN -> ShortRuns.copy(
                        x, (int) f, (int) s.fromOuter(), y, (int) t, (int) s.toOuter(), outer, inner);
                case FILL -> {
                    for (int i = 0; i < outer; i++) {
                        int q = (int) (t + i * s.toOuter());
                        Arrays.fill(y, q, q + inner, x[(int) (f + i * s.fromOuter())]);
                    }
                }
                case PIXELS -> Pixels.copy(s, x, (int) f, y, (int) t, inner);
                case GATHER, TURN, SCATTER, STRIDED -> {
                    int i = 0;
                    for (; i + 4 <= outer; i += 4) {
                        Strides.four(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                    for (; i < outer; i++) {
                        Strides.one(
                                s, x, (int) (f + i * s.fromOuter()), y, (int) (t + i * s.toOuter()), inner);
                    }
                }
            }
        }
    };

    @Override
    public Tiles turning() {
        return Turns.of(this);
    }

    @Override
    public Tiles forMany() {
        return Vectors.ARE_THERE ? VectorTiles.of(this) : this;
    }

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

package ricci.einops;

/**
 * Takes the three or four channels of pixels apart, or puts them together, all of them in one loop, so that
 * each line of memory is fetched once. The strides of the side where pixels are whole are written down where
 * the loop is, so that the compiler checks bounds once for all pixels: had both ways one loop, it would do so
 * only where it happened to inline it.
 */
final class Pixels {
    private Pixels() {}

    static void copy(Tile s, float[] x, int p, float[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                apartThree(x, p, y, q, (int) s.toOuter(), count);
            } else {
                apartFour(x, p, y, q, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            togetherThree(x, p, (int) s.fromOuter(), y, q, count);
        } else {
            togetherFour(x, p, (int) s.fromOuter(), y, q, count);
        }
    }

    private static void apartThree(float[] x, int from, float[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 3 * i;
            int q = to + i;
            float x0 = x[p];
            float x1 = x[p + 1];
            float x2 = x[p + 2];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
        }
    }

    private static void togetherThree(float[] x, int from, int next, float[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 3 * i;
            float x0 = x[p];
            float x1 = x[p + next];
            float x2 = x[p + 2 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
        }
    }

    private static void apartFour(float[] x, int from, float[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 4 * i;
            int q = to + i;
            float x0 = x[p];
            float x1 = x[p + 1];
            float x2 = x[p + 2];
            float x3 = x[p + 3];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
            y[q + 3 * next] = x3;
        }
    }

    private static void togetherFour(float[] x, int from, int next, float[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 4 * i;
            float x0 = x[p];
            float x1 = x[p + next];
            float x2 = x[p + 2 * next];
            float x3 = x[p + 3 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
            y[q + 3] = x3;
        }
    }

    static void copy(Tile s, double[] x, int p, double[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                apartThree(x, p, y, q, (int) s.toOuter(), count);
            } else {
                apartFour(x, p, y, q, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            togetherThree(x, p, (int) s.fromOuter(), y, q, count);
        } else {
            togetherFour(x, p, (int) s.fromOuter(), y, q, count);
        }
    }

    private static void apartThree(double[] x, int from, double[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 3 * i;
            int q = to + i;
            double x0 = x[p];
            double x1 = x[p + 1];
            double x2 = x[p + 2];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
        }
    }

    private static void togetherThree(double[] x, int from, int next, double[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 3 * i;
            double x0 = x[p];
            double x1 = x[p + next];
            double x2 = x[p + 2 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
        }
    }

    private static void apartFour(double[] x, int from, double[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 4 * i;
            int q = to + i;
            double x0 = x[p];
            double x1 = x[p + 1];
            double x2 = x[p + 2];
            double x3 = x[p + 3];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
            y[q + 3 * next] = x3;
        }
    }

    private static void togetherFour(double[] x, int from, int next, double[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 4 * i;
            double x0 = x[p];
            double x1 = x[p + next];
            double x2 = x[p + 2 * next];
            double x3 = x[p + 3 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
            y[q + 3] = x3;
        }
    }

    static void copy(Tile s, int[] x, int p, int[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                apartThree(x, p, y, q, (int) s.toOuter(), count);
            } else {
                apartFour(x, p, y, q, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            togetherThree(x, p, (int) s.fromOuter(), y, q, count);
        } else {
            togetherFour(x, p, (int) s.fromOuter(), y, q, count);
        }
    }

    private static void apartThree(int[] x, int from, int[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 3 * i;
            int q = to + i;
            int x0 = x[p];
            int x1 = x[p + 1];
            int x2 = x[p + 2];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
        }
    }

    private static void togetherThree(int[] x, int from, int next, int[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 3 * i;
            int x0 = x[p];
            int x1 = x[p + next];
            int x2 = x[p + 2 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
        }
    }

    private static void apartFour(int[] x, int from, int[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 4 * i;
            int q = to + i;
            int x0 = x[p];
            int x1 = x[p + 1];
            int x2 = x[p + 2];
            int x3 = x[p + 3];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
            y[q + 3 * next] = x3;
        }
    }

    private static void togetherFour(int[] x, int from, int next, int[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 4 * i;
            int x0 = x[p];
            int x1 = x[p + next];
            int x2 = x[p + 2 * next];
            int x3 = x[p + 3 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
            y[q + 3] = x3;
        }
    }

    static void copy(Tile s, long[] x, int p, long[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                apartThree(x, p, y, q, (int) s.toOuter(), count);
            } else {
                apartFour(x, p, y, q, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            togetherThree(x, p, (int) s.fromOuter(), y, q, count);
        } else {
            togetherFour(x, p, (int) s.fromOuter(), y, q, count);
        }
    }

    private static void apartThree(long[] x, int from, long[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 3 * i;
            int q = to + i;
            long x0 = x[p];
            long x1 = x[p + 1];
            long x2 = x[p + 2];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
        }
    }

    private static void togetherThree(long[] x, int from, int next, long[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 3 * i;
            long x0 = x[p];
            long x1 = x[p + next];
            long x2 = x[p + 2 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
        }
    }

    private static void apartFour(long[] x, int from, long[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 4 * i;
            int q = to + i;
            long x0 = x[p];
            long x1 = x[p + 1];
            long x2 = x[p + 2];
            long x3 = x[p + 3];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
            y[q + 3 * next] = x3;
        }
    }

    private static void togetherFour(long[] x, int from, int next, long[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 4 * i;
            long x0 = x[p];
            long x1 = x[p + next];
            long x2 = x[p + 2 * next];
            long x3 = x[p + 3 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
            y[q + 3] = x3;
        }
    }

    static void copy(Tile s, short[] x, int p, short[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                apartThree(x, p, y, q, (int) s.toOuter(), count);
            } else {
                apartFour(x, p, y, q, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            togetherThree(x, p, (int) s.fromOuter(), y, q, count);
        } else {
            togetherFour(x, p, (int) s.fromOuter(), y, q, count);
        }
    }

    private static void apartThree(short[] x, int from, short[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 3 * i;
            int q = to + i;
            short x0 = x[p];
            short x1 = x[p + 1];
            short x2 = x[p + 2];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
        }
    }

    private static void togetherThree(short[] x, int from, int next, short[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 3 * i;
            short x0 = x[p];
            short x1 = x[p + next];
            short x2 = x[p + 2 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
        }
    }

    private static void apartFour(short[] x, int from, short[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 4 * i;
            int q = to + i;
            short x0 = x[p];
            short x1 = x[p + 1];
            short x2 = x[p + 2];
            short x3 = x[p + 3];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
            y[q + 3 * next] = x3;
        }
    }

    private static void togetherFour(short[] x, int from, int next, short[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 4 * i;
            short x0 = x[p];
            short x1 = x[p + next];
            short x2 = x[p + 2 * next];
            short x3 = x[p + 3 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
            y[q + 3] = x3;
        }
    }

    static void copy(Tile s, byte[] x, int p, byte[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                apartThree(x, p, y, q, (int) s.toOuter(), count);
            } else {
                apartFour(x, p, y, q, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            togetherThree(x, p, (int) s.fromOuter(), y, q, count);
        } else {
            togetherFour(x, p, (int) s.fromOuter(), y, q, count);
        }
    }

    private static void apartThree(byte[] x, int from, byte[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 3 * i;
            int q = to + i;
            byte x0 = x[p];
            byte x1 = x[p + 1];
            byte x2 = x[p + 2];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
        }
    }

    private static void togetherThree(byte[] x, int from, int next, byte[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 3 * i;
            byte x0 = x[p];
            byte x1 = x[p + next];
            byte x2 = x[p + 2 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
        }
    }

    private static void apartFour(byte[] x, int from, byte[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 4 * i;
            int q = to + i;
            byte x0 = x[p];
            byte x1 = x[p + 1];
            byte x2 = x[p + 2];
            byte x3 = x[p + 3];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
            y[q + 3 * next] = x3;
        }
    }

    private static void togetherFour(byte[] x, int from, int next, byte[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 4 * i;
            byte x0 = x[p];
            byte x1 = x[p + next];
            byte x2 = x[p + 2 * next];
            byte x3 = x[p + 3 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
            y[q + 3] = x3;
        }
    }

    static void copy(Tile s, char[] x, int p, char[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                apartThree(x, p, y, q, (int) s.toOuter(), count);
            } else {
                apartFour(x, p, y, q, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            togetherThree(x, p, (int) s.fromOuter(), y, q, count);
        } else {
            togetherFour(x, p, (int) s.fromOuter(), y, q, count);
        }
    }

    private static void apartThree(char[] x, int from, char[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 3 * i;
            int q = to + i;
            char x0 = x[p];
            char x1 = x[p + 1];
            char x2 = x[p + 2];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
        }
    }

    private static void togetherThree(char[] x, int from, int next, char[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 3 * i;
            char x0 = x[p];
            char x1 = x[p + next];
            char x2 = x[p + 2 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
        }
    }

    private static void apartFour(char[] x, int from, char[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 4 * i;
            int q = to + i;
            char x0 = x[p];
            char x1 = x[p + 1];
            char x2 = x[p + 2];
            char x3 = x[p + 3];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
            y[q + 3 * next] = x3;
        }
    }

    private static void togetherFour(char[] x, int from, int next, char[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 4 * i;
            char x0 = x[p];
            char x1 = x[p + next];
            char x2 = x[p + 2 * next];
            char x3 = x[p + 3 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
            y[q + 3] = x3;
        }
    }

    static void copy(Tile s, boolean[] x, int p, boolean[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                apartThree(x, p, y, q, (int) s.toOuter(), count);
            } else {
                apartFour(x, p, y, q, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            togetherThree(x, p, (int) s.fromOuter(), y, q, count);
        } else {
            togetherFour(x, p, (int) s.fromOuter(), y, q, count);
        }
    }

    private static void apartThree(boolean[] x, int from, boolean[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 3 * i;
            int q = to + i;
            boolean x0 = x[p];
            boolean x1 = x[p + 1];
            boolean x2 = x[p + 2];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
        }
    }

    private static void togetherThree(boolean[] x, int from, int next, boolean[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 3 * i;
            boolean x0 = x[p];
            boolean x1 = x[p + next];
            boolean x2 = x[p + 2 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
        }
    }

    private static void apartFour(boolean[] x, int from, boolean[] y, int to, int next, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + 4 * i;
            int q = to + i;
            boolean x0 = x[p];
            boolean x1 = x[p + 1];
            boolean x2 = x[p + 2];
            boolean x3 = x[p + 3];
            y[q] = x0;
            y[q + next] = x1;
            y[q + 2 * next] = x2;
            y[q + 3 * next] = x3;
        }
    }

    private static void togetherFour(boolean[] x, int from, int next, boolean[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i;
            int q = to + 4 * i;
            boolean x0 = x[p];
            boolean x1 = x[p + next];
            boolean x2 = x[p + 2 * next];
            boolean x3 = x[p + 3 * next];
            y[q] = x0;
            y[q + 1] = x1;
            y[q + 2] = x2;
            y[q + 3] = x3;
        }
    }
}

package ricci.einops;

/**
 * Takes the three or four channels of pixels apart, or puts them together, all of them in one loop, so that
 * each line of memory is fetched once. The strides of the side where pixels are whole are written down where
 * the loop is inlined, so that the compiler checks bounds once for all pixels.
 */
final class Pixels {
    private Pixels() {}

    static void copy(Tile s, float[] x, int p, float[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                three(x, p, 3, 1, y, q, 1, (int) s.toOuter(), count);
            } else {
                four(x, p, 4, 1, y, q, 1, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            three(x, p, 1, (int) s.fromOuter(), y, q, 3, 1, count);
        } else {
            four(x, p, 1, (int) s.fromOuter(), y, q, 4, 1, count);
        }
    }

    private static void three(float[] x, int from, int stepX, int nextX, float[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            float x0 = x[p];
            float x1 = x[p + nextX];
            float x2 = x[p + 2 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
        }
    }

    private static void four(float[] x, int from, int stepX, int nextX, float[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            float x0 = x[p];
            float x1 = x[p + nextX];
            float x2 = x[p + 2 * nextX];
            float x3 = x[p + 3 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
            y[q + 3 * nextY] = x3;
        }
    }

    static void copy(Tile s, double[] x, int p, double[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                three(x, p, 3, 1, y, q, 1, (int) s.toOuter(), count);
            } else {
                four(x, p, 4, 1, y, q, 1, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            three(x, p, 1, (int) s.fromOuter(), y, q, 3, 1, count);
        } else {
            four(x, p, 1, (int) s.fromOuter(), y, q, 4, 1, count);
        }
    }

    private static void three(double[] x, int from, int stepX, int nextX, double[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            double x0 = x[p];
            double x1 = x[p + nextX];
            double x2 = x[p + 2 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
        }
    }

    private static void four(double[] x, int from, int stepX, int nextX, double[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            double x0 = x[p];
            double x1 = x[p + nextX];
            double x2 = x[p + 2 * nextX];
            double x3 = x[p + 3 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
            y[q + 3 * nextY] = x3;
        }
    }

    static void copy(Tile s, int[] x, int p, int[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                three(x, p, 3, 1, y, q, 1, (int) s.toOuter(), count);
            } else {
                four(x, p, 4, 1, y, q, 1, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            three(x, p, 1, (int) s.fromOuter(), y, q, 3, 1, count);
        } else {
            four(x, p, 1, (int) s.fromOuter(), y, q, 4, 1, count);
        }
    }

    private static void three(int[] x, int from, int stepX, int nextX, int[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            int x0 = x[p];
            int x1 = x[p + nextX];
            int x2 = x[p + 2 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
        }
    }

    private static void four(int[] x, int from, int stepX, int nextX, int[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            int x0 = x[p];
            int x1 = x[p + nextX];
            int x2 = x[p + 2 * nextX];
            int x3 = x[p + 3 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
            y[q + 3 * nextY] = x3;
        }
    }

    static void copy(Tile s, long[] x, int p, long[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                three(x, p, 3, 1, y, q, 1, (int) s.toOuter(), count);
            } else {
                four(x, p, 4, 1, y, q, 1, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            three(x, p, 1, (int) s.fromOuter(), y, q, 3, 1, count);
        } else {
            four(x, p, 1, (int) s.fromOuter(), y, q, 4, 1, count);
        }
    }

    private static void three(long[] x, int from, int stepX, int nextX, long[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            long x0 = x[p];
            long x1 = x[p + nextX];
            long x2 = x[p + 2 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
        }
    }

    private static void four(long[] x, int from, int stepX, int nextX, long[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            long x0 = x[p];
            long x1 = x[p + nextX];
            long x2 = x[p + 2 * nextX];
            long x3 = x[p + 3 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
            y[q + 3 * nextY] = x3;
        }
    }

    static void copy(Tile s, short[] x, int p, short[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                three(x, p, 3, 1, y, q, 1, (int) s.toOuter(), count);
            } else {
                four(x, p, 4, 1, y, q, 1, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            three(x, p, 1, (int) s.fromOuter(), y, q, 3, 1, count);
        } else {
            four(x, p, 1, (int) s.fromOuter(), y, q, 4, 1, count);
        }
    }

    private static void three(short[] x, int from, int stepX, int nextX, short[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            short x0 = x[p];
            short x1 = x[p + nextX];
            short x2 = x[p + 2 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
        }
    }

    private static void four(short[] x, int from, int stepX, int nextX, short[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            short x0 = x[p];
            short x1 = x[p + nextX];
            short x2 = x[p + 2 * nextX];
            short x3 = x[p + 3 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
            y[q + 3 * nextY] = x3;
        }
    }

    static void copy(Tile s, byte[] x, int p, byte[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                three(x, p, 3, 1, y, q, 1, (int) s.toOuter(), count);
            } else {
                four(x, p, 4, 1, y, q, 1, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            three(x, p, 1, (int) s.fromOuter(), y, q, 3, 1, count);
        } else {
            four(x, p, 1, (int) s.fromOuter(), y, q, 4, 1, count);
        }
    }

    private static void three(byte[] x, int from, int stepX, int nextX, byte[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            byte x0 = x[p];
            byte x1 = x[p + nextX];
            byte x2 = x[p + 2 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
        }
    }

    private static void four(byte[] x, int from, int stepX, int nextX, byte[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            byte x0 = x[p];
            byte x1 = x[p + nextX];
            byte x2 = x[p + 2 * nextX];
            byte x3 = x[p + 3 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
            y[q + 3 * nextY] = x3;
        }
    }

    static void copy(Tile s, char[] x, int p, char[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                three(x, p, 3, 1, y, q, 1, (int) s.toOuter(), count);
            } else {
                four(x, p, 4, 1, y, q, 1, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            three(x, p, 1, (int) s.fromOuter(), y, q, 3, 1, count);
        } else {
            four(x, p, 1, (int) s.fromOuter(), y, q, 4, 1, count);
        }
    }

    private static void three(char[] x, int from, int stepX, int nextX, char[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            char x0 = x[p];
            char x1 = x[p + nextX];
            char x2 = x[p + 2 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
        }
    }

    private static void four(char[] x, int from, int stepX, int nextX, char[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            char x0 = x[p];
            char x1 = x[p + nextX];
            char x2 = x[p + 2 * nextX];
            char x3 = x[p + 3 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
            y[q + 3 * nextY] = x3;
        }
    }

    static void copy(Tile s, boolean[] x, int p, boolean[] y, int q, int count) {
        if (s.toInner() == 1) {
            if (s.fromInner() == 3) {
                three(x, p, 3, 1, y, q, 1, (int) s.toOuter(), count);
            } else {
                four(x, p, 4, 1, y, q, 1, (int) s.toOuter(), count);
            }
        } else if (s.toInner() == 3) {
            three(x, p, 1, (int) s.fromOuter(), y, q, 3, 1, count);
        } else {
            four(x, p, 1, (int) s.fromOuter(), y, q, 4, 1, count);
        }
    }

    private static void three(boolean[] x, int from, int stepX, int nextX, boolean[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            boolean x0 = x[p];
            boolean x1 = x[p + nextX];
            boolean x2 = x[p + 2 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
        }
    }

    private static void four(boolean[] x, int from, int stepX, int nextX, boolean[] y, int to, int stepY,
            int nextY, int count) {
        for (int i = 0; i < count; i++) {
            int p = from + i * stepX;
            int q = to + i * stepY;
            boolean x0 = x[p];
            boolean x1 = x[p + nextX];
            boolean x2 = x[p + 2 * nextX];
            boolean x3 = x[p + 3 * nextX];
            y[q] = x0;
            y[q + nextY] = x1;
            y[q + 2 * nextY] = x2;
            y[q + 3 * nextY] = x3;
        }
    }
}

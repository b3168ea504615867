package ricci.einops;

/**
 * Copies elements that are a stride apart. Of the commonest strides, which are written down where the loop is
 * inlined, the compiler checks bounds once for all elements. Elsewhere four loops run side by side, because
 * memory answers four requests nearly as fast as one.
 */
final class Strides {
    private Strides() {}

    static void one(Tile s, float[] x, int p, float[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        if (stepY == 1) {
            switch (stepX) {
                case 2 -> stride(x, p, 2, y, q, 1, count);
                case 3 -> stride(x, p, 3, y, q, 1, count);
                case 4 -> stride(x, p, 4, y, q, 1, count);
                default -> stride(x, p, stepX, y, q, 1, count);
            }
        } else if (stepX == 1) {
            switch (stepY) {
                case 2 -> stride(x, p, 1, y, q, 2, count);
                case 3 -> stride(x, p, 1, y, q, 3, count);
                case 4 -> stride(x, p, 1, y, q, 4, count);
                default -> stride(x, p, 1, y, q, stepY, count);
            }
        } else {
            stride(x, p, stepX, y, q, stepY, count);
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

    static void four(Tile s, float[] x, int p, float[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        int nextX = (int) s.fromOuter();
        int nextY = (int) s.toOuter();
        if (stepY == 1) {
            four(x, p, stepX, nextX, y, q, 1, nextY, count);
        } else if (stepX == 1) {
            four(x, p, 1, nextX, y, q, stepY, nextY, count);
        } else {
            four(x, p, stepX, nextX, y, q, stepY, nextY, count);
        }
    }

    private static void four(float[] x, int from, int stepX, int nextX,
            float[] y, int to, int stepY, int nextY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            y[q + nextY] = x[p + nextX];
            y[q + 2 * nextY] = x[p + 2 * nextX];
            y[q + 3 * nextY] = x[p + 3 * nextX];
            p += stepX;
            q += stepY;
        }
    }

    static void one(Tile s, double[] x, int p, double[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        if (stepY == 1) {
            switch (stepX) {
                case 2 -> stride(x, p, 2, y, q, 1, count);
                case 3 -> stride(x, p, 3, y, q, 1, count);
                case 4 -> stride(x, p, 4, y, q, 1, count);
                default -> stride(x, p, stepX, y, q, 1, count);
            }
        } else if (stepX == 1) {
            switch (stepY) {
                case 2 -> stride(x, p, 1, y, q, 2, count);
                case 3 -> stride(x, p, 1, y, q, 3, count);
                case 4 -> stride(x, p, 1, y, q, 4, count);
                default -> stride(x, p, 1, y, q, stepY, count);
            }
        } else {
            stride(x, p, stepX, y, q, stepY, count);
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

    static void four(Tile s, double[] x, int p, double[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        int nextX = (int) s.fromOuter();
        int nextY = (int) s.toOuter();
        if (stepY == 1) {
            four(x, p, stepX, nextX, y, q, 1, nextY, count);
        } else if (stepX == 1) {
            four(x, p, 1, nextX, y, q, stepY, nextY, count);
        } else {
            four(x, p, stepX, nextX, y, q, stepY, nextY, count);
        }
    }

    private static void four(double[] x, int from, int stepX, int nextX,
            double[] y, int to, int stepY, int nextY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            y[q + nextY] = x[p + nextX];
            y[q + 2 * nextY] = x[p + 2 * nextX];
            y[q + 3 * nextY] = x[p + 3 * nextX];
            p += stepX;
            q += stepY;
        }
    }

    static void one(Tile s, int[] x, int p, int[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        if (stepY == 1) {
            switch (stepX) {
                case 2 -> stride(x, p, 2, y, q, 1, count);
                case 3 -> stride(x, p, 3, y, q, 1, count);
                case 4 -> stride(x, p, 4, y, q, 1, count);
                default -> stride(x, p, stepX, y, q, 1, count);
            }
        } else if (stepX == 1) {
            switch (stepY) {
                case 2 -> stride(x, p, 1, y, q, 2, count);
                case 3 -> stride(x, p, 1, y, q, 3, count);
                case 4 -> stride(x, p, 1, y, q, 4, count);
                default -> stride(x, p, 1, y, q, stepY, count);
            }
        } else {
            stride(x, p, stepX, y, q, stepY, count);
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

    static void four(Tile s, int[] x, int p, int[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        int nextX = (int) s.fromOuter();
        int nextY = (int) s.toOuter();
        if (stepY == 1) {
            four(x, p, stepX, nextX, y, q, 1, nextY, count);
        } else if (stepX == 1) {
            four(x, p, 1, nextX, y, q, stepY, nextY, count);
        } else {
            four(x, p, stepX, nextX, y, q, stepY, nextY, count);
        }
    }

    private static void four(int[] x, int from, int stepX, int nextX,
            int[] y, int to, int stepY, int nextY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            y[q + nextY] = x[p + nextX];
            y[q + 2 * nextY] = x[p + 2 * nextX];
            y[q + 3 * nextY] = x[p + 3 * nextX];
            p += stepX;
            q += stepY;
        }
    }

    static void one(Tile s, long[] x, int p, long[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        if (stepY == 1) {
            switch (stepX) {
                case 2 -> stride(x, p, 2, y, q, 1, count);
                case 3 -> stride(x, p, 3, y, q, 1, count);
                case 4 -> stride(x, p, 4, y, q, 1, count);
                default -> stride(x, p, stepX, y, q, 1, count);
            }
        } else if (stepX == 1) {
            switch (stepY) {
                case 2 -> stride(x, p, 1, y, q, 2, count);
                case 3 -> stride(x, p, 1, y, q, 3, count);
                case 4 -> stride(x, p, 1, y, q, 4, count);
                default -> stride(x, p, 1, y, q, stepY, count);
            }
        } else {
            stride(x, p, stepX, y, q, stepY, count);
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

    static void four(Tile s, long[] x, int p, long[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        int nextX = (int) s.fromOuter();
        int nextY = (int) s.toOuter();
        if (stepY == 1) {
            four(x, p, stepX, nextX, y, q, 1, nextY, count);
        } else if (stepX == 1) {
            four(x, p, 1, nextX, y, q, stepY, nextY, count);
        } else {
            four(x, p, stepX, nextX, y, q, stepY, nextY, count);
        }
    }

    private static void four(long[] x, int from, int stepX, int nextX,
            long[] y, int to, int stepY, int nextY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            y[q + nextY] = x[p + nextX];
            y[q + 2 * nextY] = x[p + 2 * nextX];
            y[q + 3 * nextY] = x[p + 3 * nextX];
            p += stepX;
            q += stepY;
        }
    }

    static void one(Tile s, short[] x, int p, short[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        if (stepY == 1) {
            switch (stepX) {
                case 2 -> stride(x, p, 2, y, q, 1, count);
                case 3 -> stride(x, p, 3, y, q, 1, count);
                case 4 -> stride(x, p, 4, y, q, 1, count);
                default -> stride(x, p, stepX, y, q, 1, count);
            }
        } else if (stepX == 1) {
            switch (stepY) {
                case 2 -> stride(x, p, 1, y, q, 2, count);
                case 3 -> stride(x, p, 1, y, q, 3, count);
                case 4 -> stride(x, p, 1, y, q, 4, count);
                default -> stride(x, p, 1, y, q, stepY, count);
            }
        } else {
            stride(x, p, stepX, y, q, stepY, count);
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

    static void four(Tile s, short[] x, int p, short[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        int nextX = (int) s.fromOuter();
        int nextY = (int) s.toOuter();
        if (stepY == 1) {
            four(x, p, stepX, nextX, y, q, 1, nextY, count);
        } else if (stepX == 1) {
            four(x, p, 1, nextX, y, q, stepY, nextY, count);
        } else {
            four(x, p, stepX, nextX, y, q, stepY, nextY, count);
        }
    }

    private static void four(short[] x, int from, int stepX, int nextX,
            short[] y, int to, int stepY, int nextY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            y[q + nextY] = x[p + nextX];
            y[q + 2 * nextY] = x[p + 2 * nextX];
            y[q + 3 * nextY] = x[p + 3 * nextX];
            p += stepX;
            q += stepY;
        }
    }

    static void one(Tile s, byte[] x, int p, byte[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        if (stepY == 1) {
            switch (stepX) {
                case 2 -> stride(x, p, 2, y, q, 1, count);
                case 3 -> stride(x, p, 3, y, q, 1, count);
                case 4 -> stride(x, p, 4, y, q, 1, count);
                default -> stride(x, p, stepX, y, q, 1, count);
            }
        } else if (stepX == 1) {
            switch (stepY) {
                case 2 -> stride(x, p, 1, y, q, 2, count);
                case 3 -> stride(x, p, 1, y, q, 3, count);
                case 4 -> stride(x, p, 1, y, q, 4, count);
                default -> stride(x, p, 1, y, q, stepY, count);
            }
        } else {
            stride(x, p, stepX, y, q, stepY, count);
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

    static void four(Tile s, byte[] x, int p, byte[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        int nextX = (int) s.fromOuter();
        int nextY = (int) s.toOuter();
        if (stepY == 1) {
            four(x, p, stepX, nextX, y, q, 1, nextY, count);
        } else if (stepX == 1) {
            four(x, p, 1, nextX, y, q, stepY, nextY, count);
        } else {
            four(x, p, stepX, nextX, y, q, stepY, nextY, count);
        }
    }

    private static void four(byte[] x, int from, int stepX, int nextX,
            byte[] y, int to, int stepY, int nextY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            y[q + nextY] = x[p + nextX];
            y[q + 2 * nextY] = x[p + 2 * nextX];
            y[q + 3 * nextY] = x[p + 3 * nextX];
            p += stepX;
            q += stepY;
        }
    }

    static void one(Tile s, char[] x, int p, char[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        if (stepY == 1) {
            switch (stepX) {
                case 2 -> stride(x, p, 2, y, q, 1, count);
                case 3 -> stride(x, p, 3, y, q, 1, count);
                case 4 -> stride(x, p, 4, y, q, 1, count);
                default -> stride(x, p, stepX, y, q, 1, count);
            }
        } else if (stepX == 1) {
            switch (stepY) {
                case 2 -> stride(x, p, 1, y, q, 2, count);
                case 3 -> stride(x, p, 1, y, q, 3, count);
                case 4 -> stride(x, p, 1, y, q, 4, count);
                default -> stride(x, p, 1, y, q, stepY, count);
            }
        } else {
            stride(x, p, stepX, y, q, stepY, count);
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

    static void four(Tile s, char[] x, int p, char[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        int nextX = (int) s.fromOuter();
        int nextY = (int) s.toOuter();
        if (stepY == 1) {
            four(x, p, stepX, nextX, y, q, 1, nextY, count);
        } else if (stepX == 1) {
            four(x, p, 1, nextX, y, q, stepY, nextY, count);
        } else {
            four(x, p, stepX, nextX, y, q, stepY, nextY, count);
        }
    }

    private static void four(char[] x, int from, int stepX, int nextX,
            char[] y, int to, int stepY, int nextY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            y[q + nextY] = x[p + nextX];
            y[q + 2 * nextY] = x[p + 2 * nextX];
            y[q + 3 * nextY] = x[p + 3 * nextX];
            p += stepX;
            q += stepY;
        }
    }

    static void one(Tile s, boolean[] x, int p, boolean[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        if (stepY == 1) {
            switch (stepX) {
                case 2 -> stride(x, p, 2, y, q, 1, count);
                case 3 -> stride(x, p, 3, y, q, 1, count);
                case 4 -> stride(x, p, 4, y, q, 1, count);
                default -> stride(x, p, stepX, y, q, 1, count);
            }
        } else if (stepX == 1) {
            switch (stepY) {
                case 2 -> stride(x, p, 1, y, q, 2, count);
                case 3 -> stride(x, p, 1, y, q, 3, count);
                case 4 -> stride(x, p, 1, y, q, 4, count);
                default -> stride(x, p, 1, y, q, stepY, count);
            }
        } else {
            stride(x, p, stepX, y, q, stepY, count);
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

    static void four(Tile s, boolean[] x, int p, boolean[] y, int q, int count) {
        int stepX = (int) s.fromInner();
        int stepY = (int) s.toInner();
        int nextX = (int) s.fromOuter();
        int nextY = (int) s.toOuter();
        if (stepY == 1) {
            four(x, p, stepX, nextX, y, q, 1, nextY, count);
        } else if (stepX == 1) {
            four(x, p, 1, nextX, y, q, stepY, nextY, count);
        } else {
            four(x, p, stepX, nextX, y, q, stepY, nextY, count);
        }
    }

    private static void four(boolean[] x, int from, int stepX, int nextX,
            boolean[] y, int to, int stepY, int nextY, int count) {
        int p = from;
        int q = to;
        for (int j = 0; j < count; j++) {
            y[q] = x[p];
            y[q + nextY] = x[p + nextX];
            y[q + 2 * nextY] = x[p + 2 * nextX];
            y[q + 3 * nextY] = x[p + 3 * nextX];
            p += stepX;
            q += stepY;
        }
    }
}

package ricci.einops;

/**
 * Copies runs of a few neighbours, a step apart on each side. The compiler makes straight vector code of a
 * loop whose length it knows; a quarter of the time is saved where runs are of a usual length, that of a
 * few pixels of three or four channels.
 */
final class ShortRuns {
    private ShortRuns() {}

    static void copy(float[] x, int from, int stepX, float[] y, int to, int stepY, int runs, int count) {
        switch (count) {
            case 4 -> copy4(x, from, stepX, y, to, stepY, runs);
            case 6 -> copy6(x, from, stepX, y, to, stepY, runs);
            case 8 -> copy8(x, from, stepX, y, to, stepY, runs);
            case 12 -> copy12(x, from, stepX, y, to, stepY, runs);
            default -> {
                for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
                    for (int j = 0; j < count; j++) {
                        y[q + j] = x[p + j];
                    }
                }
            }
        }
    }

    private static void copy4(float[] x, int from, int stepX, float[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 4; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy6(float[] x, int from, int stepX, float[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 6; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy8(float[] x, int from, int stepX, float[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 8; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy12(float[] x, int from, int stepX, float[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 12; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    static void copy(double[] x, int from, int stepX, double[] y, int to, int stepY, int runs, int count) {
        switch (count) {
            case 4 -> copy4(x, from, stepX, y, to, stepY, runs);
            case 6 -> copy6(x, from, stepX, y, to, stepY, runs);
            case 8 -> copy8(x, from, stepX, y, to, stepY, runs);
            case 12 -> copy12(x, from, stepX, y, to, stepY, runs);
            default -> {
                for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
                    for (int j = 0; j < count; j++) {
                        y[q + j] = x[p + j];
                    }
                }
            }
        }
    }

    private static void copy4(double[] x, int from, int stepX, double[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 4; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy6(double[] x, int from, int stepX, double[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 6; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy8(double[] x, int from, int stepX, double[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 8; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy12(double[] x, int from, int stepX, double[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 12; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    static void copy(int[] x, int from, int stepX, int[] y, int to, int stepY, int runs, int count) {
        switch (count) {
            case 4 -> copy4(x, from, stepX, y, to, stepY, runs);
            case 6 -> copy6(x, from, stepX, y, to, stepY, runs);
            case 8 -> copy8(x, from, stepX, y, to, stepY, runs);
            case 12 -> copy12(x, from, stepX, y, to, stepY, runs);
            default -> {
                for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
                    for (int j = 0; j < count; j++) {
                        y[q + j] = x[p + j];
                    }
                }
            }
        }
    }

    private static void copy4(int[] x, int from, int stepX, int[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 4; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy6(int[] x, int from, int stepX, int[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 6; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy8(int[] x, int from, int stepX, int[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 8; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy12(int[] x, int from, int stepX, int[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 12; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    static void copy(long[] x, int from, int stepX, long[] y, int to, int stepY, int runs, int count) {
        switch (count) {
            case 4 -> copy4(x, from, stepX, y, to, stepY, runs);
            case 6 -> copy6(x, from, stepX, y, to, stepY, runs);
            case 8 -> copy8(x, from, stepX, y, to, stepY, runs);
            case 12 -> copy12(x, from, stepX, y, to, stepY, runs);
            default -> {
                for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
                    for (int j = 0; j < count; j++) {
                        y[q + j] = x[p + j];
                    }
                }
            }
        }
    }

    private static void copy4(long[] x, int from, int stepX, long[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 4; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy6(long[] x, int from, int stepX, long[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 6; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy8(long[] x, int from, int stepX, long[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 8; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy12(long[] x, int from, int stepX, long[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 12; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    static void copy(short[] x, int from, int stepX, short[] y, int to, int stepY, int runs, int count) {
        switch (count) {
            case 4 -> copy4(x, from, stepX, y, to, stepY, runs);
            case 6 -> copy6(x, from, stepX, y, to, stepY, runs);
            case 8 -> copy8(x, from, stepX, y, to, stepY, runs);
            case 12 -> copy12(x, from, stepX, y, to, stepY, runs);
            default -> {
                for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
                    for (int j = 0; j < count; j++) {
                        y[q + j] = x[p + j];
                    }
                }
            }
        }
    }

    private static void copy4(short[] x, int from, int stepX, short[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 4; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy6(short[] x, int from, int stepX, short[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 6; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy8(short[] x, int from, int stepX, short[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 8; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy12(short[] x, int from, int stepX, short[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 12; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    static void copy(byte[] x, int from, int stepX, byte[] y, int to, int stepY, int runs, int count) {
        switch (count) {
            case 4 -> copy4(x, from, stepX, y, to, stepY, runs);
            case 6 -> copy6(x, from, stepX, y, to, stepY, runs);
            case 8 -> copy8(x, from, stepX, y, to, stepY, runs);
            case 12 -> copy12(x, from, stepX, y, to, stepY, runs);
            default -> {
                for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
                    for (int j = 0; j < count; j++) {
                        y[q + j] = x[p + j];
                    }
                }
            }
        }
    }

    private static void copy4(byte[] x, int from, int stepX, byte[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 4; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy6(byte[] x, int from, int stepX, byte[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 6; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy8(byte[] x, int from, int stepX, byte[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 8; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy12(byte[] x, int from, int stepX, byte[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 12; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    static void copy(char[] x, int from, int stepX, char[] y, int to, int stepY, int runs, int count) {
        switch (count) {
            case 4 -> copy4(x, from, stepX, y, to, stepY, runs);
            case 6 -> copy6(x, from, stepX, y, to, stepY, runs);
            case 8 -> copy8(x, from, stepX, y, to, stepY, runs);
            case 12 -> copy12(x, from, stepX, y, to, stepY, runs);
            default -> {
                for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
                    for (int j = 0; j < count; j++) {
                        y[q + j] = x[p + j];
                    }
                }
            }
        }
    }

    private static void copy4(char[] x, int from, int stepX, char[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 4; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy6(char[] x, int from, int stepX, char[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 6; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy8(char[] x, int from, int stepX, char[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 8; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy12(char[] x, int from, int stepX, char[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 12; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    static void copy(boolean[] x, int from, int stepX, boolean[] y, int to, int stepY, int runs, int count) {
        switch (count) {
            case 4 -> copy4(x, from, stepX, y, to, stepY, runs);
            case 6 -> copy6(x, from, stepX, y, to, stepY, runs);
            case 8 -> copy8(x, from, stepX, y, to, stepY, runs);
            case 12 -> copy12(x, from, stepX, y, to, stepY, runs);
            default -> {
                for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
                    for (int j = 0; j < count; j++) {
                        y[q + j] = x[p + j];
                    }
                }
            }
        }
    }

    private static void copy4(boolean[] x, int from, int stepX, boolean[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 4; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy6(boolean[] x, int from, int stepX, boolean[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 6; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy8(boolean[] x, int from, int stepX, boolean[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 8; j++) {
                y[q + j] = x[p + j];
            }
        }
    }

    private static void copy12(boolean[] x, int from, int stepX, boolean[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            for (int j = 0; j < 12; j++) {
                y[q + j] = x[p + j];
            }
        }
    }
}

package ricci.einops;

/**
 * Copies runs of a few neighbours, a step apart on each side. All of a run is loaded before it is stored, in
 * straight code, so that the compiler checks the bounds of each side once; a fifth of the time is saved where
 * runs are of a usual length, that of a few pixels of three or four channels.
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
            four(x, p, y, q);
        }
    }

    private static void copy6(float[] x, int from, int stepX, float[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
        }
    }

    private static void copy8(float[] x, int from, int stepX, float[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            four(x, p, y, q);
            four(x, p + 4, y, q + 4);
        }
    }

    private static void copy12(float[] x, int from, int stepX, float[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
            six(x, p + 6, y, q + 6);
        }
    }

    private static void four(float[] x, int p, float[] y, int q) {
        float x0 = x[p];
        float x1 = x[p + 1];
        float x2 = x[p + 2];
        float x3 = x[p + 3];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
    }

    private static void six(float[] x, int p, float[] y, int q) {
        float x0 = x[p];
        float x1 = x[p + 1];
        float x2 = x[p + 2];
        float x3 = x[p + 3];
        float x4 = x[p + 4];
        float x5 = x[p + 5];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
        y[q + 4] = x4;
        y[q + 5] = x5;
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
            four(x, p, y, q);
        }
    }

    private static void copy6(double[] x, int from, int stepX, double[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
        }
    }

    private static void copy8(double[] x, int from, int stepX, double[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            four(x, p, y, q);
            four(x, p + 4, y, q + 4);
        }
    }

    private static void copy12(double[] x, int from, int stepX, double[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
            six(x, p + 6, y, q + 6);
        }
    }

    private static void four(double[] x, int p, double[] y, int q) {
        double x0 = x[p];
        double x1 = x[p + 1];
        double x2 = x[p + 2];
        double x3 = x[p + 3];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
    }

    private static void six(double[] x, int p, double[] y, int q) {
        double x0 = x[p];
        double x1 = x[p + 1];
        double x2 = x[p + 2];
        double x3 = x[p + 3];
        double x4 = x[p + 4];
        double x5 = x[p + 5];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
        y[q + 4] = x4;
        y[q + 5] = x5;
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
            four(x, p, y, q);
        }
    }

    private static void copy6(int[] x, int from, int stepX, int[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
        }
    }

    private static void copy8(int[] x, int from, int stepX, int[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            four(x, p, y, q);
            four(x, p + 4, y, q + 4);
        }
    }

    private static void copy12(int[] x, int from, int stepX, int[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
            six(x, p + 6, y, q + 6);
        }
    }

    private static void four(int[] x, int p, int[] y, int q) {
        int x0 = x[p];
        int x1 = x[p + 1];
        int x2 = x[p + 2];
        int x3 = x[p + 3];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
    }

    private static void six(int[] x, int p, int[] y, int q) {
        int x0 = x[p];
        int x1 = x[p + 1];
        int x2 = x[p + 2];
        int x3 = x[p + 3];
        int x4 = x[p + 4];
        int x5 = x[p + 5];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
        y[q + 4] = x4;
        y[q + 5] = x5;
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
            four(x, p, y, q);
        }
    }

    private static void copy6(long[] x, int from, int stepX, long[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
        }
    }

    private static void copy8(long[] x, int from, int stepX, long[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            four(x, p, y, q);
            four(x, p + 4, y, q + 4);
        }
    }

    private static void copy12(long[] x, int from, int stepX, long[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
            six(x, p + 6, y, q + 6);
        }
    }

    private static void four(long[] x, int p, long[] y, int q) {
        long x0 = x[p];
        long x1 = x[p + 1];
        long x2 = x[p + 2];
        long x3 = x[p + 3];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
    }

    private static void six(long[] x, int p, long[] y, int q) {
        long x0 = x[p];
        long x1 = x[p + 1];
        long x2 = x[p + 2];
        long x3 = x[p + 3];
        long x4 = x[p + 4];
        long x5 = x[p + 5];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
        y[q + 4] = x4;
        y[q + 5] = x5;
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
            four(x, p, y, q);
        }
    }

    private static void copy6(short[] x, int from, int stepX, short[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
        }
    }

    private static void copy8(short[] x, int from, int stepX, short[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            four(x, p, y, q);
            four(x, p + 4, y, q + 4);
        }
    }

    private static void copy12(short[] x, int from, int stepX, short[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
            six(x, p + 6, y, q + 6);
        }
    }

    private static void four(short[] x, int p, short[] y, int q) {
        short x0 = x[p];
        short x1 = x[p + 1];
        short x2 = x[p + 2];
        short x3 = x[p + 3];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
    }

    private static void six(short[] x, int p, short[] y, int q) {
        short x0 = x[p];
        short x1 = x[p + 1];
        short x2 = x[p + 2];
        short x3 = x[p + 3];
        short x4 = x[p + 4];
        short x5 = x[p + 5];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
        y[q + 4] = x4;
        y[q + 5] = x5;
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
            four(x, p, y, q);
        }
    }

    private static void copy6(byte[] x, int from, int stepX, byte[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
        }
    }

    private static void copy8(byte[] x, int from, int stepX, byte[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            four(x, p, y, q);
            four(x, p + 4, y, q + 4);
        }
    }

    private static void copy12(byte[] x, int from, int stepX, byte[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
            six(x, p + 6, y, q + 6);
        }
    }

    private static void four(byte[] x, int p, byte[] y, int q) {
        byte x0 = x[p];
        byte x1 = x[p + 1];
        byte x2 = x[p + 2];
        byte x3 = x[p + 3];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
    }

    private static void six(byte[] x, int p, byte[] y, int q) {
        byte x0 = x[p];
        byte x1 = x[p + 1];
        byte x2 = x[p + 2];
        byte x3 = x[p + 3];
        byte x4 = x[p + 4];
        byte x5 = x[p + 5];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
        y[q + 4] = x4;
        y[q + 5] = x5;
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
            four(x, p, y, q);
        }
    }

    private static void copy6(char[] x, int from, int stepX, char[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
        }
    }

    private static void copy8(char[] x, int from, int stepX, char[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            four(x, p, y, q);
            four(x, p + 4, y, q + 4);
        }
    }

    private static void copy12(char[] x, int from, int stepX, char[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
            six(x, p + 6, y, q + 6);
        }
    }

    private static void four(char[] x, int p, char[] y, int q) {
        char x0 = x[p];
        char x1 = x[p + 1];
        char x2 = x[p + 2];
        char x3 = x[p + 3];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
    }

    private static void six(char[] x, int p, char[] y, int q) {
        char x0 = x[p];
        char x1 = x[p + 1];
        char x2 = x[p + 2];
        char x3 = x[p + 3];
        char x4 = x[p + 4];
        char x5 = x[p + 5];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
        y[q + 4] = x4;
        y[q + 5] = x5;
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
            four(x, p, y, q);
        }
    }

    private static void copy6(boolean[] x, int from, int stepX, boolean[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
        }
    }

    private static void copy8(boolean[] x, int from, int stepX, boolean[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            four(x, p, y, q);
            four(x, p + 4, y, q + 4);
        }
    }

    private static void copy12(boolean[] x, int from, int stepX, boolean[] y, int to, int stepY, int runs) {
        for (int i = 0, p = from, q = to; i < runs; i++, p += stepX, q += stepY) {
            six(x, p, y, q);
            six(x, p + 6, y, q + 6);
        }
    }

    private static void four(boolean[] x, int p, boolean[] y, int q) {
        boolean x0 = x[p];
        boolean x1 = x[p + 1];
        boolean x2 = x[p + 2];
        boolean x3 = x[p + 3];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
    }

    private static void six(boolean[] x, int p, boolean[] y, int q) {
        boolean x0 = x[p];
        boolean x1 = x[p + 1];
        boolean x2 = x[p + 2];
        boolean x3 = x[p + 3];
        boolean x4 = x[p + 4];
        boolean x5 = x[p + 5];
        y[q] = x0;
        y[q + 1] = x1;
        y[q + 2] = x2;
        y[q + 3] = x3;
        y[q + 4] = x4;
        y[q + 5] = x5;
    }
}

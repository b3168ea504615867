package ricci.einops;

import java.util.Arrays;

/**
 * Products of row-major matrices of one type: a is m k, b is k n, and the result is m n.
 *
 * <p>A block of b is kept in the second-level cache as rows of their own, since the compiler vectorises a
 * loop over several arrays only if it has one index for all. Two rows of the result run along four rows of
 * the block at a time: eight multiplications for each six numbers that are loaded. Four pairs of rows take
 * turns, so that those of the block come from the nearest cache. Of floats, 128 products are added up before
 * they are added to the result, so that errors grow with k / 128, as in a BLAS. Floats and doubles are
 * multiplied and added in one instruction on machines that have it, which round once where others round
 * twice.
 *
 * <p>Where b has a few columns only it comes transposed, as n k, and elements are dot products, in double.
 */
final class Matmul {
    /** Rows of a block. */
    private static final int DEPTH = 128;
    /** Columns of a block of floats or ints, of which it has 256 kB; of doubles and longs half as many. */
    private static final int WIDTH = 512;
    /** Rows of the result that take turns: 16 kB. */
    private static final int HEIGHT = 8;
    /** So few columns are no loop for vector instructions. */
    static final int FEW = 8;

    /** Whether the machine multiplies and adds in one instruction: then so do we, and round once. */
    private static final boolean FUSES = fuses();

    private Matmul() {}

    /** Without the instruction, this takes big numbers of a thousand digits, and as many times as long. */
    private static boolean fuses() {
        long least = Long.MAX_VALUE;
        double sum = 1;
        for (int i = 0; i < 8; i++) {
            long start = System.nanoTime();
            sum = Math.fma(Double.MIN_VALUE, 3, sum);
            least = Math.min(least, System.nanoTime() - start);
        }
        return sum == 1 && least < 5_000;
    }

    /** One of several products: a and b start where one ends and the next begins. */
    static void multiply(Object a, Object b, Object c, int batch, int m, int k, int n) {
        for (int i = 0; i < batch; i++) {
            int x = i * m * k;
            int y = i * k * n;
            int z = i * m * n;
            switch (c) {
                case float[] to -> multiply((float[]) a, x, (float[]) b, y, to, z, m, k, n);
                case double[] to -> multiply((double[]) a, x, (double[]) b, y, to, z, m, k, n);
                case int[] to -> multiply((int[]) a, x, (int[]) b, y, to, z, m, k, n);
                default -> multiply((long[]) a, x, (long[]) b, y, (long[]) c, z, m, k, n);
            }
        }
    }

    private static void multiply(float[] a, int x, float[] b, int y, float[] c, int z,
            int m, int k, int n) {
        if (n < FEW) {
            dots(a, x, b, y, c, z, m, k, n);
            return;
        }
        int width = Math.min(n, WIDTH);
        // Rows of zeros make the last steps of k four.
        float[][] block = new float[Math.min((k + 3) / 4 * 4, DEPTH)][width];
        float[][] sums = new float[Math.min((m + 1) / 2 * 2, HEIGHT)][width];
        for (int j = 0; j < n; j += WIDTH) {
            int columns = Math.min(WIDTH, n - j);
            for (int l = 0; l < k; l += DEPTH) {
                int depth = Math.min(DEPTH, k - l);
                for (int p = 0; p < (depth + 3) / 4 * 4; p++) {
                    if (p < depth) {
                        System.arraycopy(b, y + (l + p) * n + j, block[p], 0, columns);
                    } else {
                        Arrays.fill(block[p], 0);
                    }
                }
                for (int i = 0; i < m; i += HEIGHT) {
                    int rows = Math.min(HEIGHT, m - i);
                    rows(a, x + i * k + l, k, rows, block, depth, sums, columns);
                    for (int r = 0; r < rows; r++) {
                        add(sums[r], c, z + (i + r) * n + j, columns);
                    }
                }
            }
        }
    }

    private static void rows(float[] a, int start, int k, int rows, float[][] block, int depth,
            float[][] sums, int columns) {
        for (int r = 0; r < rows; r++) {
            Arrays.fill(sums[r], 0);
        }
        float[] u = new float[8];
        for (int p = 0; p < depth; p += 4) {
            for (int r = 0; r < rows; r += 2) {
                int first = start + r * k + p;
                // Of the last row of an odd number there is nothing to add to another.
                int second = r + 1 < rows ? first + k : first;
                for (int q = 0; q < 4; q++) {
                    u[q] = p + q < depth ? a[first + q] : 0;
                    u[4 + q] = p + q < depth ? a[second + q] : 0;
                }
                if (FUSES) {
                    fused(u, block[p], block[p + 1], block[p + 2], block[p + 3], sums[r], sums[r + 1],
                            columns);
                } else {
                    step(u, block[p], block[p + 1], block[p + 2], block[p + 3], sums[r], sums[r + 1],
                            columns);
                }
            }
        }
    }

    // With one store for each sum and all loads before them, this becomes vector instructions.
    private static void step(float[] u, float[] b0, float[] b1, float[] b2, float[] b3, float[] c0,
            float[] c1, int columns) {
        float u0 = u[0];
        float u1 = u[1];
        float u2 = u[2];
        float u3 = u[3];
        float v0 = u[4];
        float v1 = u[5];
        float v2 = u[6];
        float v3 = u[7];
        for (int j = 0; j < columns; j++) {
            float x0 = b0[j];
            float x1 = b1[j];
            float x2 = b2[j];
            float x3 = b3[j];
            float s = c0[j] + u0 * x0 + u1 * x1 + u2 * x2 + u3 * x3;
            float t = c1[j] + v0 * x0 + v1 * x1 + v2 * x2 + v3 * x3;
            c0[j] = s;
            c1[j] = t;
        }
    }

    private static void fused(float[] u, float[] b0, float[] b1, float[] b2, float[] b3, float[] c0,
            float[] c1, int columns) {
        float u0 = u[0];
        float u1 = u[1];
        float u2 = u[2];
        float u3 = u[3];
        float v0 = u[4];
        float v1 = u[5];
        float v2 = u[6];
        float v3 = u[7];
        for (int j = 0; j < columns; j++) {
            float x0 = b0[j];
            float x1 = b1[j];
            float x2 = b2[j];
            float x3 = b3[j];
            float s = Math.fma(u3, x3, Math.fma(u2, x2, Math.fma(u1, x1, Math.fma(u0, x0, c0[j]))));
            float t = Math.fma(v3, x3, Math.fma(v2, x2, Math.fma(v1, x1, Math.fma(v0, x0, c1[j]))));
            c0[j] = s;
            c1[j] = t;
        }
    }

    private static void add(float[] sums, float[] c, int start, int columns) {
        for (int j = 0; j < columns; j++) {
            c[start + j] += sums[j];
        }
    }

    private static void dots(float[] a, int x, float[] b, int y, float[] c, int z, int m, int k, int n) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                c[z + i * n + j] = (float) dot(a, x + i * k, b, y + j * k, k);
            }
        }
    }

    private static double dot(float[] a, int x, float[] b, int y, int k) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i < k - 3; i += 4) {
            s0 += (double) a[x + i] * b[y + i];
            s1 += (double) a[x + i + 1] * b[y + i + 1];
            s2 += (double) a[x + i + 2] * b[y + i + 2];
            s3 += (double) a[x + i + 3] * b[y + i + 3];
        }
        for (; i < k; i++) {
            s0 += (double) a[x + i] * b[y + i];
        }
        return s0 + s1 + (s2 + s3);
    }

    private static void multiply(double[] a, int x, double[] b, int y, double[] c, int z,
            int m, int k, int n) {
        if (n < FEW) {
            dots(a, x, b, y, c, z, m, k, n);
            return;
        }
        int width = Math.min(n, WIDTH / 2);
        // Rows of zeros make the last steps of k four.
        double[][] block = new double[Math.min((k + 3) / 4 * 4, DEPTH)][width];
        double[][] sums = new double[Math.min((m + 1) / 2 * 2, HEIGHT)][width];
        for (int j = 0; j < n; j += WIDTH / 2) {
            int columns = Math.min(WIDTH / 2, n - j);
            for (int l = 0; l < k; l += DEPTH) {
                int depth = Math.min(DEPTH, k - l);
                for (int p = 0; p < (depth + 3) / 4 * 4; p++) {
                    if (p < depth) {
                        System.arraycopy(b, y + (l + p) * n + j, block[p], 0, columns);
                    } else {
                        Arrays.fill(block[p], 0);
                    }
                }
                for (int i = 0; i < m; i += HEIGHT) {
                    int rows = Math.min(HEIGHT, m - i);
                    rows(a, x + i * k + l, k, rows, block, depth, sums, columns);
                    for (int r = 0; r < rows; r++) {
                        add(sums[r], c, z + (i + r) * n + j, columns);
                    }
                }
            }
        }
    }

    private static void rows(double[] a, int start, int k, int rows, double[][] block, int depth,
            double[][] sums, int columns) {
        for (int r = 0; r < rows; r++) {
            Arrays.fill(sums[r], 0);
        }
        double[] u = new double[8];
        for (int p = 0; p < depth; p += 4) {
            for (int r = 0; r < rows; r += 2) {
                int first = start + r * k + p;
                // Of the last row of an odd number there is nothing to add to another.
                int second = r + 1 < rows ? first + k : first;
                for (int q = 0; q < 4; q++) {
                    u[q] = p + q < depth ? a[first + q] : 0;
                    u[4 + q] = p + q < depth ? a[second + q] : 0;
                }
                if (FUSES) {
                    fused(u, block[p], block[p + 1], block[p + 2], block[p + 3], sums[r], sums[r + 1],
                            columns);
                } else {
                    step(u, block[p], block[p + 1], block[p + 2], block[p + 3], sums[r], sums[r + 1],
                            columns);
                }
            }
        }
    }

    private static void step(double[] u, double[] b0, double[] b1, double[] b2, double[] b3, double[] c0,
            double[] c1, int columns) {
        double u0 = u[0];
        double u1 = u[1];
        double u2 = u[2];
        double u3 = u[3];
        double v0 = u[4];
        double v1 = u[5];
        double v2 = u[6];
        double v3 = u[7];
        for (int j = 0; j < columns; j++) {
            double x0 = b0[j];
            double x1 = b1[j];
            double x2 = b2[j];
            double x3 = b3[j];
            double s = c0[j] + u0 * x0 + u1 * x1 + u2 * x2 + u3 * x3;
            double t = c1[j] + v0 * x0 + v1 * x1 + v2 * x2 + v3 * x3;
            c0[j] = s;
            c1[j] = t;
        }
    }

    private static void fused(double[] u, double[] b0, double[] b1, double[] b2, double[] b3, double[] c0,
            double[] c1, int columns) {
        double u0 = u[0];
        double u1 = u[1];
        double u2 = u[2];
        double u3 = u[3];
        double v0 = u[4];
        double v1 = u[5];
        double v2 = u[6];
        double v3 = u[7];
        for (int j = 0; j < columns; j++) {
            double x0 = b0[j];
            double x1 = b1[j];
            double x2 = b2[j];
            double x3 = b3[j];
            double s = Math.fma(u3, x3, Math.fma(u2, x2, Math.fma(u1, x1, Math.fma(u0, x0, c0[j]))));
            double t = Math.fma(v3, x3, Math.fma(v2, x2, Math.fma(v1, x1, Math.fma(v0, x0, c1[j]))));
            c0[j] = s;
            c1[j] = t;
        }
    }

    private static void add(double[] sums, double[] c, int start, int columns) {
        for (int j = 0; j < columns; j++) {
            c[start + j] += sums[j];
        }
    }

    private static void dots(double[] a, int x, double[] b, int y, double[] c, int z, int m, int k, int n) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                c[z + i * n + j] = dot(a, x + i * k, b, y + j * k, k);
            }
        }
    }

    private static double dot(double[] a, int x, double[] b, int y, int k) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i < k - 3; i += 4) {
            s0 += a[x + i] * b[y + i];
            s1 += a[x + i + 1] * b[y + i + 1];
            s2 += a[x + i + 2] * b[y + i + 2];
            s3 += a[x + i + 3] * b[y + i + 3];
        }
        for (; i < k; i++) {
            s0 += a[x + i] * b[y + i];
        }
        return s0 + s1 + (s2 + s3);
    }

    private static void multiply(int[] a, int x, int[] b, int y, int[] c, int z,
            int m, int k, int n) {
        if (n < FEW) {
            dots(a, x, b, y, c, z, m, k, n);
            return;
        }
        int width = Math.min(n, WIDTH);
        // Rows of zeros make the last steps of k four.
        int[][] block = new int[Math.min((k + 3) / 4 * 4, DEPTH)][width];
        int[][] sums = new int[Math.min((m + 1) / 2 * 2, HEIGHT)][width];
        for (int j = 0; j < n; j += WIDTH) {
            int columns = Math.min(WIDTH, n - j);
            for (int l = 0; l < k; l += DEPTH) {
                int depth = Math.min(DEPTH, k - l);
                for (int p = 0; p < (depth + 3) / 4 * 4; p++) {
                    if (p < depth) {
                        System.arraycopy(b, y + (l + p) * n + j, block[p], 0, columns);
                    } else {
                        Arrays.fill(block[p], 0);
                    }
                }
                for (int i = 0; i < m; i += HEIGHT) {
                    int rows = Math.min(HEIGHT, m - i);
                    rows(a, x + i * k + l, k, rows, block, depth, sums, columns);
                    for (int r = 0; r < rows; r++) {
                        add(sums[r], c, z + (i + r) * n + j, columns);
                    }
                }
            }
        }
    }

    private static void rows(int[] a, int start, int k, int rows, int[][] block, int depth,
            int[][] sums, int columns) {
        for (int r = 0; r < rows; r++) {
            Arrays.fill(sums[r], 0);
        }
        int[] u = new int[8];
        for (int p = 0; p < depth; p += 4) {
            for (int r = 0; r < rows; r += 2) {
                int first = start + r * k + p;
                // Of the last row of an odd number there is nothing to add to another.
                int second = r + 1 < rows ? first + k : first;
                for (int q = 0; q < 4; q++) {
                    u[q] = p + q < depth ? a[first + q] : 0;
                    u[4 + q] = p + q < depth ? a[second + q] : 0;
                }
                step(u, block[p], block[p + 1], block[p + 2], block[p + 3], sums[r], sums[r + 1], columns);
            }
        }
    }

    private static void step(int[] u, int[] b0, int[] b1, int[] b2, int[] b3, int[] c0,
            int[] c1, int columns) {
        int u0 = u[0];
        int u1 = u[1];
        int u2 = u[2];
        int u3 = u[3];
        int v0 = u[4];
        int v1 = u[5];
        int v2 = u[6];
        int v3 = u[7];
        for (int j = 0; j < columns; j++) {
            int x0 = b0[j];
            int x1 = b1[j];
            int x2 = b2[j];
            int x3 = b3[j];
            int s = c0[j] + u0 * x0 + u1 * x1 + u2 * x2 + u3 * x3;
            int t = c1[j] + v0 * x0 + v1 * x1 + v2 * x2 + v3 * x3;
            c0[j] = s;
            c1[j] = t;
        }
    }

    private static void add(int[] sums, int[] c, int start, int columns) {
        for (int j = 0; j < columns; j++) {
            c[start + j] += sums[j];
        }
    }

    private static void dots(int[] a, int x, int[] b, int y, int[] c, int z, int m, int k, int n) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                c[z + i * n + j] = dot(a, x + i * k, b, y + j * k, k);
            }
        }
    }

    private static int dot(int[] a, int x, int[] b, int y, int k) {
        int s0 = 0;
        int s1 = 0;
        int s2 = 0;
        int s3 = 0;
        int i = 0;
        for (; i < k - 3; i += 4) {
            s0 += a[x + i] * b[y + i];
            s1 += a[x + i + 1] * b[y + i + 1];
            s2 += a[x + i + 2] * b[y + i + 2];
            s3 += a[x + i + 3] * b[y + i + 3];
        }
        for (; i < k; i++) {
            s0 += a[x + i] * b[y + i];
        }
        return s0 + s1 + (s2 + s3);
    }

    private static void multiply(long[] a, int x, long[] b, int y, long[] c, int z,
            int m, int k, int n) {
        if (n < FEW) {
            dots(a, x, b, y, c, z, m, k, n);
            return;
        }
        int width = Math.min(n, WIDTH / 2);
        // Rows of zeros make the last steps of k four.
        long[][] block = new long[Math.min((k + 3) / 4 * 4, DEPTH)][width];
        long[][] sums = new long[Math.min((m + 1) / 2 * 2, HEIGHT)][width];
        for (int j = 0; j < n; j += WIDTH / 2) {
            int columns = Math.min(WIDTH / 2, n - j);
            for (int l = 0; l < k; l += DEPTH) {
                int depth = Math.min(DEPTH, k - l);
                for (int p = 0; p < (depth + 3) / 4 * 4; p++) {
                    if (p < depth) {
                        System.arraycopy(b, y + (l + p) * n + j, block[p], 0, columns);
                    } else {
                        Arrays.fill(block[p], 0);
                    }
                }
                for (int i = 0; i < m; i += HEIGHT) {
                    int rows = Math.min(HEIGHT, m - i);
                    rows(a, x + i * k + l, k, rows, block, depth, sums, columns);
                    for (int r = 0; r < rows; r++) {
                        add(sums[r], c, z + (i + r) * n + j, columns);
                    }
                }
            }
        }
    }

    private static void rows(long[] a, int start, int k, int rows, long[][] block, int depth,
            long[][] sums, int columns) {
        for (int r = 0; r < rows; r++) {
            Arrays.fill(sums[r], 0);
        }
        long[] u = new long[8];
        for (int p = 0; p < depth; p += 4) {
            for (int r = 0; r < rows; r += 2) {
                int first = start + r * k + p;
                // Of the last row of an odd number there is nothing to add to another.
                int second = r + 1 < rows ? first + k : first;
                for (int q = 0; q < 4; q++) {
                    u[q] = p + q < depth ? a[first + q] : 0;
                    u[4 + q] = p + q < depth ? a[second + q] : 0;
                }
                step(u, block[p], block[p + 1], block[p + 2], block[p + 3], sums[r], sums[r + 1], columns);
            }
        }
    }

    private static void step(long[] u, long[] b0, long[] b1, long[] b2, long[] b3, long[] c0,
            long[] c1, int columns) {
        long u0 = u[0];
        long u1 = u[1];
        long u2 = u[2];
        long u3 = u[3];
        long v0 = u[4];
        long v1 = u[5];
        long v2 = u[6];
        long v3 = u[7];
        for (int j = 0; j < columns; j++) {
            long x0 = b0[j];
            long x1 = b1[j];
            long x2 = b2[j];
            long x3 = b3[j];
            long s = c0[j] + u0 * x0 + u1 * x1 + u2 * x2 + u3 * x3;
            long t = c1[j] + v0 * x0 + v1 * x1 + v2 * x2 + v3 * x3;
            c0[j] = s;
            c1[j] = t;
        }
    }

    private static void add(long[] sums, long[] c, int start, int columns) {
        for (int j = 0; j < columns; j++) {
            c[start + j] += sums[j];
        }
    }

    private static void dots(long[] a, int x, long[] b, int y, long[] c, int z, int m, int k, int n) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                c[z + i * n + j] = dot(a, x + i * k, b, y + j * k, k);
            }
        }
    }

    private static long dot(long[] a, int x, long[] b, int y, int k) {
        long s0 = 0;
        long s1 = 0;
        long s2 = 0;
        long s3 = 0;
        int i = 0;
        for (; i < k - 3; i += 4) {
            s0 += a[x + i] * b[y + i];
            s1 += a[x + i + 1] * b[y + i + 1];
            s2 += a[x + i + 2] * b[y + i + 2];
            s3 += a[x + i + 3] * b[y + i + 3];
        }
        for (; i < k; i++) {
            s0 += a[x + i] * b[y + i];
        }
        return s0 + s1 + (s2 + s3);
    }
}

package ricci.bench;

import java.util.Arrays;
import java.util.function.Supplier;

/** Loops in the order of the pattern, as one writes them when nothing else is at hand. */
final class Loops {
    private Loops() {}

    static Supplier<Object> solve(Problem problem) {
        float[] x = problem.elements();
        int[] n = Arrays.stream(problem.split()).mapToInt(length -> (int) length).toArray();
        return switch (problem) {
            case CHANNELS_FIRST -> () -> channelsFirst(x, n);
            case SPACE_TO_DEPTH, DEPTH_TO_SPACE -> () -> blocks(x, n);
            case TRANSPOSE -> () -> transpose(x, n);
            case CHANNEL_SUMS -> () -> channelSums(x, n);
            case IMAGE_MEANS -> () -> imageMeans(x, n);
            case ROW_SUMS -> () -> rowSums(x, n);
            case COLUMN_SUMS -> () -> columnSums(x, n);
            case ROW_MAXIMA -> () -> rowMaxima(x, n);
            case COLUMN_MAXIMA -> () -> columnMaxima(x, n);
            case PRODUCT -> () -> product(x, x, n[0]);
        };
    }

    private static float[] channelsFirst(float[] x, int[] n) {
        float[] y = new float[x.length];
        int next = 0;
        for (int b = 0; b < n[0]; b++) {
            for (int c = 0; c < n[3]; c++) {
                for (int h = 0; h < n[1]; h++) {
                    for (int w = 0; w < n[2]; w++) {
                        y[next++] = x[((b * n[1] + h) * n[2] + w) * n[3] + c];
                    }
                }
            }
        }
        return y;
    }

    /** Two neighbouring axes out of six change places. */
    private static float[] blocks(float[] x, int[] n) {
        float[] y = new float[x.length];
        int next = 0;
        for (int b = 0; b < n[0]; b++) {
            for (int h = 0; h < n[1]; h++) {
                for (int w = 0; w < n[3]; w++) {
                    for (int p = 0; p < n[2]; p++) {
                        for (int q = 0; q < n[4]; q++) {
                            for (int c = 0; c < n[5]; c++) {
                                int row = ((b * n[1] + h) * n[2] + p) * n[3] + w;
                                y[next++] = x[(row * n[4] + q) * n[5] + c];
                            }
                        }
                    }
                }
            }
        }
        return y;
    }

    private static float[] transpose(float[] x, int[] n) {
        float[] y = new float[x.length];
        for (int w = 0; w < n[1]; w++) {
            for (int h = 0; h < n[0]; h++) {
                y[w * n[0] + h] = x[h * n[1] + w];
            }
        }
        return y;
    }

    private static float[] channelSums(float[] x, int[] n) {
        float[] y = new float[n[0] * n[3]];
        for (int b = 0; b < n[0]; b++) {
            for (int i = 0; i < n[1] * n[2]; i++) {
                for (int c = 0; c < n[3]; c++) {
                    y[b * n[3] + c] += x[(b * n[1] * n[2] + i) * n[3] + c];
                }
            }
        }
        return y;
    }

    private static float[] imageMeans(float[] x, int[] n) {
        int size = n[1] * n[2] * n[3];
        float[] y = new float[n[0]];
        for (int b = 0; b < n[0]; b++) {
            double sum = 0;
            for (int i = 0; i < size; i++) {
                sum += x[b * size + i];
            }
            y[b] = (float) (sum / size);
        }
        return y;
    }

    private static float[] rowSums(float[] x, int[] n) {
        float[] y = new float[n[0]];
        for (int h = 0; h < n[0]; h++) {
            float sum = 0;
            for (int w = 0; w < n[1]; w++) {
                sum += x[h * n[1] + w];
            }
            y[h] = sum;
        }
        return y;
    }

    private static float[] columnSums(float[] x, int[] n) {
        float[] y = new float[n[1]];
        for (int h = 0; h < n[0]; h++) {
            for (int w = 0; w < n[1]; w++) {
                y[w] += x[h * n[1] + w];
            }
        }
        return y;
    }

    private static float[] rowMaxima(float[] x, int[] n) {
        float[] y = new float[n[0]];
        for (int h = 0; h < n[0]; h++) {
            float max = Float.NEGATIVE_INFINITY;
            for (int w = 0; w < n[1]; w++) {
                max = Math.max(max, x[h * n[1] + w]);
            }
            y[h] = max;
        }
        return y;
    }

    private static float[] columnMaxima(float[] x, int[] n) {
        float[] y = new float[n[1]];
        Arrays.fill(y, Float.NEGATIVE_INFINITY);
        for (int h = 0; h < n[0]; h++) {
            for (int w = 0; w < n[1]; w++) {
                y[w] = Math.max(y[w], x[h * n[1] + w]);
            }
        }
        return y;
    }

    static float[] product(float[] a, float[] b, int n) {
        float[] c = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += a[i * n + k] * b[k * n + j];
                }
            }
        }
        return c;
    }
}

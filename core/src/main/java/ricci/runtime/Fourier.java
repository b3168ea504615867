package ricci.runtime;

import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.DType;
import ricci.ir.LinearAlgebra;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * The interpreter's Fourier transforms, of any length, in double: Cooley and Tukey's decomposition by prime
 * factors (1965, "An algorithm for the machine calculation of complex Fourier series"), and for a large prime
 * Bluestein's convolution (1970, "A linear filtering approach to the computation of discrete Fourier
 * transform").
 */
final class Fourier {
    /** Up to here a transform of prime length is summed as it is defined. */
    private static final int SMALL_PRIME = 50;

    private Fourier() {}

    static Value apply(LinearAlgebra.Fft op, Value x, TensorType type, TensorType result) {
        int first = type.rank() - op.lengths().size();
        int last = type.rank() - 1;
        List<Integer> all = IntStream.rangeClosed(first, last).boxed().toList();
        List<Integer> leading = all.subList(0, all.size() - 1);
        Value.Complexes z = switch (x) {
            case Value.Complexes given -> new Value.Complexes(given.data().clone());
            case Value.Reals(var data) -> Value.Complexes.of(DType.C128, data.length,
                    i -> ricci.ir.ComplexNumber.of(data[i], 0));
            case Value.Integers _ -> throw new AssertionError("integers are not transformed");
        };
        return switch (op.kind()) {
            case FFT, IFFT -> {
                all.forEach(axis -> along(axis, z, type.shape(), op.kind() == LinearAlgebra.Fft.Kind.IFFT));
                yield Value.Complexes.of(result.dtype(), z.count(), z::at);
            }
            case RFFT -> {
                all.forEach(axis -> along(axis, z, type.shape(), false));
                int[] kept = Places.of(0, result.shape(), Places.strides(type.shape()));
                yield Value.Complexes.of(result.dtype(), kept.length, i -> z.at(kept[i]));
            }
            case IRFFT -> {
                leading.forEach(axis -> along(axis, z, type.shape(), true));
                yield realInverse(z, type.shape(), result);
            }
        };
    }

    /** Transforms each lane along an axis in place. */
    private static void along(int axis, Value.Complexes z, Shape shape, boolean inverse) {
        int[] lanes = Places.along(shape, shape.axesExcept(List.of(axis)));
        int[] along = Places.along(shape, List.of(axis));
        for (int lane : lanes) {
            double[] sequence = new double[2 * along.length];
            for (int i = 0; i < along.length; i++) {
                sequence[2 * i] = z.data()[2 * (lane + along[i])];
                sequence[2 * i + 1] = z.data()[2 * (lane + along[i]) + 1];
            }
            double[] transformed = inverse ? inverse(sequence) : transform(sequence);
            for (int i = 0; i < along.length; i++) {
                z.data()[2 * (lane + along[i])] = transformed[2 * i];
                z.data()[2 * (lane + along[i]) + 1] = transformed[2 * i + 1];
            }
        }
    }

    /** The last axis holds the first half of a spectrum; the other half is its mirror image, conjugated. */
    private static Value realInverse(Value.Complexes z, Shape half, TensorType result) {
        int n = (int) result.shape().length(result.rank() - 1);
        int given = (int) half.length(half.rank() - 1);
        double[] y = new double[Value.length(result.shape().size())];
        for (int lane = 0; n > 0 && lane < y.length / n; lane++) {
            double[] spectrum = new double[2 * n];
            for (int k = 0; k < n; k++) {
                boolean mirrored = k > n / 2;
                int from = lane * given + (mirrored ? n - k : k);
                boolean own = k == 0 || 2 * k == n;
                spectrum[2 * k] = z.data()[2 * from];
                spectrum[2 * k + 1] = own ? 0 : (mirrored ? -1 : 1) * z.data()[2 * from + 1];
            }
            double[] sequence = inverse(spectrum);
            for (int i = 0; i < n; i++) {
                y[lane * n + i] = result.dtype().round(sequence[2 * i]);
            }
        }
        return new Value.Reals(y);
    }

    private static double[] inverse(double[] z) {
        int n = z.length / 2;
        double[] y = conjugate(transform(conjugate(z)));
        for (int i = 0; i < y.length; i++) {
            y[i] /= n;
        }
        return y;
    }

    private static double[] conjugate(double[] z) {
        double[] y = z.clone();
        for (int i = 1; i < y.length; i += 2) {
            y[i] = -y[i];
        }
        return y;
    }

    /** y[k] = Σ z[j]·exp(-2πi·jk/n), of real and imaginary parts in turn. */
    private static double[] transform(double[] z) {
        int n = z.length / 2;
        int factor = smallestFactor(n);
        return n <= 1 ? z : factor < n ? decimate(z, factor) : n <= SMALL_PRIME ? sums(z) : bluestein(z);
    }

    private static int smallestFactor(int n) {
        for (int factor = 2; (long) factor * factor <= n; factor++) {
            if (n % factor == 0) {
                return factor;
            }
        }
        return n;
    }

    /** Every p-th element, from each of the first p, is transformed alone; then they are put together. */
    private static double[] decimate(double[] z, int p) {
        int n = z.length / 2;
        int part = n / p;
        double[][] parts = new double[p][];
        for (int r = 0; r < p; r++) {
            double[] every = new double[2 * part];
            for (int j = 0; j < part; j++) {
                every[2 * j] = z[2 * (j * p + r)];
                every[2 * j + 1] = z[2 * (j * p + r) + 1];
            }
            parts[r] = transform(every);
        }
        double[] roots = roots(n);
        double[] y = new double[2 * n];
        for (int k = 0; k < n; k++) {
            for (int r = 0; r < p; r++) {
                addProduct(y, k, parts[r], k % part, roots, (int) ((long) r * k % n));
            }
        }
        return y;
    }

    private static double[] sums(double[] z) {
        int n = z.length / 2;
        double[] roots = roots(n);
        double[] y = new double[2 * n];
        for (int k = 0; k < n; k++) {
            for (int j = 0; j < n; j++) {
                addProduct(y, k, z, j, roots, (int) ((long) j * k % n));
            }
        }
        return y;
    }

    /** jk = (j² + k² - (k - j)²)/2 makes the sums a convolution, and that is one of a power of two. */
    private static double[] bluestein(double[] z) {
        int n = z.length / 2;
        int length = Integer.highestOneBit(2 * n) * 2;
        double[] halfRoots = roots(2 * n);
        double[] chirped = new double[2 * length];
        double[] chirp = new double[2 * length];
        for (int j = 0; j < n; j++) {
            int root = (int) ((long) j * j % (2L * n));
            addProduct(chirped, j, z, j, halfRoots, root);
            for (int place : new int[] {j, (length - j) % length}) {
                chirp[2 * place] = halfRoots[2 * root];
                chirp[2 * place + 1] = -halfRoots[2 * root + 1];
            }
        }
        double[] left = transform(chirped);
        double[] right = transform(chirp);
        double[] product = new double[2 * length];
        for (int k = 0; k < length; k++) {
            addProduct(product, k, left, k, right, k);
        }
        double[] convolved = inverse(product);
        double[] y = new double[2 * n];
        for (int k = 0; k < n; k++) {
            addProduct(y, k, convolved, k, halfRoots, (int) ((long) k * k % (2L * n)));
        }
        return y;
    }

    /** exp(-2πi·j/n) for each j. */
    private static double[] roots(int n) {
        double[] roots = new double[2 * n];
        for (int j = 0; j < n; j++) {
            // Of an angle in the first half, so that both halves are exact mirror images.
            int first = Math.min(j, n - j);
            double angle = 2 * Math.PI * first / n;
            roots[2 * j] = 4L * first == n ? 0 : StrictMath.cos(angle);
            roots[2 * j + 1] = 2L * first == n ? 0 : (first == j ? -1 : 1) * StrictMath.sin(angle);
        }
        return roots;
    }

    private static void addProduct(double[] y, int k, double[] a, int i, double[] b, int j) {
        y[2 * k] += a[2 * i] * b[2 * j] - a[2 * i + 1] * b[2 * j + 1];
        y[2 * k + 1] += a[2 * i] * b[2 * j + 1] + a[2 * i + 1] * b[2 * j];
    }
}

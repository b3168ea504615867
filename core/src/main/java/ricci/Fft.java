package ricci;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.DType;
import ricci.ir.LinearAlgebra;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.TensorType;

/**
 * Discrete Fourier transforms of any length, as in NumPy: y[k] = Σ x[j]·exp(-2πi·jk/n), and the inverse
 * divided by n. f64 and c128 give c128, everything else c64; {@code rfft} is of real numbers, and gives the
 * half of the spectrum that determines the rest.
 *
 * {@snippet :
 * Tensor spectrum = Fft.rfft(signal);                           // f32[8,1000] to c64[8,501]
 * Tensor smooth = Fft.irfft(spectrum.mul(filter), 1000);        // f32[8,1000]
 * Tensor image = Fft.fft2(x);                                   // over the last two axes
 * }
 *
 * <p>If an element is infinite or NaN, so are results, but which of their parts are is not promised:
 * algorithms differ in what they multiply by 0.
 *
 * <p>Every function throws {@link RicciException.Axis} if the tensor lacks an axis, and {@link
 * RicciException.Shape} if a length is 0.
 */
public final class Fft {
    private Fft() {}

    /** The transform along the last axis. */
    public static Tensor fft(Tensor x) {
        return fft(x, -1);
    }

    /** The transform along an axis. */
    public static Tensor fft(Tensor x, int axis) {
        return fftn(x, axis);
    }

    /** The transform along an axis that is cut to length {@code n}, or filled up with zeros. */
    public static Tensor fft(Tensor x, long n, int axis) {
        return fftn(resized(x, n, axis), axis);
    }

    /** The inverse of {@link #fft(Tensor)}. */
    public static Tensor ifft(Tensor x) {
        return ifft(x, -1);
    }

    /** The inverse of {@link #fft(Tensor, int)}. */
    public static Tensor ifft(Tensor x, int axis) {
        return ifftn(x, axis);
    }

    /** The inverse transform along an axis that is cut to length {@code n}, or filled up with zeros. */
    public static Tensor ifft(Tensor x, long n, int axis) {
        return ifftn(resized(x, n, axis), axis);
    }

    /** The first n/2 + 1 elements of the transform of real numbers along the last axis. */
    public static Tensor rfft(Tensor x) {
        return rfft(x, -1);
    }

    /** The first n/2 + 1 elements of the transform of real numbers along an axis. */
    public static Tensor rfft(Tensor x, int axis) {
        return rfftn(x, axis);
    }

    /**
     * The real numbers, an even number of them along the last axis, whose {@link #rfft(Tensor)} this is. The
     * imaginary parts that must be 0 for that are taken as 0.
     */
    public static Tensor irfft(Tensor x) {
        Elementwise.requirePresent("irfft", x);
        return irfft(x, 2 * (x.shape().length(Axes.of("irfft", x, -1)) - 1));
    }

    /** As {@link #irfft(Tensor)}, for {@code n} real numbers. */
    public static Tensor irfft(Tensor x, long n) {
        return irfft(x, n, -1);
    }

    /** As {@link #irfft(Tensor)}, for {@code n} real numbers along an axis. */
    public static Tensor irfft(Tensor x, long n, int axis) {
        return irfftn(x, n, axis);
    }

    /** The transform over the last two axes. */
    public static Tensor fft2(Tensor x) {
        return fftn(x, -2, -1);
    }

    /** The inverse of {@link #fft2}. */
    public static Tensor ifft2(Tensor x) {
        return ifftn(x, -2, -1);
    }

    /** The transform of real numbers over the last two axes; the last one is halved. */
    public static Tensor rfft2(Tensor x) {
        return rfftn(x, -2, -1);
    }

    /** The inverse of {@link #rfft2}, with an even last axis. */
    public static Tensor irfft2(Tensor x) {
        return irfft2(x, 2 * (x.shape().length(Axes.of("irfft2", x, -1)) - 1));
    }

    /** The inverse of {@link #rfft2}, with a last axis of length {@code n}. */
    public static Tensor irfft2(Tensor x, long n) {
        return irfftn(x, n, -2, -1);
    }

    /** The transform over some axes, or all. */
    public static Tensor fftn(Tensor x, int... axes) {
        return over(LinearAlgebra.Fft.Kind.FFT, complex(x), -1, Axes.all("fft", x, axes));
    }

    /** The inverse of {@link #fftn}. */
    public static Tensor ifftn(Tensor x, int... axes) {
        return over(LinearAlgebra.Fft.Kind.IFFT, complex(x), -1, Axes.all("ifft", x, axes));
    }

    /** The transform of real numbers over some axes, or all; the one named last is halved. */
    public static Tensor rfftn(Tensor x, int... axes) {
        Elementwise.requirePresent("rfft", x);
        if (x.dtype().isComplex()) {
            throw new RicciException.DataType("rfft", x.type().toString(),
                    "rfft is of real numbers; the spectrum of complex ones has no half that is enough",
                    "use fft, or take the real part first with x.real()");
        }
        Tensor real = x.dtype() == DType.F64 ? x : x.to(DType.F32);
        return over(LinearAlgebra.Fft.Kind.RFFT, real, -1, Axes.all("rfft", x, axes));
    }

    /** The inverse of {@link #rfftn}, with length {@code n} along the axis named last. */
    public static Tensor irfftn(Tensor x, long n, int... axes) {
        List<Integer> over = Axes.all("irfft", x, axes);
        if (over.isEmpty() || n < 1) {
            throw new RicciException.Argument("irfft to length " + n, x.type().toString(),
                    "there is an axis, and the result has at least one element along it",
                    "give a length of 1 or more");
        }
        int last = over.getLast();
        return over(LinearAlgebra.Fft.Kind.IRFFT, complex(resized(x, n / 2 + 1, last)), n, over);
    }

    /** The frequencies that the elements of a transform belong to, at a distance {@code d}, in f32. */
    public static Tensor fftfreq(long n, double d) {
        Tensor index = Ricci.arange(requirePositive("fftfreq", n));
        return Ricci.where(index.mul(2).lt(n), index, index.sub(n)).to(DType.F32).div(n * d);
    }

    /** The frequencies that the elements of {@link #rfft(Tensor)} belong to, in f32. */
    public static Tensor rfftfreq(long n, double d) {
        return Ricci.arange(requirePositive("rfftfreq", n) / 2 + 1).to(DType.F32).div(n * d);
    }

    private static long requirePositive(String asked, long n) {
        if (n < 1) {
            throw new RicciException.Argument(asked, "length " + n, "a transform has at least one element",
                    "give a length of 1 or more");
        }
        return n;
    }

    /** The frequency 0 moved from the beginning to the middle of some axes, or all. */
    public static Tensor fftshift(Tensor x, int... axes) {
        Tensor y = x;
        for (int axis : Axes.all("fftshift", x, axes)) {
            y = y.roll(x.shape().length(axis) / 2, axis);
        }
        return y;
    }

    /** The inverse of {@link #fftshift}. */
    public static Tensor ifftshift(Tensor x, int... axes) {
        Tensor y = x;
        for (int axis : Axes.all("ifftshift", x, axes)) {
            y = y.roll(-(x.shape().length(axis) / 2), axis);
        }
        return y;
    }

    private static Tensor complex(Tensor x) {
        Elementwise.requirePresent("fft", x);
        return x.to(x.dtype().complex());
    }

    /** The axes go to the end, in their order, and back. */
    private static Tensor over(LinearAlgebra.Fft.Kind kind, Tensor x, long n, List<Integer> axes) {
        if (axes.isEmpty()) {
            return x;
        }
        List<Integer> order = new ArrayList<>(x.shape().axesExcept(axes));
        order.addAll(axes);
        List<Long> lengths = new ArrayList<>(axes.stream().map(axis -> x.shape().length(axis)).toList());
        if (n >= 0) {
            lengths.set(lengths.size() - 1, n);
        }
        Tensor y = Elementwise.one(new LinearAlgebra.Fft(kind, lengths), permuted(x, order));
        return permuted(y, IntStream.range(0, order.size()).mapToObj(order::indexOf).toList());
    }

    private static Tensor permuted(Tensor x, List<Integer> order) {
        boolean inOrder = order.equals(IntStream.range(0, x.rank()).boxed().toList());
        return inOrder ? x : Elementwise.one(new Op.Transpose(order), x);
    }

    private static Tensor resized(Tensor x, long n, int axis) {
        int counted = Axes.of("fft", x, axis);
        long length = x.shape().length(counted);
        if (requirePositive("fft", n) <= length) {
            return n == length ? x : x.slice(counted, 0, n);
        }
        long[] missing = x.shape().toArray();
        missing[counted] = n - length;
        return Ricci.concatenate(List.of(x, Trace.fill(TensorType.of(x.dtype(), missing), 0)), counted);
    }
}

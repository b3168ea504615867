package ricci.einops;

import java.util.List;

/**
 * What the notation needs of a tensor library. Provided as a service; the first that handles a tensor's class
 * is used.
 *
 * <p>Axes count from 0 and arguments are valid: the notation has checked them. Tensors may be symbolic; no
 * method asks for values. An exception of the library's own is reported to the user with the call around it
 * as {@link EinopsException.Kind#BACKEND_FAILED}.
 *
 * @param <T> the library's tensors
 */
public interface Backend<T> {
    /** Whether tensors of this class are this library's. */
    boolean handles(Class<?> type);

    /** The lengths of the axes. */
    long[] shape(T x);

    /** The tensor's type for messages, such as {@code f32[2,3]}. */
    String describe(T x);

    /** The elements in row-major order under another shape of as many elements. */
    T reshape(T x, long[] shape);

    /** Axis i of the result is axis {@code permutation[i]} of x. */
    T transpose(T x, int[] permutation);

    /** x reduced over distinct axes, which disappear. */
    T reduce(T x, Reduction.Named reduction, int[] axes);

    /**
     * Axis i of x becomes axis {@code axes[i]} of the result, of the same length; the other axes repeat. Axes
     * increase.
     */
    T broadcast(T x, long[] shape, int[] axes);

    /** Tensors of one shape along a new first axis. */
    T stack(List<? extends T> tensors);

    /**
     * The elements whose indices along two axes of one length are equal; {@code axisB}, the later one,
     * disappears.
     */
    T diagonal(T x, int axisA, int axisB);

    /**
     * The sum of products: axes of the result are the batch axes, then the free ones of a, then those of b.
     */
    T contract(T a, T b, Contraction contraction);
}

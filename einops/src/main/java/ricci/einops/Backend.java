package ricci.einops;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What the notation needs of a tensor library that computes. Those operations that have a body run on Java
 * arrays, between {@link #read} and {@link #write}; a library that is faster, that differentiates, or whose
 * tensors cannot be read, has its own.
 *
 * <p>Axes count from 0 and arguments are valid: the notation has checked them. Tensors may be symbolic; no
 * method but {@link #read} asks for values. An exception of the library's own is reported to the user with
 * the call around it as {@link EinopsException.Kind#BACKEND_FAILED}.
 *
 * @param <T> the library's tensors
 */
public interface Backend<T> extends Adapter<T> {
    /**
     * Runs the steps of one operation. A library whose tensors are freed by hand frees here what they make on
     * the way: it passes them operands, and keeps what they return.
     */
    default List<T> perform(List<T> operands, UnaryOperator<List<T>> steps) {
        return steps.apply(operands);
    }

    /** The lengths of the axes. */
    long[] shape(T x);

    /** The tensor's type for messages, such as {@code f32[2,3]}. */
    String describe(T x);

    /** The elements in row-major order under another shape of as many elements. */
    T reshape(T x, long[] shape);

    /** Axis i of the result is axis {@code permutation[i]} of x. */
    T transpose(T x, int[] permutation);

    /** All of a rearrange at once: {@link #reshape}, {@link #transpose}, {@link #reshape}. */
    default T rearrange(T x, long[] split, int[] permutation, long[] merged) {
        return reshape(transpose(reshape(x, split), permutation), merged);
    }

    /** x reduced over distinct axes, which increase and disappear. */
    default T reduce(T x, Reduction.Named reduction, int[] axes) {
        return write(x, ShapedBackend.PLAIN.reduce(read(x), reduction, axes));
    }

    /**
     * Axis i of x becomes axis {@code axes[i]} of the result, of the same length; the other axes repeat. Axes
     * increase.
     */
    T broadcast(T x, long[] shape, int[] axes);

    /** Tensors of one shape along a new first axis. */
    T stack(List<? extends T> tensors);

    /** Tensors whose shapes differ in one axis at most, one after the other along it. */
    T concatenate(List<? extends T> tensors, int axis);

    /** The elements from {@code start} up to {@code limit}, exclusive, along an axis. */
    T slice(T x, int axis, long start, long limit);

    /** The elements at these positions along an axis; a position may be there several times. */
    default T take(T x, int axis, long[] positions) {
        return write(x, ShapedBackend.PLAIN.take(read(x), axis, positions));
    }

    /**
     * The windows of an axis, which becomes an axis for each of {@code lengths}: what is at {@code i, j, …}
     * along these is at {@code i * strides[0] + j * strides[1] + …} along the axis, and may be in several
     * windows. So with lengths 3, 3 and strides 2, 1,
     *
     * <pre>[0, 1, 2, 3, 4, 5, 6] becomes [[0, 1, 2], [2, 3, 4], [4, 5, 6]]</pre>
     *
     * <p>A library whose tensors have strides has its own, which copies nothing: along the new axes, they are
     * those of the axis times {@code strides}. This one takes the elements by a table of their positions.
     *
     * @param lengths one or more
     * @param strides one for each length, each positive
     */
    default T windows(T x, int axis, long[] lengths, long[] strides) {
        return reshape(take(x, axis, Stage.Window.positions(lengths, strides)),
                Stage.Window.split(shape(x), axis, lengths));
    }

    /**
     * The same tensor for code that is not the notation's, as are reductions of the user's own: a library
     * with views that not all of its operations read rightly copies those.
     */
    default T materialize(T x) {
        return x;
    }

    /**
     * The elements whose indices along two axes of one length are equal; {@code axisB}, the later one,
     * disappears.
     */
    default T diagonal(T x, int axisA, int axisB) {
        return write(x, ShapedBackend.PLAIN.diagonal(read(x), axisA, axisB));
    }

    /**
     * The sum of products: axes of the result are the batch axes, then the free ones of a, then those of b.
     */
    default T contract(T a, T b, Contraction contraction) {
        return write(a, ShapedBackend.PLAIN.contract(read(a), read(b), contraction));
    }

    /** An operation along one axis. */
    default T along(T x, Along operation, int axis) {
        return write(x, ShapedBackend.PLAIN.along(read(x), operation, axis));
    }

    /**
     * Coordinates one after the other along the last axis; integers of several types meet in 64-bit ones.
     *
     * @throws IllegalArgumentException if one has no integers
     */
    default T coordinates(List<? extends T> tensors) {
        List<Shaped<?>> read = tensors.stream().<Shaped<?>>map(this::read).toList();
        return write(tensors.getFirst(), Rows.joined(read));
    }

    /**
     * Positions in row-major order: of coordinates along the last axis, one for each of {@code lengths}, the
     * position in a tensor of these lengths.
     *
     * @throws IndexOutOfBoundsException if a coordinate can be seen not to be one; what is symbolic becomes
     *     a position that {@link #gather} and {@link #scatter} leave out
     * @throws IllegalArgumentException if the coordinates are no integers
     */
    default T positions(T coordinates, long[] lengths) {
        return write(coordinates, ShapedBackend.PLAIN.positions(read(coordinates), lengths));
    }

    /**
     * The rows at some positions: of x with axes {@code b n r} and positions {@code b p} the rows
     * {@code b p r}.
     */
    default T gather(T x, T positions) {
        return write(x, ShapedBackend.PLAIN.gather(read(x), read(positions)));
    }

    /** x with axes {@code b n r}, and at positions {@code b p} the rows {@code b p r} written, in order. */
    default T scatter(T x, T positions, T rows, Update update) {
        return write(x, ShapedBackend.PLAIN.scatter(read(x), read(positions), read(rows), update));
    }
}

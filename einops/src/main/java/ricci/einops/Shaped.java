package ricci.einops;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A row-major tensor over an array of primitives, a buffer from its position to its limit, or the
 * {@link Elements} of a memory segment. None is copied, and none is written but the target of
 * {@link Layer#applyInto}; an operation that changes nothing but the shape shares the array.
 *
 * <p>Results are of the argument's kind: direct buffers of a direct buffer, segments that the garbage
 * collector frees of a segment. Where the elements are of another type, so are they: the sums of an
 * {@code IntBuffer} are a {@code LongBuffer}, and truths are bytes of 0 and 1.
 *
 * @param <A> what holds the elements, such as {@code float[]} or {@code FloatBuffer}
 */
public final class Shaped<A> {
    private final A data;
    private final long[] lengths;

    /**
     * A tensor of the elements.
     *
     * @throws IllegalArgumentException if this holds no primitives, or the lengths do not multiply to their
     *     number
     */
    public Shaped(A data, long... lengths) {
        Arguments.require(data, "shaped", "what holds the elements", "pass an array, a buffer or a segment");
        Arguments.require(lengths, "shaped", "the array of lengths", "pass the length of each axis");
        this.data = Storage.view(data);
        this.lengths = lengths.clone();
        long count = Storage.count(data);
        boolean negative = LongStream.of(lengths).anyMatch(length -> length < 0);
        if (negative || !multiplyTo(count, lengths)) {
            throw new IllegalArgumentException("cannot give " + count + " elements the shape "
                    + Arrays.toString(lengths) + ": the lengths multiply to the number of elements");
        }
    }

    /** For elements and lengths that are nobody else's and are known to fit. */
    private Shaped(long[] lengths, A data) {
        this.data = data;
        this.lengths = lengths;
    }

    /** A result, whose elements fill it; the lengths are not written from then on. */
    static <A> Shaped<A> result(A data, long[] lengths) {
        return new Shaped<>(lengths, data);
    }

    private static boolean multiplyTo(long count, long... lengths) {
        try {
            return count == 0 ? LongStream.of(lengths).anyMatch(length -> length == 0)
                    : LongStream.of(lengths).reduce(1, Math::multiplyExact) == count;
        } catch (ArithmeticException overflow) {
            return false;
        }
    }

    /** The elements; not a copy. */
    public A data() {
        return Storage.view(data);
    }

    /** The lengths of the axes. */
    public long[] shape() {
        return lengths.clone();
    }

    /** The elements themselves, to be read only from where they are now. */
    A elements() {
        return data;
    }

    /** The lengths themselves, to be read only. */
    long[] lengths() {
        return lengths;
    }

    /** The elements in an array: the tensor itself, if they are. */
    Shaped<?> flat() {
        return data.getClass().isArray() ? this : new Shaped<>(Storage.array(data), lengths);
    }

    private Object[] compared() {
        return new Object[] {Storage.array(data)};
    }

    /** Whether type, shape and elements are the same, whatever holds them. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Shaped<?> shaped && Arrays.equals(lengths, shaped.lengths)
                && Arrays.deepEquals(compared(), shaped.compared());
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(lengths) + Arrays.deepHashCode(compared());
    }

    /** Type, shape and elements: {@code float[2,3] [1.0, 2.0, …]}. */
    @Override
    public String toString() {
        try {
            String all = Arrays.deepToString(compared());
            return describe() + " " + all.substring(1, all.length() - 1);
        } catch (IllegalStateException | WrongThreadException closed) {
            return describe() + " of a segment that cannot be read here: " + closed.getMessage();
        }
    }

    String describe() {
        return Storage.type(data) + Arrays.toString(lengths).replace(" ", "");
    }
}

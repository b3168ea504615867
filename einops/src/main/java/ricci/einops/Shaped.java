package ricci.einops;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A row-major tensor over an array of primitives. The array is not copied, and not written by any operation;
 * an operation that changes nothing but the shape shares it.
 *
 * @param <A> the array's type, such as {@code float[]}
 */
public final class Shaped<A> {
    private final A data;
    private final long[] lengths;

    /**
     * A tensor of the array's elements.
     *
     * @throws IllegalArgumentException if this is no array of primitives, or the lengths do not multiply to
     *     its length
     */
    public Shaped(A data, long... lengths) {
        this.data = data;
        this.lengths = lengths.clone();
        int count = Primitives.count(data);
        boolean negative = LongStream.of(lengths).anyMatch(length -> length < 0);
        if (negative || !multiplyTo(count, lengths)) {
            throw new IllegalArgumentException("cannot give an array of " + count + " elements the shape "
                    + Arrays.toString(lengths) + ": the lengths multiply to the number of elements");
        }
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
        return data;
    }

    /** The lengths of the axes. */
    public long[] shape() {
        return lengths.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Shaped<?> shaped && Arrays.equals(lengths, shaped.lengths)
                && Arrays.deepEquals(new Object[] {data}, new Object[] {shaped.data});
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(lengths) + Arrays.deepHashCode(new Object[] {data});
    }

    /** Type, shape and elements: {@code float[2,3] [1.0, 2.0, …]}. */
    @Override
    public String toString() {
        String all = Arrays.deepToString(new Object[] {data});
        return describe() + " " + all.substring(1, all.length() - 1);
    }

    String describe() {
        return data.getClass().getComponentType() + Arrays.toString(lengths).replace(" ", "");
    }
}

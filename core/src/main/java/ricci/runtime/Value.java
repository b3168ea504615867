package ricci.runtime;

import java.util.Arrays;
import ricci.ir.DType;
import ricci.ir.RicciException;

/**
 * A tensor's elements in row-major order as the interpreter holds them, each exactly a value of its dtype.
 */
// The arrays are shared, not copied: nobody writes a value once its primitive has run.
@SuppressWarnings("ArrayRecordComponent")
sealed interface Value {
    /** Elements of a float type. */
    record Reals(double[] data) implements Value {}

    /** Elements of an integer type, or bools as 0 and 1. */
    record Integers(long[] data) implements Value {}

    static Value fill(DType dtype, int count, Number element) {
        if (dtype.isFloat()) {
            double[] data = new double[count];
            Arrays.fill(data, element.doubleValue());
            return new Reals(data);
        }
        long[] data = new long[count];
        Arrays.fill(data, element.longValue());
        return new Integers(data);
    }

    static Value of(Buffer buffer) {
        return buffer.dtype().isFloat() ? new Reals(buffer.reals()) : new Integers(buffer.integers());
    }

    default Buffer toBuffer(DType dtype) {
        return switch (this) {
            case Reals(var data) -> Buffer.ofReals(dtype, data);
            case Integers(var data) -> Buffer.ofIntegers(dtype, data);
        };
    }

    /** The number of elements. */
    default int count() {
        return switch (this) {
            case Reals(var data) -> data.length;
            case Integers(var data) -> data.length;
        };
    }

    /** {@code count} elements from {@code start} on. */
    default Value range(int start, int count) {
        return switch (this) {
            case Reals(var data) -> new Reals(Arrays.copyOfRange(data, start, start + count));
            case Integers(var data) -> new Integers(Arrays.copyOfRange(data, start, start + count));
        };
    }

    /** Writes the elements of {@code from}, a value of the same kind, from {@code start} on. */
    default void set(int start, Value from) {
        switch (this) {
            case Reals(var data) -> System.arraycopy(((Reals) from).data, 0, data, start, from.count());
            case Integers(var data) -> System.arraycopy(((Integers) from).data, 0, data, start, from.count());
        }
    }

    /** The elements at the given places, in their order. */
    default Value take(int[] places) {
        return switch (this) {
            case Reals(var data) -> {
                double[] taken = new double[places.length];
                for (int i = 0; i < places.length; i++) {
                    taken[i] = data[places[i]];
                }
                yield new Reals(taken);
            }
            case Integers(var data) -> {
                long[] taken = new long[places.length];
                for (int i = 0; i < places.length; i++) {
                    taken[i] = data[places[i]];
                }
                yield new Integers(taken);
            }
        };
    }

    /**
     * Writes the elements of {@code from}, a value of the same kind, to the given places; a negative place is
     * skipped.
     */
    default void put(int[] places, Value from) {
        for (int i = 0; i < places.length; i++) {
            if (places[i] >= 0) {
                switch (this) {
                    case Reals(var data) -> data[places[i]] = ((Reals) from).data[i];
                    case Integers(var data) -> data[places[i]] = ((Integers) from).data[i];
                }
            }
        }
    }

    /** An element count as the length of a Java array. */
    static int length(long count) {
        if (count > Integer.MAX_VALUE - 8) {
            throw new RicciException.Argument("hold a tensor in a Java array", count + " elements",
                    "a Java array has fewer than 2^31 elements", "use smaller tensors");
        }
        return (int) count;
    }
}

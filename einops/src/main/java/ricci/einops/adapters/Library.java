package ricci.einops.adapters;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What adapters share: access to a library that this module does not require, and arithmetic on axes. */
final class Library {
    private Library() {}

    /**
     * Lets this module read the modules of these classes. By name, because a class of a module that is not
     * read yet cannot be mentioned; and not in the module's descriptor, because it requires none of them.
     *
     * @throws TypeNotPresentException if there is no such class, for which the service loader skips the
     *     adapter
     */
    static void read(String... classes) {
        for (String name : classes) {
            try {
                Library.class.getModule()
                        .addReads(Class.forName(name, false, Library.class.getClassLoader()).getModule());
            } catch (ClassNotFoundException e) {
                throw new TypeNotPresentException(name, e);
            }
        }
    }

    /** The axes from 0 that are not among these. */
    static int[] others(int rank, int... axes) {
        return IntStream.range(0, rank).filter(axis -> Arrays.stream(axes).noneMatch(a -> a == axis))
                .toArray();
    }

    static long[] select(long[] shape, int... axes) {
        return Arrays.stream(axes).mapToLong(axis -> shape[axis]).toArray();
    }

    static int[] join(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    static long[] join(long[]... parts) {
        return Arrays.stream(parts).flatMapToLong(Arrays::stream).toArray();
    }

    /** What belongs to each axis, with several in the place of one. */
    static long[] split(long[] whole, int axis, long[] parts) {
        return join(Arrays.copyOf(whole, axis), parts, Arrays.copyOfRange(whole, axis + 1, whole.length));
    }

    static long product(long... lengths) {
        return LongStream.of(lengths).reduce(1, Math::multiplyExact);
    }

    /** A shape of length 1 but for the axes that a tensor of another shape has. */
    static long[] spread(long[] lengths, int rank, int[] axes) {
        long[] shape = new long[rank];
        Arrays.fill(shape, 1);
        for (int i = 0; i < axes.length; i++) {
            shape[axes[i]] = lengths[i];
        }
        return shape;
    }
}

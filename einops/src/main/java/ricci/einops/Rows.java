package ricci.einops;

import java.util.Arrays;

/** Reading and writing rows of plain arrays at positions that are data. */
final class Rows {
    private Rows() {}

    /** The row-major position of each vector of coordinates, which are the last axis. */
    static Shaped<?> positions(Shaped<?> coordinates, long[] lengths) {
        long[] x = Primitives.integers(coordinates.data());
        long[] shape = Arrays.copyOf(coordinates.shape(), coordinates.shape().length - 1);
        long[] positions = new long[ShapedBackend.count(shape)];
        for (int i = 0; i < positions.length; i++) {
            for (int axis = 0; axis < lengths.length; axis++) {
                long index = x[i * lengths.length + axis];
                if (index < 0 || index >= lengths[axis]) {
                    throw new IndexOutOfBoundsException("index " + index + " in an axis of length "
                            + lengths[axis]);
                }
                positions[i] = positions[i] * lengths[axis] + index;
            }
        }
        return new Shaped<>(positions, shape);
    }

    /** Rows {@code b p r} of x {@code b n r} at positions {@code b p}. */
    static Shaped<?> gather(Shaped<?> x, Shaped<?> positions) {
        long[] shape = x.shape();
        int length = (int) shape[2];
        int[] rows = rows(shape, positions);
        int[] places = new int[rows.length * length];
        for (int i = 0; i < places.length; i++) {
            places[i] = rows[i / length] * length + i % length;
        }
        return new Shaped<>(Primitives.take(x.data(), places), shape[0], positions.shape()[1], length);
    }

    /** x {@code b n r} with rows {@code b p r} written at positions {@code b p}, one after the other. */
    static Shaped<?> scatter(Shaped<?> x, Shaped<?> positions, Shaped<?> rows, Update update) {
        if (x.data().getClass() != rows.data().getClass()) {
            throw new IllegalArgumentException("cannot write " + rows.describe() + " into " + x.describe()
                    + ": their elements are of one type");
        }
        int length = (int) x.shape()[2];
        int[] places = rows(x.shape(), positions);
        boolean floats = Primitives.isFloat(x.data());
        double[] reals = floats ? Primitives.reals(x.data()).clone() : new double[0];
        long[] integers = floats ? new long[0] : Primitives.integers(x.data());
        double[] newReals = floats ? Primitives.reals(rows.data()) : new double[0];
        long[] newIntegers = floats ? new long[0] : Primitives.integers(rows.data());
        for (int i = 0; i < places.length * length; i++) {
            int to = places[i / length] * length + i % length;
            if (floats) {
                reals[to] = newReals[i] + (update == Update.ADD ? reals[to] : 0);
            } else {
                integers[to] = newIntegers[i] + (update == Update.ADD ? integers[to] : 0);
            }
        }
        return new Shaped<>(floats ? Primitives.like(x.data(), reals) : Primitives.like(x.data(), integers),
                x.shape());
    }

    /** Which row of all batches each position means. */
    private static int[] rows(long[] shape, Shaped<?> positions) {
        long[] x = Primitives.integers(positions.data());
        int perBatch = (int) positions.shape()[1];
        int[] rows = new int[x.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Math.toIntExact(i / perBatch * shape[1] + x[i]);
        }
        return rows;
    }
}

package ricci.einops;

import java.util.Arrays;
import java.util.List;

/** Reading and writing rows of plain tensors at positions that are data. */
final class Rows {
    private Rows() {}

    /** Whether these are integers. Truths are none: they would be a mask, not the places 0 and 1. */
    static boolean areIndices(Shaped<?> x) {
        Class<?> type = Storage.type(x.elements());
        return type != float.class && type != double.class && type != boolean.class;
    }

    /** Coordinates one after the other along the last axis; as longs, where they are of several types. */
    static Shaped<?> joined(List<Shaped<?>> coordinates) {
        coordinates.forEach(Rows::requireIndices);
        boolean isMixed = coordinates.stream().map(x -> Storage.type(x.elements())).distinct().count() > 1;
        List<Shaped<?>> alike = !isMixed ? coordinates : coordinates.stream().<Shaped<?>>map(x ->
                Shaped.result(Primitives.cast(Storage.array(x.elements()), long.class), x.lengths()))
                .toList();
        return ShapedBackend.PLAIN.concatenate(alike, coordinates.getFirst().lengths().length - 1);
    }

    private static void requireIndices(Shaped<?> x) {
        if (!areIndices(x)) {
            throw new IllegalArgumentException("the indices are " + x.describe() + ": indices are integers");
        }
    }

    /** The row-major position of each vector of coordinates, which are the last axis. */
    static Shaped<?> positions(Shaped<?> coordinates, long[] lengths) {
        requireIndices(coordinates);
        long[] x = Primitives.integers(Storage.array(coordinates.elements()));
        long[] shape = Arrays.copyOf(coordinates.lengths(), coordinates.lengths().length - 1);
        long[] positions = new long[Math.toIntExact(ShapedBackend.count(shape))];
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
        return Shaped.result(Storage.like(coordinates.elements(), positions), shape);
    }

    /** Rows {@code b p r} of x {@code b n r} at positions {@code b p}. */
    static Shaped<?> gather(Shaped<?> x, Shaped<?> positions) {
        long[] shape = x.lengths();
        long[] rows = rows(shape, positions);
        Shaped<?> result = ShapedBackend.blank(x,
                new long[] {shape[0], positions.lengths()[1], shape[2]});
        Memory from = Memory.of(x.elements());
        Memory to = Memory.of(result.elements());
        Tiles tiles = from.tilesTo(to);
        if (tiles == null) {
            from = Memory.of(Storage.like(result.elements(), Storage.array(x.elements())));
            tiles = java.util.Objects.requireNonNull(from.tilesTo(to));
        }
        Copy row = Nest.filling(new long[] {shape[2]}, new long[] {1}, 0).copy();
        for (int i = 0; i < rows.length; i++) {
            row.run(tiles, from.place(), from.start() + rows[i] * shape[2], to.place(),
                    to.start() + i * shape[2]);
        }
        return result;
    }

    /** x {@code b n r} with rows {@code b p r} written at positions {@code b p}, one after the other. */
    static Shaped<?> scatter(Shaped<?> x, Shaped<?> positions, Shaped<?> rows, Update update) {
        if (Storage.type(x.elements()) != Storage.type(rows.elements())) {
            throw new IllegalArgumentException("cannot write " + rows.describe() + " into " + x.describe()
                    + ": their elements are of one type");
        }
        int length = (int) x.lengths()[2];
        long[] places = rows(x.lengths(), positions);
        Object old = Storage.array(x.elements());
        Object given = Storage.array(rows.elements());
        boolean adds = update == Update.ADD;
        Object result = Primitives.isFloat(old)
                ? Primitives.like(old, written(Primitives.reals(old).clone(), places, length,
                        Primitives.reals(given), adds))
                : Primitives.like(old, written(Primitives.integers(old), places, length,
                        Primitives.integers(given), adds));
        return Shaped.result(Storage.like(x.elements(), result), x.shape());
    }

    private static double[] written(double[] y, long[] places, int length, double[] rows, boolean adds) {
        for (int i = 0; i < places.length; i++) {
            int to = (int) (places[i] * length);
            for (int j = 0; j < length; j++) {
                y[to + j] = rows[i * length + j] + (adds ? y[to + j] : 0);
            }
        }
        return y;
    }

    private static long[] written(long[] y, long[] places, int length, long[] rows, boolean adds) {
        for (int i = 0; i < places.length; i++) {
            int to = (int) (places[i] * length);
            for (int j = 0; j < length; j++) {
                y[to + j] = rows[i * length + j] + (adds ? y[to + j] : 0);
            }
        }
        return y;
    }

    /** Which row of all batches each position means. */
    private static long[] rows(long[] shape, Shaped<?> positions) {
        long[] x = Primitives.integers(Storage.array(positions.elements()));
        long perBatch = positions.lengths()[1];
        for (int i = 0; i < x.length; i++) {
            x[i] += i / perBatch * shape[1];
        }
        return x;
    }
}

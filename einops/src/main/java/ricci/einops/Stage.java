package ricci.einops;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One thing that a plan has a backend do to one tensor. */
sealed interface Stage {
    /** The same elements under another shape. */
    record Reshape(List<Long> shape) implements Stage {}

    /** A reshape, a permutation and a reshape. */
    record Rearrange(List<Long> split, List<Integer> permutation, List<Long> merged) implements Stage {}

    /** Axis i of the result is axis {@code permutation[i]}. */
    record Transpose(List<Integer> permutation) implements Stage {}

    /** A piece of an axis. */
    record Slice(int axis, long start, long limit) implements Stage {}

    /** An axis becomes several: at i, j, … is what was at {@code i * strides[0] + j * strides[1] + …}. */
    record Window(int axis, List<Long> lengths, List<Long> strides) implements Stage {
        /** The positions, in row-major order. */
        static long[] positions(long[] lengths, long... strides) {
            long[] positions = {0};
            for (int i = 0; i < lengths.length; i++) {
                int length = Math.toIntExact(lengths[i]);
                long[] next = new long[Math.multiplyExact(positions.length, length)];
                for (int at = 0; at < next.length; at++) {
                    next[at] = positions[at / length] + at % length * strides[i];
                }
                positions = next;
            }
            return positions;
        }

        /** What belongs to each axis, with several in the place of one. */
        static long[] split(long[] whole, int axis, long... parts) {
            long[] split = Arrays.copyOf(whole, whole.length - 1 + parts.length);
            System.arraycopy(parts, 0, split, axis, parts.length);
            System.arraycopy(whole, axis + 1, split, axis + parts.length, whole.length - axis - 1);
            return split;
        }
    }

    /** The elements where two axes agree; the later one disappears. */
    record Diagonal(int axisA, int axisB) implements Stage {}

    /** The plan's reduction over these axes. */
    record Reduce(List<Integer> axes) implements Stage {}

    /** Row-major positions in a tensor of these lengths become coordinates, along a new last axis. */
    record Coordinates(List<Long> lengths) implements Stage {
        /** A row of the table for each position. */
        <T> T apply(Backend<T> backend, T positions) {
            int count = lengths.stream().mapToInt(Math::toIntExact).reduce(1, Math::multiplyExact);
            int axes = lengths.size();
            long[] table = new long[Math.multiplyExact(count, axes)];
            for (int row = 0; row < count; row++) {
                long rest = row;
                for (int axis = axes - 1; axis >= 0; axis--) {
                    table[row * axes + axis] = rest % lengths.get(axis);
                    rest /= lengths.get(axis);
                }
            }
            long[] shape = backend.shape(positions);
            T rows = backend.gather(backend.write(positions, new Shaped<>(table, 1, count, axes)),
                    backend.reshape(positions, new long[] {1,
                            LongStream.of(shape).reduce(1, (a, b) -> a * b)}));
            return backend.reshape(rows, LongStream.concat(LongStream.of(shape), LongStream.of(axes))
                    .toArray());
        }
    }

    /** Axis i becomes axis {@code axes[i]}, the others repeat. */
    record Broadcast(List<Long> shape, List<Integer> axes) implements Stage {}

    /** What a backend makes of a tensor, stage by stage. */
    static <T> T all(List<Stage> stages, Backend<T> backend, T x, @Nullable Reduction reduction) {
        T y = x;
        for (Stage stage : stages) {
            y = stage.apply(backend, y, reduction);
        }
        return y;
    }

    /** What a backend makes of a tensor. */
    default <T> T apply(Backend<T> backend, T x, @Nullable Reduction reduction) {
        return switch (this) {
            case Reshape(var shape) -> backend.reshape(x, longs(shape));
            case Rearrange(var split, var permutation, var merged) ->
                    backend.rearrange(x, longs(split), ints(permutation), longs(merged));
            case Transpose(var permutation) -> backend.transpose(x, ints(permutation));
            case Slice(var axis, var start, var limit) -> backend.slice(x, axis, start, limit);
            case Window(var axis, var lengths, var strides) ->
                    backend.windows(x, axis, longs(lengths), longs(strides));
            case Coordinates coordinates -> coordinates.apply(backend, x);
            case Diagonal(var axisA, var axisB) -> backend.diagonal(x, axisA, axisB);
            case Broadcast(var shape, var axes) -> backend.broadcast(x, longs(shape), ints(axes));
            case Reduce(var axes) -> switch (Objects.requireNonNull(reduction)) {
                case Reduction.Named named -> backend.reduce(x, named, ints(axes));
                case Reduction.Custom<?> custom -> custom(custom, backend, x, axes);
            };
        };
    }

    /** The reduction was checked to be for this type of tensor before it was called. */
    @SuppressWarnings("unchecked")
    private static <C, T> T custom(Reduction.Custom<C> custom, Backend<T> backend, T x,
            List<Integer> axes) {
        long[] shape = backend.shape(x);
        T whole = backend.materialize(x);
        T result = (T) Objects.requireNonNull(custom.function().apply(custom.type().cast(whole), ints(axes)),
                "the reduction gave null");
        long[] expected = Arrays.copyOf(shape, shape.length - axes.size());
        if (!Arrays.equals(backend.shape(result), expected)) {
            throw new IllegalStateException("the reduction of " + backend.describe(x) + " over the axes "
                    + axes + " gave " + backend.describe(result)
                    + ", where the lengths that are left are " + Arrays.toString(expected));
        }
        return result;
    }

    /** In words. */
    default String describe() {
        return switch (this) {
            case Reshape(var shape) -> "reshape to " + shape;
            case Rearrange(var split, var permutation, var merged) ->
                    "reshape to " + split + ", transpose by " + permutation + ", reshape to " + merged;
            case Transpose(var permutation) -> "transpose by " + permutation;
            case Slice(var axis, var start, var limit) ->
                    "slice axis " + axis + " from " + start + " to " + limit;
            case Window(var axis, var lengths, var strides) ->
                    "take windows " + lengths + " of axis " + axis + " with strides " + strides;
            case Diagonal(var axisA, var axisB) -> "take the diagonal of axes " + axisA + " and " + axisB;
            case Coordinates(var lengths) -> "turn positions in " + lengths + " into coordinates";
            case Reduce(var axes) -> "reduce over " + axes;
            case Broadcast(var shape, var axes) -> "broadcast to " + shape + " from axes " + axes;
        };
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}

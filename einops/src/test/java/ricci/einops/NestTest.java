package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nests copy and reduce, in memory of every kind, what going from index to index does. */
class NestTest {
    /** Loops with strides, and how many elements their input and result must have. */
    private static final class Loops {
        private final long[] lengths;
        private final long[] from;
        private final long[] to;
        private long fromStart;
        private long toStart;
        private long inputs = 1;
        private long results = 1;

        /** Strides in the input are any; the result is filled, forwards or backwards, in any order. */
        Loops(Random random, boolean reduces) {
            int rank = random.nextInt(7);
            lengths = new long[rank];
            from = new long[rank];
            to = new long[rank];
            int rest = 20000;
            for (int i = 0; i < rank; i++) {
                int most = random.nextInt(6) == 0 ? Math.min(rest, 2000) : Math.min(rest, 5);
                lengths[i] = random.nextInt(40) == 0 ? 0 : 1 + random.nextInt(most);
                rest /= (int) Math.max(lengths[i], 1);
                boolean dense = random.nextBoolean();
                from[i] = dense ? inputs : random.nextInt(15) - 7;
                fromStart -= Math.min(0, from[i] * (lengths[i] - 1));
                inputs += Math.abs(from[i]) * Math.max(lengths[i] - 1, 0);
            }
            inputs += 3;
            fromStart = Math.max(fromStart, 0) + 1;
            List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
            Collections.shuffle(order, random);
            for (int i : order) {
                if (reduces && random.nextBoolean()) {
                    continue;
                }
                boolean back = random.nextInt(4) == 0;
                to[i] = back ? -results : results;
                toStart += back ? results * (lengths[i] - 1) : 0;
                results *= lengths[i];
            }
            for (int i = 0; i < rank && results == 0; i++) {
                to[i] = to[i] == 0 && lengths[i] == 0 ? 1 : to[i];
            }
        }

        Nest nest() {
            return new Nest(lengths, from, to, fromStart, toStart);
        }

        /** Tells every place that is read, with the one that is written, in order. */
        void forEach(BiConsumer<Integer, Integer> action) {
            walk(0, fromStart, toStart, action);
        }

        private void walk(int depth, long f, long t, BiConsumer<Integer, Integer> action) {
            if (depth == lengths.length) {
                action.accept((int) f, (int) t);
                return;
            }
            for (long i = 0; i < lengths[depth]; i++) {
                walk(depth + 1, f + i * from[depth], t + i * to[depth], action);
            }
        }

        @Override
        public String toString() {
            return Arrays.toString(lengths) + " from " + fromStart + " " + Arrays.toString(from) + " to "
                    + toStart + " " + Arrays.toString(to);
        }
    }

    private static Shaped<?> input(Loops loops, ElementType type, Random random) {
        return type.of(Tensors.filled(_ -> random.nextInt(random.nextBoolean() ? 3 : 100), loops.inputs));
    }

    @Property
    void copies(@ForAll long seed, @ForAll ElementType type, @ForAll StorageKind kind) {
        Random random = new Random(seed);
        Loops loops = new Loops(random, false);
        Shaped<?> x = input(loops, type, random);
        double[] from = Tensors.reals(x);
        double[] expected = new double[(int) loops.results];
        loops.forEach((f, t) -> expected[t] = from[f]);
        Object data = kind.of(x.data());
        Shaped<?> result = ShapedBackend.copy(loops.nest(), new Shaped<>(data, x.shape()),
                new long[] {loops.results});
        assertArrayEquals(expected, Tensors.reals(new Shaped<>(Storage.array(result.data()), loops.results)),
                loops::toString);
        assertEquals(Storage.type(data), Storage.type(result.data()));
        assertEquals(data.getClass().isArray(), result.data().getClass().isArray());
        assertEquals(data instanceof Elements, result.data() instanceof Elements);
    }

    @Property
    void reduces(@ForAll long seed, @ForAll ElementType type, @ForAll StorageKind kind,
            @ForAll Reduction.Named reduction) {
        Random random = new Random(seed);
        Loops loops = new Loops(random, true);
        Shaped<?> x = input(loops, type, random);
        if (x.data() instanceof float[] floats && random.nextInt(4) == 0) {
            floats[random.nextInt(floats.length)] = Float.NaN;
        }
        double[] from = Tensors.reals(x);
        List<List<Double>> gathered = IntStream.range(0, (int) loops.results)
                .<List<Double>>mapToObj(_ -> new ArrayList<>()).toList();
        loops.forEach((f, t) -> gathered.get(t).add(from[f]));
        Shaped<?> result = ShapedBackend.reduce(loops.nest(), new Shaped<>(kind.of(x.data()), x.shape()),
                reduction, new long[] {loops.results});
        Object array = Storage.array(result.data());
        double[] actual = Tensors.reals(new Shaped<>(array, loops.results));
        boolean floats = type == ElementType.FLOAT || type == ElementType.DOUBLE;
        for (int i = 0; i < actual.length; i++) {
            List<Double> xs = gathered.get(i);
            boolean extreme = reduction == Reduction.Named.MAX || reduction == Reduction.Named.MIN;
            if (extreme && xs.isEmpty()) {
                continue;
            }
            if (reduction == Reduction.Named.PROD && !floats) {
                long product = xs.stream().mapToLong(Double::longValue).reduce(1, (a, b) -> a * b);
                assertEquals((double) product, actual[i], loops::toString);
                continue;
            }
            if (reduction == Reduction.Named.PROD && overflows(xs)) {
                continue;
            }
            double expected = reduced(reduction, xs.stream().mapToDouble(v -> v).toArray());
            double rounded = array instanceof float[] ? (float) expected : expected;
            assertEquals(rounded, actual[i], Math.abs(rounded) < Double.POSITIVE_INFINITY
                    ? 1e-6 * Math.abs(rounded) : 0, () -> reduction + " " + loops);
        }
    }

    private static double reduced(Reduction.Named reduction, double... xs) {
        double mean = DoubleStream.of(xs).sum() / xs.length;
        double variance = DoubleStream.of(xs).map(x -> (x - mean) * (x - mean)).sum() / xs.length;
        double top = DoubleStream.of(xs).reduce(Double.NEGATIVE_INFINITY, Math::max);
        return switch (reduction) {
            case SUM -> DoubleStream.of(xs).sum();
            case MEAN -> mean;
            case PROD -> DoubleStream.of(xs).reduce(1, (a, b) -> a * b);
            case MAX -> top;
            case MIN -> DoubleStream.of(xs).reduce(Double.POSITIVE_INFINITY, Math::min);
            case ANY -> DoubleStream.of(xs).anyMatch(x -> x != 0) ? 1 : 0;
            case ALL -> DoubleStream.of(xs).allMatch(x -> x != 0) ? 1 : 0;
            case VAR -> variance;
            case STD -> Math.sqrt(variance);
            case LOGSUMEXP -> xs.length == 0 ? top
                    : top + Math.log(DoubleStream.of(xs).map(x -> Math.exp(x - top)).sum());
            case ARGMAX -> first(xs, top);
            case ARGMIN -> first(xs, DoubleStream.of(xs).reduce(Double.POSITIVE_INFINITY, Math::min));
        };
    }

    /** Whether a part of a product may be infinite, and no number times a zero, as other parts are not. */
    private static boolean overflows(List<Double> xs) {
        return xs.contains(0.0)
                && Double.isInfinite(xs.stream().filter(x -> x != 0).reduce(1.0, (a, b) -> a * b));
    }

    private static double first(double[] xs, double sought) {
        return IntStream.range(0, xs.length).filter(i -> Double.compare(xs[i], sought) == 0).findFirst()
                .orElse(0);
    }

    @Property
    void partsOfKindsAreJoined(@ForAll long seed, @ForAll ElementType type, @ForAll StorageKind first,
            @ForAll StorageKind second) {
        Assume.that(type != ElementType.BOOLEAN);
        Random random = new Random(seed);
        int rows = random.nextInt(4);
        int a = random.nextInt(40);
        int b = random.nextInt(40);
        Shaped<?> x = type.of(Tensors.filled(i -> i % 100, rows, a));
        Shaped<?> y = type.of(Tensors.filled(i -> 7 * i % 100, rows, b));
        Shaped<?> joined = ShapedBackend.PLAIN.concatenate(List.of(new Shaped<>(first.of(x.data()), rows, a),
                new Shaped<>(second.of(y.data()), rows, b)), 1);
        assertEquals(ShapedBackend.PLAIN.concatenate(List.of(x, y), 1), joined);
        assertEquals(x, ShapedBackend.PLAIN.slice(joined, 1, 0, a));
        assertEquals(y, ShapedBackend.PLAIN.slice(joined, 1, a, a + b));
    }

    /** In a file of holes. */
    @Test
    void segmentsOfMoreThanAnArrayHolds(@TempDir Path folder) throws IOException {
        long size = (5L << 30) + 3;
        try (FileChannel file = FileChannel.open(folder.resolve("large"), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ, StandardOpenOption.WRITE); Arena arena = Arena.ofConfined()) {
            long step = (1L << 31) + 1;
            for (int i = 0; i < 3; i++) {
                file.write(ByteBuffer.wrap(new byte[] {(byte) (i + 1), (byte) (i + 4)}), i * step);
            }
            file.write(ByteBuffer.wrap(new byte[1]), size - 1);
            Shaped<?> x = new Shaped<>(new Elements(file.map(FileChannel.MapMode.READ_ONLY, 0, size, arena),
                    ValueLayout.JAVA_BYTE), size);
            Nest columns = Nest.filling(new long[] {2, 3}, new long[] {1, step}, 0);
            assertEquals(new Shaped<>(new byte[] {1, 2, 3, 4, 5, 6}, 2, 3),
                    ShapedBackend.copy(columns, x, new long[] {2, 3}));
            Nest sums = new Nest(new long[] {2, 3}, new long[] {1, step}, new long[] {1, 0}, 0, 0);
            assertEquals(new Shaped<>(new long[] {6, 15}, 2),
                    ShapedBackend.reduce(sums, x, Reduction.Named.SUM, new long[] {2}));
        }
    }
}

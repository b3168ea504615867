package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Operations along axes in brackets do to each row what loops do. */
class BracketMeaningTest {
    private static final List<Reduction.Named> CUMULATIVE = List.of(Reduction.Named.SUM, Reduction.Named.PROD,
            Reduction.Named.MAX, Reduction.Named.MIN, Reduction.Named.LOGSUMEXP);

    @Property
    void softmax(@ForAll long seed) {
        Marked m = new Marked(new Random(seed), true);
        m.check(Einops.softmax(m.input(), m.pattern, m.axes()), BracketMeaningTest::softmax, 1e-6);
    }

    @Property
    void logSoftmax(@ForAll long seed) {
        Marked m = new Marked(new Random(seed), true);
        m.check(Einops.logSoftmax(m.input(), m.pattern, m.axes()),
                row -> Arrays.stream(softmax(row)).map(Math::log).toArray(), 1e-5);
    }

    private static double[] softmax(double[] row) {
        double sum = Arrays.stream(row).map(Math::exp).sum();
        return Arrays.stream(row).map(x -> Math.exp(x) / sum).toArray();
    }

    @Property
    void sort(@ForAll long seed) {
        Marked m = new Marked(new Random(seed), true);
        m.check(Einops.sort(m.input(), m.pattern, m.axes()),
                row -> Arrays.stream(order(row)).map(i -> row[(int) i]).toArray(), 0);
    }

    @Property
    void argsort(@ForAll long seed) {
        Marked m = new Marked(new Random(seed), true);
        Shaped<?> x = m.input();
        m.check(Einops.argsort((Shaped<?>) x, m.pattern, m.axes()), BracketMeaningTest::order, 0);
    }

    /** Insertion, so that equal elements stay; NaN compares as the greatest. */
    private static double[] order(double[] row) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < row.length; i++) {
            int place = order.size();
            while (place > 0 && Double.compare(row[order.get(place - 1)], row[i]) > 0) {
                place--;
            }
            order.add(place, i);
        }
        return order.stream().mapToDouble(i -> i).toArray();
    }

    @Property
    void cumulative(@ForAll long seed, @ForAll @IntRange(max = 4) int which) {
        Marked m = new Marked(new Random(seed), true);
        Reduction.Named named = CUMULATIVE.get(which);
        m.check(Einops.cumulative(m.input(), m.pattern, named, m.axes()), row -> {
            double[] result = new double[row.length];
            for (int i = 0; i < row.length; i++) {
                result[i] = fold(named, Arrays.copyOf(row, i + 1));
            }
            return result;
        }, 1e-5);
    }

    private static double fold(Reduction.Named named, double... xs) {
        if (Arrays.stream(xs).anyMatch(Double::isNaN)) {
            return Double.NaN;
        }
        return named == Reduction.Named.SUM ? Arrays.stream(xs).sum()
                : named == Reduction.Named.PROD ? Arrays.stream(xs).reduce(1, (a, b) -> a * b)
                : named == Reduction.Named.MAX ? Arrays.stream(xs).max().orElseThrow()
                : named == Reduction.Named.MIN ? Arrays.stream(xs).min().orElseThrow()
                : Math.log(Arrays.stream(xs).map(Math::exp).sum());
    }

    @Property
    void flip(@ForAll long seed) {
        Marked m = new Marked(new Random(seed), false);
        m.checkMoved(Einops.flip(m.input(), m.pattern, m.axes()), m.marked.stream().map(name ->
                (java.util.function.LongUnaryOperator) i -> Oracle.at(m.lengths, name) - 1 - i).toList());
    }

    @Property
    void roll(@ForAll long seed) {
        Random random = new Random(seed);
        Marked m = new Marked(random, false);
        Assume.that(m.axes().length == 0);
        long[] shifts = m.marked.stream().mapToLong(_ -> random.nextInt(9) - 4).toArray();
        m.checkMoved(Einops.roll(m.input(), m.pattern, shifts),
                IntStream.range(0, shifts.length).mapToObj(k ->
                (java.util.function.LongUnaryOperator) i -> Math.floorMod(i - shifts[k],
                        Oracle.at(m.lengths, m.marked.get(k)))).toList());
    }

    /** As far as a long can say, and back by none. */
    @Property(tries = 200)
    void rollsByAnyShift(@ForAll @IntRange(min = 1, max = 7) int length,
            @ForAll("shifts") long shift) {
        Shaped<float[]> x = Tensors.counting(length);
        double[] expected = new double[length];
        for (int i = 0; i < length; i++) {
            expected[java.math.BigInteger.valueOf(shift).add(java.math.BigInteger.valueOf(i))
                    .mod(java.math.BigInteger.valueOf(length)).intValueExact()] = i;
        }
        assertArrayEquals(expected, Tensors.reals(Einops.roll(x, "[a]", shift)), 0);
    }

    @Provide
    Arbitrary<Long> shifts() {
        return Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.of(Long.MIN_VALUE, Long.MIN_VALUE + 1,
                Long.MAX_VALUE, Long.MAX_VALUE - 1, 0L));
    }

    @Property
    void reduceWithoutArrow(@ForAll long seed) {
        Marked m = new Marked(new Random(seed), false);
        Assume.that(m.arrow);
        String left = m.pattern.split("->", -1)[0];
        Shaped<float[]> one = Einops.reduce(m.input(), left, Reduction.SUM, m.axes());
        List<List<String>> kept = new ArrayList<>();
        for (int i = 0; i < m.left.size(); i++) {
            if (!m.vanishes.get(i)) {
                kept.add(m.left.get(i).stream().filter(name -> !m.marked.contains(name)).toList());
            }
        }
        Layout from = Layout.of(m.left, m.lengths);
        Layout to = Layout.of(kept, m.lengths);
        double[] expected = new double[to.size()];
        float[] data = m.input().data();
        Layout.each(List.copyOf(m.lengths.keySet()), m.lengths,
                index -> expected[to.at(index)] += data[from.at(index)]);
        assertArrayEquals(to.lengths(), one.shape(), m::toString);
        assertArrayEquals(expected, Tensors.reals(one), 0, m::toString);
    }

    /** The coordinates of the first greatest, in the order of the axes in brackets. */
    @Property
    void coordinates(@ForAll long seed, @ForAll boolean greatest, @ForAll boolean first) {
        Marked m = new Marked(new Random(seed), false);
        Assume.that(!m.lengths.containsValue(0L));
        List<String> rest = m.lengths.keySet().stream().filter(name -> !m.marked.contains(name)).toList();
        String number = "[" + m.marked.size() + "]";
        String names = String.join(" ", rest);
        String pattern = m.pattern.split("->", -1)[0] + " -> "
                + (first ? number + " " + names : names + " " + number);
        Shaped<?> x = m.input();
        Shaped<?> result = Einops.reduce((Shaped<?>) x, pattern,
                greatest ? Reduction.ARGMAX : Reduction.ARGMIN,
                m.axes());
        Layout from = Layout.of(m.left, m.lengths);
        double[] data = Tensors.reals(x);
        double[] found = Tensors.reals(result);
        int count = m.marked.size();
        int places = (int) Layout.count(rest, m.lengths);
        assertEquals(places * count, found.length, pattern);
        int[] next = {0};
        Layout.each(rest, m.lengths, index -> {
            List<double[]> all = new ArrayList<>();
            Layout.each(m.marked, m.lengths, index,
                    inner -> all.add(Stream.concat(Stream.of(data[from.at(inner)]),
                    m.marked.stream().map(name -> (double) Oracle.at(inner, name))).mapToDouble(d -> d)
                            .toArray()));
            Comparator<double[]> order = Comparator.comparingDouble(row -> greatest ? -row[0] : row[0]);
            double[] best = all.stream().min(order).orElseThrow();
            for (int k = 0; k < count; k++) {
                assertEquals(best[k + 1], found[first ? k * places + next[0] : next[0] * count + k], pattern);
            }
            next[0]++;
        });
    }

    @Property(tries = 200)
    void sortsAnyElements(@ForAll long seed, @ForAll ElementType type) {
        Marked m = new Marked(new Random(seed), false);
        Shaped<?> x = type.of(m.input());
        m.check(Einops.sort((Shaped<?>) x, m.pattern, m.axes()), Tensors.reals(x),
                row -> Arrays.stream(row).sorted().toArray(), 0);
        m.check(Einops.argsort((Shaped<?>) x, m.pattern, m.axes()), Tensors.reals(x),
                BracketMeaningTest::order, 0);
        Shaped<?> flipped = Einops.flip((Shaped<?>) x, m.pattern, m.axes());
        assertEquals(x.data().getClass(), flipped.data().getClass());
    }

    @Property(tries = 400)
    void cumulatesAnyElements(@ForAll long seed, @ForAll @IntRange(max = 4) int which,
            @ForAll ElementType type, @ForAll StorageKind kind) {
        Marked m = new Marked(new Random(seed), false);
        Reduction.Named named = CUMULATIVE.get(which);
        Shaped<?> x = type.of(Tensors.filled(i -> type == ElementType.CHAR ? i % 3 : i % 5 - 2,
                m.input().shape()));
        Shaped<?> stored = new Shaped<>(kind.of(x.data()), x.shape());
        Shaped<?> result = Einops.cumulative((Shaped<?>) stored, m.pattern, named, m.axes());
        m.check(new Shaped<>(Storage.array(result.data()), result.shape()), Tensors.reals(x),
                row -> IntStream.range(0, row.length).mapToDouble(i ->
                        fold(named, Arrays.copyOf(row, i + 1))).toArray(),
                named == Reduction.Named.LOGSUMEXP ? 1e-6 : 0);
        boolean isExtreme = named == Reduction.Named.MAX || named == Reduction.Named.MIN;
        assertEquals(isExtreme || Primitives.isFloat(x.data()) ? Storage.type(stored.data())
                : named == Reduction.Named.LOGSUMEXP ? double.class : long.class,
                Storage.type(result.data()));
    }

    @Property(tries = 100)
    void anyStorage(@ForAll long seed, @ForAll StorageKind kind) {
        Marked m = new Marked(new Random(seed), false);
        Shaped<float[]> x = m.input();
        Shaped<?> y = new Shaped<>(kind.of(x.data()), x.shape());
        assertEquals(Einops.softmax(x, m.pattern, m.axes()),
                Einops.softmax((Shaped<?>) y, m.pattern, m.axes()));
        assertEquals(Einops.sort(x, m.pattern, m.axes()), Einops.sort((Shaped<?>) y, m.pattern, m.axes()));
        assertEquals(Einops.flip(x, m.pattern, m.axes()), Einops.flip((Shaped<?>) y, m.pattern, m.axes()));
    }

    /** A random tensor, some axes of which are in brackets, with or without an arrow. */
    private static final class Marked {
        private final Random random;
        private final Map<String, Long> lengths = new LinkedHashMap<>();
        private final List<String> marked = new ArrayList<>();
        private final List<List<String>> left = new ArrayList<>();
        private final List<Boolean> vanishes = new ArrayList<>();
        private final List<List<String>> right;
        private final List<Axis> given = new ArrayList<>();
        private final boolean arrow;
        private final boolean nan;
        private final String pattern;

        Marked(Random random, boolean nan) {
            this.random = random;
            this.nan = nan && random.nextInt(4) == 0;
            List<String> names = List.of("a", "b", "c", "d", "e").subList(0, 1 + random.nextInt(5));
            names.forEach(name -> lengths.put(name, random.nextInt(15) == 0 ? 0L : 1L + random.nextInt(3)));
            List<String> chosen = new ArrayList<>(names);
            Collections.shuffle(chosen, random);
            chosen.subList(Math.min(chosen.size(), 1 + random.nextInt(3)), chosen.size()).clear();
            names.stream().filter(chosen::contains).forEach(marked::add);
            String text = left(new ArrayList<>(names));
            arrow = random.nextBoolean();
            List<String> mixed = new ArrayList<>(names);
            Collections.shuffle(mixed, random);
            right = arrow ? new ArrayList<>() : left;
            pattern = arrow ? text + " -> " + right(mixed) : text;
        }

        private String left(List<String> rest) {
            List<String> words = new ArrayList<>();
            while (!rest.isEmpty()) {
                List<String> taken = rest.subList(0,
                        1 + (random.nextInt(3) == 0 ? random.nextInt(rest.size()) : 0));
                boolean all = marked.containsAll(taken);
                boolean outside = all && random.nextBoolean();
                String inner = String.join(" ", taken.stream()
                        .map(name -> outside || !marked.contains(name) ? name
                        : "[" + name + "]").toList());
                boolean grouped = taken.size() > 1;
                words.add((outside ? "[" : "") + (grouped ? "(" + inner + ")" : inner)
                        + (outside ? "]" : ""));
                if (grouped) {
                    taken.forEach(name -> given.add(new Axis(name, Oracle.at(lengths, name))));
                }
                left.add(List.copyOf(taken));
                vanishes.add(all && (outside || !grouped));
                taken.clear();
            }
            // Neighbours may share their brackets.
            String text = String.join(" ", words);
            return random.nextBoolean() ? text.replace("] [", " ") : text;
        }

        private String right(List<String> rest) {
            List<String> words = new ArrayList<>();
            while (!rest.isEmpty()) {
                List<String> taken = rest.subList(0,
                        1 + (random.nextInt(3) == 0 ? random.nextInt(rest.size()) : 0));
                words.add(taken.size() > 1 ? "(" + String.join(" ", taken) + ")" : taken.getFirst());
                right.add(List.copyOf(taken));
                taken.clear();
            }
            return String.join(" ", words);
        }

        Axis[] axes() {
            return given.toArray(Axis[]::new);
        }

        Shaped<float[]> input() {
            return Tensors.filled(i -> nan && i % 5 == 3 ? Double.NaN : (7 * i) % 11 - 3,
                    Layout.of(left, lengths).lengths());
        }

        void check(Shaped<?> result, UnaryOperator<double[]> operation, double tolerance) {
            check(result, Tensors.reals(input()), operation, tolerance);
        }

        /** Each row, of the elements along the marked axes, becomes what the operation makes of it. */
        void check(Shaped<?> result, double[] data, UnaryOperator<double[]> operation, double tolerance) {
            Layout from = Layout.of(left, lengths);
            Layout to = Layout.of(right, lengths);
            assertArrayEquals(to.lengths(), result.shape(), this::toString);
            double[] actual = Tensors.reals(result);
            List<String> rest = lengths.keySet().stream().filter(name -> !marked.contains(name)).toList();
            Layout.each(rest, lengths, index -> {
                List<Double> row = new ArrayList<>();
                List<Double> found = new ArrayList<>();
                Layout.each(marked, lengths, index, inner -> {
                    row.add(data[from.at(inner)]);
                    found.add(actual[to.at(inner)]);
                });
                double[] expected = operation.apply(row.stream().mapToDouble(d -> d).toArray());
                for (int i = 0; i < expected.length; i++) {
                    double most = tolerance * (1 + Math.abs(expected[i]));
                    assertTrue(Double.compare(expected[i], found.get(i)) == 0
                            || Math.abs(expected[i] - found.get(i)) <= most, this::toString);
                }
            });
        }

        /** The element at each place is the one where the sources of its marked indices say. */
        void checkMoved(Shaped<?> result, List<java.util.function.LongUnaryOperator> sources) {
            Layout from = Layout.of(left, lengths);
            Layout to = Layout.of(right, lengths);
            assertArrayEquals(to.lengths(), result.shape(), this::toString);
            double[] data = Tensors.reals(input());
            double[] actual = Tensors.reals(result);
            Layout.each(List.copyOf(lengths.keySet()), lengths, index -> {
                Map<String, Long> source = new LinkedHashMap<>(index);
                for (int k = 0; k < marked.size(); k++) {
                    source.put(marked.get(k), sources.get(k).applyAsLong(Oracle.at(index, marked.get(k))));
                }
                assertEquals(data[from.at(source)], actual[to.at(index)], this::toString);
            });
        }

        @Override
        public String toString() {
            return pattern + " " + given + " of " + Layout.of(left, lengths).shape();
        }
    }
}

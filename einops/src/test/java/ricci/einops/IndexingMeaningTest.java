package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Reading, writing and adding at places that are data do what loops over all places do. */
class IndexingMeaningTest {
    @Property
    void getAt(@ForAll long seed, @ForAll boolean longs) {
        Places p = new Places(new Random(seed), longs);
        List<String> made = new ArrayList<>(p.batch);
        made.addAll(p.points);
        made.addAll(p.rest);
        String right = p.side(made);
        String pattern = p.left + ", " + p.indexText + " -> " + right;
        Shaped<?> result = Einops.<Shaped<?>>getAt(p.x, p.indices, pattern, p.axes());
        Layout to = Layout.of(p.items, p.lengths);
        double[] expected = new double[to.size()];
        Layout.each(made, p.lengths, index -> expected[to.at(index)] = p.x.data()[p.place(index)]);
        assertArrayEquals(to.lengths(), result.shape(), pattern);
        assertArrayEquals(expected, Tensors.reals(result), 0, pattern);
    }

    @Property
    void setAt(@ForAll long seed, @ForAll boolean longs) {
        write(new Places(new Random(seed), longs), false, ElementType.FLOAT, StorageKind.ARRAY);
    }

    @Property
    void addAt(@ForAll long seed, @ForAll boolean longs) {
        write(new Places(new Random(seed), longs), true, ElementType.FLOAT, StorageKind.ARRAY);
    }

    @Property(tries = 600)
    void writesAnyElements(@ForAll long seed, @ForAll boolean add, @ForAll ElementType type,
            @ForAll StorageKind kind) {
        write(new Places(new Random(seed), false), add, type, kind);
    }

    /**
     * Values that lack axes are the same along them; the last point in row-major order wins. Sums of integers
     * wrap, those of truths are whether one is true.
     */
    private static void write(Places p, boolean add, ElementType type, StorageKind kind) {
        List<String> all = new ArrayList<>(p.batch);
        // Points follow one another in the order in which the indices name their axes.
        p.points.stream().sorted(Comparator.comparingInt(p.indexText::indexOf)).forEach(all::add);
        all.addAll(p.rest);
        List<String> kept = new ArrayList<>(all);
        Collections.shuffle(kept, p.random);
        kept = List.copyOf(kept.subList(p.random.nextInt(kept.size() + 1) / 2, kept.size()));
        String values = p.side(kept);
        Layout of = Layout.of(p.items, p.lengths);
        Shaped<?> x = stored(kind, type.of(p.x));
        Shaped<?> updates = stored(kind, type.of(Tensors.filled(i -> 100 + i, of.lengths())));
        double[] given = reals(updates);
        List<String> xs = p.xNames;
        String text = p.left + ", " + p.indexText + ", " + values;
        boolean arrow = p.random.nextBoolean();
        Layout to = Layout.of(p.leftItems, p.lengths);
        if (arrow) {
            text += " -> " + p.side(xs);
            to = Layout.of(p.items, p.lengths);
        }
        String pattern = text;
        Layout right = to;
        double[] written = reals(x).clone();
        Layout.each(all, p.lengths, index -> {
            int place = p.place(index);
            double value = given[of.at(index)];
            written[place] = add ? written[place] + value : value;
        });
        double[] expected = new double[written.length];
        Layout from = Layout.of(p.leftItems, p.lengths);
        Layout.each(xs, p.lengths, index -> expected[right.at(index)] = written[from.at(index)]);
        Shaped<?> result = add ? Einops.<Shaped<?>>addAt(x, p.indices, updates, pattern, p.axes())
                : Einops.<Shaped<?>>setAt(x, p.indices, updates, pattern, p.axes());
        assertArrayEquals(right.lengths(), result.shape(), pattern);
        assertArrayEquals(as(Storage.type(x.data()), expected), reals(result), 0, pattern);
        assertEquals(Storage.type(x.data()), Storage.type(result.data()));
        assertEquals(x.data().getClass().isArray(), result.data().getClass().isArray());
        assertArrayEquals(reals(stored(kind, type.of(p.x))), reals(x), 0, "the argument changed");
    }

    private static Shaped<?> stored(StorageKind kind, Shaped<?> x) {
        return new Shaped<>(kind.of(x.data()), x.shape());
    }

    private static double[] reals(Shaped<?> x) {
        return Tensors.reals(new Shaped<>(Storage.array(x.data()), x.shape()));
    }

    /** Numbers as elements of a type have them. */
    private static double[] as(Class<?> type, double[] numbers) {
        Object like = java.lang.reflect.Array.newInstance(type, 0);
        return Primitives.isFloat(like) ? numbers : Primitives.reals(Primitives.like(like,
                java.util.Arrays.stream(numbers).mapToLong(number -> (long) number).toArray()));
    }

    @Property(tries = 300)
    void anyElements(@ForAll long seed, @ForAll ElementType type, @ForAll StorageKind kind) {
        Places p = new Places(new Random(seed), false);
        List<String> made = new ArrayList<>(p.batch);
        made.addAll(p.points);
        made.addAll(p.rest);
        String pattern = p.left + ", " + p.indexText + " -> " + p.side(made);
        Shaped<?> x = type.of(p.x);
        Shaped<?> stored = new Shaped<>(kind.of(x.data()), x.shape());
        Shaped<?> read = Einops.<Shaped<?>>getAt(stored, p.indices, pattern, p.axes());
        double[] elements = Tensors.reals(x);
        Layout to = Layout.of(p.items, p.lengths);
        Shaped<?> expected = Einops.<Shaped<?>>getAt(x, p.indices, pattern, p.axes());
        assertArrayEquals(Tensors.reals(expected), Tensors.reals(new Shaped<>(Storage.array(read.data()),
                read.shape())), 0, pattern);
        assertEquals(x.data().getClass(), expected.data().getClass());
        double[] actual = Tensors.reals(expected);
        Layout.each(made, p.lengths, index ->
                assertEquals(elements[p.place(index)], actual[to.at(index)], pattern));
    }

    /** A random tensor with one to three indexed axes, and indices of points, some of them twice. */
    private static final class Places {
        private final Random random;
        private final Map<String, Long> lengths = new LinkedHashMap<>();
        private final List<String> batch;
        private final List<String> indexed;
        private final List<String> rest;
        private final List<String> points;
        private final List<String> xNames = new ArrayList<>();
        private final List<List<String>> leftItems;
        private final Shaped<float[]> x;
        private final List<Shaped<?>> indices = new ArrayList<>();
        /** Of each indexed axis: where its coordinates are. */
        private final List<double[]> coordinates = new ArrayList<>();
        private final List<Layout> layouts = new ArrayList<>();
        private final String left;
        private final String indexText;
        private final List<Axis> given = new ArrayList<>();
        private List<List<String>> items = List.of();

        Places(Random random, boolean longs) {
            this.random = random;
            batch = names("b", random.nextInt(3), 3);
            indexed = names("h", 1 + random.nextInt(3), 4);
            rest = names("c", random.nextInt(3), 3);
            points = names("p", random.nextInt(3), 4);
            xNames.addAll(batch);
            xNames.addAll(indexed);
            xNames.addAll(rest);
            Collections.shuffle(xNames, random);
            String text = side(xNames);
            for (String name : indexed) {
                text = text.replace(name, "[" + name + "]");
            }
            left = text;
            leftItems = items;
            x = Tensors.counting(Layout.of(leftItems, lengths).lengths());
            // Names in the order in which marked axes are written are those of the coordinates.
            List<String> order = xNames.stream().filter(indexed::contains).toList();
            indexText = random.nextBoolean() ? together(order, longs) : apart(order, longs);
        }

        private List<String> names(String stem, int count, int most) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                names.add(stem + "n" + i);
                lengths.put(stem + "n" + i, 1L + random.nextInt(most));
            }
            return names;
        }

        /** All names, in any order, some in groups; their items are noted. */
        String side(List<String> names) {
            List<String> shuffled = new ArrayList<>(names);
            if (!names.equals(xNames) || leftItems != null) {
                Collections.shuffle(shuffled, random);
            }
            List<String> words = new ArrayList<>();
            items = new ArrayList<>();
            while (!shuffled.isEmpty()) {
                List<String> taken = shuffled.subList(0,
                        random.nextInt(4) == 0 ? Math.min(2, shuffled.size()) : 1);
                words.add(taken.size() > 1 ? "(" + String.join(" ", taken) + ")" : taken.getFirst());
                items.add(List.copyOf(taken));
                taken.clear();
            }
            return String.join(" ", words);
        }

        /** One tensor, with an axis of coordinates anywhere. */
        private String together(List<String> order, boolean longs) {
            List<String> around = new ArrayList<>(batch);
            around.addAll(points);
            Collections.shuffle(around, random);
            int place = random.nextInt(around.size() + 1);
            List<List<String>> all = new ArrayList<>(around.stream().map(List::of).toList());
            all.add(place, List.of("k"));
            lengths.put("k", (long) order.size());
            Layout layout = Layout.of(all, lengths);
            long[] data = new long[layout.size()];
            Layout.each(layout.names(), lengths, index -> data[layout.at(index)] =
                    random.nextInt((int) Oracle.at(lengths, order.get((int) Oracle.at(index, "k")))));
            indices.add(tensor(data, layout.lengths(), longs));
            lengths.remove("k");
            for (int k = 0; k < order.size(); k++) {
                long at = k;
                Layout one = new Layout(layout.shape(),
                        java.util.stream.IntStream.range(0, all.size()).mapToObj(i ->
                        i == place ? new Layout.Place(at, List.of()) : layout.places().get(i)).toList());
                layouts.add(one);
                coordinates.add(java.util.Arrays.stream(data).asDoubleStream().toArray());
            }
            List<String> words = new ArrayList<>(around);
            words.add(place, "[" + order.size() + "]");
            return String.join(" ", words);
        }

        /** A tensor for each coordinate, which may lack axes that others have. */
        private String apart(List<String> order, boolean longs) {
            List<String> texts = new ArrayList<>();
            for (int k = 0; k < order.size(); k++) {
                List<String> around = new ArrayList<>(batch);
                around.addAll(points);
                if (k > 0) {
                    around.removeIf(_ -> random.nextInt(3) == 0);
                }
                Collections.shuffle(around, random);
                Layout layout = Layout.of(around.stream().map(List::of).toList(), lengths);
                long[] data = new long[layout.size()];
                int most = (int) Oracle.at(lengths, order.get(k));
                java.util.Arrays.setAll(data, _ -> random.nextInt(most));
                indices.add(tensor(data, layout.lengths(), longs));
                layouts.add(layout);
                coordinates.add(java.util.Arrays.stream(data).asDoubleStream().toArray());
                texts.add(String.join(" ", around));
            }
            return String.join(", ", texts);
        }

        private static Shaped<?> tensor(long[] data, long[] shape, boolean longs) {
            return longs ? new Shaped<>(data, shape)
                    : new Shaped<>(java.util.Arrays.stream(data).mapToInt(i -> (int) i).toArray(), shape);
        }

        /** Where in the tensor the element of this batch, point and rest is. */
        int place(Map<String, Long> index) {
            Map<String, Long> full = new LinkedHashMap<>(index);
            List<String> order = xNames.stream().filter(indexed::contains).toList();
            for (int k = 0; k < order.size(); k++) {
                full.put(order.get(k), (long) coordinates.get(k)[layouts.get(k).at(index)]);
            }
            return Layout.of(leftItems, lengths).at(full);
        }

        /** All lengths of the tensor's and the updates' axes, which may be in groups. */
        Axis[] axes() {
            given.clear();
            for (String name : xNames) {
                given.add(new Axis(name, Oracle.at(lengths, name)));
            }
            points.forEach(name -> given.add(new Axis(name, Oracle.at(lengths, name))));
            return given.toArray(Axis[]::new);
        }
    }
}

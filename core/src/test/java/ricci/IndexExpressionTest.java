package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.ELLIPSIS;
import static ricci.Ricci.NEWAXIS;
import static ricci.Ricci.arange;
import static ricci.Ricci.at;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.slice;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;
import static ricci.Ricci.where;
import static ricci.Ricci.zeros;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/** Index expressions against NumPy's answers, and against a reading of the rules element by element. */
class IndexExpressionTest {
    @TestFactory
    List<DynamicTest> answersAreNumpys() {
        Map<String, Tensor> table = NumpyAnswers.table("numpy-index.tsv");
        List<DynamicTest> tests = new ArrayList<>();
        for (String line : NumpyAnswers.lines("numpy-index.tsv")) {
            String name = line.substring(0, line.indexOf('\t'));
            if (!name.startsWith("in ") && !name.startsWith("set ")) {
                tests.add(DynamicTest.dynamicTest(name, () -> check(table, name)));
            }
        }
        assertTrue(tests.size() > 70);
        return tests;
    }

    /** A scalar has one part, itself, and parts with axes that are new. */
    @Test
    void partsOfScalars() {
        Tensor x = tensor(3.0);
        for (Part all : List.of(x.at(), x.at(ELLIPSIS))) {
            for (Tensor y : List.of(all.set(5.0), all.add(2), all.max(5), all.sub(-2),
                    all.set(tensor(5.0)))) {
                assertEquals("f64[] 5.0", y.toString());
            }
            assertEquals("f64[] 6.0", all.mul(2).toString());
            assertEquals("f64[] 1.0", all.min(1).toString());
        }
        assertEquals("f64[] 5.0", x.at(NEWAXIS).set(tensor(new double[] {5})).toString());
        assertEquals("f64[] 5.0", jit((Tensor t) -> t.at().set(5.0)).apply(x).toString());
        assertArrayEquals(new double[] {2, 3}, vmap((Tensor t) -> t.at(ELLIPSIS).add(1)).apply(
                tensor(new double[] {1, 2})).toDoubles());
        assertEquals(2, grad((Tensor t) -> t.at().mul(2)).apply(x).item());
        assertEquals(0, grad((Tensor t) -> t.at().set(2)).apply(x).item());
    }

    @Test
    void imaginaryPartsAreNotDropped() {
        Tensor z = Complex.of(tensor(1.0), tensor(2.0));
        assertThrows(RicciException.DataType.class, () -> zeros(2).at(0).set(z));
        assertEquals("[1.+2.j 0.+0.j]", PrintOptions.DEFAULT.print(
                zeros(2).to(DType.C128).at(0).set(z)));
        assertEquals("[3.+0.j 0.+0.j]", PrintOptions.DEFAULT.print(
                zeros(2).to(DType.C128).at(0).set(tensor(3.0))));
    }

    private static void check(Map<String, Tensor> table, String expression) {
        Tensor x = NumpyAnswers.of(table, "in x");
        @Nullable Object[] index = Arrays.stream(expression.split(",", -1)).map(String::strip)
                .map(word -> entry(table, word)).toArray();
        if (!table.containsKey(expression)) {
            assertThrows(RicciException.class, () -> x.get(index));
            return;
        }
        Tensor expected = NumpyAnswers.of(table, expression);
        Tensor actual = x.get(index);
        assertEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.toLongs(), actual.toLongs());
        assertArrayEquals(expected.toLongs(), jit((Tensor y) -> y.get(index)).apply(x).toLongs());
        Tensor values = arange(expected.size()).neg().sub(1).reshape(expected.shape().toArray());
        assertArrayEquals(NumpyAnswers.of(table, "set " + expression).toLongs(),
                x.at(index).set(values).toLongs());
    }

    private static Object entry(Map<String, Tensor> table, String word) {
        if (word.equals("...")) {
            return ELLIPSIS;
        }
        if (word.equals("None")) {
            return NEWAXIS;
        }
        if (word.contains(":")) {
            String[] parts = word.split(":", -1);
            return new Index.Range(bound(parts[0]), bound(parts[1]),
                    parts.length < 3 || parts[2].isEmpty() ? 1 : Long.parseLong(parts[2]));
        }
        Tensor named = table.get("in " + word);
        return named != null ? named : Integer.valueOf(word);
    }

    private static @Nullable Long bound(String text) {
        return text.isEmpty() ? null : Long.valueOf(text);
    }

    @Property(tries = 2000)
    void anyExpressionFollowsTheRules(@ForAll long seed) {
        Random random = new Random(seed);
        int rank = random.nextInt(4);
        long[] lengths = random.longs(rank, 1, 5).toArray();
        Tensor x = arange(Shape.of(lengths).size()).reshape(lengths);
        List<Object> index = expression(random, lengths);
        long[] naive = naive(lengths, index);
        long[] shape = Arrays.copyOf(naive, (int) naive[naive.length - 1]);
        long[] places = Arrays.copyOfRange(naive, shape.length, naive.length - 1);
        Tensor actual = x.get(index.toArray());
        assertArrayEquals(shape, actual.shape().toArray(), () -> index + " of " + x.type());
        assertArrayEquals(places, actual.toLongs(), () -> index + " of " + x.type());
        updates(x, index, shape, places);
    }

    private static void updates(Tensor x, List<Object> index, long[] shape, long[] places) {
        Tensor values = arange(places.length).add(100).reshape(shape);
        long[] product = x.toLongs();
        for (int i = 0; i < places.length; i++) {
            product[(int) places[i]] *= i % 3 - 1;
        }
        Tensor factors = Arithmetic.mod(values.sub(100), 3).sub(1);
        assertArrayEquals(product, x.at(index.toArray()).mul(factors).toLongs());
        long[] set = x.toLongs();
        long[] sum = x.toLongs();
        long[] max = x.toLongs();
        for (int i = 0; i < places.length; i++) {
            int place = (int) places[i];
            set[place] = 100L + i;
            sum[place] += 100L + i;
            max[place] = Math.max(max[place], 100L + i);
        }
        Part part = x.at(index.toArray());
        assertArrayEquals(set, part.set(values).toLongs());
        assertArrayEquals(sum, part.add(values).toLongs());
        assertArrayEquals(max, part.max(values).toLongs());
        assertArrayEquals(x.toLongs(), part.apply(y -> y).toLongs());
        long distinct = new TreeSet<>(Arrays.stream(places).boxed().toList()).size();
        assertEquals((double) distinct, zeros(x.shape().toArray()).at(index.toArray()).set(1).sum().item());
        assertArrayEquals(set, jit((Tensor y) -> y.at(index.toArray()).set(values)).apply(x).toLongs());
        Tensor two = Ricci.stack(x, x.add(1000));
        Tensor both = vmap((Tensor y) -> y.at(index.toArray()).add(values)).apply(two);
        assertArrayEquals(sum, both.get(0).toLongs());
    }

    private static List<Object> expression(Random random, long[] lengths) {
        List<Object> index = new ArrayList<>();
        int axis = 0;
        boolean dots = false;
        while ((axis < lengths.length && random.nextInt(6) > 0) || random.nextInt(5) == 0) {
            int kind = random.nextInt(axis < lengths.length ? 8 : 2);
            if (kind == 0) {
                index.add(NEWAXIS);
            } else if (kind == 1) {
                if (!dots) {
                    index.add(ELLIPSIS);
                    axis += random.nextInt(lengths.length - axis + 1);
                    dots = true;
                }
            } else {
                index.add(one(random, (int) lengths[axis], kind));
                axis++;
            }
        }
        if (dots) {
            return counted(index, lengths, random);
        }
        return index;
    }

    /** Entries behind an ellipsis stand for the last axes, so they are drawn for these. */
    private static List<Object> counted(List<Object> index, long[] lengths, Random random) {
        List<Object> drawn = new ArrayList<>(index);
        int axis = lengths.length;
        for (int i = drawn.size() - 1; !(drawn.get(i) instanceof Index.Ellipsis); i--) {
            if (!(drawn.get(i) instanceof Index.NewAxis)) {
                axis--;
                drawn.set(i, one(random, (int) lengths[axis], 2 + random.nextInt(6)));
            }
        }
        return drawn;
    }

    private static Object one(Random random, int length, int kind) {
        return switch (kind) {
            case 2, 3 -> random.nextInt(2 * length) - length;
            case 4, 5 -> {
                long step = random.nextInt(3) + 1L;
                yield new Index.Range(
                        random.nextBoolean() ? null : random.nextLong(-length - 1L, length + 2L),
                        random.nextBoolean() ? null : random.nextLong(-length - 1L, length + 2L),
                        random.nextBoolean() ? step : -step);
            }
            default -> {
                long[] shape = random.nextBoolean() ? new long[] {2} : new long[] {random.nextInt(2) + 1L, 1};
                yield tensor(DType.I64, random.longs(Shape.of(shape).size(), -length, length).toArray(),
                        shape);
            }
        };
    }

    /** The result's shape, then for each of its elements the place in row-major order, then the rank. */
    private static long[] naive(long[] lengths, List<Object> index) {
        List<Object> all = new ArrayList<>(index);
        int consumed = (int) index.stream().filter(IndexExpressionTest::isCounted).count();
        if (!all.contains(ELLIPSIS)) {
            all.add(ELLIPSIS);
        }
        int dots = all.indexOf(ELLIPSIS);
        boolean looks = all.stream().anyMatch(Tensor.class::isInstance);
        List<Integer> advanced = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) instanceof Tensor || (looks && all.get(i) instanceof Integer)) {
                advanced.add(i);
            }
        }
        boolean together = looks && advanced.getLast() - advanced.getFirst() == advanced.size() - 1;
        long[] block = block(all);
        List<long[]> axes = new ArrayList<>();
        List<String> kinds = new ArrayList<>();
        int axis = 0;
        for (int i = 0; i < all.size(); i++) {
            Object entry = all.get(i);
            if (looks && together && i == advanced.getFirst()) {
                addBlock(block, axes, kinds, axes.size());
            }
            if (i == dots) {
                for (int k = 0; k < lengths.length - consumed; k++) {
                    axes.add(range((int) lengths[axis], null, null, 1));
                    kinds.add("axis " + axis++);
                }
            } else if (entry instanceof Index.NewAxis) {
                axes.add(new long[1]);
                kinds.add("new");
            } else if (entry instanceof Index.Range r) {
                axes.add(range((int) lengths[axis], r.start(), r.stop(), r.step()));
                kinds.add("axis " + axis++);
            } else {
                axis++;
            }
        }
        if (looks && !together) {
            addBlock(block, axes, kinds, 0);
        }
        return places(lengths, all, axes, kinds, block);
    }

    private static boolean isCounted(Object entry) {
        return !(entry instanceof Index.NewAxis) && !(entry instanceof Index.Ellipsis);
    }

    private static void addBlock(long[] block, List<long[]> axes, List<String> kinds, int position) {
        for (int k = block.length - 1; k >= 0; k--) {
            axes.add(position, new long[(int) block[k]]);
            kinds.add(position, "block " + k);
        }
    }

    private static long[] block(List<Object> all) {
        int rank = all.stream().mapToInt(e -> e instanceof Tensor t ? t.rank() : 0).max().orElse(0);
        long[] block = new long[rank];
        Arrays.fill(block, 1);
        for (Object entry : all) {
            if (entry instanceof Tensor t) {
                for (int k = 0; k < t.rank(); k++) {
                    int at = rank - t.rank() + k;
                    block[at] = Math.max(block[at], t.shape().length(k));
                }
            }
        }
        return block;
    }

    /** Places of a slice, found by walking: those that a loop from start to stop would visit. */
    private static long[] range(int length, @Nullable Long start, @Nullable Long stop, long step) {
        List<Long> places = new ArrayList<>();
        long from = start == null ? (step > 0 ? 0 : length - 1) : start < 0 ? start + length : start;
        long to = stop == null ? (step > 0 ? length : -1) : stop < 0 ? stop + length : stop;
        from = step > 0 ? Math.max(from, 0) : Math.min(from, length - 1);
        for (long i = from; step > 0 ? i < Math.min(to, length) : i > Math.max(to, -1); i += step) {
            places.add(i);
        }
        return places.stream().mapToLong(i -> i).toArray();
    }

    private static long[] places(long[] lengths, List<Object> all, List<long[]> axes, List<String> kinds,
            long[] block) {
        long[] shape = axes.stream().mapToLong(a -> a.length).toArray();
        int size = (int) Shape.of(shape).size();
        long[] result = Arrays.copyOf(shape, shape.length + size + 1);
        result[result.length - 1] = shape.length;
        for (int i = 0; i < size; i++) {
            long[] at = new long[shape.length];
            long rest = i;
            for (int k = shape.length - 1; k >= 0; k--) {
                at[k] = rest % shape[k];
                rest /= shape[k];
            }
            result[shape.length + i] = place(lengths, all, axes, kinds, block, at);
        }
        return result;
    }

    private static long place(long[] lengths, List<Object> all, List<long[]> axes, List<String> kinds,
            long[] block, long[] at) {
        long[] coordinates = new long[lengths.length];
        long[] inBlock = new long[block.length];
        for (int k = 0; k < at.length; k++) {
            if (kinds.get(k).startsWith("axis")) {
                coordinates[Integer.parseInt(kinds.get(k).substring(5))] = axes.get(k)[(int) at[k]];
            } else if (kinds.get(k).startsWith("block")) {
                inBlock[Integer.parseInt(kinds.get(k).substring(6))] = at[k];
            }
        }
        int consumed = (int) all.stream().filter(IndexExpressionTest::isCounted).count();
        int axis = 0;
        for (Object entry : all) {
            if (entry instanceof Index.Ellipsis) {
                axis += lengths.length - consumed;
            } else if (entry instanceof Integer place) {
                coordinates[axis] = Math.floorMod(place, lengths[axis++]);
            } else if (entry instanceof Tensor t) {
                long flat = 0;
                for (int k = 0; k < t.rank(); k++) {
                    long length = t.shape().length(k);
                    flat = flat * length + (length == 1 ? 0 : inBlock[block.length - t.rank() + k]);
                }
                coordinates[axis] = Math.floorMod(t.toLongs()[(int) flat], lengths[axis++]);
            } else if (!(entry instanceof Index.NewAxis)) {
                axis++;
            }
        }
        long place = 0;
        for (int k = 0; k < lengths.length; k++) {
            place = place * lengths[k] + coordinates[k];
        }
        return place;
    }

    @Test
    void placesOutsideGoByTheMode() {
        Tensor x = tensor(new float[] {1, 2, 3});
        Tensor places = tensor(new int[] {1, 5, -4});
        assertArrayEquals(new float[] {2, 3, 1}, x.get(places).toFloats());
        assertArrayEquals(new float[] {2, Float.NaN, Float.NaN},
                x.at(places).mode(IndexMode.FILL).get().toFloats());
        assertArrayEquals(new float[] {2, 3, 3}, x.at(places).mode(IndexMode.WRAP).get().toFloats());
        assertArrayEquals(new float[] {1, 9, 3}, x.at(places).set(9).toFloats());
        assertArrayEquals(new float[] {9, 9, 9}, x.at(places).mode(IndexMode.CLIP).set(9).toFloats());
        assertArrayEquals(new float[] {1, 9, 9}, x.at(places).mode(IndexMode.WRAP).set(9).toFloats());
        assertTrue(Double.isNaN(zeros(0).at(at(0)).mode(IndexMode.FILL).get().item()));
        assertEquals(0, zeros(0).at(at(0)).set(1).size());
    }

    @Test
    void masksMayBeTracedWhereTheShapeStays() {
        Tensor x = tensor(new float[] {-1, 2, -3});
        Fn<Tensor, Tensor> positive = y -> y.at(y.lt(0)).set(0);
        assertArrayEquals(new float[] {0, 2, 0}, jit(positive).apply(x).toFloats());
        assertArrayEquals(new float[] {0, 1, 0}, grad((Tensor y) -> positive.apply(y).sum()).apply(x)
                .toFloats());
        assertArrayEquals(new float[] {2}, grad((Tensor y) -> y.get(y.gt(0)).square().sum()).apply(x)
                .get(x.gt(0)).div(2).toFloats());
        assertArrayEquals(new int[] {1}, where(x.gt(0)).getFirst().toInts());
        assertArrayEquals(new float[] {-1, 12, 7},
                x.at(new boolean[] {false, true, true}).add(10).toFloats());
    }

    @Test
    void whatOccursTwiceCountsTwice() {
        Tensor labels = tensor(new int[] {1, 3, 1});
        assertArrayEquals(new float[] {0, 2, 0, 1}, zeros(4).at(labels).add(1).toFloats());
        assertArrayEquals(new float[] {0, -2, 0, -1}, zeros(4).at(labels).sub(1).toFloats());
        Tensor threes = Ricci.full(zeros(4).type(), 3);
        assertArrayEquals(new float[] {3, 12, 3, 6}, threes.at(labels).mul(2).toFloats());
        assertArrayEquals(new float[] {3, 0.75f, 3, 1.5f}, threes.at(labels).div(2).toFloats());
        assertArrayEquals(new float[] {3, 81, 3, 9}, threes.at(labels).pow(2).toFloats());
        assertArrayEquals(new float[] {3, 9, 9, 3}, threes.at(slice(1, 3)).pow(2).toFloats());
        Tensor g = grad((Tensor x) -> x.get(labels).mul(tensor(new float[] {1, 10, 100})).sum())
                .apply(zeros(4));
        assertArrayEquals(new float[] {0, 101, 0, 10}, g.toFloats());
        Tensor matrix = arange(12).to(DType.F32).reshape(3, 4);
        assertArrayEquals(new float[] {3, 7, 11}, matrix.get(slice(), -1).toFloats());
        assertArrayEquals(new float[] {8, 4, 0}, matrix.get(slice(null, null, -1), 0).toFloats());
        assertArrayEquals(new float[] {4, 5}, matrix.get(1, slice(0, 2)).toFloats());
        assertArrayEquals(new float[] {8, 0}, matrix.get(at(2, 0), 0).toFloats());
    }
}

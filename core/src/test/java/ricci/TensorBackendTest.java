package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.einops.Along;
import ricci.einops.Einops;
import ricci.einops.Packed;
import ricci.einops.Reduction;
import ricci.einops.Update;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * What the notation does to tensors: as on Java arrays, in a trace as outside one, with derivatives, and in
 * as few primitives as there can be.
 */
class TensorBackendTest {
    private static final TensorBackend BACKEND = new TensorBackend();
    private static final OnArrays ARRAYS = new OnArrays();
    private static final List<DType> NUMBERS =
            List.of(DType.F64, DType.F32, DType.I64, DType.I32, DType.I16, DType.I8, DType.BOOL);

    private static Tensor draw(Random random, DType dtype, long... lengths) {
        int size = (int) Shape.of(lengths).size();
        return dtype.isFloat()
                ? Ricci.tensor(dtype, random.ints(size, -4, 5).mapToDouble(i -> i / 2.0).toArray(), lengths)
                : Ricci.tensor(dtype, random.longs(size, dtype == DType.BOOL ? 0 : -3, 2).toArray(), lengths);
    }

    private static long[] shape(Random random, int rank) {
        return random.longs(rank, 0, 4).map(length -> length == 0 && random.nextInt(3) > 0 ? 2 : length)
                .toArray();
    }

    /** The same in a trace, where nothing has values but what was there before. */
    private static void assertSameAsOnArrays(Tensor expected, Fn<Tensor, Tensor> f, Tensor x) {
        for (Tensor actual : List.of(f.apply(x), Ricci.jit(f).apply(x))) {
            assertEquals(expected.shape(), actual.shape());
            assertEquals(expected.dtype(), actual.dtype());
            assertArrayEquals(expected.toDoubles(), actual.toDoubles(), 1e-6);
        }
    }

    // ---- rearranging ----

    @Property(tries = 300)
    void rearrangesAsThreeSteps(@ForAll long seed) {
        Random random = new Random(seed);
        long[] split = shape(random, 1 + random.nextInt(4));
        List<Integer> order = new ArrayList<>(IntStream.range(0, split.length).boxed().toList());
        Collections.shuffle(order, random);
        int[] permutation = order.stream().mapToInt(i -> i).toArray();
        long[] lengths = order.stream().mapToLong(i -> split[i]).toArray();
        long[] merged = random.nextBoolean() ? lengths : new long[] {Shape.of(split).size()};
        long[] given = random.nextBoolean() ? split : new long[] {Shape.of(split).size()};
        Tensor x = draw(random, NUMBERS.get(random.nextInt(NUMBERS.size())), given);
        Fn<Tensor, Tensor> f = y -> BACKEND.rearrange(y, split, permutation, merged);
        assertSameAsOnArrays(x.reshape(split).transpose(permutation).reshape(merged), f, x);
        assertTrue(Ricci.program(f, x).equations().size() <= 1);
    }

    @Test
    void whatARearrangeNeedsIsOnePrimitive() {
        Tensor image = Ricci.ones(2, 4, 6, 3);
        // b (h p) (w q) c -> b (h w) (p q c)
        assertEquals(List.of(Op.Rearrange.class), operations(x -> BACKEND.rearrange(
                x, new long[] {2, 2, 2, 3, 2, 3}, new int[] {0, 1, 3, 2, 4, 5}, new long[] {2, 6, 12}),
                image));
        Tensor matrix = Ricci.ones(2, 3);
        assertEquals(List.of(Op.Transpose.class),
                operations(x -> Einops.rearrange(x, "a b -> b a"), matrix));
        assertEquals(List.of(), operations(x -> Einops.rearrange(x, "a b -> a b"), matrix));
        assertEquals(List.of(Op.Reshape.class),
                operations(x -> Einops.rearrange(x, "a b -> (a b)"), matrix));
        assertEquals(List.of(Op.Reshape.class),
                operations(x -> Einops.rearrange(x, "a b -> b a"), Ricci.ones(1, 3)));
        assertEquals(List.of(), operations(x -> BACKEND.rearrange(
                x, new long[] {2, 1, 3}, new int[] {1, 0, 2}, new long[] {2, 3}), matrix));
    }

    private static List<Class<?>> operations(Fn<Tensor, Tensor> f, Tensor x) {
        Program program = Ricci.program(f, x);
        assertEquals(program, Program.parse(program.toString()));
        return program.equations().stream().<Class<?>>map(e -> e.op().getClass()).toList();
    }

    @Test
    void rearrangingDifferentiates() {
        Fn<Tensor, Tensor> f = x -> BACKEND.rearrange(x, new long[] {2, 2, 3}, new int[] {2, 0, 1},
                new long[] {6, 2}).square();
        Jacobians.check(f, Jacobians.draw(new Random(1), 4, 3));
        Fn<Tensor, Tensor> back = x -> BACKEND.rearrange(x, new long[] {2, 2, 3}, new int[] {2, 0, 1},
                new long[] {6, 2});
        // One there, and one back.
        assertEquals(List.of(Op.Rearrange.class, Op.Rearrange.class), operations(
                y -> Ricci.vjp(back, Ricci.zeros(4, 3)).pullback().apply(y), Ricci.zeros(6, 2)));
    }

    // ---- reducing ----

    @Property(tries = 400)
    void reducesAsOnArrays(@ForAll long seed, @ForAll Reduction.Named reduction) {
        Random random = new Random(seed);
        Tensor x = draw(random, NUMBERS.get(random.nextInt(4)), random.longs(3, 1, 4).toArray());
        String pattern = List.of("a b c -> a", "a b c -> b", "a b c -> a c", "a b c ->", "a b c -> c b")
                .get(random.nextInt(5));
        Tensor expected = BACKEND.write(x, Einops.reduce(BACKEND.read(x), pattern, reduction));
        // Means of integers are f64 on arrays, f32 in tensors.
        Fn<Tensor, Tensor> f = y -> {
            Tensor reduced = Einops.reduce(y, pattern, reduction);
            return reduced.dtype().isFloat() ? reduced.to(expected.dtype()) : reduced;
        };
        assertSameAsOnArrays(expected, f, x);
    }

    @Test
    void reductionsDifferentiate() {
        Tensor x = Jacobians.draw(new Random(5), 2, 3, 2);
        for (Reduction reduction : List.of(Reduction.SUM, Reduction.MEAN, Reduction.MAX, Reduction.MIN,
                Reduction.PROD, Reduction.VAR, Reduction.STD, Reduction.LOGSUMEXP)) {
            Jacobians.check(y -> Einops.reduce(y, "a b c -> b", reduction), x);
            Jacobians.check(y -> Einops.reduce(y, "a b c ->", reduction), x);
        }
    }

    @Test
    void theOtherFunctionsOfTheNotationDifferentiate() {
        Tensor x = Jacobians.draw(new Random(9), 2, 3, 2);
        Jacobians.check(y -> Einops.rearrange(y.square(), "a b (c d) -> (d b) a c", Einops.axis("c", 1)), x);
        Jacobians.check(y -> Einops.repeat(y.square(), "a b c -> b (a 2) c 3"), x);
        Jacobians.check(y -> Einops.einsum(y, y, "a b c, d b c -> a d"), x);
        Jacobians.check(y -> {
            Packed<Tensor> packed = Einops.pack(List.of(y, y.square().sum(2)), "a b *");
            List<Tensor> parts = Einops.unpack(packed, "a b *");
            return parts.getFirst().sum(2).mul(parts.getLast());
        }, x);
    }

    @Test
    void extremesAreFoundOverSeveralAxes() {
        Tensor x = Ricci.tensor(new double[] {1, 9, 3, 4, 5, 0, 7, 9}, 2, 2, 2);
        Tensor where = Einops.reduce(x, "a b c -> b", Reduction.ARGMAX);
        assertEquals(DType.I64, where.dtype());
        assertArrayEquals(new long[] {1, 3}, where.toLongs());
        assertArrayEquals(new long[] {3, 0}, Einops.reduce(x, "a b c -> b", Reduction.ARGMIN).toLongs());
        assertArrayEquals(new long[] {1}, Einops.reduce(x, "a b c ->", Reduction.ARGMAX).toLongs());
        Tensor nan = Ricci.tensor(new double[] {1, Double.NaN, 9, Double.NaN}, 2, 2);
        assertEquals(1, Einops.reduce(nan, "a b ->", Reduction.ARGMAX).item());
        assertEquals(1, Einops.reduce(nan, "a b ->", Reduction.ARGMIN).item());
        assertEquals(1, Einops.reduce(x.gt(3), "a b c ->", Reduction.ARGMAX).item());
    }

    // ---- along an axis ----

    @Property(tries = 400)
    void goesAlongAnAxisAsOnArrays(@ForAll long seed) {
        Random random = new Random(seed);
        List<Along> operations = operations();
        Along operation = operations.get(random.nextInt(operations.size()));
        Tensor x = draw(random, NUMBERS.get(random.nextInt(4)), shape(random, 3));
        int axis = random.nextInt(3);
        Tensor expected = ARRAYS.along(x, operation, axis);
        assertSameAsOnArrays(expected, y -> {
            Tensor z = BACKEND.along(y, operation, axis);
            return z.dtype().isFloat() ? z.to(expected.dtype()) : z;
        }, x);
    }

    private static List<Along> operations() {
        List<Along> all = new ArrayList<>(List.of(Along.Named.values()));
        for (Reduction.Named reduction : List.of(Reduction.Named.SUM, Reduction.Named.PROD,
                Reduction.Named.MAX, Reduction.Named.MIN, Reduction.Named.LOGSUMEXP)) {
            all.add(new Along.Cumulative(reduction));
        }
        return all;
    }

    @Test
    void whatGoesAlongAnAxisDifferentiates() {
        Tensor x = Jacobians.draw(new Random(6), 2, 5);
        for (Along operation : operations()) {
            if (operation != Along.Named.ARGSORT) {
                Jacobians.check(y -> BACKEND.along(y, operation, 1), x);
                Jacobians.check(y -> BACKEND.along(y, operation, 0), x);
            }
        }
        assertEquals(DType.I64, BACKEND.along(x, Along.Named.ARGSORT, 1).dtype());
    }

    @Test
    void noMeanIsMadeStepByStep() {
        assertThrows(RicciException.Argument.class,
                () -> BACKEND.along(Ricci.ones(3), new Along.Cumulative(Reduction.Named.MEAN), 0));
    }

    // ---- taking ----

    @Property(tries = 400)
    void takesAsOnArrays(@ForAll long seed) {
        Random random = new Random(seed);
        long[] shape = random.longs(3, 1, 6).toArray();
        int axis = random.nextInt(3);
        Tensor x = draw(random, NUMBERS.get(random.nextInt(NUMBERS.size())), shape);
        long[] positions = random.longs(random.nextInt(5), 0, shape[axis]).toArray();
        assertSameAsOnArrays(ARRAYS.take(x, axis, positions), y -> BACKEND.take(y, axis, positions), x);
    }

    @Test
    void evenlySpacedPositionsAreSlices() {
        Tensor x = Jacobians.draw(new Random(8), 2, 7);
        assertTakes(List.of(), x, 0, 1, 2, 3, 4, 5, 6);
        assertTakes(List.of(Op.Slice.class), x, 2, 3, 4);
        assertTakes(List.of(Op.Slice.class), x, 1, 3, 5);
        assertTakes(List.of(Op.Slice.class), x, 6);
        assertTakes(List.of(Op.Reverse.class), x, 6, 5, 4, 3, 2, 1, 0);
        assertTakes(List.of(Op.Slice.class, Op.Reverse.class), x, 5, 3, 1);
        assertTakes(List.of(Op.Slice.class, Op.Broadcast.class), x, 4, 4, 4);
        assertTakes(List.of(Op.Slice.class), x);
        assertTakes(List.of(Op.Gather.class), x, 0, 1, 3);
        assertTakes(List.of(Op.Gather.class), x, 3, 3, 0);
    }

    private static void assertTakes(List<Class<?>> primitives, Tensor x, long... positions) {
        Fn<Tensor, Tensor> f = y -> BACKEND.take(y, 1, positions);
        assertSameAsOnArrays(ARRAYS.take(x, 1, positions), f, x);
        assertEquals(primitives, operations(f, x));
        Jacobians.check(y -> f.apply(y).square(), x);
    }

    @Property(tries = 200)
    void diagonalsAreThoseOfArrays(@ForAll long seed) {
        Random random = new Random(seed);
        long[] shape = shape(random, 4);
        int axisB = 1 + random.nextInt(3);
        int axisA = random.nextInt(axisB);
        shape[axisB] = shape[axisA];
        Tensor x = draw(random, NUMBERS.get(random.nextInt(NUMBERS.size())), shape);
        Fn<Tensor, Tensor> f = y -> BACKEND.diagonal(y, axisA, axisB);
        double[] all = x.toDoubles();
        int[] places = IntStream.range(0, all.length)
                .filter(i -> index(i, axisA, shape) == index(i, axisB, shape)).toArray();
        double[] expected = Arrays.stream(places).mapToDouble(i -> all[i]).toArray();
        long[] result = IntStream.range(0, 4).filter(i -> i != axisB).mapToLong(i -> shape[i]).toArray();
        // What is left out of the row-major order leaves the others in row-major order.
        Tensor diagonal = f.apply(x);
        assertEquals(x.type().with(Shape.of(result)), diagonal.type());
        assertArrayEquals(expected, diagonal.toDoubles());
        assertArrayEquals(expected, Ricci.jit(f).apply(x).toDoubles());
    }

    private static long index(int place, int axis, long... shape) {
        long rest = place;
        for (int i = shape.length - 1; i > axis; i--) {
            rest /= shape[i];
        }
        return rest % shape[axis];
    }

    @Test
    void diagonalsDifferentiate() {
        Jacobians.check(y -> BACKEND.diagonal(y, 0, 2).square(), Jacobians.draw(new Random(2), 3, 2, 3));
        Jacobians.check(y -> Einops.einsum(y, y, "i i j, j k k -> i k"),
                Jacobians.draw(new Random(2), 2, 2, 2));
    }

    // ---- positions that are data ----

    @Property(tries = 200)
    void positionsAreRowMajor(@ForAll long seed) {
        Random random = new Random(seed);
        long[] lengths = random.longs(random.nextInt(4), 1, 5).toArray();
        long[] shape = shape(random, random.nextInt(3));
        long[] all = Arrays.copyOf(shape, shape.length + 1);
        all[shape.length] = lengths.length;
        DType dtype = List.of(DType.I64, DType.I32, DType.I8).get(random.nextInt(3));
        long[] values = IntStream.range(0, (int) Shape.of(all).size())
                .mapToLong(i -> random.nextLong(lengths[i % lengths.length])).toArray();
        Tensor x = Ricci.tensor(dtype, values, all);
        assertSameAsOnArrays(ARRAYS.positions(x, lengths), y -> BACKEND.positions(y, lengths), x);
    }

    @Test
    void coordinatesOutsideAreRefusedOrNoPosition() {
        long[] lengths = {2, 3};
        Tensor x = Ricci.tensor(DType.U8, new long[] {1, 2, 0, 3, 2, 0, 255, 0}, 4, 2);
        assertEquals("index 3 in an axis of length 3", assertThrows(IndexOutOfBoundsException.class,
                () -> BACKEND.positions(x, lengths)).getMessage());
        Fn<Tensor, Tensor> f = y -> BACKEND.positions(y, lengths);
        assertArrayEquals(new long[] {5, -1, -1, -1}, Ricci.jit(f).apply(x).toLongs());
        Tensor negative = Ricci.tensor(new int[] {0, -1}, 1, 2);
        assertArrayEquals(new long[] {-1}, Ricci.jit(f).apply(negative).toLongs());
        assertThrows(RicciException.DataType.class, () -> BACKEND.positions(Ricci.ones(1, 2), lengths));
    }

    @Test
    void coordinatesOfSeveralTypesMeet() {
        Tensor x = Ricci.tensor(new float[] {0, 1, 2, 3, 4, 5}, 2, 3);
        Tensor rows = Ricci.tensor(DType.U8, new long[] {1, 0, 1}, 3);
        for (DType dtype : List.of(DType.I8, DType.I32, DType.I64)) {
            Fn<Tensor, Tensor> f = columns ->
                    Einops.getAt(x, List.of(rows, columns), "[h w], p, p -> p");
            assertSameAsOnArrays(Ricci.tensor(new float[] {5, 1, 3}, 3), f,
                    Ricci.tensor(dtype, new long[] {2, 1, 0}, 3));
        }
        assertThrows(RicciException.DataType.class, () ->
                Einops.getAt(x, List.of(rows, Ricci.ones(3)), "[h w], p, p -> p"));
    }

    @Property(tries = 300)
    void gathersAndScattersAsOnArrays(@ForAll long seed, @ForAll Update update) {
        Random random = new Random(seed);
        long[] shape = {1 + random.nextInt(2), 1 + random.nextInt(4), random.nextInt(3)};
        DType dtype = NUMBERS.get(random.nextInt(NUMBERS.size()));
        Tensor x = draw(random, dtype, shape);
        int count = random.nextInt(5);
        Tensor positions = Ricci.tensor(
                DType.I64, random.longs(shape[0] * count, 0, shape[1]).toArray(), shape[0], count);
        Tensor rows = draw(random, dtype, shape[0], count, shape[2]);
        assertSameAsOnArrays(ARRAYS.gather(x, positions), y -> BACKEND.gather(y, positions), x);
        assertSameAsOnArrays(ARRAYS.scatter(x, positions, rows, update),
                y -> BACKEND.scatter(y, positions, rows, update), x);
    }

    @Test
    void whatIsOutsideIsLeftOut() {
        Tensor x = Ricci.tensor(new double[] {1, 2, 3}, 1, 3, 1);
        Tensor positions = Ricci.tensor(DType.I64, new long[] {2, -1, 3, 0}, 1, 4);
        assertArrayEquals(new double[] {3, Double.NaN, Double.NaN, 1},
                BACKEND.gather(x, positions).toDoubles());
        assertArrayEquals(new long[] {3, Integer.MIN_VALUE, Integer.MIN_VALUE, 1},
                BACKEND.gather(x.to(DType.I32), positions).toLongs());
        Tensor rows = Ricci.tensor(new double[] {10, 20, 30, 40}, 1, 4, 1);
        assertArrayEquals(new double[] {40, 2, 10},
                BACKEND.scatter(x, positions, rows, Update.SET).toDoubles());
        assertArrayEquals(new double[] {41, 2, 13},
                BACKEND.scatter(x, positions, rows, Update.ADD).toDoubles());
        // A NaN that does not vary has derivative 0, forward and back.
        double[] jacobian = {0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0};
        assertArrayEquals(jacobian, Jacobians.forward(y -> BACKEND.gather(y, positions), x));
        assertArrayEquals(jacobian, Jacobians.reverse(y -> BACKEND.gather(y, positions), x));
        for (Update update : Update.values()) {
            Jacobians.check(y -> BACKEND.scatter(y.square(), positions, rows, update), x);
            Jacobians.check(y -> BACKEND.scatter(x, positions, y.square(), update), rows);
        }
    }

    @Test
    void onlyTheUpdateThatStaysHasACotangent() {
        Tensor x = Ricci.tensor(new double[] {1, 2, 3}, 1, 3, 1);
        Tensor positions = Ricci.tensor(DType.I64, new long[] {2, 0, 2, 2, 0}, 1, 5);
        Tensor rows = Ricci.tensor(new double[] {10, 20, 30, 40, 50}, 1, 5, 1);
        Fn<Tensor, Tensor> set = y -> BACKEND.scatter(x, positions, y, Update.SET);
        assertArrayEquals(new double[] {50, 2, 40}, set.apply(rows).toDoubles());
        assertArrayEquals(new double[] {0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0},
                Jacobians.reverse(set, rows));
        Jacobians.check(set, rows);
        assertArrayEquals(new double[] {0, 0, 0, 0, 1, 0, 0, 0, 0},
                Jacobians.reverse(y -> BACKEND.scatter(y, positions, rows, Update.SET), x));
    }

    @Test
    void nothingIsGatheredFromNothing() {
        Tensor positions = Ricci.tensor(DType.I64, new long[] {-1, 0}, 1, 2);
        Tensor none = Ricci.zeros(1, 0, 3);
        assertEquals(TensorType.of(DType.F32, 1, 2, 3), BACKEND.gather(none, positions).type());
        assertTrue(Double.isNaN(BACKEND.gather(none, positions).toDoubles()[0]));
        assertSame(none, BACKEND.scatter(none, positions, Ricci.ones(1, 2, 3), Update.ADD));
    }

    // ---- reading and writing ----

    @Test
    void everyTypeIsReadAndWritten() {
        for (DType dtype : DType.values()) {
            if (dtype.isComplex()) {
                assertThrows(RicciException.DataType.class,
                        () -> BACKEND.read(Ricci.full(TensorType.of(dtype, 2), 1)));
                continue;
            }
            for (long[] shape : new long[][] {{2, 2}, {}, {0, 3}}) {
                Tensor x = dtype == DType.U8 ? Ricci.full(TensorType.of(dtype, shape), 255)
                        : draw(new Random(4), dtype, shape);
                Tensor written = BACKEND.write(x, BACKEND.read(x));
                assertEquals(x.type(), written.type());
                assertArrayEquals(x.toDoubles(), written.toDoubles());
            }
        }
        // What was made of a tensor may have a type of its own.
        Tensor bytes = Ricci.tensor(DType.U8, new long[] {200, 100}, 2);
        assertEquals(DType.I64, BACKEND.write(bytes, new ricci.einops.Shaped<>(new long[] {300}, 1)).dtype());
        assertEquals(DType.F64, BACKEND.write(bytes, new ricci.einops.Shaped<>(new double[] {1}, 1)).dtype());
        assertThrows(RicciException.DataType.class,
                () -> BACKEND.write(bytes, new ricci.einops.Shaped<>(new char[] {'a'}, 1)));
    }
}

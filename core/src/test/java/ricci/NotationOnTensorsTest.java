package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.NotationCases.Case;
import ricci.einops.Einops;
import ricci.einops.Shaped;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Shape;

/** On tensors, each function of the notation is as on arrays, in a trace, in derivatives and in batches. */
class NotationOnTensorsTest {
    private static final TensorBackend BACKEND = new TensorBackend();
    private static final int BATCH = 3;

    static Stream<Case> all() {
        return NotationCases.all();
    }

    static Stream<Case> smooth() {
        return NotationCases.all().filter(Case::smooth);
    }

    // ---- arguments ----

    /** Numbers in general position, no two of which are near each other. */
    private static Tensor spread(Random random, long... shape) {
        int size = (int) Shape.of(shape).size();
        List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        Collections.shuffle(order, random);
        double scale = 3.0 / size;
        return Ricci.tensor(DType.F64, order.stream()
                .mapToDouble(i -> (i + 0.3 + random.nextDouble() / 4) * scale - 1.5).toArray(), shape);
    }

    private static Tensor whole(Random random, DType dtype, long... shape) {
        return Ricci.tensor(dtype, random.longs(Shape.of(shape).size(), -2, 3).toArray(), shape);
    }

    private static long[] lengths(Case c, int argument) {
        return c.shapes().get(argument).stream().mapToLong(i -> i).toArray();
    }

    private static List<Tensor> floats(Case c, Random random) {
        return IntStream.range(0, c.floats()).mapToObj(i -> spread(random, lengths(c, i))).toList();
    }

    private static List<Tensor> indices(Case c, DType dtype, Random random) {
        List<Tensor> indices = new ArrayList<>();
        for (int i = 0; i < c.bounds().size(); i++) {
            List<Long> limits = c.bounds().get(i);
            long[] shape = lengths(c, c.floats() + i);
            indices.add(Ricci.tensor(dtype, IntStream.range(0, (int) Shape.of(shape).size())
                    .mapToLong(k -> random.nextLong(limits.get(k % limits.size()))).toArray(), shape));
        }
        return indices;
    }

    private static <T> List<T> join(List<? extends T> first, List<? extends T> second) {
        return Stream.<T>concat(first.stream(), second.stream()).toList();
    }

    private static Fn<List<Tensor>, List<Tensor>> function(Case c) {
        return xs -> c.f().apply(new ArrayList<>(xs)).stream().map(Tensor.class::cast).toList();
    }

    private static Fn<List<Tensor>, List<Tensor>> function(Case c, List<Tensor> indices) {
        return xs -> function(c).apply(join(xs, indices));
    }

    private static void assertClose(List<Tensor> expected, List<Tensor> actual, double tolerance) {
        assertEquals(expected.stream().map(Tensor::type).toList(),
                actual.stream().map(Tensor::type).toList());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).toDoubles(), actual.get(i).toDoubles(), tolerance);
        }
    }

    // ---- values ----

    @ParameterizedTest
    @MethodSource("all")
    void valuesAreThoseOfArrays(Case c) {
        Random random = new Random(1);
        for (DType dtype : List.of(DType.F64, DType.F32, DType.I64, DType.I32)) {
            List<Tensor> values = dtype.isFloat() ? floats(c, random).stream().map(x -> x.to(dtype)).toList()
                    : IntStream.range(0, c.floats()).mapToObj(i -> whole(random, dtype, lengths(c, i)))
                    .toList();
            List<Tensor> xs = join(values, indices(c, dtype.isFloat() ? DType.I32 : DType.I64, random));
            List<Object> arrays = new ArrayList<>(xs.stream().map(BACKEND::read).toList());
            List<Object> expected = c.f().apply(arrays);
            List<Tensor> actual = function(c).apply(xs);
            assertEquals(expected.size(), actual.size());
            for (int i = 0; i < actual.size(); i++) {
                Tensor array = BACKEND.write(actual.get(i), (Shaped<?>) expected.get(i));
                // Floats made of integers are f64 on arrays; in tensors, only of those with 64 bits.
                boolean made = !dtype.isFloat() && array.dtype() == DType.F64;
                assertEquals(made ? dtype.toFloat() : array.dtype(), actual.get(i).dtype());
                assertEquals(array.shape(), actual.get(i).shape());
                assertArrayEquals(array.toDoubles(), actual.get(i).toDoubles(),
                        dtype == DType.F64 ? 1e-12 : 1e-5);
            }
            assertClose(actual, Ricci.jit(function(c)).apply(xs), dtype == DType.F64 ? 1e-12 : 1e-5);
        }
    }

    // ---- derivatives ----

    private static List<Tensor> moved(List<Tensor> xs, double step, List<Tensor> direction) {
        return IntStream.range(0, xs.size())
                .mapToObj(i -> xs.get(i).add(direction.get(i).mul(step))).toList();
    }

    private static double dot(List<Tensor> a, List<Tensor> b) {
        return IntStream.range(0, a.size()).mapToDouble(i -> a.get(i).mul(b.get(i)).sum().item()).sum();
    }

    private static List<Tensor> like(List<Tensor> xs, Random random) {
        return xs.stream().map(x -> spread(random, x.shape().toArray())).toList();
    }

    private static Tensor loss(List<Tensor> results) {
        Tensor sum = Ricci.tensor(0.0);
        for (Tensor result : results) {
            sum = sum.add(result.sin().sum());
        }
        return sum;
    }

    @ParameterizedTest
    @MethodSource("smooth")
    void derivativesAreThoseOfDifferences(Case c) {
        Random random = new Random(2);
        for (int i = 0; i < 3; i++) {
            List<Tensor> xs = floats(c, random);
            Fn<List<Tensor>, List<Tensor>> f = function(c, indices(c, DType.I64, random));
            List<Tensor> direction = like(xs, random);
            var forward = Ricci.jvp(f, xs, direction);
            assertClose(f.apply(xs), forward.value(), 1e-12);
            List<Tensor> weights = like(forward.value(), random);
            double step = 1e-4;
            double near = dot(weights, f.apply(moved(xs, step, direction)))
                    - dot(weights, f.apply(moved(xs, -step, direction)));
            double far = dot(weights, f.apply(moved(xs, 2 * step, direction)))
                    - dot(weights, f.apply(moved(xs, -2 * step, direction)));
            double slope = dot(weights, forward.tangent());
            assertEquals((8 * near - far) / (12 * step), slope, 1e-7 * (1 + Math.abs(slope)));
            List<Tensor> pulled = Ricci.vjp(f, xs).pullback().apply(weights);
            assertEquals(slope, dot(pulled, direction), 1e-11 * (1 + Math.abs(slope)));
            // The gradient, and its derivative, forward and in reverse.
            Fn<List<Tensor>, List<Tensor>> grad = Ricci.grad((List<Tensor> ys) -> loss(f.apply(ys)));
            List<Tensor> change = Ricci.jvp(grad, xs, direction).tangent();
            assertClose(change, Ricci.vjp(grad, xs).pullback().apply(direction), 1e-9 * (1 + norm(change)));
            assertClose(grad.apply(xs), Ricci.jit(grad).apply(xs), 1e-12);
            double climb = loss(f.apply(moved(xs, step, direction))).item()
                    - loss(f.apply(moved(xs, -step, direction))).item();
            assertEquals(climb / (2 * step), dot(grad.apply(xs), direction),
                    1e-4 * (1 + norm(grad.apply(xs))));
        }
    }

    private static double norm(List<Tensor> xs) {
        return Math.sqrt(dot(xs, xs));
    }

    // ---- batches ----

    private static List<Tensor> stacked(List<List<Tensor>> examples, int axis) {
        return IntStream.range(0, examples.getFirst().size()).mapToObj(i -> {
            Tensor first = Ricci.stack(examples.stream().map(xs -> xs.get(i)).toList());
            List<Integer> order = new ArrayList<>(IntStream.range(1, first.rank()).boxed().toList());
            order.add(axis < 0 ? axis + first.rank() : axis, 0);
            return first.transpose(order.stream().mapToInt(k -> k).toArray());
        }).toList();
    }

    private static void assertMaps(Fn<List<Tensor>, List<Tensor>> f, List<List<Tensor>> examples) {
        List<Tensor> expected = stacked(examples.stream().map(f::apply).toList(), 0);
        for (int axis : new int[] {0, -1}) {
            var mapped = Ricci.vmap(f, Ricci.inAxes(axis));
            List<Tensor> actual = mapped.apply(stacked(examples, axis));
            assertClose(expected, actual, 1e-11);
            assertClose(actual, Ricci.jit(mapped).apply(stacked(examples, axis)), 1e-12);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void batchesAreLoops(Case c) {
        Random random = new Random(3);
        List<List<Tensor>> floats = IntStream.range(0, BATCH).mapToObj(_ -> floats(c, random)).toList();
        List<List<Tensor>> examples = floats.stream()
                .map(xs -> NotationOnTensorsTest.<Tensor>join(xs, indices(c, DType.I64, random))).toList();
        assertMaps(function(c), examples);
        List<Tensor> shared = indices(c, DType.I64, random);
        if (!shared.isEmpty()) {
            assertMaps(function(c, shared), floats);
            // One table, and coordinates that differ.
            assertMaps(places -> function(c).apply(join(floats.getFirst(), places)), examples.stream()
                    .map(xs -> xs.subList(c.floats(), xs.size())).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("smooth")
    void gradientsOfBatchesAreLoops(Case c) {
        Random random = new Random(4);
        Fn2<List<Tensor>, List<Tensor>, List<Tensor>> grad = Ricci.grad(
                (List<Tensor> xs, List<Tensor> places) -> loss(function(c, places).apply(xs)));
        Fn<List<Tensor>, List<Tensor>> f = xs -> grad.apply(xs.subList(0, c.floats()),
                xs.subList(c.floats(), xs.size()));
        assertMaps(f, IntStream.range(0, BATCH).mapToObj(_ -> NotationOnTensorsTest.<Tensor>join(
                floats(c, random), indices(c, DType.I64, random))).toList());
    }

    // ---- programs ----

    private static void assertRecords(List<Class<? extends Op>> expected, String pattern, long... shape) {
        Fn<Tensor, Tensor> f = x -> Einops.rearrange(x, pattern);
        assertEquals(expected, Ricci.program(f, Ricci.zeros(shape)).equations().stream()
                .<Class<?>>map(e -> e.op().getClass()).toList());
    }

    @Test
    void arrangementsAreOnePrimitiveOrNone() {
        assertRecords(List.of(Op.Rearrange.class), "b (h p=2) (w q=3) c -> b (h w) (p q c)", 2, 4, 6, 3);
        assertRecords(List.of(Op.Transpose.class), "a b -> b a", 2, 3);
        assertRecords(List.of(), "a b -> a b", 2, 3);
        assertRecords(List.of(), "... -> ...", 2, 3);
        assertRecords(List.of(Op.Reshape.class), "a b -> (a b)", 2, 3);
        assertRecords(List.of(Op.Reshape.class), "a b -> a 1 b", 2, 3);
    }

    @Test
    void noFunctionIsLeftOut() {
        List<String> names = all().map(c -> c.name().split(" ", 2)[0]).distinct().toList();
        List<String> left = Arrays.stream(Einops.class.getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()))
                .map(Method::getName).distinct()
                .filter(name -> !List.of("axis", "shaped", "einsumPath").contains(name))
                .filter(name -> !names.contains(name)).toList();
        assertEquals(List.of(), left);
        assertTrue(names.containsAll(List.of("Rearrange", "Reduce", "Repeat")));
    }
}

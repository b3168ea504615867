package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.ones;
import static ricci.Ricci.tensor;
import static ricci.Ricci.valueAndGrad;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.RicciException;

/** jit: traced once per structure, types and static values, and then the same function. */
class JitTest {
    record Config(int power, Tensor scale) {}

    @Test
    void tracesOncePerTypesAndStaticValues() {
        AtomicInteger traces = new AtomicInteger();
        Fn2<Tensor, Config, Tensor> f = jit((Tensor x, Config c) -> {
            traces.incrementAndGet();
            return x.pow(c.power()).mul(c.scale());
        });
        Tensor scale = tensor(2f);
        assertArrayEquals(new float[] {2, 8}, f.apply(tensor(new float[] {1, 2}), new Config(2, scale))
                .toFloats());
        assertArrayEquals(new float[] {18, 32}, f.apply(tensor(new float[] {3, 4}), new Config(2, scale))
                .toFloats());
        assertEquals(1, traces.get());
        assertArrayEquals(new float[] {54}, f.apply(tensor(new float[] {3}), new Config(3, scale))
                .toFloats());
        assertEquals(2, traces.get());
        f.apply(tensor(new float[] {1, 2}), new Config(2, tensor(5f)));
        assertEquals(2, traces.get());
        f.apply(tensor(new double[] {1, 2}), new Config(2, scale));
        assertEquals(3, traces.get());
    }

    /** In whatever order calls of different types and structures come, each is traced once. */
    @Property(tries = 20)
    void eachKindOfCallIsTracedOnce(@ForAll Random random) {
        AtomicInteger traces = new AtomicInteger();
        Fn<List<Tensor>, Tensor> f = jit((List<Tensor> all) -> {
            traces.incrementAndGet();
            return all.stream().map(Tensor::sum).reduce(Tensor::add).orElseThrow();
        });
        Set<List<Integer>> seen = new HashSet<>();
        List<Integer> lengths = List.of(2);
        for (int i = 0; i < 60; i++) {
            if (random.nextBoolean()) {
                lengths = random.ints(1 + random.nextInt(2), 1, 4).boxed().toList();
            }
            seen.add(lengths);
            List<Tensor> all = lengths.stream().map(length -> ones(length)).toList();
            assertEquals(lengths.stream().mapToInt(length -> length).sum(), f.apply(all).item());
            assertEquals(seen.size(), traces.get());
        }
    }

    /** What is used all the time stays, whatever else comes and goes. */
    @Test
    void whatIsUsedIsNotForgotten() {
        AtomicInteger traces = new AtomicInteger();
        Fn2<Tensor, Integer, Tensor> f = jit((Tensor x, Integer factor) -> {
            traces.incrementAndGet();
            return x.mul(factor);
        });
        Tensor x = ones(3);
        for (int i = 0; i < 600; i++) {
            assertEquals(i, f.apply(x, i).max().item());
            assertEquals(0, f.apply(x, 0).max().item());
            assertEquals(0, f.apply(x, 0).max().item());
        }
        assertEquals(600, traces.get());
    }

    @Test
    void whatChangesOutsideIsNotSeenAfterTracing() {
        Tensor[] outside = {tensor(1f)};
        Fn<Tensor, Tensor> f = jit((Tensor x) -> x.add(outside[0]));
        assertEquals(3, f.apply(tensor(2f)).item());
        outside[0] = tensor(100f);
        assertEquals(3, f.apply(tensor(2f)).item());
    }

    @Test
    void resultsMayBeTreesConstantsAndInputs() {
        Fn<Tensor, Map<String, Object>> f = jit((Tensor x) ->
                Map.of("same", x, "constant", ones(2), "word", "hello", "list", List.of(x.add(1), x)));
        Map<String, Object> results = f.apply(tensor(4f));
        assertEquals("hello", results.get("word"));
        assertEquals(4, ((Tensor) Objects.requireNonNull(results.get("same"))).item());
        assertArrayEquals(new float[] {1, 1}, ((Tensor) Objects.requireNonNull(results.get("constant")))
                .toFloats());
        assertEquals(5, ((Tensor) ((List<?>) Objects.requireNonNull(results.get("list"))).getFirst()).item());
    }

    @Test
    void nestsWithEverything() {
        Fn<Tensor, Tensor> cube = jit((Tensor x) -> x.mul(x).mul(x).sum());
        Tensor x = tensor(new float[] {2, -3});
        assertArrayEquals(new float[] {12, 27}, grad(cube).apply(x).toFloats());
        assertArrayEquals(new float[] {12, 27}, jit(grad(cube)).apply(x).toFloats());
        Fn<Tensor, Tensor> slope = jit(grad(jit(cube)));
        Fn<Tensor, Tensor> sumOfSlopes = jit((Tensor y) -> slope.apply(y).sum());
        assertArrayEquals(new float[] {12, -18}, jit(grad(sumOfSlopes)).apply(x).toFloats());
        assertArrayEquals(new float[] {12, -18}, jvp(slope, x, ones(2)).tangent().toFloats());
    }

    @Test
    void aJitInsideIsOneCallOfTheProgram() {
        Fn<Tensor, Tensor> inner = jit((Tensor x) -> x.mul(2).add(1));
        Program program = Ricci.program((Tensor x) -> inner.apply(x).neg(), ones(3));
        assertEquals(List.of(Op.Call.class, Op.Unary.class), program.equations().stream()
                .map(e -> e.op().getClass())
                .toList());
    }

    @Test
    void capturesOfTheOuterFunctionBelongToEachCall() {
        Fn<Tensor, Tensor> outer = jit((Tensor a) -> {
            Fn<Tensor, Tensor> inner = jit((Tensor b) -> b.mul(a));
            return inner.apply(tensor(10f)).add(inner.apply(a));
        });
        assertEquals(24, outer.apply(tensor(2f)).item());
        assertEquals(39, outer.apply(tensor(3f)).item());
    }

    @Test
    void readingValuesIsForGradOnly() {
        Fn<Tensor, Tensor> branches = x -> x.item() > 0 ? x.mul(x) : x.neg();
        assertEquals(6, grad(branches).apply(tensor(3f)).item());
        assertEquals(-1, grad(branches).apply(tensor(-3f)).item());
        assertThrows(RicciException.Unknown.class, () -> jit(branches).apply(tensor(3f)));
        assertThrows(RicciException.Unknown.class, () -> jit(grad(branches)).apply(tensor(3f)));
        assertThrows(RicciException.Unknown.class, () -> grad(jit(branches)).apply(tensor(3f)));
    }

    @Test
    void afterAFailureTheFunctionCanBeCalledAgain() {
        AtomicInteger calls = new AtomicInteger();
        Fn<Tensor, Tensor> f = jit((Tensor x) -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("first");
            }
            return x.add(1);
        });
        assertThrows(IllegalStateException.class, () -> f.apply(tensor(1f)));
        assertEquals(2, f.apply(tensor(1f)).item());
        assertEquals(2, tensor(1f).add(1).item());
    }

    @Test
    void manyThreadsShareOneFunction() throws Exception {
        var f = jit(valueAndGrad((Tensor x) -> x.mul(x).sum()));
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Boolean>> tasks =
                    java.util.stream.IntStream.range(0, 200).<Callable<Boolean>>mapToObj(i -> () -> {
                Tensor x = Ricci.arange(1 + i % 5).to(DType.F32);
                float[] slope = f.apply(x).grad().toFloats();
                return java.util.stream.IntStream.range(0, slope.length).allMatch(k -> slope[k] == 2 * k);
            }).toList();
            for (Future<Boolean> done : threads.invokeAll(tasks)) {
                assertTrue(done.get());
            }
        }
    }

    @Test
    void zeroSizesAndHighRanksWork() {
        Fn<Tensor, Tensor> f = jit((Tensor x) -> x.add(1).sum(0));
        assertArrayEquals(new float[] {0, 0}, f.apply(Ricci.zeros(0, 2)).toFloats());
        long[] lengths = new long[40];
        java.util.Arrays.fill(lengths, 1);
        assertEquals(39, f.apply(Ricci.zeros(lengths)).rank());
    }
}

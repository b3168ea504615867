package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.NONE;
import static ricci.Ricci.arange;
import static ricci.Ricci.axis;
import static ricci.Ricci.grad;
import static ricci.Ricci.inAxes;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.ones;
import static ricci.Ricci.outAxis;
import static ricci.Ricci.stack;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vjp;
import static ricci.Ricci.vmap;
import static ricci.Ricci.zeros;
import static ricci.einops.Einops.einsum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/** vmap as users write it: axes, trees, captures, and any nesting with the other transformations. */
class VmapTest {
    record Params(Tensor w, Tensor b) {}

    record Layers(List<Params> layers, Optional<Tensor> scale, String name) {}

    private static Tensor random(long seed, long... lengths) {
        return Random.normal(Key.of(seed), lengths);
    }

    private static Tensor loss(Params p, Tensor x, Tensor y) {
        return einsum(x, p.w(), "i, i o -> o").add(p.b()).tanh().sub(y).square().sum();
    }

    private static void assertClose(Tensor expected, Tensor actual) {
        assertEquals(expected.type(), actual.type());
        assertArrayEquals(expected.toDoubles(), actual.toDoubles(), 1e-5);
    }

    private static Tensor row(Tensor x, long i) {
        return x.slice(0, i, i + 1).reshape(Arrays.stream(x.shape().toArray()).skip(1).toArray());
    }

    private static Tensor distance(Tensor x, Tensor y) {
        return x.sub(y).square().sum().sqrt();
    }

    /** Without a type to aim at, as in the documentation: the compiler finds the types of all. */
    @Test
    void asDocumented() {
        Tensor xs = random(1, 8, 3);
        assertEquals(Shape.of(8), vmap(VmapTest::distance).apply(xs, xs).shape());
        assertEquals(Shape.of(8), vmap(VmapTest::distance, inAxes(0, NONE)).apply(xs, ones(3)).shape());
        Fn2<Tensor, Tensor, Tensor> row = vmap(VmapTest::distance, inAxes(NONE, 0));
        assertEquals(Shape.of(8, 5), vmap(row, inAxes(0, NONE)).apply(xs, ones(5, 3)).shape());
        var perExample = vmap(grad(VmapTest::loss), inAxes(NONE, 0, 0))
                .apply(new Params(ones(3, 2), ones(2)), xs, ones(8, 2));
        assertEquals(Shape.of(8, 3, 2), perExample.w().shape());
    }

    // ---- axes ----

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void everyInAndOutAxis(@ForAll @IntRange(min = -3, max = 2) int a,
            @ForAll @IntRange(min = -2, max = 1) int b, @ForAll @IntRange(min = -3, max = 2) int out) {
        Fn2<Tensor, Tensor, Tensor> f = (x, y) -> x.matmul(y.reshape(4, 1)).add(y);
        Tensor xs = random(1, 2, 3, 4);
        Tensor ys = random(2, 2, 4);
        Tensor expected = stack(IntStream.range(0, 2)
                .mapToObj(i -> f.apply(row(xs, i), row(ys, i))).toList());
        Tensor actual = vmap(f, inAxes(a, b), outAxis(out)).apply(fromFirst(xs, a), fromFirst(ys, b));
        assertClose(fromFirst(expected, out), actual);
        Tensor shared = row(ys, 0);
        assertClose(stack(List.of(f.apply(row(xs, 0), shared), f.apply(row(xs, 1), shared))),
                vmap(f, inAxes(a, NONE)).apply(fromFirst(xs, a), shared));
    }

    /** The first axis moved to another place, which may count from the end. */
    private static Tensor fromFirst(Tensor x, int to) {
        List<Integer> order = new ArrayList<>(IntStream.range(1, x.rank()).boxed().toList());
        order.add(to < 0 ? to + x.rank() : to, 0);
        return x.transpose(order.stream().mapToInt(i -> i).toArray());
    }

    @Test
    void whatIsTheSameForAllIsRepeatedOrLeftAsItIs() {
        Tensor x = ones(3);
        Fn<Tensor, Params> f = v -> new Params(v.sum(), tensor(new float[] {5, 6}));
        Params repeated = vmap(f).apply(ones(4, 3));
        assertEquals(Shape.of(4), repeated.w().shape());
        assertArrayEquals(new float[] {5, 6, 5, 6, 5, 6, 5, 6}, repeated.b().toFloats());
        Params last = vmap(f, inAxes(0), outAxis(-1)).apply(ones(4, 3));
        assertArrayEquals(new float[] {5, 5, 5, 5, 6, 6, 6, 6}, last.b().toFloats());
        Params once = vmap(f, inAxes(0), outAxis(0).except(Params::b, NONE)).apply(ones(4, 3));
        assertArrayEquals(new float[] {5, 6}, once.b().toFloats());
        assertArrayEquals(x.toFloats(), vmap((Tensor _) -> x, inAxes(0), outAxis(NONE)).apply(ones(2))
                .toFloats());
    }

    @Test
    void partsOfAnArgumentHaveAxesOfTheirOwn() {
        Params all = new Params(random(1, 5, 3, 2), random(2, 2));
        Tensor x = random(3, 3);
        Tensor y = random(4, 5, 2);
        Tensor losses = vmap(VmapTest::loss, inAxes(axis(0).except(Params::b, NONE), axis(NONE), axis(0)))
                .apply(all, x, y);
        for (int i = 0; i < 5; i++) {
            assertEquals(loss(new Params(row(all.w(), i), all.b()), x, row(y, i)).item(),
                    row(losses, i).item(), 1e-5);
        }
    }

    @Test
    void laterExceptionsRefineEarlierOnes() {
        Fn<Layers, Tensor> f = net -> net.layers().get(0).w().add(net.layers().get(1).w())
                .add(net.layers().get(1).b());
        Params p = new Params(ones(3), zeros(3));
        Params q = new Params(ones(3), tensor(new float[] {1, 2, 3}));
        Tensor result = vmap(f, inAxes(axis(NONE).except(Layers::layers, 0)
                .except((Layers net) -> net.layers().get(0), NONE)
                .except((Layers net) -> net.layers().get(1).w(), NONE)))
                .apply(new Layers(List.of(p, q), Optional.empty(), "net"));
        assertArrayEquals(new float[] {3, 3, 3, 4, 4, 4, 5, 5, 5}, result.toFloats());
    }

    /** Which place is meant must not depend on which tensor happens to be there. */
    @Test
    void theSameTensorAtTwoPlacesMayBeMappedAtOne() {
        Tensor x = arange(3).to(DType.F32);
        Tensor outer = vmap((Params p) -> p.w().mul(p.b()), inAxes(axis(0).except(Params::b, NONE)))
                .apply(new Params(x, x));
        assertArrayEquals(new float[] {0, 0, 0, 0, 1, 2, 0, 2, 4}, outer.toFloats());
    }

    @Test
    void noExamplesAndOne() {
        Fn<Tensor, Tensor> f = x -> x.matmul(x.transpose(1, 0)).sum(0);
        assertEquals(Shape.of(0, 2), vmap(f).apply(zeros(0, 2, 3)).shape());
        assertClose(f.apply(random(1, 2, 3)).reshape(1, 2), vmap(f).apply(random(1, 2, 3).reshape(1, 2, 3)));
    }

    // ---- trees ----

    @Test
    void argumentsAndResultsAreTrees() {
        Fn2<Layers, Map<String, Tensor>, Layers> f = (net, m) -> new Layers(
                net.layers().stream().map(p -> new Params(p.w().add(at(m, "a")), p.b().sum())).toList(),
                net.scale().map(s -> s.mul(at(m, "b"))), net.name() + "!");
        Layers net = new Layers(List.of(new Params(random(1, 4, 2), random(2, 4, 3)),
                new Params(random(3, 4, 2), random(4, 4, 3))), Optional.of(random(5, 4)), "net");
        Map<String, Tensor> m = Map.of("a", random(6, 4, 2), "b", random(7, 4));
        Layers all = vmap(f).apply(net, m);
        assertEquals("net!", all.name());
        for (int i = 0; i < 4; i++) {
            int example = i;
            Layers each = f.apply(Tree.map(net, x -> row(x, example)), Map.of("a", row(at(m, "a"), i),
                    "b", row(at(m, "b"), i)));
            List<Tensor> expected = Tree.leaves(each);
            List<Tensor> actual = Tree.leaves(all);
            for (int k = 0; k < expected.size(); k++) {
                assertClose(expected.get(k), row(actual.get(k), i));
            }
        }
    }

    private static Tensor at(Map<String, Tensor> map, String key) {
        return Objects.requireNonNull(map.get(key));
    }

    @Test
    void staticArgumentsAreNotMapped() {
        Fn3<Tensor, Integer, Optional<Tensor>, Tensor> f = (x, n, o) -> o.isEmpty() ? x.pow(n) : x;
        assertArrayEquals(new float[] {1, 8}, vmap(f).apply(tensor(new float[] {1, 2}), 3, Optional.empty())
                .toFloats());
    }

    // ---- captures and values ----

    @Test
    void whatIsCapturedIsTheSameForAll() {
        Tensor w = random(1, 3, 2);
        Fn<Tensor, Tensor> f = x -> x.matmul(w);
        Tensor xs = random(2, 5, 4, 3);
        assertClose(stack(IntStream.range(0, 5).mapToObj(i -> f.apply(row(xs, i))).toList()),
                vmap(f).apply(xs));
        // Captured from a trace outside, by grad and by jit.
        Fn<Tensor, Tensor> g = v -> vmap((Tensor x) -> x.matmul(v).sum()).apply(xs).sum();
        assertClose(grad((Tensor v) -> xs.reshape(20, 3).matmul(v).sum()).apply(w), grad(g).apply(w));
        assertClose(g.apply(w), jit(g).apply(w));
    }

    @Test
    void valuesOfWhatIsMappedCannotBeReadButOthersCan() {
        Fn2<Tensor, Tensor, Tensor> f = (x, flag) -> flag.item() > 0 ? x : x.neg();
        assertArrayEquals(new float[] {-1, -1}, vmap(f, inAxes(0, NONE)).apply(ones(2), tensor(-3f))
                .toFloats());
        assertThrows(RicciException.Unknown.class, () -> vmap(f).apply(ones(2), ones(2)));
    }

    // ---- nesting ----

    @Test
    void allPairs() {
        Fn2<Tensor, Tensor, Tensor> distance = (x, y) -> x.sub(y).square().sum();
        Tensor xs = random(1, 4, 3);
        Tensor ys = random(2, 5, 3);
        Fn2<Tensor, Tensor, Tensor> pairs = vmap(vmap(distance, inAxes(NONE, 0)), inAxes(0, NONE));
        Tensor all = pairs.apply(xs, ys);
        assertEquals(Shape.of(4, 5), all.shape());
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 5; j++) {
                assertEquals(distance.apply(row(xs, i), row(ys, j)).item(), row(row(all, i), j).item(), 1e-5);
            }
        }
        Tensor other = vmap(vmap(distance, inAxes(0, NONE)), inAxes(NONE, 0), outAxis(1)).apply(xs, ys);
        assertClose(all, other);
    }

    @Test
    void gradientsPerExample() {
        Params p = new Params(random(1, 3, 2), random(2, 2));
        Tensor xs = random(3, 6, 3);
        Tensor ys = random(4, 6, 2);
        Fn3<Params, Tensor, Tensor, Params> perExample = vmap(grad(VmapTest::loss), inAxes(NONE, 0, 0));
        Params all = perExample.apply(p, xs, ys);
        Params compiled = jit(perExample).apply(p, xs, ys);
        for (int i = 0; i < 6; i++) {
            Params each = grad(VmapTest::loss).apply(p, row(xs, i), row(ys, i));
            assertClose(each.w(), row(all.w(), i));
            assertClose(each.b(), row(all.b(), i));
            assertClose(each.w(), row(compiled.w(), i));
        }
        // The gradient of the sum of all losses is the sum of the gradients.
        Fn3<Params, Tensor, Tensor, Tensor> sum = (q, x, y) ->
                vmap(VmapTest::loss, inAxes(NONE, 0, 0)).apply(q, x, y).sum();
        assertClose(all.w().sum(0), grad(sum).apply(p, xs, ys).w());
        assertClose(all.b().sum(0), jit(grad(jit(sum))).apply(p, xs, ys).b());
    }

    @Test
    void jacobiansOfBothModes() {
        Fn<Tensor, Tensor> f = x -> x.mul(x.sum()).sin();
        Tensor x = random(1, 4);
        Tensor basis = arange(4).reshape(4, 1).eq(arange(4)).to(DType.F32);
        Tensor forward = vmap((Tensor v) -> jvp(f, x, v).tangent(), inAxes(0), outAxis(1)).apply(basis);
        var pullback = vjp(f, x).pullback();
        Tensor reverse = vmap((Tensor ct) -> pullback.apply(ct)).apply(basis);
        assertClose(forward, reverse);
        Tensor inside = vmap((Tensor ct) -> vjp(f, x).pullback().apply(ct)).apply(basis);
        assertClose(forward, inside);
        // Hessians by either order.
        Fn<Tensor, Tensor> g = y -> y.mul(y).mul(y).sum().mul(y.sum());
        Fn<Tensor, Tensor> slope = grad(g);
        Tensor hessian = vmap((Tensor v) -> jvp(slope, x, v).tangent()).apply(basis);
        assertClose(hessian, hessian.transpose(1, 0));
        assertClose(hessian, vmap((Tensor v) -> grad((Tensor y) -> slope.apply(y).mul(v).sum()).apply(x))
                .apply(basis));
    }

    @Test
    void jitInsideStaysOneCall() {
        Fn2<Tensor, Tensor, Tensor> inner = jit((Tensor x, Tensor y) -> x.mul(y).sum());
        Fn2<Tensor, Tensor, Tensor> all = vmap(inner, inAxes(1, NONE));
        Program program = Ricci.program(all, ones(3, 2), ones(3));
        assertEquals(List.of(Op.Call.class),
                program.equations().stream().map(e -> e.op().getClass()).toList());
        assertArrayEquals(new float[] {3, 3}, all.apply(ones(3, 2), ones(3)).toFloats());
        assertArrayEquals(new float[] {3, 3}, jit(all).apply(ones(3, 2), ones(3)).toFloats());
    }

    @Test
    void jitOfVmapIsTracedOnce() {
        AtomicInteger traces = new AtomicInteger();
        Fn<Tensor, Tensor> f = jit(vmap((Tensor x) -> {
            traces.incrementAndGet();
            return x.sin();
        }));
        f.apply(ones(3, 2));
        f.apply(zeros(3, 2));
        assertEquals(1, traces.get());
    }

    /** Mapping over keys is the same as a loop, bit for bit. */
    @Test
    void randomNumbersPerExample() {
        Fn<Key, Tensor> f = key -> Random.normal(key.split(2).getLast(), 3)
                .add(Random.permutation(key.foldIn(5), 3).to(DType.F32));
        List<Key> keys = Key.of(7).split(4);
        Tensor all = vmap(f).apply(Key.of(7).batch(4));
        Tensor fromLast = vmap(f, inAxes(-1)).apply(new Key(Key.of(7).batch(4).words().transpose(1, 0)));
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(f.apply(keys.get(i)).toFloats(), row(all, i).toFloats());
        }
        assertArrayEquals(all.toFloats(), fromLast.toFloats());
        Key next = vmap((Key key) -> key.foldIn(3)).apply(Key.of(7).batch(4));
        assertArrayEquals(keys.get(2).foldIn(3).words().toLongs(), row(next.words(), 2).toLongs());
        assertThrows(RicciException.Shape.class, () -> Random.normal(next, 3));
    }

    @Test
    void takePerExample() {
        Fn2<Tensor, Tensor, Tensor> f = (table, i) -> table.take(i);
        Tensor tables = random(1, 3, 5, 2);
        Tensor indices = tensor(new int[] {0, 4, 2, 2, 1, 9}, 3, 2);
        Tensor all = vmap(f).apply(tables, indices);
        for (int i = 0; i < 3; i++) {
            assertClose(f.apply(row(tables, i), row(indices, i)), row(all, i));
        }
        // The gradient by the table scatters.
        Fn2<Tensor, Tensor, Tensor> slope = grad((Tensor table, Tensor i) -> table.take(i).square().sum());
        Tensor slopes = vmap(slope, inAxes(NONE, 0)).apply(row(tables, 0), indices);
        for (int i = 0; i < 3; i++) {
            assertClose(slope.apply(row(tables, 0), row(indices, i)), row(slopes, i));
        }
    }

    // ---- what it costs ----

    @Test
    void productsWithSharedWeightsNeedNoCopies() {
        Tensor w = ones(3, 2);
        Program program = Ricci.program(vmap((Tensor x, Tensor v) -> einsum(x, v, "i, i o -> o"),
                inAxes(0, NONE)), ones(8, 3), w);
        assertTrue(program.equations().stream().noneMatch(e -> e.op() instanceof Op.Broadcast),
                program::toString);
        assertEquals(1, program.equations().stream().filter(e -> e.op() instanceof Op.DotGeneral).count());
    }

    @Test
    void constantsAndWhatDependsOnNoExampleAreNotCopied() {
        Fn2<Tensor, Tensor, Tensor> f = (x, w) -> x.mul(2).add(1).mul(w.exp().sum());
        Program program = Ricci.program(vmap(f, inAxes(0, NONE)), ones(8, 3), ones(100));
        assertTrue(program.equations().stream().filter(e -> e.op() instanceof Op.Unary)
                .allMatch(e -> e.result().type().shape().equals(Shape.of(100))), program::toString);
        // One copy, of a scalar to [3], as without vmap, and one for the examples.
        assertTrue(program.equations().stream().filter(e -> e.op() instanceof Op.Broadcast).count() <= 2,
                program::toString);
    }
}

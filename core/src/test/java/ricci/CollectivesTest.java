package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.Collectives.allGather;
import static ricci.Collectives.allToAll;
import static ricci.Collectives.axisIndex;
import static ricci.Collectives.axisSize;
import static ricci.Collectives.pmax;
import static ricci.Collectives.pmean;
import static ricci.Collectives.pmin;
import static ricci.Collectives.ppermute;
import static ricci.Collectives.pshuffle;
import static ricci.Collectives.psum;
import static ricci.Collectives.psumScatter;
import static ricci.Parallel.mesh;
import static ricci.Parallel.pmap;
import static ricci.Parallel.shard;
import static ricci.Parallel.spec;
import static ricci.Ricci.NONE;
import static ricci.Ricci.grad;
import static ricci.Ricci.inAxes;
import static ricci.Ricci.jit;
import static ricci.Ricci.outAxis;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;

/** Collectives over the axes of vmap, pmap and shard; answers are JAX 0.10.2's, or of plain formulas. */
class CollectivesTest {
    /** The squares of 1 to 16, divided by 7, in rows of 4. */
    private static final Tensor X = tensor(squares(16), 4, 4);

    private static double[] squares(int count) {
        return IntStream.rangeClosed(1, count).mapToDouble(k -> k * k / 7.0).toArray();
    }

    /** The same answer in all ways to run it: the elements of the result for all four examples. */
    private static void check(Fn<Tensor, Tensor> f, double... expected) {
        InAxes in = inAxes(0).named("i");
        double[] all = vmap(f, in).apply(X).toDoubles();
        assertArrayEquals(expected, all, 1e-6 * (1 + DoubleStream.of(expected).max().orElse(0)));
        assertArrayEquals(all, pmap(f, in).apply(X).toDoubles());
        assertArrayEquals(all, jit(vmap(f, in)).apply(X).toDoubles());
        assertArrayEquals(all, vmap(jit(f), in).apply(X).toDoubles());
        assertArrayEquals(all, jit(pmap(jit(f), in)).apply(X).toDoubles());
        assertArrayEquals(all, pmap(f, inAxes(1).named("i"), outAxis(0)).apply(X.transpose()).toDoubles());
    }

    private static double[] repeated(double... values) {
        return IntStream.range(0, 4 * values.length).mapToDouble(i -> values[i % values.length]).toArray();
    }

    private static double[] picked(int... places) {
        return IntStream.of(places).mapToDouble(k -> k == 0 ? 0 : k * k / 7.0).toArray();
    }

    @Test
    void reductions() {
        check(x -> psum(x.square(), "i"), repeated(729.55102, 1014.857143, 1382.612245, 1849.469388));
        check(x -> pmean(x.square(), "i"), repeated(729.55102 / 4, 1014.857143 / 4, 1382.612245 / 4,
                1849.469388 / 4));
        check(x -> pmax(x, "i"), repeated(picked(13, 14, 15, 16)));
        check(x -> pmin(x, "i"), repeated(picked(1, 2, 3, 4)));
        check(x -> psum(tensor(2.0), "i"), 8, 8, 8, 8);
        check(x -> psum(x.gt(9), "i").to(DType.F64), repeated(2, 2, 2, 3));
    }

    @Test
    void exchanges() {
        double[] columns = picked(1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 4, 8, 12, 16);
        check(x -> allToAll(x.reshape(4, 1), 0, 1, false, "i"), columns);
        check(x -> allToAll(x, 0, 0, true, "i"), columns);
        check(x -> allToAll(x.reshape(4, 1), -2, -1, true, "i"), columns);
        check(x -> allGather(x, 0, true, "i"), repeated(squares(16)));
        check(x -> allGather(x, -1, false, "i"), repeated(columns));
        check(x -> psumScatter(x, 0, false, "i"), 39.428571, 48.0, 57.714286, 68.571429);
        check(x -> psumScatter(x, -1, true, "i"), 39.428571, 48.0, 57.714286, 68.571429);
        check(x -> ppermute(x, new int[][] {{0, 1}, {1, 2}, {2, 3}, {3, 0}}, "i"),
                picked(13, 14, 15, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
        check(x -> ppermute(x, new int[][] {{2, 0}}, "i"), picked(9, 10, 11, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0));
        check(x -> pshuffle(x, new int[] {2, 0, 3, 1}, "i"),
                picked(9, 10, 11, 12, 1, 2, 3, 4, 13, 14, 15, 16, 5, 6, 7, 8));
        check(x -> axisIndex("i").to(DType.F64).add(axisSize("i")), 4, 5, 6, 7);
    }

    /** JAX's, both under vmap and under shard_map(check_vma=False): of the sum of what all return. */
    @Test
    void gradientsInside() {
        check(x -> grad((Tensor b) -> psum(b.square(), "i").mul(b).sum()).apply(x),
                740.816327, 1069.714286, 1531.020408, 2162.938776, 1011.183673, 1508.571429, 2190.612245,
                3103.346939, 1642.040816, 2386.285714, 3377.877551, 4670.693878, 2633.387755, 3702.857143,
                5092.816327, 6864.979592);
        Tensor weights = tensor(new double[] {0, 1, 2, 3}, 4, 1);
        check(x -> grad((Tensor b) -> allGather(b, "i").square().mul(weights).sum()).apply(x),
                IntStream.rangeClosed(1, 16).mapToDouble(k -> {
                    int row = (k - 1) / 4;
                    return 8 * row * k * k / 7.0;
                }).toArray());
    }

    /** The gradient of a mean of losses, taken around the shards, and inside and then averaged. */
    @Test
    void gradientsOfDataParallelLosses() {
        Tensor w = tensor(new double[] {1 / 3., 2 / 3., 1, 4 / 3.});
        double[] expected = {4.474512206699342, 5.260953892934154, 6.119678563265104, 7.050686217692211};
        Fn2<Tensor, Tensor, Tensor> loss = (v, x) -> x.mul(v).sum().sin();
        Fn2<Tensor, Tensor, Tensor> plain = (v, x) -> vmap(loss, inAxes(NONE, 0)).apply(v, x).mean();
        assertArrayEquals(expected, grad(plain).apply(w, X).toDoubles(), 1e-12);
        Fn2<Tensor, Tensor, Tensor> averaged = (v, x) -> pmean(loss.apply(v, x), "i");
        InAxes in = inAxes(NONE, 0).named("i");
        assertArrayEquals(expected,
                grad(vmap(averaged, in, outAxis(NONE))).apply(w, X).toDoubles(), 1e-12);
        assertArrayEquals(expected,
                grad(pmap(averaged, in, outAxis(NONE))).apply(w, X).toDoubles(), 1e-12);
        assertArrayEquals(expected, jit(grad(jit(pmap(averaged, in, outAxis(NONE))))).apply(w, X)
                .toDoubles(), 1e-12);
        Fn2<Tensor, Tensor, Tensor> inside = (v, x) -> pmean(grad(loss).apply(v, x), "i");
        assertArrayEquals(expected, pmap(inside, in, outAxis(NONE)).apply(w, X).toDoubles(), 1e-12);
        assertArrayEquals(expected, vmap(inside, in, outAxis(NONE)).apply(w, X).toDoubles(), 1e-12);
        Fn2<Tensor, Tensor, Tensor> parts = shard((v, x) -> pmean(
                vmap(loss, inAxes(NONE, 0)).apply(v, x).mean(), "i"), mesh("i", 2),
                List.of(spec(""), spec("i")), spec(""));
        assertArrayEquals(expected, grad(parts).apply(w, X).toDoubles(), 1e-12);
    }

    @Test
    void secondDerivativesAroundAndInside() {
        Fn<Tensor, Tensor> cubes = x -> psum(x.mul(x).mul(x).sum(), "i");
        Fn<Tensor, Tensor> total = x -> pmap(cubes, inAxes(0).named("i"), outAxis(NONE)).apply(x);
        Tensor second = grad((Tensor x) -> grad(total).apply(x).sum()).apply(X);
        assertArrayEquals(X.mul(6).toDoubles(), second.toDoubles(), 1e-9);
    }

    /** JAX's shard_map over a mesh of two axes. */
    @Test
    void twoAxes() {
        Mesh grid = mesh("i", 2).by("j", 2);
        Tensor x = X.mul(7);
        Fn<Tensor, Tensor> exchange = a -> allToAll(a.reshape(4, 1), 0, 0, true, "i", "j");
        assertArrayEquals(new double[] {1, 9, 81, 121, 4, 16, 100, 144, 25, 49, 169, 225, 36, 64, 196, 256},
                shard(exchange, grid, spec("i j"), spec("(i j)")).apply(x).toDoubles(), 1e-9);
        Fn<Tensor, Tensor> turned = a -> allToAll(a.reshape(4, 1), 0, 0, true, "j", "i");
        assertArrayEquals(new double[] {1, 81, 9, 121, 25, 169, 49, 225, 4, 100, 16, 144, 36, 196, 64, 256},
                shard(turned, grid, spec("i j"), spec("(i j)")).apply(x).toDoubles(), 1e-9);
        Fn<Tensor, Tensor> sums = a -> allGather(a.sum().reshape(1), 0, true, "j", "i");
        assertArrayEquals(new double[] {66, 546, 138, 746},
                shard(sums, grid, spec("i j"), spec("")).apply(x).toDoubles(), 1e-9);
        Fn<Tensor, Tensor> index = a -> axisIndex("j", "i").reshape(1);
        assertArrayEquals(new long[] {0, 2, 1, 3},
                shard(index, grid, spec("i j"), spec("(i j)")).apply(x).toLongs());
        Fn<Tensor, Tensor> scattered = a -> psumScatter(a.reshape(4, 1), 0, true, "j", "i");
        assertArrayEquals(new double[] {212, 468, 264, 552},
                shard(scattered, grid, spec("i j"), spec("(i j)")).apply(x).toDoubles(), 1e-9);
        Fn<Tensor, Tensor> sent = a -> ppermute(a.sum().reshape(1), new int[][] {{0, 3}, {1, 0}}, "i", "j");
        assertArrayEquals(new double[] {138, 0, 0, 66},
                shard(sent, grid, spec("i j"), spec("(i j)")).apply(x).toDoubles(), 1e-9);
    }

    record Params(Tensor w, Tensor b) {}

    @Test
    void treesAndParts() {
        Params p = new Params(X, tensor(new double[] {1, 2, 3, 4}));
        Fn<Params, Params> f = q -> psum(new Params(q.w(), q.b().mul(axisIndex("k").to(DType.F64))), "k");
        Params sums = shard(f, mesh("k", 2), spec("_ k").except(Params::b, spec("")), spec("")).apply(p);
        assertArrayEquals(X.slice(1, 0, 2).add(X.slice(1, 2, 4)).toDoubles(), sums.w().toDoubles());
        assertArrayEquals(new double[] {1, 2, 3, 4}, sums.b().toDoubles());
        Fn2<Tensor, Tensor, Tensor> product = shard((a, b) -> psum(a.matmul(b), "k"), mesh("k", 4),
                List.of(spec("_ k"), spec("k _")), spec(""));
        assertArrayEquals(X.matmul(X).toDoubles(), product.apply(X, X).toDoubles(), 1e-9);
    }

    @Test
    void axesOfSeveralTransformations() {
        Fn<Tensor, Tensor> f = x -> x.div(psum(x, "i", "j"));
        Fn<Tensor, Tensor> rows = vmap(f, inAxes(0).named("j"));
        double[] expected = X.div(X.sum()).toDoubles();
        assertArrayEquals(expected, vmap(rows, inAxes(0).named("i")).apply(X).toDoubles(), 1e-12);
        assertArrayEquals(expected, pmap(rows, inAxes(0).named("i")).apply(X).toDoubles(), 1e-12);
        Fn<Tensor, Tensor> shards = pmap(f, inAxes(0).named("j"));
        assertArrayEquals(expected, vmap(shards, inAxes(0).named("i")).apply(X).toDoubles(), 1e-12);
        assertArrayEquals(expected, pmap(shards, inAxes(0).named("i")).apply(X).toDoubles(), 1e-12);
        // An inner axis hides an outer one of its name.
        Fn<Tensor, Tensor> hidden = vmap(vmap((Tensor x) -> psum(x, "i"), inAxes(0).named("i")),
                inAxes(0).named("i"));
        Tensor sums = X.sum(1);
        assertArrayEquals(vmap((Tensor s) -> s.broadcastTo(4)).apply(sums).toDoubles(),
                hidden.apply(X).toDoubles(), 1e-12);
    }

    @Test
    void axesOfWhichNothingIsMapped() {
        Fn<Tensor, Tensor> numbered = x -> x.add(axisIndex("i").to(DType.F64));
        InAxes in = inAxes(NONE).named("i").size(3);
        assertArrayEquals(new double[] {5, 6, 7}, vmap(numbered, in).apply(tensor(5.0)).toDoubles());
        assertArrayEquals(new double[] {5, 6, 7}, pmap(numbered, in).apply(tensor(5.0)).toDoubles());
        assertEquals(8, vmap((Tensor x) -> psum(x, "i"), inAxes(NONE).named("i").size(4), outAxis(NONE))
                .apply(tensor(2.0)).item());
    }
}

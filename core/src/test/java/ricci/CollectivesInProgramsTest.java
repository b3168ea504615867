package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.Checkpoint.checkpoint;
import static ricci.Checkpoint.saveContractions;
import static ricci.Collectives.axisIndex;
import static ricci.Collectives.pmax;
import static ricci.Collectives.psum;
import static ricci.ControlFlow.cond;
import static ricci.ControlFlow.scan;
import static ricci.ControlFlow.whileLoop;
import static ricci.CustomDerivatives.customJvp;
import static ricci.CustomDerivatives.customVjp;
import static ricci.Parallel.mesh;
import static ricci.Parallel.pmap;
import static ricci.Parallel.shard;
import static ricci.Parallel.spec;
import static ricci.Ricci.NONE;
import static ricci.Ricci.grad;
import static ricci.Ricci.inAxes;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.outAxis;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;

import java.util.List;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;

/** Collectives in the bodies of loops, choices, checkpoints and functions with rules of their own. */
class CollectivesInProgramsTest {
    private static final Tensor X = tensor(new double[] {0.3, -1.2, 0.7, 1.1, 0.2, -0.4, 0.9, 0.5}, 4, 2);
    private static final Tensor WEIGHTS = tensor(new double[] {1, 2, -1, 0.5, 3, 1, -2, 0.25}, 4, 2);
    private static final InAxes ROWS = inAxes(0).named("i");

    /**
     * @param f of one row
     * @param whole the same of all rows, without collectives
     */
    private static void check(Fn<Tensor, Tensor> f, Fn<Tensor, Tensor> whole) {
        double[] expected = whole.apply(X).toDoubles();
        Fn<Tensor, Tensor> loss = x -> whole.apply(x).mul(WEIGHTS).sum();
        double[] gradient = grad(loss).apply(X).toDoubles();
        double[] tangent = jvp(whole, X, WEIGHTS).tangent().toDoubles();
        for (Fn<Tensor, Tensor> all : List.of(vmap(f, ROWS), pmap(f, ROWS), jit(vmap(f, ROWS)),
                pmap(jit(f), ROWS))) {
            assertArrayEquals(expected, all.apply(X).toDoubles(), 1e-12);
            assertArrayEquals(gradient,
                    grad((Tensor x) -> all.apply(x).mul(WEIGHTS).sum()).apply(X).toDoubles(), 1e-12);
            assertArrayEquals(tangent, jvp(all, X, WEIGHTS).tangent().toDoubles(), 1e-12);
        }
    }

    private static Tensor total(Tensor x) {
        return x.sum(0).expandDims(0).broadcastTo(4, 2);
    }

    @Test
    void inScans() {
        Fn2<Tensor, Tensor, Carry<Tensor, Tensor>> one = (c, x) -> {
            Tensor next = psum(c.mul(x).sin(), "i");
            return new Carry<>(next, next.mul(x));
        };
        check(x -> {
            Carry<Tensor, Tensor> run = scan(one, x.get(0), x);
            return run.output().add(run.carry());
        }, x -> {
            Tensor first = x.slice(1, 0, 1).mul(x.slice(1, 0, 1)).sin().sum();
            Tensor second = x.slice(1, 1, 2).mul(first).sin().sum();
            return ricci.Tensors.concatenate(List.of(x.slice(1, 0, 1).mul(first),
                    x.slice(1, 1, 2).mul(second)), 1).add(second);
        });
    }

    @Test
    void inLoopsThatAllLeaveTogether() {
        check(x -> whileLoop(s -> psum(s.square().sum(), "i").gt(0.5), s -> s.mul(0.7).add(psum(s, "i").mul(
                0.01)), x, 20),
                x -> whileLoop(s -> s.square().sum().gt(0.5), s -> s.mul(0.7).add(total(s).mul(0.01)), x, 20));
    }

    /** Each takes a number of steps of its own; who has finished is still counted. Vmap only. */
    @Test
    void inLoopsThatEachLeavesAlone() {
        Fn<Tensor, Tensor> f = x -> whileLoop(s -> s.abs().sum().gt(0.3),
                s -> s.mul(0.8).add(psum(s, "i").mul(0.01)), x, 30);
        Fn<Tensor, Tensor> whole = x -> {
            Tensor s = x;
            for (int i = 0; i < 30; i++) {
                Tensor active = s.abs().sum(1).gt(0.3).expandDims(1);
                s = Tensors.where(active, s.mul(0.8).add(total(s).mul(0.01)), s);
            }
            return s;
        };
        double[] expected = whole.apply(X).toDoubles();
        assertArrayEquals(expected, vmap(f, ROWS).apply(X).toDoubles(), 1e-12);
        assertArrayEquals(grad((Tensor x) -> whole.apply(x).mul(WEIGHTS).sum()).apply(X).toDoubles(),
                grad((Tensor x) -> vmap(f, ROWS).apply(x).mul(WEIGHTS).sum()).apply(X).toDoubles(), 1e-12);
        Fn<Tensor, Tensor> counted = x -> whileLoop(s -> s.lt(axisIndex("i")), s -> s.add(1), x);
        assertArrayEquals(new long[] {0, 1, 2, 3},
                vmap(counted, inAxes(NONE).named("i").size(4)).apply(tensor(0)).toLongs());
    }

    @Test
    void inBranchesThatAllTake() {
        check(x -> cond(psum(x.sum(), "i").gt(0), a -> psum(a.mul(a), "i"), Tensor::sin, x),
                x -> total(x.mul(x)));
        check(x -> cond(psum(x.sum(), "i").lt(0), a -> psum(a.mul(a), "i"), Tensor::sin, x), Tensor::sin);
    }

    /** Only some take the branch in which all meet, and all are counted. Vmap only. */
    @Test
    void inBranchesThatSomeTake() {
        Fn<Tensor, Tensor> f = x -> cond(x.sum().gt(0), a -> psum(a.exp(), "i"), a -> a.neg(), x);
        Fn<Tensor, Tensor> whole = x -> Tensors.where(x.sum(1).gt(0).expandDims(1), total(x.exp()), x.neg());
        assertArrayEquals(whole.apply(X).toDoubles(), vmap(f, ROWS).apply(X).toDoubles(), 1e-12);
        assertArrayEquals(grad((Tensor x) -> whole.apply(x).mul(WEIGHTS).sum()).apply(X).toDoubles(),
                grad((Tensor x) -> vmap(f, ROWS).apply(x).mul(WEIGHTS).sum()).apply(X).toDoubles(), 1e-12);
    }

    @Test
    void inCheckpoints() {
        Fn<Tensor, Tensor> f = x -> psum(x.sin(), "i").mul(x).exp();
        Fn<Tensor, Tensor> whole = x -> total(x.sin()).mul(x).exp();
        check(checkpoint(f), whole);
        check(checkpoint(f, saveContractions()), whole);
        check(x -> checkpoint(f).apply(f.apply(x)), x -> whole.apply(whole.apply(x)));
    }

    @Test
    void inFunctionsWithRulesOfTheirOwn() {
        Fn<Tensor, Tensor> whole = x -> total(x.square()).mul(x);
        check(customJvp((Tensor x) -> psum(x.square(), "i").mul(x), (x, t) -> {
            Tensor sum = psum(x.square(), "i");
            return new ValueAndTangent<>(sum.mul(x), sum.mul(t).add(psum(x.mul(t), "i").mul(2).mul(x)));
        }), whole);
        check(customVjp((Tensor x) -> psum(x.square(), "i").mul(x), (Tensor x) -> {
            Tensor sum = psum(x.square(), "i");
            return new Pair<>(sum.mul(x), new Pair<>(x, sum));
        }, (Pair<Tensor, Tensor> kept, Tensor ct) -> kept.second().mul(ct)
                .add(psum(ct.mul(kept.first()), "i").mul(2).mul(kept.first()))), whole);
    }

    /** What is the same for all needs no axis, whatever it is computed in. */
    @Test
    void whatIsTheSameForAll() {
        List<Fn<Tensor, Tensor>> functions = List.of(
                x -> scan((Tensor c, Tensor r) -> new Carry<>(psum(c.mul(r), "i"), c), psum(x.sum(), "i"),
                        x).carry(),
                x -> whileLoop(s -> s.abs().gt(1), s -> s.mul(pmax(x.sum(), "i").tanh()), psum(x, "i").sum(),
                        5),
                x -> cond(pmax(x.sum(), "i").gt(0), a -> psum(a.sum(), "i"), a -> pmax(a.sum(), "i"), x),
                checkpoint((Tensor x) -> psum(x.sum(), "i").sin()),
                customJvp((Tensor x) -> psum(x.sum(), "i").sin(), (x, t) -> new ValueAndTangent<>(
                        psum(x.sum(), "i").sin(), psum(t.sum(), "i").mul(psum(x.sum(), "i").cos()))),
                customVjp((Tensor x) -> psum(x.sum(), "i"), (Tensor x) -> new Pair<>(psum(x.sum(), "i"), x),
                        (Tensor x, Tensor ct) -> psum(ct, "i").broadcastTo(2)));
        for (Fn<Tensor, Tensor> f : functions) {
            Fn<Tensor, Tensor> byVmap = vmap(f, ROWS, outAxis(NONE));
            Fn<Tensor, Tensor> byShards = pmap(f, ROWS, outAxis(NONE));
            assertEquals(byVmap.apply(X).item(), byShards.apply(X).item(), 1e-12);
            assertArrayEquals(grad(byVmap).apply(X).toDoubles(), grad(byShards).apply(X).toDoubles(), 1e-12);
        }
    }

    /** A mesh of two axes: one is mapped by vmap inside, the other by the shards around it. */
    @Test
    void overAxesOfShards() {
        Fn<Tensor, Tensor> row = x -> scan((Tensor c, Tensor e) -> new Carry<>(psum(c.mul(e).sin(), "i", "j"),
                c.mul(axisIndex("j").to(DType.F64))), psum(x.sum(), "j"), x).output();
        Fn<Tensor, Tensor> both = vmap(vmap(row, inAxes(0).named("j")), inAxes(0).named("i"));
        Fn<Tensor, Tensor> shards = pmap(vmap(row, inAxes(0).named("j")), inAxes(0).named("i"));
        Tensor x = X.reshape(2, 2, 2);
        assertArrayEquals(both.apply(x).toDoubles(), shards.apply(x).toDoubles(), 1e-12);
        assertArrayEquals(grad((Tensor a) -> both.apply(a).sum()).apply(x).toDoubles(),
                grad((Tensor a) -> shards.apply(a).sum()).apply(x).toDoubles(), 1e-12);
        Fn<Tensor, Tensor> halves = shard(checkpoint((Tensor a) -> psum(a.sin(), "i")), mesh("i", 2),
                spec("i"), spec(""));
        assertArrayEquals(X.sin().reshape(2, 2, 2).sum(0).toDoubles(), halves.apply(X).toDoubles(), 1e-12);
    }
}

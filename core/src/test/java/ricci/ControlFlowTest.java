package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.ControlFlow.associativeScan;
import static ricci.ControlFlow.cond;
import static ricci.ControlFlow.forLoop;
import static ricci.ControlFlow.map;
import static ricci.ControlFlow.scan;
import static ricci.ControlFlow.scanReverse;
import static ricci.ControlFlow.switchOn;
import static ricci.ControlFlow.whileLoop;
import static ricci.Ricci.arange;
import static ricci.Ricci.grad;
import static ricci.Ricci.inAxes;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.ones;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;
import static ricci.Ricci.zeros;

import java.util.List;
import org.junit.jupiter.api.Test;
import ricci.ir.Control;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Program;
import ricci.ir.RicciException;

/** Choices and loops as users write them: values, derivatives, batches, and what stays inside a loop. */
class ControlFlowTest {
    private static final double[] NONE = {};

    private static Tensor power(Tensor x, Tensor n) {
        return forLoop(tensor(new int[] {0}).reshape(), n, (_, y) -> y.mul(x), x.mul(0).add(1));
    }

    /** Newton's method, until it has converged. */
    private static Tensor root(Tensor x, long limit) {
        Fn<Tensor, Tensor> another = y -> y.square().sub(x).abs().gt(1e-12);
        return whileLoop(another, y -> y.add(x.div(y)).mul(0.5), x, limit);
    }

    // ---- choices ----

    @Test
    void aChoiceRunsOneBranch() {
        Fn<Tensor, Tensor> f = x -> cond(x.gt(0), Ricci::sqrt, y -> y.mul(-3), x);
        assertEquals(2, f.apply(tensor(4.0)).item());
        assertEquals(6, jit(f).apply(tensor(-2.0)).item());
        assertEquals(0.25, grad(f).apply(tensor(4.0)).item());
        assertEquals(-3, jit(grad(f)).apply(tensor(-2.0)).item());
        assertEquals(-1.0 / 32, grad(grad(f)).apply(tensor(4.0)).item());
    }

    /** The square root of a negative number is not even computed. */
    @Test
    void branchesNotTakenGiveNoNanUnderVmap() {
        Fn<Tensor, Tensor> f = x -> cond(x.gt(0), Ricci::sqrt, y -> y.mul(0), x);
        Tensor xs = tensor(new double[] {4, -1, 0, 9});
        assertArrayEquals(new double[] {2, 0, 0, 3}, vmap(f).apply(xs).toDoubles(), 1e-15);
        Fn<Tensor, Tensor> sum = x -> vmap(f).apply(x).sum();
        assertArrayEquals(new double[] {0.25, 0, 0, 1.0 / 6}, grad(sum).apply(xs).toDoubles(), 1e-15);
        assertArrayEquals(new double[] {0.25, 0, 0, 1.0 / 6}, vmap(grad(f)).apply(xs).toDoubles(), 1e-15);
    }

    @Test
    void cheapBranchesAreSelectedAndOthersStayALoop() {
        Fn<Tensor, Tensor> cheap = x -> cond(x.sum().gt(0), y -> y.mul(2), y -> y.neg(), x);
        Fn<Tensor, Tensor> costly = x -> cond(x.sum().gt(0), y -> y.sort(0), y -> y.neg(), x);
        Tensor xs = tensor(new double[] {2, 1, -2, -1, 0, 5}, 3, 2);
        assertEquals(0, loops(Ricci.program(vmap(cheap), xs)));
        assertEquals(1, loops(Ricci.program(vmap(costly), xs)));
        assertArrayEquals(new double[] {4, 2, 2, 1, 0, 10}, vmap(cheap).apply(xs).toDoubles());
        assertArrayEquals(new double[] {1, 2, 2, 1, 0, 5}, vmap(costly).apply(xs).toDoubles());
    }

    private static long loops(Program program) {
        return program.equations().stream().map(Equation::op).filter(op -> op instanceof Control).count();
    }

    @Test
    void anIndexOutsideNamesTheNearestBranch() {
        List<Fn<Tensor, Tensor>> branches = List.of(x -> x, x -> x.mul(10), x -> x.mul(100));
        Fn2<Tensor, Tensor, Tensor> f = (i, x) -> switchOn(i, branches, x);
        Tensor indices = tensor(DType.I64, new long[] {-5, 0, 1, 2, 1L << 40}, 5);
        double[] expected = {1, 1, 10, 100, 100};
        assertArrayEquals(expected, vmap(f, inAxes(0, Ricci.NONE)).apply(indices, tensor(1.0)).toDoubles());
        for (int i = 0; i < 5; i++) {
            Tensor index = indices.slice(0, i, i + 1).reshape();
            assertEquals(expected[i], f.apply(index, tensor(1.0)).item());
        }
    }

    @Test
    void branchesReadTensorsFromOutside() {
        Fn2<Tensor, Tensor, Tensor> f = (x, y) -> cond(x.lt(y), () -> x.mul(y), () -> y.square());
        assertEquals(6, f.apply(tensor(2.0), tensor(3.0)).item());
        assertEquals(3, grad(f).apply(tensor(2.0), tensor(3.0)).item());
        assertEquals(0, jit(grad(f)).apply(tensor(4.0), tensor(3.0)).item());
    }

    // ---- while ----

    @Test
    void aWhileLoopHasAGradientUpToItsLimit() {
        Fn<Tensor, Tensor> bounded = x -> root(x, 50);
        assertEquals(3, bounded.apply(tensor(9.0)).item(), 1e-12);
        assertEquals(1.0 / 6, grad(bounded).apply(tensor(9.0)).item(), 1e-9);
        assertEquals(1.0 / 6, jit(grad(bounded)).apply(tensor(9.0)).item(), 1e-9);
        assertEquals(-1.0 / 108, grad(grad(bounded)).apply(tensor(9.0)).item(), 1e-6);
        Tensor xs = tensor(new double[] {16, 4, 9, 1e6});
        assertArrayEquals(new double[] {0.125, 0.25, 1.0 / 6, 0.0005},
                vmap(grad(bounded)).apply(xs).toDoubles(), 1e-9);
        Fn<Tensor, Tensor> sum = x -> vmap(bounded).apply(x).sum();
        assertArrayEquals(new double[] {0.125, 0.25, 1.0 / 6, 0.0005}, grad(sum).apply(xs).toDoubles(), 1e-9);
    }

    /** Any number of steps, whatever the limit: below, at and above, with and without whole segments. */
    @Test
    void gradientsOfAnyNumberOfStepsUnderAnyLimit() {
        for (int limit = 0; limit <= 12; limit++) {
            for (int n = 0; n <= 14; n++) {
                int steps = n;
                long most = limit;
                Fn<Tensor, Tensor> f = x -> whileLoop((List<Tensor> c) -> c.get(1).lt(steps),
                        c -> List.of(c.get(0).mul(x).sin(), c.get(1).add(1)),
                        List.of(x.square(), Ricci.full(ricci.ir.TensorType.of(DType.I32), 0)), most).get(0);
                double expected = jvp(f, tensor(0.9), tensor(1.0)).tangent().item();
                assertEquals(expected, grad(f).apply(tensor(0.9)).item(), 1e-12, n + " of " + limit);
            }
        }
    }

    /** A limit costs neither time nor memory: blocks of blocks of segments, of any depth. */
    @Test
    void gradientsUnderLimitsFarBeyondTheSteps() {
        for (long limit : new long[] {65_536, 65_537, 1_000_000, 1L << 40, 1L << 62, Long.MAX_VALUE}) {
            Fn<Tensor, Tensor> f = x -> whileLoop((Tensor y) -> y.lt(10), y -> y.mul(x), x, limit);
            assertEquals(32, grad(f).apply(tensor(2.0)).item(), "limit " + limit);
            assertEquals(32, jit(grad(f)).apply(tensor(2.0)).item(), limit + "");
            Tensor xs = tensor(new double[] {2, 11, 1.5});
            double[] slopes = {32, 1, 6 * Math.pow(1.5, 5)};
            assertArrayEquals(slopes, vmap(grad(f)).apply(xs).toDoubles(), 1e-12);
            assertEquals(48, grad(grad(f)).apply(tensor(2.0)).item(), limit + "");
        }
    }

    /** So many steps that blocks of segments are cut into blocks, whole ones and the rest of one. */
    @Test
    void gradientsOfManyStepsInBlocksOfBlocks() {
        int steps = 64 * 41 * 3 + 64 * 5 + 7;
        for (long limit : new long[] {66_000, 4_000_000_000L}) {
            Fn<Tensor, Tensor> f = x -> whileLoop((List<Tensor> c) -> c.get(1).lt(steps),
                    c -> List.of(c.get(0).mul(x).sin(), c.get(1).add(1)),
                    List.of(x.square(), Ricci.full(ricci.ir.TensorType.of(DType.I32), 0)), limit).get(0);
            double expected = jvp(f, tensor(1.1), tensor(1.0)).tangent().item();
            assertEquals(expected, grad(f).apply(tensor(1.1)).item(), 1e-9, limit + "");
        }
    }

    @Test
    void anOpenWhileLoopHasForwardModeOnly() {
        Fn<Tensor, Tensor> open = x -> whileLoop((Tensor y) -> y.lt(100), y -> y.mul(x), x);
        assertEquals(128, open.apply(tensor(2.0)).item());
        assertEquals(7 * 64, jvp(open, tensor(2.0), tensor(1.0)).tangent().item());
        RicciException error = assertThrows(RicciException.Derivative.class,
                () -> grad(open).apply(tensor(2.0)));
        assertTrue(error.fix().contains("whileLoop(condition, body, initial, limit)"), error.getMessage());
    }

    /** A lane that has finished is not run again: it would divide by zero, and never end. */
    @Test
    void finishedLanesAreLeftAlone() {
        Fn<Tensor, Tensor> countdown = x -> whileLoop((List<Tensor> c) -> c.get(0).gt(0),
                c -> List.of(c.get(0).sub(1), c.get(1).div(c.get(0))), List.of(x, x.mul(0).add(1)), 30)
                .get(1);
        Tensor xs = tensor(new double[] {3, 0, 1, 5});
        assertArrayEquals(new double[] {1 / 6.0, 1, 1, 1 / 120.0}, vmap(countdown).apply(xs).toDoubles(),
                1e-15);
        Fn<Tensor, Tensor> sum = x -> vmap(countdown).apply(x).sum();
        for (double slope : grad(sum).apply(xs).toDoubles()) {
            assertTrue(Double.isFinite(slope));
        }
    }

    // ---- counted loops ----

    @Test
    void forLoopsCount() {
        Fn<Tensor, Tensor> f = x -> forLoop(2, 6, (i, y) -> y.mul(x).add(i), x);
        double x = 1.5;
        double expected = x;
        double slope = 1;
        for (int i = 2; i < 6; i++) {
            slope = slope * x + expected;
            expected = expected * x + i;
        }
        assertEquals(expected, f.apply(tensor(x)).item(), 1e-12);
        assertEquals(slope, grad(f).apply(tensor(x)).item(), 1e-12);
        assertEquals(slope, jit(grad(f)).apply(tensor(x)).item(), 1e-12);
        assertEquals(x, forLoop(3, -3, (i, y) -> y.mul(i), tensor(x)).item());
        assertEquals(DType.I64, forLoop(1L << 40, (1L << 40) + 1, (i, _) -> i,
                Ricci.full(ricci.ir.TensorType.of(DType.I64), 0)).dtype());
    }

    @Test
    void boundsMayBeTensors() {
        Fn2<Tensor, Tensor, Tensor> f = ControlFlowTest::power;
        Tensor n = tensor(new int[] {3}).reshape();
        assertEquals(8, f.apply(tensor(2.0), n).item());
        assertArrayEquals(new double[] {1, 2, 4, 8}, vmap(f, inAxes(Ricci.NONE, 0))
                .apply(tensor(2.0), arange(4)).toDoubles());
        assertEquals(12, jvp((Tensor x) -> power(x, n), tensor(2.0), tensor(1.0)).tangent().item());
    }

    // ---- scan ----

    @Test
    void scansStackTheirOutputs() {
        Fn<Tensor, Carry<Tensor, Tensor>> sums = xs -> scan(
                (Tensor c, Tensor x) -> new Carry<>(c.add(x), c.mul(x)), tensor(1.0), xs);
        Carry<Tensor, Tensor> run = sums.apply(tensor(new double[] {2, 3, 4}));
        assertEquals(10, run.carry().item());
        assertArrayEquals(new double[] {2, 9, 24}, run.output().toDoubles());
        Carry<Tensor, Tensor> back = scanReverse(
                (Tensor c, Tensor x) -> new Carry<>(c.add(x), c.mul(x)), tensor(1.0),
                tensor(new double[] {2, 3, 4}));
        assertArrayEquals(new double[] {16, 15, 4}, back.output().toDoubles());
        Carry<Tensor, Tensor> none = sums.apply(tensor(NONE));
        assertEquals(1, none.carry().item());
        assertArrayEquals(NONE, none.output().toDoubles());
        Fn<Tensor, Tensor> loss = xs -> sums.apply(xs).output().sum();
        assertArrayEquals(new double[] {8, 7, 6}, grad(loss).apply(tensor(new double[] {2, 3, 4}))
                .toDoubles());
        assertArrayEquals(NONE, grad(loss).apply(tensor(NONE)).toDoubles());
    }

    record Body(Tensor position, Tensor velocity) {}

    @Test
    void statesAreTrees() {
        Fn<Tensor, Tensor> end = spring -> scan((Body b) -> {
            Tensor v = b.velocity().sub(b.position().mul(spring).mul(0.1));
            Body next = new Body(b.position().add(v.mul(0.1)), v);
            return new Carry<>(next, next.position());
        }, new Body(ones(2).to(DType.F64), zeros(2).to(DType.F64)), 20).carry().position().sum();
        double h = 1e-5;
        double expected = (end.apply(tensor(2 + h)).item() - end.apply(tensor(2 - h)).item()) / (2 * h);
        assertEquals(expected, grad(end).apply(tensor(2.0)).item(), 1e-8);
        assertEquals(expected, jit(grad(end)).apply(tensor(2.0)).item(), 1e-8);
    }

    @Test
    void aMillionStepsNeedTheStackOfOne() {
        Tensor sum = forLoop(0, 1_000_000, (i, s) -> s.add(i), tensor(0.0));
        assertEquals(499_999_500_000.0, sum.item());
    }

    @Test
    void mapIsALoop() {
        assertArrayEquals(new double[] {1, 4, 9}, map((Tensor x) -> x.square(),
                tensor(new double[] {1, 2, 3})).toDoubles());
    }

    @Test
    void associativeScansCombineInOrder() {
        for (int n = 0; n <= 17; n++) {
            double[] a = new double[2 * n];
            java.util.Arrays.setAll(a, i -> Math.sin(i + 1));
            Tensor x = tensor(a, n, 2);
            // Affine maps, applied one after the other: order matters.
            Fn2<List<Tensor>, List<Tensor>, List<Tensor>> compose = (f, g) -> List.of(
                    f.get(0).mul(g.get(0)), f.get(1).mul(g.get(0)).add(g.get(1)));
            List<Tensor> xs = List.of(x, x.mul(2));
            double[] forward = associativeScan(compose, xs, 0, false).get(1).toDoubles();
            double[] backward = associativeScan(compose, xs, -2, true).get(1).toDoubles();
            for (int column = 0; column < 2; column++) {
                double sum = 0;
                for (int i = 0; i < n; i++) {
                    sum = i == 0 ? 2 * a[column] : sum * a[2 * i + column] + 2 * a[2 * i + column];
                    assertEquals(sum, forward[2 * i + column], 1e-12);
                }
                for (int i = n - 1; i >= 0; i--) {
                    double each = a[2 * i + column];
                    sum = i == n - 1 ? 2 * each : sum * each + 2 * each;
                    assertEquals(sum, backward[2 * i + column], 1e-12);
                }
            }
        }
    }

    /** A loop in a choice in a loop, differentiated twice, for many examples. */
    @Test
    void nestedToAnyDepth() {
        Fn<Tensor, Tensor> f = x -> scan((Tensor c, Tensor w) -> {
            Tensor next = cond(c.mul(w).gt(0.2), y -> root(y.square().add(1), 20),
                    y -> forLoop(0, 3, (_, z) -> z.mul(w).sin(), y), c);
            return new Carry<>(next, next.mul(w));
        }, x, tensor(new double[] {0.5, -1, 2})).output().sum();
        Fn<Tensor, Tensor> slope = grad(f);
        Fn<Tensor, Tensor> bend = grad(slope);
        double[] at = {-0.7, 0.3, 1.1};
        double[] slopes = vmap(slope).apply(tensor(at)).toDoubles();
        double[] bends = jit(vmap(bend)).apply(tensor(at)).toDoubles();
        double h = 1e-5;
        for (int i = 0; i < at.length; i++) {
            double value = (f.apply(tensor(at[i] + h)).item() - f.apply(tensor(at[i] - h)).item()) / (2 * h);
            assertEquals(value, slopes[i], 1e-7);
            double second = (slope.apply(tensor(at[i] + h)).item() - slope.apply(tensor(at[i] - h)).item())
                    / (2 * h);
            assertEquals(second, bends[i], 1e-6);
        }
    }
}

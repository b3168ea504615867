package user;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Derivatives.hessian;
import static ricci.Derivatives.jacrev;
import static ricci.Ricci.array;
import static ricci.Ricci.at;
import static ricci.Ricci.concatenate;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.ones;
import static ricci.Ricci.slice;
import static ricci.Ricci.stack;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;
import static ricci.Ricci.where;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import ricci.Carry;
import ricci.Checkpoint;
import ricci.ControlFlow;
import ricci.Fn;
import ricci.Manipulation;
import ricci.Tensor;
import ricci.ir.DType;

/** The side of a where that is not taken has gradient zero, however infinite its derivative. */
class WhereTest {
    private static final Fn<Tensor, Tensor> SQRT = x -> where(x.gt(0), x.sqrt(), x.mul(0));

    private static void isZero(Fn<Tensor, Tensor> f, double at) {
        assertEquals(0, grad(f).apply(tensor(at)).item(), 1e-300);
        assertEquals(0, jit(grad(f)).apply(tensor(at)).item(), 1e-300);
        assertEquals(0, grad(grad(f)).apply(tensor(at)).item(), 1e-300);
        assertEquals(0, grad(grad(grad(f))).apply(tensor(at)).item(), 1e-300);
        assertEquals(0, jvp(f, tensor(at), tensor(1.0)).tangent().item(), 1e-300);
        assertEquals(0, hessian(f).apply(tensor(at)).item(), 1e-300);
        assertEquals(0, jacrev(jacrev(f)).apply(tensor(at)).item(), 1e-300);
    }

    @Test
    void infiniteDerivatives() {
        isZero(SQRT, 0);
        isZero(x -> where(x.ne(0), x.log(), x.mul(0)), 0);
        isZero(x -> where(x.ne(0), x.log().mul(x).neg(), x.mul(0)), 0);
        isZero(x -> where(x.eq(0), x.mul(0), tensor(1.0).div(x)), 0);
        isZero(x -> where(x.gt(0), tensor(1.0).div(x.sqrt()).add(x.log()).mul(x.sqrt()), x.mul(0)), 0);
        isZero(x -> where(x.gt(0), x.pow(0.5), x.mul(0)), 0);
        isZero(x -> where(x.gt(0), where(x.lt(5), x.sqrt(), x), x.mul(0)), 0);
        isZero(x -> where(x.lt(100), x.mul(0), x.exp().exp()), 8);
        // One value on the sides of two selects, neither of which takes it.
        isZero(x -> {
            Tensor y = x.sqrt();
            return where(x.gt(0), y, x.mul(0)).add(where(x.le(0), x.mul(0), y.mul(y)));
        }, 0);
    }

    @Test
    void whatIsTakenStaysAsItIs() {
        double[] points = {0, 1, 4};
        assertArrayEquals(new double[] {0, 0.5, 0.25},
                vmap(grad(SQRT)).apply(array(points)).toDoubles());
        assertArrayEquals(new double[] {0, 0.5, 0.25},
                grad((Tensor x) -> SQRT.apply(x).sum()).apply(array(points)).toDoubles());
        assertArrayEquals(new double[] {0, -0.25, -0.03125},
                vmap(grad(grad(SQRT))).apply(array(points)).toDoubles());
        // Taken, and infinite.
        assertEquals(Double.POSITIVE_INFINITY,
                grad((Tensor x) -> where(x.ge(0), x.sqrt(), x.mul(0))).apply(tensor(0.0)).item());
        // Used elsewhere too, where it is infinite.
        assertEquals(Double.POSITIVE_INFINITY, grad((Tensor x) -> {
            Tensor y = x.sqrt();
            return where(x.gt(0), y, x.mul(0)).add(y);
        }).apply(tensor(0.0)).item());
    }

    @Test
    void throughReshapesBroadcastsAndSums() {
        Fn<Tensor, Tensor> normalized = x -> {
            Tensor norm = x.square().sum(1).sqrt().reshape(2, 1);
            return where(norm.gt(0).broadcastTo(2, 2), x.div(norm), x.mul(0)).sum();
        };
        Tensor x = array(new double[][] {{0, 0}, {3, 4}});
        Tensor g = grad(normalized).apply(x);
        assertArrayEquals(new double[] {0, 0, 4 / 125.0, -3 / 125.0}, g.toDoubles(), 1e-15);
        Fn<Tensor, Tensor> moved = y -> where(y.transpose().reshape(4).gt(0),
                y.sqrt().transpose().reshape(4), y.reshape(4).mul(0)).sum();
        assertArrayEquals(new double[] {0, 0, 0.5 / Math.sqrt(3), 0.25},
                grad(moved).apply(x).toDoubles(), 1e-15);
    }

    @Test
    void inLoopsAndCheckpoints() {
        Fn<Tensor, Tensor> loop = x -> ControlFlow.scan((Tensor c, Tensor i) ->
                new Carry<>(where(x.gt(0), c.add(x.sqrt()), c), i), x,
                array(IntStream.range(0, 3).toArray())).carry();
        assertEquals(1, grad(loop).apply(tensor(0.0)).item());
        assertEquals(1 + 3 * 0.25, grad(loop).apply(tensor(4.0)).item());
        assertEquals(0, grad(Checkpoint.checkpoint(SQRT)).apply(tensor(0.0)).item());
        assertEquals(0, grad(jit(SQRT)).apply(tensor(0.0)).item());
    }

    @Test
    void gradientsOfGradientsByParts() {
        Fn<List<Tensor>, Tensor> f = p -> where(p.get(0).gt(0), p.get(1).div(p.get(0)), p.get(1).mul(0))
                .sum();
        List<Tensor> g = grad(f).apply(List.of(array(new double[] {0, 2}), array(new double[] {1, 6})));
        assertArrayEquals(new double[] {0, -1.5}, g.get(0).toDoubles(), 1e-300);
        assertArrayEquals(new double[] {0, 0.5}, g.get(1).toDoubles(), 1e-300);
    }

    private static void isFinite(Fn<Tensor, Tensor> f, double... expected) {
        Tensor x = array(new double[] {0, 4, 0, 9});
        Fn<Tensor, Tensor> sum = y -> f.apply(y).sum();
        assertArrayEquals(expected, grad(sum).apply(x).toDoubles(), 1e-15);
        assertArrayEquals(expected, jit(grad(sum)).apply(x).toDoubles(), 1e-15);
        assertArrayEquals(expected, vmap(grad(sum)).apply(x.reshape(1, 4)).toDoubles(), 1e-15);
        assertArrayEquals(expected, jacrev(f).apply(x).sum(range(f.apply(x).rank())).toDoubles(), 1e-15);
        for (double second : hessian(sum).apply(x).toDoubles()) {
            assertTrue(Double.isFinite(second));
        }
    }

    private static int[] range(int count) {
        return IntStream.range(0, count).toArray();
    }

    /** The updates have more axes than what is updated. */
    @Test
    void throughPlacesOfSeveralAxes() {
        Tensor places = tensor(new int[] {1, 3, 0, 3}).reshape(2, 2, 1);
        Fn<Tensor, Tensor> f = x -> where(x.gt(-1), x.at(at(places)).set(2.0), x.mul(3)).sum();
        assertArrayEquals(new double[] {0, 3, 0, 0, 1, 3, 0, 0}, grad(f).apply(
                tensor(new double[] {0, -1, 4, 9, 5, -2, 1, 7}).reshape(4, 2)).reshape(8).toDoubles());
    }

    /** What comes between the infinite derivative and the where. */
    @Test
    void throughMovesAndProducts() {
        isFinite(x -> where(x.get(slice(0, 2)).gt(0), x.get(slice(0, 2)).sqrt(), 0.0), 0, 0.25, 0, 0);
        isFinite(x -> where(array(new boolean[] {false, true, false}), x.sqrt().get(slice(0, 3)), 0.0)
                .add(x.get(slice(1, 4))).sub(where(x.gt(0), x.sqrt(), 0.0).get(slice(1, 4))),
                0, 1, 1, 1 - 1 / 6.0);
        isFinite(x -> where(stack(x, x).gt(0), stack(x.sqrt(), x.log()), 0.0), 0, 0.5, 0, 1 / 6.0 + 1 / 9.0);
        isFinite(x -> where(concatenate(x, x).gt(0), concatenate(x.sqrt(), x.sqrt()), 0.0),
                0, 0.5, 0, 1 / 3.0);
        isFinite(x -> where(Manipulation.pad(x, 1).gt(0), Manipulation.pad(x.sqrt(), 1), 0.0),
                0, 0.25, 0, 1 / 6.0);
        int[] places = {1, 0, 1, 2};
        isFinite(x -> where(x.get(at(places)).gt(0), x.sqrt().get(at(places)), 0.0), 0, 0.5, 0, 0);
        isFinite(x -> where(x.reshape(4, 1).gt(0), x.sqrt().reshape(4, 1).matmul(ones(DType.F64, 1, 3)), 0.0),
                0, 0.75, 0, 0.5);
        // The sums of elements up to one; only those before the first that matters do not.
        isFinite(x -> where(array(new boolean[] {false, true, false, false}),
                x.add(array(new double[] {1, 0, 0, 0})).sqrt().cumsum(0), 0.0), 0.5, 0.25, 0, 0);
    }

    @Test
    void throughProgramsInside() {
        double[] log = {0, 0.25, 0, 1 / 9.0};
        double[] sqrt = {0, 0.25, 0, 1 / 6.0};
        isFinite(x -> where(x.gt(0), jit(Tensor::log).apply(x), 0.0), log);
        isFinite(x -> where(x.gt(0), Checkpoint.checkpoint(Tensor::log).apply(x), 0.0), log);
        isFinite(x -> where(x.gt(0), jit((Tensor y) -> y.mul(1)).apply(x.sqrt()), 0.0), sqrt);
        isFinite(x -> where(x.gt(0), Checkpoint.checkpoint((Tensor y) -> y.mul(1)).apply(x.sqrt()), 0.0),
                sqrt);
        isFinite(x -> jit((Tensor y) -> where(y.gt(0), y, 0.0)).apply(x.sqrt()), sqrt);
        isFinite(x -> where(x.gt(0), ControlFlow.cond(x.sum().gt(0), () -> x.log(), () -> x), 0.0), log);
        isFinite(x -> where(x.gt(0), ControlFlow.scan((Tensor c) -> new Carry<>(c.add(x.sqrt()), c), x, 2)
                .carry(), 0.0), 0, 1.5, 0, 1 + 1 / 3.0);
        Fn<Tensor, Tensor> outputs = x -> ControlFlow.scan((Tensor c, Tensor e) ->
                new Carry<>(c.add(e.sum()), e.sqrt()), tensor(0.0), x).output();
        isFinite(x -> where(x.gt(0), outputs.apply(x), 0.0), sqrt);
        isFinite(x -> where(x.gt(0), ControlFlow.scan((Tensor c, Tensor e) ->
                new Carry<>(c, e.mul(2)), tensor(0.0), x.sqrt()).output(), 0.0), 0, 0.5, 0, 1 / 3.0);
    }

    @Test
    void infiniteConstants() {
        isFinite(x -> where(tensor(false), x.div(0.0), x), 1, 1, 1, 1);
        isFinite(x -> where(x.ge(0), x, x.mul(Double.POSITIVE_INFINITY)), 1, 1, 1, 1);
    }
}

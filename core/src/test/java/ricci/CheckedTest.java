package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.ControlFlow.cond;
import static ricci.ControlFlow.scan;
import static ricci.ControlFlow.whileLoop;
import static ricci.Debug.check;
import static ricci.Debug.checked;
import static ricci.Ricci.array;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.ir.Program;
import ricci.ir.RandomProgram;
import ricci.ir.RicciException;
import ricci.transform.CheckValues;
import ricci.transform.Jvp;
import ricci.transform.Vmap;

/** Checks as values say what the thrown error would have said, and compose with all transformations. */
class CheckedTest {
    private static Tensor f(Tensor x) {
        check(x.lt(10), "x is below 10");
        Tensor y = x.log();
        check(y.gt(0), "the logarithm is positive");
        return y.sum();
    }

    private static String failure(Checked<?> checked) {
        return checked.failure().map(RicciException::asked).orElse("");
    }

    private static final String LOG = "pass the check that the logarithm is positive";
    private static final String BELOW = "pass the check that x is below 10";

    /** The value says what is thrown without it. */
    private static void agrees(Fn<Tensor, Tensor> f, double... points) {
        for (Fn<Tensor, Tensor> g : List.of(f, jit(f))) {
            for (double point : points) {
                String thrown = "";
                try {
                    g.apply(tensor(point));
                } catch (RicciException.Check e) {
                    thrown = e.asked();
                }
                assertEquals(thrown, failure(checked(g).apply(tensor(point))), "at " + point);
                assertEquals(thrown, failure(jit(checked(g)).apply(tensor(point))), "at " + point);
                Tensor three = array(new double[] {point, point, point});
                Checked<Tensor> mapped = vmap(checked(g)).apply(three);
                assertEquals(thrown, failure(mapped));
                assertEquals(!thrown.isEmpty(), mapped.failed().all().item() != 0);
                assertEquals(thrown, failure(checked(vmap(g)).apply(three)));
            }
        }
    }

    @Test
    void saysWhichFailedFirst() {
        agrees(CheckedTest::f, 2, 0.5, 11, Double.NaN);
        Checked<Tensor> one = checked(CheckedTest::f).apply(array(new double[] {2, 3, 0.5}));
        RicciException.Check error = one.failure().orElseThrow();
        assertTrue(error.types().contains("bool[3], false at [2]"), error.getMessage());
        assertEquals(Math.log(3), one.result().item(), 1e-12);
        assertThrows(RicciException.Check.class, one::orThrow);
        assertEquals(Math.log(2), checked(CheckedTest::f).apply(tensor(2.0)).orThrow().item(), 1e-12);
    }

    @Test
    void eachExampleHasItsOwn() {
        Checked<Tensor> all = vmap(checked(CheckedTest::f)).apply(array(new double[] {2, 0.5, 11}));
        assertArrayEquals(new double[] {0, 1, 1}, all.failed().toDoubles());
        assertArrayEquals(new double[] {0, 2, 1}, all.number().toDoubles());
        assertTrue(all.failure().orElseThrow().types().endsWith("in example 1"));
        Checked<Tensor> together = checked(vmap(CheckedTest::f)).apply(array(new double[] {2, 0.5, 11}));
        assertTrue(together.failure().orElseThrow().types().contains("in example 2"));
    }

    @Test
    void inDerivatives() {
        agrees(grad(CheckedTest::f), 2, 0.5, 11);
        agrees(grad(grad(CheckedTest::f)), 2, 0.5, 11);
        agrees(grad(Checkpoint.checkpoint(CheckedTest::f)), 2, 0.5, 11);
        agrees(grad(x -> checked(CheckedTest::f).apply(x).result()), 2, 0.5);
    }

    @Test
    void inBranchesAndLoops() {
        agrees(x -> cond(x.gt(5), CheckedTest::f, Tensor::neg, x), 2, 7, 11);
        Fn<Tensor, Tensor> steps = x -> scan((Tensor c, Tensor i) -> {
            check(c.lt(20), "the sum is small");
            return new Carry<>(c.add(x), CheckedTest.f(x.sub(i)));
        }, x, array(new double[] {0, 0, 1})).carry();
        agrees(steps, 2, 1.5, 9, 11, 30);
        agrees(grad(steps), 2, 1.5, 9, 11, 30);
        Fn<Tensor, Tensor> loop = x -> whileLoop((Tensor y) -> {
            check(y.lt(30), "the condition's");
            return y.lt(25);
        }, y -> {
            check(y.ne(4), "the body's");
            return y.mul(y);
        }, x);
        agrees(loop, 1.5, 2, 3, 5.1, 26);
        Fn<Tensor, Tensor> bounded = x -> whileLoop((Tensor y) -> {
            check(y.lt(30), "the condition's");
            return y.lt(25);
        }, y -> y.mul(y), x, 1);
        agrees(bounded, 3, 6, 26, 31);
        agrees(grad(bounded), 3, 6, 26, 31);
    }

    @Test
    void inShards() {
        Fn<Tensor, Tensor> mapped = Parallel.pmap(CheckedTest::f);
        Checked<Tensor> checked = checked(mapped).apply(array(new double[] {2, 0.5, 11}));
        assertEquals(LOG, failure(checked));
        assertEquals("", failure(checked(mapped).apply(array(new double[] {2, 3}))));
        String thrown = assertThrows(RicciException.Check.class,
                () -> mapped.apply(array(new double[] {2, 11}))).toString();
        assertTrue(thrown.contains(BELOW) && thrown.contains("in shard"), thrown);
    }

    /** Programs with checks that hold compute the same as values; and are transformed as any other. */
    @Property(tries = 50)
    void anyProgram(@ForAll long seed, @ForAll @IntRange(max = 10) int equations) {
        var program = RandomProgram.any(seed, equations);
        var values = CheckValues.of(program).program();
        assertEquals(program.resultTypes(), values.resultTypes().subList(0, program.results().size()));
        Vmap.of(values, 2, program.inputs().stream().map(_ -> 0).toList());
        List<Boolean> active = program.inputs().stream().map(v -> v.type().dtype().isInexact()).toList();
        // Some primitives, such as the full QR decomposition, have no derivative, with or without checks.
        assertEquals(hasDerivative(program, active), hasDerivative(values, active));
    }

    private static boolean hasDerivative(Program program, List<Boolean> active) {
        try {
            Jvp.of(program, active);
            return true;
        } catch (RicciException.Derivative refused) {
            return false;
        }
    }
}

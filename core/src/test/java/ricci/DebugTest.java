package ricci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.ControlFlow.cond;
import static ricci.ControlFlow.scan;
import static ricci.ControlFlow.whileLoop;
import static ricci.Ricci.array;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;
import static ricci.Ricci.zeros;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import ricci.ir.Effect;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.transform.Dce;
import ricci.transform.Linearize;
import ricci.transform.Vjp;

/** Effects take place once each, in order, under every transformation. */
class DebugTest {
    private static List<String> printed(Runnable body) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            body.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static Tensor f(Tensor x) {
        Debug.print("x = {}", x);
        Tensor y = x.sin();
        Debug.print("y = {}, twice x = {}!", y, x.mul(2));
        return y.mul(x);
    }

    private static final List<String> TWO = List.of("x = 0.0", "y = 0.0, twice x = 0.0!");

    @Test
    void printsWhereItIsRun() {
        Tensor x = tensor(0.0);
        assertEquals(TWO, printed(() -> f(x)));
        var jitted = jit(DebugTest::f);
        jitted.apply(tensor(1.0));
        assertEquals(TWO, printed(() -> jitted.apply(x)));
        assertEquals(TWO, printed(() -> jit(jit(DebugTest::f)).apply(x)));
    }

    @Test
    void printsPrimalsOnceInDerivatives() {
        Tensor x = tensor(0.0);
        assertEquals(TWO, printed(() -> grad(DebugTest::f).apply(x)));
        assertEquals(TWO, printed(() -> jit(grad(DebugTest::f)).apply(x)));
        assertEquals(TWO, printed(() -> grad(grad(DebugTest::f)).apply(x)));
        assertEquals(TWO, printed(() -> grad(jit(DebugTest::f)).apply(x)));
        assertEquals(TWO, printed(() -> jvp(DebugTest::f, x, x)));
        assertEquals(TWO, printed(() -> grad((Tensor a) -> {
            Tensor y = f(a);
            return y.item() > 5 ? y : y.neg();
        }).apply(x)));
        assertEquals(TWO, printed(() -> grad(Checkpoint.checkpoint(DebugTest::f)).apply(x)));
        assertEquals(TWO, printed(() -> jit(grad(grad(Checkpoint.checkpoint(DebugTest::f)))).apply(x)));
        assertEquals(TWO, printed(() -> grad((Tensor a) -> cond(a.lt(1), DebugTest::f, Tensor::neg, a))
                .apply(x)));
    }

    @Test
    void printsInEachStep() {
        List<String> steps = List.of("0", "1", "2");
        Fn<Tensor, Tensor> loop = a -> scan((Tensor c, Tensor x) -> {
            Debug.print("{}", x);
            return new Carry<>(c.mul(a), x);
        }, a, array(new int[] {0, 1, 2})).carry();
        assertEquals(steps, printed(() -> jit(loop).apply(tensor(2.0))));
        assertEquals(steps, printed(() -> jit(grad(loop)).apply(tensor(2.0))));
        // What is printed is the same in all steps, and yet is printed in each.
        Fn<Tensor, Tensor> constant = a -> scan((Tensor c, Tensor x) -> {
            Debug.print("a = {}", a.sin());
            return new Carry<>(c.mul(a), x);
        }, a, array(new int[] {0, 1, 2})).carry();
        assertEquals(3, printed(() -> jit(grad(constant)).apply(tensor(2.0))).size());
        Fn<Tensor, Tensor> bounded = a -> whileLoop((Tensor c) -> c.lt(10), c -> {
            Debug.print("{}", c);
            return c.mul(c);
        }, a, 5);
        List<String> squares = List.of("2.0", "4.0");
        assertEquals(squares, printed(() -> bounded.apply(tensor(2.0))));
        assertEquals(squares, printed(() -> jit(grad(bounded)).apply(tensor(2.0))));
        assertEquals(squares, printed(() -> jvp(bounded, tensor(2.0), tensor(1.0))));
    }

    @Test
    void printsAllExamplesAtOnce() {
        Tensor xs = array(new double[] {0, 0});
        assertEquals(List.of("x = [0. 0.]", "y = [0. 0.], twice x = [0. 0.]!"),
                printed(() -> vmap(DebugTest::f).apply(xs)));
        // Each example takes its own branch, and prints only in that.
        Fn<Tensor, Tensor> choice = x -> cond(x.gt(1), DebugTest::f, y -> y, x);
        assertEquals(2, printed(() -> vmap(choice).apply(array(new double[] {0, 2, -1}))).size());
    }

    private static String message(Runnable body) {
        return assertThrows(RicciException.Check.class, body::run).toString();
    }

    @Test
    void checksSayWhatIsFalse() {
        Fn<Tensor, Tensor> f = x -> {
            Debug.check(x.gt(0), "x is positive");
            return x.log().sum();
        };
        f.apply(array(new double[] {1, 2}));
        Tensor wrong = array(new double[] {1, -1, 2, 0});
        for (String text : List.of(message(() -> f.apply(wrong)), message(() -> jit(f).apply(wrong)),
                message(() -> jit(grad(f)).apply(wrong)), message(() -> grad(jit(f)).apply(wrong)))) {
            assertTrue(text.contains("the check that x is positive"), text);
            assertTrue(text.contains("bool[4], false at [1], at [3]"), text);
        }
        Tensor table = wrong.reshape(2, 2);
        String text = message(() -> vmap(f).apply(table));
        assertTrue(text.contains("false in example 0 at [1], in example 1 at [1]"), text);
        text = message(() -> vmap(vmap((Tensor x) -> f.apply(x.reshape(1)))).apply(table));
        assertTrue(text.contains("false in example [0, 1] at [0], in example [1, 1] at [0]"), text);
    }

    @Test
    void checksSayInWhichStep() {
        Fn<Tensor, Tensor> loop = xs -> scan((Tensor c, Tensor x) -> {
            Debug.check(x.lt(3), "x is small");
            return new Carry<>(c.add(x), x);
        }, zeros(xs.dtype()), xs).carry();
        Tensor xs = array(new double[] {1, 2, 3});
        String text = message(() -> jit(grad(loop)).apply(xs));
        assertTrue(text.contains("in step 2 of the scan"), text);
    }

    @Test
    void deadCodeKeepsEffects() {
        Program program = Program.parse("""
                program(x: f64[2]) {
                  y: f64[2] = exp(x)
                  p: bool[2] = gt(y, 0.0:f64[2])
                   = check{message="y, \\"so to say\\", is \\\\positive\\u000a", mapped=0}(p)
                  u: f64[2] = call{name=f} program(x: f64[2]) {
                     = print{format="{} and {}"}(x, x)
                    y: f64[2] = sin(x)
                    return y
                  }(x)
                  z: f64[2] = neg(x)
                  dead: f64[2] = cos(x)
                  return z
                }
                """);
        assertEquals("y, \"so to say\", is \\positive\n",
                ((Effect.Check) program.equations().get(2).op()).message());
        Program live = Dce.of(program);
        assertEquals(5, live.equations().size(), live::toString);
        assertTrue(live.equations().get(3).results().isEmpty());
        assertEquals(live, Program.parse(live.toString()));
        Linearize linear = Linearize.of(program, List.of(true));
        assertTrue(Effect.isIn(linear.primal()));
        assertTrue(!Effect.isIn(linear.linear()));
        assertTrue(!Effect.isIn(Vjp.pullback(linear)));
    }
}

package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import ricci.ir.Control;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;

/** What transformations keep, drop and move in the programs inside of loops and choices. */
class ControlTest {
    private static final Program SCAN = Program.parse("""
            program(w: f64[2], c: f64[2], xs: f64[5,2]) {
              d: f64[2], ys: f64[5,2], zs: f64[5,2] = scan{constants=1, carries=1, length=5, reverse=false} \
            program(w: f64[2], c: f64[2], x: f64[2]) {
                s: f64[2] = sin(w)
                e: f64[2] = mul(c, s)
                y: f64[2] = mul(x, s)
                z: f64[2] = exp(x)
                return e, y, z
              }(w, c, xs)
              return d, ys, zs
            }
            """);

    private static Control.Scan scan(Program program) {
        return program.equations().stream().map(Equation::op).filter(Control.Scan.class::isInstance)
                .map(Control.Scan.class::cast).findFirst().orElseThrow();
    }

    /** Of the residuals, sin(w) and cos(w) are the same in all steps; x is an input; c and exp(x) are not. */
    @Test
    void residualsThatDoNotChangeAreNotStacked() {
        Linearize linearized = Linearize.of(SCAN, List.of(true, true, true));
        List<TensorType> all = linearized.primal().resultTypes();
        List<TensorType> residuals = all.subList(3, all.size());
        assertEquals(2, residuals.stream().filter(type -> type.rank() == 1).count(), residuals::toString);
        assertTrue(linearized.primal().equations().stream()
                .anyMatch(e -> e.op() instanceof Op.Unary(var f) && f == Op.Unary.Function.COS),
                () -> "cos(w) is computed once, before the loop: " + linearized.primal());
        Control.Scan known = scan(linearized.primal());
        assertEquals(4, known.outputs(), () -> "two outputs, and c and exp(x): " + known.body());
    }

    @Test
    void whatNoResultNeedsIsDroppedInsideToo() {
        Program onlyZs = Program.of(SCAN.inputs(), SCAN.equations(), List.of(SCAN.results().getLast()));
        Control.Scan scan = scan(Dce.of(onlyZs));
        assertEquals(new Control.Scan(scan.body(), 0, 0, 5, false), scan);
        assertEquals(1, scan.body().equations().size());
        Program onlyCarry = Program.of(SCAN.inputs(), SCAN.equations(), List.of(SCAN.results().getFirst()));
        Control.Scan carried = scan(Dce.of(onlyCarry));
        assertEquals(0, carried.xs());
        assertEquals(1, carried.carries());
    }

    /** Branches need two and one of the same type: two places are enough. */
    @Test
    void branchesShareThePlacesOfTheirResiduals() {
        Program cond = Program.parse("""
                program(i: i32[], x: f64[3]) {
                  y: f64[3] = cond program(x: f64[3]) {
                    a: f64[3] = sin(x)
                    b: f64[3] = exp(a)
                    return b
                  } program(x: f64[3]) {
                    a: f64[3] = tanh(x)
                    return a
                  }(i, x)
                  return y
                }
                """);
        Linearize linearized = Linearize.of(cond, List.of(false, true));
        Control.Cond known = (Control.Cond) linearized.primal().equations().getFirst().op();
        assertEquals(3, known.branches().getFirst().results().size(), known::toString);
    }

    /** States before segments of 64 steps, and the residuals of one: about 2·√limit places. */
    @Test
    void memoryOfALoopWithALimitGrowsWithItsRoot() {
        Program loop = Program.parse("""
                program(n: f64[], x: f64[3]) {
                  y: f64[3] = while{limit=10000} program(n: f64[], y: f64[3]) {
                    s: f64[] = reduce{monoid=sum, axes=[0]}(y)
                    p: bool[] = lt(s, n)
                    return p
                  } program(y: f64[3]) {
                    z: f64[3] = mul(y, y)
                    return z
                  }(n, x)
                  return y
                }
                """);
        Linearize linearized = Linearize.of(loop, List.of(false, true));
        String pullback = Vjp.pullback(linearized).toString();
        assertTrue(pullback.contains("f64[158,3]"), pullback);
        assertTrue(pullback.contains("f64[64,3]"), pullback);
        assertTrue(!pullback.contains("10000,"), pullback);
        List<double[]> x = List.of(new double[] {1000}, new double[] {2, 1.5, 1});
        List<double[]> primal = Numerically.run(linearized.primal(), x);
        // Four squarings, to x^16: after three the sum is still below 1000.
        assertArrayEquals(new double[] {65536, Math.pow(1.5, 16), 1}, primal.getFirst(), 1e-9);
        List<double[]> inputs = Numerically.join(primal.subList(1, primal.size()),
                List.of(new double[] {1, 1, 1}));
        assertArrayEquals(new double[] {16 * Math.pow(2, 15), 16 * Math.pow(1.5, 15), 16},
                Numerically.run(Vjp.pullback(linearized), inputs).getFirst(), 1e-9);
    }
}

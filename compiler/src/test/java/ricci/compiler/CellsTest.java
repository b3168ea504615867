package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ricci.Carry;
import ricci.ControlFlow;
import ricci.Manipulation;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.Control;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Recurrent cells, as a user writes them: a product and a loop in each step, and one product before them. */
class CellsTest {
    private static final int FEATURES = 64;

    /** A cell over time: weights of inputs, of the state, a bias, and inputs by steps. */
    @FunctionalInterface
    private interface Cell {
        Tensor apply(Tensor input, Tensor state, Tensor bias, Tensor steps);
    }

    private static Tensor lstm(Tensor input, Tensor state, Tensor bias, Tensor steps) {
        Tensor zero = Ricci.zeros(DType.F32, steps.shape().length(1), FEATURES);
        return ControlFlow.scan((List<Tensor> last, Tensor x) -> {
            List<Tensor> gates = Manipulation.split(x.matmul(input).add(last.getFirst().matmul(state))
                    .add(bias), 4, -1);
            Tensor cell = Ricci.sigmoid(gates.get(0)).mul(last.getLast())
                    .add(Ricci.sigmoid(gates.get(1)).mul(gates.get(2).tanh()));
            Tensor hidden = Ricci.sigmoid(gates.get(3)).mul(cell.tanh());
            return new Carry<>(List.of(hidden, cell), hidden);
        }, List.of(zero, zero), steps).output();
    }

    /** With the reset after the product, so that one product of the state serves all gates. */
    private static Tensor gru(Tensor input, Tensor state, Tensor bias, Tensor steps) {
        Tensor zero = Ricci.zeros(DType.F32, steps.shape().length(1), FEATURES);
        return ControlFlow.scan((Tensor last, Tensor x) -> {
            List<Tensor> fromInput = Manipulation.split(x.matmul(input).add(bias), 3, -1);
            List<Tensor> fromState = Manipulation.split(last.matmul(state), 3, -1);
            Tensor reset = Ricci.sigmoid(fromInput.get(0).add(fromState.get(0)));
            Tensor kept = Ricci.sigmoid(fromInput.get(1).add(fromState.get(1)));
            Tensor candidate = fromInput.get(2).add(reset.mul(fromState.get(2))).tanh();
            Tensor hidden = kept.mul(last).add(kept.neg().add(1).mul(candidate));
            return new Carry<>(hidden, hidden);
        }, zero, steps).output();
    }

    private static Program forward(Cell cell, int gates) {
        return Ricci.program(cell::apply, Ricci.zeros(DType.F32, 48, (long) gates * FEATURES),
                Ricci.zeros(DType.F32, FEATURES, (long) gates * FEATURES),
                Ricci.zeros(DType.F32, (long) gates * FEATURES), Ricci.zeros(DType.F32, 6, 40, 48));
    }

    private static Program gradient(Cell cell, int gates) {
        return Ricci.program((Tensor input, Tensor state, Tensor bias, Tensor steps) ->
                Ricci.grad((List<Tensor> of) -> cell.apply(of.get(0), of.get(1), of.get(2), steps).square()
                        .sum()).apply(List.of(input, state, bias)),
                Ricci.zeros(DType.F32, 48, (long) gates * FEATURES),
                Ricci.zeros(DType.F32, FEATURES, (long) gates * FEATURES),
                Ricci.zeros(DType.F32, (long) gates * FEATURES), Ricci.zeros(DType.F32, 6, 40, 48));
    }

    private static long products(Program program) {
        return program.equations().stream().filter(e -> e.op() instanceof Op.DotGeneral).count();
    }

    private static List<Control.Scan> scans(Program program) {
        return program.equations().stream().filter(e -> e.op() instanceof Control.Scan)
                .map(e -> (Control.Scan) e.op()).toList();
    }

    /** A step: the products of the inputs have left the loop, the one of the state stays. */
    private static Program body(Program program) {
        Program after = Pipeline.of(program);
        assertEquals(1, products(after), after::toString);
        List<Control.Scan> scans = scans(after);
        assertEquals(1, scans.size(), after::toString);
        Program body = scans.getFirst().body();
        assertEquals(1, products(body), body::toString);
        return body;
    }

    private static boolean isProduct(Step step) {
        return step instanceof Step.Alone
                || (step instanceof Step.Fused(var group) && group.product() != null);
    }

    /** The product, with additions at its end; and all gates with what they make. */
    @Test
    void aStepOfAnLstmIsOneProductAndOneGroup() {
        List<Step> steps = Fuse.of(body(forward(CellsTest::lstm, 4))).steps();
        assertEquals(List.of(true, false), steps.stream().map(CellsTest::isProduct).toList());
        assertTrue(steps.getLast() instanceof Step.Fused);
    }

    /** The bias has been added to the products of the inputs, before the loop. */
    @Test
    void aStepOfAGruIsOneProductAndOneGroup() {
        Program program = forward(CellsTest::gru, 3);
        List<Step> steps = Fuse.of(body(program)).steps();
        assertEquals(List.of(true, false), steps.stream().map(CellsTest::isProduct).toList());
        assertTrue(steps.getLast() instanceof Step.Fused);
        List<Step> all = Fuse.of(Pipeline.of(program)).steps();
        assertEquals(2, all.size(), all::toString);
        assertTrue(isProduct(all.getFirst()), all::toString);
    }

    @Test
    void valuesAndGradientsAreThoseOfTheInterpreter() {
        for (Program program : List.of(forward(CellsTest::lstm, 4), gradient(CellsTest::lstm, 4),
                forward(CellsTest::gru, 3), gradient(CellsTest::gru, 3))) {
            Random random = new Random(7);
            List<Buffer> x = program.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                    random.doubles(type.shape().size(), -0.3, 0.3).toArray())).toList();
            List<Buffer> expected = Eval.run(program, x);
            List<Buffer> actual = new Compiler().compile(program).run(x);
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i).reals(), actual.get(i).reals(), 2e-4);
            }
        }
    }

    /** Two products in the loops, one forward and one backward. */
    @Test
    void theGradientHasTwoProductsInLoops() {
        for (Program program : List.of(gradient(CellsTest::lstm, 4), gradient(CellsTest::gru, 3))) {
            Program after = Pipeline.of(program);
            assertEquals(2, scans(after).stream().mapToLong(scan -> products(scan.body())).sum(),
                    after::toString);
        }
    }
}

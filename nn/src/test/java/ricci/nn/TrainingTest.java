package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import ricci.Key;
import ricci.Random;
import ricci.Ricci;
import ricci.Tensor;
import ricci.Tree;
import ricci.ir.Program;

/** The training loop, on a linear regression whose answer is known. */
class TrainingTest {
    public record Data(Tensor x, Tensor y) {}

    private static final Linear TRUTH = new Linear(Ricci.tensor(new float[] {2, -1, 0.5f}, 3, 1),
            Ricci.tensor(new float[] {0.25f}));

    private static Data data(long seed) {
        Tensor x = Random.normal(Key.of(seed), 64, 3);
        return new Data(x, TRUTH.apply(x));
    }

    private static Tensor loss(Linear p, Data d) {
        return p.apply(d.x()).sub(d.y()).square().mean();
    }

    private static Training.Trained<Linear> train(Optimizer optimizer, int epochs, long seed) {
        return new Training<Linear, Data>(Ricci.valueAndGrad(TrainingTest::loss), optimizer, epochs).fit(
                Linear.init(Key.of(seed), 3, 1), new Batches<>(data(9), 16, Key.of(seed + 1)),
                p -> new History.Epoch(0.5, 0.25), silence());
    }

    private static Progress silence() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Progress(nowhere, false, 80, System::nanoTime, 1, 1);
    }

    @Test
    void fitsALinearRegression() {
        for (Optimizer optimizer : List.of(new Sgd(0.1), new Sgd(0.02, 0.9), new Adam(0.05))) {
            Linear found = train(optimizer, 60, 5).params();
            assertArrayEquals(new double[] {2, -1, 0.5}, found.weight().toDoubles(), 0.02,
                    optimizer.toString());
            assertEquals(0.25, found.bias().item(), 0.02, optimizer.toString());
        }
    }

    @Test
    void theSameSeedGivesTheSameBits() {
        var first = train(new Adam(0.01), 3, 1);
        var second = train(new Adam(0.01), 3, 1);
        var other = train(new Adam(0.01), 3, 2);
        List<Tensor> a = Tree.leaves(first.params());
        List<Tensor> b = Tree.leaves(second.params());
        for (int i = 0; i < a.size(); i++) {
            assertArrayEquals(a.get(i).toDoubles(), b.get(i).toDoubles(), 0.0);
        }
        assertEquals(first.history().losses(), second.history().losses());
        assertNotEquals(first.history().losses(), other.history().losses());
    }

    @Test
    void makesTheStepsThatALoopByHandMakes() {
        Sgd sgd = new Sgd(0.1, 0.5);
        Linear start = Linear.init(Key.of(5), 3, 1);
        var state = sgd.init(start);
        List<Double> losses = new ArrayList<>();
        Batches<Data> batches = new Batches<>(data(9), 16, Key.of(6));
        for (int epoch = 0; epoch < 2; epoch++) {
            for (Data batch : batches.epoch(epoch)) {
                losses.add(loss(state.params(), batch).item());
                state = sgd.step(state, Ricci.grad(TrainingTest::loss).apply(state.params(), batch));
            }
        }
        var trained = train(sgd, 2, 5);
        assertArrayEquals(state.params().weight().toDoubles(), trained.params().weight().toDoubles(), 1e-6);
        assertArrayEquals(losses.stream().mapToDouble(x -> x).toArray(),
                trained.history().losses().stream().mapToDouble(x -> x).toArray(), 1e-5);
    }

    @Test
    void recordsEveryStepAndEpoch() {
        List<Linear> measured = new ArrayList<>();
        var trained = new Training<Linear, Data>(Ricci.valueAndGrad(TrainingTest::loss), new Sgd(0.1), 3).fit(
                TRUTH, new Batches<>(data(9), 20, Key.of(1)), p -> {
                    measured.add(p);
                    return new History.Epoch(measured.size(), 0);
                }, silence());
        assertEquals(9, trained.history().losses().size());
        assertEquals(9, trained.history().seconds().size());
        assertTrue(trained.history().seconds().stream().allMatch(s -> s >= 0));
        assertEquals(List.of(1.0, 2.0, 3.0),
                trained.history().epochs().stream().map(History.Epoch::trainAccuracy).toList());
        assertEquals(trained.params(), measured.getLast());
    }

    @Test
    void noEpochsLeaveTheParametersAsTheyAre() {
        var trained = new Training<Linear, Data>(Ricci.valueAndGrad(TrainingTest::loss), new Sgd(0.1), 0)
                .fit(TRUTH, new Batches<>(data(9), 16, Key.of(1)), p -> new History.Epoch(0, 0), silence());
        assertEquals(TRUTH, trained.params());
        assertEquals(new History(List.of(), List.of(), List.of()), trained.history());
        assertEquals(0, trained.history().stepsPerSecond());
    }

    @Test
    void theProgramOfAStepCanBeReadBack() {
        var training = new Training<Linear, Data>(Ricci.valueAndGrad(TrainingTest::loss), new Adam(0.1), 1);
        Program program = training.program(TRUTH, new Batches<>(data(9), 16, Key.of(1)));
        assertEquals(program, Program.parse(program.toString()));
        assertEquals(2 * 3 + 1 + 2, program.inputs().size(), "parameters and two moments, steps, x and y");
        assertEquals(2 * 3 + 1 + 1, program.results().size(), "the same state, and the loss");
    }
}

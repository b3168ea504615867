package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.Ricci;
import ricci.Tensor;
import ricci.Tree;

/** Optimisers follow the trajectories that NumPy computed of the same formulas, on a nested tree. */
class OptimizerTableTest {
    /** Seven numbers, as deep in a tree as can be. */
    public record Nested(List<Linear> layers, Map<String, Tensor> named, Optional<Tensor> scale,
            String name) {}

    record Case(Optimizer optimizer, List<double[]> gradients, List<double[]> params) {}

    static Stream<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        try (var in = new BufferedReader(new InputStreamReader(Objects.requireNonNull(
                OptimizerTableTest.class.getResourceAsStream("optimizers.txt")), StandardCharsets.UTF_8))) {
            for (String line : in.lines().filter(line -> !line.startsWith("#")).toList()) {
                String kind = line.substring(0, line.indexOf(' '));
                double[] values = Arrays.stream(line.substring(kind.length() + 1).split(" "))
                        .mapToDouble(Double::parseDouble).toArray();
                switch (kind) {
                    case "adam" -> cases.add(new Case(new Adam(values[0], values[1], values[2], values[3]),
                            new ArrayList<>(), new ArrayList<>()));
                    case "sgd" -> cases.add(new Case(new Sgd(values[0], values[1]), new ArrayList<>(),
                            new ArrayList<>()));
                    case "gradient" -> cases.getLast().gradients().add(values);
                    default -> cases.getLast().params().add(values);
                }
            }
        }
        return cases.stream();
    }

    private static Nested tree(double[] v) {
        return new Nested(List.of(new Linear(Ricci.tensor(new double[] {v[0], v[1]}, 2, 1),
                Ricci.tensor(new double[] {v[2]}))), Map.of("a", Ricci.tensor(v[3]), "b",
                Ricci.tensor(new double[] {v[4], v[5]})), Optional.of(Ricci.tensor(v[6])), "net");
    }

    private static double[] values(Nested tree) {
        return Tree.leaves(tree).stream().flatMapToDouble(leaf -> Arrays.stream(leaf.toDoubles())).toArray();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void followsTheTable(Case c) {
        assertTrue(c.gradients().size() == 12 && c.params().size() == 13, "the table is whole");
        Optimizer.State<Nested> state = c.optimizer().init(tree(c.params().getFirst()));
        for (int step = 0; step < c.gradients().size(); step++) {
            state = c.optimizer().step(state, tree(c.gradients().get(step)));
            assertArrayEquals(c.params().get(step + 1), values(state.params()), 1e-12, "step " + (step + 1));
            assertEquals(step + 1, state.steps().item());
        }
        assertEquals("net", state.params().name());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void compiledOrNotIsTheSame(Case c) {
        var step = Ricci.jit((Optimizer.State<Nested> state, Nested g) -> c.optimizer().step(state, g));
        Optimizer.State<Nested> plain = c.optimizer().init(tree(c.params().getFirst()));
        Optimizer.State<Nested> compiled = plain;
        for (double[] gradient : c.gradients()) {
            plain = c.optimizer().step(plain, tree(gradient));
            compiled = step.apply(compiled, tree(gradient));
        }
        assertArrayEquals(values(plain.params()), values(compiled.params()), 1e-14);
    }

    /** No tensor is in a state twice: each is given away once. */
    @Test
    void aStateCanBeDonatedFromTheFirstStepOn() {
        for (Optimizer optimizer : List.of(new Adam(0.1), new Sgd(0.1, 0.9))) {
            Nested params = tree(new double[] {1, 2, 3, 4, 5, 6, 7});
            var step = Ricci.jit((Optimizer.State<Nested> state) -> optimizer.step(state, state.params()));
            var expected = step.apply(step.apply(optimizer.init(params)));
            var donating = step.donate(0);
            var actual = donating.apply(donating.apply(optimizer.init(
                    Tree.map(params, x -> x.add(0)))));
            assertArrayEquals(values(expected.params()), values(actual.params()), optimizer.toString());
        }
    }
}

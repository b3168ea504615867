package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.TensorType;

/** Programs with the results and cotangents that JAX has, of the table that jax_programs.py writes. */
class JaxProgramsTest {
    @Test
    void resultsAndCotangentsAreThoseOfJax() throws IOException {
        int differentiated = 0;
        for (String line : lines()) {
            List<String> cells = List.of(line.split("\t", -1));
            Program program = Program.parse(cells.get(0));
            List<double[]> x = new ArrayList<>();
            for (TensorType type : program.inputTypes()) {
                x.add(values(x.size(), type));
            }
            assertSame(numbers(cells.get(1)), Numerically.run(program, x), line);
            if (!cells.get(2).equals("-")) {
                assertSame(numbers(cells.get(2)), cotangents(program, x), line);
                differentiated++;
            }
        }
        assertTrue(differentiated > 300, "only " + differentiated);
    }

    private static List<String> lines() throws IOException {
        try (var lines = new BufferedReader(new InputStreamReader(Objects.requireNonNull(
                JaxProgramsTest.class.getResourceAsStream("jax-programs.tsv")), StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        }
    }

    private static List<double[]> cotangents(Program program, List<double[]> x) {
        List<Boolean> active = program.inputTypes().stream().map(type -> type.dtype().isFloat()).toList();
        Linearize linearized = Linearize.of(program, active);
        List<double[]> primal = Numerically.run(linearized.primal(), x);
        List<double[]> inputs = new ArrayList<>(primal.subList(program.results().size(), primal.size()));
        int number = 10;
        for (int i = 0; i < program.results().size(); i++) {
            TensorType type = program.results().get(i).type();
            if (linearized.activeResults().get(i)) {
                inputs.add(values(number, type));
            }
            number += type.dtype().isFloat() ? 1 : 0;
        }
        return Numerically.run(Vjp.pullback(linearized), inputs);
    }

    /** As the function of that name in jax_programs.py. */
    private static double[] values(int number, TensorType type) {
        double[] values = new double[(int) type.shape().size()];
        boolean isFloat = type.dtype() == DType.F64;
        Arrays.setAll(values, i -> isFloat ? (i * 7 + number * 3 + i * i) % 11 - 5
                : (i * 3 + number) % 5 - 1);
        return values;
    }

    private static List<double[]> numbers(String text) {
        return Stream.of(text.split("\\|", -1)).map(tensor -> tensor.isEmpty() ? new double[0]
                : Stream.of(tensor.split(" ", -1)).mapToDouble(JaxProgramsTest::number).toArray()).toList();
    }

    private static double number(String text) {
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static void assertSame(List<double[]> expected, List<double[]> actual, String line) {
        assertTrue(expected.size() == actual.size(), line);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), 1e-12, line);
        }
    }
}

package ricci.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import ricci.ir.Op;

/**
 * Every function on f64, against answers of high precision that src/test/python/elementary_answers.py
 * writes.
 */
final class ElementaryAnswersTest {
    /** {@code y}, the nearest double and what it lacks, in its ulps. */
    private record Answer(List<Double> arguments, double y, double rest) {}

    @Test
    void doublesAreWithinTheirBound() throws IOException {
        Map<String, List<Answer>> answers = answers();
        assertTrue(answers.size() == 25, answers.keySet().toString());
        answers.forEach((name, all) -> {
            Batch formula = formula(name);
            int arity = all.getFirst().arguments().size();
            double[][] x = new double[arity][all.size()];
            for (int i = 0; i < all.size(); i++) {
                for (int a = 0; a < arity; a++) {
                    x[a][i] = all.get(i).arguments().get(a);
                }
            }
            double[] y = formula.ofDoubles(x);
            double worst = 0;
            for (int i = 0; i < all.size(); i++) {
                Answer answer = all.get(i);
                double error = Math.abs((y[i] - answer.y()) / Math.ulp(answer.y()) - answer.rest());
                assertTrue(error <= bound(name), name + answer + " is not " + y[i] + ": " + error + " ulps");
                worst = Math.max(worst, error);
            }
            System.out.printf("%-9s f64 %.2f ulps, %d operations%n", name, worst, formula.operations());
        });
    }

    private static double bound(String name) {
        return name.equals("POW") || name.equals("ATAN2") ? 1.5
                : ElementaryTest.Bound.of(Op.Unary.Function.valueOf(name)).wide();
    }

    private static Batch formula(String name) {
        return name.equals("POW") || name.equals("ATAN2")
                ? new Batch(Register.F64, 2, (block, x) -> Elementary.binary(block,
                        Op.Binary.Function.valueOf(name), x[0], x[1]).orElseThrow())
                : ElementaryTest.formula(Register.F64, Op.Unary.Function.valueOf(name)).orElseThrow();
    }

    private static Map<String, List<Answer>> answers() throws IOException {
        Map<String, List<Answer>> answers = new LinkedHashMap<>();
        try (var lines = new BufferedReader(new InputStreamReader(Objects.requireNonNull(
                ElementaryAnswersTest.class.getResourceAsStream("elementary.txt")),
                StandardCharsets.UTF_8))) {
            for (String line : lines.lines().toList()) {
                List<String> cells = List.of(line.split(" ", -1));
                List<Double> numbers = cells.subList(1, cells.size()).stream().map(Double::valueOf).toList();
                int arity = numbers.size() - 2;
                answers.computeIfAbsent(cells.getFirst(), _ -> new ArrayList<>()).add(
                        new Answer(numbers.subList(0, arity), numbers.get(arity), numbers.get(arity + 1)));
            }
        }
        return answers;
    }
}

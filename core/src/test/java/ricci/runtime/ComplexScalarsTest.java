package ricci.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ricci.ir.ComplexNumber;
import ricci.ir.Op;

/** The complex elementary functions: NumPy's values, on branch cuts too, and the laws they obey. */
class ComplexScalarsTest {
    private static final List<ComplexNumber> POINTS = List.of(ComplexNumber.of(0.3, 0.4),
            ComplexNumber.of(-2, 0.5), ComplexNumber.of(1, -3), ComplexNumber.of(-0.7, -0.2),
            ComplexNumber.of(3, 0), ComplexNumber.of(-2, 0), ComplexNumber.of(0, 1.5));

    /** A line per function: its name, and real and imaginary part at each of the points. */
    @Test
    void valuesAreThoseOfNumpy() throws java.io.IOException {
        try (var lines = new BufferedReader(new InputStreamReader(Objects.requireNonNull(
                ComplexScalarsTest.class.getResourceAsStream("complex-functions.tsv")),
                StandardCharsets.UTF_8))) {
            for (String line : lines.lines().toList()) {
                List<String> cells = List.of(line.split("[\t ]", -1));
                Op.Unary.Function f = Op.Unary.Function.valueOf(cells.getFirst());
                for (int i = 0; i < POINTS.size(); i++) {
                    List<String> parts = List.of(cells.get(i + 1).split(",", -1));
                    ComplexNumber actual = ComplexScalars.unary(f).apply(POINTS.get(i));
                    String place = f + " at " + POINTS.get(i);
                    assertNear(Double.parseDouble(parts.getFirst()), actual.re(), place);
                    assertNear(Double.parseDouble(parts.getLast()), actual.im(), place);
                }
            }
        }
    }

    private static void assertNear(double expected, double actual, String place) {
        assertEquals(expected, actual, 1e-14 * (1 + Math.abs(expected)), place);
    }

    @Test
    void divisionUndoesMultiplicationAlsoOfHugeNumbers() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            double scale = Math.pow(10, random.nextInt(600) - 300);
            ComplexNumber z = ComplexNumber.of(random.nextGaussian(), random.nextGaussian());
            ComplexNumber w = ComplexNumber.of(random.nextGaussian() * scale, random.nextGaussian() * scale);
            ComplexNumber back = ComplexScalars.div(ComplexScalars.mul(z, w), w);
            assertTrue(ComplexScalars.abs(ComplexScalars.sub(back, z)) < 1e-14 * (1 + ComplexScalars.abs(z)));
        }
    }

    @Test
    void rootsSquareToTheNumber() {
        Random random = new Random(2);
        for (int i = 0; i < 1000; i++) {
            ComplexNumber z = ComplexNumber.of(random.nextGaussian(), random.nextGaussian());
            ComplexNumber root = ComplexScalars.unary(Op.Unary.Function.SQRT).apply(z);
            assertTrue(root.re() >= 0);
            assertTrue(ComplexScalars.abs(ComplexScalars.sub(ComplexScalars.mul(root, root), z)) < 1e-14);
        }
    }
}

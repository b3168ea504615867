package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.RicciException;

/** The loss of a classifier against a stable computation in doubles. */
class CrossEntropyTest {
    private static double logSumExp(double[] x, int from, int count) {
        double top = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            top = Math.max(top, x[from + i]);
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.exp(x[from + i] - top);
        }
        return top + Math.log(sum);
    }

    @Property(tries = 80)
    void isMinusTheLogProbabilityOfTheLabel(@ForAll @IntRange(min = 1, max = 6) int rows,
            @ForAll @IntRange(min = 1, max = 8) int classes,
            @ForAll @DoubleRange(min = 0, max = 1000) double size, @ForAll long seed) {
        Random random = new Random(seed);
        double[] logits = random.doubles((long) rows * classes, -size - 1, size + 1).toArray();
        int[] labels = random.ints(rows, 0, classes).toArray();
        double[] expected = new double[rows];
        double[] slope = new double[logits.length];
        for (int r = 0; r < rows; r++) {
            double total = logSumExp(logits, r * classes, classes);
            expected[r] = total - logits[r * classes + labels[r]];
            for (int c = 0; c < classes; c++) {
                slope[r * classes + c] = Math.exp(logits[r * classes + c] - total) - (c == labels[r] ? 1 : 0);
            }
        }
        Tensor x = Ricci.tensor(logits, rows, classes);
        Tensor y = Ricci.tensor(labels);
        assertArrayEquals(expected, Nn.crossEntropy(x, y).toDoubles(), 1e-9 * (1 + size));
        Tensor gradient = Ricci.grad((Tensor z) -> Nn.crossEntropy(z, y).sum()).apply(x);
        assertArrayEquals(slope, gradient.toDoubles(), 1e-9 * (1 + size), "softmax minus one-hot");
    }

    @Test
    void classesThatAreRuledOutCostNothing() {
        Tensor logits = Ricci.tensor(new double[] {1, Double.NEGATIVE_INFINITY, 2}, 1, 3);
        Tensor labels = Ricci.tensor(new int[] {2});
        assertEquals(Math.log1p(Math.exp(-1)), Nn.crossEntropy(logits, labels).item(), 1e-12);
        double first = 1 / (1 + Math.E);
        assertArrayEquals(new double[] {first, 0, -first},
                Ricci.grad((Tensor z) -> Nn.crossEntropy(z, labels).sum()).apply(logits).toDoubles(), 1e-12);
    }

    @Test
    void leadingAxesAreKept() {
        Tensor losses = Nn.crossEntropy(Ricci.zeros(2, 3, 4), Ricci.tensor(new int[6], 2, 3));
        assertArrayEquals(new long[] {2, 3}, losses.shape().toArray());
        assertEquals(6 * Math.log(4), losses.sum().item(), 1e-5);
        assertEquals(DType.F32, losses.dtype());
    }

    @Test
    void labelsThatDoNotCorrespondAreRefused() {
        Tensor logits = Ricci.zeros(2, 3);
        assertThrows(RicciException.Shape.class, () -> Nn.crossEntropy(logits, Ricci.tensor(new int[3])));
        assertThrows(RicciException.Shape.class,
                () -> Nn.crossEntropy(Ricci.tensor(1f), Ricci.tensor(new int[] {0}, new long[] {1})));
        assertThrows(RicciException.DataType.class, () -> Nn.crossEntropy(logits, Ricci.zeros(2)));
        assertThrows(RicciException.DataType.class,
                () -> Nn.crossEntropy(Ricci.tensor(new int[6], 2, 3), Ricci.tensor(new int[2])));
    }
}

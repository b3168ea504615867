package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.Ricci;
import ricci.ir.RicciException;

/** The share of examples that are classified rightly. */
class AccuracyTest {
    @Property(tries = 80)
    void isTheShareOfRowsWhoseGreatestLogitIsTheLabels(@ForAll @IntRange(min = 1, max = 50) int rows,
            @ForAll @IntRange(min = 1, max = 5) int classes, @ForAll long seed) {
        Random random = new Random(seed);
        double[] logits = random.doubles((long) rows * classes, -1, 1).toArray();
        int[] labels = random.ints(rows, 0, classes).toArray();
        int right = 0;
        for (int r = 0; r < rows; r++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = logits[r * classes + c] > logits[r * classes + best] ? c : best;
            }
            right += best == labels[r] ? 1 : 0;
        }
        assertEquals((double) right / rows,
                Nn.accuracy(Ricci.tensor(logits, rows, classes), Ricci.tensor(labels)).item(), 1e-6);
    }

    @Test
    void amongEqualsTheFirstCounts() {
        assertEquals(0.5, Nn.accuracy(Ricci.zeros(2, 3), Ricci.tensor(new int[] {0, 1})).item());
    }

    @Test
    void labelsThatDoNotCorrespondAreRefused() {
        assertThrows(RicciException.Shape.class,
                () -> Nn.accuracy(Ricci.zeros(2, 3), Ricci.tensor(new int[4])));
        assertThrows(RicciException.DataType.class, () -> Nn.accuracy(Ricci.zeros(2, 3), Ricci.zeros(2)));
    }
}

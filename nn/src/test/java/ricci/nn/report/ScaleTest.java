package ricci.nn.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

/** Axes: places in order, and marks that a reader can tell apart. */
class ScaleTest {
    private static void isAnAxisOf(Scale scale, double[] values) {
        for (double a : values) {
            assertTrue(scale.place(a) >= 0 && scale.place(a) <= 1);
            for (double b : values) {
                assertTrue(a >= b || scale.place(a) <= scale.place(b) + 1e-12, "order is kept");
            }
        }
        List<Double> ticks = scale.ticks();
        assertTrue(ticks.size() >= 2 && ticks.size() <= 12, ticks::toString);
        assertEquals(ticks.size(), new HashSet<>(ticks.stream().map(scale::label).toList()).size(),
                () -> ticks.stream().map(scale::label).toList().toString());
        for (int i = 1; i < ticks.size(); i++) {
            assertTrue(scale.place(ticks.get(i - 1)) < scale.place(ticks.get(i)), ticks::toString);
        }
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Property
    void linear(@ForAll @NotEmpty List<@DoubleRange(min = -1e6, max = 1e6) Double> values) {
        isAnAxisOf(Scale.Linear.around(array(values), 4), array(values));
    }

    @Property
    void logarithmic(@ForAll @NotEmpty List<@DoubleRange(min = 0.01, max = 1e9) Double> values) {
        isAnAxisOf(Scale.Logarithmic.around(array(values)), array(values));
    }

    @Property
    void counting(@ForAll @IntRange(min = 2, max = 2_000_000) int last) {
        Scale.Linear scale = Scale.Linear.counting(1, last, 4);
        isAnAxisOf(scale, new double[] {1, last});
        assertTrue(scale.ticks().stream().allMatch(tick -> tick == Math.rint(tick)));
    }

    @Property
    void upTo(@ForAll @IntRange(min = 1, max = 2_000_000) int most) {
        Scale.Linear scale = Scale.Linear.upTo(most, 4);
        isAnAxisOf(scale, new double[] {0, most});
        assertTrue(scale.most() >= most && scale.most() <= 2.5 * most);
    }

    @Test
    void equalRatiosAreEqualLengths() {
        Scale scale = new Scale.Logarithmic(0.01, 100, List.of());
        assertEquals(0.5, scale.place(1), 1e-12);
        assertEquals(0.75, scale.place(10), 1e-12);
        assertEquals(0, scale.place(0));
        assertEquals(10, new Scale.Logarithmic(0.01, 100, List.of()).value(0.75), 1e-9);
    }

    @Test
    void roundNumbersAreMarked() {
        assertEquals(List.of(0.0, 5.0, 10.0, 15.0, 20.0),
                Scale.Linear.around(new double[] {1, 17}, 4).ticks());
        assertEquals(List.of(0.01, 0.1, 1.0), Scale.Logarithmic.around(new double[] {0.008, 2.5}).ticks());
        assertEquals(List.of(200.0, 400.0, 600.0), Scale.Linear.counting(1, 660, 4).ticks());
    }
}

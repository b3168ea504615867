package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is derived from a training's record. */
class HistoryTest {
    private static History of(List<Double> seconds) {
        return new History(seconds, seconds, List.of());
    }

    @Test
    void speedIsStepsOverTime() {
        assertEquals(2.0, of(List.of(0.25, 0.75)).stepsPerSecond());
        assertEquals(1.0, of(List.of(0.25, 0.75)).totalSeconds());
    }

    @Test
    void withoutTimeThereIsNoSpeed() {
        assertEquals(0.0, of(List.of()).stepsPerSecond());
        assertEquals(0.0, of(List.of(0.0, 0.0)).stepsPerSecond());
    }

    @Test
    void doesNotChangeWithTheListItWasMadeOf() {
        List<Double> seconds = new ArrayList<>(List.of(1.0));
        History history = of(seconds);
        seconds.add(2.0);
        assertEquals(List.of(1.0), history.seconds());
        assertThrows(UnsupportedOperationException.class, () -> history.losses().add(3.0));
    }
}

package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What a training shows while it runs; the clock and the stream are the test's. */
class ProgressTest {
    private static final String CLEAR = "\033[K";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final AtomicLong clock = new AtomicLong();

    /** Runs a training whose steps all take {@code millis}. */
    private String shown(boolean terminal, int width, int epochs, int perEpoch, double loss, int millis) {
        bytes.reset();
        try (Progress progress = new Progress(out, terminal, width, clock::get, epochs, perEpoch)) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int step = 0; step < perEpoch; step++) {
                    clock.addAndGet(millis * 1_000_000L);
                    progress.step(loss);
                }
                progress.epoch(0.5);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static List<String> drawn(String text) {
        return Arrays.stream(text.strip().split("\r")).filter(line -> !line.isBlank())
                .map(line -> line.replace(CLEAR, "").stripTrailing()).toList();
    }

    @Property(tries = 60)
    void noLineIsAsLongAsTheTerminalIsWide(@ForAll @IntRange(min = 20, max = 140) int width,
            @ForAll @IntRange(min = 1, max = 120) int epochs,
            @ForAll @IntRange(min = 1, max = 9) int perEpoch,
            @ForAll @DoubleRange(min = -1e9, max = 1e300) double loss,
            @ForAll @IntRange(max = 90_000) int millis) {
        List<String> lines = drawn(shown(true, width, epochs, perEpoch, loss, millis));
        assertTrue(lines.stream().allMatch(line -> line.length() < width), lines::toString);
        assertTrue(lines.getLast().startsWith("epoch " + epochs + "/" + epochs), lines.getLast());
    }

    @Property(tries = 60)
    void theBarOnlyGrows(@ForAll @IntRange(min = 1, max = 30) int epochs,
            @ForAll @IntRange(min = 1, max = 9) int perEpoch) {
        int before = 0;
        for (String line : drawn(shown(true, 120, epochs, perEpoch, 0.5, 150))) {
            int full = (int) line.chars().filter(c -> c == '#').count();
            assertTrue(full >= before, line);
            before = full;
        }
        assertEquals(24, before, "full at the end");
    }

    @Test
    void saysHowFarHowFastAndHowLongYet() {
        var state = new Progress.State(10, 20, 50, 0.25, 0.9, 5);
        String facts = ", loss 0.2500, accuracy 90.0 %, 10 steps/s, 15 s left";
        assertEquals("epoch 3/10 [######------------------]  25 %" + facts, state.bar(120));
        assertEquals("epoch 3 of 10, step 50" + facts, state.line());
    }

    @Test
    void theTimeLeftIsInTheUnitThatSuitsIt() {
        assertTrue(new Progress.State(1, 1000, 100, 1, 1, 10).line().endsWith("1:30 min left"));
        assertTrue(new Progress.State(1, 1000, 1, 1, 1, 10).line().endsWith("2:46 h left"));
        assertTrue(new Progress.State(1, 1000, 1000, 1, 1, 61).line().endsWith("1:01 min"));
    }

    @Test
    void slowStepsAreNotZeroPerSecond() {
        String line = new Progress.State(1, 10, 1, 1, 1, 4).line();
        assertTrue(line.contains("0.25 steps/s"), line);
    }

    @Test
    void aHugeLossIsShort() {
        String line = new Progress.State(1, 10, 1, 1e300, 1, 4).line();
        assertTrue(line.contains("loss 1.0000e+300"), line);
        assertTrue(new Progress.State(1, 10, 1, Double.NaN, 1, 4).line().contains("loss NaN"));
    }

    @Test
    void elsewhereThanOnATerminalAnEpochIsALine() {
        List<String> lines = shown(false, 80, 3, 4, 0.5, 100).lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.getFirst().startsWith("epoch 1 of 3, step 4, loss 0.5000, accuracy 50.0 %"),
                lines.getFirst());
        assertFalse(lines.stream().anyMatch(line -> line.contains("\r") || line.contains("\033")));
    }

    @Test
    void redrawsTenTimesPerSecondAtMost() {
        // 100 steps of 10 ms and an epoch's end.
        int draws = drawn(shown(true, 80, 1, 100, 0.5, 10)).size();
        assertTrue(draws <= 12, "drawn " + draws + " times");
    }

    @Test
    void withoutEpochsThereIsNothingToShow() {
        assertEquals("", shown(true, 80, 0, 10, 0.5, 10));
        assertEquals("", shown(false, 80, 0, 10, 0.5, 10));
    }

    @Test
    void moreStepsThanExpectedKeepTheBarFull() {
        String line = new Progress.State(1, 10, 25, 0.5, 0.5, 1).bar(120);
        assertTrue(line.contains("[########################] 100 %"), line);
    }
}

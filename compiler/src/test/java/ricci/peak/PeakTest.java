package ricci.peak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PeakTest {
    private static final Peak TWO = new Peak(40, 20, 80, List.of(
            new Peak.Level("first cache", 16, 32, 80, 50, 160),
            new Peak.Level("memory", 1000, Long.MAX_VALUE, 10, 8, 15)), 25, 500, 2);

    @Test
    void whatFitsIsInTheNearestLevel() {
        assertEquals("first cache", TWO.level(32).name());
        assertEquals("memory", TWO.level(33).name());
    }

    @Test
    void threadsShareWhatTheMachineHas() {
        assertEquals(40, TWO.operations(false, 1));
        assertEquals(80, TWO.operations(false, 2));
        assertEquals(40, TWO.operations(true, 2));
        assertEquals(10, TWO.bytes(1000, 0, 1), 1e-9);
        assertEquals(15, TWO.bytes(1000, 0, 2), 1e-9);
        assertEquals(16, TWO.bytes(500, 500, 1), 1e-9);
    }

    @Property
    void whatIsReadAndWrittenGoesBetweenTheTwoRates(@ForAll @LongRange(min = 0, max = 1L << 40) long read,
            @ForAll @LongRange(min = 1, max = 1L << 40) long written) {
        double rate = TWO.bytes(read, written, 1);
        assertTrue(rate >= 8 && rate <= 100, () -> rate + " GB/s");
    }

    /** How fast is not for a test; that it is something, and that it says what it does, is. */
    @Test
    void measures() {
        List<String> told = new ArrayList<>();
        Peak peak = Peak.measure(told::add);
        assertTrue(told.contains("first cache") && told.contains("memory"), told::toString);
        assertTrue(peak.single() > 0 && peak.wide() > 0 && peak.singleOfAll() > 0 && peak.launch() > 0
                && peak.share() > 0, peak::toString);
        for (Peak.Level level : peak.levels()) {
            assertTrue(level.read() > 0 && level.copy() > 0 && level.readByAll() > 0, level::toString);
        }
    }
}

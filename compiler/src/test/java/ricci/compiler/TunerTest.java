package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.jvm.Machine;
import ricci.runtime.Buffer;

/** What is chosen by measured times, which here are made up; nothing is measured. */
class TunerTest {
    private static final Blocking USUAL = new Blocking(8, 48, 1000, 80, 960);
    private static final Blocking OTHER = new Blocking(8, 48, 2000, 80, 960);
    private static final Blocking THIRD = new Blocking(8, 48, 500, 80, 960);
    private static final List<Blocking> ALL = List.of(USUAL, OTHER, THIRD);

    private static Tuner.Best best(Map<Blocking, Long> times, int runs) {
        int[] done = {0};
        return Tuner.best(ALL, times::get, _ -> done[0]++ < runs);
    }

    @Test
    void theFastestIsChosen() {
        Tuner.Best best = best(Map.of(USUAL, 1000L, OTHER, 900L, THIRD, 890L), 100);
        assertEquals(THIRD, best.blocking());
        assertEquals(1000.0 / 890 - 1, best.gain(), 1e-9);
    }

    @Test
    void theModelStaysForLittle() {
        assertEquals(new Tuner.Best(USUAL, 0), best(Map.of(USUAL, 1000L, OTHER, 985L, THIRD, 2000L), 100));
        assertEquals(new Tuner.Best(USUAL, 0), best(Map.of(USUAL, 1000L, OTHER, 2000L, THIRD, 2000L), 100));
    }

    /** A machine on which all takes long has measured too little to say anything. */
    @Test
    void theModelStaysIfThereIsNoTime() {
        for (int runs = 0; runs < 9; runs++) {
            assertEquals(USUAL, best(Map.of(USUAL, 1000L, OTHER, 900L, THIRD, 890L), runs).blocking());
        }
    }

    /** What is slow for a while is slow for all. */
    @Property(tries = 200)
    void whatIsAsFastIsNotChosenForNoise(@ForAll long seed) {
        Random random = new Random(seed);
        int[] done = {0};
        Tuner.Best best = Tuner.best(ALL, _ -> 1000 + random.nextInt(random.nextInt(10) == 0 ? 2000 : 12),
                _ -> done[0]++ < 60);
        assertEquals(USUAL, best.blocking());
    }

    /** A single run that was fast says nothing. */
    @Test
    void chanceIsNotChosen() {
        int[] done = {0};
        assertEquals(new Tuner.Best(USUAL, 0), Tuner.best(ALL,
                b -> b.equals(OTHER) && done[0] == 5 ? 900 : 1000, _ -> done[0]++ < 60));
    }

    /** No more runs are begun than there is time for. */
    @Test
    void theLongestSaysWhetherThereIsTime() {
        List<Long> asked = new ArrayList<>();
        Tuner.best(ALL, b -> b.equals(OTHER) ? 7 : 5, longest -> {
            asked.add(longest);
            return asked.size() < 4;
        });
        assertEquals(List.of(0L, 5L, 7L, 7L), asked);
    }

    /** Products compute the same, whatever blocks they are cut into. */
    @Test
    void blocksThatAreTriedChangeNoBit() {
        RandomProduct p = RandomProduct.of(new Random(7), DType.F32, DType.F32, List.of(), 100, 500, 1000);
        double[] expected = new CompiledProgram(p.program(), Planner.plan(p.program())).run(p.values())
                .getFirst().reals();
        Blocking usual = Blocking.of(Machine.here(), 4);
        Blocking small = usual.with(64, usual.tileRows(), 2L * usual.tileColumns(), 4).orElseThrow();
        List<Buffer> actual = ScopedValue.where(Blocking.TRIED, small).call(() ->
                new CompiledProgram(p.program(), Planner.plan(p.program()))).run(p.values());
        assertEquals(-1, Arrays.mismatch(expected, actual.getFirst().reals()));
        assertTrue(usual.with(63, usual.rows(), usual.columns(), 4).isEmpty());
        assertTrue(usual.with(usual.depth(), usual.rows() + 1, usual.columns(), 4).isEmpty());
        assertTrue(usual.with(usual.depth(), usual.rows(), 0, 4).isEmpty());
        assertTrue(usual.with(usual.depth(), usual.rows(), usual.tileColumns() * (1L << 40), 4).isEmpty());
    }
}

package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ricci.ir.Program;
import ricci.ir.RandomProgram;

/**
 * Random programs and operations, compiled and compared with the interpreter, for as long as {@code
 * -Dricci.fuzz=<minutes>} says, else for some seconds. Seeds count up from {@code -Dricci.fuzz.seed}, so that
 * another run goes on where one ended, and are printed now and then: a crash of the JVM is among the last.
 */
class FuzzTest {
    private static final double MINUTES = Double.parseDouble(System.getProperty("ricci.fuzz", "0.25"));
    private static final long SEED = Long.getLong("ricci.fuzz.seed", 2_000_000);
    private static final int MOST_EQUATIONS = 40;
    private static final int MOST_FAILURES = 20;
    private static final int OFTEN = 2_000;

    /** What is drawn; each kind as often as another. */
    private enum Kind {
        PROGRAM, LARGE, SMOOTH, CONCATENATE, PAD, SLICE, UPDATE, GATHER, SCATTER, DOT, WINDOW, EXTREME;

        void check(long seed) {
            RandomAlone alone = new RandomAlone(seed);
            switch (this) {
                case PROGRAM -> run(RandomProgram.any(seed, equations(seed)), seed);
                case LARGE -> large(RandomProgram.large(seed, equations(seed)), seed);
                case SMOOTH -> run(RandomProgram.smooth(seed, equations(seed)), seed);
                case CONCATENATE -> alone.concatenate();
                case PAD -> alone.pad();
                case SLICE -> alone.dynamicSlice(false);
                case UPDATE -> alone.dynamicSlice(true);
                case GATHER -> alone.indexed(false);
                case SCATTER -> alone.indexed(true);
                case DOT -> alone.dot();
                case WINDOW -> alone.reduceWindow();
                case EXTREME -> alone.argReduceWindow();
            }
            if (this != PROGRAM && this != LARGE && this != SMOOTH) {
                alone.check();
            }
        }

        private static int equations(long seed) {
            return 1 + new Random(seed).nextInt(MOST_EQUATIONS);
        }

        private static void run(Program program, long seed) {
            AgainstInterpreter.check(program, CompiledProgramTest.samples(program, seed));
        }

        /** With vectors of each width in turn. */
        private static void large(Program program, long seed) {
            int bits = 128 << Math.floorMod(Long.hashCode(seed / values().length), 3);
            new EveryTier(bits).check(program, CompiledProgramTest.samples(program, seed));
        }
    }

    @Test
    void compiledProgramsAreRight() {
        long end = System.nanoTime() + (long) (MINUTES * 60e9);
        Map<Kind, Long> counts = new EnumMap<>(Kind.class);
        List<String> failures = new ArrayList<>();
        for (long seed = SEED; System.nanoTime() < end && failures.size() < MOST_FAILURES; seed++) {
            Kind kind = Kind.values()[(int) Math.floorMod(seed, (long) Kind.values().length)];
            try {
                kind.check(seed);
            } catch (RuntimeException | AssertionError e) {
                failures.add(kind + " " + seed + ": " + e);
            }
            counts.merge(kind, 1L, Long::sum);
            if (seed % OFTEN == 0) {
                System.out.println("seed " + seed + ": " + counts);
            }
        }
        System.out.println("compared: " + counts);
        assertTrue(counts.size() == Kind.values().length, counts::toString);
        assertEquals(List.of(), failures);
    }
}

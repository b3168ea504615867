package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import ricci.ir.OnStack;
import ricci.loop.Kernel;
import ricci.loop.Size;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

class WarmUpTest {
    private static final Code NOTHING = (buffers, sizes, from, to) -> { };
    private static final long STACK = 1L << 19;

    /** Work that is handed over where the stack ends, at every depth: nothing of it is left half done. */
    @Test
    void codeIsMadeAfterTheStackWasFull() throws Exception {
        for (int again = 0; again < 3; again++) {
            OnStack.of(STACK, () -> untilThereIsRoom());
            assertSame(NOTHING, WarmUp.later(() -> NOTHING).get(20, TimeUnit.SECONDS));
        }
    }

    /** What is rare is so as f32 and as f64, and neither has numbers that a processor is slow with. */
    @Test
    void samplesAreOfEveryKind() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = WarmUp.samples(1 << 16, arena);
            areOfEveryKind(memory.toArray(ValueLayout.JAVA_DOUBLE));
            float[] floats = memory.toArray(ValueLayout.JAVA_FLOAT);
            areOfEveryKind(IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray());
        }
    }

    /** What is slow for good is not waited for as long as there is patience. */
    @Test
    void codeThatBecomesNoFasterIsTaken() {
        Kernel kernel = new Kernel("slow", 0, 1, new Loop(new Variable.Counter(0), new Size.Argument(0),
                Loop.Kind.SERIAL, List.of(), List.of()));
        AtomicInteger calls = new AtomicInteger();
        WarmUp.warm(kernel, (buffers, sizes, from, to) -> {
            if (to > 0) {
                calls.incrementAndGet();
                for (long start = System.nanoTime(); System.nanoTime() - start < 50_000;) {
                    Thread.onSpinWait();
                }
            }
        });
        assertTrue(calls.get() < 4 * 500, () -> calls + " calls");
    }

    private static void areOfEveryKind(double[] samples) {
        long rare = count(samples, x -> Math.abs(x) > 1e15);
        assertTrue(rare > 0 && rare < samples.length / 50, () -> rare + " are rare");
        assertTrue(count(samples, x -> x == 0) > 0 && count(samples, x -> x < 0) > 0);
        assertEquals(samples.length - rare, count(samples, x -> x == 0
                || (Math.abs(x) > 1e-3 && Math.abs(x) < 1e4)), () -> Arrays.toString(samples));
    }

    private static long count(double[] samples, DoublePredicate is) {
        return Arrays.stream(samples).filter(is).count();
    }

    @SuppressWarnings("InfiniteRecursion") // The mistake itself.
    private static int untilThereIsRoom() {
        int refused;
        try {
            refused = untilThereIsRoom();
        } catch (StackOverflowError e) {
            refused = 0;
        }
        if (refused < 0) {
            return refused;
        }
        try {
            var _ = WarmUp.later(() -> NOTHING);
            return -1;
        } catch (StackOverflowError e) {
            return refused + 1;
        }
    }
}

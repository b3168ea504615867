package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import ricci.ir.OnStack;

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

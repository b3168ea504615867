package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A share that fails leaves nobody behind who still writes, and is not lost. */
class WorkersTest {
    @BeforeEach
    void thereAreTwo() {
        assumeTrue(Workers.count() > 1, "one processor shares nothing");
    }

    @Test
    void theOthersAreDoneWhenTheCallersShareFails() {
        StackOverflowError full = new StackOverflowError();
        AtomicInteger done = new AtomicInteger();
        assertSame(full, assertThrows(StackOverflowError.class, () -> Workers.share(2, 2, false,
                (worker, from, to) -> {
                    if (worker == 0) {
                        throw full;
                    }
                    pause();
                    done.incrementAndGet();
                })));
        assertEquals(1, done.get());
    }

    @Test
    void theFailureOfAnotherThreadIsTheCallers() {
        LinkageError wrong = new LinkageError("as thrown by a worker");
        assertSame(wrong, assertThrows(IllegalStateException.class, () -> Workers.share(2, 2, false,
                (worker, from, to) -> {
                    if (worker == 1) {
                        throw wrong;
                    }
                })).getCause());
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

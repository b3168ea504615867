package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ricci.jvm.Workers.Share;
import ricci.runtime.ThreadLimit;

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
        CompletableFuture<@Nullable Void> begun = new CompletableFuture<>();
        assertSame(full, assertThrows(StackOverflowError.class, () -> Workers.share(2, 2, false,
                (worker, from, to) -> {
                    if (worker == 0) {
                        begun.join();
                        throw full;
                    }
                    begun.complete(null);
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
                    pause();
                })).getCause());
    }

    @Test
    void eachTurnIsTakenOnce() {
        for (int again = 0; again < 2000; again++) {
            AtomicIntegerArray taken = new AtomicIntegerArray(100 + again);
            Workers.share(taken.length(), 2, again % 2 == 0, (_, from, to) -> {
                for (long turn = from; turn < to; turn++) {
                    taken.incrementAndGet((int) turn);
                }
            });
            assertTrue(IntStream.range(0, taken.length()).allMatch(turn -> taken.get(turn) == 1));
        }
    }

    @Test
    void noMoreThreadsThanAreAllowed() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger parts = new AtomicInteger();
        Share counted = (_, _, _) -> {
            threads.add(Thread.currentThread());
            parts.incrementAndGet();
        };
        ThreadLimit.call(1, () -> {
            Workers.share(1000, 2, false, counted);
            // Within, none can be added.
            return ThreadLimit.call(8, () -> {
                Workers.share(1000, 2, true, counted);
                return ThreadLimit.most();
            });
        });
        assertEquals(Set.of(Thread.currentThread()), threads);
        assertEquals(2, parts.get());
        Workers.share(1000, 2, false, counted);
        assertEquals(4, parts.get());
    }

    @Test
    void endsAreThoseOfTheRanges() {
        for (int turns = 0; turns < 500; turns++) {
            for (boolean isVector : new boolean[] {false, true}) {
                Set<Long> ends = ConcurrentHashMap.newKeySet();
                Workers.share(turns, 2, isVector, (_, _, to) -> ends.add(to));
                assertEquals(ends, LongStream.of(Workers.ends(turns, 2, isVector)).boxed()
                        .collect(Collectors.toSet()));
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The cache is bounded, keeps what is in use and never mixes up keys. */
class CacheTest {
    @Test
    void makesAValueOnce() {
        Cache<String, Object> cache = new Cache<>(4);
        Object made = cache.get("a", Object::new);
        assertSame(made, cache.get("a", Object::new));
    }

    @Test
    void keepsWhatIsUsedAndForgetsTheRest() {
        Cache<Integer, Object> cache = new Cache<>(4);
        Object used = cache.get(-1, Object::new);
        Object unused = cache.get(-2, Object::new);
        for (int i = 0; i < 100; i++) {
            cache.get(i, Object::new);
            assertSame(used, cache.get(-1, Object::new));
        }
        assertNotSame(unused, cache.get(-2, Object::new));
    }

    @Property
    void holdsTwoGenerationsAtMost(@ForAll List<@IntRange(max = 30) Integer> keys,
            @ForAll @IntRange(min = 1, max = 9) int bound) {
        Cache<Integer, Integer> cache = new Cache<>(bound);
        for (int key : keys) {
            assertEquals(key * key, cache.get(key, () -> key * key));
            assertTrue(cache.size() <= 2 * bound);
        }
    }

    @Test
    void remembersNoFailure() {
        Cache<String, String> cache = new Cache<>(4);
        assertThrows(IllegalStateException.class, () -> cache.get("a", () -> {
            throw new IllegalStateException();
        }));
        assertEquals("made", cache.get("a", () -> "made"));
    }

    @Test
    void severalThreads() throws InterruptedException, ExecutionException {
        int threads = 8;
        int bound = 16;
        Cache<Integer, Integer> cache = new Cache<>(bound);
        AtomicInteger wrong = new AtomicInteger();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> futures = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int start = t;
                futures.add(pool.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        int key = (i * (start + 1)) % 50;
                        if (cache.get(key, () -> -key) != -key) {
                            wrong.incrementAndGet();
                        }
                    }
                }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        }
        assertEquals(0, wrong.get());
        assertTrue(cache.size() <= 2 * (bound + threads), () -> "holds " + cache.size());
    }

    /** What differs in one thing only has a plan of its own. */
    @Test
    void callsAreToldApart() {
        for (int again = 0; again < 2; again++) {
            for (int h = 1; h <= 6; h++) {
                if (6 % h == 0) {
                    Shaped<float[]> split = Einops.rearrange(Tensors.counting(6), "(h w) -> h w",
                            Einops.axis("h", h));
                    assertEquals(Tensors.counting(h, 6 / h), split);
                }
            }
            assertEquals(Tensors.counting(2, 3),
                    Einops.rearrange(Tensors.counting(6), "(h w) -> h w", Einops.axis("w", 3)));
            assertEquals(Tensors.counting(4, 2),
                    Einops.rearrange(Tensors.counting(8), "(h w) -> h w", Einops.axis("w", 2)));
            assertEquals(Tensors.filled(i -> 3, 1),
                    Einops.reduce(Tensors.counting(1, 3), "a b -> a", Reduction.SUM));
            assertEquals(Tensors.filled(i -> 2, 1),
                    Einops.reduce(Tensors.counting(1, 3), "a b -> a", Reduction.MAX));
            assertEquals(Tensors.filled(i -> 0, 1),
                    Einops.reduce(Tensors.counting(1, 3), "a b -> a", Reduction.MIN));
        }
    }

    @Test
    void ownReductionsAreNotRemembered() {
        Shaped<float[]> x = Tensors.counting(2, 2);
        for (int k = 0; k < 3; k++) {
            int times = k;
            Reduction own = Reduction.of(Shaped.class, (y, axes) -> Tensors.filled(_ -> times, 2));
            assertEquals(Tensors.filled(_ -> times, 2), Einops.reduce(x, "a b -> a", own));
        }
    }
}

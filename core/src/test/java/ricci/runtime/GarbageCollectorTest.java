package ricci.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GarbageCollectorTest {
    private static final int MANY = 100;

    private int returned;
    private final ReferenceQueue<Object> found = new ReferenceQueue<>();
    private final GarbageCollector collector = collector(System::gc);

    private GarbageCollector collector(Runnable gc) {
        return new GarbageCollector(found, gc, this::drain, () -> returned);
    }

    private void drain() {
        for (Reference<?> reference = found.poll(); reference != null; reference = found.poll()) {
            returned++;
            if (reference instanceof GarbageCollector.Mark mark) {
                mark.takeBack();
            }
        }
    }

    private List<Reference<Object>> dropped() {
        List<Reference<Object>> dropped = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            dropped.add(new PhantomReference<>(new Object(), found));
        }
        return dropped;
    }

    @Test
    void allThatNobodyHasComesBack() {
        List<Reference<Object>> dropped = dropped();
        collector.collect();
        assertEquals(MANY + 1, returned);
        assertTrue(dropped.stream().allMatch(each -> each.refersTo(null)));
    }

    /** Not every collector has a young generation, and it may be large; but if it says so, it is true. */
    @Test
    void whatIsYoungComesBackIfThatIsQuick() {
        collector.collect();
        for (int i = 0; i < 10; i++) {
            int before = returned;
            List<Reference<Object>> dropped = dropped();
            if (collector.collectYoung()) {
                assertTrue(returned > before + MANY, "only " + (returned - before));
            }
            assertEquals(MANY, dropped.size());
        }
    }

    /** A JVM may have no collector at all, or be told not to listen. */
    @Test
    void whatIsNeverCollectedIsNotTriedForLong() {
        GarbageCollector deaf = collector(() -> {});
        deaf.collect();
        assertFalse(deaf.collectYoung());
    }

    /** Before it is known how long a whole collection takes, none of what is young is tried. */
    @Test
    void whatMayTakeLongIsNotTried() {
        assertFalse(collector.collectYoung());
    }
}

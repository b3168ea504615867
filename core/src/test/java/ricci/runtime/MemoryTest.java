package ricci.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import ricci.Ricci;
import ricci.ir.RicciException;

/** Tensors for which there is no room are refused in words, and nothing is lost. */
class MemoryTest {
    @Test
    void whatDoesNotFitIntoTheHeapIsRefused() {
        long heap = Runtime.getRuntime().maxMemory();
        assumeTrue(heap < 12L << 30, "a Java array of doubles fills this heap");
        long count = Math.min(Integer.MAX_VALUE - 100L, heap / 4);
        RicciException refused = assertThrows(RicciException.Argument.class,
                () -> Ricci.zeros(count, 1).add(1));
        assertTrue(refused.toString().contains("-Xmx"), refused.toString());
        assertEquals(3, Ricci.ones(3).sum().item());
    }
}

package ricci.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Memory in large pages, where the system has them. */
@EnabledOnOs(OS.LINUX)
class LargePagesTest {
    private static final long PAGE = 2L << 20;

    /** So that nobody finds out too late that these tests were of nothing. */
    @BeforeEach
    void thereMayBeSome() {
        assertTrue(LargePages.class.getModule().isNativeAccessEnabled(),
                "tests need --enable-native-access=ricci.core");
    }

    private static MemorySegment allocated(long bytes) {
        MemorySegment memory = LargePages.allocate(bytes);
        assertNotNull(memory);
        return memory;
    }

    @Test
    void beginsAtALargePage() {
        for (long bytes : new long[] {LargePages.LEAST, LargePages.LEAST + 1, 5 * PAGE - 7}) {
            MemorySegment memory = allocated(bytes);
            assertEquals(0, memory.address() % PAGE);
            assertEquals(bytes, memory.byteSize());
        }
    }

    @Test
    void littleIsNotWorthIt() {
        assertNull(LargePages.allocate(LargePages.LEAST - 1));
    }

    @Test
    void whatTheSystemDoesNotHaveIsNotThere() {
        assertNull(LargePages.allocate(1L << 60));
    }

    /** Also after its pages were given back, and touched again. */
    @Test
    void isMemoryOfZeros() {
        MemorySegment memory = allocated(3 * PAGE + 8);
        long last = memory.byteSize() - 8;
        for (int turn = 0; turn < 2; turn++) {
            assertEquals(0, memory.get(ValueLayout.JAVA_LONG, 0));
            assertEquals(0, memory.get(ValueLayout.JAVA_LONG, last));
            memory.fill((byte) 1);
            assertEquals(0x0101010101010101L, memory.get(ValueLayout.JAVA_LONG, last));
            LargePages.release(memory);
            LargePages.touch(memory);
        }
    }
}

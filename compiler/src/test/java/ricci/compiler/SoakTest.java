package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory stays flat, however long a process computes: as long as {@code -Dricci.soak=<minutes>} says. */
class SoakTest {
    private static final String MINUTES = System.getProperty("ricci.soak", "0.25");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** The limits are reached early, and there is nothing beyond but what the JVM has for itself. */
    @Test
    void memoryStaysFlat() throws IOException, InterruptedException {
        System.out.print(Processes.run(Soak.class, List.of("-Xmx192m", "-Dricci.memory=256m"),
                List.of(MINUTES, String.valueOf(192 + 256 + 320)), folder));
    }

    /** With as much memory as the machine has, for some seconds. */
    @Test
    void everythingIsGivenBack() throws InterruptedException {
        assertEquals(true, new Soak(0.1).run().size() > 1);
    }
}

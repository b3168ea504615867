package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sizes of caches are what Linux says, or else such as are common. */
class CachesTest {
    private static void cache(Path directory, String name, String level, String type, String size)
            throws IOException {
        Path cache = Files.createDirectories(directory.resolve(name));
        Files.writeString(cache.resolve("level"), level + "\n");
        Files.writeString(cache.resolve("type"), type + "\n");
        Files.writeString(cache.resolve("size"), size + "\n");
    }

    @Test
    void areReadFromFiles(@TempDir Path directory) throws IOException {
        cache(directory, "index0", "1", "Data", "48K");
        cache(directory, "index1", "1", "Instruction", "64K");
        cache(directory, "index2", "2", "Unified", "1024K");
        cache(directory, "index3", "3", "Unified", "32M");
        assertEquals(new Caches(48 << 10, 1 << 20, 32 << 20), Caches.read(directory));
    }

    @Test
    void areCommonWhereNothingIsSaid(@TempDir Path directory) throws IOException {
        assertEquals(Caches.COMMON, Caches.read(directory));
        assertEquals(Caches.COMMON, Caches.read(directory.resolve("none")));
        cache(directory, "index0", "1", "Data", "many");
        assertEquals(Caches.COMMON, Caches.read(directory));
    }

    @Test
    void growWithTheirLevel() {
        Caches here = Caches.here();
        assertTrue(0 < here.first() && here.first() <= here.second() && here.second() <= here.last(),
                here::toString);
    }
}

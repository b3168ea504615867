package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ricci.ir.DType;

/** The file of tuned blocks: what is written is read again, and no file does harm. */
class TuningFileTest {
    private static final Tuning.Choice SINGLE = new Tuning.Choice(DType.F32, 1000, 80, 960, true, 0.1);
    private static final Tuning.Choice WIDE = new Tuning.Choice(DType.F64, 500, 40, 480, true, 0.1);
    private static final Map<Integer, TuningFile.Blocks> BOTH = Map.of(
            4, new TuningFile.Blocks(1000, 80, 960), 8, new TuningFile.Blocks(500, 40, 480));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private TuningFile file() {
        return new TuningFile(folder.resolve("ricci").resolve("blocks.txt"));
    }

    @Test
    void eachMachineHasItsOwn() throws IOException {
        file().save("one", List.of(SINGLE, WIDE));
        file().save("other", List.of(WIDE));
        assertEquals(BOTH, file().read("one"));
        assertEquals(List.of(8), List.copyOf(file().read("other").keySet()));
        assertEquals(Map.of(), file().read("on"));
        // What is measured anew replaces what was, also by nothing.
        file().save("one", List.of());
        assertEquals(Map.of(), file().read("one"));
        assertEquals(List.of(8), List.copyOf(file().read("other").keySet()));
        try (var files = Files.list(folder.resolve("ricci"))) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void noFileDoesHarm() throws IOException {
        assertEquals(Map.of(), file().read("one"));
        Path path = file().path();
        Files.createDirectories(path);
        assertEquals(Map.of(), file().read("one"));
        Files.delete(path);
        for (String text : List.of("", "\t", "one", "one\t", "one\t4", "one\t4 1 2", "one\t4 1 2 3 4",
                "one\t4 -1 2 3", "one\t4 1 2 99999999999999999999", "one\t4  1 2",
                "\0\n\tone\t4 1 2 3", "{\"one\": 4}")) {
            Files.writeString(path, text);
            assertEquals(Map.of(), file().read("one"), text);
        }
        byte[] bytes = new byte[1000];
        new Random(1).nextBytes(bytes);
        Files.write(path, bytes);
        assertEquals(Map.of(), file().read("one"));
        Files.write(path, new byte[1 << 20]);
        assertEquals(Map.of(), file().read("one"));
        file().save("one", List.of(SINGLE, WIDE));
        assertEquals(BOTH, file().read("one"));
    }

    @Test
    void aFileThatCannotBeWrittenIsSaid() throws IOException {
        Path taken = folder.resolve("taken");
        Files.writeString(taken, "a file, not a directory");
        TuningFile file = new TuningFile(taken.resolve("blocks.txt"));
        assertThrows(IOException.class, () -> file.save("one", List.of(SINGLE)));
        assertEquals(Map.of(), file.read("one"));
    }

    @Test
    void eachSystemHasItsPlace() {
        Path home = folder.resolve("home");
        Path given = folder.resolve("given");
        Map<String, String> none = Map.of();
        assertEquals(home.resolve(".cache").resolve("ricci"), directory("Linux", none, home));
        assertEquals(given.resolve("ricci"),
                directory("Linux", Map.of("XDG_CACHE_HOME", given.toString()), home));
        assertEquals(home.resolve(".cache").resolve("ricci"),
                directory("Linux", Map.of("XDG_CACHE_HOME", "relative"), home));
        assertEquals(home.resolve("Library").resolve("Caches").resolve("ricci"),
                directory("Mac OS X", Map.of("XDG_CACHE_HOME", given.toString()), home));
        assertEquals(given.resolve("ricci"),
                directory("Windows 11", Map.of("LOCALAPPDATA", given.toString()), home));
        assertEquals(home.resolve("AppData").resolve("Local").resolve("ricci"),
                directory("Windows 11", none, home));
        assertEquals(Optional.empty(), TuningFile.directory("Linux", none, ""));
        assertEquals(Optional.empty(), TuningFile.directory("Linux", none, "a\0b"));
    }

    private static Path directory(String system, Map<String, String> environment, Path home) {
        return TuningFile.directory(system, environment, home.toString()).orElseThrow();
    }

    @Test
    void machinesHaveNamesOfOneLine() {
        assertFalse(TuningFile.machine().isBlank());
        assertTrue(TuningFile.machine().chars().noneMatch(c -> c == '\t' || c == '\n'));
    }
}

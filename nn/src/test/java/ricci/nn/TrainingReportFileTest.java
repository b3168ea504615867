package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ricci.ir.RicciException;

/** The report as a file. */
class TrainingReportFileTest {
    private static final TrainingReport REPORT = TrainingReport.of("File",
            new History(List.of(1.0), List.of(0.1), List.of()));

    @Test
    void makesTheFoldersAndLeavesNothingElse(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a/b/report.html");
        assertEquals(file, REPORT.write(file));
        assertEquals(REPORT.html(), Files.readString(file));
        try (var files = Files.list(file.getParent())) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void replacesWhatWasThere(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("report.html");
        Files.writeString(file, "old");
        REPORT.write(file);
        assertEquals(REPORT.html(), Files.readString(file));
    }

    @Test
    void saysWhyItCannotWrite(@TempDir Path folder) throws IOException {
        Path occupied = Files.writeString(folder.resolve("occupied"), "a file");
        Path file = occupied.resolve("report.html");
        var refusal = assertThrows(RicciException.Argument.class, () -> REPORT.write(file));
        assertTrue(refusal.asked().contains(file.toString()), refusal.asked());
        assertTrue(refusal.getCause() instanceof IOException, "the cause is kept");
        assertEquals("a file", Files.readString(occupied));
    }

    @Test
    void aFolderIsNoFile(@TempDir Path folder) throws IOException {
        Path taken = Files.createDirectory(folder.resolve("report.html"));
        var refusal = assertThrows(RicciException.Argument.class, () -> REPORT.write(taken));
        assertTrue(refusal.types().contains("it is a folder"), refusal.types());
        assertTrue(Files.isDirectory(taken));
        try (var files = Files.list(folder)) {
            assertFalse(files.anyMatch(path -> path.toString().endsWith(".tmp")));
        }
    }
}

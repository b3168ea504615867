package user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import ricci.einops.UserError;
import ricci.ir.RicciException;

/**
 * The whole text of every error, compared with src/test/resources/errors. After a change that is meant, write
 * the texts anew with {@code ./mvnw test -pl core -am -Dricci.golden=write} and read them.
 *
 * <p>This package is outside Ricci's, as users' code is: the errors name its lines.
 */
class ErrorsTest {
    private static final Path TEXTS = Path.of("src/test/resources/errors");

    @TestFactory
    List<DynamicTest> texts() {
        return Mistakes.all().entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getKey(), e.getValue())))
                .toList();
    }

    private static void check(String name, Executable mistake) throws IOException {
        RuntimeException error = assertThrows(RuntimeException.class, mistake);
        assertTrue(error instanceof UserError, () -> "not an error for users: " + error);
        String text = error.toString().replaceFirst("^[\\w.$]*: ", "");
        if (error instanceof RicciException.Running running) {
            // It names a line of what runs, not of who runs it.
            assertTrue(running.source().file().endsWith("Mistakes.java"), text);
            assertGolden(name, text);
            return;
        }
        StackTraceElement users = Arrays.stream(error.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("user.")).findFirst().orElseThrow();
        String place = users.getFileName() + ":" + users.getLineNumber();
        assertTrue(text.contains(place), () -> "names the line " + place + ":\n" + text);
        assertGolden(name, text);
    }

    private static void assertGolden(String name, String text) throws IOException {
        String stable = text.replaceAll("Mistakes\\.java:\\d+", "Mistakes.java:LINE")
                .replaceAll("heap of \\d+ MB", "heap of SIZE MB") + "\n";
        Path file = TEXTS.resolve(name + ".txt");
        if ("write".equals(System.getProperty("ricci.golden"))) {
            Files.createDirectories(TEXTS);
            Files.writeString(file, stable);
        }
        assertEquals(Files.readString(file).replace("\r\n", "\n"), stable);
    }

    @Test
    void everyTextIsTested() throws IOException {
        Map<String, Executable> mistakes = Mistakes.all();
        try (Stream<Path> files = Files.list(TEXTS)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".txt", "");
                assertTrue(mistakes.containsKey(name), () -> "nothing gives the text " + file);
            }
        }
    }
}

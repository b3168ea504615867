package user;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.einops.EinopsException;
import ricci.einops.EinopsException.Kind;

/**
 * The whole message of every kind of error, one text for each in {@code errors/}. Run with
 * {@code -Dricci.golden=write} to write them anew, and read what has changed.
 */
class ErrorMessagesTest {
    @ParameterizedTest
    @EnumSource
    void reads(Kind kind) throws IOException {
        EinopsException e = assertThrows(EinopsException.class, () -> WrongCalls.call(kind));
        String message = String.valueOf(e.getMessage()).replaceFirst("(WrongCalls\\.java):\\d+$", "$1:LINE")
                + "\n";
        String name = kind.name().toLowerCase(Locale.ROOT) + ".txt";
        if ("write".equals(System.getProperty("ricci.golden"))) {
            Files.writeString(Path.of("src/test/resources/errors", name), message);
        }
        assertAll(() -> assertEquals(kind, e.kind()), () -> assertEquals(golden(name), message));
    }

    private static String golden(String name) throws IOException {
        if ("write".equals(System.getProperty("ricci.golden"))) {
            return Files.readString(Path.of("src/test/resources/errors", name));
        }
        try (InputStream stream = ErrorMessagesTest.class.getResourceAsStream("/errors/" + name)) {
            return stream == null ? "there is no errors/" + name
                    : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void hasAllParts(Kind kind) {
        String message = String.valueOf(assertThrows(EinopsException.class, () -> WrongCalls.call(kind))
                .getMessage());
        assertTrue(message.contains("^") && message.contains("\n  rule:  ")
                && message.contains("\n  fix:   "), message);
        assertTrue(message.contains("\n  at:    WrongCalls.java:"), message);
        message.lines().forEach(line -> assertTrue(line.length() <= 140 && line.equals(line.stripTrailing()),
                line));
    }

    @Test
    void namesTheLineOfTheCall() {
        List<RuntimeException> caught = new ArrayList<>();
        int line = WrongCalls.failingLine(caught);
        assertTrue(String.valueOf(caught.getFirst().getMessage()).endsWith("at:    WrongCalls.java:" + line),
                () -> line + ": " + caught);
    }
}

package ricci.examples;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every program in this folder compiles with the {@code ricci} command, and is short enough to be read. */
class ExamplesTest {
    /** The JVM says so at each start, and cannot be told not to. */
    private static final String INCUBATOR = "WARNING: Using incubator modules: jdk.incubator.vector\n";
    private static final int MOST_LINES = 80;
    private static final int MOST_COLUMNS = 110;

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(""))) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void compiles(Path example) throws Exception {
        assertEquals("exit code 0\n", ricci("run", "--compile-only", example.toString()));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void fitsOnAPage(Path example) throws IOException {
        List<String> lines = Files.readAllLines(example);
        assertAll(
                () -> assertTrue(lines.size() <= MOST_LINES, () -> "lines: " + lines.size()),
                () -> assertEquals(List.of(), lines.stream().filter(ExamplesTest::isLong).toList()));
    }

    private static boolean isLong(String line) {
        return line.length() > MOST_COLUMNS;
    }

    @Test
    void helloGreets() throws Exception {
        assertEquals("Hello from Ricci\nexit code 0\n", ricci("run", "Hello.java"));
    }

    /** What the command prints, to either stream, and its exit code. */
    private static String ricci(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("output", ".txt");
        try {
            // Ricci's modules and their libraries are on the class path of this test.
            Path java = Path.of(System.getProperty("java.home"), "bin", "java");
            var line = new ArrayList<>(List.of(java.toString(), "--add-modules=ALL-DEFAULT",
                    "--enable-native-access=ricci.core,ricci.compiler",
                    "--module-path", System.getProperty("java.class.path"), "-m",
                    "ricci.cli/ricci.cli.Main"));
            line.addAll(List.of(arguments));
            int code = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile())
                    .start().waitFor();
            return Files.readString(output, StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n")
                    .replace(INCUBATOR, "") + "exit code " + code + "\n";
        } finally {
            Files.delete(output);
        }
    }
}

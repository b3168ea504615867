package ricci.einops.check;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What javac says of the sources in {@code errors-javac}, as a whole. Run with
 * {@code -Dricci.golden=write} to write the texts anew, and read what has changed.
 */
class WrongPatternsTest {
    private static final Path SOURCES = Path.of("src/test/resources/errors-javac");
    private static final Pattern ERROR = Pattern.compile("(?m)^\\w+\\.java:(\\d+): error: ");

    private Javac javac = new Javac(Path.of(""));

    static List<Path> wrong() throws IOException {
        return sources(SOURCES);
    }

    static List<Path> right() throws IOException {
        return sources(Path.of("src/test/resources/right-javac"));
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    /** Others' classes, of which there is no source when a source is checked. */
    @BeforeEach
    void compileOthers(@TempDir Path folder) throws IOException {
        javac = new Javac(folder);
        javac.with("Precompiled.java", """
                class Precompiled {
                    static final String WRONG = "a b -> b";
                    static final String NAME = "a";
                    static final long LENGTH = 3;
                }
                """).with("EinMix.java", """
                package ricci.nn;
                import ricci.einops.Axis;
                public record EinMix(String left) {
                    public static EinMix init(Object key, String pattern, String weight, String bias,
                            Axis... axes) {
                        return new EinMix(pattern);
                    }
                }
                """).check("-Xlint:all", "-Werror").isClean();
        Files.delete(folder.resolve("Precompiled.java"));
        Files.delete(folder.resolve("EinMix.java"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isRefused(Path source) throws IOException {
        String name = String.valueOf(source.getFileName());
        String text = Files.readString(source);
        var outcome = javac.with(name, text).check();
        Path golden = source.resolveSibling(name.replace(".java", ".txt"));
        if ("write".equals(System.getProperty("ricci.golden"))) {
            Files.writeString(golden, outcome.text());
        }
        List<String> lines = text.lines().toList();
        List<Integer> marked = IntStream.range(0, lines.size()).boxed().flatMap(i -> {
            String line = lines.get(i);
            return line.endsWith("// wrong") ? Stream.of(i + 1)
                    : line.endsWith("// wrong twice") ? Stream.of(i + 1, i + 1)
                    // A text block starts above.
                    : line.endsWith("// wrong below") ? Stream.of(i - 1) : Stream.<Integer>empty();
        }).toList();
        assertAll(() -> assertEquals(Files.readString(golden), outcome.text()),
                () -> assertEquals(marked, ERROR.matcher(outcome.text()).results()
                        .map(found -> Integer.valueOf(found.group(1))).toList()),
                () -> assertTrue(Stream.of("  at:  ", "given:", "not checked")
                        .noneMatch(outcome.text()::contains), outcome.text()));
    }

    @ParameterizedTest
    @MethodSource("right")
    void isClean(Path source) throws IOException {
        javac.with(String.valueOf(source.getFileName()), Files.readString(source))
                .check("-Xlint:all", "-Werror").isClean();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void compilesWithoutTheCheck(Path source) throws IOException {
        javac.with(String.valueOf(source.getFileName()), Files.readString(source))
                .compile(List.of(), "-proc:none").isClean();
    }
}

package ricci.einops.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** javac as users start it, with each of the ways to switch the check on. */
class CommandLineTest {
    private static final String TRANSCRIPT = """
            Model.java:6: error: rearrange: the axis batch is on the left only
                    return rearrange(x, "batch h w c -> bach c h w");
                                        ^
                  batch h w c -> bach c h w
                  ^^^^^
                rule:  rearrange keeps all axes
                fix:   did you mean bach?
            1 error
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    static Stream<List<String>> ways() {
        String classes = Javac.classes().toString();
        return Stream.of(
                List.of("-cp", classes, "-processorpath", classes),
                List.of("-cp", classes, "-processor", "ricci.einops.check.PatternProcessor"),
                List.of("-cp", classes, "-proc:full"),
                List.of("-cp", classes, "-Xplugin:RicciPatterns"),
                List.of("-cp", classes, "-proc:none", "-Xplugin:RicciPatterns", "-Xlint:all", "-Werror"),
                List.of("-cp", classes, "-proc:full", "-Xplugin:RicciPatterns"),
                List.of("-p", classes, "--add-modules", "ricci.einops", "-processorpath", classes),
                List.of("-p", classes, "--add-modules", "ricci.einops", "--processor-module-path", classes));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void saysWhatIsWrong(List<String> options) throws Exception {
        assertEquals(TRANSCRIPT, javac(options, "batch h w c -> bach c h w"));
        assertTrue(Files.notExists(folder.resolve("Model.class")));
        assertEquals("", javac(options, "batch h w c -> batch c h w"));
        assertTrue(Files.exists(folder.resolve("Model.class")));
    }

    private String javac(List<String> options, String pattern) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("Model.java"), """
                import static ricci.einops.Einops.rearrange;

                /** A part of a model. */
                class Model {
                    Object channelsFirst(float[][][][] x) {
                        return rearrange(x, "%s");
                    }
                }
                """.formatted(pattern));
        var line = new ArrayList<String>();
        line.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "javac");
        line.addAll(options);
        line.add("Model.java");
        Path said = folder.resolve("said.txt");
        var builder = new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVAC_OPTIONS",
                "CLASSPATH"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.start().waitFor();
        return Files.readString(said).replace(System.lineSeparator(), "\n");
    }
}

package ricci.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own, as a shell starts it.
 *
 * @param folder the one in which it is started
 * @param environment variables besides the inherited ones
 * @param input what it reads
 */
record RealProcess(Path folder, Map<String, String> environment, String input) {
    /** The JVM says so at each start, and cannot be told not to. */
    private static final String INCUBATOR = "^WARNING: Using incubator modules: jdk.incubator.vector\n";
    private static final int PATIENCE_SECONDS = 120;

    RealProcess(Path folder) {
        this(folder, Map.of(), "");
    }

    /** The command as the launcher starts it, without the launcher. */
    Outcome ricci(String... arguments) throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of(java(), "-XX:TieredStopAtLevel=1", "--add-modules=ALL-DEFAULT",
                "--enable-native-access=ricci.core,ricci.compiler",
                "--module-path", System.getProperty("jdk.module.path"), "-m", "ricci.cli/ricci.cli.Main"));
        line.addAll(List.of(arguments));
        return start(line);
    }

    /** The {@code java} that runs the tests. */
    static String java() {
        return System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    }

    /** Runs any command until it ends. */
    Outcome start(List<String> line) throws IOException, InterruptedException {
        Path in = Files.createTempFile("in", ".txt");
        Path out = Files.createTempFile("out", ".txt");
        Path err = Files.createTempFile("err", ".txt");
        try {
            Files.writeString(in, input);
            var builder = new ProcessBuilder(line).directory(folder.toFile())
                    .redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
            // These make a JVM say something on its own.
            var chatty = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH");
            builder.environment().keySet().removeAll(chatty);
            builder.environment().putAll(environment);
            var process = builder.start();
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertTrue(ended, () -> line + " does not end");
            return new Outcome(process.exitValue(), text(out), text(err).replaceFirst(INCUBATOR, ""));
        } finally {
            for (Path file : List.of(in, out, err)) {
                Files.delete(file);
            }
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file).replace(System.lineSeparator(), "\n");
    }
}

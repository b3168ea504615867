package ricci.einops.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import ricci.einops.Einops;

/** javac on the sources of a folder, in this JVM. */
record Javac(Path folder) {
    /** What javac said; paths are relative to the folder. */
    record Outcome(boolean right, String text) {
        /** It said nothing at all. */
        void isClean() {
            assertEquals(new Outcome(true, ""), this);
        }

        /** It refused nothing but this number of patterns. */
        void hasErrors(int count) {
            assertEquals(count == 0, right, text);
            assertEquals(count, text.lines().filter(line -> line.contains(": error: ")).count(), text);
        }
    }

    Javac with(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
        return this;
    }

    /** Where the classes of this module are. */
    static Path classes() {
        try {
            return Path.of(Einops.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compiles all sources with the check and these options. */
    Outcome check(String... options) {
        return compile(List.of(new PatternProcessor()), options);
    }

    /** Compiles all sources, into the folder. */
    Outcome compile(List<? extends Processor> processors, String... options) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT,
                StandardCharsets.UTF_8)) {
            files.setLocationFromPaths(StandardLocation.CLASS_PATH, List.of(classes(), folder));
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(folder));
            var task = compiler.getTask(said, files, null, Arrays.asList(options), null,
                    files.getJavaFileObjectsFromPaths(sources()));
            task.setLocale(Locale.ROOT);
            task.setProcessors(processors);
            boolean right = task.call();
            return new Outcome(right, said.toString().replace(folder + "/", "")
                    .replace(System.lineSeparator(), "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }
}

package ricci.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder with programs in which a user gives commands, in this JVM: quick, but a program that calls
 * {@code System.exit} needs a {@link RealProcess}.
 *
 * @param folder where the programs are; what is printed shows paths as if given from there
 */
record Terminal(Path folder) {
    /** Writes a file. */
    Terminal with(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        return this;
    }

    /** {@code ricci run NAME ARGUMENTS}. */
    Outcome run(String name, String... arguments) {
        var line = new ArrayList<>(List.of("run", path(name)));
        line.addAll(List.of(arguments));
        return ricci(line.toArray(String[]::new));
    }

    /** What to write on a command line for a file of this folder. */
    String path(String name) {
        return folder.resolve(name).toString();
    }

    /** {@code ricci ARGUMENTS}. */
    Outcome ricci(String... arguments) {
        var help = new StringWriter();
        var out = new ByteArrayOutputStream();
        var err = new StringWriter();
        PrintStream realOut = System.out;
        Thread thread = Thread.currentThread();
        ClassLoader realLoader = thread.getContextClassLoader();
        var realHandler = Thread.getDefaultUncaughtExceptionHandler();
        int code;
        try (var stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            System.setOut(stream);
            code = Main.commandLine().setOut(new PrintWriter(help, true)).setErr(new PrintWriter(err, true))
                    .execute(arguments);
        } finally {
            System.setOut(realOut);
            thread.setContextClassLoader(realLoader);
            Thread.setDefaultUncaughtExceptionHandler(realHandler);
        }
        return new Outcome(code, shown(help + out.toString(StandardCharsets.UTF_8)), shown(err.toString()));
    }

    private String shown(String text) {
        return text.replace(folder + "/", "").replace(System.lineSeparator(), "\n");
    }

    List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
    }
}

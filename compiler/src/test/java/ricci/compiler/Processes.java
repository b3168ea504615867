package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import ricci.Ricci;
import ricci.einops.Einops;

/** Other processes of Java, for what a process decides once. */
final class Processes {
    private Processes() {}

    /** What a process prints. */
    record Printed(String output, String errors) {}

    /** What a class prints, with some options; caches of the user are in a directory. */
    static String run(Class<?> main, List<String> options, List<String> arguments, Path directory)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--add-modules", "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED"));
        all.addAll(options);
        return runPlainly(main, all, arguments, directory).output();
    }

    /** The same with no options but these. */
    static Printed runPlainly(Class<?> main, List<String> options, List<String> arguments, Path directory)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("-cp", String.join(File.pathSeparator, places(main))));
        line.addAll(options);
        line.add(main.getName());
        line.addAll(arguments);
        return run("java", line, directory);
    }

    /** What a tool of the JDK prints. */
    static Printed run(String tool, List<String> arguments, Path directory)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", tool).toString()));
        line.addAll(arguments);
        Path output = directory.resolve("output.txt");
        Path errors = directory.resolve("errors.txt");
        ProcessBuilder builder = new ProcessBuilder(line).redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().put("XDG_CACHE_HOME", directory.toString());
        builder.environment().put("LOCALAPPDATA", directory.toString());
        int code = builder.start().waitFor();
        Printed printed = new Printed(Files.readString(output, StandardCharsets.UTF_8),
                Files.readString(errors, StandardCharsets.UTF_8));
        assertEquals(0, code, printed::errors);
        return printed;
    }

    /** Where a class lies, and those of this module and of the ones below it. */
    static Set<String> places(Class<?> main) {
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> of : List.of(main, Compiler.class, Ricci.class, Einops.class)) {
            places.add(place(of));
        }
        return places;
    }

    /** The directory or jar that a class lies in. */
    static String place(Class<?> of) {
        String name = of.getName().replace('.', '/') + ".class";
        String url = Objects.requireNonNull(of.getResource('/' + name)).toString();
        String place = url.substring(0, url.length() - name.length());
        return Path.of(URI.create(place.startsWith("jar:")
                ? place.substring("jar:".length(), place.indexOf("!/")) : place)).toString();
    }
}

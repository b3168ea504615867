package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ricci.jvm.Machine;

/** An application that is a module computes with vectors, and nobody needs to know a flag for it. */
class ModulePathTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** Where Ricci is; tests are not to be seen from there. */
    private String modules = "";

    @BeforeEach
    void ricciIsModules() {
        List<Path> places = Processes.places(Compiler.class).stream().map(Path::of).toList();
        assumeTrue(places.stream().allMatch(place -> Files.isRegularFile(place)
                || Files.exists(place.resolve("module-info.class"))), "Ricci is on the class path here");
        modules = places.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static String main(String last) {
        return """
            package app;

            import static ricci.Ricci.*;
            import ricci.Tensor;

            class Main {
                public static void main(String[] args) {
                    var f = jit((Tensor x) -> x.mul(2).add(1).sum());
                    System.out.println(f.apply(ones(300, 301)).item());
                    System.out.println(f.trace(zeros(3)).explain().contains("code of 1 loop"));
                    %s
                }
            }
            """.formatted(last);
    }

    private Processes.Printed run(String module, String last) throws IOException, InterruptedException {
        Path sources = Files.createDirectories(folder.resolve("source/app"));
        Path info = Files.writeString(sources.resolveSibling("module-info.java"),
                "module app { requires " + module + "; }");
        Path main = Files.writeString(sources.resolve("Main.java"), main(last));
        Path classes = folder.resolve("classes");
        Processes.run("javac", List.of("-p", modules, "-d", classes.toString(), info.toString(),
                main.toString()), folder);
        return Processes.run("java", List.of("-p", classes + File.pathSeparator + modules, "-m",
                "app/app.Main"), folder);
    }

    private static void check(List<String> expected, Processes.Printed printed) {
        assertEquals(expected, printed.output().lines().toList());
        // The JVM may say that native code is called; Ricci has nothing to say.
        assertEquals(List.of(), printed.errors().lines().filter(line -> line.contains("Ricci")).toList());
    }

    @Test
    void requiresTheCompiler() throws IOException, InterruptedException {
        check(List.of("270900.0", "true", String.valueOf(Machine.here().vectorBits())), run("ricci.compiler",
                "System.out.println(ricci.jvm.Machine.here().vectorBits());"));
    }

    /** The compiler is a service, which is found beside it. */
    @Test
    void requiresTheCoreAlone() throws IOException, InterruptedException {
        check(List.of("270900.0", "true"), run("ricci.core", ""));
    }
}

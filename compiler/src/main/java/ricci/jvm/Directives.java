package ricci.jvm;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Tells the JVM that its first compiler must leave kernels alone. On large ones it can get stuck at a tier in
 * which every vector is an object, a hundred times slower, for the life of the process. And that it must
 * not call the methods that read single elements, but write out what they do: by the counts that it happens
 * to have of them, which are those of everybody, it may think them rarely called, and each read then takes
 * eight nanoseconds, not one.
 *
 * <p>This takes a moment, so it begins when the class is loaded, on a thread of its own.
 */
final class Directives {
    private static final String TEXT = """
            [{match: ["ricci/jvm/GeneratedVectors*.*"], c1: {Exclude: true},
            c2: {BackgroundCompilation: false}, inline: ["+jdk/internal/misc/Unsafe.*"]},
            {match: ["ricci/jvm/GeneratedScalars*.*"], inline: ["+jdk/internal/misc/Unsafe.*"]}]
            """;

    private static final CompletableFuture<Void> DONE = CompletableFuture.runAsync(Directives::add,
            task -> Thread.ofPlatform().daemon().name("ricci-directives").start(task));

    private Directives() {}

    /** Begins. */
    static void begin() {}

    /** Waits until the JVM knows. */
    static void await() {
        DONE.join();
    }

    private static void add() {
        try {
            Path file = Files.createTempFile("ricci", ".json");
            try {
                Files.writeString(file, TEXT);
                ManagementFactory.getPlatformMBeanServer().invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"), "compilerDirectivesAdd",
                        new Object[] {new String[] {file.toString()}},
                                new String[] {String[].class.getName()});
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException | JMException e) {
            System.getLogger("ricci.compiler").log(System.Logger.Level.DEBUG,
                    "This JVM takes no compiler directives; a kernel may be compiled badly", e);
        }
    }
}

package ricci.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the command ends, and what only a process of its own can show. */
class RealProcessTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 255})
    void theProgramsExitCodeIsTheCommands(int code) throws Exception {
        assertEquals(new Outcome(code, "before\n", ""), run("""
                void main(String[] arguments) {
                    IO.println("before");
                    System.exit(Integer.parseInt(arguments[0]));
                }
                """, Integer.toString(code)));
    }

    @Test
    void anExceptionEndsWithOneAndShowsTheUsersLinesOnly() throws Exception {
        run("""
                void main() {
                    Optional.empty().orElseThrow();
                }
                """).fails(1, """
                ricci: the program failed: java.util.NoSuchElementException: No value present
                    at Program.main(Program.java:2)
                """);
    }

    @Test
    void aProgramThatDoesNotCompileEndsWithOne() throws Exception {
        run("void main() { x }").fails(1, """
                Program.java:1: error: not a statement
                void main() { x }
                              ^
                Program.java:1: error: ';' expected
                void main() { x }
                               ^
                2 errors
                """);
    }

    @Test
    void aFileThatIsNotThereEndsWithTwo() throws Exception {
        new RealProcess(folder).ricci("run", "Program.java")
                .fails(2, "ricci: there is no file Program.java\n");
    }

    @Test
    void helpEndsWithZeroAndHasNoColoursInAFile() throws Exception {
        var outcome = new RealProcess(folder).ricci("--help");
        assertEquals(new Outcome(0, outcome.out().replace("\033", "(escape)"), ""), outcome);
    }

    @Test
    void threadsOfTheProgramEndBeforeTheCommandDoes() throws Exception {
        String program = """
                void main(String[] arguments) {
                    new Thread(() -> {
                        try {
                            Thread.sleep(200);
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        IO.println("the other is done");
                    }).start();
                    if (arguments.length > 0) {
                        throw new IllegalStateException("main is done");
                    }
                }
                """;
        assertEquals(new Outcome(0, "the other is done\n", ""), run(program));
        assertEquals(new Outcome(1, "the other is done\n", """
                ricci: the program failed: java.lang.IllegalStateException: main is done
                    at Program.main(Program.java:11)
                """), run(program, "fail"));
    }

    @Test
    void anotherThreadsFailureIsReportedWithItsName() throws Exception {
        assertEquals(new Outcome(0, "main goes on\n", """
                ricci: the program failed in thread "worker": java.lang.ArithmeticException: / by zero
                    at Program.main(Program.java:2)
                """), run("""
                void main() throws Exception {
                    var worker = new Thread(() -> IO.println(1 / (int) 0L), "worker");
                    worker.start();
                    worker.join();
                    IO.println("main goes on");
                }
                """));
    }

    @Test
    void theProgramReadsWhatTheCommandIsGiven() throws Exception {
        Files.writeString(folder.resolve("Program.java"), "void main() { IO.println(IO.readln() + \"!\"); }");
        assertEquals(new Outcome(0, "hello!\n", ""),
                new RealProcess(folder, Map.of(), "hello\n").ricci("run", "Program.java"));
    }

    @Test
    void theUsersClassPathIsLeftOutOfIt() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        Path source = Files.writeString(other.resolve("Program.java"), "class Program {} class Stray {}");
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString()));
        Files.writeString(folder.resolve("Program.java"), "void main() { IO.println(new Stray()); }");
        var process = new RealProcess(folder, Map.of("CLASSPATH", other.toString()), "");
        process.ricci("run", "Program.java").fails(1, """
                Program.java:1: error: cannot find symbol
                void main() { IO.println(new Stray()); }
                                             ^
                  symbol:   class Stray
                  location: class Program
                1 error
                """);
        Files.writeString(folder.resolve("Program.java"), "void main() { IO.println(\"the right one\"); }");
        process.ricci("run", "Program.java").prints("the right one\n");
    }

    private Outcome run(String program, String... arguments) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("Program.java"), program);
        var line = new String[arguments.length + 2];
        line[0] = "run";
        line[1] = "Program.java";
        System.arraycopy(arguments, 0, line, 2, arguments.length);
        return new RealProcess(folder).ricci(line);
    }
}

package ricci.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user reads when a program fails: the reason and their own lines. */
class FailureReportTest {
    private Terminal terminal = new Terminal(Path.of(""));

    @BeforeEach
    void open(@TempDir Path folder) {
        terminal = new Terminal(folder);
    }

    @Test
    void eachOfTheUsersLinesOnTheWay() throws IOException {
        run("""
                int half(int x) {
                    return x / (x - x);
                }

                class Inner {
                    int value = half(2);
                }

                void main() {
                    java.util.List.of(1).forEach(x ->
                            new Inner());
                }
                """).fails(1, """
                ricci: the program failed: java.lang.ArithmeticException: / by zero
                    at Program.half(Program.java:2)
                    at Program$Inner.<init>(Program.java:6)
                    at Program.main(Program.java:11)
                    at Program.main(Program.java:10)
                """);
    }

    @Test
    void anExceptionWithoutAMessage() throws IOException {
        run("void main() { throw new IllegalStateException(); }").fails(1, """
                ricci: the program failed: java.lang.IllegalStateException
                    at Program.main(Program.java:1)
                """);
    }

    @Test
    void anExceptionOfTheUsers() throws IOException {
        run("""
                static class Oops extends Exception {}

                void main() throws Oops {
                    throw new Oops();
                }
                """).fails(1, """
                ricci: the program failed: Program$Oops
                    at Program.main(Program.java:4)
                """);
    }

    @Test
    void causesWithTheLinesThatTheyDoNotShare() throws IOException {
        run("""
                void read() {
                    throw new RuntimeException("file");
                }

                void load() {
                    try {
                        read();
                    } catch (RuntimeException e) {
                        throw new IllegalStateException("load", e);
                    }
                }

                void main() {
                    load();
                }
                """).fails(1, """
                ricci: the program failed: java.lang.IllegalStateException: load
                    at Program.load(Program.java:9)
                    at Program.main(Program.java:14)
                caused by: java.lang.RuntimeException: file
                    at Program.read(Program.java:2)
                    at Program.load(Program.java:7)
                """);
    }

    @Test
    void causesThatGoInACircle() throws IOException {
        run("""
                void main() {
                    var one = new RuntimeException("one");
                    var two = new RuntimeException("two", one);
                    one.initCause(two);
                    throw one;
                }
                """).fails(1, """
                ricci: the program failed: java.lang.RuntimeException: one
                    at Program.main(Program.java:2)
                caused by: java.lang.RuntimeException: two
                    at Program.main(Program.java:3)
                """);
    }

    @Test
    void aRecursionWithoutEnd() throws IOException {
        var outcome = run("int f(int x) { return f(x) + 1; }\n\nvoid main() {\n    f(1);\n}\n");
        assertEquals(1, outcome.code());
        assertTrue(outcome.err().matches("""
                ricci: the program failed: it called itself too deeply \\(StackOverflowError\\); \
                if that is meant, give it a deeper stack: RICCI_JAVA=-Xss16m
                    at Program.f\\(Program.java:1\\)  \\(\\d+ times\\)
                """), outcome.err());
    }

    @Test
    void aLongWayIsCut() throws IOException {
        var program = new StringBuilder("void main() { f1(); }\n");
        for (int i = 1; i < 30; i++) {
            program.append("void f%d() { f%d(); }\n".formatted(i, i + 1));
        }
        var expected = new StringBuilder("ricci: the program failed: java.lang.RuntimeException\n");
        for (int i = 30; i > 10; i--) {
            expected.append("    at Program.f%d(Program.java:%d)\n".formatted(i, i + 1));
        }
        run(program + "void f30() { throw new RuntimeException(); }\n").fails(1,
                expected + "    … and 11 more\n");
    }

    @Test
    void theStartOfAClass() throws IOException {
        run("class Program {\n    static int[] x = new int[-1];\n    static void main() {}\n}\n").fails(1, """
                ricci: the program failed: java.lang.ExceptionInInitializerError
                caused by: java.lang.NegativeArraySizeException: -1
                    at Program.<clinit>(Program.java:2)
                """);
    }

    @Test
    void theConstructorOfTheMainClass() throws IOException {
        run("int[] x = new int[-1];\nvoid main() {}\n").fails(1, """
                ricci: the program failed: java.lang.NegativeArraySizeException: -1
                    at Program.<init>(Program.java:1)
                """);
    }

    @Test
    void tooLittleMemory() {
        var err = new StringWriter();
        var failure = new OutOfMemoryError("Java heap");
        new FailureReport(new PrintWriter(err), false).print(new Thread("main"), failure);
        assertEquals("ricci: the program failed: it ran out of memory (Java heap; the heap may grow to "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MiB); give it more: RICCI_JAVA=-Xmx8g"
                + System.lineSeparator(), err.toString());
    }

    @Test
    void theWholeTraceIfAskedFor() throws IOException {
        terminal.with("Program.java", "void main() {\n    throw new RuntimeException(\"why\");\n}\n");
        var outcome = terminal.ricci("run", "--full-trace", terminal.path("Program.java"));
        assertEquals(1, outcome.code());
        assertTrue(outcome.err().startsWith("""
                ricci: the program failed
                java.lang.RuntimeException: why
                \tat program//Program.main(Program.java:2)
                \tat java.base/"""), outcome.err());
    }

    @Test
    void ricciMessagesStandAloneWithTheUsersLine() throws IOException {
        run("""
                import static ricci.Ricci.*;

                void main() {
                    var x = zeros(3, 4);
                    x.add(zeros(5));
                }
                """).fails(1, """
                ricci: the program failed: cannot add
                  given: f32[3,4] and f32[5]
                  rule:  axes correspond from the last and have equal lengths, or length 1; \
                axis -1 has lengths 4 and 5
                  fix:   give the operands corresponding axes, for example with rearrange(x, "n -> n 1")
                  at:    Program.java:5
                """);
    }

    @Test
    void einopsMessagesToo() throws IOException {
        run("""
                import static ricci.Ricci.*;
                import static ricci.einops.Einops.*;

                void main() {
                    rearrange(zeros(3, 4), "h w c -> c h w");
                }
                """).fails(1, """
                ricci: the program failed: rearrange: the tensor has 2 axes, the pattern 3
                    h w c -> c h w
                    ^^^^^
                  given: f32[3,4]
                  rule:  the left side has one item per axis of the tensor
                  fix:   remove an item, or put the names of axes that are one into parentheses
                  at:    Program.java:5
                """);
    }

    @Test
    void theCallersOfTheLineThatRicciNamesAreShown() throws IOException {
        var outcome = run("""
                import static ricci.Ricci.*;
                import ricci.*;

                Tensor wrong(Tensor x) {
                    return x.add(zeros(5));
                }

                void main() {
                    jit(grad((Tensor x) -> wrong(x).sum())).apply(zeros(3, 4));
                }
                """);
        assertEquals(1, outcome.code());
        assertEquals("""
                  at:    Program.java:5
                    at Program.main(Program.java:9)
                """, outcome.err().substring(Math.max(0, outcome.err().indexOf("  at:"))));
    }

    @Test
    void aDefectOfRiccisIsOwned() throws IOException {
        var outcome = run("void main() {\n    ricci.Ricci.zeros(3).matmul(null);\n}\n");
        assertEquals(1, outcome.code());
        assertTrue(outcome.err().matches("""
                (?s)ricci: the program failed: java.lang.NullPointerException: .*
                    at Program.main\\(Program.java:2\\)
                \\(it arose inside Ricci; ricci run --full-trace FILE shows where\\)
                """), outcome.err());
    }

    private Outcome run(String program) throws IOException {
        return terminal.with("Program.java", program).run("Program.java");
    }
}

package ricci.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of one file, compiled in memory. */
class CompilationTest {
    private Terminal terminal = new Terminal(Path.of(""));

    @BeforeEach
    void open(@TempDir Path folder) {
        terminal = new Terminal(folder);
    }

    @Test
    void aProgramMayUseAllOfRicci() throws IOException {
        terminal.with("All.java", """
                import static ricci.Ricci.*;
                import static ricci.einops.Einops.*;
                import ricci.*;
                import ricci.ir.DType;
                import ricci.nn.*;

                record Params(Tensor w, int times) {}

                Tensor loss(Params p) {
                    return p.w().mul(p.w()).sum().mul(p.times());
                }

                void main() {
                    var p = new Params(tensor(new float[] {1, 2}, 2), 3);
                    IO.println(java.util.Arrays.toString(jit(grad(this::loss)).apply(p).w().toFloats()));
                    IO.println(rearrange(p.w(), "n -> n 1").shape() + " " + DType.F32 + " " + new Sgd(0.1));
                }
                """);
        var outcome = terminal.run("All.java");
        assertEquals(new Outcome(0, outcome.out(), ""), outcome);
        assertTrue(outcome.out().startsWith("[6.0, 12.0]\n[2,1] f32 "), outcome.out());
    }

    @Test
    void nothingIsWrittenBesideTheProgram() throws IOException {
        terminal.with("Nest.java", "record Inner(int x) {} void main() { Runnable r = () -> {}; r.run(); }");
        terminal.run("Nest.java").prints("");
        assertEquals(List.of("Nest.java"), terminal.files());
    }

    @Test
    void errorsShowTheLineAndAMarkUnderThePlace() throws IOException {
        terminal.with("Wrong.java", """
                void main() {
                    int x = "a";
                    undefined();
                }
                """).run("Wrong.java").fails(Main.PROGRAM_FAILED, """
                Wrong.java:2: error: incompatible types: String cannot be converted to int
                    int x = "a";
                            ^
                Wrong.java:3: error: cannot find symbol
                    undefined();
                    ^
                  symbol:   method undefined()
                  location: class Wrong
                2 errors
                """);
    }

    @Test
    void errorsOfSyntaxToo() throws IOException {
        terminal.with("Open.java", "void main() {\n    IO.println(\"a\")\n}\n").run("Open.java")
                .fails(Main.PROGRAM_FAILED, """
                Open.java:2: error: ';' expected
                    IO.println("a")
                                   ^
                1 error
                """);
    }

    @Test
    void wrongPatternsAreErrorsToo() throws IOException {
        terminal.with("Turn.java", """
                import static ricci.Ricci.*;
                import static ricci.einops.Einops.*;

                void main() {
                    IO.println("not reached");
                    IO.println(rearrange(zeros(2, 3), "rows columns -> column rows"));
                    IO.println(einsum(zeros(2), zeros(3), "i, j -> i k"));
                    IO.println(ricci.nn.EinMix.init(ricci.Key.of(1), "b (h p -> b d", "p d", axis("p", 2)));
                }
                """).run("Turn.java").fails(Main.PROGRAM_FAILED, """
                Turn.java:6: error: rearrange: the axis columns is on the left only
                    IO.println(rearrange(zeros(2, 3), "rows columns -> column rows"));
                                                      ^
                      rows columns -> column rows
                           ^^^^^^^
                    rule:  rearrange keeps all axes
                    fix:   did you mean column?
                Turn.java:7: error: einsum: the axis k is on the right only
                    IO.println(einsum(zeros(2), zeros(3), "i, j -> i k"));
                                                          ^
                      i, j -> i k
                                ^
                    rule:  every axis of the result comes from an input
                    fix:   add it to an input, or make it with repeat afterwards
                Turn.java:8: error: EinMix.init: a parenthesis is not closed
                    IO.println(ricci.nn.EinMix.init(ricci.Key.of(1), "b (h p -> b d", "p d", axis("p", 2)));
                                                                     ^
                      b (h p -> b d
                        ^
                    rule:  every ( has its ) on the same side
                    fix:   add the missing )
                3 errors
                """);
    }

    @Test
    void warningsAreNotShown() throws IOException {
        terminal.with("Old.java", """
                import java.util.*;
                void main() {
                    List raw = new ArrayList();
                    raw.add(new Date(126, 1, 2).getMonth());
                    IO.println(raw);
                }
                """).run("Old.java").prints("[1]\n");
    }

    @Test
    void aFileWithNothingToStart() throws IOException {
        terminal.with("Empty.java", "").with("Comment.java", "// later\n");
        String rest = ".java has no class and no method to start; write void main() { … }\n";
        terminal.run("Empty.java").fails(Main.PROGRAM_FAILED, "ricci: Empty" + rest);
        terminal.run("Comment.java").fails(Main.PROGRAM_FAILED, "ricci: Comment" + rest);
    }

    @Test
    void aFileWhoseNameIsNoNameForAClass() throws IOException {
        terminal.with("my-a.java", "void main() {}").run("my-a.java").fails(Main.PROGRAM_FAILED, """
                my-a.java:1: error: bad file name: my-a
                void main() {}
                ^
                1 error
                A program without a class takes its name from the file, and 'my-a' is no Java name: rename it.
                """);
    }

    @Test
    void aClassMayHaveAnyNameAndPackage() throws IOException {
        terminal.with("my-program.java", """
                package some.where;

                public class Other {
                    public static void main(String[] arguments) {
                        IO.println(new Object() {}.getClass().getName());
                    }
                }
                """).run("my-program.java").prints("some.where.Other$1\n");
    }

    @Test
    void onlyRicciAndTheJdkAreThere() throws IOException {
        terminal.with("Reach.java", "import picocli.CommandLine;\nvoid main() {}\n").run("Reach.java")
                .fails(Main.PROGRAM_FAILED, """
                Reach.java:1: error: package picocli is not visible
                import picocli.CommandLine;
                       ^
                  (package picocli is declared in module info.picocli, which is not in the module graph)
                1 error
                """);
    }
}

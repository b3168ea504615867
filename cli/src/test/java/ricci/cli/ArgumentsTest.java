package ricci.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything after FILE reaches the program as it is. */
class ArgumentsTest {
    private static final String[] TRICKY = {"--", "-h", "--help", "--version", "--full-trace",
        "--compile-only", "", " ", "a b", "@arguments", "'quoted'", "\"quoted\"", "a=b", "--seed=7", "-",
        "help", "run", "X.java", "*", "$HOME", "${sys:user.home}", "%n", "\\", "ü", "日本", "😀"};

    @Property
    void theProgramGetsWhatTheUserWrote(@ForAll("arguments") List<String> arguments) {
        var line = new ArrayList<>(List.of("run", "Program.java"));
        line.addAll(arguments);
        var parsed = Main.commandLine().parseArgs(line.toArray(String[]::new)).subcommand();
        assertEquals(Path.of("Program.java"), parsed.matchedPositionalValue(0, Path.of("none")));
        assertEquals(arguments, parsed.matchedPositionalValue(1, List.<String>of()));
    }

    @Provide
    Arbitrary<List<String>> arguments() {
        var any = Arbitraries.strings().ofMaxLength(8);
        var options = Combinators.combine(Arbitraries.of("-", "--", "@", "-D"), any).as(String::concat);
        return Arbitraries.oneOf(Arbitraries.of(TRICKY), any, options).list().ofMaxSize(6);
    }

    @Test
    void evenWhatLooksLikeAnOptionOfTheCommand(@TempDir Path folder) throws IOException {
        var terminal = new Terminal(folder).with("Echo.java", """
                void main(String[] arguments) {
                    for (var argument : arguments) {
                        IO.println("<" + argument + ">");
                    }
                }
                """);
        terminal.run("Echo.java", TRICKY).prints("<" + String.join(">\n<", TRICKY) + ">\n");
        terminal.run("Echo.java").prints("");
    }

    @Test
    void theOptionsOfTheCommandStandBeforeTheFile(@TempDir Path folder) throws IOException {
        var terminal = new Terminal(folder).with("Loud.java", "void main() { IO.println(\"started\"); }");
        terminal.ricci("run", "--compile-only", terminal.path("Loud.java")).prints("");
        terminal.ricci("run", "--", terminal.path("Loud.java")).prints("started\n");
        assertEquals(List.of("Loud.java"), terminal.files(), Files.readString(folder.resolve("Loud.java")));
    }
}

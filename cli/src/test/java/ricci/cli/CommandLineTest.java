package ricci.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command says of itself, and of a command line that makes no sense. */
class CommandLineTest {
    private static final String HELP = """
            Ricci, a tensor compiler for the JVM.

            Usage: ricci [-hV] COMMAND

            Options:
              -h, --help      Show this help message and exit.
              -V, --version   Print version information and exit.

            Commands:
              run      Run a Java program of one file, with Ricci on its path.
              explain  Run a program, and say what its compiled parts did and how long that
                         took.
              peak     Measure what this machine does at most.
              tune     Find the blocks of matrix products that suit this machine.
              help     Display help information about the specified command.

            Exit codes:
              0   all went well, or what the program gave to System.exit
              1   the program does not compile, or failed
              2   the command line makes no sense, or names a file that cannot be run
              3   no JDK 25 was found, or Ricci itself could not be built

            Environment:
              JAVA_HOME    the JDK to use, 25 or newer (otherwise one is looked for)
              RICCI_JAVA   more options for the JVM, such as -Xmx8g
              NO_COLOR     set it to get text without colours
            """;

    private static final String RUN_HELP = """
            Run a Java program of one file, with Ricci on its path.

            Usage: ricci run [--compile-only] [--full-trace] FILE [ARGS...]

            FILE is a Java 25 source file, compact (void main() without a class) or
            classic. It may import everything of Ricci and of the JDK. What it compiles to
            stays in memory.

            Parameters:
                  FILE             The program, a .java file.
                  [ARGS...]        Arguments for the program, passed on as they are.

            Options (before FILE):
                  --compile-only   Compile the program and do not start it.
                  --full-trace     If the program fails, show the whole stack trace, not
                                     only the lines of FILE.
              -h, --help           Show this help message and exit.
              -V, --version        Print version information and exit.
            """;

    private static final String EXPLAIN_HELP = """
            Run a program, and say what its compiled parts did and how long that took.

            Usage: ricci explain [--loops] [--passes] [--timeline=PAGE.html] FILE [ARGS...]

            When the program has ended, every function that was compiled is listed, the one
            first in which most time was spent: its kernels, what they read and write, how
            long they took, and which part of the speed of this machine that is (see `ricci
            peak`).

            Parameters:
                  FILE                   The program, a .java file.
                  [ARGS...]              Arguments for the program, passed on as they are.

            Options (before FILE):
                  --full-trace           If the program fails, show the whole stack trace,
                                           not only the lines of FILE.
              -h, --help                 Show this help message and exit.
                  --loops                Show the loops of each kernel.
                  --passes               Show each program as it was traced, and after each
                                           pass of the compiler.
                  --timeline=PAGE.html   Write a page that shows which thread did what,
                                           when.
              -V, --version              Print version information and exit.
            """;

    private static final String TUNE_HELP = """
            Find the blocks of matrix products that suit this machine.

            Usage: ricci tune [-hV]

            Measures large products for two seconds at most, and is right only if nothing
            else runs. What is faster than what Ricci chooses by itself goes into a file in
            the user's directory for caches, which later processes on this machine read. No
            result depends on it, and -Dricci.tuning=off ignores it.

            Options:
              -h, --help      Show this help message and exit.
              -V, --version   Print version information and exit.
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
    void helpListsTheCommands(String word) {
        ricci(word).prints(HELP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run --help", "run -h", "help run"})
    void eachCommandHasHelpOfItsOwn(String line) {
        ricci(line.split(" ")).prints(RUN_HELP);
    }

    @Test
    void explainHasHelpOfItsOwn() {
        ricci("explain", "--help").prints(EXPLAIN_HELP);
    }

    @Test
    void tuneHasHelpOfItsOwn() {
        ricci("tune", "--help").prints(TUNE_HELP);
    }

    @Test
    void withoutAnythingItShowsTheHelpAndFails() {
        ricci().fails(Main.USAGE, HELP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V", "run --version"})
    void versionNamesRicciAndTheJdkAndTheMachine(String line) {
        var outcome = ricci(line.split(" "));
        assertEquals(0, outcome.code());
        String jdk = Runtime.version().feature() + "\\S*";
        assertTrue(outcome.out().matches("ricci \\S+ \\(JDK " + jdk + ", .+ \\S+\\)\n"), outcome.out());
    }

    @ParameterizedTest
    @CsvSource({
        "rum, there is no command 'rum'; did you mean 'run'?",
        "rnu, there is no command 'rnu'; did you mean 'run'?",
        "RUN, there is no command 'RUN'; did you mean 'run'?",
        "hepl, there is no command 'hepl'; did you mean 'help'?",
        "frobnicate, there is no command 'frobnicate'",
        "paek, there is no command 'paek'; did you mean 'peak'?",
        "Hello.java, there is no command 'Hello.java'; to run a program: ricci run Hello.java",
        "--hlep, there is no option '--hlep'; did you mean '--help'?",
        "--frobnicate, there is no option '--frobnicate'",
    })
    void anUnknownWordComesWithWhatMayHaveBeenMeant(String word, String message) {
        ricci(word).fails(Main.USAGE, "ricci: " + message + "\nTry 'ricci --help'.\n");
    }

    @ParameterizedTest
    @CsvSource({
        "run, missing FILE",
        "run --compile-only, missing FILE",
        "run --complie-only Hello.java, there is no option '--complie-only'; did you mean '--compile-only'?",
        "run -x Hello.java, there is no option '-x'",
        "run --compile-only=7 Hello.java, Invalid value for option '--compile-only': '7' is not a boolean",
    })
    void runSaysWhatItsLineLacks(String line, String message) {
        ricci(line.split(" ")).fails(Main.USAGE, "ricci: " + message + "\nTry 'ricci run --help'.\n");
    }

    private Outcome ricci(String... arguments) {
        return new Terminal(folder).ricci(arguments);
    }
}

package ricci.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ricci run FILE.java [ARGS]}: compiles a program of one file in memory and starts it. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        header = "Run a Java program of one file, with Ricci on its path.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "FILE is a Java 25 source file, compact (void main() without a class) or classic. It may import "
                + "everything of Ricci and of the JDK. What it compiles to stays in memory."
        },
        customSynopsis = "@|bold ricci run|@ [@|yellow --compile-only|@] [@|yellow --full-trace|@] "
                + "@|yellow FILE|@ [@|yellow ARGS|@...]",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions (before FILE):%n")
final class Run implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--compile-only", description = "Compile the program and do not start it.")
    private boolean compileOnly;

    @Option(names = "--full-trace",
            description = "If the program fails, show the whole stack trace, not only the lines of FILE.")
    private boolean fullTrace;

    @Parameters(index = "0", paramLabel = "FILE", description = "The program, a .java file.")
    private @Nullable Path file;

    @Parameters(index = "1..*", paramLabel = "ARGS",
            description = "Arguments for the program, passed on as they are.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        var started = new Started(Objects.requireNonNull(spec).commandLine().getErr(), fullTrace);
        Path program = Objects.requireNonNull(file);
        return compileOnly ? started.compile(program) : started.run(program, arguments);
    }
}

package ricci.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
    @Mixin
    private final SourceProgram program = new SourceProgram();

    @Option(names = "--compile-only", description = "Compile the program and do not start it.")
    private boolean compileOnly;

    @Override
    public Integer call() {
        return compileOnly ? program.compile() : program.run();
    }
}

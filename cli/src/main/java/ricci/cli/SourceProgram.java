package ricci.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The program of one file that a command line names, with its arguments: compiled in memory and started. */
final class SourceProgram {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(names = "--full-trace",
            description = "If the program fails, show the whole stack trace, not only the lines of FILE.")
    private boolean fullTrace;

    @Parameters(index = "0", paramLabel = "FILE", description = "The program, a .java file.")
    private @Nullable Path file;

    @Parameters(index = "1..*", paramLabel = "ARGS",
            description = "Arguments for the program, passed on as they are.")
    private List<String> arguments = List.of();

    private boolean hasBegun;

    Path file() {
        return Objects.requireNonNull(file);
    }

    /** Whether there was a program that could be started. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** The exit code. */
    int run() {
        try {
            return start(Compilation.of(SourceFile.read(file())));
        } catch (Refusal refusal) {
            return refused(refusal);
        }
    }

    /** The exit code, where it is not started. */
    int compile() {
        try {
            Compilation.of(SourceFile.read(file()));
            return 0;
        } catch (Refusal refusal) {
            return refused(refusal);
        }
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }

    private int refused(Refusal refusal) {
        err().println(refusal.getMessage());
        err().flush();
        return refusal.exitCode();
    }

    private int start(Compilation program) throws Refusal {
        var report = new FailureReport(err(), fullTrace);
        var entryPoint = EntryPoint.of(program);
        Thread.currentThread().setContextClassLoader(program.loader());
        Thread.setDefaultUncaughtExceptionHandler(report::print);
        hasBegun = true;
        try {
            entryPoint.start(arguments.toArray(String[]::new));
            return 0;
        } catch (EntryPoint.Failed failed) {
            report.print(Thread.currentThread(), failed.failure());
            return Main.PROGRAM_FAILED;
        }
    }
}

package ricci.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** Compiles a program of one file in memory and starts it. */
final class Started {
    private final PrintWriter err;
    private final boolean fullTrace;
    private boolean hasBegun;

    /** Failures of the program go to {@code err}. */
    Started(PrintWriter err, boolean fullTrace) {
        this.err = err;
        this.fullTrace = fullTrace;
    }

    /** The exit code. */
    int run(Path file, List<String> arguments) {
        try {
            return start(Compilation.of(SourceFile.read(file)), arguments);
        } catch (Refusal refusal) {
            return refused(refusal);
        }
    }

    /** Whether there was a program that could be started. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** The exit code, where it is not started. */
    int compile(Path file) {
        try {
            Compilation.of(SourceFile.read(file));
            return 0;
        } catch (Refusal refusal) {
            return refused(refusal);
        }
    }

    private int refused(Refusal refusal) {
        err.println(refusal.getMessage());
        err.flush();
        return refusal.exitCode();
    }

    private int start(Compilation program, List<String> arguments) throws Refusal {
        var report = new FailureReport(err, fullTrace);
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

package ricci.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import ricci.compiler.Recording;

/** {@code ricci explain FILE.java [ARGS]}: runs a program, and says what its compiled parts did. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        header = "Run a program, and say what its compiled parts did and how long that took.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "When the program has ended, every function that was compiled is listed, the one first in which "
                + "most time was spent: its kernels, what they read and write, how long they took, and which "
                + "part of the speed of this machine that is (see `ricci peak`)."
        },
        customSynopsis = "@|bold ricci explain|@ [@|yellow --loops|@] [@|yellow --passes|@] "
                + "[@|yellow --timeline=PAGE.html|@] @|yellow FILE|@ [@|yellow ARGS|@...]",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions (before FILE):%n")
final class Explain implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final SourceProgram program = new SourceProgram();

    @Option(names = "--loops", description = "Show the loops of each kernel.")
    private boolean loops;

    @Option(names = "--passes",
            description = "Show each program as it was traced, and after each pass of the compiler.")
    private boolean passes;

    @Option(names = "--timeline", paramLabel = "PAGE.html",
            description = "Write a page that shows which thread did what, when.")
    private @Nullable Path timeline;

    private final AtomicBoolean isTold = new AtomicBoolean();

    @Override
    public Integer call() {
        Recording recording = Recording.begin();
        // A program may end by System.exit.
        Thread atExit = new Thread(() -> tell(recording));
        Runtime.getRuntime().addShutdownHook(atExit);
        int code = program.run();
        if (!program.hasBegun()) {
            recording.end();
            isTold.set(true);
            return code;
        }
        return tell(recording) ? code : Main.PROGRAM_FAILED;
    }

    /** Whether all could be told; the first call does it. */
    private boolean tell(Recording recording) {
        if (!isTold.compareAndSet(false, true)) {
            return true;
        }
        recording.end();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println();
        out.print(recording.report(loops, passes));
        out.flush();
        return timeline == null || write(recording, timeline, out);
    }

    private boolean write(Recording recording, Path page, PrintWriter out) {
        try {
            Path folder = page.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(page, Timeline.of(recording.spans(), recording.left(),
                    String.valueOf(program.file().getFileName())));
            out.println("timeline: " + page);
            out.flush();
            return true;
        } catch (IOException | SecurityException e) {
            PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
            err.println("ricci: cannot write the timeline to " + page + ": " + e
                    + "\n  fix: name a file in a folder that you may write to");
            err.flush();
            return false;
        }
    }
}

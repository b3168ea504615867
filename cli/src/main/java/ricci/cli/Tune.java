package ricci.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Formatter;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import ricci.compiler.Tuning;
import ricci.ir.RicciException;

/** {@code ricci tune}: blocks of matrix products that suit this machine, for later processes. */
@Command(
        name = "tune",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        header = "Find the blocks of matrix products that suit this machine.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "Measures large products for two seconds at most, and is right only if nothing else runs. What "
                + "is faster than what Ricci chooses by itself goes into a file in the user's directory for "
                + "caches, which later processes on this machine read. No result depends on it, and "
                + "-Dricci.tuning=off ignores it."
        },
        optionListHeading = "%nOptions:%n")
final class Tune implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        var commandLine = Objects.requireNonNull(spec).commandLine();
        PrintWriter out = commandLine.getOut();
        try {
            Tuning tuning = Tuning.measure();
            out.print(text(tuning));
            out.flush();
            out.println("written to " + tuning.save());
            out.flush();
            return 0;
        } catch (IOException e) {
            commandLine.getErr().println("ricci: what was measured cannot be kept: " + e);
            return Main.PROGRAM_FAILED;
        } catch (RicciException e) {
            commandLine.getErr().println(e.getMessage());
            return Main.PROGRAM_FAILED;
        }
    }

    /** A line for each type of elements. */
    static String text(Tuning tuning) {
        Formatter text = new Formatter(Locale.ROOT);
        for (Tuning.Choice choice : tuning.choices()) {
            text.format("%s products in blocks of %dx%d, %d deep, %s\n", choice.dtype(), choice.rows(),
                    choice.columns(), choice.depth(), choice.isTuned() ? "as tuned" : "as Ricci chooses");
            if (choice.gain() > 0) {
                text.format("    %.0f %% faster than without\n", 100 * choice.gain());
            }
        }
        return text.toString();
    }
}

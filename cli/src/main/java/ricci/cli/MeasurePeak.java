package ricci.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Formatter;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import ricci.compiler.Tuning;
import ricci.jvm.Machine;
import ricci.peak.Peak;

/** {@code ricci peak}: what this machine does at most, the denominator of every percentage. */
@Command(
        name = "peak",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        header = "Measure what this machine does at most.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "Operations on floats that load nothing, bytes read and copied in each cache and in memory, and "
                + "the time that a call of a kernel takes. Takes a few seconds, and is right only if nothing "
                + "else runs. `ricci explain` measures the same, and says which part of it a program reaches."
        },
        optionListHeading = "%nOptions:%n")
final class MeasurePeak implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        var commandLine = Objects.requireNonNull(spec).commandLine();
        PrintWriter err = commandLine.getErr();
        // There may be no console at all, as of JDK 25 again.
        boolean isTerminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        Peak peak = Peak.measure(what -> {
            if (isTerminal) {
                err.print("\r\033[Kmeasuring " + what);
                err.flush();
            }
        });
        if (isTerminal) {
            err.print("\r\033[K");
            err.flush();
        }
        PrintWriter out = commandLine.getOut();
        out.print(text(peak));
        out.print("\n" + Tune.text(Tuning.here()));
        out.flush();
        return 0;
    }

    static String text(Peak peak) {
        int bits = Machine.here().vectorBits();
        int threads = peak.threads();
        Formatter text = new Formatter(Locale.ROOT);
        text.format("%d %s, %s, JDK %s, %s %s\n\n", threads, threads == 1 ? "processor" : "processors",
                bits == 0 ? "no vectors" : "vectors of " + bits + " bits", Runtime.version(),
                System.getProperty("os.name"), System.getProperty("os.arch"));
        text.format("GFLOP/s               f32       f64\n");
        text.format("1 thread       %10.1f%10.1f\n", peak.single(), peak.wide());
        if (threads > 1) {
            text.format("%-15s%10.1f\n", threads + " threads", peak.singleOfAll());
        }
        text.format("\nGB/s                 read      copy%s\n",
                threads > 1 ? "   read on " + threads + " threads" : "");
        for (Peak.Level level : peak.levels()) {
            String size = level.holds() == Long.MAX_VALUE ? "" : ", " + size(level.holds());
            text.format("%-15s%10.1f%10.1f", level.name().replace(" cache", "") + size, level.read(),
                    level.copy());
            if (threads > 1) {
                text.format("%20.1f", level.readByAll());
            }
            text.format("\n");
        }
        text.format("\na kernel is called in %.0f ns", peak.launch());
        if (threads > 1) {
            text.format(", on %d threads in %.1f µs", threads, peak.share() / 1e3);
        }
        return text.format("\n").toString();
    }

    private static String size(long bytes) {
        return bytes < 1 << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
    }
}

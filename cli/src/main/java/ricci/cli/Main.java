package ricci.cli;

import java.io.PrintWriter;
import java.lang.module.ModuleDescriptor;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: {@code ricci run FILE.java}, {@code explain}, {@code peak}, {@code tune}. */
@Command(
        name = "ricci",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = "Ricci, a tensor compiler for the JVM.",
        synopsisHeading = "%nUsage: ",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all went well, or what the program gave to System.exit",
            "1:the program does not compile, or failed",
            "2:the command line makes no sense, or names a file that cannot be run",
            "3:no JDK 25 was found, or Ricci itself could not be built"
        },
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  JAVA_HOME    the JDK to use, 25 or newer (otherwise one is looked for)",
            "  RICCI_JAVA   more options for the JVM, such as -Xmx8g",
            "  NO_COLOR     set it to get text without colours"
        })
public final class Main implements Callable<Integer> {
    /** Exit code when the program does not compile or ends with an exception. */
    static final int PROGRAM_FAILED = 1;
    /** Exit code when the command line makes no sense or names a file that cannot be run. */
    static final int USAGE = 2;

    @Spec
    private @Nullable CommandSpec spec;

    private Main() {
    }

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) throws ProgramFailed {
        int code = commandLine().execute(args);
        if (code == PROGRAM_FAILED) {
            // Ends as `java` does after an exception in main: with 1, when all other threads are done.
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> { });
            throw new ProgramFailed();
        }
        if (code != 0) {
            System.exit(code);
        }
    }

    static CommandLine commandLine() {
        // Whatever follows FILE belongs to the program.
        var run = new CommandLine(new Run()).setStopAtPositional(true);
        var explain = new CommandLine(new Explain()).setStopAtPositional(true);
        var commandLine = new CommandLine(new Main()).addSubcommand(run).addSubcommand(explain)
                .addSubcommand(new MeasurePeak()).addSubcommand(new Tune())
                .addSubcommand(new HelpCommand());
        commandLine.setExpandAtFiles(false);
        commandLine.setUsageHelpAutoWidth(true);
        commandLine.setParameterExceptionHandler(Main::usageError);
        return commandLine;
    }

    /** {@code ricci} alone: shows what there is to choose from. */
    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getErr());
        }
        return USAGE;
    }

    private static int usageError(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("ricci: " + message(failure));
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return USAGE;
    }

    private static String message(ParameterException failure) {
        return switch (failure) {
            case UnmatchedArgumentException unmatched -> unknown(unmatched);
            case MissingParameterException missing -> "missing " + String.join(" and ",
                    missing.getMissing().stream().map(CommandLine.Model.ArgSpec::paramLabel).toList());
            default -> String.valueOf(failure.getMessage());
        };
    }

    private static String unknown(UnmatchedArgumentException unmatched) {
        CommandSpec spec = unmatched.getCommandLine().getCommandSpec();
        String word = unmatched.getUnmatched().getFirst();
        boolean option = unmatched.isUnknownOption();
        if (!option && word.endsWith(".java")) {
            return "there is no command '%s'; to run a program: ricci run %s".formatted(word, word);
        }
        var known = option ? spec.optionsMap().keySet() : spec.subcommands().keySet();
        var nearest = new Spelling(word).nearest(known);
        return "there is no %s '%s'%s".formatted(option ? "option" : "command", word,
                nearest.isEmpty() ? "" : "; did you mean '" + String.join("' or '", nearest) + "'?");
    }

    /** Carries exit code 1 out of {@link #main}; nobody sees it. */
    static final class ProgramFailed extends Exception {
        private static final long serialVersionUID = 1L;

        ProgramFailed() {
            super(null, null, false, false);
        }
    }

    /** {@code ricci 0.1.0 (JDK 25.0.3+9, Linux amd64)}. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            ModuleDescriptor descriptor = Main.class.getModule().getDescriptor();
            String version = descriptor == null ? "unknown" : descriptor.rawVersion().orElse("unknown");
            return new String[] {"ricci %s (JDK %s, %s %s)".formatted(version, Runtime.version(),
                    System.getProperty("os.name"), System.getProperty("os.arch"))};
        }
    }
}

/**
 * The {@code ricci} command, in the order in which {@code ricci run FILE.java} passes through it:
 * {@link ricci.cli.Main} reads the command line, {@link ricci.cli.Run} is the command,
 * {@link ricci.cli.SourceFile} the text, {@link ricci.cli.Compilation} turns it into classes,
 * {@link ricci.cli.EntryPoint} finds and starts {@code main}, and {@link ricci.cli.FailureReport} says what
 * went wrong.
 */
package ricci.cli;

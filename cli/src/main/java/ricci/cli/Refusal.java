package ricci.cli;

/** A program that cannot be started; the message is all that the user has to see. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private Refusal(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** The command line names something that cannot be run. */
    static Refusal usage(String message) {
        return new Refusal(Main.USAGE, "ricci: " + message);
    }

    /** The program itself is at fault. */
    static Refusal program(String message) {
        return new Refusal(Main.PROGRAM_FAILED, message.stripTrailing());
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    int exitCode() {
        return exitCode;
    }
}

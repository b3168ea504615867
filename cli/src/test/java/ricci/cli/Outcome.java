package ricci.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * What a user sees of a command that has ended.
 *
 * @param code the exit code
 * @param out what it printed to standard output
 * @param err what it printed to standard error
 */
record Outcome(int code, String out, String err) {
    /** It went well and printed this, and nothing to standard error. */
    void prints(String text) {
        assertEquals(new Outcome(0, text, ""), this);
    }

    /** It failed so, and printed nothing to standard output. */
    void fails(int exitCode, String message) {
        assertEquals(new Outcome(exitCode, "", message), this);
    }
}

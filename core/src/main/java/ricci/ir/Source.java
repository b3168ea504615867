package ricci.ir;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place in the user's program, kept with every equation and every error.
 *
 * @param file the file's name, such as {@code Digits.java}; empty if unknown
 * @param line the line, from 1; 0 if unknown
 * @param derivativeOf the name of the primitive of whose derivative the equation is a part; empty if of none
 */
public record Source(String file, int line, String derivativeOf) implements java.io.Serializable {
    /** No place is known. */
    public static final Source UNKNOWN = new Source("", 0);

    public Source(String file, int line) {
        this(file, line, "");
    }

    /** This place, for an equation in the derivative of a primitive; of a derivative, the first stays. */
    public Source ofDerivative(String primitive) {
        return derivativeOf.isEmpty() ? new Source(file, line, primitive) : this;
    }

    private static final StackWalker WALKER = StackWalker.getInstance();

    /** The line of the user's code that is running now: the topmost frame outside Ricci and the JDK. */
    public static Source here() {
        Optional<StackWalker.StackFrame> frame = WALKER.walk(frames -> frames
                .filter(f -> isUsers(f.getClassName())).findFirst());
        return frame.map(f -> of(f.getFileName(), f.getLineNumber())).orElse(UNKNOWN);
    }

    private static Source of(@Nullable String file, int line) {
        return file == null ? UNKNOWN : new Source(file, Math.max(line, 0));
    }

    private static boolean isUsers(String className) {
        return !className.startsWith("ricci.") && !className.startsWith("java.")
                && !className.startsWith("jdk.");
    }

    public boolean isKnown() {
        return !file.isEmpty();
    }

    @Override
    public String toString() {
        return isKnown() ? file + ":" + line : "unknown line";
    }
}

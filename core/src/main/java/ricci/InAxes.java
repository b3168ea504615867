package ricci;

import java.util.Collections;
import java.util.List;

/** Along which axis each argument of a function is mapped; see {@link Ricci#inAxes(int...)}. */
public final class InAxes {
    private final List<MappedAxis> arguments;

    InAxes(List<MappedAxis> arguments) {
        this.arguments = List.copyOf(arguments);
    }

    /** Every argument along its first axis. */
    static InAxes first(int count) {
        return new InAxes(Collections.nCopies(count, new MappedAxis(0)));
    }

    /** One entry per argument. */
    List<MappedAxis> arguments() {
        return arguments;
    }
}

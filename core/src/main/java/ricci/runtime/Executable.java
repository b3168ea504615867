package ricci.runtime;

import java.util.List;

/** A program that is ready to run; may be run by several threads at once. */
@FunctionalInterface
public interface Executable {
    /**
     * The results for inputs of the program's types. Inputs are not changed; results may share their memory.
     */
    List<Buffer> run(List<Buffer> inputs);
}

package ricci.runtime;

import java.util.List;

/** A program that is ready to run; may be run by several threads at once. */
@FunctionalInterface
public interface Executable {
    /**
     * The results for inputs of the program's types. Inputs are not changed; results may share their memory.
     */
    List<Buffer> run(List<Buffer> inputs);

    /**
     * As {@link #run(List)}, but some inputs belong to the executable from now on: it may write to their
     * memory, and return it as that of results.
     *
     * @param donated which of the inputs; nobody else reads their memory any more
     */
    default List<Buffer> run(List<Buffer> inputs, List<Boolean> donated) {
        return run(inputs);
    }

    /** How it runs, in words, for people. */
    default String explain() {
        return "interpreted, equation by equation\n";
    }

    /** The same, with the time that everything takes for these inputs, for which it is run some times. */
    default String explain(List<Buffer> inputs) {
        return explain();
    }
}

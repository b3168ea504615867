package ricci.compiler;

import java.util.List;
import ricci.jvm.Library;

/**
 * A call of code that was not generated.
 *
 * @param sizes as the code wants them
 * @param turns that may be taken in any order
 * @param memory what each of the code's buffers is; the first is read, the others are written
 * @param work about how many elements all turns compute
 */
record Routine(String name, Library code, List<Long> sizes, long turns, List<Launch.Memory> memory, long work)
        implements Call {
    Routine {
        sizes = List.copyOf(sizes);
        memory = List.copyOf(memory);
    }
}

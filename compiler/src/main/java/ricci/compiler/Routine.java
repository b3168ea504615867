package ricci.compiler;

import java.util.List;
import ricci.jvm.Code;

/**
 * A call of code that was not generated.
 *
 * @param sizes as the code wants them
 * @param turns that may be taken in any order
 * @param memory what each of the code's buffers is
 * @param reads how many of these, the first ones, it only reads
 * @param work about how many elements all turns compute
 * @param operations that all turns take
 */
record Routine(String name, Code code, List<Long> sizes, long turns, List<Launch.Memory> memory,
        int reads, long work, Operations operations) implements Call {
    Routine {
        sizes = List.copyOf(sizes);
        memory = List.copyOf(memory);
    }

    /** Operations on f32 and on f64, as textbooks count them, whatever the code really does. */
    record Operations(double single, double wide) {
        static final Operations NONE = new Operations(0, 0);
    }
}

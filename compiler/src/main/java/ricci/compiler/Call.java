package ricci.compiler;

import java.util.List;

/** A call of code. */
sealed interface Call permits Launch, Routine {
    /** For people. */
    String name();

    /** The code's arguments. */
    List<Long> sizes();

    /** How many turns there are, which threads may share. */
    long turns();

    /** What each of the code's buffers is. */
    List<Launch.Memory> memory();

    /** About how many elements all turns compute. */
    long work();
}

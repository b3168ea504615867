package ricci.compiler;

import java.util.List;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.loop.Kernel;

/**
 * A call of a kernel.
 *
 * @param sizes the kernel's arguments
 * @param turns of the outermost loop
 * @param memory what each of the kernel's buffers is
 * @param work about how many elements all turns compute
 */
record Launch(Kernel kernel, List<Long> sizes, long turns, List<Memory> memory, long work) implements Call {
    Launch {
        sizes = List.copyOf(sizes);
        memory = List.copyOf(memory);
    }

    @Override
    public String name() {
        return kernel.name();
    }

    /** A buffer of a kernel. */
    sealed interface Memory {
        /** All elements of a variable. */
        record Of(Atom.Var variable) implements Memory {}

        /** Room for so many elements that nobody else sees: for each thread, or for all together. */
        record Scratch(DType dtype, long count, boolean isPerThread) implements Memory {}
    }
}

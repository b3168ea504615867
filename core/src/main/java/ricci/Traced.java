package ricci;

import java.util.function.Supplier;
import ricci.ir.Program;

/**
 * A function traced ahead of time, for arguments of certain types; see {@link Jitted.Of1#trace}.
 *
 * @param <F> the type of the function
 */
public final class Traced<F> {
    private final Jit.Ahead ahead;
    private final Supplier<F> compiler;

    Traced(Jit.Ahead ahead, Supplier<F> compiler) {
        this.ahead = ahead;
        this.compiler = compiler;
    }

    /** What was recorded: inputs are the arrays that the function reads from outside, then the arguments'. */
    public Program program() {
        return ahead.traced().program();
    }

    /**
     * The executable. It takes arguments of exactly the structure and types it was traced for, and never
     * traces or compiles again. Like any function it can be transformed in turn.
     *
     * @return a function that throws {@link ricci.ir.RicciException.Structure} for any other arguments
     */
    public F compile() {
        return compiler.get();
    }

    /**
     * How the compiled program runs, in words: what is computed together in one loop, how often each tensor
     * is gone through, and how much memory that takes.
     */
    public String explain() {
        return Executables.of(ahead.traced()).explain();
    }
}

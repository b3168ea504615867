package ricci;

import ricci.ir.Atom;
import ricci.ir.Source;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;

/**
 * A tensor while a function is being traced: it stands for a variable or constant of the program being
 * recorded.
 */
public final class Tracer implements Tensor {
    private final Trace trace;
    private final Atom atom;
    private final Source source;

    Tracer(Trace trace, Atom atom, Source source) {
        this.trace = trace;
        this.atom = atom;
        this.source = source;
    }

    Trace trace() {
        return trace;
    }

    Atom atom() {
        return atom;
    }

    /** Where the user made it. */
    Source source() {
        return source;
    }

    @Override
    public TensorType type() {
        return atom.type();
    }

    @Override
    public Buffer buffer() {
        return trace.read(this);
    }

    /** The type, and that the value is being traced. */
    @Override
    public String toString() {
        return "traced " + type();
    }
}

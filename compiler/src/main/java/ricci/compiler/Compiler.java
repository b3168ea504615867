package ricci.compiler;

import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.jvm.Kernels;
import ricci.runtime.Backend;
import ricci.runtime.Executable;

/** The backend that compiles. */
public final class Compiler implements Backend {
    /** So many elements are computed with vectors; these are made ready while the program is planned. */
    private static final long LARGE = 1 << 16;

    /** The core makes one, when it finds this class as a service. */
    public Compiler() {
        Kernels.begin();
    }

    @Override
    public String name() {
        return "compiler";
    }

    @Override
    public Executable compile(Program program) {
        return compile(program, 0);
    }

    @Override
    public Executable compile(Program program, int constants) {
        try {
            if (program.equations().stream().flatMap(e -> e.results().stream())
                    .anyMatch(x -> x.type().shape().size() >= LARGE)) {
                Kernels.beginVectors();
            }
            return new CompiledProgram(program, Planner.plan(program, constants));
        } catch (StackOverflowError e) {
            throw new RicciException.Depth("compile a program");
        }
    }
}

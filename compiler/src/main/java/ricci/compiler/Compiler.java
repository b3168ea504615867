package ricci.compiler;

import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.jvm.Kernels;
import ricci.runtime.Backend;
import ricci.runtime.Executable;

/** The backend that compiles. */
public final class Compiler implements Backend {
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
        try {
            return new CompiledProgram(program, Planner.plan(program));
        } catch (StackOverflowError e) {
            throw new RicciException.Depth("compile a program");
        }
    }
}

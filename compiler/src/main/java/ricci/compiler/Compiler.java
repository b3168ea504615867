package ricci.compiler;

import ricci.ir.Program;
import ricci.runtime.Backend;
import ricci.runtime.Executable;

/** The backend that compiles. */
public final class Compiler implements Backend {
    @Override
    public String name() {
        return "compiler";
    }

    @Override
    public Executable compile(Program program) {
        return new CompiledProgram(program, Planner.plan(program));
    }
}

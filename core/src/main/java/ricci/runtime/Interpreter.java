package ricci.runtime;

import ricci.ir.Program;

/** The backend that needs no compiler: {@link Eval} behind the service interface. */
final class Interpreter implements Backend {
    @Override
    public String name() {
        return "reference interpreter";
    }

    @Override
    public Executable compile(Program program) {
        return inputs -> Eval.run(program, inputs);
    }
}

package ricci.runtime;

import java.util.ServiceLoader;
import ricci.ir.Program;

/**
 * Turns programs into something that runs. The compiler provides one as a service; without it, programs are
 * interpreted.
 */
public interface Backend {
    /** A short name, for people. */
    String name();

    /** Prepares a program to be run many times. */
    Executable compile(Program program);

    /**
     * As above; so many inputs, the first ones, are most often the same buffers in all runs, so that it pays
     * to keep what is made of them alone. Other buffers are as right.
     */
    default Executable compile(Program program, int constants) {
        return compile(program);
    }

    /** The backend in use: the first provided one, else the reference interpreter. */
    static Backend installed() {
        return Installed.BACKEND;
    }

    /** Looks the service up once, when it is first needed. */
    final class Installed {
        private static final Backend BACKEND =
                ServiceLoader.load(Backend.class, Backend.class.getClassLoader())
                .findFirst().orElseGet(Interpreter::new);

        private Installed() {}
    }
}

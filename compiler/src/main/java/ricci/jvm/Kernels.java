package ricci.jvm;

import java.lang.invoke.MethodHandles;
import java.util.concurrent.ConcurrentHashMap;
import ricci.loop.Kernel;

/** The code of kernels. Equal kernels have the same code, whatever sizes they are called with. */
public final class Kernels {
    private static final ConcurrentHashMap<Kernel, Code> COMPILED = new ConcurrentHashMap<>();

    private Kernels() {}

    /** The code of a kernel for this machine. */
    public static Code of(Kernel kernel) {
        return COMPILED.computeIfAbsent(kernel, k -> define(Emitter.emit(k, Machine.here(), true)));
    }

    /** The code of a kernel for a machine that has no more than this one. */
    public static Code of(Kernel kernel, Machine machine) {
        return define(Emitter.emit(kernel, machine, true));
    }

    private static Code define(byte[] classFile) {
        try {
            return (Code) MethodHandles.lookup().defineHiddenClass(classFile, true).lookupClass()
                    .getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a generated class does not load", e);
        }
    }
}

package ricci.jvm;

import java.lang.invoke.MethodHandles;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import ricci.loop.Kernel;
import ricci.loop.LoopChecker;

/**
 * The code of kernels. Equal kernels have the same code in the whole process, whatever sizes they are called
 * with, as long as anybody has it: then it is forgotten, for it takes up to a hundred kilobytes.
 */
public final class Kernels {
    private static final ConcurrentHashMap<Kernel, Known> KNOWN = new ConcurrentHashMap<>();
    private static final ReferenceQueue<TieredCode> GONE = new ReferenceQueue<>();

    private static final class Known extends WeakReference<TieredCode> {
        final Kernel kernel;

        Known(TieredCode code) {
            super(code, GONE);
            kernel = code.kernel();
        }
    }

    private Kernels() {}

    /** Begins what takes a moment to be ready, on another thread. */
    public static void begin() {
        Directives.begin();
    }

    /** Begins to load what code with vectors is made of, on another thread: that will be needed soon. */
    public static void beginVectors() {
        WarmUp.beginVectors();
    }

    /** The code of a kernel for this machine. */
    public static TieredCode of(Kernel kernel) {
        forget();
        TieredCode code = known(kernel);
        while (code == null) {
            TieredCode own = new TieredCode(LoopChecker.check("Lower", kernel));
            Known added = new Known(own);
            Known there = KNOWN.merge(kernel, added, (old, _) -> old.refersTo(null) ? added : old);
            code = there == added ? own : there.get();
        }
        return code;
    }

    private static void forget() {
        for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
            KNOWN.remove(((Known) gone).kernel, gone);
        }
    }

    /** The code that a kernel has already; null if it has none. */
    public static @Nullable TieredCode known(Kernel kernel) {
        Known known = KNOWN.get(kernel);
        return known == null ? null : known.get();
    }

    /** Whether the JVM compiles the code of a kernel, which it does not if that is too long. */
    public static boolean isCompiled(Kernel kernel) {
        return known(kernel) != null || Emitter.isCompiled(emit(kernel, Machine.here(), true));
    }

    /** How many different kernels have code. */
    public static int count() {
        forget();
        return KNOWN.size();
    }

    /**
     * New code of a kernel.
     *
     * @param hasVectors whether it has vectors, as wide as the machine has them
     */
    static Code define(Kernel kernel, Machine machine, boolean hasVectors) {
        return define(emit(kernel, machine, hasVectors));
    }

    private static byte[] emit(Kernel kernel, Machine machine, boolean hasVectors) {
        return Emitter.emit(kernel, machine, hasVectors && machine.vectorBits() > 0);
    }

    static Code define(byte[] classFile) {
        try {
            return (Code) MethodHandles.lookup().defineHiddenClass(classFile, true).lookupClass()
                    .getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a generated class does not load", e);
        }
    }
}

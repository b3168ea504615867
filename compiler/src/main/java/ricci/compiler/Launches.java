package ricci.compiler;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ricci.ir.Atom;
import ricci.loop.Bounds;

/** Sizes of launches. */
final class Launches {
    /** Of what lies in an arena, in bytes. */
    static final long ALIGNMENT = 64;

    private Launches() {}

    /** The bytes that each thread needs. */
    static long scratch(Call call) {
        return call.memory().stream().filter(m -> m instanceof Launch.Memory.Scratch s && s.isPerThread())
                .mapToLong(Launches::bytes).sum();
    }

    /** The bytes of a buffer, up to where the next one may begin. */
    static long bytes(Launch.Memory memory) {
        long bytes = switch (memory) {
            case Launch.Memory.Of(var v) -> Nest.bytes(v.type());
            case Launch.Memory.Scratch(var dtype, var count, _) -> count * dtype.bytes();
        };
        return aligned(bytes);
    }

    /** The next place at which something may begin. */
    static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** The arguments of a call. */
    static long[] sizes(Call call) {
        return call.sizes().stream().mapToLong(size -> size).toArray();
    }

    /** The tensors among some buffers. */
    static Set<Atom.Var> variables(List<Launch.Memory> buffers) {
        Set<Atom.Var> variables = new HashSet<>();
        for (Launch.Memory buffer : buffers) {
            if (buffer instanceof Launch.Memory.Of(var v)) {
                variables.add(v);
            }
        }
        return variables;
    }

    /** Proves that a launch stays inside of its buffers. */
    static void check(Launch launch) {
        Bounds.check(launch.kernel(), sizes(launch),
                launch.memory().stream().mapToLong(memory -> switch (memory) {
                    // Of a complex tensor, parts are read and written.
                    case Launch.Memory.Of(var v) -> v.type().shape().size()
                            * (v.type().dtype().isComplex() ? 2 : 1);
                    case Launch.Memory.Scratch(_, var count, _) -> count;
                }).toArray());
    }
}

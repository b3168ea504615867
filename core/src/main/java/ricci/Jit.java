package ricci;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ricci.ir.Op;
import ricci.ir.TensorType;
import ricci.runtime.Backend;
import ricci.runtime.Buffer;
import ricci.runtime.Executable;

/**
 * A function that is traced once per structure and types of its arguments, compiled, and from then on run as
 * a whole.
 *
 * <p>What it captures from outside is captured when it is traced. Inside another trace it becomes one call in
 * that program.
 */
final class Jit {
    private static final int REMEMBERED = 256;

    private final Function<Object, @Nullable Object> function;
    private final Map<Key, Compiled> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Compiled> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** A function of one tree: of the list of its arguments. */
    Jit(Function<Object, @Nullable Object> function) {
        this.function = function;
    }

    /** What makes two calls alike. */
    private record Key(Structure structure, List<TensorType> types) {}

    private record Compiled(Trace.Traced traced, Executable executable) {}

    /** The result, typed as the caller knows it to be. */
    @SuppressWarnings("TypeParameterUnusedInFormals")
    <R> R call(Object arguments) {
        Tree.Flat flat = Tree.flatten(arguments);
        Trace current = Trace.current();
        List<Tensor> results;
        if (current == null) {
            List<Buffer> buffers = flat.leaves().stream().map(Trace::concrete).toList();
            Compiled entry = entry(flat);
            Trace.Traced traced = entry.traced();
            List<Buffer> inputs = new java.util.ArrayList<>(traced.captures().size() + buffers.size());
            traced.captures().forEach(capture -> inputs.add(Trace.concrete(capture)));
            inputs.addAll(buffers);
            results = Trace.arrays(traced.program(), entry.executable().run(inputs));
            return Tree.unflatten(traced.results(), results);
        }
        // Captures of an enclosing trace differ from call to call, so what is traced here is not kept.
        Trace.Traced traced = trace(flat);
        results = Trace.apply(new Op.Call("jit", traced.program()), traced.inputs(flat.leaves()));
        return Tree.unflatten(traced.results(), results);
    }

    /** The program for these arguments, as text. */
    ricci.ir.Program program(Object arguments) {
        return trace(Tree.flatten(arguments)).program();
    }

    private Trace.Traced trace(Tree.Flat arguments) {
        return Trace.of("jit", function, arguments, false);
    }

    private Compiled entry(Tree.Flat arguments) {
        Key key = new Key(arguments.structure(), arguments.leaves().stream().map(Tensor::type).toList());
        synchronized (entries) {
            Compiled known = entries.get(key);
            if (known != null) {
                return known;
            }
        }
        // Traced outside the lock: the function is the user's, and may call jit itself.
        Trace.Traced traced = trace(arguments);
        Compiled entry = new Compiled(traced, Backend.installed().compile(traced.program()));
        synchronized (entries) {
            Compiled earlier = entries.putIfAbsent(key, entry);
            return earlier == null ? entry : earlier;
        }
    }
}

package ricci;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Source;
import ricci.ir.Subprograms;
import ricci.ir.TensorType;
import ricci.runtime.Backend;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;
import ricci.runtime.Executable;
import ricci.runtime.Watch;

/**
 * The executables of the process by their program: equal programs, wherever in the user's code they come
 * from, are compiled once.
 *
 * <p>The least recently used are forgotten when all together have more equations than {@link #MOST}; the
 * functions that use them keep theirs. An equation weighs some hundred bytes as data and a few kilobytes
 * compiled, so that all of them stay within a few hundred megabytes at worst.
 */
final class Executables {
    private static final long MOST = 50_000;
    /** Fewer elements are interpreted in less time than it takes to look up their code. */
    static final long LARGE = 1 << 12;

    private static final Executables PROCESS = new Executables(MOST);

    private final long most;
    private final Map<Object, Sized> known = new LinkedHashMap<>(16, 0.75f, true);
    private long total;

    Executables(long most) {
        this.most = most;
    }

    /** The program, with the user's lines if it has effects, as these name them when they run. */
    private static Object key(Program program, int constants) {
        Object key = Effect.isIn(program) ? List.of(program, sources(program).toList()) : program;
        return constants == 0 ? key : List.of(key, constants);
    }

    private static Stream<Source> sources(Program program) {
        return program.equations().stream().flatMap(e -> Stream.concat(Stream.of(e.source()),
                Subprograms.of(e.op()).stream().flatMap(Executables::sources)));
    }

    private record Sized(Executable executable, long equations) {}

    static Executable of(Program program) {
        return PROCESS.get(program, 0);
    }

    /** The one of a program whose first inputs are the arrays that were captured. */
    static Executable of(Trace.Traced traced) {
        return PROCESS.get(traced.program(), traced.captures().size());
    }

    /** Runs one primitive: at once if it is small, as to look for its code would take longer. */
    static List<Buffer> run(Op op, List<TensorType> types, List<TensorType> results, List<Buffer> operands) {
        if (isSmall(types) && isSmall(results)) {
            return Eval.run(op, types, results, operands);
        }
        Builder builder = new Builder().at(Source.here());
        List<Atom.Var> inputs = builder.inputs(types);
        List<Atom.Var> values = builder.apply(op, List.copyOf(inputs));
        return run(builder.build("eager", inputs, values), operands);
    }

    /** Runs a program. */
    static List<Buffer> run(Program program, List<Buffer> inputs) {
        boolean isSmall = isSmall(program.inputTypes()) && isSmall(program.resultTypes());
        return isSmall || Watch.isOn() ? Eval.run(program, inputs) : of(program).run(inputs);
    }

    private static boolean isSmall(List<TensorType> types) {
        long elements = 0;
        for (TensorType type : types) {
            elements += type.shape().size();
        }
        return elements < LARGE;
    }

    Executable get(Program program, int constants) {
        Object key = key(program, constants);
        synchronized (known) {
            Sized earlier = known.get(key);
            if (earlier != null) {
                return earlier.executable();
            }
        }
        // Outside the lock, for it takes long; of two threads that compile the same, one does so in vain.
        Executable executable = Backend.installed().compile(program, constants);
        long equations = equations(program);
        synchronized (known) {
            Sized earlier = known.get(key);
            if (earlier != null) {
                return earlier.executable();
            }
            if (equations <= most) {
                known.put(key, new Sized(executable, equations));
                total += equations;
                forget();
            }
        }
        return executable;
    }

    private void forget() {
        Iterator<Sized> eldest = known.values().iterator();
        while (total > most) {
            total -= eldest.next().equations();
            eldest.remove();
        }
    }

    /** At least 1; those of called programs count each time they are called. */
    private static long equations(Program program) {
        long count = 1;
        for (Equation e : program.equations()) {
            count += 1 + Subprograms.of(e.op()).stream().mapToLong(Executables::equations).sum();
        }
        return count;
    }
}

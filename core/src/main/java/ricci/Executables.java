package ricci;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.runtime.Backend;
import ricci.runtime.Executable;

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

    private static final Executables PROCESS = new Executables(MOST);

    private final long most;
    private final Map<Program, Sized> known = new LinkedHashMap<>(16, 0.75f, true);
    private long total;

    Executables(long most) {
        this.most = most;
    }

    private record Sized(Executable executable, long equations) {}

    static Executable of(Program program) {
        return PROCESS.get(program);
    }

    Executable get(Program program) {
        synchronized (known) {
            Sized earlier = known.get(program);
            if (earlier != null) {
                return earlier.executable();
            }
        }
        // Outside the lock, for it takes long; of two threads that compile the same, one does so in vain.
        Executable executable = Backend.installed().compile(program);
        long equations = equations(program);
        synchronized (known) {
            Sized earlier = known.get(program);
            if (earlier != null) {
                return earlier.executable();
            }
            if (equations <= most) {
                known.put(program, new Sized(executable, equations));
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
            count += e.op() instanceof Op.Call(_, var body) ? equations(body) : 1;
        }
        return count;
    }
}

package ricci.transform;

import java.util.ArrayList;
import java.util.List;
import ricci.ir.Atom;
import ricci.ir.Collective;
import ricci.ir.Equation;
import ricci.ir.Program;
import ricci.ir.TypeChecker;

/**
 * Dead code elimination: leaves out the equations that no result depends on, and of a pmap what is not needed
 * of it. Inputs stay, used or not.
 */
public final class Dce {
    private Dce() {}

    public static Program of(Program program) {
        boolean[] live = new boolean[program.variables()];
        program.results().forEach(a -> mark(a, live));
        List<Equation> kept = new ArrayList<>();
        for (Equation e : program.equations().reversed()) {
            if (e.results().stream().anyMatch(v -> live[v.id()])) {
                Equation needed = e.op() instanceof Collective.Pmap map ? Spmd.needed(e, map,
                        e.results().stream().map(v -> live[v.id()]).toList()) : e;
                needed.operands().forEach(a -> mark(a, live));
                kept.add(needed);
            }
        }
        return TypeChecker.check("Dce", Program.of(program.inputs(), kept.reversed(), program.results()));
    }

    static void mark(Atom atom, boolean[] live) {
        if (atom instanceof Atom.Var v) {
            live[v.id()] = true;
        }
    }
}

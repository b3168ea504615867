package ricci.transform;

import java.util.ArrayList;
import java.util.List;
import ricci.ir.Atom;
import ricci.ir.Collective;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Lists;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TypeChecker;

/**
 * Dead code elimination: leaves out the equations that no result depends on, also in the programs inside of
 * equations, whose unused results and operands go too. Effects stay, and what they read; inputs of the
 * program itself stay, used or not.
 */
public final class Dce {
    private final Memo<List<Boolean>, Program> memo;

    Dce(Memo<List<Boolean>, Program> memo) {
        this.memo = memo;
    }

    /** The program without dead code; the program itself if it has none. */
    public static Program of(Program program) {
        Program live = new Dce(new Memo<>()).live(program, Signature.all(program.results().size(), true));
        return live.equals(program) ? program : TypeChecker.check("Dce", live);
    }

    /**
     * A program cut down to some of its results.
     *
     * @param program with the inputs that it needs only
     * @param inputs which those are
     */
    record Pruned(Program program, List<Boolean> inputs) {}

    /** The part of {@code program} that gives the marked results. */
    Pruned prune(Program program, List<Boolean> results) {
        Program live = live(program, results);
        List<Boolean> used = used(live);
        return new Pruned(Signature.reordered(live, Signature.marked(live.inputs(), used), live.results()),
                used);
    }

    /** Which inputs a program without dead code uses. */
    static List<Boolean> used(Program live) {
        boolean[] used = new boolean[live.variables()];
        live.equations().forEach(e -> e.operands().forEach(a -> mark(a, used)));
        live.results().forEach(a -> mark(a, used));
        return Lists.mapped(live.inputs(), v -> used[v.id()]);
    }

    /** The part of {@code program} that gives the marked results, with all its inputs. */
    Program live(Program program, List<Boolean> marks) {
        return memo.of(program, marks, () -> cut(program, marks));
    }

    private Program cut(Program program, List<Boolean> marks) {
        boolean[] live = new boolean[program.variables()];
        List<Atom> results = Signature.marked(program.results(), marks);
        results.forEach(a -> mark(a, live));
        List<Equation> kept = new ArrayList<>();
        for (Equation e : program.equations().reversed()) {
            List<Boolean> wanted = Lists.mapped(e.results(), v -> live[v.id()]);
            if (wanted.contains(true) || Effect.isIn(e.op())) {
                Equation needed = equation(e, wanted);
                needed.operands().forEach(a -> mark(a, live));
                kept.add(needed);
            }
        }
        boolean isSame = kept.size() == program.equations().size()
                && kept.reversed().equals(program.equations()) && results.equals(program.results());
        return isSame ? program : Program.of(program.inputs(), kept.reversed(), results);
    }

    private Equation equation(Equation e, List<Boolean> wanted) {
        return switch (e.op()) {
            case Op.Call(var name, var body) -> {
                Pruned pruned = prune(body, wanted);
                yield new Equation(Signature.marked(e.results(), wanted),
                        new Op.Call(name, pruned.program()), Signature.marked(e.operands(), pruned.inputs()),
                        e.source());
            }
            case Custom.Remat(var body, var policy) -> {
                Pruned pruned = prune(body, wanted);
                yield new Equation(Signature.marked(e.results(), wanted),
                        new Custom.Remat(pruned.program(), policy),
                        Signature.marked(e.operands(), pruned.inputs()), e.source());
            }
            case Control control -> new DceControl(this).equation(e, control, wanted);
            case Collective.Pmap map -> Spmd.needed(e, map, prune(map.body(), wanted), wanted);
            case Op _ -> e;
        };
    }

    static void mark(Atom atom, boolean[] live) {
        if (atom instanceof Atom.Var v) {
            live[v.id()] = true;
        }
    }
}

package ricci.compiler;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Custom;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;

/**
 * Common subexpression elimination: of equations that compute the same of the same operands, the first
 * stays. An operation that may have its operands exchanged is the same either way.
 *
 * <p>Effects stay, all of them. So do remats, each of which is to be computed where it stands. Collectives
 * are functions of what all of a group hold, and all of it run one program, so all leave out the same one:
 * they are merged like others, within one program.
 */
public final class Cse {
    private final Map<Computation, List<? extends Atom>> known = new HashMap<>();

    private Cse() {}

    /** An operation on operands, in an order that does not depend on how they were written. */
    private record Computation(Op op, List<Atom> operands) {}

    public static Program of(Program program) {
        return Draft.rewrite(program, () -> new Cse()::first);
    }

    private @Nullable List<? extends Atom> first(Draft draft, Equation e) {
        if (e.op() instanceof Custom.Remat || Effect.isIn(e.op())) {
            return null;
        }
        Computation computation = computation(e);
        List<? extends Atom> before = known.get(computation);
        if (before == null) {
            before = draft.append(e).results();
            known.put(computation, before);
        }
        return before;
    }

    private static Computation computation(Equation e) {
        List<Atom> operands = e.operands();
        return switch (e.op()) {
            case Op.Binary(var f) when Arithmetic.isCommutative(f) ->
                    new Computation(e.op(), ordered(operands));
            case Op.Compare(var relation) -> switch (relation) {
                case EQ, NE, TOTAL_EQ -> new Computation(e.op(), ordered(operands));
                case GT -> new Computation(new Op.Compare(Op.Compare.Relation.LT), operands.reversed());
                case GE -> new Computation(new Op.Compare(Op.Compare.Relation.LE), operands.reversed());
                case LT, LE, TOTAL_LT, TOTAL_LE -> new Computation(e.op(), operands);
            };
            case Op op -> new Computation(op, operands);
        };
    }

    private static List<Atom> ordered(List<Atom> two) {
        return place(two.getFirst()) <= place(two.getLast()) ? two : two.reversed();
    }

    /** Literals come last. */
    private static int place(Atom atom) {
        return atom instanceof Atom.Var(int id, _) ? id : Integer.MAX_VALUE;
    }
}

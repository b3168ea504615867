package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.ir.Op;

/**
 * Which of a group's values are computed in which of its stages. Stage number s runs over the reduced axes
 * when what the stages before it reduce is known.
 */
final class Stages {
    /** Up to so many cheap operations are done again rather than their result kept. */
    private static final int MOST_REPEATED = 8;

    private final Group group;
    private final Fuse.Cut cut;
    private final Map<Atom.Var, Equation> definitions = new HashMap<>();
    private final Map<Atom.Var, Integer> numbers = new HashMap<>();
    private final List<List<Equation>> reductions = new ArrayList<>();
    private final List<Set<Atom.Var>> kept = new ArrayList<>();

    private Stages(Group group, Fuse.Cut cut) {
        this.group = group;
        this.cut = cut;
    }

    static Stages of(Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        Stages stages = new Stages(group, cut);
        stages.number(outputs);
        for (int stage = 0; stage < stages.count(); stage++) {
            stages.keepFor(stage, outputs);
        }
        return stages;
    }

    int count() {
        return reductions.size();
    }

    /** The stage of a full value; of a kept one, the number of stages that have to be over. */
    int of(Atom.Var v) {
        return Objects.requireNonNull(numbers.get(v));
    }

    List<Equation> reductions(int stage) {
        return reductions.get(stage);
    }

    /** The values of a stage that later ones read from memory. */
    Set<Atom.Var> kept(int stage) {
        return kept.get(stage);
    }

    Equation definition(Atom.Var v) {
        return Objects.requireNonNull(definitions.get(v), "a value of another group");
    }

    private void number(List<Atom.Var> outputs) {
        int last = 0;
        for (Equation e : group.members()) {
            int stage = operands(e).stream().mapToInt(this::of).max().orElse(0);
            if (e.op() instanceof Op.Reduce) {
                at(stage).add(e);
                stage++;
            }
            for (Atom.Var v : e.results()) {
                definitions.put(v, e);
                numbers.put(v, stage);
                if (group.role(v) == Group.Role.FULL && outputs.contains(v)) {
                    last = Math.max(last, stage);
                }
            }
        }
        at(last);
    }

    private List<Equation> at(int stage) {
        while (reductions.size() <= stage) {
            reductions.add(new ArrayList<>());
            kept.add(new LinkedHashSet<>());
        }
        return reductions.get(stage);
    }

    /** The operands that are values of the group. */
    private List<Atom.Var> operands(Equation e) {
        List<Atom.Var> operands = new ArrayList<>();
        for (Atom atom : e.operands()) {
            if (atom instanceof Atom.Var && group.role(cut.view(atom).base()) != null) {
                operands.add(cut.view(atom).base());
            }
        }
        return operands;
    }

    private void keepFor(int stage, List<Atom.Var> outputs) {
        Set<Atom.Var> seen = new LinkedHashSet<>();
        reductions.get(stage).forEach(e -> operands(e).forEach(v -> reach(v, stage, seen)));
        outputs.stream().filter(v -> group.role(v) == Group.Role.FULL && of(v) == stage)
                .forEach(v -> reach(v, stage, seen));
    }

    /** What a stage needs of {@code v}: itself from memory, or its operands to compute it again. */
    private void reach(Atom.Var v, int stage, Set<Atom.Var> seen) {
        if (group.role(v) == Group.Role.KEPT || !seen.add(v)) {
            return;
        }
        if (of(v) < stage && cost(v, stage) > MOST_REPEATED) {
            kept.get(of(v)).add(v);
        } else {
            operands(definition(v)).forEach(x -> reach(x, stage, seen));
        }
    }

    /** How many operations it takes to compute a value once more. */
    private int cost(Atom.Var v, int stage) {
        if (group.role(v) == Group.Role.KEPT || kept.get(of(v)).contains(v)) {
            return 0;
        }
        int cost = isExpensive(definition(v).op()) ? MOST_REPEATED + 1 : 1;
        for (Atom.Var x : operands(definition(v))) {
            if (cost <= MOST_REPEATED) {
                cost += cost(x, stage);
            }
        }
        return cost;
    }

    private static boolean isExpensive(Op op) {
        return switch (op) {
            case Op.Unary(var f) -> switch (f) {
                case NEG, ABS, SIGN, NOT, FLOOR, CEIL, ROUND, TRUNC -> false;
                case EXP, EXP2, EXPM1, LOG, LOG1P, SQRT, RSQRT, CBRT, SIN, COS, TAN, ASIN, ACOS, ATAN, SINH,
                     COSH, TANH, ASINH, ACOSH, ATANH, LOGISTIC, ERF, ERFC, ERF_INV, LGAMMA, DIGAMMA,
                     BESSEL_I0E, BESSEL_I1E, POPCNT, CLZ -> true;
            };
            case Op.Binary(var f) -> switch (f) {
                case ADD, SUB, MUL, MAX, MIN, AND, OR, XOR -> false;
                case DIV, REM, POW, ATAN2, NEXTAFTER, POLYGAMMA, ZETA, IGAMMA, IGAMMAC, IGAMMA_GRAD_A,
                     RANDOM_GAMMA_GRAD, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC,
                     MULHI -> true;
            };
            case Op.Threefry _, Op.IntegerPower _ -> true;
            case Op _ -> false;
        };
    }
}

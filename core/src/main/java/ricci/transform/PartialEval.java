package ricci.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ricci.ir.Atom;
import ricci.ir.Collective;
import ricci.ir.Bindings;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Lists;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;

/**
 * Partial evaluation: a program cut into what can be computed from the known inputs, and the rest.
 *
 * @param known from the known inputs to the known results and then the residuals
 * @param unknown from the residuals and then the unknown inputs to the unknown results
 * @param unknownResults which of the original results the second computes
 */
public record PartialEval(Program known, Program unknown, List<Boolean> unknownResults) {

    /** Cuts {@code program} into the equations that depend on an unknown input and the others. */
    public static PartialEval of(Program program, List<Boolean> unknownInputs) {
        return of(program, unknownInputs, Collections.nCopies(program.results().size(), false));
    }

    /** As {@link #of(Program, List)}; the results that {@code asUnknown} marks are unknown in any case. */
    public static PartialEval of(Program program, List<Boolean> unknownInputs, List<Boolean> asUnknown) {
        return of(program, new Question(unknownInputs, asUnknown, Reach.INSIDE), new Memo<>());
    }

    static PartialEval of(Program program, Question question, Memo<Question, PartialEval> memo) {
        return memo.of(program, question, () -> new Cut(program, question, memo).cut());
    }

    /** As {@link #of(Program, List)}, of a program that is inside of one that has been cut in this way. */
    static PartialEval again(Program program, List<Boolean> unknownInputs) {
        return of(program, new Question(unknownInputs,
                Signature.all(program.results().size(), false), Reach.OUTSIDE), new Memo<>());
    }

    /** Which programs are cut, and where what is known goes. */
    enum Reach {
        /** The programs inside of equations are cut too. */
        INSIDE,
        /** Only the equations are sorted; programs inside have been cut before, or are unknown as a whole. */
        OUTSIDE,
        /** As INSIDE, but what is known is moved out of a loop, where effects would take place too rarely. */
        OUT_OF_LOOP,
        /** As OUTSIDE, out of a loop. */
        OUT_OF_INNER_LOOP;

        boolean isInside() {
            return this == INSIDE || this == OUT_OF_LOOP;
        }

        boolean leavesEffects() {
            return this == OUT_OF_LOOP || this == OUT_OF_INNER_LOOP;
        }
    }

    /** How a program is to be cut. */
    record Question(List<Boolean> unknownInputs, List<Boolean> asUnknown, Reach reach) {}

    /** The number of results that are known. */
    public int knownResults() {
        return (int) unknownResults.stream().filter(u -> !u).count();
    }

    /** The values that the unknown program needs of the known one, as the latter returns them. */
    public List<Atom> residuals() {
        return known.results().subList(knownResults(), known.results().size());
    }

    /** The state of one cut: both halves use the variables of the original. */
    static final class Cut {
        private final Program program;
        private final List<Boolean> unknownInputs;
        private final List<Boolean> asUnknown;
        private final Reach reach;
        private final Memo<Question, PartialEval> memo;
        private final boolean[] unknown;
        private final Set<Integer> isResidual = new HashSet<>();
        private final List<Equation> knownEquations = new ArrayList<>();
        private final List<Equation> unknownEquations = new ArrayList<>();
        private final List<Atom.Var> residuals = new ArrayList<>();
        private int fresh;

        private Cut(Program program, Question question, Memo<Question, PartialEval> memo) {
            this.program = program;
            this.memo = memo;
            reach = question.reach();
            unknownInputs = question.unknownInputs();
            asUnknown = question.asUnknown();
            unknown = new boolean[program.variables()];
            fresh = program.variables();
            for (int i = 0; i < unknownInputs.size(); i++) {
                unknown[program.inputs().get(i).id()] = unknownInputs.get(i);
            }
        }

        private PartialEval cut() {
            program.equations().forEach(this::equation);
            List<Atom> knownResults = new ArrayList<>();
            List<Atom> unknownResults = new ArrayList<>();
            List<Boolean> isUnknown = new ArrayList<>();
            for (int i = 0; i < asUnknown.size(); i++) {
                Atom result = program.results().get(i);
                isUnknown.add(asUnknown.get(i) || isUnknown(result));
                (isUnknown.getLast() ? unknownResults : knownResults).add(result);
            }
            unknownResults.forEach(this::need);
            List<Atom.Var> knownInputs = new ArrayList<>();
            List<Atom.Var> otherInputs = new ArrayList<>(residuals);
            for (int i = 0; i < unknownInputs.size(); i++) {
                (unknownInputs.get(i) ? otherInputs : knownInputs).add(program.inputs().get(i));
            }
            knownResults.addAll(residuals);
            return new PartialEval(Program.of(knownInputs, knownEquations, knownResults),
                    Program.of(otherInputs, unknownEquations, unknownResults), List.copyOf(isUnknown));
        }

        private void equation(Equation e) {
            List<Boolean> from = Lists.mapped(e.operands(), this::isUnknown);
            if (reach.leavesEffects() && Effect.isIn(e.op())) {
                whole(e);
            } else if (!from.contains(true)) {
                knownEquations.add(e);
            } else if (!reach.isInside()) {
                whole(e);
            } else if (e.op() instanceof Op.Call(var name, var body)) {
                call(e, name, inside(body, from));
            } else if (e.op() instanceof Control control) {
                PartialEvalControl.cut(this, e, control, from);
            } else if (e.op() instanceof Custom.Remat remat) {
                PartialEvalCustom.remat(this, e, remat, from);
            } else if (e.op() instanceof Collective.Pmap map) {
                Spmd.cut(this, e, map, from);
            } else {
                whole(e);
            }
        }

        /** Cuts a program inside this one. */
        PartialEval inside(Program body, List<Boolean> unknownInputs) {
            return inside(body, unknownInputs, Signature.all(body.results().size(), false));
        }

        PartialEval inside(Program body, List<Boolean> unknownInputs, List<Boolean> asUnknown) {
            return of(body, new Question(unknownInputs, asUnknown, reach), memo);
        }

        /**
         * Cuts the body of a loop into what is the same in all steps and the rest. If that moves out of a
         * loop around it, what could move out of loops in the body has done so before.
         */
        PartialEval outOfLoop(Program body, List<Boolean> unknownInputs, List<Boolean> asUnknown) {
            return of(body, new Question(unknownInputs, asUnknown,
                    reach == Reach.INSIDE ? Reach.OUT_OF_LOOP : Reach.OUT_OF_INNER_LOOP), memo);
        }

        /** Whether what is known moves out of a loop around this program. */
        boolean movesOutOfLoop() {
            return reach.leavesEffects();
        }

        /** The equation is not cut: all its results are unknown. */
        void whole(Equation e) {
            List<Boolean> all = Collections.nCopies(e.results().size(), true);
            later(e, all, e.results(), e.op(), e.operands());
        }

        private void call(Equation e, String name, PartialEval inner) {
            List<Atom.Var> kept = now(e, inner.unknownResults(), Signature.types(inner.residuals()),
                    new Op.Call(name, inner.known()), known(e.operands()));
            List<Atom> operands = new ArrayList<>(kept);
            operands.addAll(unknown(e.operands()));
            later(e, inner.unknownResults(), Signature.marked(e.results(), inner.unknownResults()),
                    new Op.Call(name, inner.unknown()), operands);
        }

        /**
         * The known half of an equation, with residuals beside its known results.
         *
         * @return variables for the residuals
         */
        List<Atom.Var> now(Equation e, List<Boolean> unknownResults, List<TensorType> residualTypes, Op op,
                List<Atom> operands) {
            List<Atom.Var> kept = Lists.mapped(residualTypes, this::fresh);
            List<Atom.Var> results = Lists.join(Signature.unmarked(e.results(), unknownResults), kept);
            knownEquations.add(new Equation(results, op, operands, e.source()));
            return kept;
        }

        /** The unknown half of an equation; what it reads of the known is kept. */
        void later(Equation e, List<Boolean> unknownResults, List<Atom.Var> results, Op op,
                List<? extends Atom> operands) {
            operands.forEach(this::need);
            for (int i = 0; i < unknownResults.size(); i++) {
                unknown[e.results().get(i).id()] = unknownResults.get(i);
            }
            unknownEquations.add(new Equation(results, op, List.copyOf(operands), e.source()));
        }

        /** Known equations of their own, the consequence of {@code e}; returns the program's results. */
        List<Atom> inline(Equation e, Program of, List<Atom> arguments) {
            Bindings bindings = new Bindings(of, arguments);
            for (Equation inner : of.equations()) {
                List<Atom.Var> results = inner.results().stream().map(v -> fresh(v.type())).toList();
                knownEquations.add(new Equation(results, inner.op(), bindings.of(inner.operands()),
                        inner.source().isKnown() ? inner.source() : e.source()));
                bindings.define(inner, results);
            }
            return bindings.of(of.results());
        }

        /** A variable that the program does not have. */
        Atom.Var fresh(TensorType type) {
            return new Atom.Var(fresh++, type);
        }

        /** Those that are known. */
        List<Atom> known(List<? extends Atom> atoms) {
            return atoms.stream().filter(a -> !isUnknown(a)).<Atom>map(a -> a).toList();
        }

        /** Those that are unknown. */
        List<Atom> unknown(List<? extends Atom> atoms) {
            return atoms.stream().filter(this::isUnknown).<Atom>map(a -> a).toList();
        }

        private boolean isUnknown(Atom atom) {
            return atom instanceof Atom.Var v && v.id() < unknown.length && unknown[v.id()];
        }

        private void need(Atom atom) {
            if (!(atom instanceof Atom.Var v) || isUnknown(v)) {
                return;
            }
            if (isResidual.add(v.id())) {
                residuals.add(v);
            }
        }
    }
}

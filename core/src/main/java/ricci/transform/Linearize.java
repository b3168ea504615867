package ricci.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TypeChecker;

/**
 * Linearisation: splits the Jacobian-vector product into what depends on primals only, run once, and a linear
 * program of the tangents, run as often as needed.
 *
 * @param primal from the inputs to the results and then the residuals
 * @param linear from the residuals and then the tangents of the active inputs to the tangents of the active
 *     results
 * @param activeResults which results have a tangent; that of the others is zero
 */
public record Linearize(Program primal, Program linear, List<Boolean> activeResults) {

    /** Linearises {@code program} in its active inputs. */
    public static Linearize of(Program program, List<Boolean> active) {
        Jvp.Result jvp = Jvp.of(program, active);
        int tangents = jvp.program().inputs().size() - program.inputs().size();
        Split split = split(jvp.program(), Stream.concat(
                Collections.nCopies(program.inputs().size(), false).stream(),
                Collections.nCopies(tangents, true).stream()).toList());
        // Primal results never depend on a tangent, and a tangent that is not a known zero always does.
        return new Linearize(TypeChecker.check("Linearize", split.known()),
                TypeChecker.check("Linearize", split.unknown()), jvp.activeResults());
    }

    /** The number of values that the linear program needs besides the tangents. */
    public int residuals() {
        return primal.results().size() - activeResults.size();
    }

    /**
     * A program cut in two.
     *
     * @param known from the known inputs to the known results and then the residuals
     * @param unknown from the residuals and then the unknown inputs to the unknown results
     * @param unknownResults which of the original results the second computes
     */
    private record Split(Program known, Program unknown, List<Boolean> unknownResults) {
        int knownResults() {
            return (int) unknownResults.stream().filter(u -> !u).count();
        }
    }

    /**
     * Partial evaluation: cuts {@code program} into the equations that depend on an unknown input and the
     * others.
     */
    private static Split split(Program program, List<Boolean> unknownInputs) {
        return new Cut(program, unknownInputs).split();
    }

    /** The state of one cut: both halves use the variables of the original. */
    private static final class Cut {
        private final Program program;
        private final boolean[] unknown;
        private final boolean[] isResidual;
        private final List<Equation> knownEquations = new ArrayList<>();
        private final List<Equation> unknownEquations = new ArrayList<>();
        private final List<Atom.Var> residuals = new ArrayList<>();
        private int fresh;

        Cut(Program program, List<Boolean> unknownInputs) {
            this.program = program;
            unknown = new boolean[program.variables()];
            isResidual = new boolean[program.variables()];
            fresh = program.variables();
            for (int i = 0; i < unknownInputs.size(); i++) {
                unknown[program.inputs().get(i).id()] = unknownInputs.get(i);
            }
        }

        Split split() {
            for (Equation e : program.equations()) {
                cut(e);
            }
            List<Atom> knownResults = new ArrayList<>();
            List<Atom> unknownResults = new ArrayList<>();
            program.results().forEach(a -> (isUnknown(a) ? unknownResults : knownResults).add(a));
            List<Atom.Var> knownInputs = program.inputs().stream().filter(v -> !isUnknown(v)).toList();
            List<Atom.Var> unknownInputs = new ArrayList<>(residuals);
            program.inputs().stream().filter(this::isUnknown).forEach(unknownInputs::add);
            knownResults.addAll(residuals);
            return new Split(Program.of(knownInputs, knownEquations, knownResults),
                    Program.of(unknownInputs, unknownEquations, unknownResults),
                    program.results().stream().map(this::isUnknown).toList());
        }

        private void cut(Equation e) {
            List<Boolean> from = e.operands().stream().map(this::isUnknown).toList();
            if (!from.contains(true)) {
                knownEquations.add(e);
                return;
            }
            if (e.op() instanceof Op.Call(var name, var body)) {
                call(e, name, Linearize.split(body, from), from);
                return;
            }
            e.operands().forEach(this::need);
            e.results().forEach(v -> unknown[v.id()] = true);
            unknownEquations.add(e);
        }

        private void call(Equation e, String name, Split inner, List<Boolean> from) {
            List<Atom> knownOperands = new ArrayList<>();
            List<Atom> unknownOperands = new ArrayList<>();
            for (int i = 0; i < from.size(); i++) {
                (from.get(i) ? unknownOperands : knownOperands).add(e.operands().get(i));
            }
            List<Atom.Var> innerResiduals = new ArrayList<>();
            for (Atom result : inner.known().results()
                    .subList(inner.knownResults(), inner.known().results().size())) {
                innerResiduals.add(new Atom.Var(fresh++, result.type()));
            }
            List<Atom.Var> knownResults = new ArrayList<>();
            List<Atom.Var> unknownResults = new ArrayList<>();
            for (int i = 0; i < e.results().size(); i++) {
                unknown[e.results().get(i).id()] = inner.unknownResults().get(i);
                (inner.unknownResults().get(i) ? unknownResults : knownResults).add(e.results().get(i));
            }
            knownResults.addAll(innerResiduals);
            knownEquations.add(new Equation(
                    knownResults, new Op.Call(name, inner.known()), knownOperands, e.source()));
            residuals.addAll(innerResiduals);
            unknownOperands.addAll(0, innerResiduals);
            unknownOperands.forEach(this::need);
            unknownEquations.add(
                    new Equation(unknownResults, new Op.Call(name, inner.unknown()), unknownOperands,
                    e.source()));
        }

        private boolean isUnknown(Atom atom) {
            return atom instanceof Atom.Var v && v.id() < unknown.length && unknown[v.id()];
        }

        private void need(Atom atom) {
            if (atom instanceof Atom.Var v && v.id() < isResidual.length && !unknown[v.id()]
                    && !isResidual[v.id()]) {
                isResidual[v.id()] = true;
                residuals.add(v);
            }
        }
    }
}

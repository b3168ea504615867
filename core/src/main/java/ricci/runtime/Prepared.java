package ricci.runtime;

import java.util.ArrayList;
import java.util.List;
import ricci.ir.Atom;
import ricci.ir.Control;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Source;
import ricci.ir.Subprograms;
import ricci.ir.TensorType;

/**
 * A program about to be evaluated, perhaps many times: what all evaluations have in common is found once, so
 * that the step of a loop costs little more than its primitives.
 */
final class Prepared {
    private final Program program;
    private final int variables;
    private final List<Step> steps = new ArrayList<>();

    /** An equation with the types of its operands and results, and the programs inside. */
    private record Step(Equation equation, List<TensorType> types, List<TensorType> results,
            List<Prepared> programs) {}

    Prepared(Program program) {
        this.program = program;
        variables = program.variables();
        program.results().forEach(Prepared::requireRoom);
        for (Equation e : program.equations()) {
            e.operands().forEach(Prepared::requireRoom);
            e.results().forEach(Prepared::requireRoom);
            steps.add(new Step(e, e.operands().stream().map(Atom::type).toList(),
                    e.results().stream().map(Atom.Var::type).toList(),
                    Subprograms.of(e.op()).stream().map(Prepared::new).toList()));
        }
    }

    private static void requireRoom(Atom atom) {
        Heap.require(List.of(atom.type()));
    }

    List<TensorType> resultTypes() {
        return program.resultTypes();
    }

    List<Value> run(List<Value> inputs) {
        Value[] values = new Value[variables];
        for (int i = 0; i < inputs.size(); i++) {
            values[program.inputs().get(i).id()] = inputs.get(i);
        }
        Watch watch = Watch.current();
        for (Step step : steps) {
            Shard.proceed();
            List<Value> x = all(step.equation().operands(), values);
            List<Value> y = run(step, x);
            if (watch != null) {
                watch.saw(step.equation(), x, y);
            }
            for (int i = 0; i < y.size(); i++) {
                values[step.equation().results().get(i).id()] = y.get(i);
            }
        }
        return all(program.results(), values);
    }

    private static List<Value> run(Step step, List<Value> x) {
        Op op = step.equation().op();
        Source source = step.equation().source();
        if (op instanceof Control control) {
            return EvalControl.run(control, step.programs(), x, step.results(), source);
        }
        if (op instanceof Effect effect) {
            return EvalEffect.run(effect, x, step.types(), source);
        }
        return op instanceof Op.Call ? step.programs().getFirst().run(x)
                : Eval.apply(op, x, step.types(), step.results());
    }

    private static List<Value> all(List<Atom> atoms, Value[] values) {
        List<Value> all = new ArrayList<>(atoms.size());
        for (Atom atom : atoms) {
            all.add(switch (atom) {
                case Atom.Var v -> values[v.id()];
                case Atom.Literal(var type, var element) ->
                        Value.fill(type.dtype(), Value.length(type.shape().size()), element);
            });
        }
        return all;
    }
}

package ricci.runtime;

import java.util.ArrayList;
import java.util.List;
import ricci.ir.Control;
import ricci.ir.Subprograms;
import ricci.ir.TensorType;

/** The meaning of {@link Control}. Loops are loops here, so any number of steps needs the stack of one. */
final class EvalControl {
    private EvalControl() {}

    static List<Value> run(Control op, List<Value> x, List<TensorType> results) {
        return run(op, Subprograms.of(op).stream().map(Prepared::new).toList(), x, results);
    }

    /** Runs {@code op}, whose programs are given. */
    static List<Value> run(Control op, List<Prepared> programs, List<Value> x, List<TensorType> results) {
        return switch (op) {
            case Control.Cond _ -> {
                long index = Math.clamp(Eval.integers(x.getFirst())[0], 0, programs.size() - 1);
                yield programs.get((int) index).run(x.subList(1, x.size()));
            }
            case Control.While loop -> loop(loop, programs.getFirst(), programs.getLast(), x);
            case Control.Scan scan -> scan(scan, programs.getFirst(), x, results);
        };
    }

    private static List<Value> loop(Control.While op, Prepared condition, Prepared body, List<Value> x) {
        List<Value> conditionConstants = x.subList(0, op.conditionConstants());
        List<Value> constants = x.subList(op.conditionConstants(), x.size() - op.carries());
        List<Value> carry = x.subList(x.size() - op.carries(), x.size());
        for (long step = 0; !op.isBounded() || step < op.limit(); step++) {
            Value holds = condition.run(Eval.join(conditionConstants, carry)).getFirst();
            if (Eval.integers(holds)[0] == 0) {
                break;
            }
            carry = body.run(Eval.join(constants, carry));
        }
        return carry;
    }

    private static List<Value> scan(Control.Scan op, Prepared body, List<Value> x,
            List<TensorType> results) {
        List<Value> constants = x.subList(0, op.constants());
        List<Value> carry = x.subList(op.constants(), op.constants() + op.carries());
        List<Value> xs = x.subList(op.constants() + op.carries(), x.size());
        List<Value> ys = new ArrayList<>();
        for (TensorType y : results.subList(op.carries(), results.size())) {
            ys.add(Value.fill(y.dtype(), Value.length(y.shape().size()), 0));
        }
        for (long step = 0; step < op.length(); step++) {
            int place = (int) (op.reverse() ? op.length() - 1 - step : step);
            List<Value> inputs = new ArrayList<>(Eval.join(constants, carry));
            for (Value all : xs) {
                int each = (int) (all.count() / op.length());
                inputs.add(all.range(place * each, each));
            }
            List<Value> outputs = body.run(inputs);
            carry = outputs.subList(0, op.carries());
            for (int i = 0; i < ys.size(); i++) {
                Value y = outputs.get(op.carries() + i);
                ys.get(i).set(place * y.count(), y);
            }
        }
        return Eval.join(carry, ys);
    }
}

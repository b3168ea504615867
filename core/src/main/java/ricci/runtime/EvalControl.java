package ricci.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import ricci.ir.Control;
import ricci.ir.Lists;
import ricci.ir.RicciException;
import ricci.ir.Source;
import ricci.ir.Subprograms;
import ricci.ir.TensorType;

/** The meaning of {@link Control}. Loops are loops here, so any number of steps needs the stack of one. */
final class EvalControl {
    private EvalControl() {}

    static List<Value> run(Control op, List<Value> x, List<TensorType> results, Source source) {
        return run(op, Subprograms.of(op).stream().map(Prepared::new).toList(), x, results, source);
    }

    /** Runs {@code op}, whose programs are given. */
    static List<Value> run(Control op, List<Prepared> programs, List<Value> x, List<TensorType> results,
            Source source) {
        return switch (op) {
            case Control.Cond _ -> {
                long index = Math.clamp(Eval.integers(x.getFirst())[0], 0, programs.size() - 1);
                yield programs.get((int) index).run(x.subList(1, x.size()));
            }
            case Control.While loop -> loop(loop, programs.getFirst(), programs.getLast(), x, source);
            case Control.Scan scan -> scan(scan, programs.getFirst(), x, results, source);
        };
    }

    /** One step of a loop; an error in it says which. */
    private static List<Value> step(String loop, long step, Source source, Supplier<List<Value>> run) {
        LoopStep.proceed(loop, step, source);
        String part = LoopStep.name(loop, step, source);
        Watch watch = Watch.current();
        if (watch != null) {
            watch.enter(part);
        }
        try {
            return run.get();
        } catch (RicciException.Check e) {
            throw e.in(part);
        } finally {
            if (watch != null) {
                watch.leave();
            }
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private static List<Value> loop(Control.While op, Prepared condition, Prepared body, List<Value> x,
            Source source) {
        List<Value> conditionConstants = x.subList(0, op.conditionConstants());
        List<Value> constants = x.subList(op.conditionConstants(), x.size() - op.carries());
        List<Value> carry = x.subList(x.size() - op.carries(), x.size());
        for (long step = 0; !op.isBounded() || step < op.limit(); step++) {
            List<Value> before = carry;
            List<Value> after = step("while", step, source, () -> {
                Value holds = condition.run(Lists.join(conditionConstants, before)).getFirst();
                return Eval.integers(holds)[0] == 0 ? before : body.run(Lists.join(constants, before));
            });
            // The state itself, and not what the body makes of it: the condition does not hold.
            if (after == before) {
                break;
            }
            carry = after;
        }
        return carry;
    }

    private static List<Value> scan(Control.Scan op, Prepared body, List<Value> x,
            List<TensorType> results, Source source) {
        Watch watch = Watch.current();
        List<Value> constants = x.subList(0, op.constants());
        List<Value> carry = x.subList(op.constants(), op.constants() + op.carries());
        List<Value> xs = x.subList(op.constants() + op.carries(), x.size());
        List<Value> ys = new ArrayList<>();
        for (TensorType y : results.subList(op.carries(), results.size())) {
            ys.add(Value.fill(y.dtype(), Value.length(y.shape().size()), 0));
        }
        for (long step = 0; step < op.length(); step++) {
            int place = (int) (op.reverse() ? op.length() - 1 - step : step);
            List<Value> inputs = new ArrayList<>(Lists.join(constants, carry));
            for (Value all : xs) {
                int each = (int) (all.count() / op.length());
                inputs.add(all.range(place * each, each));
                if (watch != null) {
                    watch.inherit(all, inputs.getLast());
                }
            }
            List<Value> outputs = step("scan", place, source, () -> body.run(inputs));
            carry = outputs.subList(0, op.carries());
            for (int i = 0; i < ys.size(); i++) {
                Value y = outputs.get(op.carries() + i);
                ys.get(i).set(place * y.count(), y);
                if (watch != null) {
                    watch.inherit(y, ys.get(i));
                }
            }
        }
        return Lists.join(carry, ys);
    }
}

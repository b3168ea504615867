package ricci.transform;

import static ricci.ir.Lists.join;
import static ricci.transform.Signature.either;
import static ricci.transform.Signature.marked;

import java.util.Collections;
import java.util.List;
import ricci.ir.Atom;
import ricci.ir.Control;
import ricci.ir.Equation;
import ricci.ir.Program;

/**
 * Dead code inside of {@link Control}: results that no one wants, and carries, constants and xs that no
 * wanted result depends on, whatever the number of steps.
 */
final class DceControl {
    private final Dce dce;

    DceControl(Dce dce) {
        this.dce = dce;
    }

    /** What is needed of {@code e}, whose op is {@code op}, for the wanted results and for effects. */
    Equation equation(Equation e, Control op, List<Boolean> wanted) {
        return switch (op) {
            case Control.Cond cond -> cond(e, cond, wanted);
            case Control.While loop -> loop(e, loop, wanted);
            case Control.Scan scan -> scan(e, scan, wanted);
        };
    }

    private Equation cond(Equation e, Control.Cond op, List<Boolean> wanted) {
        List<Program> live = op.branches().stream().map(branch -> dce.live(branch, wanted)).toList();
        List<Boolean> used = live.stream().map(Dce::used).reduce(Signature::either).orElseThrow();
        List<Program> branches = live.stream().map(branch -> kept(branch, used)).toList();
        List<Atom> operands = e.operands();
        return new Equation(marked(e.results(), wanted), new Control.Cond(branches),
                join(operands.subList(0, 1), marked(operands.subList(1, operands.size()), used)), e.source());
    }

    private Equation loop(Equation e, Control.While op, List<Boolean> wanted) {
        int first = op.conditionConstants();
        int carry = first + op.bodyConstants();
        Program condition = dce.live(op.condition(), List.of(true));
        List<Boolean> conditionUses = Dce.used(condition);
        List<Boolean> carries = either(wanted, conditionUses.subList(first, conditionUses.size()));
        Program body = dce.live(op.body(), carries);
        List<Boolean> used = Dce.used(body);
        while (!either(carries, used.subList(op.bodyConstants(), used.size())).equals(carries)) {
            carries = either(carries, used.subList(op.bodyConstants(), used.size()));
            body = dce.live(op.body(), carries);
            used = Dce.used(body);
        }
        List<Boolean> conditionInputs = join(conditionUses.subList(0, first), carries);
        List<Boolean> bodyInputs = join(used.subList(0, op.bodyConstants()), carries);
        List<Atom> operands = e.operands();
        return new Equation(marked(e.results(), carries), new Control.While(kept(condition, conditionInputs),
                kept(body, bodyInputs), op.limit()),
                join(marked(operands.subList(0, first), conditionUses.subList(0, first)),
                        marked(operands.subList(first, carry), used.subList(0, op.bodyConstants())),
                        marked(operands.subList(carry, operands.size()), carries)), e.source());
    }

    private Equation scan(Equation e, Control.Scan op, List<Boolean> wanted) {
        int first = op.constants();
        int last = first + op.carries();
        List<Boolean> outputs = wanted.subList(op.carries(), wanted.size());
        List<Boolean> carries = wanted.subList(0, op.carries());
        Program body = dce.live(op.body(), join(carries, outputs));
        List<Boolean> used = Dce.used(body);
        while (!either(carries, used.subList(first, last)).equals(carries)) {
            carries = either(carries, used.subList(first, last));
            body = dce.live(op.body(), join(carries, outputs));
            used = Dce.used(body);
        }
        List<Boolean> inputs = join(used.subList(0, first), carries, used.subList(last, used.size()));
        return new Equation(marked(e.results(), join(carries, outputs)), new Control.Scan(
                kept(body, inputs), Collections.frequency(used.subList(0, first), true),
                Collections.frequency(carries, true), op.length(), op.reverse()),
                marked(e.operands(), inputs), e.source());
    }

    /** The program with the marked inputs only; it reads no others. */
    private static Program kept(Program program, List<Boolean> inputs) {
        return Signature.reordered(program, marked(program.inputs(), inputs), program.results());
    }
}

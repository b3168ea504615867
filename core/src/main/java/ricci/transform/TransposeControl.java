package ricci.transform;

import static ricci.ir.Lists.join;
import static ricci.transform.Signature.marked;
import static ricci.transform.Signature.types;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Control;
import ricci.ir.Equation;
import ricci.ir.InferTypes;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.TensorType;

/**
 * Transposes of {@link Control}: a choice is transposed branch by branch, a scan runs the other way round and
 * adds up the cotangents of its constants.
 */
final class TransposeControl {
    private final Builder builder;

    private TransposeControl(Builder builder) {
        this.builder = builder;
    }

    /**
     * What each operand's cotangent gains; null for an operand that is known.
     *
     * @param known the operands that are known, null for the linear ones
     * @param ct a cotangent for each result
     */
    static List<@Nullable Atom> of(Builder builder, Equation e, Control op, List<@Nullable Atom> known,
            List<Atom> ct) {
        TransposeControl rules = new TransposeControl(builder);
        List<Boolean> linear = known.stream().map(k -> k == null).toList();
        return switch (op) {
            case Control.Cond cond -> {
                if (linear.getFirst()) {
                    throw Transpose.notLinear(e);
                }
                yield rules.cond(cond, linear, known, ct);
            }
            case Control.Scan scan -> rules.scan(scan, linear, known, ct);
            case Control.While loop -> {
                if (linear.subList(0, loop.conditionConstants()).contains(true)) {
                    throw Transpose.notLinear(e);
                }
                if (!loop.isBounded()) {
                    throw unbounded(e, marked(types(e.results()), linear.subList(
                            linear.size() - loop.carries(), linear.size())));
                }
                yield TransposeWhile.of(builder, e, loop, known, ct);
            }
        };
    }

    private static RicciException unbounded(Equation e, List<TensorType> differentiated) {
        return new RicciException.Derivative("differentiate a while loop in reverse mode"
                + (e.source().isKnown() ? ", the one at " + e.source() : ""),
                InferTypes.list(differentiated),
                "reverse mode goes back through all steps of a loop, so their number needs a limit",
                "give a limit with whileLoop(condition, body, initial, limit), use scan or forLoop if the "
                + "number of steps is known, or use forward mode, jvp");
    }

    private List<@Nullable Atom> cond(Control.Cond op, List<Boolean> linear, List<@Nullable Atom> known,
            List<Atom> ct) {
        List<Boolean> operands = linear.subList(1, linear.size());
        Control.Cond back = new Control.Cond(
                op.branches().stream().map(branch -> Transpose.inside(branch, operands)).toList());
        return placed(linear, builder.apply(back, join(present(known), ct)));
    }

    private List<@Nullable Atom> scan(Control.Scan op, List<Boolean> linear, List<@Nullable Atom> known,
            List<Atom> ct) {
        int first = op.constants();
        int last = first + op.carries();
        List<Boolean> constants = linear.subList(0, first);
        List<Boolean> xs = linear.subList(last, linear.size());
        Program step = Transpose.inside(op.body(), join(constants, Signature.all(op.carries(), true), xs));
        List<TensorType> sums = types(marked(op.body().inputs().subList(0, first), constants));
        List<Atom> knownConstants = present(known.subList(0, first));
        List<Atom> knownXs = present(known.subList(last, known.size()));

        Builder b = new Builder();
        List<Atom.Var> constantInputs = b.inputs(types(knownConstants));
        List<Atom.Var> sumInputs = b.inputs(sums);
        List<Atom.Var> carryInputs = b.inputs(types(ct.subList(0, op.carries())));
        List<Atom.Var> xsInputs = b.inputs(types(knownXs).stream().map(Signature::each).toList());
        List<Atom.Var> outputInputs = b.inputs(
                types(ct.subList(op.carries(), ct.size())).stream().map(Signature::each).toList());
        List<Atom> gained = b.inline(step, join(constantInputs, xsInputs, carryInputs, outputInputs));
        List<Atom> results = new ArrayList<>();
        for (int i = 0; i < sums.size(); i++) {
            results.add(b.add(sumInputs.get(i), gained.get(i)));
        }
        results.addAll(gained.subList(sums.size(), gained.size()));
        Program body = b.program(join(constantInputs, sumInputs, carryInputs, xsInputs,
                outputInputs), results);

        List<Atom> zeros = sums.stream().map(builder::zeros).toList();
        List<Atom.Var> y = builder.apply(new Control.Scan(body, knownConstants.size(),
                sums.size() + op.carries(), op.length(), !op.reverse()), join(knownConstants, zeros,
                ct.subList(0, op.carries()), knownXs, ct.subList(op.carries(), ct.size())));
        List<Boolean> all = join(constants, Signature.all(op.carries(), true), xs);
        List<@Nullable Atom> back = placed(all, y);
        for (int i = 0; i < back.size(); i++) {
            back.set(i, linear.get(i) ? back.get(i) : null);
        }
        return back;
    }

    /** The values that there are. */
    static List<Atom> present(List<@Nullable Atom> known) {
        List<Atom> present = new ArrayList<>();
        known.stream().filter(Objects::nonNull).forEach(present::add);
        return present;
    }

    /** A value for each mark that is set, null for the others. */
    static List<@Nullable Atom> placed(List<Boolean> marks, List<? extends Atom> values) {
        List<@Nullable Atom> placed = new ArrayList<>();
        int next = 0;
        for (boolean mark : marks) {
            placed.add(mark ? values.get(next++) : null);
        }
        return placed;
    }
}

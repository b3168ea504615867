package ricci.transform;

import static ricci.ir.Lists.join;
import static ricci.transform.Signature.marked;
import static ricci.transform.Signature.types;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Control;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.InferTypes;
import ricci.ir.Lists;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.TensorType;

/**
 * Transposes of {@link Control}: a choice is transposed branch by branch, a scan runs the other way round and
 * adds up the cotangents of its constants.
 */
final class TransposeControl {
    private final Builder builder;
    private final Relevance relevance;

    private TransposeControl(Builder builder, Relevance relevance) {
        this.builder = builder;
        this.relevance = relevance;
    }

    /**
     * What each operand's cotangent gains; null for an operand that is known.
     *
     * @param known the operands that are known, null for the linear ones
     * @param ct a cotangent for each result
     */
    static List<@Nullable Atom> of(Builder builder, Relevance relevance, Equation e, Control op,
            List<@Nullable Atom> known, List<Atom> ct) {
        TransposeControl rules = new TransposeControl(builder, relevance);
        List<Boolean> linear = known.stream().map(k -> k == null).toList();
        return switch (op) {
            case Control.Cond cond -> {
                if (linear.getFirst()) {
                    throw Transpose.notLinear(e);
                }
                yield rules.cond(e, cond, linear, known, ct);
            }
            case Control.Scan scan -> rules.scan(e, scan, linear, known, ct);
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

    private List<@Nullable Atom> cond(Equation e, Control.Cond op, List<Boolean> linear,
            List<@Nullable Atom> known, List<Atom> ct) {
        List<Boolean> operands = linear.subList(1, linear.size());
        List<@Nullable Atom> masks = relevance.of(e.results());
        List<Boolean> masked = masks.stream().map(m -> m != null).toList();
        Control.Cond back = new Control.Cond(op.branches().stream()
                .map(branch -> Transpose.inside(branch, operands, masked).cotangents()).toList());
        return placed(linear, builder.apply(back, join(present(known), ct, present(masks))));
    }

    /**
     * Where the last carries do not matter, nor do those before: their masks go back from step to step with
     * the cotangents. A constant matters where it does in any step.
     */
    private List<@Nullable Atom> scan(Equation e, Control.Scan op, List<Boolean> linear,
            List<@Nullable Atom> known, List<Atom> ct) {
        int first = op.constants();
        int last = first + op.carries();
        List<Boolean> all = join(linear.subList(0, first), Signature.all(op.carries(), true),
                linear.subList(last, linear.size()));
        List<@Nullable Atom> masks = relevance.of(e.results());
        boolean isMasked = masks.stream().anyMatch(m -> m != null);
        ScanBack back = new ScanBack(op, all, isMasked);
        List<TensorType> sums = back.sums();
        List<Atom> state = join(Lists.mapped(sums, builder::zeros), ct.subList(0, op.carries()));
        List<Atom> elements = join(present(known.subList(last, known.size())),
                ct.subList(op.carries(), ct.size()));
        if (isMasked) {
            List<Atom> each = new ArrayList<>();
            for (int i = 0; i < masks.size(); i++) {
                Atom mask = masks.get(i);
                each.add(mask != null ? mask : builder.fill(ct.get(i).type().with(DType.BOOL), 1));
            }
            state = join(state, Lists.mapped(sums, type -> builder.zeros(type.with(DType.BOOL))),
                    each.subList(0, op.carries()));
            elements = join(elements, each.subList(op.carries(), each.size()));
        }
        List<Atom> constants = present(known.subList(0, first));
        Program body = back.body(types(constants), types(elements));
        List<Atom.Var> y = builder.apply(new Control.Scan(body, constants.size(), state.size(), op.length(),
                !op.reverse()), join(constants, state, elements));
        int cotangents = sums.size() + op.carries();
        int xs = (y.size() - state.size()) / (isMasked ? 2 : 1);
        List<@Nullable Atom> gained = placed(all,
                join(y.subList(0, cotangents), y.subList(state.size(), state.size() + xs)));
        List<@Nullable Atom> matters = !isMasked ? new ArrayList<>(Collections.nCopies(all.size(), null))
                : placed(all, join(y.subList(cotangents, state.size()),
                        y.subList(state.size() + xs, y.size())));
        for (int i = 0; i < gained.size(); i++) {
            if (linear.get(i)) {
                relevance.use(e.operands().get(i), matters.get(i));
            } else {
                gained.set(i, null);
            }
        }
        return gained;
    }

    /**
     * A step of a scan, transposed.
     *
     * @param linear which inputs of its body are, all carries among them
     * @param isMasked whether it is known where the results matter
     */
    private record ScanBack(Control.Scan op, List<Boolean> linear, boolean isMasked) {
        List<TensorType> sums() {
            return marked(op.body().inputTypes().subList(0, op.constants()),
                    linear.subList(0, op.constants()));
        }

        /**
         * Inputs: constants; sums for the linear ones and cotangents of carries, then their masks; elements,
         * of which the last are the outputs' cotangents, then their masks.
         */
        Program body(List<TensorType> constants, List<TensorType> stacked) {
            Transpose.Masked step = Transpose.inside(op.body(), linear,
                    Signature.all(op.body().results().size(), isMasked));
            Builder b = new Builder();
            List<Atom.Var> given = b.inputs(constants);
            List<Atom.Var> sums = b.inputs(sums());
            List<Atom.Var> carries = b.inputs(op.body().resultTypes().subList(0, op.carries()));
            List<Atom.Var> seen = b.inputs(isMasked ? masks(sums()) : List.of());
            List<Atom.Var> matters = b.inputs(isMasked ? masks(types(carries)) : List.of());
            List<Atom.Var> elements = b.inputs(Lists.mapped(stacked, Signature::each));
            int end = isMasked ? elements.size() - op.outputs() : elements.size();
            List<Atom> gained = b.inline(step.program(), join(given, elements.subList(0, end - op.outputs()),
                    carries, elements.subList(end - op.outputs(), end), matters,
                    elements.subList(end, elements.size())));
            List<TensorType> linearTypes = marked(op.body().inputTypes(), linear);
            List<Atom> cotangents = new ArrayList<>(gained.subList(0, linearTypes.size()));
            List<@Nullable Atom> found = placed(step.masked(),
                    gained.subList(linearTypes.size(), gained.size()));
            List<Atom> where = new ArrayList<>();
            for (int i = 0; i < linearTypes.size(); i++) {
                Atom mask = found.get(i);
                where.add(mask != null ? mask : b.fill(linearTypes.get(i).with(DType.BOOL), 1));
            }
            for (int i = 0; i < sums.size(); i++) {
                cotangents.set(i, b.add(sums.get(i), cotangents.get(i)));
                if (isMasked) {
                    where.set(i, b.binary(Op.Binary.Function.OR, seen.get(i), where.get(i)));
                }
            }
            int state = sums.size() + op.carries();
            List<Atom> results = !isMasked ? cotangents : join(cotangents.subList(0, state),
                    where.subList(0, state), cotangents.subList(state, cotangents.size()),
                    where.subList(state, where.size()));
            return b.program(join(given, sums, carries, seen, matters, elements), results);
        }

        private static List<TensorType> masks(List<TensorType> types) {
            return Lists.mapped(types, type -> type.with(DType.BOOL));
        }
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

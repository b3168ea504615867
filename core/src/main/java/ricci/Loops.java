package ricci;

import static ricci.Arguments.at;
import static ricci.Arguments.cast;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Control;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.TensorType;

/** Traces the functions of a loop, and applies it. */
final class Loops {
    private static final String RULE = "the state keeps its structure and its types from step to step";
    private static final int LISTED = 3;

    private Loops() {}

    static <C> C whileLoop(Fn<C, Tensor> condition, Fn<C, C> body, C initial, long limit) {
        Tree.Flat flat = Tree.flatten(initial);
        TypedStructure state = TypedStructure.of(flat);
        Arguments.given("whileLoop", "the body", body);
        Arguments.given("whileLoop", "the condition", condition);
        Trace.Traced holds = Trace.of("whileLoop", c -> condition.apply(cast(c)), state.structure(),
                state.types(), List.of());
        TypedStructure truth = TypedStructure.results(holds);
        if (!(truth.structure() instanceof Structure.Leaf)
                || !truth.types().getFirst().equals(TensorType.of(DType.BOOL))) {
            throw new RicciException.DataType("whileLoop", "a condition that returns " + truth,
                    "the condition is one truth, bool[], for the whole state",
                    "compare, and reduce with all() or any()");
        }
        Trace.Traced step = Trace.of("whileLoop", c -> body.apply(cast(c)), state.structure(), state.types(),
                List.of());
        state.requireSame("whileLoop", TypedStructure.results(step), "carry", "at first", "after the body",
                RULE);
        List<Tensor> operands = new ArrayList<>(holds.captures());
        operands.addAll(step.inputs(flat.leaves()));
        return Tree.unflatten(state.structure(),
                Trace.apply(new Control.While(holds.program(), step.program(), limit), operands));
    }

    static <C> C forLoop(long from, long to, Fn2<Tensor, C, C> body, C initial) {
        DType dtype = from == (int) from && to == (int) to ? DType.I32 : DType.I64;
        TensorType index = TensorType.of(dtype);
        Tree.Flat flat = Tree.flatten(initial);
        Trace.Traced step = counted(index, body, flat);
        if (from < 0 && to > from + Long.MAX_VALUE) {
            throw new RicciException.Argument("forLoop", from + " to " + to,
                    "the number of steps is at most 2^63 - 1", "end the loop earlier");
        }
        long length = from < to ? to - from : 0;
        Control.Scan scan = new Control.Scan(counting(step, index), step.captures().size(),
                1 + flat.leaves().size(), length, false);
        List<Tensor> start = new ArrayList<>(List.of(Trace.fill(index, from)));
        start.addAll(flat.leaves());
        return afterIndex(flat, Trace.apply(scan, step.inputs(start)));
    }

    static <C> C forLoop(Tensor from, Tensor to, Fn2<Tensor, C, C> body, C initial) {
        TensorType index = TensorType.of(DType.promote(from.dtype(), to.dtype()));
        Tree.Flat flat = Tree.flatten(initial);
        Trace.Traced step = counted(index, body, flat);
        Builder b = new Builder();
        Atom.Var limit = b.input(index);
        Atom.Var i = b.input(index);
        List<Atom.Var> inputs = new ArrayList<>(List.of(limit, i));
        inputs.addAll(b.inputs(TypedStructure.of(flat).types()));
        Program condition = b.build("forLoop", inputs, List.of(b.compare(Op.Compare.Relation.LT, i, limit)));
        List<Tensor> operands = new ArrayList<>(List.of(to.to(index.dtype())));
        List<Tensor> start = new ArrayList<>(List.of(from.to(index.dtype())));
        start.addAll(flat.leaves());
        operands.addAll(step.inputs(start));
        return afterIndex(flat,
                Trace.apply(new Control.While(condition, counting(step, index), -1), operands));
    }

    private static <C> Trace.Traced counted(TensorType index, Fn2<Tensor, C, C> body, Tree.Flat flat) {
        TypedStructure state = TypedStructure.of(flat);
        Structure arguments = new Structure.OfList(List.of(new Structure.Leaf(), state.structure()));
        List<TensorType> types = new ArrayList<>(List.of(index));
        types.addAll(state.types());
        Trace.Traced step = Trace.of("forLoop", x -> body.apply(at(x, 0), at(x, 1)), arguments, types,
                List.of());
        state.requireSame("forLoop", TypedStructure.results(step), "carry", "at first", "after the body",
                RULE);
        return step;
    }

    /** The step as a program that also gives the next index. */
    private static Program counting(Trace.Traced step, TensorType index) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(step.program().inputTypes());
        Atom next = b.add(inputs.get(step.captures().size()), b.fill(index, 1));
        List<Atom> results = new ArrayList<>(List.of(next));
        results.addAll(b.inline(step.program(), inputs));
        return b.build("forLoop", inputs, results);
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <C> C afterIndex(Tree.Flat flat, List<Tensor> results) {
        return Tree.unflatten(flat.structure(), results.subList(1, results.size()));
    }

    static <C, X, Y> Carry<C, Y> scan(Fn2<C, X, Carry<C, Y>> body, C initial, X xs, boolean reverse) {
        Tree.Flat elements = Tree.flatten(xs);
        return scan(body, initial, elements, length(elements), reverse);
    }

    static <C, Y> Carry<C, Y> scan(Fn<C, Carry<C, Y>> body, C initial, long length) {
        Fn2<C, Object, Carry<C, Y>> step = (c, _) -> body.apply(c);
        return scan(step, initial, Tree.flatten(List.of()), length, false);
    }

    private static <C, X, Y> Carry<C, Y> scan(Fn2<C, X, Carry<C, Y>> body, C initial, Tree.Flat xs,
            long length, boolean reverse) {
        Tree.Flat flat = Tree.flatten(initial);
        TypedStructure state = TypedStructure.of(flat);
        List<TensorType> types = new ArrayList<>(state.types());
        for (Tensor x : xs.leaves()) {
            types.add(x.type().with(x.shape().without(List.of(0))));
        }
        Structure arguments = new Structure.OfList(List.of(state.structure(), xs.structure()));
        int[] counts = new int[1];
        Trace.Traced step = Trace.of("scan", x -> {
            Carry<C, Y> made = required(body.apply(at(x, 0), at(x, 1)));
            counts[0] = Tree.leaves(made.carry()).size();
            return made;
        }, arguments, types, List.of());
        TypedStructure made = TypedStructure.results(step);
        state.requireSame("scan", made.component(0, 0, counts[0]), "carry", "at first", "after the body",
                RULE);
        int carries = state.types().size();
        Control.Scan scan = new Control.Scan(step.program(), step.captures().size(), carries, length,
                reverse);
        List<Tensor> operands = new ArrayList<>(flat.leaves());
        operands.addAll(xs.leaves());
        return Tree.unflatten(step.results(), Trace.apply(scan, step.inputs(operands)));
    }

    private static <C, Y> Carry<C, Y> required(@Nullable Carry<C, Y> made) {
        if (made == null) {
            throw new RicciException.Structure("scan", "a body that returns null",
                    "the body returns the next state and an output",
                    "return new Carry<>(state, output), where the output may be an empty list");
        }
        return made;
    }

    private static long length(Tree.Flat xs) {
        if (xs.leaves().isEmpty()) {
            throw new RicciException.Argument("scan", "xs without tensors: " + xs.structure(),
                    "the length of xs is the number of steps",
                    "give the number of steps instead: scan(body, initial, length)");
        }
        Map<Long, List<String>> byLength = new TreeMap<>();
        for (int i = 0; i < xs.leaves().size(); i++) {
            Tensor x = xs.leaves().get(i);
            String name = "xs" + xs.paths().get(i) + " (" + x.type() + ")";
            if (x.rank() == 0) {
                throw new RicciException.Shape("scan", name, "xs are taken apart along their first axis, and "
                        + "a scalar has none", "use what is the same in all steps directly in the body");
            }
            byLength.computeIfAbsent(x.shape().length(0), _ -> new ArrayList<>()).add(name);
        }
        if (byLength.size() > 1) {
            throw new RicciException.Shape("scan", byLength.entrySet().stream()
                    .map(e -> "length " + e.getKey() + " in " + list(e.getValue()))
                    .collect(Collectors.joining("; ")),
                    "all tensors of xs have first axes of one length, the number of steps",
                    "slice or pad them, or use what is the same in all steps directly in the body");
        }
        return byLength.keySet().iterator().next();
    }

    private static String list(List<String> names) {
        int more = names.size() - LISTED;
        return names.stream().limit(LISTED).collect(Collectors.joining(", "))
                + (more > 0 ? ", and " + more + " more" : "");
    }
}

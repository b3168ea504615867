package ricci.transform;

import static ricci.transform.Vmap.NONE;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Custom;
import ricci.ir.Monoid;
import ricci.ir.Program;
import ricci.ir.TensorType;

/** Vectorisation of {@link Custom} primitives: programs and rules alike, so that the rules stay in force. */
final class VmapCustom {
    private final Vmap rules;
    private final Builder builder;

    VmapCustom(Vmap rules) {
        this.rules = rules;
        this.builder = rules.builder();
    }

    /** The results; an operand is mapped, or there are collectives over the mapped axis. */
    List<Vmap.Mapped> rule(Custom op, List<Vmap.Mapped> x) {
        List<Integer> axes = Vmap.axes(x);
        return switch (op) {
            case Custom.Named _ -> applied(op, x, axes);
            case Custom.Remat(var body, var policy) -> {
                Vmap.Result inner = rules.along(axes, body);
                yield applied(new Custom.Remat(inner.program(), policy), x, inner.axes());
            }
            case Custom.CustomJvp custom -> customJvp(custom, x, axes);
            case Custom.CustomVjp custom -> customVjp(custom, x, axes);
            case Custom.CustomLinear(var name, var transpose, var residuals) -> {
                List<Integer> results = Collections.nCopies(transpose.inputs().size() - residuals, 0);
                Program all = backward(transpose, axes.subList(0, residuals), results,
                        axes.subList(residuals, axes.size()));
                yield applied(new Custom.CustomLinear(name, all, residuals), x, results);
            }
        };
    }

    private List<Vmap.Mapped> applied(Custom op, List<Vmap.Mapped> x, List<Integer> axes) {
        List<Atom.Var> y = builder.apply(op, x.stream().map(Vmap.Mapped::atom).toList());
        return IntStream.range(0, y.size()).mapToObj(i -> new Vmap.Mapped(y.get(i), axes.get(i))).toList();
    }

    /** A tangent is mapped where its primal is. */
    private List<Vmap.Mapped> customJvp(Custom.CustomJvp op, List<Vmap.Mapped> x, List<Integer> axes) {
        Vmap.Result function = rules.along(axes, op.function());
        List<Integer> ruleAxes = new ArrayList<>(axes);
        ruleAxes.addAll(ofInexact(axes, op.function().inputTypes(), op.constants()));
        Vmap.Result rule = rules.along(ruleAxes, op.rule());
        List<TensorType> types = op.function().resultTypes();
        List<Integer> places = new ArrayList<>();
        int tangent = types.size();
        for (int i = 0; i < types.size(); i++) {
            boolean mapped = function.axes().get(i) != NONE || rule.axes().get(i) != NONE;
            if (types.get(i).dtype().isInexact()) {
                mapped |= rule.axes().get(tangent++) != NONE;
            }
            int found = function.axes().get(i);
            places.add(!mapped ? (Integer) NONE : (Integer) (found == NONE ? 0 : found));
        }
        List<Integer> rulePlaces = new ArrayList<>(places);
        rulePlaces.addAll(ofInexact(places, types, 0));
        return applied(new Custom.CustomJvp(op.name(), function.inside(places),
                rule.inside(rulePlaces), op.constants()), x, places);
    }

    /**
     * All results are mapped, so that each example has cotangents of its own; an operand that is the same for
     * all gets the sum of theirs.
     */
    private List<Vmap.Mapped> customVjp(Custom.CustomVjp op, List<Vmap.Mapped> x, List<Integer> axes) {
        List<TensorType> types = op.function().resultTypes();
        List<Integer> places = Collections.nCopies(types.size(), 0);
        Program function = rules.along(axes, op.function()).inside(places);
        Vmap.Result forward = rules.along(axes, op.forward());
        List<Integer> residuals = forward.axes().subList(types.size(), forward.axes().size());
        List<Integer> forwardPlaces = new ArrayList<>(places);
        forwardPlaces.addAll(residuals);
        Program backward = backward(op.backward(), residuals, ofInexact(places, types, 0),
                ofInexact(axes, op.function().inputTypes(), op.constants()));
        return applied(new Custom.CustomVjp(op.name(), function, forward.inside(forwardPlaces),
                backward, op.constants()), x, places);
    }

    private Program backward(Program backward, List<Integer> residuals, List<Integer> cotangents,
            List<Integer> operands) {
        List<Integer> axes = new ArrayList<>(residuals);
        axes.addAll(cotangents);
        Program all = rules.along(axes, backward).inside(
                operands.stream().map(a -> a == NONE ? (Integer) 0 : a).toList());
        Builder sums = new Builder();
        List<Atom.Var> inputs = sums.inputs(all.inputTypes());
        List<Atom> each = sums.inline(all, inputs);
        return sums.program(inputs, IntStream.range(0, each.size())
                .mapToObj(i -> operands.get(i) != NONE ? each.get(i)
                        : sums.reduce(Monoid.SUM, each.get(i), List.of(0)))
                .toList());
    }

    /** The entries that belong to floats and complex numbers, from a place on. */
    private static List<Integer> ofInexact(List<Integer> entries, List<TensorType> types, int from) {
        return IntStream.range(from, types.size()).filter(i -> types.get(i).dtype().isInexact())
                .mapToObj(entries::get).toList();
    }
}

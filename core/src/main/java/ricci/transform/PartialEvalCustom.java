package ricci.transform;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ricci.ir.Atom;
import ricci.ir.Bindings;
import ricci.ir.Builder;
import ricci.ir.Custom;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Windows;

/**
 * Partial evaluation of remat: the known half runs now, and the unknown half computes again what it needs of
 * it, from the inputs and from what the policy saves.
 */
final class PartialEvalCustom {
    private PartialEvalCustom() {}

    static void remat(PartialEval.Cut cut, Equation e, Custom.Remat op, List<Boolean> from) {
        PartialEval inner = cut.inside(inlined(op.body()), from);
        List<Atom.Var> saved = saved(inner, op.policy());
        Program again = again(inner, saved);
        boolean[] used = used(again);
        List<Atom.Var> kept = new ArrayList<>();
        for (int i = 0; i < saved.size(); i++) {
            if (used[i]) {
                kept.add(saved.get(i));
            }
        }
        List<Atom> knownResults = new ArrayList<>(inner.known().results().subList(0, inner.knownResults()));
        knownResults.addAll(kept);
        Program now = Dce.of(Program.of(inner.known().inputs(), inner.known().equations(), knownResults));
        List<Atom> operands = new ArrayList<>();
        if (!knownResults.isEmpty() || Effect.isIn(now)) {
            operands.addAll(cut.now(e, inner.unknownResults(), Signature.types(kept),
                    new Custom.Remat(now, op.policy()), cut.known(e.operands())));
        }
        List<Atom> inputs = cut.known(e.operands());
        for (int i = 0; i < inputs.size(); i++) {
            if (used[saved.size() + i]) {
                operands.add(inputs.get(i));
            }
        }
        operands.addAll(cut.unknown(e.operands()));
        int inputsBefore = saved.size() + inputs.size();
        List<Atom.Var> needed = new ArrayList<>();
        for (int i = 0; i < again.inputs().size(); i++) {
            if (i >= inputsBefore || used[i]) {
                needed.add(again.inputs().get(i));
            }
        }
        Program later = Program.of(needed, again.equations(), again.results());
        cut.later(e, inner.unknownResults(),
                Signature.marked(e.results(), inner.unknownResults()),
                new Custom.Remat(later, op.policy()), operands);
    }

    /** The body with calls written out, so that the policy sees what is in them. */
    private static Program inlined(Program body) {
        if (body.equations().stream().noneMatch(e -> e.op() instanceof Op.Call)) {
            return body;
        }
        Builder builder = new Builder();
        List<Atom.Var> inputs = builder.inputs(body.inputTypes());
        return builder.build("PartialEval", inputs, inlined(builder, body, inputs));
    }

    private static List<Atom> inlined(Builder builder, Program program, List<? extends Atom> arguments) {
        Bindings bindings = new Bindings(program, arguments);
        for (Equation e : program.equations()) {
            List<Atom> operands = bindings.of(e.operands());
            builder.at(e.source());
            bindings.define(e, e.op() instanceof Op.Call(_, var body) ? inlined(builder, body, operands)
                    : builder.apply(e.op(), operands));
        }
        return bindings.of(program.results());
    }

    /** Variables of the known half that the policy saves, if the other half reads them. */
    private static List<Atom.Var> saved(PartialEval inner, Custom.Policy policy) {
        Set<Atom.Var> saved = new LinkedHashSet<>();
        switch (policy.save()) {
            case NOTHING -> { }
            case EVERYTHING -> inner.residuals().stream().map(Atom.Var.class::cast)
                    .filter(v -> inner.known().input(v) < 0).forEach(saved::add);
            case CONTRACTIONS -> inner.known().equations().stream()
                    .filter(e -> e.op() instanceof Op.DotGeneral || e.op() instanceof Windows.Convolution)
                    .map(Equation::result).forEach(saved::add);
            case NAMED -> inner.known().equations().forEach(e -> {
                // Before it got its name the value is the same, and may be what is read.
                if (e.op() instanceof Custom.Named(var name) && policy.names().contains(name)
                        && e.operands().getFirst() instanceof Atom.Var v && inner.known().input(v) < 0) {
                    saved.add(v);
                }
            });
        }
        return List.copyOf(saved);
    }

    /** From the saved values, the known and the unknown inputs to the unknown results. */
    private static Program again(PartialEval inner, List<Atom.Var> saved) {
        // What took place the first time does not take place again.
        Program known = Effect.without(inner.known());
        Program unknown = inner.unknown();
        Builder builder = new Builder();
        List<Atom.Var> inputs = new ArrayList<>(builder.inputs(saved.stream().map(Atom.Var::type).toList()));
        List<Atom.Var> knownInputs = builder.inputs(known.inputTypes());
        inputs.addAll(knownInputs);
        Bindings bindings = new Bindings(known, knownInputs);
        Map<Atom, Atom> given = new HashMap<>();
        for (int i = 0; i < saved.size(); i++) {
            given.put(saved.get(i), inputs.get(i));
        }
        for (Equation e : known.equations()) {
            boolean all = given.keySet().containsAll(e.results());
            List<Atom> results = new ArrayList<>(all ? e.results()
                    : builder.at(e.source()).apply(e.op(), bindings.of(e.operands())));
            for (int i = 0; i < results.size(); i++) {
                results.set(i, given.getOrDefault(e.results().get(i), results.get(i)));
            }
            bindings.define(e, results);
        }
        List<Atom> arguments = new ArrayList<>(bindings.of(inner.residuals()));
        int residuals = arguments.size();
        List<Atom.Var> unknownInputs = builder.inputs(
                unknown.inputTypes().subList(residuals, unknown.inputs().size()));
        inputs.addAll(unknownInputs);
        arguments.addAll(unknownInputs);
        return Dce.of(builder.build("PartialEval", inputs, builder.inline(unknown, arguments)));
    }

    private static boolean[] used(Program program) {
        boolean[] used = new boolean[program.variables()];
        program.equations().forEach(e -> e.operands().forEach(a -> mark(a, used)));
        program.results().forEach(a -> mark(a, used));
        boolean[] inputs = new boolean[program.inputs().size()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = used[program.inputs().get(i).id()];
        }
        return inputs;
    }

    private static void mark(Atom atom, boolean[] used) {
        if (atom instanceof Atom.Var v) {
            used[v.id()] = true;
        }
    }
}

package ricci.transform;

import static ricci.ir.Lists.join;
import static ricci.transform.Signature.marked;
import static ricci.transform.Signature.types;
import static ricci.transform.Signature.unmarked;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ricci.ir.Atom;
import ricci.ir.Control;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Lists;
import ricci.ir.Program;
import ricci.ir.TensorType;

/**
 * Partial evaluation of {@link Control}: an equation becomes one for the known part of the programs inside,
 * which also gives residuals, and one for the rest.
 */
final class PartialEvalControl {
    private PartialEvalControl() {}

    /** Cuts {@code e}, whose op is {@code op}; {@code from} marks its unknown operands, at least one. */
    static void cut(PartialEval.Cut cut, Equation e, Control op, List<Boolean> from) {
        switch (op) {
            case Control.Cond _ when from.getFirst() -> cut.whole(e);
            case Control.Cond cond -> cond(cut, e, cond, from.subList(1, from.size()));
            case Control.While loop -> loop(cut, e, loop, from);
            // What depends on its constants alone has left the inner loop before.
            case Control.Scan scan when cut.movesOutOfLoop()
                    && !from.subList(scan.constants(), from.size()).contains(false) -> cut.whole(e);
            case Control.Scan scan -> scan(cut, e, scan, from);
        }
    }

    // ---- cond ----

    /**
     * Where the branches' residuals are: a place for each type as often as any one branch needs it, shared by
     * the branches. A residual that is an operand of the cond needs none.
     */
    private static final class Places {
        private final List<TensorType> types = new ArrayList<>();
        private final Map<TensorType, List<Integer>> byType = new HashMap<>();

        /** For each residual of a branch its place or, counted from -1 down, the known operand that it is. */
        List<Integer> of(PartialEval branch) {
            Map<TensorType, Integer> taken = new HashMap<>();
            List<Integer> places = new ArrayList<>();
            for (Atom residual : branch.residuals()) {
                int operand = branch.known().input(residual);
                places.add(operand >= 0 ? -1 - operand : place(residual.type(), taken));
            }
            return places;
        }

        private int place(TensorType type, Map<TensorType, Integer> taken) {
            List<Integer> places = byType.computeIfAbsent(type, _ -> new ArrayList<>());
            int count = taken.merge(type, 1, Integer::sum);
            if (count > places.size()) {
                places.add(types.size());
                types.add(type);
            }
            return places.get(count - 1);
        }
    }

    private static void cond(PartialEval.Cut cut, Equation e, Control.Cond op, List<Boolean> from) {
        List<PartialEval> branches = new ArrayList<>();
        op.branches().forEach(branch -> branches.add(cut.inside(branch, from)));
        List<Boolean> unknown = branches.stream().map(PartialEval::unknownResults)
                .reduce(Signature::either).orElseThrow();
        List<List<Integer>> places = new ArrayList<>();
        Places all = new Places();
        for (int i = 0; i < branches.size(); i++) {
            if (!branches.get(i).unknownResults().equals(unknown)) {
                branches.set(i, cut.inside(op.branches().get(i), from, unknown));
            }
            places.add(all.of(branches.get(i)));
        }
        List<Program> known = new ArrayList<>();
        List<Program> later = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            known.add(known(branches.get(i), places.get(i), all.types));
            later.add(later(branches.get(i), places.get(i), all.types));
        }
        List<Atom> operands = e.operands().subList(1, e.operands().size());
        List<Atom> knownOperands = unmarked(operands, from);
        Atom index = e.operands().getFirst();
        List<Atom.Var> residuals = cut.now(e, unknown, all.types, new Control.Cond(known),
                join(List.of(index), knownOperands));
        cut.later(e, unknown, marked(e.results(), unknown), new Control.Cond(later),
                join(List.of(index), residuals, knownOperands, marked(operands, from)));
    }

    /** The known part of a branch: known results, then what is in the places, which may be nothing of its. */
    private static Program known(PartialEval branch, List<Integer> places, List<TensorType> types) {
        List<Atom> results = new ArrayList<>(branch.known().results().subList(0, branch.knownResults()));
        types.forEach(type -> results.add(new Atom.Literal(type, 0)));
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i) >= 0) {
                results.set(branch.knownResults() + places.get(i), branch.residuals().get(i));
            }
        }
        return Signature.returning(branch.known(), results);
    }

    /** The rest of a branch: of the places, the known operands, the unknown operands. */
    private static Program later(PartialEval branch, List<Integer> places, List<TensorType> types) {
        Program program = branch.unknown();
        List<Atom.Var> knownInputs = branch.known().inputs();
        List<Atom.Var> inputs = new ArrayList<>(
                Signature.unused(program, join(types, types(knownInputs))));
        for (int i = 0; i < places.size(); i++) {
            int place = places.get(i);
            inputs.set(place >= 0 ? place : types.size() - 1 - place, program.inputs().get(i));
        }
        inputs.addAll(program.inputs().subList(places.size(), program.inputs().size()));
        return Signature.reordered(program, inputs, program.results());
    }

    // ---- while ----

    /**
     * The carries that are known run on their own. The rest is the whole loop again, from the same start, as
     * residuals of an unknown number of steps have no place.
     */
    private static void loop(PartialEval.Cut cut, Equation e, Control.While op, List<Boolean> from) {
        int first = op.conditionConstants();
        int carry = first + op.bodyConstants();
        List<Boolean> constants = from.subList(first, carry);
        List<Boolean> carries = from.subList(carry, from.size());
        PartialEval body = cut.inside(op.body(), join(constants, carries), carries);
        while (!body.unknownResults().equals(carries)) {
            carries = body.unknownResults();
            body = cut.inside(op.body(), join(constants, carries), carries);
        }
        PartialEval condition = cut.inside(op.condition(), join(from.subList(0, first), carries));
        if (condition.unknownResults().getFirst()) {
            cut.whole(e);
            return;
        }
        // Effects take place in the known half, if at all, and not once more in the other.
        boolean runs = carries.contains(false) || Effect.isIn(body.known()) || Effect.isIn(op.condition());
        if (runs) {
            Program known = Dce.of(Signature.returning(body.known(),
                    body.known().results().subList(0, body.knownResults())));
            List<Boolean> knownConstants = join(from.subList(0, first), constants);
            cut.now(e, carries, List.of(), new Control.While(condition.known(), known, op.limit()),
                    join(unmarked(e.operands().subList(0, carry), knownConstants),
                            unmarked(e.operands().subList(carry, from.size()), carries)));
        }
        List<Atom.Var> results = new ArrayList<>();
        for (int i = 0; i < carries.size(); i++) {
            Atom.Var result = e.results().get(i);
            results.add(carries.get(i) ? result : cut.fresh(result.type()));
        }
        cut.later(e, carries, results, runs ? Effect.without(op) : op, e.operands());
    }

    // ---- scan ----

    /**
     * Residuals are stacked over the steps, but for those that are the same in all steps, which are computed
     * before the loop, and those that are elements of xs.
     */
    private static void scan(PartialEval.Cut cut, Equation e, Control.Scan op, List<Boolean> from) {
        int first = op.constants();
        int last = first + op.carries();
        List<Boolean> carries = from.subList(first, last);
        List<Boolean> outputs = Signature.all(op.outputs(), false);
        PartialEval body = cutBody(cut, op, from, carries, outputs);
        while (!body.unknownResults().subList(0, op.carries()).equals(carries)) {
            carries = body.unknownResults().subList(0, op.carries());
            body = cutBody(cut, op, from, carries, outputs);
        }
        List<Boolean> constants = from.subList(0, first);
        List<Boolean> xs = from.subList(last, from.size());
        List<Atom> operands = e.operands();
        List<Atom> knownCarries = unmarked(operands.subList(first, last), carries);
        List<Atom> knownXs = unmarked(operands.subList(last, operands.size()), xs);

        // Of what is known, what depends on neither carries nor xs; but an effect takes place in each step.
        int knownConstants = (int) constants.stream().filter(u -> !u).count();
        int residuals = body.residuals().size();
        PartialEval hoisted = cut.outOfLoop(body.known(),
                join(Signature.all(knownConstants, false),
                        Signature.all(knownCarries.size() + knownXs.size(), true)),
                join(Signature.all(body.knownResults(), true), Signature.all(residuals, false)));
        List<Atom> before = cut.inline(e, hoisted.known(), unmarked(operands.subList(0, first), constants));
        List<Atom> loopConstants = before.subList(hoisted.knownResults(), before.size());
        Program step = hoisted.unknown();
        List<Atom> given = step.results();

        List<Boolean> isStacked = hoisted.unknownResults()
                .subList(body.knownResults(), hoisted.unknownResults().size());
        List<Atom> varying = given.subList(body.knownResults(), given.size());
        int firstXs = loopConstants.size() + knownCarries.size();
        List<Boolean> isXs = Lists.mapped(varying, a -> step.input(a) >= firstXs);
        List<Atom> stacked = unmarked(varying, isXs);
        Program known = Signature.returning(step, join(given.subList(0, body.knownResults()), stacked));
        List<Atom.Var> kept = known.results().isEmpty() && !Effect.isIn(known) ? List.of()
                : cut.now(e, body.unknownResults(), stackedTypes(stacked, op.length()),
                        new Control.Scan(known, loopConstants.size(), knownCarries.size(), op.length(),
                                op.reverse()), join(loopConstants, knownCarries, knownXs));
        List<Atom> perStep = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < varying.size(); i++) {
            perStep.add(isXs.get(i) ? knownXs.get(step.input(varying.get(i)) - firstXs) : kept.get(next++));
        }
        rest(cut, e, op, from, new Rest(body, carries, isStacked,
                before.subList(0, hoisted.knownResults()), perStep));
    }

    private static PartialEval cutBody(PartialEval.Cut cut, Control.Scan op, List<Boolean> from,
            List<Boolean> carries, List<Boolean> outputs) {
        int first = op.constants();
        return cut.inside(op.body(), join(from.subList(0, first), carries,
                from.subList(first + op.carries(), from.size())), join(carries, outputs));
    }

    /**
     * The unknown part of a scan.
     *
     * @param isStacked which residuals differ from step to step
     * @param sameForAll the residuals that do not
     * @param perStep those that do, stacked
     */
    private record Rest(PartialEval body, List<Boolean> carries, List<Boolean> isStacked,
            List<Atom> sameForAll, List<Atom> perStep) {}

    private static void rest(PartialEval.Cut cut, Equation e, Control.Scan op, List<Boolean> from,
            Rest rest) {
        int first = op.constants();
        int last = first + op.carries();
        List<Atom> operands = e.operands();
        List<Atom> constants = marked(operands.subList(0, first), from.subList(0, first));
        List<Atom> xs = marked(operands.subList(last, operands.size()), from.subList(last, from.size()));
        int carries = Collections.frequency(rest.carries(), true);
        Program program = rest.body().unknown();
        List<Atom.Var> residuals = program.inputs().subList(0, rest.isStacked().size());
        List<Atom.Var> others = program.inputs().subList(rest.isStacked().size(), program.inputs().size());
        int ownConstants = constants.size();
        Program later = Signature.reordered(program, join(unmarked(residuals, rest.isStacked()),
                others.subList(0, ownConstants + carries), marked(residuals, rest.isStacked()),
                others.subList(ownConstants + carries, others.size())), program.results());
        List<Boolean> unknown = rest.body().unknownResults();
        cut.later(e, unknown, marked(e.results(), unknown), new Control.Scan(later,
                rest.sameForAll().size() + ownConstants, carries, op.length(), op.reverse()),
                join(rest.sameForAll(), constants, marked(operands.subList(first, last), rest.carries()),
                        rest.perStep(), xs));
    }

    private static List<TensorType> stackedTypes(List<Atom> each, long length) {
        return Lists.mapped(each, a -> Signature.stacked(a.type(), length));
    }
}

package ricci.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.Equation;
import ricci.ir.InferTypes;
import ricci.ir.Lists;
import ricci.ir.Op;
import ricci.ir.OpText;
import ricci.ir.Program;
import ricci.ir.RicciException;

/**
 * What {@link Transpose} does not ask for, because the programs that it gets from {@link Linearize} have it:
 * that nothing fixed is added to what is linear. {@code x + 1} is affine; its transpose would be that of x.
 */
public final class Linearity {
    private Linearity() {}

    /**
     * Accepts programs in which whatever meets a linear value by addition, selection or side by side is
     * linear too, or zero, as a constant of the program.
     *
     * @param linearInputs in which inputs the program is to be linear
     * @throws RicciException.Derivative naming the equation that is not
     */
    public static void require(Program program, List<Boolean> linearInputs) {
        List<Boolean> results = varying(program, linearInputs);
        for (int i = 0; i < results.size(); i++) {
            Atom result = program.results().get(i);
            if (!results.get(i) && !isZero(result)) {
                throw new RicciException.Derivative("transpose a linear function", "a result of type "
                        + result.type() + " that does not depend on the argument",
                        "a linear function is zero at zero",
                        "leave this result out, or return zerosLike of it");
            }
        }
    }

    private static List<Boolean> varying(Program program, List<Boolean> inputs) {
        boolean[] varies = new boolean[program.variables()];
        for (int i = 0; i < inputs.size(); i++) {
            varies[program.inputs().get(i).id()] = inputs.get(i);
        }
        for (Equation e : program.equations()) {
            List<Boolean> from = e.operands().stream().map(a -> varies(a, varies)).toList();
            List<Boolean> to = switch (e.op()) {
                case Op _ when !from.contains(true) -> e.results().stream().map(_ -> false).toList();
                case Op.Call(_, var body) -> varying(body, from);
                case Collective.Pmap map -> varying(map.body(), from);
                case Custom.CustomJvp(_, var function, _, _) -> varying(function, from);
                case Custom.CustomVjp(_, var function, _, _, _) -> varying(function, from);
                case Custom.Remat(var body, _) -> varying(body, from);
                case Control control -> varying(e, control, from);
                case Op _ -> e.results().stream().map(_ -> true).toList();
            };
            summed(e, from);
            for (int i = 0; i < to.size(); i++) {
                varies[e.results().get(i).id()] = to.get(i);
            }
        }
        return program.results().stream().map(a -> varies(a, varies)).toList();
    }

    private static List<Boolean> varying(Equation e, Control op, List<Boolean> from) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(Atom.types(e.operands()));
        List<Boolean> to = PartialEval.of(b.build("Linearity", inputs, b.apply(op, inputs)), from)
                .unknownResults();
        switch (op) {
            case Control.Cond(var branches) ->
                    branches.forEach(branch -> varying(branch, from.subList(1, from.size())));
            case Control.While loop -> carried(e, loop.body(), from.subList(loop.conditionConstants(),
                    from.size()), loop.bodyConstants(), to);
            case Control.Scan scan -> carried(e, scan.body(), from, scan.constants(),
                    to.subList(0, scan.carries()));
        }
        return to;
    }

    /** A carry that varies in the end starts as something that varies, or as zero. */
    private static void carried(Equation e, Program body, List<Boolean> from, int constants,
            List<Boolean> carries) {
        int offset = e.operands().size() - from.size() + constants;
        List<Atom> fixed = IntStream.range(0, carries.size())
                .filter(i -> carries.get(i) && !from.get(constants + i))
                .<Atom>mapToObj(i -> e.operands().get(offset + i)).toList();
        requireZero(e, fixed);
        varying(body, Lists.join(from.subList(0, constants), carries,
                from.subList(constants + carries.size(), from.size())));
    }

    private static boolean varies(Atom atom, boolean[] varies) {
        return atom instanceof Atom.Var v && varies[v.id()];
    }

    private static void summed(Equation e, List<Boolean> from) {
        boolean added = e.op() instanceof Op.Binary(var f)
                && (f == Op.Binary.Function.ADD || f == Op.Binary.Function.SUB);
        boolean sums = added || e.op() instanceof Op.Concatenate || e.op() instanceof Op.Pad
                || e.op() instanceof Op.Select;
        if (e.op() instanceof Op.Fma && from.contains(true)) {
            addedToProduct(e, from);
        }
        if (!sums || !from.contains(true)) {
            return;
        }
        List<Atom> fixed = new ArrayList<>();
        for (int i = e.op() instanceof Op.Select ? 1 : 0; i < from.size(); i++) {
            if (!from.get(i)) {
                fixed.add(e.operands().get(i));
            }
        }
        requireZero(e, fixed);
    }

    /** A product is zero if one of its factors is. */
    private static void addedToProduct(Equation e, List<Boolean> from) {
        List<Atom> x = e.operands();
        if (!from.get(2)) {
            requireZero(e, x.subList(2, 3));
        } else if (!from.get(0) && !from.get(1)) {
            requireZero(e, isZero(x.get(0)) ? x.subList(0, 1) : x.subList(1, 2));
        }
    }

    private static void requireZero(Equation e, List<Atom> fixed) {
        if (!fixed.stream().allMatch(Linearity::isZero)) {
            throw new RicciException.Derivative("transpose " + OpText.name(e.op()),
                    InferTypes.list(e.operands().stream().map(Atom::type).toList()),
                    "only a linear function has a transpose, and here something fixed is added or joined to "
                    + "what varies" + (e.source().isKnown() ? " (written at " + e.source() + ")" : ""),
                    "take what is fixed out of the function; zeros are made in it, with zerosLike or zeros");
        }
    }

    private static boolean isZero(Atom atom) {
        return atom instanceof Atom.Literal literal && literal.value().doubleValue() == 0;
    }
}

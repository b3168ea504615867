package ricci.transform;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Custom;
import ricci.ir.Effect;
import ricci.ir.Program;

/** The making of {@link Custom.Remat}. */
public final class Rematerialize {
    private Rematerialize() {}

    /**
     * Appends {@code body} on {@code operands} as one remat; returns its results. Results that are operands
     * or constants, or occur twice, do not pass through it: so cotangents are summed in the order in which
     * they would be without it, and derivatives are the same to the bit.
     */
    public static List<Atom> apply(
            Builder builder, Program body, Custom.Policy policy, List<? extends Atom> operands) {
        List<Atom> computed = new ArrayList<>();
        Map<Atom, Integer> places = new HashMap<>();
        for (Atom result : body.results()) {
            if (result instanceof Atom.Var && body.input(result) < 0
                    && places.putIfAbsent(result, computed.size()) == null) {
                computed.add(result);
            }
        }
        List<Atom.Var> results = computed.isEmpty() && !Effect.isIn(body) ? List.of() : builder.apply(
                new Custom.Remat(Program.of(body.inputs(), body.equations(), computed), policy), operands);
        List<Atom> all = new ArrayList<>();
        for (Atom result : body.results()) {
            Integer place = places.get(result);
            all.add(place != null ? results.get(place) : result instanceof Atom.Literal ? result
                    : operands.get(body.input(result)));
        }
        return all;
    }
}

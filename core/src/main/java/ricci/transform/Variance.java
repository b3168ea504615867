package ricci.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import ricci.ir.Atom;
import ricci.ir.Collective;
import ricci.ir.Equation;
import ricci.ir.NamedAxis;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Sharding;
import ricci.ir.Subprograms;

/**
 * Over which named axes each value of a program may differ from shard to shard: sums and gatherings make it
 * the same for all, an index makes it differ, all else passes on what it is given.
 */
final class Variance {
    private Variance() {}

    /** The axes over which each result may differ, given those over which each input may. */
    static List<Set<String>> of(Program program, List<Set<String>> inputs) {
        List<Set<String>> known = new ArrayList<>(Collections.nCopies(program.variables(), Set.of()));
        for (int i = 0; i < inputs.size(); i++) {
            known.set(program.inputs().get(i).id(), inputs.get(i));
        }
        for (Equation e : program.equations()) {
            List<Set<String>> results = rule(e, e.operands().stream().map(a -> of(a, known)).toList());
            for (int i = 0; i < results.size(); i++) {
                known.set(e.results().get(i).id(), results.get(i));
            }
        }
        return program.results().stream().map(a -> of(a, known)).toList();
    }

    private static Set<String> of(Atom atom, List<Set<String>> known) {
        return switch (atom) {
            case Atom.Literal _ -> Set.of();
            case Atom.Var v -> known.get(v.id());
        };
    }

    private static List<Set<String>> rule(Equation e, List<Set<String>> x) {
        if (e.op() instanceof Op.Call(_, var body)) {
            return of(body, x);
        }
        if (e.op() instanceof Collective op) {
            return op instanceof Collective.Pmap map ? pmap(map, x) : List.of(collective(op, union(x)));
        }
        // Where programs inside are run under conditions, all that could differ does.
        Set<String> all = new LinkedHashSet<>(union(x));
        Subprograms.of(e.op()).forEach(body -> all.addAll(Collective.freeNames(body)));
        return Collections.nCopies(e.results().size(), all);
    }

    private static Set<String> collective(Collective op, Set<String> x) {
        Set<String> y = new LinkedHashSet<>(x);
        List<String> names = NamedAxis.names(op.axes());
        switch (op) {
            case Collective.AllReduce _, Collective.AllGather _ -> y.removeAll(names);
            case Collective.ReduceScatter _, Collective.AllToAll _, Collective.Permute _,
                 Collective.AxisIndex _ -> y.addAll(names);
            case Collective.Pmap _ -> throw new AssertionError("a pmap has a rule of its own");
        }
        return y;
    }

    /** Outside, its results are whole; what its axes hide may differ if anything given does. */
    private static List<Set<String>> pmap(Collective.Pmap map, List<Set<String>> x) {
        List<String> mesh = NamedAxis.names(map.axes());
        Set<String> hidden = new LinkedHashSet<>(union(x));
        hidden.retainAll(mesh);
        List<Set<String>> inputs = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            Sharding in = map.in().get(i);
            inputs.add(union(List.of(x.get(i), Set.copyOf(in.names()))));
        }
        return of(map.body(), inputs).stream().<Set<String>>map(inside -> {
            Set<String> outside = new LinkedHashSet<>(inside);
            mesh.forEach(outside::remove);
            outside.addAll(hidden);
            return outside;
        }).toList();
    }

    private static Set<String> union(List<Set<String>> sets) {
        Set<String> all = new LinkedHashSet<>();
        sets.forEach(all::addAll);
        return all;
    }
}

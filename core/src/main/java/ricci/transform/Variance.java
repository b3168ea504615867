package ricci.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Collective;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.Equation;
import ricci.ir.Lists;
import ricci.ir.NamedAxis;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Sharding;

/**
 * Over which named axes each value of a program may differ from shard to shard: sums and gatherings make it
 * the same for all, an index makes it differ, all else passes on what it is given. What is chosen or repeated
 * by a value that differs, differs.
 */
final class Variance {
    private final Memo<List<Set<String>>, List<Set<String>>> memo = new Memo<>();

    private Variance() {}

    /** The axes over which each result may differ, given those over which each input may. */
    static List<Set<String>> of(Program program, List<Set<String>> inputs) {
        return new Variance().inside(program, inputs);
    }

    private List<Set<String>> inside(Program program, List<Set<String>> inputs) {
        return memo.of(program, inputs, () -> results(program, inputs));
    }

    private List<Set<String>> results(Program program, List<Set<String>> inputs) {
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

    private List<Set<String>> rule(Equation e, List<Set<String>> x) {
        return switch (e.op()) {
            case Op.Call(_, var body) -> inside(body, x);
            case Collective.Pmap map -> pmap(map, x);
            case Collective op -> List.of(collective(op, union(x)));
            case Control.Cond(var branches) -> cond(branches, x);
            case Control.While loop -> loop(loop, x);
            case Control.Scan scan -> scan(scan, x);
            case Custom.CustomJvp(_, var function, _, _) -> inside(function, x);
            case Custom.CustomVjp(_, var function, _, _, _) -> inside(function, x);
            case Custom.Remat(var body, _) -> inside(body, x);
            // Its function is known by its transpose only, so all that could differ does.
            case Custom.CustomLinear(_, var transpose, _) -> Collections.nCopies(e.results().size(),
                    union(List.of(union(x), Collective.freeNames(transpose))));
            case Op _ -> Collections.nCopies(e.results().size(), union(x));
        };
    }

    /** What differs in its index differs in its results. */
    private List<Set<String>> cond(List<Program> branches, List<Set<String>> x) {
        List<Set<String>> results = branches.stream().map(branch -> inside(branch, x.subList(1, x.size())))
                .reduce(Variance::unions).orElseThrow();
        return results.stream().map(result -> union(List.of(result, x.getFirst()))).toList();
    }

    /** A carry differs if it does in any step, or if the number of steps does. */
    private List<Set<String>> loop(Control.While op, List<Set<String>> x) {
        int first = op.conditionConstants();
        int carry = first + op.bodyConstants();
        List<Set<String>> carries = List.of();
        List<Set<String>> next = x.subList(carry, x.size());
        while (!next.equals(carries)) {
            carries = next;
            Set<String> steps = inside(op.condition(), Lists.join(x.subList(0, first), carries)).getFirst();
            next = unions(carries, inside(op.body(), Lists.join(x.subList(first, carry), carries)))
                    .stream().map(c -> union(List.of(c, steps))).toList();
        }
        return carries;
    }

    private List<Set<String>> scan(Control.Scan op, List<Set<String>> x) {
        int first = op.constants();
        int last = first + op.carries();
        List<Set<String>> carries = x.subList(first, last);
        while (true) {
            List<Set<String>> results = inside(op.body(), Lists.join(x.subList(0, first), carries,
                    x.subList(last, x.size())));
            List<Set<String>> next = unions(carries, results.subList(0, op.carries()));
            if (next.equals(carries)) {
                return Lists.join(carries, results.subList(op.carries(), results.size()));
            }
            carries = next;
        }
    }

    private static List<Set<String>> unions(List<Set<String>> first, List<Set<String>> second) {
        return IntStream.range(0, first.size())
                .mapToObj(i -> union(List.of(first.get(i), second.get(i)))).toList();
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
    private List<Set<String>> pmap(Collective.Pmap map, List<Set<String>> x) {
        List<String> mesh = NamedAxis.names(map.axes());
        Set<String> hidden = new LinkedHashSet<>(union(x));
        hidden.retainAll(mesh);
        List<Set<String>> inputs = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            Sharding in = map.in().get(i);
            inputs.add(union(List.of(x.get(i), Set.copyOf(in.names()))));
        }
        return inside(map.body(), inputs).stream().<Set<String>>map(inside -> {
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

package ricci;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import ricci.ir.Atom;
import ricci.ir.Control;
import ricci.ir.Program;

/** Traces the branches of a choice, and applies it. */
final class Choices {
    private Choices() {}

    /** The result of branch {@code index}, an i32 scalar. */
    static <A, R> R choose(String asked, Tensor index, List<Fn<A, R>> branches, List<String> names,
            A operand) {
        Tree.Flat flat = Tree.flatten(operand);
        List<Trace.Traced> traced = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            Fn<A, R> branch = Arguments.given(asked, names.get(i), branches.get(i));
            traced.add(Trace.of(asked, x -> branch.apply(Arguments.cast(x)), flat.structure(),
                    flat.leaves().stream().map(Tensor::type).toList(), List.of()));
        }
        TypedStructure first = TypedStructure.results(traced.getFirst());
        for (int i = 1; i < traced.size(); i++) {
            first.requireSame(asked, TypedStructure.results(traced.get(i)), "the result", "from " + names
                    .getFirst(), "from " + names.get(i), "all branches return one structure, with the same "
                    + "types");
        }
        IdentityHashMap<Tensor, Integer> places = new IdentityHashMap<>();
        List<Tensor> captures = new ArrayList<>();
        for (Trace.Traced branch : traced) {
            for (Tensor capture : branch.captures()) {
                if (places.putIfAbsent(capture, captures.size()) == null) {
                    captures.add(capture);
                }
            }
        }
        List<Tensor> operands = new ArrayList<>(List.of(index));
        operands.addAll(captures);
        operands.addAll(flat.leaves());
        Control.Cond cond = new Control.Cond(
                traced.stream().map(branch -> reading(branch, captures, places)).toList());
        return Tree.unflatten(traced.getFirst().results(), Trace.apply(cond, operands));
    }

    /** The branch as a program that reads the captures of all branches. */
    private static Program reading(Trace.Traced branch, List<Tensor> captures,
            IdentityHashMap<Tensor, Integer> places) {
        Program program = branch.program();
        List<Atom.Var> inputs = new ArrayList<>();
        for (Tensor capture : captures) {
            inputs.add(new Atom.Var(program.variables() + inputs.size(), capture.type()));
        }
        int own = branch.captures().size();
        for (int i = 0; i < own; i++) {
            int place = Objects.requireNonNull(places.get(branch.captures().get(i)));
            inputs.set(place, program.inputs().get(i));
        }
        inputs.addAll(program.inputs().subList(own, program.inputs().size()));
        return Program.of(inputs, program.equations(), program.results());
    }
}

package ricci.ir;

import java.util.List;
import java.util.Objects;

/** What a program's variables stand for while it is being walked; other atoms stand for themselves. */
public final class Bindings {
    private final Atom[] values;

    /** Binds the inputs of {@code program} to {@code arguments}. */
    public Bindings(Program program, List<? extends Atom> arguments) {
        values = new Atom[program.variables()];
        for (int i = 0; i < arguments.size(); i++) {
            values[program.inputs().get(i).id()] = arguments.get(i);
        }
    }

    /** Binds the results of an equation. */
    public void define(Equation equation, List<? extends Atom> results) {
        for (int i = 0; i < results.size(); i++) {
            values[equation.results().get(i).id()] = results.get(i);
        }
    }

    /** What an atom stands for. */
    public Atom of(Atom atom) {
        return switch (atom) {
            case Atom.Literal literal -> literal;
            case Atom.Var v -> Objects.requireNonNull(values[v.id()]);
        };
    }

    /** What each atom stands for. */
    public List<Atom> of(List<? extends Atom> atoms) {
        return Lists.mapped(atoms, this::of);
    }
}

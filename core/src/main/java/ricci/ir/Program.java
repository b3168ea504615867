package ricci.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A typed, closed, first-order function in A-normal form: inputs, equations in order, results.
 *
 * <p>Variables are numbered in order of definition, so programs that differ only in names are equal. Prints
 * as text that {@link #parse} reads back:
 *
 * {@snippet lang = text :
 * program(a: f32[3], b: f32[3]) {
 *   c: f32[3] = mul(a, b)
 *   d: f32[] = reduce{monoid=sum, axes=[0]}(c)
 *   return d
 * }
 * }
 */
public record Program(List<Atom.Var> inputs, List<Equation> equations, List<Atom> results) {
    public Program {
        inputs = List.copyOf(inputs);
        equations = List.copyOf(equations);
        results = List.copyOf(results);
    }

    /** A program with its variables renumbered in order of definition; checks nothing else. */
    public static Program of(List<Atom.Var> inputs, List<Equation> equations, List<Atom> results) {
        Map<Integer, Atom.Var> renamed = new HashMap<>();
        List<Atom.Var> newInputs = inputs.stream().map(v -> define(v, renamed)).toList();
        List<Equation> newEquations = new ArrayList<>(equations.size());
        for (Equation e : equations) {
            List<Atom> operands = e.operands().stream().map(a -> use(a, renamed)).toList();
            List<Atom.Var> defined = e.results().stream().map(v -> define(v, renamed)).toList();
            newEquations.add(new Equation(defined, e.op(), operands, e.source()));
        }
        return new Program(newInputs, newEquations, results.stream().map(a -> use(a, renamed)).toList());
    }

    /**
     * Reads the text of {@link #toString}.
     *
     * @throws RicciException.Syntax if the text is no program; it names line and column
     */
    public static Program parse(String text) {
        return new ProgramParser(text).program();
    }

    /** The number of variables: their ids are below it. */
    public int variables() {
        int count = inputs.size();
        for (Equation e : equations) {
            count += e.results().size();
        }
        return count;
    }

    public List<TensorType> inputTypes() {
        return inputs.stream().map(Atom.Var::type).toList();
    }

    public List<TensorType> resultTypes() {
        return results.stream().map(Atom::type).toList();
    }

    @Override
    public String toString() {
        return ProgramPrinter.print(this);
    }

    private static Atom.Var define(Atom.Var v, Map<Integer, Atom.Var> renamed) {
        Atom.Var fresh = new Atom.Var(renamed.size(), v.type());
        renamed.put(v.id(), fresh);
        return fresh;
    }

    private static Atom use(Atom atom, Map<Integer, Atom.Var> renamed) {
        return switch (atom) {
            case Atom.Literal literal -> literal;
            case Atom.Var v -> {
                Atom.Var fresh = renamed.get(v.id());
                if (fresh == null) {
                    throw new RicciException.IllTyped("use the variable " + v.name(), v.type().toString(),
                            "a variable is defined before it is used",
                            "this is a defect of the transformation that made the program");
                }
                yield fresh;
            }
        };
    }
}

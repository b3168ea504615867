package ricci.ir;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        return new Renumbering(inputs, equations).program(results);
    }

    /**
     * Reads the text of {@link #toString}.
     *
     * @throws RicciException.Syntax if the text is no program; it names line and column
     */
    public static Program parse(String text) {
        if (text == null) {
            throw new RicciException.Argument("read a program", "the text is null",
                    "nothing is null in Ricci", "pass the text of a program");
        }
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

    /** Which input that is, counted from 0; -1 if it is none. */
    public int input(Atom atom) {
        boolean isInput = atom instanceof Atom.Var v && v.id() < inputs.size()
                && v.equals(inputs.get(v.id()));
        return isInput ? ((Atom.Var) atom).id() : -1;
    }

    public List<TensorType> inputTypes() {
        return Atom.types(inputs);
    }

    public List<TensorType> resultTypes() {
        return Atom.types(results);
    }

    @Override
    public String toString() {
        return ProgramPrinter.print(this);
    }

    /** Keeps every object that has its numbers already: most programs are made of parts of others. */
    private static final class Renumbering {
        private final List<Atom.Var> inputs;
        private final List<Equation> equations;
        private Atom.@Nullable Var[] renamed;
        private int next;

        Renumbering(List<Atom.Var> inputs, List<Equation> equations) {
            this.inputs = inputs;
            this.equations = equations;
            renamed = new Atom.@Nullable Var[inputs.size() + 2 * equations.size()];
        }

        Program program(List<Atom> results) {
            List<Atom.Var> first = Lists.mapped(inputs, this::define);
            List<Equation> then = Lists.mapped(equations, this::equation);
            return new Program(first, then, Lists.mapped(results, this::use));
        }

        private Equation equation(Equation e) {
            boolean same = true;
            for (Atom operand : e.operands()) {
                same &= use(operand).equals(operand);
            }
            List<Atom> operands = same ? e.operands() : Lists.mapped(e.operands(), this::use);
            for (Atom.Var result : e.results()) {
                same &= define(result).equals(result);
            }
            return same ? e
                    : new Equation(Lists.mapped(e.results(), this::defined), e.op(), operands, e.source());
        }

        private Atom.Var define(Atom.Var v) {
            if (v.id() >= renamed.length) {
                renamed = Arrays.copyOf(renamed, Math.max(v.id() + 1, 2 * renamed.length));
            }
            Atom.Var fresh = v.id() == next ? v : new Atom.Var(next, v.type());
            next++;
            renamed[v.id()] = fresh;
            return fresh;
        }

        private Atom use(Atom atom) {
            return switch (atom) {
                case Atom.Literal literal -> literal;
                case Atom.Var v -> defined(v);
            };
        }

        private Atom.Var defined(Atom.Var v) {
            Atom.Var fresh = v.id() < renamed.length ? renamed[v.id()] : null;
            if (fresh == null) {
                throw new RicciException.IllTyped("use the variable " + v.name(), v.type().toString(),
                        "a variable is defined before it is used",
                        "this is a defect of the transformation that made the program");
            }
            return fresh;
        }
    }
}

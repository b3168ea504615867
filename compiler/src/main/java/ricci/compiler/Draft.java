package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Bindings;
import ricci.ir.Collective;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.Equation;
import ricci.ir.InferTypes;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Source;
import ricci.ir.Subprograms;
import ricci.ir.TensorType;

/**
 * A program while a pass writes it anew, equation by equation, in the order of the old one. What the pass
 * leaves alone stays the same object, so a pass that changes nothing gives the program itself.
 *
 * <p>The programs inside an equation that stays are written anew by the same pass; but not those that say how
 * to differentiate, for no one runs them, and they belong together as they are.
 */
final class Draft {
    private final Supplier<Step> pass;
    private final Step step;
    private final List<Equation> equations = new ArrayList<>();
    private final List<@Nullable Equation> definitions = new ArrayList<>();
    private Source source = Source.UNKNOWN;

    /** What a pass does to one equation, whose operands are those of the draft. */
    @FunctionalInterface
    interface Step {
        /** What takes the place of the equation's results; null if it stays. */
        @Nullable List<? extends Atom> instead(Draft draft, Equation e);
    }

    private Draft(Supplier<Step> pass) {
        this.pass = pass;
        this.step = pass.get();
    }

    /** The program that a pass makes of {@code program}: the same object if it changes nothing. */
    static Program rewrite(Program program, Supplier<Step> pass) {
        Draft draft = new Draft(pass);
        program.inputs().forEach(_ -> draft.definitions.add(null));
        List<Atom> results = draft.splice(program, program.inputs());
        boolean same = results.equals(program.results()) && draft.equations.equals(program.equations());
        return same ? program : new Program(program.inputs(), draft.equations, results);
    }

    /** Writes a program's equations with {@code arguments} for its inputs; its results. */
    List<Atom> splice(Program program, List<? extends Atom> arguments) {
        Bindings bindings = new Bindings(program, arguments);
        Source outer = source;
        for (Equation e : program.equations()) {
            source = e.source().isKnown() ? e.source() : outer;
            bindings.define(e, write(bound(e, bindings)));
        }
        source = outer;
        return bindings.of(program.results());
    }

    /** Writes {@code op(operands)}, for an op with one result, as the pass would have it. */
    Atom apply(Op op, Atom... operands) {
        return apply(op, List.of(operands));
    }

    /** Writes {@code op(operands)}, for an op with one result, as the pass would have it. */
    Atom apply(Op op, List<Atom> operands) {
        TensorType type = InferTypes.of(op, operands.stream().map(Atom::type).toList()).getFirst();
        return write(new Equation(List.of(new Atom.Var(definitions.size(), type)), op, operands, source))
                .getFirst();
    }

    /** Writes the equation as it is, apart from the names of its results and the programs inside. */
    Equation append(Equation e) {
        Op op = inside(e.op());
        int first = definitions.size();
        boolean sameNames = e.results().isEmpty() || e.results().getFirst().id() == first;
        List<Atom.Var> results = sameNames ? e.results() : IntStream.range(0, e.results().size())
                .mapToObj(i -> new Atom.Var(first + i, e.results().get(i).type())).toList();
        Equation written = sameNames && op.equals(e.op()) ? e
                : new Equation(results, op, e.operands(), source);
        equations.add(written);
        written.results().forEach(_ -> definitions.add(written));
        return written;
    }

    /** The equation that has {@code atom} as its only result; null for others, inputs and literals. */
    @Nullable Equation definition(Atom atom) {
        Equation e = atom instanceof Atom.Var(int id, _) ? definitions.get(id) : null;
        return e != null && e.results().size() == 1 ? e : null;
    }

    private List<? extends Atom> write(Equation e) {
        List<? extends Atom> instead = step.instead(this, e);
        return instead != null ? instead : append(e).results();
    }

    private Equation bound(Equation e, Bindings bindings) {
        for (Atom operand : e.operands()) {
            if (!bindings.of(operand).equals(operand)) {
                return new Equation(e.results(), e.op(), bindings.of(e.operands()), e.source());
            }
        }
        return e;
    }

    private Op inside(Op op) {
        return switch (op) {
            case Op.Call _, Control _, Custom.Remat _, Collective.Pmap _ -> {
                List<Program> old = Subprograms.of(op);
                List<Program> programs = old.stream().map(program -> rewrite(program, pass)).toList();
                yield programs.equals(old) ? op : Subprograms.replaced(op, programs);
            }
            case Op _ -> op;
        };
    }
}

package ricci.ir;

import java.util.ArrayList;
import java.util.List;
import ricci.transform.Jvp;
import ricci.transform.Linearize;
import ricci.transform.Vjp;

/** Programs as custom primitives: with the derivatives that they have anyway, written as rules. */
public final class CustomExamples {
    private static final List<Custom.Save> SAVES = List.of(Custom.Save.values());

    private CustomExamples() {}

    /**
     * By number: remat with one of the policies, a custom jvp, a custom vjp; of a program that has no
     * derivatives, remat in any case.
     */
    public static Custom of(int kind, Program body) {
        Custom remat = remat(body, SAVES.get(Math.floorMod(body.hashCode(), SAVES.size())));
        try {
            return switch (kind) {
                case 0 -> remat;
                case 1 -> new Custom.CustomJvp("f", body, rule(body), 0);
                default -> customVjp(body);
            };
        } catch (RicciException.Derivative e) {
            return remat;
        }
    }

    public static Custom remat(Program body, Custom.Save save) {
        return new Custom.Remat(body, new Custom.Policy(save,
                save == Custom.Save.NAMED ? List.of("left") : List.of()));
    }

    /** A program of one equation. */
    public static Program program(Custom op, Program body) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(body.inputTypes());
        return b.build("test", inputs, b.apply(op, inputs));
    }

    private static List<Boolean> inexact(List<TensorType> types) {
        return types.stream().map(type -> type.dtype().isInexact()).toList();
    }

    /** Results and a tangent for each float and complex one among them. */
    public static Program rule(Program body) {
        Jvp.Result jvp = Jvp.of(body, inexact(body.inputTypes()));
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(jvp.program().inputTypes());
        List<Atom> all = b.inline(jvp.program(), inputs);
        int count = body.results().size();
        List<Atom> results = new ArrayList<>(all.subList(0, count));
        int next = count;
        for (int i = 0; i < count; i++) {
            TensorType type = body.resultTypes().get(i);
            if (jvp.activeResults().get(i)) {
                results.add(all.get(next++));
            } else if (type.dtype().isInexact()) {
                results.add(b.zeros(type));
            }
        }
        return b.build("test", inputs, results);
    }

    private static Custom.CustomVjp customVjp(Program body) {
        Linearize linearized = Linearize.of(body, inexact(body.inputTypes()));
        Program pullback = Vjp.pullback(linearized);
        int residuals = linearized.residuals();
        Builder b = new Builder();
        List<Atom.Var> inputs = new ArrayList<>(b.inputs(pullback.inputTypes().subList(0, residuals)));
        List<Atom> arguments = new ArrayList<>(inputs);
        for (int i = 0; i < body.results().size(); i++) {
            TensorType type = body.resultTypes().get(i);
            if (type.dtype().isInexact()) {
                inputs.add(b.input(type));
                if (linearized.activeResults().get(i)) {
                    arguments.add(inputs.getLast());
                }
            }
        }
        Program backward = b.build("test", inputs, b.inline(pullback, arguments));
        return new Custom.CustomVjp("f", body, linearized.primal(), backward, 0);
    }
}

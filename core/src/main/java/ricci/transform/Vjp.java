package ricci.transform;

import java.util.ArrayList;
import java.util.List;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Lists;
import ricci.ir.Program;
import ricci.ir.RicciException;

/** Reverse-mode differentiation: linearisation, then transposition of the linear part. */
public final class Vjp {
    private Vjp() {}

    /**
     * The pullback of a linearised program. Inputs: the residuals, then a cotangent per active result;
     * results: a cotangent per active input.
     */
    public static Program pullback(Linearize linearized) {
        return Dce.of(transposed(linearized));
    }

    private static Program transposed(Linearize linearized) {
        int residuals = linearized.residuals();
        int tangents = linearized.linear().inputs().size() - residuals;
        try {
            return Transpose.of(linearized.linear(),
                    Lists.join(Signature.all(residuals, false), Signature.all(tangents, true)));
        } catch (RicciException.Derivative wrong) {
            throw TransposeCustom.ofRule(wrong);
        }
    }

    /**
     * Value and gradient of a program with one scalar float result. Inputs: those of {@code program};
     * results: its results, then the gradient of the first with respect to each active input.
     */
    public static Program valueAndGrad(Program program, List<Boolean> active) {
        Linearize linearized = Linearize.of(program, active);
        Builder builder = new Builder();
        List<Atom.Var> inputs = builder.inputs(program.inputTypes());
        List<Atom> primal = builder.inline(linearized.primal(), inputs);
        int results = program.results().size();
        List<Atom> arguments = new ArrayList<>(primal.subList(results, primal.size()));
        for (int i = 0; i < results; i++) {
            if (linearized.activeResults().get(i)) {
                arguments.add(builder.fill(program.results().get(i).type(), i == 0 ? 1 : 0));
            }
        }
        List<Atom> all = new ArrayList<>(primal.subList(0, results));
        if (linearized.activeResults().getFirst()) {
            all.addAll(builder.inline(transposed(linearized), arguments));
        } else {
            for (int i = 0; i < inputs.size(); i++) {
                if (active.get(i)) {
                    all.add(builder.zeros(inputs.get(i).type()));
                }
            }
        }
        return Dce.of(builder.build("Vjp", inputs, all));
    }
}

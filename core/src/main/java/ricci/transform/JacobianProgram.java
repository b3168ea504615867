package ricci.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;

/**
 * Whole Jacobians: the linear program of a derivative, forward or transposed, vectorised over the standard
 * basis of one tensor at a time.
 *
 * <p>The program that comes out has the inputs of the original. Its results are those of the original, then
 * for each result and each active input the derivative of the one by the other, whose shape is that of the
 * result followed by that of the input.
 */
public final class JacobianProgram {
    private final Builder builder = new Builder();
    private final Linearize linearized;
    private final List<Atom.Var> inputs;
    private final List<TensorType> by;
    private final List<TensorType> of;
    private final List<Atom> primal;

    private JacobianProgram(Program program, List<Boolean> active) {
        linearized = Linearize.of(program, active);
        inputs = builder.inputs(program.inputTypes());
        by = IntStream.range(0, active.size()).filter(active::get)
                .mapToObj(i -> program.inputTypes().get(i)).toList();
        of = program.resultTypes();
        primal = builder.inline(Dce.of(linearized.primal()), inputs);
    }

    /** One column at a time: costs as many derivatives as the active inputs have elements. */
    public static Program forward(Program program, List<Boolean> active) {
        return new JacobianProgram(program, active).forward();
    }

    /** One row at a time: costs as many derivatives as the results have elements. */
    public static Program reverse(Program program, List<Boolean> active) {
        return new JacobianProgram(program, active).reverse();
    }

    private Program forward() {
        List<List<Atom>> columns = new ArrayList<>();
        for (int k = 0; k < by.size(); k++) {
            Program one = only(linearized.linear(), linearized.residuals(), k);
            List<Integer> last = one.resultTypes().stream().map(TensorType::rank).toList();
            columns.add(overBasis(one, by.get(k), last));
        }
        List<List<Atom>> rows = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < of.size(); i++) {
            int place = linearized.activeResults().get(i) ? next++ : -1;
            rows.add(place < 0 ? List.of() : columns.stream().map(c -> c.get(place)).toList());
        }
        return build(rows);
    }

    private Program reverse() {
        Program pullback = Vjp.pullback(linearized);
        List<List<Atom>> rows = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < of.size(); i++) {
            if (linearized.activeResults().get(i)) {
                Program one = only(pullback, linearized.residuals(), next++);
                rows.add(overBasis(one, of.get(i), Collections.nCopies(by.size(), 0)));
            } else {
                rows.add(List.of());
            }
        }
        return build(rows);
    }

    /** Results by results: derivatives with as many elements as they shall have, or none if all are zero. */
    private Program build(List<List<Atom>> rows) {
        List<Atom> results = new ArrayList<>(primal.subList(0, of.size()));
        for (int i = 0; i < of.size(); i++) {
            for (int k = 0; k < by.size(); k++) {
                TensorType type = of.get(i).with(of.get(i).shape().then(by.get(k).shape()));
                results.add(rows.get(i).isEmpty() ? builder.zeros(type)
                        : builder.reshape(rows.get(i).get(k), type.shape()));
            }
        }
        return Dce.of(builder.build("JacobianProgram", inputs, results));
    }

    /** A linear program of residuals and one varying tensor, applied to that tensor's standard basis. */
    private List<Atom> overBasis(Program linear, TensorType varied, List<Integer> places) {
        long size = varied.shape().size();
        List<Integer> axes = new ArrayList<>(Collections.nCopies(linearized.residuals(), Vmap.NONE));
        axes.add(0);
        Program all = Vmap.of(linear, size, axes).withResultsAlong(places);
        List<Atom> arguments = new ArrayList<>(primal.subList(of.size(), primal.size()));
        arguments.add(basis(varied));
        return builder.inline(all, arguments);
    }

    /** The unit tensors of a type along a new first axis. */
    private Atom basis(TensorType type) {
        long size = type.shape().size();
        TensorType square = TensorType.of(DType.I64, size, size);
        Atom unit = builder.compare(Op.Compare.Relation.EQ, builder.apply(new Op.Iota(square, 0)),
                builder.apply(new Op.Iota(square, 1)));
        return builder.reshape(builder.convert(unit, type.dtype()), type.shape().inserted(0, size));
    }

    /**
     * The linear program as one of the residuals and a single varying input, all others being zero. A linear
     * function is its own derivative, so what that input contributes is the tangent that it alone gives.
     */
    private static Program only(Program linear, int residuals, int place) {
        if (linear.inputs().size() == residuals + 1) {
            return linear;
        }
        Jvp.Result jvp = Jvp.of(linear, IntStream.range(0, linear.inputs().size())
                .mapToObj(i -> i == residuals + place).toList());
        Builder builder = new Builder();
        List<Atom.Var> inputs = new ArrayList<>(builder.inputs(linear.inputTypes().subList(0, residuals)));
        List<Atom> arguments = new ArrayList<>(inputs);
        linear.inputTypes().stream().skip(residuals).map(builder::zeros).forEach(arguments::add);
        inputs.add(builder.input(linear.inputTypes().get(residuals + place)));
        arguments.add(inputs.getLast());
        List<Atom> all = builder.inline(jvp.program(), arguments);
        int next = linear.results().size();
        List<Atom> results = new ArrayList<>();
        for (int i = 0; i < linear.results().size(); i++) {
            results.add(jvp.activeResults().get(i) ? all.get(next++)
                    : builder.zeros(linear.results().get(i).type()));
        }
        return Dce.of(builder.build("JacobianProgram", inputs, results));
    }
}

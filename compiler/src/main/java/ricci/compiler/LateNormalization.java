package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.transform.Dce;

/**
 * A product with a softmax is divided by the sums of its rows when it is there, as it has fewer elements than
 * the softmax (Dao 2023, "FlashAttention-2"):
 *
 * {@snippet lang = text :
 * (exp(x - greatest) / sums) v      becomes      (exp(x - greatest) v) / sums
 * }
 *
 * <p>As no exponential is above 1, what is divided then is at most as many times as large as the result as a
 * row is long; so only numbers near the greatest of their type overflow that would not. A softmax that is
 * read elsewhere, too, stays: no value is to be rounded in two ways.
 */
final class LateNormalization {
    private final Map<Atom.Var, Equation> makers = new HashMap<>();
    private final Map<Atom, Integer> readers = new HashMap<>();

    /**
     * A product with a softmax.
     *
     * @param side which operand that is
     * @param places of the axes of the sums in the product
     */
    private record Late(int side, Atom.Var exponentials, Atom.Var sums, List<Integer> places) {}

    private LateNormalization(Program program) {
        for (Equation e : program.equations()) {
            e.results().forEach(v -> makers.put(v, e));
            e.operands().forEach(x -> readers.merge(x, 1, Integer::sum));
        }
        program.results().forEach(x -> readers.merge(x, 1, Integer::sum));
    }

    static Program of(Program program) {
        LateNormalization pass = new LateNormalization(program);
        Map<Equation, Late> all = new HashMap<>();
        for (Equation e : program.equations()) {
            Late late = pass.late(e);
            if (late != null) {
                all.put(e, late);
            }
        }
        return all.isEmpty() ? program : Dce.of(written(program, all));
    }

    private @Nullable Late late(Equation e) {
        if (!(e.op() instanceof Op.DotGeneral)) {
            return null;
        }
        for (int side = 0; side < 2; side++) {
            Late late = e.operands().get(side) instanceof Atom.Var v ? late(e, side, v) : null;
            if (late != null) {
                return late;
            }
        }
        return null;
    }

    private @Nullable Late late(Equation e, int side, Atom.Var v) {
        Equation quotient = makers.get(v);
        if (quotient == null || !quotient.op().equals(new Op.Binary(Op.Binary.Function.DIV))
                || Objects.requireNonNull(readers.get(v)) > 1
                || v.type().dtype() != e.result().type().dtype()
                || v.type().shape().size() <= e.result().type().shape().size()
                || !(quotient.operands().getFirst() instanceof Atom.Var exponentials)) {
            return null;
        }
        Softmax softmax = Softmax.of(exponentials, makers::get);
        if (softmax == null) {
            return null;
        }
        Equation sums = softmax.sums(quotient.operands().getLast(), makers::get);
        List<Integer> places = Softmax.places(e, side, v.type().shape().axesExcept(List.of(softmax.axis())));
        Split along = Split.ofOperand(e, side, softmax.axis());
        return sums == null || places == null || along == null || along.result() != Split.SUM ? null
                : new Late(side, exponentials, sums.result(), places);
    }

    private static Program written(Program program, Map<Equation, Late> all) {
        Builder builder = new Builder();
        Map<Atom, Atom> written = new HashMap<>();
        List<Atom.Var> inputs = builder.inputs(program.inputTypes());
        for (int i = 0; i < inputs.size(); i++) {
            written.put(program.inputs().get(i), inputs.get(i));
        }
        for (Equation e : program.equations()) {
            builder.at(e.source());
            List<Atom> operands = new ArrayList<>(e.operands().stream().map(x -> of(written, x)).toList());
            Late late = all.get(e);
            if (late == null) {
                List<Atom.Var> results = builder.apply(e.op(), operands);
                for (int i = 0; i < results.size(); i++) {
                    written.put(e.results().get(i), results.get(i));
                }
                continue;
            }
            operands.set(late.side(), of(written, late.exponentials()));
            Atom product = builder.apply(e.op(), operands).getFirst();
            written.put(e.result(), builder.div(product, Softmax.spread(builder, of(written, late.sums()),
                    product.type().shape(), late.places())));
        }
        return builder.program(inputs, program.results().stream().map(x -> of(written, x)).toList());
    }

    private static Atom of(Map<Atom, Atom> written, Atom x) {
        return x instanceof Atom.Literal ? x : Objects.requireNonNull(written.get(x));
    }
}

package ricci.compiler;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.GatherDimensions;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * Sums of one-hot vectors are counts: to compare every index with every class, and add up the ones, takes as
 * many times longer than to count as there are classes. An index that is no class is counted nowhere, as it
 * equals none. Integers count, and are converted once at the end; so the sum of any length is rounded once.
 *
 * <p>That a product of their transpose with a matrix is the sum of its rows by class is no rule, as it would
 * round after each row, and zero times infinity is NaN, in a product alone.
 */
final class Counts {
    static final List<Rule> RULES = List.of(
            new Rule("sum of one-hot vectors -> counts", Op.Reduce.class, Counts::of));

    private Counts() {}

    private static @Nullable Atom of(Draft draft, Equation e) {
        Op.Reduce op = (Op.Reduce) e.op();
        Atom x = e.operands().getFirst();
        Shape shape = x.type().shape();
        if (op.monoid() != Monoid.SUM || x.type().dtype().isComplex() || shape.size() == 0
                || shape.size() > Integer.MAX_VALUE * OneHot.FEWEST_CLASSES) {
            return null;
        }
        OneHot oneHot = OneHot.of(draft, x);
        return oneHot == null || op.axes().contains(oneHot.axis()) ? null
                : draft.apply(new Op.Convert(x.type().dtype()), counts(draft, op, oneHot, shape));
    }

    /** As i32: the kept axes, with that of the classes in its place. */
    private static Atom counts(Draft draft, Op.Reduce op, OneHot oneHot, Shape shape) {
        Atom indices = oneHot.indices();
        // The axes of the indices that are summed over; they come last.
        List<Integer> summed = op.axes().stream().map(a -> a < oneHot.axis() ? a : a - 1).toList();
        List<Integer> kept = indices.type().shape().axesExcept(summed);
        List<Integer> order = Stream.concat(kept.stream(), summed.stream()).toList();
        Shape each = indices.type().shape().select(kept);
        int batches = each.rank();
        Shape turns = each.then(indices.type().shape().select(summed).size());
        Atom flat = draft.apply(new Op.Reshape(turns.then(1)),
                draft.apply(new Op.Transpose(order), indices));
        List<Integer> batch = IntStream.range(0, batches).boxed().toList();
        GatherDimensions single = new GatherDimensions(List.of(), List.of(batches), batch, batch,
                List.of(batches));
        Atom counts = draft.apply(
                new Op.Scatter(single, Op.Scatter.Combiner.ADD, Op.OutOfBounds.ZERO),
                new Atom.Literal(new TensorType(DType.I32, each.then(shape.length(oneHot.axis()))), 0), flat,
                new Atom.Literal(new TensorType(DType.I32, turns), 1));
        int place = (int) IntStream.range(0, oneHot.axis()).filter(a -> !op.axes().contains(a)).count();
        return draft.apply(new Op.Transpose(IntStream.rangeClosed(0, batches)
                .map(a -> a < place ? a : a == place ? batches : a - 1).boxed().toList()), counts);
    }
}

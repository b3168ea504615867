package ricci.compiler;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Contraction;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.GatherDimensions;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * Products of one-hot vectors with a matrix, over the classes, as gathers of its rows. An index that is no
 * class gives zeros. A product multiplies all the other rows by zero as well, which matters where they are
 * infinite or NaN: so what is not finite is counted along each column, and where there is any besides the
 * row's own element, the result is NaN. To count reads the matrix once, as the product does.
 */
final class OneHotProducts {
    static final List<Rule> RULES = List.of(
            new Rule("product of one-hot vectors -> gather", Op.DotGeneral.class, OneHotProducts::of));

    private OneHotProducts() {}

    private static @Nullable Atom of(Draft draft, Equation e) {
        Op.DotGeneral op = (Op.DotGeneral) e.op();
        Contraction axes = op.contraction();
        DType dtype = op.result();
        Atom left = e.operands().getFirst();
        Atom right = e.operands().getLast();
        if (!axes.leftBatch().isEmpty() || axes.leftContracted().size() != 1 || dtype.isComplex()
                || e.result().type().shape().size() == 0) {
            return null;
        }
        OneHot ofLeft = oneHot(draft, left, axes.leftContracted().getFirst());
        OneHot ofRight = ofLeft != null ? null : oneHot(draft, right, axes.rightContracted().getFirst());
        if (ofLeft != null && dtype.isFloat() == right.type().dtype().isFloat()) {
            return gathered(draft, ofLeft.indices(), right, axes.rightContracted().getFirst(), dtype);
        } else if (ofRight != null && dtype.isFloat() == left.type().dtype().isFloat()) {
            Atom rows = gathered(draft, ofRight.indices(), left, axes.leftContracted().getFirst(), dtype);
            int indices = ofRight.indices().type().shape().rank();
            int rank = rows.type().shape().rank();
            return draft.apply(new Op.Transpose(
                    IntStream.range(0, rank).mapToObj(i -> (i + indices) % rank).toList()), rows);
        }
        return null;
    }

    private static @Nullable OneHot oneHot(Draft draft, Atom x, int axis) {
        OneHot oneHot = OneHot.of(draft, x);
        return oneHot != null && oneHot.axis() == axis ? oneHot : null;
    }

    /** For each index the part of {@code x} that it names along the axis, added up with zeros. */
    private static Atom gathered(Draft draft, Atom indices, Atom x, int axis, DType dtype) {
        Shape shape = x.type().shape();
        int rank = indices.type().shape().rank();
        int last = rank + shape.rank() - 1;
        List<Integer> window = IntStream.range(rank, last).boxed().toList();
        GatherDimensions dimensions =
                new GatherDimensions(window, List.of(axis), List.of(), List.of(), List.of(axis));
        Atom rows = draft.apply(new Op.Gather(dimensions, shape.with(axis, 1), Op.OutOfBounds.ZERO), x,
                draft.apply(new Op.Reshape(indices.type().shape().then(1)), indices));
        Atom converted = dtype == x.type().dtype() ? rows : draft.apply(new Op.Convert(dtype), rows);
        if (!dtype.isFloat()) {
            return converted;
        }
        TensorType sums = converted.type();
        // Zeros alone are added up to 0, never to -0.
        Atom sum = draft.apply(new Op.Binary(Op.Binary.Function.ADD), converted, new Atom.Literal(sums, 0));
        Atom inColumn = draft.apply(new Op.Broadcast(sums.shape(), window),
                draft.apply(new Op.Reduce(Monoid.SUM, List.of(axis)), isWild(draft, x)));
        Atom isPoisoned = draft.apply(new Op.Compare(Op.Compare.Relation.GT), inColumn, isWild(draft, rows));
        return draft.apply(new Op.Select(), isPoisoned, new Atom.Literal(sums, Double.NaN), sum);
    }

    /** 1 for what is infinite or NaN, else 0; floats, as it is only asked whether one count is greater. */
    private static Atom isWild(Draft draft, Atom x) {
        TensorType counts = x.type().with(DType.F32);
        return draft.apply(new Op.Select(), draft.apply(new Op.IsFinite(), x), new Atom.Literal(counts, 0),
                new Atom.Literal(counts, 1));
    }
}

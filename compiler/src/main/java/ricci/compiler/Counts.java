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
 * <p>A product of one-hot vectors with a matrix is not the gather of its rows, nor a product with their
 * transpose the sum of the rows by class: zero times infinity is NaN, in a product alone.
 */
final class Counts {
    /** With fewer classes, to compare in lanes takes no longer than to count one index after the other. */
    static final long FEWEST_CLASSES = 8;

    static final List<Rule> RULES = List.of(
            new Rule("sum of one-hot vectors -> counts", Op.Reduce.class, Counts::of));

    private Counts() {}

    /** Which axis counts the classes, and the indices, which lack it. */
    private record OneHot(int axis, Atom indices) {}

    private static @Nullable Atom of(Draft draft, Equation e) {
        Op.Reduce op = (Op.Reduce) e.op();
        Atom x = e.operands().getFirst();
        Shape shape = x.type().shape();
        if (op.monoid() != Monoid.SUM || x.type().dtype().isComplex() || shape.size() == 0
                || shape.size() > Integer.MAX_VALUE * FEWEST_CLASSES) {
            return null;
        }
        Equation ones = draft.definition(x);
        Equation isClass = ones != null && ones.op() instanceof Op.Convert
                ? draft.definition(ones.operands().getFirst()) : null;
        if (isClass == null || !isClass.op().equals(new Op.Compare(Op.Compare.Relation.EQ))) {
            return null;
        }
        OneHot found = oneHot(draft, isClass.operands().getFirst(), isClass.operands().getLast());
        OneHot oneHot = found != null ? found
                : oneHot(draft, isClass.operands().getLast(), isClass.operands().getFirst());
        return oneHot == null || op.axes().contains(oneHot.axis()) ? null
                : draft.apply(new Op.Convert(x.type().dtype()), counts(draft, op, oneHot, shape));
    }

    private static @Nullable OneHot oneHot(Draft draft, Atom classes, Atom indices) {
        int axis = countedAxis(draft, classes);
        Equation e = draft.definition(indices);
        if (axis < 0 || e == null || !(e.op() instanceof Op.Broadcast repeat)) {
            return null;
        }
        Atom repeated = e.operands().getFirst();
        Shape shape = indices.type().shape();
        int along = repeat.axes().indexOf(axis);
        if (along >= 0 && repeated.type().shape().length(along) != 1) {
            return null;
        }
        Atom without = along < 0 ? repeated : draft.apply(new Op.Reshape(repeated.type().shape()
                .select(repeated.type().shape().axesExcept(List.of(along)))), repeated);
        List<Integer> axes = repeat.axes().stream().filter(a -> a != axis).map(a -> a < axis ? a : a - 1)
                .toList();
        Shape rest = shape.select(shape.axesExcept(List.of(axis)));
        return new OneHot(axis, draft.apply(new Op.Broadcast(rest, axes), without));
    }

    /** The axis along which the elements are 0, 1, 2 …, whatever the others are, if it is long; else -1. */
    private static int countedAxis(Draft draft, Atom x) {
        DType dtype = x.type().dtype();
        int axis = switch (draft.definition(x)) {
            case Equation(_, Op.Iota iota, _, _) -> iota.axis();
            case Equation(_, Op.Broadcast repeat, var operands, _)
                    when draft.definition(operands.getFirst()) instanceof Equation(_, Op.Iota iota, _, _) ->
                    repeat.axes().get(iota.axis());
            case null, default -> -1;
        };
        if (axis < 0 || !dtype.isInteger()) {
            return -1;
        }
        long classes = x.type().shape().length(axis);
        // In a dtype that is too small for them they would begin anew. The greatest u64 is -1 as a long.
        boolean isDistinct = dtype == DType.U64 || classes - 1 <= dtype.greatest().longValue();
        return classes >= FEWEST_CLASSES && isDistinct ? axis : -1;
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
                fill(draft, each.then(shape.length(oneHot.axis())), 0), flat, fill(draft, turns, 1));
        int place = (int) IntStream.range(0, oneHot.axis()).filter(a -> !op.axes().contains(a)).count();
        return draft.apply(new Op.Transpose(IntStream.rangeClosed(0, batches)
                .map(a -> a < place ? a : a == place ? batches : a - 1).boxed().toList()), counts);
    }

    private static Atom fill(Draft draft, Shape shape, int value) {
        return draft.apply(new Op.Broadcast(shape, List.of()),
                new Atom.Literal(TensorType.of(DType.I32), value));
    }
}

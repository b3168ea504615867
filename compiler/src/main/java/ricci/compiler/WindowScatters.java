package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/**
 * What goes to the extreme element of each window, as the gradient of a pool does, written without places
 * from memory if the windows lie apart: each element of a window is asked whether it is the one.
 */
final class WindowScatters {
    static final List<Rule> RULES = List.of(
            new Rule("scatter to extremes of windows that lie apart -> select", Op.Scatter.class,
                    (draft, e) -> {
                        WindowScatters scatter = of(draft, e);
                        return scatter == null ? null : scatter.instead(draft, e.operands().getLast());
                    }));

    private final TensorType result;
    private final Windows.ArgReduceWindow op;
    private final Atom positions;
    private final Shape base;
    private final Shape places;

    private WindowScatters(TensorType result, Windows.ArgReduceWindow op, Equation extremes) {
        this.result = result;
        this.op = op;
        this.positions = extremes.result();
        this.base = extremes.operands().getFirst().type().shape();
        this.places = positions.type().shape();
    }

    private static @Nullable WindowScatters of(Draft draft, Equation e) {
        Op.Scatter op = (Op.Scatter) e.op();
        DType dtype = e.result().type().dtype();
        Equation indices = draft.definition(e.operands().get(1));
        Equation extremes = indices == null || !(indices.op() instanceof Op.Reshape) ? null
                : draft.definition(indices.operands().getFirst());
        boolean isSum = op.combiner() == Op.Scatter.Combiner.ADD && !dtype.isComplex() && dtype != DType.BOOL
                && Literals.is(e.operands().getFirst(), 0);
        if (!isSum || indices == null || extremes == null
                || !(extremes.op() instanceof Windows.ArgReduceWindow window)) {
            return null;
        }
        WindowScatters scatter = new WindowScatters(e.result().type(), window, extremes);
        return scatter.isOf(op.dimensions(), e.operands().get(1), e.operands().getLast()) && scatter.isApart()
                ? scatter : null;
    }

    /** Whether an index is a position that was found, and each update goes where it was. */
    private boolean isOf(GatherDimensions d, Atom indices, Atom updates) {
        List<Integer> axes = op.axes();
        int first = axes.getFirst();
        int end = first + axes.size();
        if (!axes.equals(IntStream.range(first, end).boxed().toList())) {
            return false;
        }
        Shape joined = base.range(0, first).then(base.select(axes).size())
                .then(base.range(end, base.rank()));
        List<Integer> others = IntStream.range(0, joined.rank()).filter(axis -> axis != first).boxed()
                .toList();
        return result.shape().equals(joined) && updates.type().shape().equals(places)
                && indices.type().shape().equals(places.then(1))
                && d.equals(new GatherDimensions(List.of(), List.of(first), others, base.axesExcept(axes),
                        List.of(first)));
    }

    /** Whether no window has holes, and each begins where another one ends. */
    private boolean isApart() {
        Sliding s = op.sliding();
        return IntStream.range(0, base.rank()).allMatch(axis -> s.low().get(axis) == 0
                && s.high().get(axis) == 0 && s.baseDilation().get(axis) == 1
                && s.windowDilation().get(axis) == 1 && op.window().length(axis) > 0
                && s.strides().get(axis) == op.window().length(axis));
    }

    private Atom instead(Draft draft, Atom updates) {
        List<Integer> ofPlaces = new ArrayList<>();
        List<Integer> inside = new ArrayList<>();
        List<Long> lengths = new ArrayList<>();
        for (int axis = 0; axis < base.rank(); axis++) {
            ofPlaces.add(lengths.size());
            boolean isSlid = op.axes().contains(axis);
            if (isSlid) {
                inside.addAll(List.of(lengths.size(), lengths.size() + 1));
            }
            lengths.add(places.length(axis));
            if (isSlid) {
                lengths.add(op.window().length(axis));
            }
        }
        Shape all = shape(lengths);
        // Every update is added to a zero, which changes the zeros of one sign.
        Atom sums = draft.apply(new Op.Binary(Op.Binary.Function.ADD), updates,
                new Atom.Literal(updates.type(), 0));
        Atom is = draft.apply(new Op.Compare(Op.Compare.Relation.EQ),
                draft.apply(new Op.Broadcast(all, ofPlaces), positions),
                draft.apply(new Op.Broadcast(all, inside), numbers(draft, all.select(inside))));
        Atom chosen = draft.apply(new Op.Select(), is, draft.apply(new Op.Broadcast(all, ofPlaces), sums),
                new Atom.Literal(new TensorType(result.dtype(), all), 0));
        return draft.apply(new Op.Reshape(result.shape()), whole(draft, chosen));
    }

    /** The position of each element of each window: along each axis, first that of the window. */
    private Atom numbers(Draft draft, Shape shape) {
        Shape counted = base.select(op.axes());
        TensorType line = TensorType.of(op.index(), counted.size());
        Atom number = draft.apply(new Op.Reshape(counted), draft.apply(new Op.Iota(line, 0)));
        Shape covered = covered().select(op.axes());
        Atom some = covered.equals(counted) ? number : draft.apply(new Op.Slice(
                Builder.repeat(counted.rank(), 0), Axis.lengths(covered),
                Builder.repeat(counted.rank(), 1)), number);
        return draft.apply(new Op.Reshape(shape), some);
    }

    /** What windows cover of the base. */
    private Shape covered() {
        return shape(IntStream.range(0, base.rank()).mapToObj(axis -> op.axes().contains(axis)
                ? places.length(axis) * op.window().length(axis) : base.length(axis)).toList());
    }

    /** With the zeros behind the last windows. */
    private Atom whole(Draft draft, Atom chosen) {
        Shape covered = covered();
        Atom inWindows = draft.apply(new Op.Reshape(covered), chosen);
        List<Long> none = Builder.repeat(base.rank(), 0);
        List<Long> left = IntStream.range(0, base.rank()).mapToObj(axis ->
                base.length(axis) - covered.length(axis)).toList();
        return left.equals(none) ? inWindows : draft.apply(new Op.Pad(none, left, none), inWindows,
                new Atom.Literal(TensorType.of(result.dtype()), 0));
    }

    private static Shape shape(List<Long> lengths) {
        return Shape.of(lengths.stream().mapToLong(length -> length).toArray());
    }
}

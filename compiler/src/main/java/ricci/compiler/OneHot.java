package ricci.compiler;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Shape;

/**
 * A tensor of zeros and ones, each of which says whether an index equals the place along one axis. An index
 * that is no place there is nowhere.
 *
 * @param axis which of its axes counts the classes
 * @param indices which lack that axis
 */
record OneHot(int axis, Atom indices) {
    /** With fewer classes, to compare in lanes takes no longer than to do what an index says. */
    static final long FEWEST_CLASSES = 8;

    /** As what the tensor is defined; null if it is no such one. */
    static @Nullable OneHot of(Draft draft, Atom x) {
        Equation ones = draft.definition(x);
        Equation isClass = ones != null && ones.op() instanceof Op.Convert
                ? draft.definition(ones.operands().getFirst()) : null;
        if (isClass == null || !isClass.op().equals(new Op.Compare(Op.Compare.Relation.EQ))) {
            return null;
        }
        OneHot found = of(draft, isClass.operands().getFirst(), isClass.operands().getLast());
        return found != null ? found : of(draft, isClass.operands().getLast(), isClass.operands().getFirst());
    }

    private static @Nullable OneHot of(Draft draft, Atom classes, Atom indices) {
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
            case null -> -1;
            case Equation _ -> -1;
        };
        if (axis < 0 || !dtype.isInteger()) {
            return -1;
        }
        long classes = x.type().shape().length(axis);
        // In a dtype that is too small for them they would begin anew. The greatest u64 is -1 as a long.
        boolean isDistinct = dtype == DType.U64 || classes - 1 <= dtype.greatest().longValue();
        return classes >= FEWEST_CLASSES && isDistinct ? axis : -1;
    }
}

package ricci.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Contraction;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * How an equation is computed in parts: some elements of the result along an axis need those of each operand
 * along an axis, or the whole operand; or the whole result is a sum of what parts of the operands come to, or
 * the greatest of that.
 *
 * @param operands for each operand its axis, or {@link #WHOLE}
 * @param result the axis of the result, or {@link #SUM} or {@link #GREATEST}
 */
record Split(List<Integer> operands, int result) {
    /** In place of an axis: all elements are needed for each part. */
    static final int WHOLE = -1;
    /** In place of an axis of the result: it is the sum of the parts' results. */
    static final int SUM = -2;
    /** The same: it is the greatest of the parts' results. */
    static final int GREATEST = -3;

    Split {
        operands = List.copyOf(operands);
    }

    /** How an equation is computed in parts along an axis of its only result; null if it is not. */
    static @Nullable Split ofResult(Equation e, int axis) {
        if (e.results().size() != 1) {
            return null;
        }
        return switch (e.op()) {
            case Op op when isElementwise(op) -> all(e, axis);
            case Op.Cumulative(_, var along, _) -> along == axis ? null : all(e, axis);
            case Op.Iota _ -> new Split(List.of(), axis);
            case Op.Transpose(var permutation) -> one(permutation.get(axis), axis);
            case Op.Reshape _, Op.Rearrange _ -> {
                int place = axis;
                List<Op> steps = moves(e);
                for (int i = steps.size() - 1; i >= 0 && place >= 0; i--) {
                    place = before(steps.get(i), shape(e, steps, i), place);
                }
                yield place < 0 ? null : one(place, axis);
            }
            case Op.Broadcast(var shape, var axes) -> {
                int place = axes.indexOf(axis);
                boolean isThere = place >= 0 && operand(e).length(place) == shape.length(axis);
                yield one(isThere ? place : WHOLE, axis);
            }
            case Op.Reduce(_, var axes) -> one(operand(e).axesExcept(axes).get(axis), axis);
            case Op.DotGeneral(var contraction, _) -> product(e, contraction, axis);
            case Op _ -> null;
        };
    }

    /** How an equation is computed in parts along an axis of an operand; null if it is not. */
    static @Nullable Split ofOperand(Equation e, int operand, int axis) {
        if (e.results().size() != 1) {
            return null;
        }
        return switch (e.op()) {
            case Op op when isElementwise(op) -> all(e, axis);
            case Op.Cumulative(_, var along, _) -> along == axis ? null : all(e, axis);
            case Op.Transpose(var permutation) -> one(axis, permutation.indexOf(axis));
            case Op.Reshape _, Op.Rearrange _ -> {
                int place = axis;
                List<Op> steps = moves(e);
                for (int i = 0; i < steps.size() && place >= 0; i++) {
                    place = after(steps.get(i), shape(e, steps, i), place);
                }
                yield place < 0 ? null : one(axis, place);
            }
            case Op.Broadcast(var shape, var axes) -> operand(e).length(axis)
                    == shape.length(axes.get(axis)) ? one(axis, axes.get(axis)) : null;
            case Op.Reduce(var monoid, var axes) -> !axes.contains(axis)
                    ? one(axis, operand(e).axesExcept(axes).indexOf(axis))
                    : monoid == Monoid.SUM && isExact(e) ? one(axis, SUM)
                    : monoid == Monoid.MAX ? one(axis, GREATEST) : null;
            case Op.DotGeneral(var contraction, _) -> product(e, contraction, operand, axis);
            case Op _ -> null;
        };
    }

    /** Whether each element of the result is made of those at the same place in the operands. */
    static boolean isElementwise(Op op) {
        return switch (op) {
            case Op.Unary _, Op.IntegerPower _, Op.IsFinite _, Op.ReducePrecision _, Op.Binary _, Op.Fma _,
                    Op.RegularizedIncompleteBeta _, Op.Compare _, Op.Select _, Op.Convert _,
                    Op.Bitcast _, Op.StopGradient _ -> true;
            case Op _ -> false;
        };
    }

    /** Whether the result is made of elements without a product or a sum of them. */
    static boolean isCheap(Op op) {
        return isElementwise(op) || switch (op) {
            case Op.Iota _, Op.Broadcast _, Op.Transpose _, Op.Reshape _, Op.Rearrange _ -> true;
            case Op _ -> false;
        };
    }

    /** The operation on parts of so many elements. */
    Op op(Equation e, long count) {
        return result < 0 ? e.op() : switch (e.op()) {
            case Op.Broadcast(var shape, var axes) -> new Op.Broadcast(shape.with(result, count), axes);
            case Op.Reshape(var shape) -> new Op.Reshape(shape.with(result, count));
            case Op.Rearrange(var split, var permutation, var shape) -> {
                int place = before(new Op.Reshape(shape), transposed(split, permutation), result);
                yield new Op.Rearrange(split.with(permutation.get(place), count), permutation,
                        shape.with(result, count));
            }
            case Op.Iota(var type, var axis) -> new Op.Iota(part(type, result, count), axis);
            case Op op -> op;
        };
    }

    /** The type of so many elements along an axis. */
    static TensorType part(TensorType type, int axis, long count) {
        return axis < 0 ? type : type.with(type.shape().with(axis, count));
    }

    private static Split one(int operand, int result) {
        return new Split(List.of(operand), result);
    }

    private static Split all(Equation e, int axis) {
        return new Split(Collections.nCopies(e.operands().size(), axis), axis);
    }

    private static Shape operand(Equation e) {
        return e.operands().getFirst().type().shape();
    }

    /** Whether sums of sums are as good as sums. */
    private static boolean isExact(Equation e) {
        return switch (e.result().type().dtype()) {
            case F32, F64, I32, I64, U32, U64 -> true;
            case F16, BF16, I8, U8, I16, U16, BOOL, C64, C128 -> false;
        };
    }

    // ---- what moves elements ----

    /** A reshape, or a rearrange as its steps. */
    private static List<Op> moves(Equation e) {
        return e.op() instanceof Op.Rearrange(var split, var permutation, var shape)
                ? List.of(new Op.Reshape(split), new Op.Transpose(permutation), new Op.Reshape(shape))
                : List.of(e.op());
    }

    /** What step number {@code step} is applied to. */
    private static Shape shape(Equation e, List<Op> steps, int step) {
        Shape shape = operand(e);
        for (Op op : steps.subList(0, step)) {
            shape = op instanceof Op.Reshape(var to) ? to
                    : transposed(shape, ((Op.Transpose) op).permutation());
        }
        return shape;
    }

    private static Shape transposed(Shape shape, List<Integer> permutation) {
        return shape.select(permutation);
    }

    private static int before(Op step, Shape from, int axis) {
        return step instanceof Op.Reshape(var to) ? place(to, from, axis)
                : ((Op.Transpose) step).permutation().get(axis);
    }

    private static int after(Op step, Shape from, int axis) {
        return step instanceof Op.Reshape(var to) ? place(from, to, axis)
                : ((Op.Transpose) step).permutation().indexOf(axis);
    }

    /** Which axis of a reshaped tensor is the same; negative if none is. */
    private static int place(Shape from, Shape to, int axis) {
        long before = size(from, axis);
        for (int i = 0; i < to.rank(); i++) {
            if (to.length(i) == from.length(axis) && size(to, i) == before) {
                return i;
            }
        }
        return -1;
    }

    /** Of the axes before one. */
    private static long size(Shape shape, int axis) {
        return Arrays.stream(shape.toArray()).limit(axis).reduce(1, (a, b) -> a * b);
    }

    // ---- products ----

    private static Split product(Equation e, Contraction c, int axis) {
        int batches = c.leftBatch().size();
        if (axis < batches) {
            return new Split(List.of(c.leftBatch().get(axis), c.rightBatch().get(axis)), axis);
        }
        List<Integer> free = c.leftFree(operand(e));
        int place = axis - batches;
        return place < free.size() ? new Split(List.of(free.get(place), WHOLE), axis)
                : new Split(List.of(WHOLE, c.rightFree(e.operands().getLast().type().shape())
                        .get(place - free.size())), axis);
    }

    private static @Nullable Split product(Equation e, Contraction c, int operand, int axis) {
        List<List<Integer>> batch = List.of(c.leftBatch(), c.rightBatch());
        List<List<Integer>> contracted = List.of(c.leftContracted(), c.rightContracted());
        int among = batch.get(operand).indexOf(axis);
        if (among >= 0) {
            return product(e, c, among);
        }
        int summed = contracted.get(operand).indexOf(axis);
        if (summed >= 0) {
            return isExact(e) ? new Split(List.of(contracted.get(0).get(summed),
                    contracted.get(1).get(summed)), SUM) : null;
        }
        List<Integer> axes = new ArrayList<>(c.leftFree(operand(e)));
        int first = operand == 0 ? 0 : axes.size();
        axes.addAll(c.rightFree(e.operands().getLast().type().shape()));
        int place = axes.subList(first, axes.size()).indexOf(axis);
        return product(e, c, c.leftBatch().size() + first + place);
    }
}

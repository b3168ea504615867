package ricci.ir;

import java.util.List;
import java.util.stream.Stream;

/** The typing rules of gather and scatter, which share their axis correspondence. */
final class InferIndexingTypes {
    private InferIndexingTypes() {}

    static TensorType gather(Op.Gather op, List<TensorType> operands) {
        InferTypes.arity(op, 2, operands);
        TensorType x = operands.getFirst();
        TensorType indices = operands.getLast();
        check(op, op.dimensions(), x, indices, operands);
        GatherDimensions d = op.dimensions();
        boolean fits = op.window().rank() == x.rank();
        for (int axis = 0; fits && axis < x.rank(); axis++) {
            long length = op.window().length(axis);
            boolean batch = d.operandBatch().contains(axis);
            boolean single = batch || d.collapsed().contains(axis);
            // Along an empty batch axis there are no windows, so none is too long.
            fits = (batch || length <= x.shape().length(axis)) && (!single || length == 1);
        }
        List<Integer> kept = d.windowAxes(x.shape());
        if (!fits || kept.size() != d.offset().size()) {
            throw broken(op, operands, "the window " + op.window()
                    + " fits into the operand, collapsed and batch axes "
                    + "have window length 1, and offset names one result axis per remaining axis");
        }
        return x.with(merge(op, d.offset(), op.window().select(kept), batch(indices), operands));
    }

    static TensorType scatter(Op.Scatter op, List<TensorType> operands) {
        InferTypes.arity(op, 3, operands);
        TensorType x = operands.getFirst();
        TensorType indices = operands.get(1);
        TensorType updates = operands.getLast();
        check(op, op.dimensions(), x, indices, operands);
        boolean numbers = switch (op.combiner()) {
            case ADD, MUL -> true;
            case SET, MIN, MAX -> false;
        };
        InferTypes.acceptDType("scatter by " + OpText.camel(op.combiner()),
                !numbers || x.dtype() != DType.BOOL, x);
        GatherDimensions d = op.dimensions();
        List<Integer> kept = d.windowAxes(x.shape());
        if (updates.dtype() != x.dtype() || kept.size() != d.offset().size()) {
            throw broken(
                    op, operands,
                    "updates have the operand's dtype, and offset names one axis of the updates per "
                    + "axis of the window");
        }
        InferTypes.checkAxes(op, updates, d.offset());
        Shape window = updates.shape().select(d.offset());
        boolean fits = updates.shape().equals(merge(op, d.offset(), window, batch(indices), operands));
        for (int i = 0; fits && i < kept.size(); i++) {
            fits = window.length(i) <= x.shape().length(kept.get(i));
        }
        if (!fits) {
            throw broken(
                    op, operands, "the updates' shape is that of the windows, with one window per index");
        }
        return x;
    }

    private static void check(Op op, GatherDimensions d, TensorType x, TensorType indices,
            List<TensorType> operands) {
        InferTypes.checkAxes(op, x, Stream.concat(d.collapsed().stream(), d.operandBatch().stream())
                .toList());
        InferTypes.checkAxes(op, x, Stream.concat(d.indexed().stream(), d.operandBatch().stream()).toList());
        InferTypes.checkAxes(op, indices, d.indexBatch());
        boolean fits = indices.dtype().isInteger() && indices.rank() >= 1
                && !d.indexBatch().contains(indices.rank() - 1)
                && indices.shape().length(indices.rank() - 1) == d.indexed().size()
                && x.shape().select(d.operandBatch()).equals(indices.shape().select(d.indexBatch()));
        if (!fits) {
            throw broken(
                    op, operands, "indices are integers, their last axis has one coordinate per indexed axis "
                    + d.indexed() + ", and batch axes have the operand's lengths");
        }
    }

    private static Shape batch(TensorType indices) {
        return indices.shape().without(List.of(indices.rank() - 1));
    }

    /** The result shape: window lengths at the offset axes, the batch of indices at the others, in order. */
    private static Shape merge(Op op, List<Integer> offset, Shape window, Shape batch,
            List<TensorType> operands) {
        long[] lengths = new long[window.rank() + batch.rank()];
        int nextBatch = 0;
        for (int axis = 0; axis < lengths.length; axis++) {
            int inWindow = offset.indexOf(axis);
            if (inWindow < 0 && nextBatch == batch.rank()) {
                throw broken(op, operands, "offset axes " + offset + " are distinct axes of the result");
            }
            lengths[axis] = inWindow >= 0 ? window.length(inWindow) : batch.length(nextBatch++);
        }
        return Shape.of(lengths);
    }

    private static RicciException broken(Op op, List<TensorType> operands, String rule) {
        return new RicciException.Shape(OpText.name(op), InferTypes.list(operands), rule,
                "check the axis correspondence " + OpText.parameters(op));
    }
}

package ricci.runtime;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import ricci.ir.ComplexNumber;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/** The interpreter's rules for gather and scatter: where in the operand does each element of a window lie? */
final class Indexing {
    private static final int LEFT_OUT = -1;

    private Indexing() {}

    static Value gather(Op.Gather op, Value x, long[] indices, List<TensorType> types, TensorType result) {
        Shape window = op.window().select(op.dimensions().windowAxes(types.getFirst().shape()));
        int[] places = places(op.dimensions(), op.outOfBounds(), op.window(), window, types, indices,
                result.shape());
        DType dtype = result.dtype();
        Number outside = op.outOfBounds() == Op.OutOfBounds.ZERO ? (Number) 0
                : dtype.isComplex() ? ComplexNumber.of(Double.NaN, Double.NaN)
                : dtype.isFloat() ? (Number) Double.NaN : dtype.least();
        Value gathered = Value.fill(dtype, places.length, outside);
        Value inside = places.length == 0 || types.getFirst().shape().size() == 0 ? gathered
                : x.take(Arrays.stream(places).map(p -> Math.max(p, 0)).toArray());
        int[] targets = new int[places.length];
        Arrays.setAll(targets, i -> places[i] == LEFT_OUT ? LEFT_OUT : i);
        gathered.put(targets, inside);
        return gathered;
    }

    static Value scatter(Op.Scatter op, List<Value> x, List<TensorType> types) {
        Shape updates = types.getLast().shape();
        Shape full = op.dimensions().window(types.getFirst().shape(), updates);
        int[] places = places(op.dimensions(), op.outOfBounds(), full,
                updates.select(op.dimensions().offset()), types, Eval.integers(x.get(1)), updates);
        DType dtype = types.getFirst().dtype();
        return switch (x.getFirst()) {
            case Value.Reals(var data) -> new Value.Reals(
                    combine(reals(op.combiner()), data, places, Eval.reals(x.get(2)), dtype));
            case Value.Integers(var data) -> new Value.Integers(
                    combine(integers(op.combiner(), dtype), data, places, Eval.integers(x.get(2)), dtype));
            case Value.Complexes z -> combine(op.combiner(), z, places, Eval.complexes(x.get(2)), dtype);
        };
    }

    private static DoubleBinaryOperator reals(Op.Scatter.Combiner combiner) {
        return switch (combiner) {
            case SET -> (_, update) -> update;
            case ADD -> Double::sum;
            case MUL -> (x, update) -> x * update;
            case MIN -> Math::min;
            case MAX -> Math::max;
        };
    }

    private static LongBinaryOperator integers(Op.Scatter.Combiner combiner, DType dtype) {
        return switch (combiner) {
            case SET -> (_, update) -> update;
            case ADD -> Long::sum;
            case MUL -> (x, update) -> x * update;
            case MIN -> Scalars.integers(Op.Binary.Function.MIN, dtype);
            case MAX -> Scalars.integers(Op.Binary.Function.MAX, dtype);
        };
    }

    private static double[] combine(DoubleBinaryOperator f, double[] x, int[] places, double[] updates,
            DType dtype) {
        double[] y = x.clone();
        for (int i = 0; i < places.length; i++) {
            if (places[i] != LEFT_OUT) {
                y[places[i]] = f.applyAsDouble(y[places[i]], updates[i]);
            }
        }
        return Arrays.stream(y).map(dtype::round).toArray();
    }

    private static Value combine(Op.Scatter.Combiner combiner, Value.Complexes x, int[] places,
            Value.Complexes updates, DType dtype) {
        Value.Complexes y = new Value.Complexes(x.data().clone());
        for (int i = 0; i < places.length; i++) {
            if (places[i] != LEFT_OUT) {
                y.set(places[i], switch (combiner) {
                    case SET -> updates.at(i);
                    case ADD -> ComplexScalars.add(y.at(places[i]), updates.at(i));
                    case MUL -> ComplexScalars.mul(y.at(places[i]), updates.at(i));
                    case MIN, MAX -> throw new AssertionError("complex numbers have no order");
                });
            }
        }
        return Value.Complexes.of(dtype, y.count(), y::at);
    }

    private static long[] combine(LongBinaryOperator f, long[] x, int[] places, long[] updates, DType dtype) {
        long[] y = x.clone();
        for (int i = 0; i < places.length; i++) {
            if (places[i] != LEFT_OUT) {
                y[places[i]] = dtype.wrap(f.applyAsLong(y[places[i]], updates[i]));
            }
        }
        return y;
    }

    /**
     * For each element of the result (of the updates), the operand's element that it corresponds to.
     *
     * @param full the window's length along every axis of the operand
     * @param window its length along the axes that the result has
     */
    private static int[] places(GatherDimensions d, Op.OutOfBounds mode, Shape full, Shape window,
            List<TensorType> types, long[] indices, Shape result) {
        Shape operand = types.getFirst().shape();
        int[] operandStrides = Places.strides(operand);
        List<Integer> batchAxes = result.axesExcept(d.offset());
        int[] windowOffsets = Places.of(0, window,
                d.windowAxes(operand).stream().mapToInt(axis -> operandStrides[axis]).toArray());
        int[] windowTargets = Places.along(result, d.offset());
        int[] batchTargets = Places.along(result, batchAxes);
        int coordinates = d.indexed().size();
        Shape batch = result.select(batchAxes);
        int[] places = new int[Value.length(result.size())];
        for (int b = 0; b < batchTargets.length; b++) {
            int start = start(d, mode, full, operand, indices, b * coordinates, batch.index(b));
            for (int w = 0; w < windowOffsets.length; w++) {
                places[batchTargets[b] + windowTargets[w]] = 
                        start == LEFT_OUT ? LEFT_OUT : start + windowOffsets[w];
            }
        }
        return places;
    }

    /** The place of a window's first element, or {@link #LEFT_OUT}. */
    private static int start(GatherDimensions d, Op.OutOfBounds mode, Shape full, Shape operand,
            long[] indices, int firstCoordinate, long[] batchIndex) {
        int[] strides = Places.strides(operand);
        int start = 0;
        for (int k = 0; k < d.indexed().size(); k++) {
            int axis = d.indexed().get(k);
            long last = operand.length(axis) - full.length(axis);
            long index = indices[firstCoordinate + k];
            boolean outside = index < 0 || index > last;
            if (outside && mode != Op.OutOfBounds.CLIP) {
                return LEFT_OUT;
            }
            start += (int) Math.clamp(index, 0, Math.max(last, 0)) * strides[axis];
        }
        for (int k = 0; k < d.operandBatch().size(); k++) {
            // The last axis of the indices holds coordinates, so its batch axes are numbered as in the whole.
            start += (int) batchIndex[d.indexBatch().get(k)] * strides[d.operandBatch().get(k)];
        }
        return start;
    }
}

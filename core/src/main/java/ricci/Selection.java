package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/** Elements chosen by where they are: at positions known beforehand, on diagonals, in order, up to each. */
final class Selection {
    private Selection() {}

    /**
     * The elements at some positions along an axis: a slice if they are evenly spaced, else a gather.
     *
     * @param positions each from 0 to the axis's length, exclusive
     */
    static Tensor take(Tensor x, int axis, long... positions) {
        if (positions.length == 0) {
            return x.slice(axis, 0, 0);
        }
        long first = positions[0];
        long step = positions.length == 1 ? 1 : positions[1] - first;
        boolean even = IntStream.range(0, positions.length).allMatch(i -> positions[i] == first + i * step);
        if (!even) {
            return gather(x, axis, positions);
        }
        long last = positions[positions.length - 1];
        if (step == 0) {
            long[] shape = x.shape().toArray();
            shape[axis] = positions.length;
            return x.slice(axis, first, first + 1).broadcastTo(shape);
        }
        Tensor inOrder = every(x, axis, Math.min(first, last), Math.max(first, last) + 1, Math.abs(step));
        return step > 0 ? inOrder : Elementwise.one(new Op.Reverse(List.of(axis)), inOrder);
    }

    private static Tensor every(Tensor x, int axis, long start, long limit, long step) {
        if (start == 0 && limit == x.shape().length(axis) && step == 1) {
            return x;
        }
        List<Long> starts = new ArrayList<>(Builder.repeat(x.rank(), 0));
        List<Long> limits = new ArrayList<>(Arrays.stream(x.shape().toArray()).boxed().toList());
        List<Long> strides = new ArrayList<>(Builder.repeat(x.rank(), 1));
        starts.set(axis, start);
        limits.set(axis, limit);
        strides.set(axis, step);
        return Elementwise.one(new Op.Slice(starts, limits, strides), x);
    }

    private static Tensor gather(Tensor x, int axis, long... positions) {
        return gather(x, axis, Ricci.tensor(DType.I64, positions, positions.length, 1));
    }

    /** At positions along an axis, in whose place are their axes, of which the last one has length 1. */
    private static Tensor gather(Tensor x, int axis, Tensor positions) {
        long[] window = x.shape().toArray();
        window[axis] = 1;
        List<Integer> offset = IntStream.range(0, x.rank() - 1)
                .mapToObj(i -> i < axis ? i : i + positions.rank() - 1).toList();
        GatherDimensions d =
                new GatherDimensions(offset, List.of(axis), List.of(), List.of(), List.of(axis));
        return Elementwise.one(new Op.Gather(d, Shape.of(window), Op.OutOfBounds.CLIP), x, positions);
    }

    /** The element at {@code i * strides[0] + j * strides[1] + …} along an axis, at i, j, … along several. */
    static Tensor windows(Tensor x, int axis, long[] lengths, long... strides) {
        TensorType type = new TensorType(DType.I64, Shape.of(lengths).then(1));
        Tensor positions = Ricci.full(type, 0);
        for (int i = 0; i < lengths.length; i++) {
            positions = positions.add(Elementwise.one(new Op.Iota(type, i)).mul(strides[i]));
        }
        return gather(x, axis, positions);
    }

    /**
     * The elements whose indices along two axes of one length are equal; {@code axisB}, the later one,
     * disappears.
     */
    static Tensor diagonal(Tensor x, int axisA, int axisB) {
        long[] window = x.shape().toArray();
        long length = window[axisA];
        window[axisA] = 1;
        window[axisB] = 1;
        if (length == 0) {
            return x.reshape(x.shape().without(List.of(axisB)).toArray());
        }
        List<Integer> both = List.of(axisA, axisB);
        Shape result = x.shape().without(List.of(axisB));
        GatherDimensions d = new GatherDimensions(
                result.axesExcept(List.of(axisA)), both, List.of(), List.of(), both);
        // Row i is (i, i).
        Tensor indices = Elementwise.one(new Op.Iota(TensorType.of(DType.I64, length, 2), 0));
        return Elementwise.one(new Op.Gather(d, Shape.of(window), Op.OutOfBounds.CLIP), x, indices);
    }

    /** Where the elements of the sorted tensor come from along an axis. */
    static Tensor order(Tensor x, int axis, DType index) {
        Tensor places = Elementwise.one(new Op.Iota(x.type().with(index), axis));
        return Trace.apply(new Op.Sort(axis, 1), List.of(x, places)).getLast();
    }

    static Tensor cumulative(Op.Cumulative.Function function, Tensor x, int axis) {
        return Elementwise.one(new Op.Cumulative(function, axis, false), x);
    }

    static Tensor roll(Tensor x, long shift, int axis) {
        long length = x.shape().length(axis);
        long moved = length == 0 ? 0 : Math.floorMod(shift, length);
        return moved == 0 ? x : Ricci.concatenate(
                List.of(x.slice(axis, length - moved, length), x.slice(axis, 0, length - moved)), axis);
    }
}

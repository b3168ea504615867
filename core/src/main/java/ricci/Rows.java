package ricci;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import ricci.einops.Update;
import ricci.ir.Contraction;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/** Reading and writing slices at positions that are data. */
final class Rows {
    /** For x with axes b n r: b is the batch, n is indexed, r is the window. */
    private static final GatherDimensions BATCHED =
            new GatherDimensions(List.of(2), List.of(1), List.of(0), List.of(0), List.of(1));

    private Rows() {}

    static Tensor take(Tensor x, Tensor indices) {
        if (x.rank() == 0 || !indices.dtype().isInteger()) {
            throw new RicciException.DataType("take rows", x.type() + " and indices " + indices.type(),
                    "indices are integers, and what they index has an axis",
                    "convert them: indices.to(DType.I32)");
        }
        if (x.shape().length(0) == 0) {
            return ofNone(x, indices);
        }
        Tensor wide = indices.to(DType.I64);
        Tensor counted = Elementwise.where(wide.lt(0), wide.add(x.shape().length(0)), wide);
        int rank = indices.rank();
        List<Integer> offset = IntStream.range(rank, rank + x.rank() - 1).boxed().toList();
        long[] window = x.shape().toArray();
        window[0] = 1;
        long[] coordinates = Arrays.copyOf(indices.shape().toArray(), rank + 1);
        coordinates[rank] = 1;
        GatherDimensions d = new GatherDimensions(offset, List.of(0), List.of(), List.of(), List.of(0));
        return Elementwise.one(new Op.Gather(d, Shape.of(window), Op.OutOfBounds.CLIP), x,
                counted.reshape(coordinates));
    }

    /** Of no rows, none can be taken; to take none is fine. */
    private static Tensor ofNone(Tensor x, Tensor indices) {
        if (indices.size() > 0) {
            throw new RicciException.Shape("take rows", x.type() + " and indices " + indices.type(),
                    "there are rows to take", "take from a tensor whose first axis has length 1 or more");
        }
        return Trace.fill(x.type().with(indices.shape().then(x.shape().range(1, x.rank()))), 0);
    }

    /**
     * Positions in row-major order of coordinates along the last axis; -1 for those outside.
     *
     * @throws IndexOutOfBoundsException if the coordinates have values and one is outside
     */
    static Tensor positions(Tensor coordinates, long... lengths) {
        if (!coordinates.dtype().isInteger()) {
            throw new RicciException.DataType("find elements by coordinates", coordinates.type().toString(),
                    "coordinates are integers", "convert them: coordinates.to(DType.I32)");
        }
        if (coordinates instanceof Array values) {
            requireInside(values.toLongs(), lengths);
        }
        Tensor wide = coordinates.to(DType.I64);
        long[] strides = new long[lengths.length];
        long size = 1;
        for (int axis = lengths.length - 1; axis >= 0; axis--) {
            strides[axis] = size;
            size *= lengths[axis];
        }
        int last = wide.rank() - 1;
        Contraction sum = new Contraction(List.of(), List.of(), List.of(last), List.of(0));
        Tensor places = Elementwise.one(new Op.DotGeneral(sum, DType.I64), wide, Ricci.tensor(
                DType.I64, strides, strides.length));
        Tensor limits = Ricci.tensor(DType.I64, lengths, lengths.length);
        Tensor isInside = Elementwise.binary(
                Op.Binary.Function.AND, wide.ge(0).all(last), wide.lt(limits).all(last));
        return Elementwise.where(isInside, places, Ricci.full(places.type(), -1));
    }

    private static void requireInside(long[] coordinates, long... lengths) {
        for (int i = 0; i < coordinates.length; i++) {
            long length = lengths[i % lengths.length];
            if (coordinates[i] < 0 || coordinates[i] >= length) {
                throw new IndexOutOfBoundsException("index " + coordinates[i] + " in an axis of length "
                        + length);
            }
        }
    }

    /** Rows {@code b p r} of x {@code b n r} at positions {@code b p}; NaN, or the least integer, outside. */
    static Tensor gather(Tensor x, Tensor positions) {
        Shape shape = x.shape();
        Shape result = Shape.of(shape.length(0), positions.shape().length(1), shape.length(2));
        if (x.size() == 0) {
            return Trace.fill(x.type().with(result), x.dtype().isInexact() ? (Number) Double.NaN
                    : x.dtype().least());
        }
        Shape window = Shape.of(1, 1, shape.length(2));
        return Elementwise.one(new Op.Gather(BATCHED, window, Op.OutOfBounds.FILL), x,
                coordinates(positions));
    }

    /**
     * x {@code b n r} with rows {@code b p r} written at positions {@code b p}, in order; those outside are
     * left out.
     */
    static Tensor scatter(Tensor x, Tensor positions, Tensor rows, Update update) {
        DType dtype = DType.promote(x.dtype(), rows.dtype());
        Op.Scatter.Combiner combiner = switch (update) {
            case SET -> Op.Scatter.Combiner.SET;
            // Of truths, the sum is whether any holds.
            case ADD -> dtype == DType.BOOL ? Op.Scatter.Combiner.MAX : Op.Scatter.Combiner.ADD;
        };
        return x.size() == 0 ? x.to(dtype) : Elementwise.one(
                new Op.Scatter(BATCHED, combiner, Op.OutOfBounds.FILL), x.to(dtype), coordinates(positions),
                rows.to(dtype));
    }

    private static Tensor coordinates(Tensor positions) {
        return positions.reshape(positions.shape().length(0), positions.shape().length(1), 1);
    }
}

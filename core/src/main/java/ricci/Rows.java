package ricci;

import java.util.List;
import java.util.stream.LongStream;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/** Selecting slices along the first axis by index. */
final class Rows {
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
        List<Integer> offset = java.util.stream.IntStream.range(rank, rank + x.rank() - 1).boxed().toList();
        long[] window = x.shape().toArray();
        window[0] = 1;
        long[] coordinates = java.util.Arrays.copyOf(indices.shape().toArray(), rank + 1);
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
        return Trace.fill(x.type().with(Shape.of(LongStream.concat(
                LongStream.of(indices.shape().toArray()),
                LongStream.of(x.shape().toArray()).skip(1)).toArray())), 0);
    }
}

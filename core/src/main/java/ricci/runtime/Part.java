package ricci.runtime;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import ricci.ir.NamedAxis;
import ricci.ir.Shape;
import ricci.ir.Sharding;
import ricci.ir.TensorType;

/**
 * Where one shard's part of a tensor lies in the whole.
 *
 * @param type the type of the part
 * @param whole the shape of the whole
 * @param start the index of its first element, along each axis
 */
record Part(TensorType type, Shape whole, List<Long> start) {

    static Part of(Sharding sharding, TensorType type, List<NamedAxis> mesh, Shard shard) {
        List<Long> start = new ArrayList<>();
        for (int axis = 0; axis < type.rank(); axis++) {
            start.add(shard.index(sharding.over(axis, mesh)) * type.shape().length(axis));
        }
        return new Part(type, sharding.whole(type, mesh).shape(), start);
    }

    /** The part: the same memory if it lies there in one piece, as aligned as a buffer is; else a copy. */
    Buffer take(Buffer from) {
        if (type.shape().size() == 0) {
            return Buffer.allocate(type.dtype(), 0);
        }
        long first = first();
        if (isOnePiece() && first * type.dtype().bytes() % Buffer.ALIGNMENT == 0) {
            return from.part(first, type.shape().size());
        }
        Buffer part = Buffer.allocate(type.dtype(), type.shape().size());
        copy(from.segment(), part.segment(), true, 0, first, 0);
        return part;
    }

    /** Writes the part to its place in the whole. */
    void put(Buffer part, Buffer to) {
        if (type.shape().size() > 0) {
            copy(part.segment(), to.segment(), false, 0, first(), 0);
        }
    }

    private long first() {
        long first = 0;
        for (int axis = 0; axis < type.rank(); axis++) {
            first += start.get(axis) * stride(whole, axis);
        }
        return first;
    }

    /** The last axis along which this is not all; from there on, elements lie in a row. */
    private int cut() {
        int axis = type.rank() - 1;
        while (axis >= 0 && type.shape().length(axis) == whole.length(axis)) {
            axis--;
        }
        return axis;
    }

    private boolean isOnePiece() {
        long pieces = 1;
        for (int axis = 0; axis < cut(); axis++) {
            pieces *= type.shape().length(axis);
        }
        return pieces <= 1;
    }

    private void copy(MemorySegment from, MemorySegment to, boolean fromWhole, int axis, long inWhole,
            long inPart) {
        if (axis >= cut()) {
            int bytes = type.dtype().bytes();
            long count = stride(type.shape(), Math.max(axis, 0) - 1);
            MemorySegment.copy(from, (fromWhole ? inWhole : inPart) * bytes,
                    to, (fromWhole ? inPart : inWhole) * bytes, count * bytes);
            return;
        }
        for (long i = 0; i < type.shape().length(axis); i++) {
            copy(from, to, fromWhole, axis + 1, inWhole + i * stride(whole, axis),
                    inPart + i * stride(type.shape(), axis));
        }
    }

    /** How far apart neighbours along an axis are: the product of the lengths after it. */
    private static long stride(Shape shape, int axis) {
        long stride = 1;
        for (int after = axis + 1; after < shape.rank(); after++) {
            stride *= shape.length(after);
        }
        return stride;
    }
}

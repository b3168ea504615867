package ricci.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ricci.ir.Shape;

/** The axes that have more than one element; the others are of no account to loops. */
final class Dims {
    private Dims() {}

    /** Which axes of {@code shape} have not exactly one element. */
    static List<Integer> of(Shape shape) {
        List<Integer> axes = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (shape.length(axis) != 1) {
                axes.add(axis);
            }
        }
        return axes;
    }

    static long[] lengths(Shape shape) {
        return Arrays.stream(shape.toArray()).filter(n -> n != 1).toArray();
    }

    /** The strides of a view along {@link #of(Shape)}. */
    static long[] strides(View view) {
        return of(view.shape()).stream().mapToLong(axis -> view.strides().get(axis)).toArray();
    }

    /** The strides of elements in row-major order. */
    static long[] rowMajor(long[] lengths) {
        long[] strides = new long[lengths.length];
        long stride = 1;
        for (int i = lengths.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= lengths[i];
        }
        return strides;
    }

    static long size(long[] lengths) {
        return Arrays.stream(lengths).reduce(1, (a, b) -> a * b);
    }
}

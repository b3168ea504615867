package ricci.runtime;

import java.util.List;
import ricci.ir.Shape;

/** Where the elements of strided views lie: lists of positions, in row-major order of the view. */
final class Places {
    private Places() {}

    /** The distance between neighbours along each axis of a dense row-major tensor. */
    static int[] strides(Shape shape) {
        int[] strides = new int[shape.rank()];
        int stride = 1;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= (int) Math.max(shape.length(axis), 1);
        }
        return strides;
    }

    /**
     * The positions of a view with that shape: its first element at {@code start}, neighbours {@code strides}
     * apart.
     */
    static int[] of(int start, Shape shape, int[] strides) {
        int[] places = new int[Value.length(shape.size())];
        long[] index = new long[shape.rank()];
        int place = start;
        for (int i = 0; i < places.length; i++) {
            places[i] = place;
            for (int axis = index.length - 1; axis >= 0; axis--) {
                place += strides[axis];
                if (++index[axis] < shape.length(axis)) {
                    break;
                }
                place -= (int) (strides[axis] * index[axis]);
                index[axis] = 0;
            }
        }
        return places;
    }

    /** The positions that {@code axes} of a dense tensor run through, the other axes staying at 0. */
    static int[] along(Shape shape, List<Integer> axes) {
        int[] strides = strides(shape);
        return of(0, shape.select(axes), axes.stream().mapToInt(axis -> strides[axis]).toArray());
    }
}

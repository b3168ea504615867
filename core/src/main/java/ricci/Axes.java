package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.RicciException;

/** Axes as users give them: negative ones count from the end, none means all. */
final class Axes {
    private Axes() {}

    static int of(String asked, Tensor x, int axis) {
        Elementwise.requirePresent(asked, x);
        if (axis < -x.rank() || axis >= x.rank()) {
            throw new RicciException.Axis(asked + " along axis " + axis, x.type().toString(),
                    x.rank() == 0 ? "a scalar has no axes" : "axes of a tensor of rank " + x.rank()
                    + " count from 0 to "
                            + (x.rank() - 1) + ", or from the end from -1 to -" + x.rank(),
                    x.rank() == 0 ? "leave the axis out" : "choose one of the axes of " + x.shape());
        }
        return axis < 0 ? axis + x.rank() : axis;
    }

    static List<Integer> all(String asked, Tensor x, int... axes) {
        Elementwise.requirePresent(asked, x);
        Arguments.given(asked, "the axes", axes);
        if (axes.length == 0) {
            return IntStream.range(0, x.rank()).boxed().toList();
        }
        List<Integer> resolved = new ArrayList<>();
        for (int axis : axes) {
            int counted = of(asked, x, axis);
            if (resolved.contains(counted)) {
                throw new RicciException.Axis(asked + " along axes " + Arrays.toString(axes), x.type()
                        .toString(),
                        "each axis is named at most once; axis " + counted + " is named twice",
                        "drop the repeated axis");
            }
            resolved.add(counted);
        }
        return resolved;
    }

    /** Where a new axis stands in the result; negative ones count from its end. */
    static int inserted(String asked, Tensor x, int axis) {
        return inserted(asked, x, new int[] {axis}).getFirst();
    }

    /** Where new axes stand in the result, in increasing order. */
    static List<Integer> inserted(String asked, Tensor x, int... axes) {
        int rank = x.rank() + axes.length;
        List<Integer> resolved = new ArrayList<>();
        for (int axis : axes) {
            int counted = axis < 0 ? axis + rank : axis;
            if (counted < 0 || counted >= rank || resolved.contains(counted)) {
                throw new RicciException.Axis(asked + " with new axes " + Arrays.toString(axes),
                        x.type().toString(), "the result has rank " + rank + ": its axes count from 0 to "
                        + (rank - 1) + ", or from the end from -1 to -" + rank + ", each named once",
                        "choose places for the new axes in the result");
            }
            resolved.add(counted);
        }
        return resolved.stream().sorted().toList();
    }
}

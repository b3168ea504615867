package ricci.runtime;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Op;
import ricci.ir.Shape;

/** The interpreter's rule for sort: a stable sort of positions, lane by lane. */
final class Sorting {
    private Sorting() {}

    static List<Value> sort(Op.Sort op, List<Value> x, Shape shape) {
        int[] lanes = Places.along(shape, shape.axesExcept(List.of(op.axis())));
        int[] along = Places.along(shape, List.of(op.axis()));
        int[] sorted = new int[lanes.length * along.length];
        for (int lane : lanes) {
            Integer[] order = IntStream.of(along).mapToObj(offset -> lane + offset).toArray(Integer[]::new);
            Arrays.sort(order, (i, j) -> compare(x.subList(0, op.keys()), i, j));
            for (int k = 0; k < along.length; k++) {
                sorted[lane + along[k]] = order[k];
            }
        }
        return x.stream().map(value -> value.take(sorted)).toList();
    }

    static int compare(List<Value> keys, int i, int j) {
        for (Value key : keys) {
            int order = switch (key) {
                // Adding 0 makes -0 equal to 0; Double.compare puts NaN last.
                case Value.Reals(var data) -> Double.compare(data[i] + 0.0, data[j] + 0.0);
                case Value.Integers(var data) -> Long.compare(data[i], data[j]);
            };
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}

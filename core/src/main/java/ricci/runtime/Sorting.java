package ricci.runtime;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/** The interpreter's rule for sort: a stable sort of positions, lane by lane. */
final class Sorting {
    private Sorting() {}

    static List<Value> sort(Op.Sort op, List<Value> x, List<TensorType> types) {
        Shape shape = types.getFirst().shape();
        int[] lanes = Places.along(shape, shape.axesExcept(List.of(op.axis())));
        int[] along = Places.along(shape, List.of(op.axis()));
        int[] sorted = new int[lanes.length * along.length];
        for (int lane : lanes) {
            Integer[] order = IntStream.of(along).mapToObj(offset -> lane + offset).toArray(Integer[]::new);
            Arrays.sort(order, (i, j) -> compare(x.subList(0, op.keys()), types, i, j));
            for (int k = 0; k < along.length; k++) {
                sorted[lane + along[k]] = order[k];
            }
        }
        return x.stream().map(value -> value.take(sorted)).toList();
    }

    static int compare(List<Value> keys, List<TensorType> types, int i, int j) {
        for (int k = 0; k < keys.size(); k++) {
            DType dtype = types.get(k).dtype();
            int order = switch (keys.get(k)) {
                // Adding 0 makes -0 equal to 0; Double.compare puts NaN last.
                case Value.Reals(var data) -> Double.compare(data[i] + 0.0, data[j] + 0.0);
                case Value.Integers(var data) -> dtype.compare(data[i], data[j]);
                // By the real part, then by the imaginary one, as in NumPy.
                case Value.Complexes(var data) -> {
                    int first = Double.compare(data[2 * i] + 0.0, data[2 * j] + 0.0);
                    yield first != 0 ? first : Double.compare(data[2 * i + 1] + 0.0, data[2 * j + 1] + 0.0);
                }
            };
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}

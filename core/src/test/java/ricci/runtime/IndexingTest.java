package ricci.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.GatherDimensions;
import ricci.ir.InferTypes;
import ricci.ir.Op;
import ricci.ir.RandomProgram;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/** The indexing primitives against their definition, written out coordinate by coordinate. */
class IndexingTest {
    /**
     * All gathers and scatters of random programs, on random operands and indices, some of which are out of
     * bounds.
     */
    @Property(tries = 600)
    void gatherAndScatterFollowTheirDefinition(@ForAll long seed) {
        for (Equation e : RandomProgram.any(seed, 12).equations()) {
            List<TensorType> types = e.operands().stream().map(Atom::type).toList();
            if (types.isEmpty() || !types.getFirst().dtype().isFloat()) {
                continue;
            }
            List<TensorType> f64 = types.stream().map(t -> t.dtype().isFloat() ? t.with(DType.F64) : t)
                    .toList();
            Random random = new Random(seed);
            if (e.op() instanceof Op.Gather gather) {
                checkGather(gather, f64, random);
            } else if (e.op() instanceof Op.Scatter scatter) {
                checkScatter(scatter, f64, random);
            }
        }
    }

    private static void checkGather(Op.Gather op, List<TensorType> types, Random random) {
        double[] x = random.doubles(types.getFirst().shape().size()).toArray();
        long[] indices = random.longs(types.get(1).shape().size(), -2, 5).toArray();
        Shape result = InferTypes.of(op, types).getFirst().shape();
        double[] expected = new double[(int) result.size()];
        for (int i = 0; i < expected.length; i++) {
            long[] place = place(op.dimensions(), types, op.window(), indices, coordinates(i, result),
                    op.outOfBounds());
            double outside = op.outOfBounds() == Op.OutOfBounds.ZERO ? 0 : Double.NaN;
            expected[i] = place.length == 0 && types.getFirst().rank() > 0 ? outside
                    : x[flat(place, types.getFirst().shape())];
        }
        Buffer actual = Eval.apply(op, types,
                List.of(Buffer.ofReals(DType.F64, x), Buffer.ofIntegers(DType.I64, indices)))
                .getFirst();
        assertArrayEquals(expected, actual.reals(), op + " of " + types);
    }

    private static void checkScatter(Op.Scatter op, List<TensorType> types, Random random) {
        double[] x = random.doubles(types.getFirst().shape().size()).toArray();
        long[] indices = random.longs(types.get(1).shape().size(), -2, 5).toArray();
        double[] updates = random.doubles(types.get(2).shape().size()).toArray();
        Shape operand = types.getFirst().shape();
        Shape window = op.dimensions().window(operand, types.get(2).shape());
        double[] expected = x.clone();
        for (int i = 0; i < updates.length; i++) {
            long[] place = place(op.dimensions(), types, window, indices,
                    coordinates(i, types.get(2).shape()), op.outOfBounds());
            if (place.length > 0 || operand.rank() == 0) {
                int at = flat(place, operand);
                expected[at] = switch (op.combiner()) {
                    case SET -> updates[i];
                    case ADD -> expected[at] + updates[i];
                    case MUL -> expected[at] * updates[i];
                    case MIN -> Math.min(expected[at], updates[i]);
                    case MAX -> Math.max(expected[at], updates[i]);
                };
            }
        }
        Buffer actual = Eval.apply(op, types, List.of(Buffer.ofReals(DType.F64, x),
                Buffer.ofIntegers(DType.I64, indices), Buffer.ofReals(DType.F64, updates))).getFirst();
        assertArrayEquals(expected, actual.reals(), 1e-12, op + " of " + types);
    }

    /**
     * The operand's coordinates for one place of the result (of the updates); none if the window lies
     * outside.
     */
    private static long[] place(GatherDimensions d, List<TensorType> types, Shape window, long[] indices,
            long[] at,
            Op.OutOfBounds mode) {
        Shape operand = types.getFirst().shape();
        Shape indexShape = types.get(1).shape();
        long[] batch = java.util.stream.IntStream.range(0, at.length).filter(i -> !d.offset().contains(i))
                .mapToLong(i -> at[i]).toArray();
        long[] start = new long[operand.rank()];
        for (int k = 0; k < d.indexed().size(); k++) {
            long[] coordinate = Arrays.copyOf(batch, batch.length + 1);
            coordinate[batch.length] = k;
            start[d.indexed().get(k)] = indices[flat(coordinate, indexShape)];
        }
        for (int axis = 0; axis < start.length; axis++) {
            long last = operand.length(axis) - window.length(axis);
            if (mode != Op.OutOfBounds.CLIP && (start[axis] < 0 || start[axis] > last)) {
                return new long[0];
            }
            start[axis] = Math.clamp(start[axis], 0, last);
        }
        for (int i = 0; i < d.operandBatch().size(); i++) {
            start[d.operandBatch().get(i)] = batch[d.indexBatch().get(i)];
        }
        List<Integer> kept = d.windowAxes(operand);
        for (int i = 0; i < kept.size(); i++) {
            start[kept.get(i)] += at[d.offset().get(i)];
        }
        return start;
    }

    private static long[] coordinates(int flat, Shape shape) {
        long[] at = new long[shape.rank()];
        long rest = flat;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            at[axis] = rest % shape.length(axis);
            rest /= shape.length(axis);
        }
        return at;
    }

    private static int flat(long[] at, Shape shape) {
        long flat = 0;
        for (int axis = 0; axis < at.length; axis++) {
            flat = flat * shape.length(axis) + at[axis];
        }
        return (int) flat;
    }

    @Test
    void rowsAreTakenAsInNumpyAndClamped() {
        Tensor x = Ricci.tensor(new float[][] {{1, 2}, {3, 4}, {5, 6}});
        assertArrayEquals(new float[] {5, 6, 1, 2, 5, 6, 5, 6},
                x.take(Ricci.tensor(new int[] {2, 0, -1, 99})).toFloats());
        assertEquals(Shape.of(2, 1, 2), x.take(Ricci.tensor(new int[] {2, 0}, 2, 1)).shape());
    }

    @Property(tries = 300)
    void sortingIsStableAndPutsNaNLast(@ForAll long seed) {
        Random random = new Random(seed);
        int count = random.nextInt(20);
        double[] keys = random.ints(count, 0, 6)
                .mapToDouble(k -> k == 5 ? Double.NaN : k == 4 ? -0.0 : k == 3 ? 0.0 : k)
                .toArray();
        long[] index = java.util.stream.LongStream.range(0, count).toArray();
        TensorType type = TensorType.of(DType.F64, count);
        List<Buffer> sorted = Eval.apply(new Op.Sort(0, 1), List.of(type, type.with(DType.I64)),
                List.of(Buffer.ofReals(DType.F64, keys), Buffer.ofIntegers(DType.I64, index)));
        Integer[] order = java.util.stream.IntStream.range(0, count).boxed().toArray(Integer[]::new);
        Arrays.sort(order, java.util.Comparator.comparingDouble(i -> keys[i] == 0 ? 0.0 : keys[i]));
        assertArrayEquals(Arrays.stream(order).mapToLong(Integer::longValue).toArray(), sorted.getLast()
                .integers());
    }
}

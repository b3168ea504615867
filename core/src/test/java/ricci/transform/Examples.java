package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** What vmap means: run the program for each example, and stack the results. */
final class Examples {
    private static final double[] SPECIAL = {0, -0.0, 1, Double.NaN, Double.POSITIVE_INFINITY, -1};

    private Examples() {}

    /** The type with the mapped axis. */
    static TensorType type(TensorType each, int axis, long size) {
        if (axis == Vmap.NONE) {
            return each;
        }
        long[] lengths = each.shape().toArray();
        return each.with(Shape.of(LongStream.concat(
                LongStream.concat(Arrays.stream(lengths, 0, axis), LongStream.of(size)),
                Arrays.stream(lengths, axis, lengths.length)).toArray()));
    }

    static List<TensorType> types(List<TensorType> each, List<Integer> axes, long size) {
        return IntStream.range(0, axes.size()).mapToObj(i -> type(each.get(i), axes.get(i), size)).toList();
    }

    /** A place for the mapped axis of each type. */
    static List<Integer> drawAxes(Random random, List<TensorType> each) {
        return each.stream().map(type -> random.nextInt(type.rank() + 1)).toList();
    }

    /** An axis for each type, or none. */
    static List<Integer> drawSome(Random random, List<TensorType> types) {
        return drawAxes(random, types).stream().map(a -> random.nextInt(3) == 0 ? (Integer) Vmap.NONE : a)
                .toList();
    }

    /** Elements of all kinds, ties and special values among them. */
    static Buffer draw(Random random, TensorType type) {
        int count = (int) type.shape().size();
        if (type.dtype().isComplex()) {
            return Buffer.ofComplexes(type.dtype(), draw(random,
                    TensorType.of(type.dtype().real(), 2L * count)).reals());
        }
        return type.dtype().isFloat() ? Buffer.ofReals(type.dtype(), IntStream.range(0, count)
                .mapToDouble(_ -> random.nextInt(8) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)]
                        : random.nextGaussian() * 2).toArray())
                : Buffer.ofIntegers(type.dtype(), IntStream.range(0, count)
                .mapToLong(_ -> random.nextInt(type.dtype() == DType.BOOL ? 2 : 6)
                        - (type.dtype() == DType.BOOL ? 0 : 1)).toArray());
    }

    static List<Buffer> draw(Random random, List<TensorType> types) {
        return types.stream().map(type -> draw(random, type)).toList();
    }

    /** The results of running {@code program} for each example, with the mapped axes where asked. */
    static List<Buffer> loop(Program program, long size, List<Integer> axes, List<Buffer> inputs,
            List<Integer> outAxes) {
        List<List<Buffer>> runs = new ArrayList<>();
        for (int example = 0; example < size; example++) {
            List<Buffer> each = new ArrayList<>();
            for (int i = 0; i < axes.size(); i++) {
                each.add(take(inputs.get(i), program.inputTypes().get(i), axes.get(i), size, example));
            }
            runs.add(Eval.run(program, each));
        }
        return IntStream.range(0, outAxes.size()).mapToObj(i -> stack(
                runs.stream().map(run -> run.get(i)).toList(), program.resultTypes().get(i), outAxes.get(i)))
                .toList();
    }

    /** One example of a tensor. */
    static Buffer take(Buffer all, TensorType each, int axis, long size, int example) {
        if (axis == Vmap.NONE) {
            return all;
        }
        int[] places = places(each, axis, (int) size, example);
        if (all.dtype().isComplex()) {
            double[] parts = all.complexes();
            return Buffer.ofComplexes(all.dtype(), Arrays.stream(places)
                    .flatMap(p -> IntStream.of(2 * p, 2 * p + 1)).mapToDouble(p -> parts[p]).toArray());
        }
        return all.dtype().isFloat()
                ? Buffer.ofReals(all.dtype(), Arrays.stream(places).mapToDouble(p -> all.reals()[p])
                        .toArray())
                : Buffer.ofIntegers(all.dtype(), Arrays.stream(places).mapToLong(p -> all.integers()[p])
                        .toArray());
    }

    /** One example of a tensor of f64. */
    static double[] take(double[] all, TensorType each, int axis, int size, int example) {
        return axis == Vmap.NONE ? all
                : Arrays.stream(places(each, axis, size, example)).mapToDouble(p -> all[p]).toArray();
    }

    private static Buffer stack(List<Buffer> examples, TensorType each, int axis) {
        if (axis == Vmap.NONE) {
            return examples.getFirst();
        }
        double[] complexes = new double[2 * examples.size() * (int) each.shape().size()];
        double[] reals = new double[examples.size() * (int) each.shape().size()];
        long[] integers = new long[reals.length];
        for (int example = 0; example < examples.size(); example++) {
            int[] places = places(each, axis, examples.size(), example);
            Buffer one = examples.get(example);
            for (int i = 0; i < places.length; i++) {
                if (each.dtype().isComplex()) {
                    complexes[2 * places[i]] = one.complexes()[2 * i];
                    complexes[2 * places[i] + 1] = one.complexes()[2 * i + 1];
                } else if (each.dtype().isFloat()) {
                    reals[places[i]] = one.reals()[i];
                } else {
                    integers[places[i]] = one.integers()[i];
                }
            }
        }
        return each.dtype().isComplex() ? Buffer.ofComplexes(each.dtype(), complexes)
                : each.dtype().isFloat() ? Buffer.ofReals(each.dtype(), reals)
                : Buffer.ofIntegers(each.dtype(), integers);
    }

    /** Where the elements of an example lie among all. */
    private static int[] places(TensorType each, int axis, int size, int example) {
        int inner = 1;
        for (int i = axis; i < each.rank(); i++) {
            inner *= (int) each.shape().length(i);
        }
        int length = inner;
        return IntStream.range(0, (int) each.shape().size())
                .map(i -> (i / length * size + example) * length + i % length).toArray();
    }

    /**
     * Vectorises the program, and compares with the loop, on random inputs: with the results' mapped axes
     * where asked, and where vmap leaves them.
     */
    static void assertEqualsLoop(Program program, int size, List<Integer> axes,
            List<Integer> outAxes, Random random) {
        Vmap.Result all = Vmap.of(program, size, axes);
        Program placed = all.withResultsAlong(outAxes);
        assertEquals(types(program.inputTypes(), axes, size), placed.inputTypes());
        assertEquals(types(program.resultTypes(), outAxes, size), placed.resultTypes());
        assertEquals(types(program.resultTypes(), all.axes(), size), all.program().resultTypes());
        List<Buffer> inputs = draw(random, placed.inputTypes());
        assertSame(loop(program, size, axes, inputs, outAxes), Eval.run(placed, inputs), program);
        if (size > 0) {
            assertSame(loop(program, size, axes, inputs, all.axes()), Eval.run(all.program(), inputs),
                    program);
        }
    }

    /** Equal in every bit, but for the payload of NaN. */
    static void assertSame(List<Buffer> expected, List<Buffer> actual, Object context) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            String place = "result " + i + " of " + context;
            assertEquals(expected.get(i).dtype(), actual.get(i).dtype(), place);
            if (expected.get(i).dtype().isComplex()) {
                assertArrayEquals(expected.get(i).complexes(), actual.get(i).complexes(), place);
            } else if (expected.get(i).dtype().isFloat()) {
                assertArrayEquals(expected.get(i).reals(), actual.get(i).reals(), place);
            } else {
                assertArrayEquals(expected.get(i).integers(), actual.get(i).integers(), place);
            }
        }
    }
}

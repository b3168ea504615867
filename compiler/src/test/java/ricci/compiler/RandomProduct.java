package ricci.compiler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Contraction;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;

/**
 * A program that multiplies two matrices, or as many pairs of them as one or two batch axes have. They are
 * views of inputs: transposed, and every second row, or some columns of wider ones.
 *
 * @param values of the inputs
 */
record RandomProduct(Program program, List<Buffer> values) {
    /** A product of {@code m} rows and {@code n} columns, of sums of {@code k} products. */
    static RandomProduct of(Random random, DType dtype, DType to, List<Long> batch, long m, long n, long k) {
        Builder b = new Builder();
        List<Atom.Var> inputs = new ArrayList<>();
        List<Buffer> values = new ArrayList<>();
        List<Atom> operands = new ArrayList<>();
        List<List<Integer>> batches = new ArrayList<>();
        List<Integer> summed = new ArrayList<>();
        for (int side = 0; side < 2; side++) {
            List<Long> lengths = new ArrayList<>(batch);
            lengths.add(side == 0 ? m : k);
            lengths.add(side == 0 ? k : n);
            List<Integer> order = new ArrayList<>(IntStream.range(0, lengths.size()).boxed().toList());
            if (random.nextInt(3) > 0) {
                Collections.shuffle(order, random);
            }
            Shape shape = Shape.of(order.stream().mapToLong(lengths::get).toArray());
            operands.add(view(random, b, inputs, values, dtype, shape));
            batches.add(IntStream.range(0, batch.size()).mapToObj(order::indexOf).toList());
            summed.add(order.indexOf(batch.size() + (side == 0 ? 1 : 0)));
        }
        Contraction contraction = new Contraction(batches.getFirst(), batches.getLast(),
                List.of(summed.getFirst()), List.of(summed.getLast()));
        Atom result = b.apply(new Op.DotGeneral(contraction, to), operands).getFirst();
        return new RandomProduct(b.program(inputs, List.of(result)), values);
    }

    private static Atom view(Random random, Builder b, List<Atom.Var> inputs, List<Buffer> values,
            DType dtype, Shape shape) {
        int rank = shape.rank();
        Long[] starts = new Long[rank];
        Long[] limits = new Long[rank];
        Long[] steps = new Long[rank];
        long[] whole = new long[rank];
        boolean isPart = random.nextInt(3) == 0;
        for (int axis = 0; axis < rank; axis++) {
            steps[axis] = isPart ? 1L + random.nextInt(2) : 1L;
            starts[axis] = isPart ? (long) random.nextInt(3) : 0L;
            limits[axis] = starts[axis] + Math.max(0, (shape.length(axis) - 1) * steps[axis] + 1);
            whole[axis] = limits[axis] + (isPart ? random.nextInt(3) : 0);
        }
        TensorType type = new TensorType(dtype, Shape.of(whole));
        Atom.Var input = b.input(type);
        inputs.add(input);
        values.add(numbers(random, type));
        return isPart ? b.apply(new Op.Slice(List.of(starts), List.of(limits), List.of(steps)),
                List.of(input)).getFirst() : input;
    }

    /** Of all magnitudes; in some tensors a few are infinite or NaN. */
    private static Buffer numbers(Random random, TensorType type) {
        boolean isWild = random.nextInt(6) == 0;
        int count = (int) type.shape().size();
        if (!type.dtype().isFloat()) {
            return Buffer.ofIntegers(type.dtype(), random.longs(count, -9, 9).toArray());
        }
        return Buffer.ofReals(type.dtype(), random.doubles(count).map(x -> {
            double special = switch (isWild ? random.nextInt(200) : 0) {
                case 1 -> Double.NaN;
                case 2 -> Double.POSITIVE_INFINITY;
                case 3 -> Double.NEGATIVE_INFINITY;
                default -> 0;
            };
            return special != 0 ? special : (x - 0.5) * Math.pow(2, random.nextInt(10));
        }).toArray());
    }
}

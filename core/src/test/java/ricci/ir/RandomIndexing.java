package ricci.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws gather and scatter in the midst of a {@link RandomProgram}. */
final class RandomIndexing {
    private final RandomProgram program;
    private final Random random;
    private final Builder b;
    private final boolean smooth;

    RandomIndexing(RandomProgram program, Random random, Builder b, boolean smooth) {
        this.program = program;
        this.random = random;
        this.b = b;
        this.smooth = smooth;
    }

    private record Windows(GatherDimensions dimensions, Shape window, Atom indices,
            Op.OutOfBounds outOfBounds) {}

    private Windows windows(Shape operand) {
        List<Integer> order = program.permutation(operand.rank());
        int batch = random.nextInt(2);
        List<Integer> operandBatch = order.subList(0, Math.min(batch, order.size()));
        List<Integer> others = order.subList(operandBatch.size(), order.size());
        List<Integer> indexed = others.subList(0, random.nextInt(others.size() + 1));
        List<Integer> collapsed = new ArrayList<>();
        long[] window = operand.toArray();
        for (int axis : others) {
            if (random.nextBoolean()) {
                collapsed.add(axis);
                window[axis] = 1;
            } else {
                window[axis] = 1 + random.nextLong(window[axis]);
            }
        }
        collapsed.sort(null);
        operandBatch.forEach(axis -> window[axis] = 1);
        List<Long> lengths = new ArrayList<>();
        List<Integer> indexBatch = new ArrayList<>();
        operandBatch.forEach(axis -> {
            indexBatch.add(lengths.size());
            lengths.add(operand.length(axis));
        });
        for (int i = random.nextInt(2); i > 0; i--) {
            lengths.add(1 + random.nextLong(3));
        }
        int kept = operand.rank() - collapsed.size() - operandBatch.size();
        List<Integer> offset = program.permutation(kept + lengths.size()).subList(0, kept).stream().sorted()
                .toList();
        lengths.add((long) indexed.size());
        return new Windows(new GatherDimensions(offset, collapsed, operandBatch, indexBatch, indexed),
                Shape.of(window), indices(Shape.of(lengths.stream().mapToLong(v -> v).toArray())),
                random.nextBoolean() ? Op.OutOfBounds.CLIP
                : smooth ? Op.OutOfBounds.ZERO : program.one(Op.OutOfBounds.values()));
    }

    private Atom indices(Shape shape) {
        Atom places = b.reshape(b.apply(new Op.Iota(TensorType.of(DType.I64, 1, shape.size()), 1)), shape);
        // What depends on the data jumps, so it would not be smooth.
        Atom scattered = !smooth && random.nextBoolean() ? program.fit(program.any(), places.type())
                : b.mul(places, b.fill(places.type(), 1 + random.nextInt(5)));
        return b.binary(Op.Binary.Function.SUB,
                b.binary(Op.Binary.Function.REM, scattered, b.fill(places.type(), 4)),
                b.fill(places.type(), smooth ? 0 : random.nextInt(2)));
    }

    private Atom nonEmpty() {
        Atom x = program.at(1);
        return x.type().shape().size() > 0 ? x : b.fill(TensorType.of(program.dtype(), 2, 3), 1);
    }

    Atom gather() {
        Atom x = nonEmpty();
        Windows w = windows(x.type().shape());
        Op gather = new Op.Gather(w.dimensions(), w.window(), w.outOfBounds());
        return program.small(b.apply(gather, x, w.indices()));
    }

    Atom scatter() {
        Atom x = nonEmpty();
        Windows w = windows(x.type().shape());
        Op.Gather gather = new Op.Gather(w.dimensions(), w.window(), w.outOfBounds());
        TensorType updates = InferTypes.of(gather, List.of(x.type(), w.indices().type())).getFirst();
        Op.Scatter.Combiner combiner = x.type().dtype() == DType.BOOL ? Op.Scatter.Combiner.SET
                : x.type().dtype().isComplex() && random.nextBoolean() ? Op.Scatter.Combiner.ADD
                : x.type().dtype().isComplex() ? Op.Scatter.Combiner.SET
                : program.one(Op.Scatter.Combiner.values());
        return b.apply(new Op.Scatter(w.dimensions(), combiner, w.outOfBounds()), x, w.indices(),
                program.like(updates));
    }
}

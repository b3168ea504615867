package ricci.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The part of {@link RandomProgram} that draws {@link Windows}. */
final class RandomWindows {
    private final RandomProgram program;
    private final Random random;
    private final Builder b;
    private final boolean smooth;

    RandomWindows(RandomProgram program, Random random, Builder b, boolean smooth) {
        this.program = program;
        this.random = random;
        this.b = b;
        this.smooth = smooth;
    }

    List<Atom> draw() {
        return switch (random.nextInt(9)) {
            case 0, 1 -> List.of(convolution());
            case 2, 3 -> List.of(reduceWindow());
            case 4 -> List.of(argReduceWindow());
            case 5 -> List.of(dynamicSlice());
            case 6 -> List.of(dynamicUpdateSlice());
            case 7 -> topK();
            default -> List.of(clamp());
        };
    }

    private static Shape shape(List<Long> lengths) {
        return Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
    }

    private List<Long> each(int axes, LongSupplier entry) {
        return LongStream.generate(entry).limit(axes).boxed().toList();
    }

    /** Strides, padding and dilation such that no more is cropped than there is. */
    private Sliding sliding(Shape base) {
        int axes = base.rank();
        List<Long> dilation = each(axes, () -> 1 + random.nextInt(6) / 4);
        List<Long> low = new ArrayList<>();
        List<Long> high = new ArrayList<>();
        for (int axis = 0; axis < axes; axis++) {
            long spread = Sliding.spread(base.length(axis), dilation.get(axis));
            low.add(random.nextLong(4) - Math.min(spread, 1));
            high.add(random.nextLong(4) - (spread > 1 ? 1 : 0));
        }
        return new Sliding(each(axes, () -> 1 + random.nextLong(3)), low, high, dilation,
                each(axes, () -> 1 + random.nextInt(6) / 4));
    }

    private Atom bounded(Atom x) {
        return smooth ? b.unary(Op.Unary.Function.TANH, x) : x;
    }

    private Atom convolution() {
        Atom x = program.at(2);
        TensorType type = x.type();
        if (type.dtype() == DType.BOOL) {
            return x;
        }
        List<Integer> input = program.permutation(type.rank());
        List<Integer> kernel = program.permutation(type.rank());
        long batch = type.shape().length(input.get(0));
        long features = type.shape().length(input.get(1));
        long groups = features > 0 && random.nextBoolean() ? features : 1;
        long batchGroups = groups == 1 && batch > 0 && random.nextBoolean() ? batch : 1;
        long[] lengths = new long[type.rank()];
        lengths[kernel.get(0)] = groups * batchGroups * (1 + random.nextInt(2));
        lengths[kernel.get(1)] = features / groups;
        ConvolutionDimensions d = new ConvolutionDimensions(
                input, kernel, program.permutation(type.rank()));
        for (int axis : ConvolutionDimensions.spatial(kernel)) {
            lengths[axis] = smooth || random.nextInt(12) > 0 ? 1 + random.nextInt(3) : 0;
        }
        Sliding sliding = sliding(type.shape().select(ConvolutionDimensions.spatial(input)));
        Op op = new Windows.Convolution(d, sliding, groups, batchGroups, type.dtype());
        Atom w = program.like(type.with(Shape.of(lengths)));
        return some(x, b.apply(op, x, bounded(w)));
    }

    private Atom reduceWindow() {
        Atom x = program.any();
        Shape shape = x.type().shape();
        Shape window = shape(each(shape.rank(), () -> 1 + random.nextInt(3)));
        Sliding sliding = sliding(shape);
        Windows.ReduceWindow op;
        do {
            op = new Windows.ReduceWindow(
                    List.of(Monoid.values()).get(random.nextInt(Monoid.values().length)), window, sliding);
        } while (!program.accepted(op, x.type()));
        if (!smooth) {
            return some(x, b.apply(op, x));
        }
        boolean isExtreme = op.monoid() == Monoid.MAX || op.monoid() == Monoid.MIN;
        Atom y = b.apply(op, op.monoid() == Monoid.PROD ? bounded(x) : x);
        // The extreme of nothing but holes is infinite.
        return some(x, isExtreme ? b.binary(Op.Binary.Function.MAX,
                b.binary(Op.Binary.Function.MIN, y, b.fill(y.type(), 20)), b.fill(y.type(), -20)) : y);
    }

    /** Smooth programs have no empty tensors. */
    private Atom some(Atom x, Atom y) {
        return smooth && y.type().shape().size() == 0 ? x : program.small(y);
    }

    private Atom argReduceWindow() {
        Atom x = program.real(program.any());
        if (x.type().dtype() == DType.BOOL) {
            return x;
        }
        Shape shape = x.type().shape();
        Sliding sliding = sliding(shape);
        Shape window = shape(each(shape.rank(), () -> 1 + random.nextInt(3)));
        List<Integer> axes = IntStream.range(0, shape.rank()).boxed().filter(axis -> random.nextBoolean()
                || window.length(axis) != 1 || !sliding.isPlain(axis)).toList();
        Op op = new Windows.ArgReduceWindow(random.nextBoolean() ? Op.ArgReduce.Extremum.ARGMAX
                : Op.ArgReduce.Extremum.ARGMIN, window, sliding, axes, DType.I32);
        Atom index = b.apply(op, x);
        return some(x, smooth ? b.mul(b.convert(index, DType.F64),
                program.like(index.type().with(DType.F64))) : index);
    }

    private Shape sizes(Shape shape) {
        return Shape.of(LongStream.of(shape.toArray())
                .map(length -> smooth ? 1 + random.nextLong(length) : random.nextLong(length + 1)).toArray());
    }

    /** What depends on the data jumps, so it would not be smooth. */
    private List<Atom> starts(Shape shape) {
        DType[] integers = {DType.I8, DType.U8, DType.I16, DType.I32, DType.I64};
        return IntStream.range(0, shape.rank()).mapToObj(_ -> {
            TensorType scalar = TensorType.of(integers[random.nextInt(integers.length)]);
            return !smooth && random.nextBoolean() ? program.fit(program.any(), scalar)
                    : b.fill(scalar, random.nextInt(4) - (scalar.dtype() == DType.U8 ? 0 : 2));
        }).toList();
    }

    private Atom dynamicSlice() {
        Atom x = program.any();
        List<Atom> operands = new ArrayList<>(List.of(x));
        operands.addAll(starts(x.type().shape()));
        return b.apply(new Windows.DynamicSlice(sizes(x.type().shape())), operands).getFirst();
    }

    private Atom dynamicUpdateSlice() {
        Atom x = program.any();
        List<Atom> operands = new ArrayList<>(
                List.of(x, program.like(x.type().with(sizes(x.type().shape())))));
        operands.addAll(starts(x.type().shape()));
        return b.apply(new Windows.DynamicUpdateSlice(), operands).getFirst();
    }

    private List<Atom> topK() {
        Atom x = program.real(program.at(1));
        long length = x.type().shape().length(x.type().rank() - 1);
        long k = smooth ? 1 + random.nextLong(length) : random.nextLong(length + 1);
        return List.copyOf(b.apply(new Windows.TopK(k, DType.I32), List.of(x)));
    }

    private Atom clamp() {
        Atom x = program.real(program.any());
        return x.type().dtype() == DType.BOOL ? x : b.apply(
                new Windows.Clamp(), moved(program.like(x.type()), 1), x, moved(program.like(x.type()), -1));
    }

    /**
     * A bound that is x itself would make a kink of every point; so would the bound of a clamp before,
     * which x may be, if it were moved as far.
     */
    private Atom moved(Atom bound, double sign) {
        return smooth ? b.add(bound, b.fill(bound.type(), sign * random.nextDouble(0.01, 0.05))) : bound;
    }
}

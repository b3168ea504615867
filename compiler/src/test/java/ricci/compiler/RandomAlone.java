package ricci.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Contraction;
import ricci.ir.ConvolutionDimensions;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.runtime.Buffer;

/**
 * Programs of one primitive that has loops of its own, with operands that are views of inputs: transposed,
 * sliced, reversed, broadcast, iotas or literals.
 */
final class RandomAlone {
    static final List<DType> FLOATS = List.of(DType.F32, DType.F64, DType.F16, DType.BF16);
    static final List<DType> INTEGERS =
            List.of(DType.I8, DType.U8, DType.I16, DType.U16, DType.I32, DType.U32,
            DType.I64, DType.U64);

    private final Random random;
    private final Builder b = new Builder();
    private final List<Atom.Var> inputs = new ArrayList<>();
    private final List<Buffer> values = new ArrayList<>();

    RandomAlone(long seed) {
        random = new Random(seed);
    }

    private int below(int bound) {
        return random.nextInt(bound);
    }

    private boolean coin() {
        return random.nextBoolean();
    }

    DType number() {
        return coin() ? DType.F32 : coin() ? FLOATS.get(below(4)) : INTEGERS.get(below(8));
    }

    DType any() {
        return below(8) == 0 ? DType.BOOL : number();
    }

    /** Mostly small, sometimes odd and wider than a vector; seldom 0. */
    long length() {
        return switch (below(12)) {
            case 0 -> below(4) == 0 ? 0 : 1;
            case 1, 2 -> 1;
            case 3 -> 7 + below(30);
            case 4 -> 70 + below(20);
            default -> 2 + below(4);
        };
    }

    Shape shape(int rank) {
        long[] lengths = new long[rank];
        long size = 1;
        for (int i = 0; i < rank; i++) {
            lengths[i] = size > 500 ? 1 + below(3) : length();
            size *= lengths[i];
        }
        return Shape.of(lengths);
    }

    // ---- operands ----

    Atom input(TensorType type) {
        Atom.Var v = b.input(type);
        inputs.add(v);
        values.add(value(type));
        return v;
    }

    private Buffer value(TensorType type) {
        int count = (int) type.shape().size();
        if (type.dtype().isFloat()) {
            double[] x = new double[count];
            boolean hasSpecial = below(3) == 0;
            List<Double> special = CompiledProgramTest.specials(type.dtype());
            for (int i = 0; i < count; i++) {
                x[i] = hasSpecial && below(6) == 0 ? special.get(below(special.size()))
                        : coin() ? below(5) - 2 : random.nextGaussian() * 2;
            }
            return Buffer.ofReals(type.dtype(), x);
        }
        long[] x = new long[count];
        for (int i = 0; i < count; i++) {
            x[i] = type.dtype() == DType.BOOL ? below(2) : below(4) == 0 ? random.nextLong() : below(20) - 8;
        }
        return Buffer.ofIntegers(type.dtype(), x);
    }

    /** An operand of a type, seldom an input as it is. */
    Atom operand(TensorType type) {
        Shape shape = type.shape();
        int rank = shape.rank();
        return switch (below(9)) {
            case 0 -> input(type);
            case 1 -> b.fill(type, below(type.dtype() == DType.BOOL ? 2 : 5));
            case 2 -> rank == 0 ? input(type) : iota(type);
            case 3, 4 -> transposed(type);
            case 5 -> rank == 0 ? input(type) : sliced(type);
            case 6 -> rank == 0 ? input(type)
                    : b.apply(new Op.Reverse(List.of(below(rank))), operand(type));
            case 7 -> rank == 0 ? input(type) : stretched(type);
            default -> type.dtype() == DType.BOOL || below(3) > 0 ? input(type)
                    : b.unary(Op.Unary.Function.NEG, input(type));
        };
    }

    private Atom iota(TensorType type) {
        return type.dtype() == DType.BOOL ? input(type)
                : b.apply(new Op.Iota(type, below(type.rank())), List.of()).getFirst();
    }

    private Atom transposed(TensorType type) {
        List<Integer> permutation = permutation(type.rank());
        long[] lengths = new long[type.rank()];
        for (int i = 0; i < lengths.length; i++) {
            lengths[permutation.get(i)] = type.shape().length(i);
        }
        return b.transpose(input(type.with(Shape.of(lengths))), permutation);
    }

    private List<Integer> permutation(int rank) {
        List<Integer> permutation = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(permutation, random);
        return permutation;
    }

    private Atom sliced(TensorType type) {
        int axis = below(type.rank());
        long step = 1L + below(2);
        long start = below(3);
        long length = type.shape().length(axis);
        long limit = length == 0 ? start : start + (length - 1) * step + 1;
        Atom x = input(type.with(type.shape().with(axis, limit + below(3))));
        return b.slice(x, axis, start, limit, step);
    }

    private Atom stretched(TensorType type) {
        int axis = below(type.rank());
        List<Integer> axes = type.shape().axesExcept(List.of(axis));
        return b.broadcast(input(type.with(type.shape().select(axes))), type.shape(), axes);
    }

    // ---- primitives ----

    void argReduce() {
        Shape shape = shape(1 + below(5));
        int axis = below(shape.rank());
        shape = shape.with(axis, Math.max(shape.length(axis), 1));
        b.apply(new Op.ArgReduce(coin() ? Op.ArgReduce.Extremum.ARGMAX : Op.ArgReduce.Extremum.ARGMIN, axis,
                coin() ? DType.I32 : INTEGERS.get(below(8))), operand(new TensorType(number(), shape)));
    }

    void cumulative() {
        Shape shape = shape(1 + below(5));
        DType dtype = number();
        b.apply(new Op.Cumulative(List.of(Op.Cumulative.Function.values()).get(below(dtype.isFloat()
                ? 5 : 4)),
                below(shape.rank()), coin()), operand(new TensorType(dtype, shape)));
    }

    void concatenate() {
        DType dtype = any();
        Shape shape = shape(1 + below(5));
        int axis = below(shape.rank());
        List<Atom> parts = new ArrayList<>();
        for (int i = below(4); i >= 0; i--) {
            parts.add(operand(new TensorType(dtype, shape.with(axis, length()))));
        }
        b.apply(new Op.Concatenate(axis), parts);
    }

    void pad() {
        DType dtype = any();
        Shape shape = shape(below(5));
        List<Long> low = new ArrayList<>();
        List<Long> high = new ArrayList<>();
        List<Long> interior = new ArrayList<>();
        boolean isSparse = below(3) == 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            interior.add(isSparse ? below(3) : 0L);
            long length = shape.length(axis);
            long spread = length == 0 ? 0 : (length - 1) * (interior.get(axis) + 1) + 1;
            long before = below(6) - 2L;
            long after = Math.max(below(60) == 0 ? 100 : below(6) - 2, -spread - before);
            low.add(before);
            high.add(Math.max(after, -spread - before));
        }
        b.apply(new Op.Pad(low, high, interior), operand(new TensorType(dtype, shape)),
                operand(TensorType.of(dtype)));
    }

    void dynamicSlice(boolean isUpdate) {
        DType dtype = any();
        Shape shape = shape(below(5));
        long[] lengths = shape.toArray();
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = coin() ? lengths[i] : below((int) lengths[i] + 1);
        }
        Shape part = Shape.of(lengths);
        List<Atom> operands = new ArrayList<>(List.of(operand(new TensorType(dtype, shape))));
        if (isUpdate) {
            operands.add(operand(new TensorType(dtype, part)));
        }
        DType index = coin() ? DType.I32 : INTEGERS.get(below(8));
        for (int i = 0; i < lengths.length; i++) {
            operands.add(operand(TensorType.of(index)));
        }
        b.apply(isUpdate ? new Windows.DynamicUpdateSlice() : new Windows.DynamicSlice(part), operands);
    }

    /** Gather or scatter, with any axes in any role. */
    void indexed(boolean isScatter) {
        DType dtype = any();
        Shape shape = shape(1 + below(4));
        List<Integer> shuffled = permutation(shape.rank());
        int batches = below(3) == 0 ? below(shape.rank()) : 0;
        List<Integer> operandBatch = shuffled.subList(0, batches);
        List<Integer> others = shuffled.subList(batches, shape.rank());
        List<Integer> indexed = others.subList(0, below(others.size() + 1));
        List<Integer> collapsed =
                others.stream().filter(axis -> shape.length(axis) > 0 && below(3) == 0).sorted()
                .toList();
        long[] window = shape.toArray();
        for (int axis = 0; axis < window.length; axis++) {
            window[axis] = operandBatch.contains(axis) || collapsed.contains(axis) ? 1
                    : coin() ? window[axis] : below((int) window[axis] + 1);
        }
        int extra = below(3);
        List<Long> entries = new ArrayList<>();
        List<Integer> indexBatch = new ArrayList<>();
        List<Integer> places = permutation(batches + extra);
        for (int i = 0; i < batches + extra; i++) {
            entries.add(below(3) == 0 ? 4L + below(10) : 1L + below(4));
        }
        for (int i = 0; i < batches; i++) {
            indexBatch.add(places.get(i));
            entries.set(places.get(i), shape.length(operandBatch.get(i)));
        }
        int rank = entries.size() + shape.rank() - batches - collapsed.size();
        List<Integer> offset = permutation(rank).subList(0, rank - entries.size()).stream().sorted().toList();
        entries.add((long) indexed.size());
        Shape indices = Shape.of(entries.stream().mapToLong(n -> n).toArray());
        GatherDimensions d = new GatherDimensions(offset, collapsed, operandBatch, indexBatch, indexed);
        Op.OutOfBounds mode = List.of(Op.OutOfBounds.values()).get(below(3));
        DType index = coin() ? DType.I32 : INTEGERS.get(below(8));
        Atom x = operand(new TensorType(dtype, shape));
        Atom at = operand(new TensorType(index, indices));
        Op.Gather gather = new Op.Gather(d, Shape.of(window), mode);
        if (!isScatter) {
            b.apply(gather, x, at);
            return;
        }
        TensorType updates = ricci.ir.InferTypes.of(gather, List.of(x.type(), at.type())).getFirst();
        Op.Scatter.Combiner combiner = List.of(Op.Scatter.Combiner.values()).get(below(5));
        b.apply(new Op.Scatter(d, dtype == DType.BOOL ? Op.Scatter.Combiner.SET : combiner, mode), x, at,
                operand(updates));
    }

    void dot() {
        DType dtype = number();
        int batches = below(3);
        int summed = below(3);
        List<Long> shared = new ArrayList<>();
        for (int i = 0; i < batches + summed; i++) {
            shared.add(i < batches ? 1L + below(3) : length());
        }
        List<Atom> operands = new ArrayList<>();
        List<List<Integer>> roles = new ArrayList<>();
        for (int side = 0; side < 2; side++) {
            int free = below(3);
            int rank = batches + summed + free;
            List<Integer> order = permutation(rank);
            long[] lengths = new long[rank];
            for (int i = 0; i < rank; i++) {
                lengths[order.get(i)] = i < shared.size() ? shared.get(i) : length();
            }
            roles.add(order.subList(0, batches));
            roles.add(order.subList(batches, batches + summed));
            operands.add(operand(new TensorType(dtype, Shape.of(lengths))));
        }
        DType result = dtype.isFloat() ? coin() ? dtype : FLOATS.get(below(4))
                : coin() ? dtype : INTEGERS.get(below(8));
        Contraction d = new Contraction(roles.get(0), roles.get(2), roles.get(1), roles.get(3));
        b.apply(new Op.DotGeneral(d, result), operands);
    }

    void sort() {
        Shape shape = shape(1 + below(4));
        List<Atom> operands = new ArrayList<>();
        for (int i = below(3); i >= 0; i--) {
            operands.add(operand(new TensorType(any(), shape)));
        }
        b.apply(new Op.Sort(below(shape.rank()), 1 + below(operands.size())), operands);
    }

    void topK() {
        Shape shape = shape(1 + below(4));
        int length = (int) shape.length(shape.rank() - 1);
        b.apply(new Windows.TopK(below(length + 1), coin() ? DType.I32 : INTEGERS.get(below(8))),
                List.of(operand(new TensorType(any(), shape))));
    }

    // ---- windows ----

    private Sliding sliding(Shape window) {
        List<List<Long>> lists = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(),
                new ArrayList<>(), new ArrayList<>());
        boolean isPlain = below(3) == 0;
        for (int axis = 0; axis < window.rank(); axis++) {
            lists.get(0).add(coin() ? 1L : 1 + below(3));
            lists.get(1).add(isPlain ? 0L : below(4) - 1L);
            lists.get(2).add(isPlain ? 0L : below(4) - 1L);
            lists.get(3).add(isPlain || coin() ? 1L : 1 + below(3));
            lists.get(4).add(isPlain || coin() ? 1L : 1 + below(3));
        }
        return new Sliding(lists.get(0), lists.get(1), lists.get(2), lists.get(3), lists.get(4));
    }

    private Shape window(int rank) {
        long[] lengths = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            lengths[axis] = coin() ? 1 : 1 + below(3);
        }
        return Shape.of(lengths);
    }

    void reduceWindow() {
        DType dtype = number();
        Shape shape = shape(1 + below(4));
        Shape window = window(shape.rank());
        List<Monoid> monoids = List.of(Monoid.SUM, Monoid.PROD, Monoid.MAX, Monoid.MIN, Monoid.AND, Monoid.OR,
                Monoid.XOR);
        apply(new Windows.ReduceWindow(monoids.get(below(dtype.isFloat() ? 4 : 7)), window, sliding(window)),
                new TensorType(dtype, shape));
    }

    void argReduceWindow() {
        Shape shape = shape(1 + below(4));
        List<Integer> axes = permutation(shape.rank()).subList(0, 1 + below(shape.rank()));
        long[] lengths = window(shape.rank()).toArray();
        Sliding drawn = sliding(Shape.of(lengths));
        List<List<Long>> lists = new ArrayList<>();
        for (List<Long> list : List.of(drawn.strides(), drawn.low(), drawn.high(), drawn.baseDilation(),
                drawn.windowDilation())) {
            lists.add(new ArrayList<>(list));
        }
        for (int axis : shape.axesExcept(axes)) {
            lengths[axis] = 1;
            for (int i = 0; i < 5; i++) {
                lists.get(i).set(axis, i == 1 || i == 2 ? 0L : 1L);
            }
        }
        apply(new Windows.ArgReduceWindow(coin() ? Op.ArgReduce.Extremum.ARGMAX
                : Op.ArgReduce.Extremum.ARGMIN,
                Shape.of(lengths), new Sliding(lists.get(0), lists.get(1), lists.get(2), lists.get(3),
                lists.get(4)),
                axes, coin() ? DType.I32 : INTEGERS.get(below(8))), new TensorType(number(), shape));
    }

    void convolution() {
        DType dtype = number();
        int spatial = below(3);
        Shape window = window(spatial);
        long features = 1L + below(4);
        long groups = coin() ? 1 : 1 + below(4);
        boolean isBatch = coin();
        long outputs = groups * (below(4) == 0 ? 8 + below(30) : 1 + below(3));
        long[] x = new long[spatial + 2];
        long[] w = new long[spatial + 2];
        x[0] = (isBatch ? groups : 1) * (1 + below(2));
        x[1] = (isBatch ? 1 : groups) * features;
        w[0] = outputs;
        w[1] = features;
        for (int i = 0; i < spatial; i++) {
            x[2 + i] = below(8);
            w[2 + i] = window.length(i);
        }
        List<Integer> inX = permutation(spatial + 2);
        List<Integer> inW = permutation(spatial + 2);
        DType result = dtype.isFloat() ? coin() ? dtype : FLOATS.get(below(4))
                : coin() ? dtype : INTEGERS.get(below(8));
        apply(new Windows.Convolution(new ConvolutionDimensions(inX, inW, permutation(spatial + 2)),
                sliding(window), isBatch ? 1 : groups, isBatch ? groups : 1, result),
                new TensorType(dtype, permuted(x, inX)), new TensorType(dtype, permuted(w, inW)));
    }

    private static Shape permuted(long[] lengths, List<Integer> axes) {
        long[] permuted = new long[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            permuted[axes.get(i)] = lengths[i];
        }
        return Shape.of(permuted);
    }

    /** Applies the operation if its types are right, else something simpler. */
    private void apply(Op op, TensorType... types) {
        try {
            ricci.ir.InferTypes.of(op, List.of(types));
        } catch (ricci.ir.RicciException e) {
            argReduce();
            return;
        }
        b.apply(op, Arrays.stream(types).map(this::operand).toList());
    }

    /** Compares what was drawn with the interpreter. */
    Program check() {
        List<Atom> results = new ArrayList<>(b.equations().getLast().results());
        Program program = b.build("RandomAlone", inputs, results);
        AgainstInterpreter.check(program, values);
        if (below(4) == 0) {
            BothTiers.check(program, values);
        } else if (below(4) == 0) {
            new EveryTier(128 << below(3)).check(program, values);
        }
        return program;
    }
}

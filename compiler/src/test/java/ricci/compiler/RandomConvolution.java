package ricci.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.ConvolutionDimensions;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/**
 * A program that ends with a convolution: with any strides, padding, dilations, groups and order of axes, of
 * inputs or of what is reversed.
 *
 * @param values of the inputs
 */
record RandomConvolution(Program program, List<Buffer> values) {
    private static final List<DType> OPERANDS = List.of(DType.F32, DType.F32, DType.F32, DType.F64, DType.I32,
            DType.I8, DType.F16, DType.BF16, DType.F16, DType.F32, DType.I8, DType.U16);
    private static final List<DType> RESULTS = List.of(DType.F32, DType.F32, DType.F32, DType.F64, DType.I32,
            DType.I32, DType.F16, DType.BF16, DType.F32, DType.F64, DType.I8, DType.U16);

    /** What a convolution is like. */
    record Form(DType dtype, DType to, long batch, long groups, boolean isBatch, long features, long outputs,
            List<Long> base, List<Long> window, Sliding sliding) {
        /** Any. */
        static Form of(Random random) {
            return of(random, false);
        }

        /** One whose groups have one input and one output feature each. */
        static Form ofDepthwise(Random random) {
            return of(random, true);
        }

        /** One whose groups have one example and one output feature each, with a large kernel. */
        static Form ofDepthwiseKernel(Random random) {
            while (true) {
                Form form = of(random, true);
                List<Long> places = IntStream.range(0, form.base().size()).mapToObj(i ->
                        form.sliding().places(i, form.base().get(i), form.window().get(i))).toList();
                Sliding s = form.sliding();
                // What slides becomes the window.
                Sliding exchanged = new Sliding(s.windowDilation(), s.low(), s.high(), s.baseDilation(),
                        s.strides());
                if (places.stream().noneMatch(p -> p == 0) && IntStream.range(0, places.size()).allMatch(i ->
                        exchanged.places(i, form.base().get(i), places.get(i)) > 0)) {
                    return new Form(form.dtype(), form.to(), 1, form.groups() + 1, true, form.batch(), 1,
                            form.base(), places, exchanged);
                }
            }
        }

        /** With at least one place. */
        private static Form of(Random random, boolean isDepthwise) {
            int type = random.nextInt(OPERANDS.size());
            long groups = random.nextInt(3) > 0 && !isDepthwise ? 1
                    : 1 + random.nextInt(isDepthwise ? 40 : 3);
            while (true) {
                int axes = random.nextInt(4);
                List<List<Long>> drawn = new ArrayList<>();
                // Room for whole patches of places, and for some more.
                int longest = isDepthwise ? 14 : 8;
                for (int[] range : new int[][] {{1, longest}, {1, 5}, {1, 4}, {-2, 4}, {-2, 4}, {1, 4},
                        {1, 4}}) {
                    boolean isPlain = range[0] == 1 && range[1] == 4 && random.nextInt(2) == 0;
                    drawn.add(random.longs(axes, range[0], isPlain ? 2 : range[1]).boxed().toList());
                }
                Sliding sliding = new Sliding(drawn.get(2), drawn.get(3), drawn.get(4), drawn.get(5),
                        drawn.get(6));
                if (IntStream.range(0, axes).allMatch(i -> sliding.places(i, drawn.get(0).get(i),
                        drawn.get(1).get(i)) > 0)) {
                    boolean isBatch = groups > 1 && random.nextBoolean() && !isDepthwise;
                    return new Form(OPERANDS.get(type), RESULTS.get(type), 1 + random.nextInt(3), groups,
                            isBatch, isDepthwise ? 1 : 1 + random.nextInt(5),
                            isDepthwise ? 1 : 1 + random.nextInt(40), drawn.get(0), drawn.get(1), sliding);
                }
            }
        }
    }

    static RandomConvolution of(Random random, Form form) {
        Builder b = new Builder();
        List<Atom.Var> inputs = new ArrayList<>();
        List<Buffer> values = new ArrayList<>();
        List<Long> x = new ArrayList<>(List.of(form.batch() * (form.isBatch() ? form.groups() : 1),
                form.features() * (form.isBatch() ? 1 : form.groups())));
        x.addAll(form.base());
        List<Long> w = new ArrayList<>(List.of(form.outputs() * form.groups(), form.features()));
        w.addAll(form.window());
        List<Integer> inX = order(random, x.size());
        List<Integer> inW = order(random, x.size());
        Atom left = operand(random, b, inputs, values, form.dtype(), x, inX);
        Atom right = operand(random, b, inputs, values, form.dtype(), w, inW);
        Windows.Convolution op = new Windows.Convolution(
                new ConvolutionDimensions(inX, inW, order(random, x.size())), form.sliding(),
                form.isBatch() ? 1 : form.groups(), form.isBatch() ? form.groups() : 1, form.to());
        Atom result = b.apply(op, left, right);
        return new RandomConvolution(b.program(inputs, List.of(result)), values);
    }

    private static List<Integer> order(Random random, int count) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        if (random.nextInt(3) == 0) {
            Collections.shuffle(order, random);
        } else if (random.nextBoolean()) {
            Collections.rotate(order, 1);
            Collections.swap(order, 0, 1);
        }
        return order;
    }

    private static Atom operand(Random random, Builder b, List<Atom.Var> inputs, List<Buffer> values,
            DType dtype, List<Long> lengths, List<Integer> axes) {
        long[] shape = new long[lengths.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[axes.get(i)] = lengths.get(i);
        }
        TensorType type = new TensorType(dtype, Shape.of(shape));
        Atom.Var input = b.input(type);
        inputs.add(input);
        values.add(numbers(random, type));
        return random.nextInt(4) == 0
                ? b.apply(new Op.Reverse(List.of(random.nextInt(shape.length))), List.of(input)).getFirst()
                : input;
    }

    /** In some tensors a few are infinite or NaN. */
    private static Buffer numbers(Random random, TensorType type) {
        int count = (int) type.shape().size();
        if (!type.dtype().isFloat()) {
            return Buffer.ofIntegers(type.dtype(), random.longs(count, -9, 9).toArray());
        }
        boolean isWild = random.nextInt(5) == 0;
        return Buffer.ofReals(type.dtype(), random.doubles(count).map(x -> {
            double special = switch (isWild ? random.nextInt(100) : 0) {
                case 1 -> Double.NaN;
                case 2 -> Double.POSITIVE_INFINITY;
                case 3 -> Double.NEGATIVE_INFINITY;
                default -> 0;
            };
            return special != 0 ? special : (x - 0.5) * Math.pow(2, random.nextInt(4));
        }).toArray());
    }

    Equation equation() {
        return program.equations().getLast();
    }

    Windows.Convolution op() {
        return (Windows.Convolution) equation().op();
    }

    double[] expected() {
        return numbers(Eval.run(program, values).getFirst());
    }

    /** The error bound of sums in any order: twice as many roundings as there are, of the magnitudes. */
    double[] slack() {
        List<Buffer> magnitudes = values.stream().map(b -> b.dtype().isFloat()
                ? Buffer.ofReals(b.dtype(), Arrays.stream(b.reals()).map(Math::abs).toArray()) : b).toList();
        TensorType kernel = equation().operands().getLast().type();
        double terms = (double) kernel.shape().size()
                / kernel.shape().length(op().dimensions().kernel().getFirst());
        DType to = equation().result().type().dtype();
        double unit = !to.isFloat() ? 0 : to == DType.F64 ? 0x1p-53 : 0x1p-24;
        double last = to == DType.F16 ? 0x1p-10 : to == DType.BF16 ? 0x1p-7 : 0;
        return Arrays.stream(numbers(Eval.run(program, magnitudes).getFirst()))
                .map(sum -> (2 * (terms + 1) * unit + last) * sum + (to.isFloat() ? 0x1p-24 * last : 0))
                .toArray();
    }

    static double[] numbers(Buffer buffer) {
        return buffer.dtype().isFloat() ? buffer.reals()
                : Arrays.stream(buffer.integers()).asDoubleStream().toArray();
    }
}

package ricci.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.ConvolutionDimensions;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/** The transposes of {@link Windows}. */
final class TransposeWindows {
    private final Builder builder;

    TransposeWindows(Builder builder) {
        this.builder = builder;
    }

    /** As the rules of {@link Transpose}: what each operand's cotangent gains. */
    List<@Nullable Atom> rule(Equation e, Windows op, List<TensorType> x, List<@Nullable Atom> known,
            Atom ct) {
        List<@Nullable Atom> back = new ArrayList<>(Collections.nCopies(x.size(), null));
        switch (op) {
            case Windows.Convolution convolution when known.getFirst() == null -> back.set(0, ofInput(
                    convolution, x.getFirst(), Transpose.requireKnown(e, known.getLast()), ct));
            case Windows.Convolution convolution -> back.set(1, ofKernel(
                    convolution, x.getLast(), Transpose.requireKnown(e, known.getFirst()), ct));
            case Windows.ReduceWindow reduce when reduce.monoid() == Monoid.SUM ->
                    back.set(0, reduceWindow(reduce, x.getFirst(), ct));
            case Windows.DynamicSlice _ -> back.set(0, builder.apply(new Windows.DynamicUpdateSlice(), join(
                    List.of(builder.zeros(x.getFirst()), ct), starts(e, known, 1))).getFirst());
            case Windows.DynamicUpdateSlice _ -> {
                List<Atom> starts = starts(e, known, 2);
                back.set(0, known.get(0) != null ? null : builder.apply(op, join(
                        List.of(ct, builder.zeros(x.get(1))), starts)).getFirst());
                back.set(1, known.get(1) != null ? null : builder.apply(new Windows.DynamicSlice(
                        x.get(1).shape()), join(List.of(ct), starts)).getFirst());
            }
            case Windows.ReduceWindow _, Windows.ArgReduceWindow _, Windows.TopK _, Windows.Clamp _ ->
                    throw Transpose.notLinear(e);
        }
        return back;
    }

    private static List<Atom> starts(Equation e, List<@Nullable Atom> known, int from) {
        return known.subList(from, known.size()).stream().map(k -> Transpose.requireKnown(e, k)).toList();
    }

    private static List<Atom> join(List<Atom> tensors, List<Atom> starts) {
        return Stream.concat(tensors.stream(), starts.stream()).toList();
    }

    /** Every element gets the sum over the windows that hold it. */
    private Atom reduceWindow(Windows.ReduceWindow op, TensorType x, Atom ct) {
        if (x.shape().size() == 0 || ct.type().shape().size() == 0) {
            return builder.zeros(x);
        }
        return builder.apply(new Windows.ReduceWindow(Monoid.SUM, op.window(),
                op.sliding().transposed(x.shape(), op.window(), ct.type().shape())), ct);
    }

    // ---- convolution ----

    /** The convolution of the cotangent with the kernel, reversed, its two kinds of features exchanged. */
    private Atom ofInput(Windows.Convolution op, TensorType x, Atom kernel, Atom ct) {
        ConvolutionDimensions d = op.dimensions();
        Shape shape = kernel.type().shape();
        if (x.shape().size() == 0 || shape.size() == 0 || ct.type().shape().size() == 0) {
            return builder.zeros(x);
        }
        // Within each group, whichever kind, output features become input features.
        long groups = op.featureGroups() * op.batchGroups();
        Atom grouped = exchangedInGroups(kernel, d.kernel().get(0), d.kernel().get(1), groups);
        List<Integer> spatial = ConvolutionDimensions.spatial(d.kernel());
        Atom reversed = spatial.isEmpty() ? grouped : builder.apply(new Op.Reverse(spatial), grouped);
        ConvolutionDimensions back = new ConvolutionDimensions(
                d.result(), ConvolutionDimensions.exchanged(d.kernel()), d.input());
        Sliding sliding = op.sliding().transposed(spatial(x.shape(), d.input()),
                spatial(shape, d.kernel()), spatial(ct.type().shape(), d.result()));
        Atom all = builder.apply(new Windows.Convolution(back, sliding, groups, 1, x.dtype()),
                builder.convert(ct, x.dtype()), reversed);
        return op.batchGroups() == 1 ? all
                : outOf(all, d.input().get(1), d.input().get(0), op.batchGroups());
    }

    /** The convolution of the input with the cotangent, over the batch. */
    private Atom ofKernel(Windows.Convolution op, TensorType w, Atom input, Atom ct) {
        ConvolutionDimensions d = op.dimensions();
        Shape shape = input.type().shape();
        if (w.shape().size() == 0 || shape.size() == 0 || ct.type().shape().size() == 0) {
            return builder.zeros(w);
        }
        ConvolutionDimensions back = new ConvolutionDimensions(ConvolutionDimensions.exchanged(d.input()),
                ConvolutionDimensions.exchanged(d.result()), ConvolutionDimensions.exchanged(d.kernel()));
        Sliding sliding = op.sliding().ofWindow(spatial(shape, d.input()), spatial(w.shape(), d.kernel()),
                spatial(ct.type().shape(), d.result()));
        return builder.apply(new Windows.Convolution(
                back, sliding, op.batchGroups(), op.featureGroups(), w.dtype()), input,
                builder.convert(ct, w.dtype()));
    }

    private static Shape spatial(Shape shape, List<Integer> axes) {
        return shape.select(ConvolutionDimensions.spatial(axes));
    }

    /** The groups, which are the outer part of axis {@code from}, as the outer part of axis {@code to}. */
    private Atom exchangedInGroups(Atom x, int from, int to, long groups) {
        return groups == 1 ? x : outOf(x, from, to, groups);
    }

    /** The same, for any axis: so many groups are taken out of one axis and put before another's elements. */
    private Atom outOf(Atom x, int from, int to, long groups) {
        Shape shape = x.type().shape();
        long[] split = new long[shape.rank() + 1];
        for (int axis = 0; axis < shape.rank(); axis++) {
            split[axis < from ? axis : axis + 1] = shape.length(axis);
        }
        split[from] = groups;
        split[from + 1] = shape.length(from) / groups;
        int target = to < from ? to : to + 1;
        List<Integer> order = new ArrayList<>(IntStream.range(0, split.length).boxed().toList());
        order.remove(/* element */ (Integer) from);
        order.add(order.indexOf(target), from);
        Shape result = shape.with(from, shape.length(from) / groups).with(to, shape.length(to) * groups);
        return builder.rearrange(x, Shape.of(split), order, result);
    }
}

package ricci.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.ConvolutionDimensions;
import ricci.ir.DType;
import ricci.ir.InferTypes;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.transform.Vmap.Mapped;

/** {@link Windows} for all examples at once. */
final class VmapWindows {
    private final Vmap vmap;
    private final Builder builder;
    private final long size;

    VmapWindows(Vmap vmap, Builder builder, long size) {
        this.vmap = vmap;
        this.builder = builder;
        this.size = size;
    }

    /** As the rules of {@link Vmap}: at least one operand is mapped. */
    List<Mapped> rule(Windows op, List<Mapped> x) {
        Mapped first = x.getFirst();
        return switch (op) {
            case Windows.Convolution convolution -> convolution(convolution, first, x.getLast());
            case Windows.ReduceWindow(var monoid, var window, var sliding) -> vmap.mapped(first.axis(),
                    new Windows.ReduceWindow(monoid, window.inserted(first.axis(), 1),
                            passing(sliding, first.axis())), first.atom());
            case Windows.ArgReduceWindow(var extremum, var window, var sliding, var axes, var index) ->
                    vmap.mapped(first.axis(), new Windows.ArgReduceWindow(extremum,
                            window.inserted(first.axis(), 1), passing(sliding, first.axis()),
                            Vmap.shifted(axes, first.axis()), index), first.atom());
            case Windows.DynamicSlice(var sizes) -> x.subList(1, x.size()).stream().anyMatch(Mapped::isMapped)
                    ? equivalent(Equivalents.dynamicSlice(sizes, each(x)), x)
                    : slices(new Windows.DynamicSlice(sizes.inserted(first.axis(), size)), x, 1,
                            first.axis());
            case Windows.DynamicUpdateSlice _ ->
                    x.subList(2, x.size()).stream().anyMatch(Mapped::isMapped)
                            ? equivalent(Equivalents.dynamicUpdateSlice(each(x)), x)
                            : slices(op, x, 2, Vmap.commonAxis(x));
            case Windows.TopK _ -> first.axis() < first.type().rank() - 1
                    ? vmap.mapped(first.axis(), op, first.atom())
                    : vmap.mapped(0, op, vmap.along(0, first));
            case Windows.Clamp _ -> vmap.aligned(op, x, Vmap.commonAxis(x));
        };
    }

    private static List<TensorType> each(List<Mapped> x) {
        return x.stream().map(operand -> operand.type().with(operand.each())).toList();
    }

    /** The windows have length 1 along the mapped axis, and pass it step by step. */
    private static Sliding passing(Sliding s, int axis) {
        return new Sliding(Vmap.inserted(s.strides(), axis, 1L), Vmap.inserted(s.low(), axis, 0L),
                Vmap.inserted(s.high(), axis, 0L), Vmap.inserted(s.baseDilation(), axis, 1L),
                Vmap.inserted(s.windowDilation(), axis, 1L));
    }

    /** All examples have the same starts; along the mapped axis the slice is the whole. */
    private List<Mapped> slices(Windows op, List<Mapped> x, int tensors, int axis) {
        List<Atom> operands = new ArrayList<>();
        x.subList(0, tensors).forEach(tensor -> operands.add(vmap.along(axis, tensor)));
        x.subList(tensors, x.size()).forEach(start -> operands.add(start.atom()));
        operands.add(tensors + axis, builder.zeros(TensorType.of(DType.I32)));
        return Vmap.mapped(builder.apply(op, operands), axis);
    }

    private List<Mapped> equivalent(Program program, List<Mapped> x) {
        Vmap.Result all = Vmap.of(program, size, x.stream().map(Mapped::axis).toList());
        List<Atom> results = builder.inline(all.program(), x.stream().map(Mapped::atom).toList());
        return IntStream.range(0, results.size())
                .mapToObj(i -> new Mapped(results.get(i), all.axes().get(i))).toList();
    }

    // ---- convolution ----

    /**
     * Mapped on both sides, the examples are groups; on one side, they are part of the batch, or of the
     * output features, inside each group if there are groups.
     */
    private List<Mapped> convolution(Windows.Convolution op, Mapped x, Mapped w) {
        if (size == 0) {
            TensorType each = InferTypes.of(op, each(List.of(x, w))).getFirst();
            return List.of(new Mapped(builder.zeros(each.with(each.shape().inserted(0, 0))), 0));
        }
        ConvolutionDimensions d = op.dimensions();
        int batch = d.input().get(0);
        int resultFeatures = d.result().get(1);
        if (x.isMapped() && w.isMapped()) {
            boolean byBatch = op.batchGroups() > 1;
            Windows.Convolution grouped = new Windows.Convolution(d, op.sliding(),
                    byBatch ? 1 : op.featureGroups() * size, byBatch ? op.batchGroups() * size : 1,
                    op.result());
            Atom y = builder.apply(grouped, into(x, byBatch ? batch : d.input().get(1), 1),
                    into(w, d.kernel().get(0), 1));
            return outOf(y, resultFeatures, 1);
        }
        if (x.isMapped()) {
            return outOf(builder.apply(op, into(x, batch, op.batchGroups()), w.atom()), d.result().get(0), 1);
        }
        long groups = op.featureGroups() * op.batchGroups();
        return outOf(builder.apply(op, x.atom(), into(w, d.kernel().get(0), groups)), resultFeatures, groups);
    }

    /** The examples as part of an axis, numbered as in one example: inside so many groups. */
    private Atom into(Mapped x, int axis, long groups) {
        Shape shape = x.type().shape();
        int split = axis < x.axis() ? axis : axis + 1;
        Shape parts = split(shape, split, groups);
        int mapped = x.axis() < split ? x.axis() : x.axis() + 1;
        List<Integer> order = new ArrayList<>(parts.axesExcept(List.of(mapped)));
        order.add(axis + 1, mapped);
        Shape each = x.each();
        return builder.rearrange(x.atom(), parts, order, each.with(axis, each.length(axis) * size));
    }

    /** The examples taken out of an axis, in which they lie inside so many groups. */
    private List<Mapped> outOf(Atom y, int axis, long groups) {
        Shape shape = y.type().shape();
        Shape parts = split(split(shape, axis, groups), axis + 1, size);
        List<Integer> order = new ArrayList<>(parts.axesExcept(List.of()));
        Collections.swap(order, axis, axis + 1);
        Shape each = shape.with(axis, shape.length(axis) / size);
        return List.of(new Mapped(builder.rearrange(y, parts, order, each.inserted(axis, size)), axis));
    }

    /** In place of an axis two, of which the first has that length. */
    private static Shape split(Shape shape, int axis, long outer) {
        return shape.with(axis, shape.length(axis) / outer).inserted(axis, outer);
    }
}

package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.ConvolutionDimensions;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Read;
import ricci.loop.Expression.Select;
import ricci.loop.Variable;

/**
 * Convolutions as loops over the result, with output features in lanes, and inside of them over the kernel's
 * places and the input features. What has its features elsewhere than last is copied. A place of the kernel
 * that meets a hole is left out; it is the same in all lanes.
 */
final class Convolutions {
    static final int BATCH = 0;
    static final int OUTPUTS = 0;
    static final int FEATURES = 1;
    static final int SPATIAL = 2;

    private final Equation e;
    private final Windows.Convolution op;
    private final List<Launch> launches = new ArrayList<>();
    private Tensor x;
    private Tensor w;

    /**
     * An operand or the result.
     *
     * @param axes which of its axes plays which part, in the order of {@link ConvolutionDimensions}
     */
    record Tensor(Operand x, List<Integer> axes) {
        long stride(int part) {
            return x.stride(axes.get(part));
        }

        long length(int part) {
            return x.shape().length(axes.get(part));
        }

        /** Of the spatial axes. */
        List<Long> lengths() {
            return IntStream.range(SPATIAL, axes.size()).mapToObj(this::length).toList();
        }

        /** What has the elements. */
        Atom.Var base() {
            return Objects.requireNonNull(x.view()).base();
        }

        /** How far from the first element of the input the first one is that counts. */
        long start(List<Segment> part) {
            return IntStream.range(0, part.size())
                    .mapToLong(i -> part.get(i).start() * stride(SPATIAL + i)).sum();
        }

        /** How far from the first place the first one of a part is. */
        long firstPlace(List<Segment> part) {
            return IntStream.range(0, part.size())
                    .mapToLong(i -> part.get(i).firstPlace() * stride(SPATIAL + i)).sum();
        }

        /**
         * A copy of that dtype, in which the axes are those of {@code first}, the spatial ones, those of
         * {@code last}.
         */
        Tensor last(List<Launch> launches, Equation e, int number, DType dtype, int first, int last) {
            List<Integer> turned = order(first, last).stream().map(axes::get).toList();
            return new Tensor(Transposition.copy(e, number, "pack", x, dtype, turned, launches), axes);
        }

        private List<Integer> order(int first, int last) {
            List<Integer> order = new ArrayList<>(List.of(first));
            IntStream.range(SPATIAL, axes.size()).forEach(order::add);
            order.add(last);
            return order;
        }

        /** Room for a result with features last, and for so many elements more that nobody reads. */
        Tensor room(Equation e, int number, DType dtype, long more) {
            List<Integer> order = order(BATCH, FEATURES);
            Shape shape = x.shape().select(order.stream().map(axes::get).toList());
            Atom.Var to = Alone.temporary(e, number, TensorType.of(dtype, shape.size() + more));
            View view = new View(to, shape, 0, View.rowMajor(shape), false);
            return new Tensor(Operand.of(dtype, view), Transposition.inverse(order));
        }

        /** Copies what is in such room to this result, or makes of it what follows. */
        List<Launch> unpack(Equation e, Tensor room, @Nullable ConvolutionEnd end) {
            List<Integer> order = IntStream.range(0, axes.size())
                    .mapToObj(axis -> room.axes().get(axes.indexOf(axis))).toList();
            View view = Objects.requireNonNull(room.x().view()).transpose(order);
            return end != null ? end.pass(view, room.x().dtype()) : new Transposition(e, "unpack",
                    Operand.of(room.x().dtype(), view), base(), x.strides()).launches();
        }

        /** Makes the places of a part 0; features are last. */
        List<Launch> fill(List<Segment> part) {
            List<Long> lengths = new ArrayList<>(List.of(length(BATCH)));
            List<Long> strides = new ArrayList<>(List.of(stride(BATCH)));
            for (int i = 0; i < part.size(); i++) {
                lengths.add(part.get(i).places());
                strides.add(part.get(i).placeStep() * stride(SPATIAL + i));
            }
            lengths.add(length(FEATURES));
            strides.add(1L);
            return Moves.fill("convolution", Operand.of(TensorType.of(x.dtype()), 0),
                    Shape.of(lengths.stream().mapToLong(length -> length).toArray()),
                    new Moves.Region(base(), firstPlace(part), strides));
        }
    }

    static Tensor result(Equation e, Windows.Convolution op) {
        return new Tensor(Operand.whole(e.result()), op.dimensions().result());
    }

    private Convolutions(Equation e, Windows.Convolution op, Tensor x, Tensor w) {
        this.e = e;
        this.op = op;
        this.x = x;
        this.w = w;
    }

    static List<Launch> of(Equation e, Windows.Convolution op, Fuse.Cut cut) {
        Tensor input = input(e, op, cut);
        Tensor kernel = kernel(e, op, cut);
        if (input.x().shape().size() == 0 || kernel.x().shape().size() == 0) {
            return Moves.fill("convolution", Operand.of(TensorType.of(op.result()), 0), e.result());
        }
        Convolutions loops = new Convolutions(e, op, input, kernel);
        List<Launch> launches = loops.isOfDepthwise() ? DepthwiseKernel.of(e, op, input, kernel)
                : loops.byTiles(null);
        return launches.isEmpty() ? loops.launches() : launches;
    }

    /** The loops of a convolution and of a group that follows it: the same ones, if there are tiles. */
    static List<Launch> of(Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        Equation e = Objects.requireNonNull(group.product());
        Windows.Convolution op = (Windows.Convolution) e.op();
        Convolutions loops = new Convolutions(e, op, input(e, op, cut), kernel(e, op, cut));
        boolean isEmpty = loops.x.x().shape().size() == 0 || loops.w.x().shape().size() == 0;
        List<Launch> together = isEmpty || loops.isOfDepthwise() ? List.of()
                : loops.byTiles(ConvolutionEnd.of(group, cut, outputs));
        return together.isEmpty() ? Epilogue.apart(of(e, op, cut), group, cut, outputs) : together;
    }

    private List<Launch> byTiles(@Nullable ConvolutionEnd end) {
        return isDepthwise() ? Depthwise.of(e, op, x, w, end) : ImplicitGemm.of(e, op, x, w, end);
    }

    static Tensor input(Equation e, Windows.Convolution op, Fuse.Cut cut) {
        return new Tensor(Operand.of(e.operands().getFirst(), cut), op.dimensions().input());
    }

    static Tensor kernel(Equation e, Windows.Convolution op, Fuse.Cut cut) {
        return new Tensor(Operand.of(e.operands().getLast(), cut), op.dimensions().kernel());
    }

    private long groups() {
        return Math.max(op.featureGroups(), op.batchGroups());
    }

    private long outputsOfGroup() {
        return w.length(OUTPUTS) / groups();
    }

    /** Whether each group has one input and one output feature, so that groups can be in lanes. */
    private boolean isDepthwise() {
        return op.featureGroups() > 1 && outputsOfGroup() == 1 && w.length(FEATURES) == 1;
    }

    /** Whether each group has one example and one output feature, and sums are longer than they are many. */
    private boolean isOfDepthwise() {
        return op.batchGroups() > 1 && outputsOfGroup() == 1 && x.length(BATCH) == groups()
                && w.x().shape().size() > e.result().type().shape().size();
    }

    private List<Launch> launches() {
        boolean inLanes = isDepthwise() || outputsOfGroup() > 1;
        if (inLanes && w.stride(OUTPUTS) != 1) {
            w = pack(0, w, featuresLast(FEATURES, OUTPUTS));
        }
        if (isDepthwise() && x.stride(FEATURES) != 1) {
            x = pack(1, x, featuresLast(BATCH, FEATURES));
        }
        Atom.Var result = e.result();
        Tensor y = new Tensor(Operand.whole(result), op.dimensions().result());
        if (!inLanes || y.stride(FEATURES) == 1) {
            launches.add(loops(result, y));
            return launches;
        }
        // Features last, then moved to where they belong.
        List<Integer> parts = featuresLast(BATCH, FEATURES);
        List<Integer> order = parts.stream().map(y.axes()::get).toList();
        Shape turned = result.type().shape().select(order);
        Atom.Var copy = Alone.temporary(e, 2, result.type().with(turned));
        Tensor to = new Tensor(Operand.whole(copy), Transposition.inverse(parts));
        launches.add(loops(copy, to));
        launches.addAll(Moves.copy("unpack", Operand.whole(copy).transpose(Transposition.inverse(order)),
                Moves.Region.all(result)));
        return launches;
    }

    /**
     * The parts in an order with {@code last} at the end and {@code first} before the spatial ones
     * or after.
     */
    private List<Integer> featuresLast(int first, int last) {
        List<Integer> parts = new ArrayList<>(IntStream.range(SPATIAL, x.axes().size()).boxed().toList());
        parts.add(last == OUTPUTS ? parts.size() : 0, first);
        parts.add(last);
        return parts;
    }

    private Tensor pack(int number, Tensor tensor, List<Integer> parts) {
        Operand packed = Moves.pack(launches, e, number, tensor.x(),
                parts.stream().map(tensor.axes()::get).toList());
        return new Tensor(packed, Transposition.inverse(parts));
    }

    // ---- the loops ----

    /** Where the loops are. */
    private record Reached(At x, At w, At y) {
        Reached with(long inX, long inW, long inY, Variable.Counter counter) {
            return new Reached(x.with(inX, counter), w.with(inW, counter), y.with(inY, counter));
        }
    }

    private Launch loops(Atom.Var result, Tensor y) {
        LoopNest nest = new LoopNest("convolution");
        Reached at = new Reached(At.of(x.x().offset()), At.of(w.x().offset()), At.of(0));
        at = at.with(x.stride(BATCH), 0, y.stride(BATCH), nest.serial(y.length(BATCH)));
        List<Variable.Counter> places = new ArrayList<>();
        long work = y.length(BATCH) * w.x().shape().size();
        Sliding sliding = op.sliding();
        for (int i = 0; i < sliding.axes(); i++) {
            Variable.Counter place = nest.serial(y.length(SPATIAL + i));
            places.add(place);
            work *= y.length(SPATIAL + i);
            at = at.with(hasHoles(i, y) ? 0 : sliding.strides().get(i) * x.stride(SPATIAL + i), 0,
                    y.stride(SPATIAL + i), place);
        }
        long outputs = outputsOfGroup();
        long group = op.featureGroups() > 1 ? w.length(FEATURES) * x.stride(FEATURES)
                : op.batchGroups() > 1 ? y.length(BATCH) * x.stride(BATCH) : 0;
        Variable.Counter groups = isDepthwise() ? nest.vector(groups()) : nest.serial(groups());
        at = at.with(group, outputs * w.stride(OUTPUTS), outputs * y.stride(FEATURES), groups);
        if (!isDepthwise()) {
            at = at.with(0, w.stride(OUTPUTS), y.stride(FEATURES),
                    outputs > 1 ? nest.vector(outputs) : nest.serial(outputs));
        }
        Sums sums = new Sums(e, nest);
        Expression sum = sum(nest, sums, at, y, places);
        nest.write(result, at.y(), sums.result(sum));
        return nest.launch(work);
    }

    private boolean hasHoles(int i, Tensor y) {
        return WindowLoops.hasHoles(op.sliding(), i, x.length(SPATIAL + i), w.length(SPATIAL + i),
                y.length(SPATIAL + i));
    }

    /** Over the kernel's places, then over the features. */
    private Expression sum(LoopNest nest, Sums sums, Reached from, Tensor y, List<Variable.Counter> places) {
        Sliding sliding = op.sliding();
        List<Variable.Local> outer = new ArrayList<>();
        Reached at = from;
        Expression isInside = null;
        for (int i = 0; i < sliding.axes(); i++) {
            int part = SPATIAL + i;
            outer.add(sums.accumulator());
            Variable.Counter element = nest.serial(w.length(part));
            boolean hasHoles = hasHoles(i, y);
            at = at.with(hasHoles ? 0
                    : sliding.windowDilation().get(i) * x.stride(part), w.stride(part), 0, element);
            if (hasHoles) {
                WindowLoops.Met met = WindowLoops.meet(nest, sliding, i, x.length(part), x.stride(part),
                        places.get(i),
                        element);
                at = new Reached(at.x().with(met.move().stride(), met.move().factor()), at.w(), at.y());
                isInside = WindowLoops.both(isInside, met.isInside());
            } else {
                at = new Reached(at.x().shifted(-sliding.low().get(i) * x.stride(part)), at.w(), at.y());
            }
        }
        Expression counts = isInside == null ? null : nest.let(isInside);
        Reached window = at;
        List<Axis> features = Axis.of(List.of(w.length(FEATURES)),
                List.of(List.of(x.stride(FEATURES)), List.of(w.stride(FEATURES))));
        boolean isVector = !isDepthwise() && outputsOfGroup() == 1 && features.size() == 1;
        Expression inner = sums.over(features, isVector, 1, k -> new Sums.Factors(
                List.of(sums.element(x.x(), window.x().along(features, 0, k))),
                List.of(sums.element(w.x(), window.w().along(features, 1, k))))).getFirst();
        return close(nest, sums, outer, nest.let(inner), counts);
    }

    /** Ends the loops over the kernel's places. */
    private static Expression close(LoopNest nest, Sums sums, List<Variable.Local> outer, Expression inner,
            @Nullable Expression counts) {
        Expression sum = counts == null ? inner : new Select(counts, inner, sums.zero());
        for (Variable.Local accumulator : outer.reversed()) {
            nest.close(List.of(sums.fold(accumulator,
                    new Binary(Binary.Function.ADD, new Read(accumulator), sum))));
            sum = new Read(accumulator);
        }
        return sum;
    }
}

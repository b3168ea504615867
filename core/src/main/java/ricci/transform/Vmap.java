package ricci.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Bindings;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.Complex;
import ricci.ir.Contraction;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.GatherDimensions;
import ricci.ir.LinearAlgebra;
import ricci.ir.Lists;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.ir.Windows;

/**
 * Vectorisation: of a program for one example, the program for many, without a loop.
 *
 * <p>Each tensor of the program for one example becomes either a tensor with one axis more, the mapped axis,
 * at any place, or stays as it is, because it is the same for all examples. A rule leaves the mapped axis
 * where it causes the least work, and makes copies of what is the same for all only where a primitive needs
 * operands of one shape.
 */
public final class Vmap {
    /** In place of an axis: there is no mapped axis, the tensor is the same for all examples. */
    public static final int NONE = Integer.MIN_VALUE;

    private final Builder builder;
    private final long size;
    private final @Nullable String name;
    private final Memo<List<Integer>, Result> memo;

    private Vmap(Builder builder, long size, @Nullable String name, Memo<List<Integer>, Result> memo) {
        this.builder = builder;
        this.memo = memo;
        this.size = size;
        this.name = name;
    }

    /**
     * A vectorised program.
     *
     * @param program inputs and results: those of the original, with the mapped axis
     * @param axes for each result, where its mapped axis is, or {@link #NONE}
     * @param size the number of examples: the mapped axis's length
     */
    public record Result(Program program, List<Integer> axes, long size) {
        public Result {
            axes = List.copyOf(axes);
        }

        /**
         * The same with the mapped axis of each result at a given place. A result without one gets it; one
         * for which {@link #NONE} is given has none, and is that of the first example.
         */
        public Program withResultsAlong(List<Integer> places) {
            return TypeChecker.check("Vmap", inside(places));
        }

        /** The same, for a program inside of another. */
        Program inside(List<Integer> places) {
            Builder builder = new Builder();
            List<Atom.Var> inputs = builder.inputs(program.inputTypes());
            List<Atom> results = builder.inline(program, inputs);
            Vmap moves = new Vmap(builder, size, null, new Memo<>());
            List<Atom> moved = IntStream.range(0, results.size())
                    .mapToObj(i -> moves.placed(places.get(i), new Mapped(results.get(i), axes.get(i))))
                    .toList();
            return builder.program(inputs, moved);
        }
    }

    /**
     * Vectorises {@code program} for {@code size} examples; {@code axes} tells for each input where its
     * mapped axis is, counted from 0 in the input with that axis, or {@link #NONE}.
     */
    public static Result of(Program program, long size, List<Integer> axes) {
        return of(program, size, axes, null);
    }

    /**
     * As {@link #of(Program, long, List)}; collectives over the axis {@code name} become operations along the
     * mapped axis.
     */
    public static Result of(Program program, long size, List<Integer> axes, @Nullable String name) {
        Result result = of(program, size, axes, name, new Memo<>());
        TypeChecker.check("Vmap", result.program());
        return result;
    }

    static Result of(Program program, long size, List<Integer> axes, @Nullable String name,
            Memo<List<Integer>, Result> memo) {
        return memo.of(program, axes, () -> vectorized(program, size, axes, name, memo));
    }

    private static Result vectorized(Program program, long size, List<Integer> axes, @Nullable String name,
            Memo<List<Integer>, Result> memo) {
        Builder builder = new Builder();
        Vmap rules = new Vmap(builder, size, name, memo);
        List<Atom.Var> inputs = new ArrayList<>();
        int[] mapped = new int[program.variables()];
        for (int i = 0; i < axes.size(); i++) {
            TensorType one = program.inputs().get(i).type();
            inputs.add(builder.input(axes.get(i) == NONE ? one : rules.mappedType(one, axes.get(i))));
            mapped[program.inputs().get(i).id()] = axes.get(i);
        }
        Bindings bindings = new Bindings(program, inputs);
        for (Equation e : program.equations()) {
            builder.at(e.source());
            List<Mapped> x = Lists.mapped(e.operands(), a -> bound(a, bindings, mapped));
            List<Mapped> y = rules.equation(e.op(), x);
            bindings.define(e, Lists.mapped(y, Mapped::atom));
            for (int i = 0; i < y.size(); i++) {
                mapped[e.results().get(i).id()] = y.get(i).axis();
            }
        }
        List<Mapped> results = program.results().stream().map(a -> bound(a, bindings, mapped)).toList();
        return new Result(builder.program(inputs, results.stream().map(Mapped::atom).toList()),
                results.stream().map(Mapped::axis).toList(), size);
    }

    private static Mapped bound(Atom atom, Bindings bindings, int[] mapped) {
        return switch (atom) {
            case Atom.Literal literal -> new Mapped(literal, NONE);
            case Atom.Var v -> new Mapped(bindings.of(v), mapped[v.id()]);
        };
    }

    /** A tensor of the vectorised program, and which of its axes runs over the examples. */
    record Mapped(Atom atom, int axis) {
        boolean isMapped() {
            return axis != NONE;
        }

        TensorType type() {
            return atom.type();
        }

        /** The shape of one example. */
        Shape each() {
            return isMapped() ? type().shape().without(List.of(axis)) : type().shape();
        }
    }

    Builder builder() {
        return builder;
    }

    /** The length of the mapped axis. */
    long size() {
        return size;
    }

    /** The name of the mapped axis, if it has one. */
    @Nullable String name() {
        return name;
    }

    /** Vectorises a program inside this one. */
    Result inside(Program body, List<Mapped> x) {
        return of(body, size, axes(x), name, memo);
    }

    /** Vectorises a program inside this one, whose inputs are mapped along these axes. */
    Result along(List<Integer> axes, Program body) {
        return of(body, size, axes, name, memo);
    }

    static List<Integer> axes(List<Mapped> x) {
        return x.stream().map(Mapped::axis).toList();
    }

    /** Whether there are collectives over the mapped axis in {@code op}. */
    boolean meetsIn(Op op) {
        return name != null && Collective.freeNames(op).contains(name);
    }

    List<Mapped> equation(Op op, List<Mapped> x) {
        if (!meetsIn(op) && x.stream().noneMatch(Mapped::isMapped)) {
            return mapped(builder.apply(op, Lists.mapped(x, Mapped::atom)), NONE);
        }
        return rule(op, x);
    }

    /** The results of {@code op} for all examples; an operand is mapped, or it has collectives over them. */
    private List<Mapped> rule(Op op, List<Mapped> x) {
        // What has no operands is a collective, or a program with one inside.
        Mapped first = x.isEmpty() ? new Mapped(builder.zeros(TensorType.of(DType.F32)), NONE)
                : x.getFirst();
        return switch (op) {
            case Op.Unary _, Op.IntegerPower _, Op.IsFinite _, Op.ReducePrecision _, Op.Binary _,
                 Op.Fma _, Op.RegularizedIncompleteBeta _, Op.Compare _, Op.Select _, Op.Convert _,
                 Op.Bitcast _, Op.Threefry _, Op.StopGradient _, Complex _ -> aligned(op, x, commonAxis(x));
            case Op.Iota _ -> throw new AssertionError("what has no operands is the same for all");
            case Op.Reshape(var shape) -> reshape(shape, first);
            case Op.Transpose(var permutation) -> transpose(permutation, first);
            case Op.Rearrange(var split, var permutation, var result) -> mapped(0, new Op.Rearrange(
                    inserted(split, 0), inserted(shifted(permutation, 0), 0, 0), inserted(result, 0)),
                    along(0, first));
            case Op.Broadcast(var shape, var axes) -> broadcast(shape, axes, first);
            case Op.Reduce(var monoid, var axes) -> reduced(
                    new Op.Reduce(monoid, shifted(axes, first.axis())), first, axes);
            case Op.ArgReduce(var extremum, var axis, var index) -> reduced(
                    new Op.ArgReduce(extremum, shifted(axis, first.axis()), index), first, List.of(axis));
            case Op.Cumulative(var function, var axis, var reverse) -> mapped(first.axis(), new Op.Cumulative(
                    function, shifted(axis, first.axis()), reverse), first.atom());
            case Op.DotGeneral(var contraction, var result) ->
                    dotGeneral(contraction, result, x.get(0), x.get(1));
            case Op.Slice(var starts, var limits, var strides) -> mapped(first.axis(), new Op.Slice(
                    inserted(starts, first.axis(), 0L), inserted(limits, first.axis(), size),
                    inserted(strides, first.axis(), 1L)), first.atom());
            case Op.Pad pad -> pad(pad, first, x.getLast());
            case Op.Concatenate(var axis) -> {
                int common = commonAxis(x);
                yield aligned(new Op.Concatenate(shifted(axis, common)), x, common);
            }
            case Op.Reverse(var axes) -> mapped(first.axis(),
                    new Op.Reverse(shifted(axes, first.axis())), first.atom());
            case Op.Sort(var axis, var keys) -> {
                int common = commonAxis(x);
                yield aligned(new Op.Sort(shifted(axis, common), keys), x, common);
            }
            case Op.Gather gather -> gather(gather, x.get(0), x.get(1));
            case Op.Scatter scatter -> scatter(scatter, x.get(0), x.get(1), x.get(2));
            case Op.Call(var label, var body) -> call(label, body, x);
            case Collective collective -> VmapCollective.rule(this, collective, x);
            case LinearAlgebra linear -> VmapLinearAlgebra.rule(this, linear, x);
            case Windows windows -> new VmapWindows(this, builder, size).rule(windows, x);
            case Control control -> VmapControl.of(this, control, x);
            case Custom custom -> new VmapCustom(this).rule(custom, x);
            case Effect effect -> VmapEffect.rule(this, effect, x);
        };
    }

    // ---- elementwise, and others whose operands have one shape but for an axis of their own ----

    /** Where the mapped axis already is, in the first operand that has one. */
    static int commonAxis(List<Mapped> x) {
        return x.stream().filter(Mapped::isMapped).findFirst().orElseThrow().axis();
    }

    List<Mapped> aligned(Op op, List<Mapped> x, int axis) {
        return mapped(builder.apply(op, x.stream().map(operand -> along(axis, operand)).toList()), axis);
    }

    /** The tensor with the mapped axis at that place: moved there, or, if it has none, repeated along it. */
    Atom along(int axis, Mapped x) {
        if (x.axis() == axis) {
            return x.atom();
        }
        if (x.isMapped()) {
            List<Integer> order = new ArrayList<>(x.type().shape().axesExcept(List.of(x.axis())));
            order.add(axis, x.axis());
            return builder.transpose(x.atom(), order);
        }
        TensorType type = mappedType(x.type(), axis);
        return switch (x.atom()) {
            case Atom.Literal(_, var value) -> builder.fill(type, value);
            case Atom.Var v -> builder.broadcast(
                    v, type.shape(), type.shape().axesExcept(List.of(axis)));
        };
    }

    private Atom placed(int place, Mapped x) {
        return place != NONE ? along(place, x) : x.isMapped()
                ? builder.reshape(builder.slice(x.atom(), x.axis(), 0, 1), x.each()) : x.atom();
    }

    // ---- rules of one operand ----

    /** In row-major order the mapped axis may stay wherever as many elements lie before it as before. */
    private List<Mapped> reshape(Shape shape, Mapped x) {
        long before = product(x.type().shape(), x.axis());
        for (int axis = 0; axis <= shape.rank(); axis++) {
            if (product(shape, axis) == before) {
                return mapped(axis, new Op.Reshape(inserted(shape, axis)), x.atom());
            }
        }
        return mapped(0, new Op.Reshape(inserted(shape, 0)), along(0, x));
    }

    private static long product(Shape shape, int axes) {
        return Arrays.stream(shape.toArray(), 0, axes).reduce(1, (a, b) -> a * b);
    }

    private List<Mapped> transpose(List<Integer> permutation, Mapped x) {
        List<Integer> order = inserted(shifted(permutation, x.axis()), x.axis(), x.axis());
        return mapped(x.axis(), new Op.Transpose(order), x.atom());
    }

    private List<Mapped> broadcast(Shape shape, List<Integer> axes, Mapped x) {
        int axis = x.axis() == 0 ? 0 : axes.get(x.axis() - 1) + 1;
        return mapped(axis, new Op.Broadcast(inserted(shape, axis),
                inserted(shifted(axes, axis), x.axis(), axis)), x.atom());
    }

    /** {@code axes}, numbered as in one example, disappear. */
    private List<Mapped> reduced(Op op, Mapped x, List<Integer> axes) {
        int before = (int) axes.stream().filter(axis -> axis < x.axis()).count();
        return mapped(x.axis() - before, op, x.atom());
    }

    // ---- rules of several operands ----

    /** Mapped on both sides, the axis is one more batch axis; on one side, a free axis of that operand. */
    private List<Mapped> dotGeneral(Contraction c, DType result, Mapped x, Mapped y) {
        List<Integer> leftBatch = shifted(c.leftBatch(), x.axis());
        List<Integer> rightBatch = shifted(c.rightBatch(), y.axis());
        boolean both = x.isMapped() && y.isMapped();
        Contraction shifted = new Contraction(
                both ? inserted(leftBatch, 0, x.axis()) : leftBatch,
                both ? inserted(rightBatch, 0, y.axis()) : rightBatch,
                shifted(c.leftContracted(), x.axis()), shifted(c.rightContracted(), y.axis()));
        List<Integer> leftFree = shifted.leftFree(x.type().shape());
        int axis = both ? 0
                : c.leftBatch().size() + (x.isMapped() ? leftFree.indexOf(x.axis())
                        : leftFree.size() + shifted.rightFree(y.type().shape()).indexOf(y.axis()));
        return mapped(axis, new Op.DotGeneral(shifted, result), x.atom(), y.atom());
    }

    /**
     * A pad takes one scalar, so where each example has its own, a mask, padded in the same way, tells where
     * it goes.
     */
    private List<Mapped> pad(Op.Pad op, Mapped x, Mapped padding) {
        if (!padding.isMapped()) {
            Op.Pad all = new Op.Pad(inserted(op.low(), x.axis(), 0L), inserted(op.high(), x.axis(), 0L),
                    inserted(op.interior(), x.axis(), 0L));
            return mapped(x.axis(), all, x.atom(), padding.atom());
        }
        Mapped zero = new Mapped(builder.zeros(x.type().with(Shape.SCALAR)), NONE);
        Mapped padded = equation(op, List.of(x, zero)).getFirst();
        TensorType bools = new TensorType(DType.BOOL, x.each());
        Atom mask = builder.apply(op, builder.fill(bools, 1), builder.zeros(bools.with(Shape.SCALAR)));
        Op everywhere = new Op.Broadcast(padded.each(), List.of());
        Mapped paddings = rule(everywhere, List.of(padding)).getFirst();
        List<Mapped> operands = List.of(new Mapped(mask, NONE), padded, paddings);
        return aligned(new Op.Select(), operands, commonAxis(operands));
    }

    private List<Mapped> call(String label, Program body, List<Mapped> x) {
        Result inner = inside(body, x);
        List<Atom.Var> y = builder.apply(
                new Op.Call(label, inner.program()), x.stream().map(Mapped::atom).toList());
        return IntStream.range(0, y.size())
                .mapToObj(i -> new Mapped(y.get(i), inner.axes().get(i))).toList();
    }

    // ---- gather and scatter ----

    /** Gather's axis correspondence for all examples, and where the result, or the updates, are mapped. */
    private record MappedDimensions(GatherDimensions dimensions, int axis) {}

    private List<Mapped> gather(Op.Gather op, Mapped x, Mapped indices) {
        if (indices.isMapped()) {
            Mapped places = besideCoordinates(indices);
            MappedDimensions d = ownIndices(op.dimensions(), x.axis(), places, NONE,
                    op.dimensions().offset().size());
            Shape window = x.isMapped() ? op.window().inserted(x.axis(), 1) : op.window();
            return mapped(d.axis(), new Op.Gather(d.dimensions(), window, op.outOfBounds()), x.atom(),
                    places.atom());
        }
        MappedDimensions d = sameIndices(op.dimensions(), x.each(), x.axis(), NONE,
                indices.type().rank() - 1 + op.dimensions().offset().size());
        return mapped(d.axis(), new Op.Gather(d.dimensions(), inserted(op.window(), x.axis()),
                op.outOfBounds()), x.atom(), indices.atom());
    }

    /** What is scattered into is mapped in any case, for so is the result; and so are the updates. */
    private List<Mapped> scatter(Op.Scatter op, Mapped x, Mapped indices, Mapped updates) {
        GatherDimensions d = op.dimensions();
        if (indices.isMapped()) {
            int axis = x.isMapped() ? x.axis() : 0;
            Mapped places = besideCoordinates(indices);
            MappedDimensions all = ownIndices(d, axis, places, updates.axis(), d.offset().size());
            return mapped(axis, new Op.Scatter(all.dimensions(), op.combiner(), op.outOfBounds()),
                    along(axis, x), places.atom(), along(all.axis(), updates));
        }
        int axis = x.isMapped() ? x.axis() : windowAxis(d, x.type().shape(), updates.axis());
        MappedDimensions all = sameIndices(d, x.each(), axis, updates.axis(), updates.each().rank());
        return mapped(axis, new Op.Scatter(all.dimensions(), op.combiner(), op.outOfBounds()),
                along(axis, x), indices.atom(), along(all.axis(), updates));
    }

    /** Indices whose mapped axis is not the last, which is that of the coordinates. */
    private Mapped besideCoordinates(Mapped indices) {
        return indices.axis() < indices.type().rank() - 1 ? indices : new Mapped(along(0, indices), 0);
    }

    /**
     * Each example has its own indices: the mapped axis is one more batch axis, of the operand too if that is
     * mapped.
     *
     * @param preferred where the result, or the updates, should be mapped, if possible
     * @param offsets the number of axes inside a window
     */
    private static MappedDimensions ownIndices(GatherDimensions d, int operandAxis, Mapped indices,
            int preferred, int offsets) {
        int rank = indices.each().rank() - 1 + offsets;
        List<Integer> batch = IntStream.range(0, rank).filter(i -> !d.offset().contains(i)).boxed().toList();
        int axis = between(batch, indices.axis(), rank, preferred);
        List<Integer> operandBatch = shifted(d.operandBatch(), operandAxis);
        List<Integer> indexBatch = shifted(d.indexBatch(), indices.axis());
        boolean both = operandAxis != NONE;
        // In increasing order of the operand's axes, as XLA demands.
        int place = (int) operandBatch.stream().filter(a -> a < operandAxis).count();
        return new MappedDimensions(new GatherDimensions(shifted(d.offset(), axis),
                shifted(d.collapsed(), operandAxis),
                both ? inserted(operandBatch, place, operandAxis) : operandBatch,
                both ? inserted(indexBatch, place, indices.axis()) : indexBatch,
                shifted(d.indexed(), operandAxis)), axis);
    }

    /**
     * All examples have the same indices: the mapped axis runs inside the window, in its whole length.
     *
     * @param preferred where the result, or the updates, should be mapped, if possible
     * @param rank the rank of the result, or the updates, of one example
     */
    private static MappedDimensions sameIndices(GatherDimensions d, Shape operand, int operandAxis,
            int preferred, int rank) {
        int place = (int) d.windowAxes(operand).stream().filter(a -> a < operandAxis).count();
        int axis = between(d.offset(), place, rank, preferred);
        return new MappedDimensions(new GatherDimensions(inserted(shifted(d.offset(), axis), place, axis),
                shifted(d.collapsed(), operandAxis), shifted(d.operandBatch(), operandAxis),
                d.indexBatch(), shifted(d.indexed(), operandAxis)), axis);
    }

    /** Where an operand that is not mapped gets its axis, so that the updates' need not move. */
    private static int windowAxis(GatherDimensions d, Shape operand, int updates) {
        int place = (int) d.offset().stream().filter(a -> a < updates).count();
        return place == 0 ? 0 : d.windowAxes(operand).get(place - 1) + 1;
    }

    /**
     * A place for a new axis among {@code rank} others, such that it is the {@code index}-th of a group of
     * them, whose axes are given in increasing order: the preferred place if it is one.
     */
    private static int between(List<Integer> group, int index, int rank, int preferred) {
        int lowest = index == 0 ? 0 : group.get(index - 1) + 1;
        int highest = index == group.size() ? rank : group.get(index);
        return lowest <= preferred && preferred <= highest ? preferred : lowest;
    }

    // ---- the mapped axis among others ----

    List<Mapped> mapped(int axis, Op op, Atom... operands) {
        return mapped(builder.apply(op, Arrays.asList(operands)), axis);
    }

    static List<Mapped> mapped(List<Atom.Var> atoms, int axis) {
        return atoms.stream().map(atom -> new Mapped(atom, axis)).toList();
    }

    TensorType mappedType(TensorType one, int axis) {
        return one.with(inserted(one.shape(), axis));
    }

    private Shape inserted(Shape shape, int axis) {
        return shape.inserted(axis, size);
    }

    static <E> List<E> inserted(List<E> list, int place, E element) {
        return Stream.of(list.subList(0, place), Collections.singletonList(element),
                list.subList(place, list.size())).flatMap(List::stream).toList();
    }

    /** Axes as they are numbered once there is one more, the mapped one, unless that is {@link #NONE}. */
    static List<Integer> shifted(List<Integer> axes, int mapped) {
        return axes.stream().map(axis -> shifted(axis, mapped)).toList();
    }

    static int shifted(int axis, int mapped) {
        return mapped != NONE && axis >= mapped ? axis + 1 : axis;
    }
}

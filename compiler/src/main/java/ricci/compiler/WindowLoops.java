package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Read;
import ricci.loop.Expression.Select;
import ricci.loop.Register;
import ricci.loop.Statement.Fold;
import ricci.loop.Variable;

/** Loops over windows: over the places of a window, and inside of them over its elements. */
final class WindowLoops {
    /** Windows of so many elements have these written out one after the other. */
    private static final long MOST_WRITTEN_OUT = 16;
    /** An axis of fewer elements is not worth a copy in which they are neighbours. */
    private static final long FEWEST_LANES = 8;

    private WindowLoops() {}

    // ---- where an element of a window lies ----

    /**
     * The element of the base that an element of a window meets.
     *
     * @param move how to get there
     * @param isInside whether it is none of the holes; null if there are none
     */
    record Met(At.Move move, @Nullable Expression isInside) {}

    /** Whether some elements of some windows meet holes. */
    static boolean hasHoles(Sliding sliding, int axis, long base, long window, long places) {
        long low = sliding.low().get(axis);
        long last = (places - 1) * sliding.strides().get(axis)
                + Math.max(window - 1, 0) * sliding.windowDilation().get(axis) - low;
        return low > 0 || sliding.baseDilation().get(axis) > 1 || last >= base;
    }

    /**
     * Computes where along an axis with holes an element of a window lies; if it meets a hole, somewhere else
     * inside of the base.
     */
    static Met meet(LoopNest nest, Sliding sliding, int axis, long base, long stride, Variable.Counter place,
            Variable.Counter element) {
        Expression spread = nest.let(nest.index(At.of(-sliding.low().get(axis))
                .with(sliding.strides().get(axis), place).with(sliding.windowDilation().get(axis), element)));
        long dilation = sliding.baseDilation().get(axis);
        Expression index = dilation == 1 ? spread
                : nest.let(new Binary(Binary.Function.DIV, spread, nest.number(dilation)));
        Variable.Local clamped = nest.clamped(index, base - 1);
        Expression isInside = new Compare(Compare.Relation.EQ, index, new Read(clamped));
        if (dilation > 1) {
            isInside = new Binary(Binary.Function.AND, isInside, new Compare(Compare.Relation.EQ,
                    new Binary(Binary.Function.REM, spread, nest.number(dilation)), Constant.of(0L)));
        }
        return new Met(new At.Move(stride, clamped), isInside);
    }

    static @Nullable Expression both(@Nullable Expression p, @Nullable Expression q) {
        return p == null ? q : q == null ? p : new Binary(Binary.Function.AND, p, q);
    }

    // ---- sums of windows ----

    /** Holes are filled with what is neutral, in a copy. */
    static List<Launch> reduce(Equation e, Windows.ReduceWindow op, Fuse.Cut cut) {
        Operand x = Operand.of(e.operands().getFirst(), cut);
        Sliding s = op.sliding();
        List<Launch> launches = new ArrayList<>();
        Shape shape = e.result().type().shape();
        if (!isDense(s, x.shape())) {
            x = padded(launches, e, s, x, op.monoid().neutral(x.dtype()));
        }
        Operand base = x;
        List<Long> steps = new ArrayList<>();
        List<Long> inside = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            steps.add(base.stride(axis) * s.strides().get(axis));
            inside.add(base.stride(axis) * s.windowDilation().get(axis));
        }
        List<Axis> places = Axis.of(Axis.lengths(shape), List.of(steps, View.rowMajor(shape)));
        List<Axis> window = Axis.of(Axis.lengths(op.window()), List.of(inside));
        LoopNest nest = new LoopNest("reduce_window");
        List<Variable.Counter> at = nest.vector(places);
        nest.once();
        if (op.window().size() <= MOST_WRITTEN_OUT) {
            At from = At.of(base.offset()).along(places, 0, at);
            Expression sum = Reductions.neutral(op.monoid(), base.dtype());
            for (long element : offsets(op.window(), inside)) {
                sum = nest.let(Reductions.joined(op.monoid(), base.dtype(), sum,
                        nest.read(base, from.shifted(element))));
            }
            nest.write(e.result(), At.of(0).along(places, 1, at),
                    nest.let(Reductions.result(nest.block(), op.monoid(), base.dtype(), sum)));
            launches.add(nest.launch(shape.size() * op.window().size()));
            return launches;
        }
        int depth = nest.depth();
        DType dtype = base.dtype();
        Block block = nest.block();
        List<Variable.Counter> within = nest.serial(window);
        Expression element = nest.read(base,
                At.of(base.offset()).along(places, 0, at).along(window, 0, within));
        Variable.Local sum = null;
        while (nest.depth() > depth) {
            Variable.Local outer = block.local(Register.of(dtype));
            nest.close(List.of(sum == null ? Reductions.of(op.monoid(), dtype, outer, element)
                    : Reductions.around(op.monoid(), dtype, outer, sum)));
            sum = outer;
        }
        Expression all = sum == null ? Reductions.ofOne(op.monoid(), dtype, element) : new Read(sum);
        nest.write(e.result(), At.of(0).along(places, 1, at),
                nest.let(Reductions.result(block, op.monoid(), dtype, block.let(all))));
        launches.add(nest.launch(shape.size() * op.window().size()));
        return launches;
    }

    /** How far the elements of a window are from its first, in order. */
    private static List<Long> offsets(Shape window, List<Long> strides) {
        List<Long> offsets = List.of(0L);
        for (int axis = 0; axis < window.rank(); axis++) {
            long stride = strides.get(axis);
            long length = window.length(axis);
            offsets = offsets.stream().flatMap(offset -> LongStream.range(0, length)
                    .mapToObj(i -> offset + i * stride)).toList();
        }
        return offsets;
    }

    private static boolean isDense(Sliding s, Shape base) {
        for (int axis = 0; axis < base.rank(); axis++) {
            if (s.low().get(axis) != 0 || s.high().get(axis) != 0 || s.baseDilation().get(axis) != 1) {
                return false;
            }
        }
        return true;
    }

    private static Operand padded(List<Launch> launches, Equation e, Sliding s, Operand x, Number hole) {
        long[] lengths = x.shape().toArray();
        for (int axis = 0; axis < lengths.length; axis++) {
            lengths[axis] = s.padded(axis, lengths[axis]);
        }
        Atom.Var copy = Alone.temporary(e, 0, x.type().with(Shape.of(lengths)));
        Op.Pad pad = new Op.Pad(s.low(), s.high(), s.baseDilation().stream().map(d -> d - 1).toList());
        launches.addAll(Moves.pad(pad, x, Operand.of(TensorType.of(x.dtype()), hole),
                View.of(copy), false));
        return Operand.whole(copy);
    }

    // ---- extremes of windows ----

    static List<Launch> argReduce(Equation e, Windows.ArgReduceWindow op, Fuse.Cut cut) {
        Operand x = Operand.of(e.operands().getFirst(), cut);
        int lanes = lanes(op, x);
        return lanes < 0 || x.shape().size() == 0 ? argReduce(e.result(), op, x) : turned(e, op, x, lanes);
    }

    /**
     * The axis whose elements would make lanes if they were neighbours; negative if there is none, or those
     * that are neighbours do: windows that are moved along the last axis by more than an element do not, as
     * lanes read neighbours only.
     */
    private static int lanes(Windows.ArgReduceWindow op, Operand x) {
        int last = x.shape().rank() - 1;
        Sliding s = op.sliding();
        boolean areNeighbours = s.strides().get(last) == 1 && s.baseDilation().get(last) == 1;
        if (x.view() == null || !op.axes().contains(last) || areNeighbours) {
            return -1;
        }
        List<Integer> others = x.shape().axesExcept(op.axes());
        boolean isWorthIt = !others.isEmpty() && x.shape().length(others.getLast()) >= FEWEST_LANES;
        return isWorthIt ? others.getLast() : -1;
    }

    /** With elements along this axis as neighbours, in a copy if need be; so are the results, copied back. */
    private static List<Launch> turned(Equation e, Windows.ArgReduceWindow op, Operand x, int lanes) {
        List<Integer> order = Stream.concat(IntStream.range(0, x.shape().rank()).boxed()
                .filter(axis -> axis != lanes), Stream.of(lanes)).toList();
        List<Integer> back = Transposition.inverse(order);
        List<Launch> launches = new ArrayList<>();
        Operand near = x.stride(lanes) == 1 ? x
                : Transposition.copy(e, 0, "turned", x, x.dtype(), order, launches);
        TensorType type = e.result().type();
        Atom.Var places = Alone.temporary(e, 1, type.with(type.shape().select(order)));
        launches.addAll(argReduce(places, new Windows.ArgReduceWindow(op.extremum(),
                op.window().select(order), op.sliding().select(order),
                op.axes().stream().map(back::get).toList(), op.index()), near.transpose(order)));
        launches.addAll(new Transposition(e, "turned_back", Operand.whole(places).transpose(back), e.result(),
                View.rowMajor(type.shape())).launches());
        return launches;
    }

    private static List<Launch> argReduce(Atom.Var result, Windows.ArgReduceWindow op, Operand x) {
        if (x.shape().size() == 0) {
            return Moves.fill("arg_reduce_window", Operand.of(TensorType.of(op.index()),
                    op.index().isUnsigned() ? op.index().greatest() : Long.valueOf(-1)), result);
        }
        List<List<Segment>> parts = op.window().size() > MOST_WRITTEN_OUT ? List.of()
                : ImplicitGemm.parts(op.sliding(), Axis.lengths(x.shape()), Axis.lengths(op.window()),
                Axis.lengths(result.type().shape()));
        return parts.isEmpty() ? List.of(anyExtremes(result, op, x))
                : parts.stream().filter(part -> part.stream().allMatch(segment -> segment.places() > 0))
                .map(part -> extremesOfFew(result, op, x, part)).toList();
    }

    /** Where holes may be anywhere. */
    private static Launch anyExtremes(Atom.Var result, Windows.ArgReduceWindow op, Operand x) {
        LoopNest nest = new LoopNest("arg_reduce_window");
        Shape shape = result.type().shape();
        List<Variable.Counter> places = new ArrayList<>();
        At from = At.of(x.offset());
        At to = At.of(0);
        for (int axis = 0; axis < shape.rank(); axis++) {
            boolean isSlid = op.axes().contains(axis);
            boolean isLast = axis == shape.rank() - 1;
            places.add(isLast && !isSlid ? nest.vector(shape.length(axis)) : nest.serial(shape.length(axis)));
            from = from.with(isSlid ? 0 : x.stride(axis), places.get(axis));
            to = to.with(View.rowMajor(shape).get(axis), places.get(axis));
        }
        write(result, op, nest, to, x, nest.let(extreme(nest, op, x, from, places, index(x))));
        return nest.launch(shape.size() * op.window().size());
    }

    private static DType index(Operand x) {
        return x.shape().size() <= Integer.MAX_VALUE ? DType.I32 : DType.I64;
    }

    private static void write(Atom.Var result, Windows.ArgReduceWindow op, LoopNest nest, At to, Operand x,
            Expression where) {
        nest.write(result, to, nest.let(Objects.requireNonNull(
                Conversions.convert(nest.block(), index(x), op.index(), where))));
    }

    /** The same, without loops over windows, of places that meet the same elements of a window. */
    private static Launch extremesOfFew(Atom.Var result, Windows.ArgReduceWindow op, Operand x,
            List<Segment> part) {
        LoopNest nest = new LoopNest("arg_reduce_window");
        List<Long> strides = View.rowMajor(result.type().shape());
        List<Long> positions = View.rowMajor(x.shape().select(op.axes()));
        At first = At.of(x.offset());
        At position = At.of(0);
        At to = At.of(0);
        List<Long> away = new ArrayList<>();
        List<Long> farther = new ArrayList<>();
        for (int axis = 0; axis < part.size(); axis++) {
            Segment segment = part.get(axis);
            // Lanes that read from far apart are no faster than one element after the other.
            boolean isInLanes = axis == part.size() - 1
                    && (!op.axes().contains(axis) || segment.perPlace() * x.stride(axis) == 1);
            Variable.Counter place = isInLanes ? nest.vector(segment.places())
                    : nest.serial(segment.places());
            first = first.with(segment.perPlace() * x.stride(axis), place)
                    .shifted(segment.start() * x.stride(axis));
            to = to.with(segment.placeStep() * strides.get(axis), place)
                    .shifted(segment.firstPlace() * strides.get(axis));
            long step = op.axes().contains(axis) ? positions.get(op.axes().indexOf(axis)) : 0;
            position = position.with(segment.perPlace() * step, place).shifted(segment.start() * step);
            away.add(segment.perTap() * x.stride(axis));
            farther.add(segment.perTap() * step);
        }
        Shape taps = Shape.of(part.stream().mapToLong(Segment::taps).toArray());
        nest.once();
        write(result, op, nest, to, x, nest.let(extremeOf(nest, op, x, new Element(first, position),
                offsets(taps, away), offsets(taps, farther))));
        return nest.launch(result.type().shape().size() * op.window().size());
    }

    /** Where an element is, and which one of those that are counted. */
    private record Element(At at, At position) {}

    /** Of elements that are so far from the first; -1 if there are none. */
    private static Expression extremeOf(LoopNest nest, Windows.ArgReduceWindow op, Operand x, Element first,
            List<Long> offsets, List<Long> positions) {
        DType dtype = x.dtype();
        Monoid monoid = op.extremum() == Op.ArgReduce.Extremum.ARGMAX ? Monoid.MAX : Monoid.MIN;
        if (offsets.isEmpty()) {
            return Constant.of(Register.of(index(x)), -1);
        }
        Expression best = nest.let(Reductions.ordered(monoid, dtype, nest.read(x, first.at())));
        Expression where = place(nest, first.position(), index(x));
        for (int i = 1; i < offsets.size(); i++) {
            Expression element = nest.let(Reductions.ordered(monoid, dtype,
                    nest.read(x, first.at().shifted(offsets.get(i)))));
            Expression isBetter = nest.let(Extremes.isBetter(monoid, dtype, element, best));
            best = nest.let(new Select(isBetter, element, best));
            where = nest.let(new Select(isBetter,
                    place(nest, first.position().shifted(positions.get(i)), index(x)), where));
        }
        return where;
    }

    private static Expression place(LoopNest nest, At position, DType index) {
        Expression here = nest.index(position);
        return nest.let(index == DType.I64 ? here : new Convert(Register.I32, here));
    }

    /** Loops over a window, in order, which carry the best value and where it is, -1 if there is none. */
    private static Expression extreme(LoopNest nest, Windows.ArgReduceWindow op, Operand x, At from,
            List<Variable.Counter> places, DType index) {
        DType dtype = x.dtype();
        Monoid monoid = op.extremum() == Op.ArgReduce.Extremum.ARGMAX ? Monoid.MAX : Monoid.MIN;
        Expression best = Reductions.neutral(monoid, dtype);
        Expression where = Constant.of(Register.of(index), -1);
        List<Expression> firsts = new ArrayList<>();
        List<Variable.Local> locals = new ArrayList<>();
        At at = from;
        At position = At.of(0);
        Expression isInside = null;
        List<Long> positions = View.rowMajor(x.shape().select(op.axes()));
        for (int axis : x.shape().axesExcept(x.shape().axesExcept(op.axes()))) {
            Variable.Local value = nest.block().local(Register.of(dtype));
            Variable.Local found = nest.block().local(Register.of(index));
            locals.addAll(List.of(value, found));
            firsts.addAll(List.of(best, where));
            Variable.Counter element = nest.serial(op.window().length(axis));
            Met met = meet(nest, op.sliding(), axis, x.shape().length(axis), x.stride(axis), places.get(axis),
                    element);
            at = at.with(met.move().stride(), met.move().factor());
            position = position.with(positions.get(op.axes().indexOf(axis)), met.move().factor());
            isInside = both(isInside, met.isInside());
            best = new Read(value);
            where = new Read(found);
        }
        Expression element = nest.let(Reductions.ordered(monoid, dtype, nest.read(x, at)));
        Expression isFirst = new Compare(Compare.Relation.LT, where, Constant.of(Register.of(index), 0));
        Expression isBetter = nest.let(new Binary(Binary.Function.AND, Objects.requireNonNull(isInside),
                new Binary(Binary.Function.OR, isFirst, Extremes.isBetter(monoid, dtype, element, best))));
        Expression here = nest.index(position);
        Expression nextBest = new Select(isBetter, element, best);
        Expression nextWhere = new Select(isBetter, index == DType.I64 ? here
                : new Convert(Register.I32, here),
                where);
        for (int i = firsts.size() - 2; i >= 0; i -= 2) {
            nest.close(List.of(new Fold(locals.get(i), firsts.get(i), nextBest, null),
                    new Fold(locals.get(i + 1), firsts.get(i + 1), nextWhere, null)));
            nextBest = new Read(locals.get(i));
            nextWhere = new Read(locals.get(i + 1));
        }
        return nextWhere;
    }
}

package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Select;
import ricci.loop.Register;
import ricci.loop.Variable;

/**
 * Loops whose places come from memory. An index is moved inside of the operand before anything is accessed
 * by it; if it was outside and that matters, the element that was read there is not used.
 */
final class Indexed {
    private static final Constant ZERO = Constant.of(0L);

    private Indexed() {}

    /** An integer of any dtype as an i64. */
    private static Expression asLong(DType dtype, Expression x) {
        return switch (dtype) {
            case I64, U64 -> x;
            case U32 -> Elementwise.unsigned(x);
            case I8, U8, I16, U16, I32, BOOL, F32, F64, F16, BF16, C64, C128 -> new Convert(Register.I64, x);
        };
    }

    /**
     * Where a window begins.
     *
     * @param isInside whether the indices name a window inside of the operand; null if that is of no account
     */
    private record Start(At at, @Nullable Expression isInside) {}

    /**
     * Reads the coordinates of a window and moves it inside of the operand.
     *
     * @param first where the first coordinate is
     * @param window the window's length along each axis of the operand
     * @param strides the operand's
     * @param at where the window begins, but for what the coordinates say
     */
    private static Start start(LoopNest nest, GatherDimensions d, Op.OutOfBounds mode, Operand indices,
            At first,
            Shape operand, Shape window, List<Long> strides, At at) {
        At begin = at;
        Expression isInside = null;
        long step = indices.strides().getLast();
        for (int k = 0; k < d.indexed().size(); k++) {
            int axis = d.indexed().get(k);
            long last = Math.max(operand.length(axis) - window.length(axis), 0);
            Expression index = nest.let(asLong(indices.dtype(), nest.read(indices, first.shifted(k * step))));
            Variable.Local clamped = nest.clamped(index, last);
            begin = begin.with(strides.get(axis), clamped);
            if (mode != Op.OutOfBounds.CLIP) {
                Expression stays = new Compare(Compare.Relation.EQ, index, new Expression.Read(clamped));
                isInside = isInside == null ? stays : new Binary(Binary.Function.AND, isInside, stays);
            }
        }
        return new Start(begin, isInside == null ? null : nest.let(isInside));
    }

    static List<Launch> gather(Equation e, Op.Gather op, Fuse.Cut cut) {
        GatherDimensions d = op.dimensions();
        Operand x = Operand.of(e.operands().getFirst(), cut);
        Operand indices = Operand.of(e.operands().getLast(), cut);
        Shape shape = e.result().type().shape();
        List<Long> rows = View.rowMajor(shape);
        int batches = indices.shape().rank() - 1;
        List<Axis> batch = Axis.of(Axis.lengths(indices.shape()).subList(0, batches),
                List.of(indices.strides().subList(0, batches), batchStrides(d, x.strides(), batches),
                        Axis.select(rows, shape.axesExcept(d.offset()))));
        List<Integer> kept = d.windowAxes(x.shape());
        List<Axis> window = Axis.of(Axis.select(Axis.lengths(op.window()), kept),
                List.of(Axis.select(x.strides(), kept), Axis.select(rows, d.offset())));
        LoopNest nest = new LoopNest("gather");
        List<Variable.Counter> entries = nest.serial(batch);
        nest.once();
        Start start = start(nest, d, op.outOfBounds(), indices,
                At.of(indices.offset()).along(batch, 0, entries),
                x.shape(), op.window(), x.strides(), At.of(x.offset()).along(batch, 1, entries));
        List<Variable.Counter> within = nest.vector(window);
        Expression element = nest.bits(x, start.at().along(window, 0, within));
        if (start.isInside() != null) {
            element = new Select(start.isInside(), element, outside(op.outOfBounds(), x.dtype()));
        }
        nest.writeBits(e.result(), At.of(0).along(batch, 2, entries).along(window, 1, within), element);
        return List.of(nest.launch(shape.size()));
    }

    private static Constant outside(Op.OutOfBounds mode, DType dtype) {
        return LoopNest.bits(dtype, mode == Op.OutOfBounds.ZERO ? (Number) 0
                : dtype.isFloat() ? (Number) Double.NaN : dtype.least());
    }

    /** How far the operand's window moves with each axis of the indices. */
    private static List<Long> batchStrides(GatherDimensions d, List<Long> strides, int batches) {
        List<Long> moves = new ArrayList<>();
        for (int axis = 0; axis < batches; axis++) {
            int k = d.indexBatch().indexOf(axis);
            moves.add(k < 0 ? 0 : strides.get(d.operandBatch().get(k)));
        }
        return moves;
    }

    /**
     * Copies the operand, then combines one update after the other, in order. Sums and products of 16-bit
     * floats are rounded at the end only.
     */
    static List<Launch> scatter(Equation e, Op.Scatter op, Fuse.Cut cut) {
        Operand x = Operand.of(e.operands().getFirst(), cut);
        Operand updates = Operand.of(e.operands().getLast(), cut);
        Atom.Var result = e.result();
        boolean isWide = LoopNest.isHalf(x.dtype())
                && (op.combiner() == Op.Scatter.Combiner.ADD || op.combiner() == Op.Scatter.Combiner.MUL);
        if (result.type().shape().size() == 0 || updates.shape().size() == 0 || !isWide) {
            List<Launch> launches = new ArrayList<>(Moves.copy("scatter", x, Moves.Region.all(result)));
            combine(launches, e, op, cut, result);
            return launches;
        }
        Atom.Var wide = Alone.temporary(e, 0, new TensorType(DType.F32, result.type().shape()));
        List<Launch> launches = new ArrayList<>(Moves.convert("widen", x, wide));
        combine(launches, e, op, cut, wide);
        launches.addAll(Moves.convert("narrow", Operand.whole(wide), result));
        return launches;
    }

    private static void combine(List<Launch> launches, Equation e, Op.Scatter op, Fuse.Cut cut,
            Atom.Var into) {
        GatherDimensions d = op.dimensions();
        Operand indices = Operand.of(e.operands().get(1), cut);
        Operand updates = Operand.of(e.operands().getLast(), cut);
        Shape shape = into.type().shape();
        if (updates.shape().size() == 0 || shape.size() == 0) {
            return;
        }
        List<Axis> axes = updateAxes(d, indices, updates, shape);
        LoopNest nest = new LoopNest("scatter");
        int known = axes.size();
        while (known > 0 && axes.get(known - 1).stride(1) == 0) {
            known--;
        }
        if (known == 0 || !isShared(d, updates.shape())) {
            // The updates come in order, so all of this is one turn.
            nest.serial(1);
        }
        List<Variable.Counter> counters = new ArrayList<>(nest.serial(axes.subList(0, known)));
        Start start = start(nest, d, op.outOfBounds(), indices,
                At.of(indices.offset()).along(axes.subList(0, known),
                1, counters), shape, d.window(shape, updates.shape()), View.rowMajor(shape), At.of(0));
        // One window has an element at most once.
        List<Axis> rest = axes.subList(known, axes.size());
        boolean isVector = !rest.isEmpty() && rest.getLast().stride(2) != 0;
        counters.addAll(isVector ? nest.vector(rest) : nest.serial(rest));
        At target = start.at().along(axes, 2, counters);
        At source = At.of(updates.offset()).along(axes, 0, counters);
        DType dtype = into.type().dtype();
        boolean isSet = op.combiner() == Op.Scatter.Combiner.SET;
        Operand there = Operand.whole(into);
        Expression update = isSet ? nest.bits(updates, source) : nest.read(updates, source);
        Expression combined = isSet ? update
                : combine(nest, op.combiner(), dtype, nest.read(there, target), update);
        if (start.isInside() != null) {
            Expression old = isSet ? nest.bits(there, target) : nest.read(there, target);
            combined = new Select(start.isInside(), combined, old);
        }
        if (isSet) {
            nest.writeBits(into, target, combined);
        } else {
            nest.write(into, target, combined);
        }
        launches.add(nest.launch(updates.shape().size()));
    }

    /** Whether the first axis counts batches: no two of them have an element in common. */
    private static boolean isShared(GatherDimensions d, Shape updates) {
        int batch = 0;
        for (int axis = 0; axis < updates.rank(); axis++) {
            if (updates.length(axis) > 1) {
                return !d.offset().contains(axis) && d.indexBatch().contains(batch);
            }
            batch += d.offset().contains(axis) ? 0 : 1;
        }
        return false;
    }

    /** The axes of the updates, with strides of updates, indices and what they are combined into. */
    private static List<Axis> updateAxes(GatherDimensions d, Operand indices, Operand updates, Shape shape) {
        List<Integer> kept = d.windowAxes(shape);
        List<Long> rows = View.rowMajor(shape);
        List<Long> moves = batchStrides(d, rows, indices.shape().rank() - 1);
        List<Long> ofIndices = new ArrayList<>();
        List<Long> ofTarget = new ArrayList<>();
        int batch = 0;
        for (int axis = 0; axis < updates.shape().rank(); axis++) {
            int inWindow = d.offset().indexOf(axis);
            ofIndices.add(inWindow >= 0 ? 0L : indices.stride(batch));
            ofTarget.add(inWindow >= 0 ? rows.get(kept.get(inWindow)) : moves.get(batch));
            batch += inWindow >= 0 ? 0 : 1;
        }
        return Axis.of(Axis.lengths(updates.shape()), List.of(updates.strides(), ofIndices, ofTarget));
    }

    private static Expression combine(LoopNest nest, Op.Scatter.Combiner combiner, DType dtype, Expression x,
            Expression update) {
        return switch (combiner) {
            case SET -> update;
            case ADD -> Elementwise.wrap(dtype, new Binary(Binary.Function.ADD, x, update));
            case MUL -> Elementwise.wrap(dtype, new Binary(Binary.Function.MUL, x, update));
            case MIN -> Elementwise.extremum(nest.block(), Binary.Function.MIN, dtype, x, update);
            case MAX -> Elementwise.extremum(nest.block(), Binary.Function.MAX, dtype, x, update);
        };
    }

    // ---- dynamic slices ----

    static List<Launch> slice(Equation e, Fuse.Cut cut) {
        Operand x = Operand.of(e.operands().getFirst(), cut);
        List<Operand> starts = e.operands().stream().skip(1).map(a -> Operand.of(a, cut)).toList();
        Atom.Var result = e.result();
        Shape part = result.type().shape();
        List<Axis> axes = Axis.of(Axis.lengths(part), List.of(x.strides(), View.rowMajor(part)));
        LoopNest nest = new LoopNest("dynamic_slice");
        List<Variable.Counter> counters =
                new ArrayList<>(nest.serial(axes.subList(0, Math.max(axes.size() - 1, 0))));
        nest.once();
        At from = part(nest, starts, x.shape(), part, x.strides(), At.of(x.offset()));
        if (!axes.isEmpty()) {
            counters.add(nest.vector(axes.getLast().length()));
        }
        nest.writeBits(result, At.of(0).along(axes, 1, counters),
                nest.bits(x, from.along(axes, 0, counters)));
        return List.of(nest.launch(part.size()));
    }

    static List<Launch> update(Equation e, Fuse.Cut cut) {
        Operand x = Operand.of(e.operands().getFirst(), cut);
        Operand update = Operand.of(e.operands().get(1), cut);
        List<Operand> starts = e.operands().stream().skip(2).map(a -> Operand.of(a, cut)).toList();
        Atom.Var result = e.result();
        Shape part = update.shape();
        List<Launch> launches =
                new ArrayList<>(Moves.copy("dynamic_update_slice", x, Moves.Region.all(result)));
        if (part.size() == 0) {
            return launches;
        }
        List<Long> rows = View.rowMajor(x.shape());
        List<Axis> axes = Axis.of(Axis.lengths(part), List.of(update.strides(), rows));
        LoopNest nest = new LoopNest("dynamic_update_slice");
        List<Variable.Counter> counters =
                new ArrayList<>(nest.serial(axes.subList(0, Math.max(axes.size() - 1, 0))));
        nest.once();
        At to = part(nest, starts, x.shape(), part, rows, At.of(0));
        if (!axes.isEmpty()) {
            counters.add(nest.vector(axes.getLast().length()));
        }
        nest.writeBits(result, to.along(axes, 1, counters),
                nest.bits(update, At.of(update.offset()).along(axes, 0, counters)));
        launches.add(nest.launch(part.size()));
        return launches;
    }

    /** Where a part begins: a negative start counts from the end, once; then it is moved inside. */
    private static At part(LoopNest nest, List<Operand> starts, Shape shape, Shape part, List<Long> strides,
            At at) {
        At begin = at;
        for (int axis = 0; axis < shape.rank(); axis++) {
            long last = shape.length(axis) - part.length(axis);
            if (last > 0) {
                Operand start = starts.get(axis);
                Expression given = nest.let(asLong(start.dtype(), nest.read(start, At.of(start.offset()))));
                Expression counted = new Select(new Compare(Compare.Relation.LT, given, ZERO),
                        new Binary(Binary.Function.ADD, given, nest.number(shape.length(axis))), given);
                begin = begin.with(strides.get(axis), nest.clamped(counted, last));
            }
        }
        return begin;
    }
}

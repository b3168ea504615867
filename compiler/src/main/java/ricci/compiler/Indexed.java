package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.jvm.Workers;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Select;
import ricci.loop.Register;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Loops whose places come from memory. An index is moved inside of the operand before anything is accessed
 * by it; if it was outside and that matters, the element that was read there is not used.
 */
final class Indexed {
    /** The most elements of a window that is worth a kernel of its own: a few vectors, of any machine. */
    private static final long SHORT = 64;
    /** Bytes of a cache line. */
    private static final long LINE = 64;
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
        return Entries.of(batch, isShort(window)).stream()
                .map(entries -> gather(e, op, x, indices, entries, window)).toList();
    }

    private static Launch gather(Equation e, Op.Gather op, Operand x, Operand indices, Entries entries,
            List<Axis> window) {
        LoopNest nest = new LoopNest("gather");
        List<Variable.Counter> counters = nest.serial(entries.axes());
        nest.once();
        At ofIndex = entries.first(At.of(indices.offset()), 0, counters);
        At ofWindow = entries.first(At.of(x.offset()), 1, counters);
        List<Start> starts = new ArrayList<>();
        for (int i = 0; i < entries.together(); i++) {
            starts.add(start(nest, op.dimensions(), op.outOfBounds(), indices, entries.shifted(ofIndex, 0, i),
                    x.shape(), op.window(), x.strides(), entries.shifted(ofWindow, 1, i)));
        }
        At target = entries.first(At.of(0), 2, counters);
        List<Variable.Counter> within = window(nest, window, true);
        target = target.along(window, 1, within);
        for (int i = 0; i < entries.together(); i++) {
            Start start = starts.get(i);
            Expression element = nest.bits(x, start.at().along(window, 0, within));
            if (start.isInside() != null) {
                element = new Select(start.isInside(), element, outside(op.outOfBounds(), x.dtype()));
            }
            nest.writeBits(e.result(), entries.shifted(target, 2, i), element);
        }
        return nest.launch(entries.count() * Axis.size(window));
    }

    /**
     * Some entries of the indices, of which several are taken in a turn: most of them wait for memory, and so
     * they wait together; and what a loop over a short window takes to begin, they share.
     *
     * @param axes what loops run over, the last one in blocks
     * @param entry how far each access moves with one entry
     * @param begin the first entry along the last axis
     */
    private record Entries(List<Axis> axes, Axis entry, long begin, int together) {
        /** Each window has an address in a register. */
        private static final int TOGETHER = 4;

        /**
         * All of them; those that fill no block come last.
         *
         * @param isTogether whether several may be taken in a turn
         */
        static List<Entries> of(List<Axis> axes, boolean isTogether) {
            if (axes.isEmpty()) {
                return List.of(new Entries(axes, new Axis(1, List.of(0L, 0L, 0L)), 0, 1));
            }
            Axis last = axes.getLast();
            long blocks = isTogether ? last.length() / TOGETHER : 0;
            List<Entries> parts = new ArrayList<>();
            if (blocks > 0) {
                parts.add(part(axes, blocks, 0, TOGETHER));
            }
            if (blocks == 0 || blocks * TOGETHER < last.length()) {
                parts.add(part(axes, last.length() - blocks * TOGETHER, blocks * TOGETHER, 1));
            }
            return parts;
        }

        /** All of them, in the order in which they come. */
        static List<Entries> inOrder(List<Axis> axes, boolean isTogether) {
            return of(axes, isTogether && (axes.size() <= 1 || axes.getLast().length() % TOGETHER == 0));
        }

        private static Entries part(List<Axis> axes, long blocks, long begin, int together) {
            List<Axis> some = new ArrayList<>(axes);
            some.add(some.removeLast().blocks(blocks, together));
            return new Entries(some, axes.getLast(), begin, together);
        }

        long count() {
            return Axis.size(axes) * together;
        }

        /** Where an access is of the first entry of a turn. */
        At first(At start, int access, List<Variable.Counter> counters) {
            return start.along(axes, access, counters).shifted(begin * entry.stride(access));
        }

        /** Where an access is of another entry of the turn. */
        At shifted(At first, int access, int i) {
            return first.shifted(i * entry.stride(access));
        }
    }

    /** Whether a window is read faster than memory answers, so that it is worth to read several at once. */
    private static boolean isShort(List<Axis> window) {
        return !window.isEmpty() && Axis.size(window) <= SHORT;
    }

    /** Opens the loops over a window; the length of a short one is part of the kernel. */
    private static List<Variable.Counter> window(LoopNest nest, List<Axis> axes, boolean isVector) {
        List<Variable.Counter> counters = new ArrayList<>();
        for (Axis axis : axes) {
            boolean isLast = counters.size() == axes.size() - 1;
            counters.add(nest.open(axis.length(), isLast && axis.length() <= SHORT,
                    isLast && isVector ? Loop.Kind.VECTOR : Loop.Kind.SERIAL));
        }
        return counters;
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
        int known = axes.size();
        while (known > 0 && axes.get(known - 1).stride(1) == 0) {
            known--;
        }
        // One window has an element at most once.
        List<Axis> window = axes.subList(known, axes.size());
        boolean isShared = known > 0 && isShared(d, updates.shape());
        boolean isApart = isApart(d, shape, d.window(shape, updates.shape()));
        int parts = isShared || !isApart ? 1 : parts(window, into.type().dtype());
        Entries.inOrder(axes.subList(0, known), isApart && isShort(window)).forEach(entries ->
                launches.add(combine(op, into, indices, updates, entries, window, isShared, parts)));
    }

    /**
     * How many parts a window is cut into, so that each thread has one of all windows: of an element all
     * updates are combined by one thread, in order, however many parts there are. No two threads write to one
     * cache line.
     */
    private static int parts(List<Axis> window, DType dtype) {
        int most = Workers.count();
        if (window.isEmpty() || window.getLast().stride(2) != 1) {
            return 1;
        }
        long length = window.getLast().length();
        return (int) LongStream.iterate(most, parts -> parts - 1).limit(most)
                .filter(parts -> length % (parts * (LINE / dtype.bytes())) == 0).findFirst().orElse(1);
    }

    private static Launch combine(Op.Scatter op, Atom.Var into, Operand indices, Operand updates,
            Entries entries, List<Axis> window, boolean isShared, int parts) {
        Shape shape = into.type().shape();
        LoopNest nest = new LoopNest("scatter");
        List<Axis> cut = new ArrayList<>(window);
        Axis part = new Axis(1, List.of(0L, 0L, 0L));
        if (parts > 1) {
            Axis last = cut.removeLast();
            part = last.blocks(parts, last.length() / parts);
            cut.add(new Axis(last.length() / parts, last.strides()));
        }
        List<Axis> all = List.of(part);
        // The updates come in order, so all of this is one turn for each part.
        List<Variable.Counter> ofPart = isShared ? List.of() : nest.serial(all);
        List<Variable.Counter> counters = nest.serial(entries.axes());
        At ofIndex = entries.first(At.of(indices.offset()), 1, counters);
        At ofTarget = entries.first(isShared ? At.of(0) : At.of(0).along(all, 2, ofPart), 2, counters);
        List<Start> starts = new ArrayList<>();
        for (int i = 0; i < entries.together(); i++) {
            starts.add(start(nest, op.dimensions(), op.outOfBounds(), indices, entries.shifted(ofIndex, 1, i),
                    shape, op.dimensions().window(shape, updates.shape()), View.rowMajor(shape),
                    entries.shifted(ofTarget, 2, i)));
        }
        At begin = At.of(updates.offset());
        At source = entries.first(isShared ? begin : begin.along(all, 0, ofPart), 0, counters);
        boolean isVector = !cut.isEmpty() && cut.getLast().stride(2) != 0;
        List<Variable.Counter> within = window(nest, cut, isVector);
        source = source.along(cut, 0, within);
        for (int i = 0; i < entries.together(); i++) {
            Start start = starts.get(i);
            combine(nest, op, into, updates, start.at().along(cut, 2, within), start.isInside(),
                    entries.shifted(source, 0, i));
        }
        return nest.launch(entries.count() * Axis.size(window));
    }

    /** Whether windows have either all elements in common, each at the same place in both, or none. */
    private static boolean isApart(GatherDimensions d, Shape shape, Shape window) {
        return d.indexed().stream().allMatch(axis ->
                window.length(axis) == 1 || window.length(axis) == shape.length(axis));
    }

    /** Combines an element of the updates with one that is there. */
    private static void combine(LoopNest nest, Op.Scatter op, Atom.Var into, Operand updates, At target,
            @Nullable Expression isInside, At source) {
        boolean isSet = op.combiner() == Op.Scatter.Combiner.SET;
        Operand there = Operand.whole(into);
        Expression combined = isSet ? nest.bits(updates, source) : nest.read(updates, source);
        if (!isSet || isInside != null) {
            Expression old = isSet ? nest.bits(there, target) : nest.read(there, target);
            combined = isSet ? combined
                    : combine(nest, op.combiner(), into.type().dtype(), old, combined);
            combined = isInside == null ? combined : new Select(isInside, combined, old);
        }
        if (isSet) {
            nest.writeBits(into, target, combined);
        } else {
            nest.write(into, target, combined);
        }
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

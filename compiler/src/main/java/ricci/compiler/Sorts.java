package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Shape;
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
import ricci.loop.Expression.Unary;
import ricci.loop.Register;
import ricci.loop.Statement.Fold;
import ricci.loop.Variable;

/**
 * Sorts by merging, without branches. What is sorted are i64 with 32 bits of a key above the position that it
 * came from; so no two are equal, and the order is stable. Wider keys, and further ones, are sorted by their
 * last 32 bits first. The operands are read once, in the order of the positions.
 *
 * <p>Two runs are merged from both ends at once, half of the result from each, so that neither can run out.
 * Rows are filled up to a power of two with what comes last.
 */
final class Sorts {
    private static final Constant UPPER = Constant.of(0xffffffffL << 32);
    private static final Constant LOWER = Constant.of(0xffffffffL);

    private final Equation e;
    private final List<Launch> launches = new ArrayList<>();
    private final int axis;
    private final Shape shape;
    private final List<Integer> others;
    private final boolean isDescending;
    private final long filled;
    private Atom.Var packed;
    private Atom.Var spare;
    /** Where the elements come from that the positions number; null if they number those of the operands. */
    private Atom.@Nullable Var order;

    private Sorts(Equation e, int axis, boolean isDescending) {
        this.e = e;
        this.axis = axis;
        this.isDescending = isDescending;
        this.shape = e.operands().getFirst().type().shape();
        this.others = shape.axesExcept(List.of(axis));
        this.filled = Math.max(Long.highestOneBit(2 * shape.length(axis) - 1), 1);
        TensorType type = TensorType.of(DType.I64, shape.select(others).size(), filled);
        this.packed = Alone.temporary(e, 0, type);
        this.spare = Alone.temporary(e, 1, type);
    }

    /** Whether positions along the axis have 32 bits. */
    static boolean exists(Shape shape, int axis) {
        return shape.length(axis) < 1L << 31;
    }

    static List<Launch> of(Equation e, Op.Sort op, Fuse.Cut cut) {
        Sorts sorts = new Sorts(e, op.axis(), false);
        List<Operand> x = e.operands().stream().map(a -> Operand.of(a, cut)).toList();
        sorts.sort(x.subList(0, op.keys()));
        for (int i = 0; i < x.size(); i++) {
            sorts.gather(x.get(i), sorts.shape.length(op.axis()), e.results().get(i), null);
        }
        return sorts.launches;
    }

    static List<Launch> topK(Equation e, Windows.TopK op, Fuse.Cut cut) {
        Operand x = Operand.of(e.operands().getFirst(), cut);
        Sorts sorts = new Sorts(e, x.shape().rank() - 1, true);
        sorts.sort(List.of(x));
        sorts.gather(x, op.k(), e.results().getFirst(), e.results().getLast());
        return sorts.launches;
    }

    private long rows() {
        return shape.select(others).size();
    }

    /** The axes other than the sorted one, for accesses with strides along them. */
    private List<Axis> outer(List<List<Long>> accesses) {
        return Axis.of(Axis.select(Axis.lengths(shape), others), accesses);
    }

    /** Row-major strides, along the other axes, of rows of that length. */
    private List<Long> inRows(long length) {
        return View.rowMajor(shape.select(others)).stream().map(stride -> stride * length).toList();
    }

    private void sort(List<Operand> keys) {
        boolean isFirst = true;
        for (Operand key : keys.reversed()) {
            boolean isWide = Register.of(key.dtype()).bytes() == 8;
            for (boolean isUpper : isWide ? List.of(false, true) : List.of(true)) {
                if (!isFirst) {
                    reorder();
                }
                pack(key, isUpper);
                merge();
                isFirst = false;
            }
        }
    }

    // ---- keys ----

    private void pack(Operand key, boolean isUpper) {
        long length = shape.length(axis);
        if (filled > length) {
            launches.addAll(Moves.fill("sort", Operand.of(TensorType.of(DType.I64), Long.MAX_VALUE),
                    Shape.of(rows(), filled - length), new Moves.Region(packed, length, List.of(filled, 1L))));
        }
        List<Axis> outer = outer(List.of(Axis.select(key.strides(), others), inRows(filled), inRows(length)));
        LoopNest nest = new LoopNest("sort_keys");
        List<Variable.Counter> counters = nest.serial(outer);
        Variable.Counter i = order == null ? nest.vector(length) : nest.serial(length);
        At from = At.of(key.offset()).along(outer, 0, counters);
        At at = from.with(key.stride(axis), i);
        if (order != null) {
            at = from.with(key.stride(axis), nest.clamped(new Convert(Register.I64, nest.read(Operand.whole(order),
                    At.of(0).along(outer, 2, counters).with(1, i))), length - 1));
        }
        Expression ordered = nest.let(ordered(nest.block(), key.dtype(), nest.read(key, at)));
        Expression digits = isDescending ? new Unary(Unary.Function.NOT, ordered) : ordered;
        Expression upper = ordered.register() == Register.I32 ? shifted(new Convert(Register.I64, digits))
                : isUpper ? new Binary(Binary.Function.AND, digits, UPPER)
                : new Binary(Binary.Function.XOR, shifted(digits), Constant.of(Long.MIN_VALUE));
        nest.write(packed, At.of(0).along(outer, 1, counters).with(1, i),
                new Binary(Binary.Function.OR, upper, LoopNest.index(i)));
        launches.add(nest.launch(shape.size()));
    }

    private static Expression shifted(Expression x) {
        return new Binary(Binary.Function.SHIFT_LEFT, x, Constant.of(32L));
    }

    /** A signed integer, an i32 or i64, in the order of the elements: -0 is 0, and NaN comes last. */
    private static Expression ordered(Block block, DType dtype, Expression x) {
        if (!dtype.isFloat()) {
            return dtype == DType.BOOL ? new Convert(Register.I32, x) : Elementwise.ordered(dtype, x);
        }
        Register register = x.register() == Register.F64 ? Register.I64 : Register.I32;
        Expression zero = Constant.of(x.register(), 0);
        Expression order = Elementwise.totalOrder(block, block.let(new Binary(Binary.Function.ADD, x, zero)));
        Constant last = register == Register.I64 ? Constant.of(Long.MAX_VALUE) : Constant.of(Integer.MAX_VALUE);
        return new Select(new Compare(Compare.Relation.NE, x, x), last, order);
    }

    // ---- merging ----

    private void merge() {
        for (long width = 1; width < filled; width *= 2) {
            merge(width);
            Atom.Var merged = spare;
            spare = packed;
            packed = merged;
        }
    }

    /** Merges each two runs of so many elements. */
    private void merge(long width) {
        LoopNest nest = new LoopNest("merge");
        Operand from = Operand.whole(packed);
        Variable.Counter pair = nest.serial(rows() * filled / (2 * width));
        Variable.Local lows = nest.block().local(Register.I64);
        Variable.Local highs = nest.block().local(Register.I64);
        Variable.Counter turn = nest.serial(width);
        At begin = At.of(0).with(2 * width, pair);
        Taken low = taken(nest, from, begin, width, turn, lows, 1);
        nest.write(spare, begin.with(1, turn), new Select(low.isOrdered(), low.left(), low.right()));
        Taken high = taken(nest, from, begin.shifted(width - 1), width, turn, highs, -1);
        nest.write(spare, begin.shifted(2 * width - 1).with(-1, turn),
                new Select(high.isOrdered(), high.right(), high.left()));
        Constant zero = Constant.of(0L);
        Constant one = Constant.of(1L);
        nest.close(List.of(
                new Fold(lows, zero, new Binary(Binary.Function.ADD, new Read(lows),
                        new Select(low.isOrdered(), one, zero)), null),
                new Fold(highs, zero, new Binary(Binary.Function.ADD, new Read(highs),
                        new Select(high.isOrdered(), zero, one)), null)));
        launches.add(nest.launch(rows() * filled));
    }

    /** The elements of two runs between which a turn decides. */
    private record Taken(Expression left, Expression right, Expression isOrdered) {}

    /**
     * @param first the left run's first element in this direction; the right run's is {@code width} further
     * @param ofLeft how many of the left run have been taken
     */
    private static Taken taken(LoopNest nest, Operand from, At first, long width, Variable.Counter turn,
            Variable.Local ofLeft, long direction) {
        Variable.Local i = nest.clamped(new Read(ofLeft), width - 1);
        Variable.Local j = nest.clamped(new Binary(Binary.Function.SUB, LoopNest.index(turn), new Read(ofLeft)),
                width - 1);
        Expression left = nest.read(from, first.with(direction, i));
        Expression right = nest.read(from, first.shifted(width).with(direction, j));
        return new Taken(left, right, nest.let(new Compare(Compare.Relation.LT, left, right)));
    }

    // ---- what is sorted ----

    /** The position, in the operands, of what is sorted to the place of a counter. */
    private Expression position(LoopNest nest, At inPacked, At inOrder) {
        Expression position = new Binary(Binary.Function.AND, nest.read(Operand.whole(packed), inPacked), LOWER);
        if (order == null) {
            return position;
        }
        Variable.Local place = nest.clamped(position, shape.length(axis) - 1);
        return new Convert(Register.I64, nest.read(Operand.whole(order), inOrder.with(1, place)));
    }

    /** Writes the positions so far to where the next sort finds them. */
    private void reorder() {
        long length = shape.length(axis);
        int number = order == null || order.equals(Alone.temporary(e, 3, order.type())) ? 2 : 3;
        Atom.Var next = Alone.temporary(e, number, TensorType.of(DType.I32, rows(), length));
        LoopNest nest = new LoopNest("sort_order");
        List<Axis> outer = List.of(new Axis(rows(), List.of(filled, length)));
        List<Variable.Counter> counters = nest.serial(outer);
        Variable.Counter i = nest.serial(length);
        At to = At.of(0).along(outer, 1, counters);
        Expression position = position(nest, At.of(0).along(outer, 0, counters).with(1, i), to);
        nest.write(next, to.with(1, i), new Convert(Register.I32, position));
        launches.add(nest.launch(shape.size()));
        order = next;
    }

    /** Writes the first {@code count} elements, as they are sorted, and perhaps their positions. */
    private void gather(Operand x, long count, Atom.Var result, Atom.@Nullable Var positions) {
        List<Long> rows = View.rowMajor(result.type().shape());
        List<Axis> outer = outer(List.of(Axis.select(x.strides(), others), inRows(filled),
                inRows(shape.length(axis)), Axis.select(rows, others)));
        LoopNest nest = new LoopNest("sorted");
        List<Variable.Counter> counters = nest.serial(outer);
        Variable.Counter i = nest.serial(count);
        Expression position = position(nest, At.of(0).along(outer, 1, counters).with(1, i),
                At.of(0).along(outer, 2, counters));
        Variable.Local place = nest.clamped(nest.let(position), shape.length(axis) - 1);
        At to = At.of(0).along(outer, 3, counters).with(rows.get(axis), i);
        nest.writeBits(result, to, nest.bits(x, At.of(x.offset()).along(outer, 0, counters)
                .with(x.stride(axis), place)));
        if (positions != null) {
            nest.write(positions, to, nest.let(Objects.requireNonNull(Conversions.convert(nest.block(), DType.I64,
                    positions.type().dtype(), new Read(place)))));
        }
        launches.add(nest.launch(shape.select(others).size() * count));
    }
}

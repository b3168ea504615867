package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.jvm.Library;
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
import ricci.loop.Variable;

/**
 * Sorts along an axis. First keys are written whose order as signed integers is that of the elements, row by
 * row; these are sorted by code that is the same for all ({@link Library}); then the elements are written as
 * the keys say.
 *
 * <p>If there is nothing but one key, the elements are what the sorted keys stand for. Else keys are i64 with
 * 32 bits of a key above the position that it came from, and the elements are read from there. Wider keys,
 * and further ones, are sorted by their last 32 bits first, as sorting is stable. The operands are read once,
 * in the order of the positions.
 */
final class Sorts {
    private static final Constant UPPER = Constant.of(0xffffffffL << 32);
    private static final Constant LOWER = Constant.of(0xffffffffL);

    private final Equation e;
    private final List<Call> calls = new ArrayList<>();
    private final int axis;
    private final Shape shape;
    private final List<Integer> others;
    private final boolean isDescending;
    /** How many elements there are of a sorted row of keys with positions. */
    private long kept;
    /** Where the elements come from that the positions number; null if they number those of the operands. */
    private Atom.@Nullable Var order;

    private Sorts(Equation e, int axis, boolean isDescending) {
        this.e = e;
        this.axis = axis;
        this.isDescending = isDescending;
        this.shape = e.operands().getFirst().type().shape();
        this.others = shape.axesExcept(List.of(axis));
        this.kept = shape.length(axis);
    }

    /** Whether positions along the axis have 32 bits. */
    static boolean exists(Shape shape, int axis) {
        return shape.length(axis) < 1L << 31;
    }

    static List<Call> of(Equation e, Op.Sort op, Fuse.Cut cut) {
        Sorts sorts = new Sorts(e, op.axis(), false);
        List<Operand> x = e.operands().stream().map(a -> Operand.of(a, cut)).toList();
        if (x.size() == 1) {
            sorts.sortElements(x.getFirst());
            return sorts.calls;
        }
        sorts.sort(x.subList(0, op.keys()));
        for (int i = 0; i < x.size(); i++) {
            sorts.gather(x.get(i), sorts.length(), e.results().get(i), null);
        }
        return sorts.calls;
    }

    static List<Call> topK(Equation e, Windows.TopK op, Fuse.Cut cut) {
        Operand x = Operand.of(e.operands().getFirst(), cut);
        if (GreatestOfRows.exists(x, op)) {
            return List.of(GreatestOfRows.of(e, x, op));
        }
        Sorts sorts = new Sorts(e, x.shape().rank() - 1, true);
        if (Register.of(x.dtype()).bytes() < 8 && op.k() < sorts.length() / 2) {
            sorts.least(x, op.k());
        } else {
            sorts.sort(List.of(x));
        }
        sorts.gather(x, op.k(), e.results().getFirst(), e.results().getLast());
        return sorts.calls;
    }

    private long rows() {
        return shape.select(others).size();
    }

    private long length() {
        return shape.length(axis);
    }

    /** The rows, as many elements of another type. */
    private Atom.Var rows(int number, DType dtype) {
        return Alone.temporary(e, number, TensorType.of(dtype, rows(), length()));
    }

    /** The axes other than the sorted one, for accesses with strides along them. */
    private List<Axis> outer(List<List<Long>> accesses) {
        return Axis.of(Axis.select(Axis.lengths(shape), others), accesses);
    }

    /** Row-major strides, along the other axes, of rows of that length. */
    private List<Long> inRows(long length) {
        return View.rowMajor(shape.select(others)).stream().map(stride -> stride * length).toList();
    }

    // ---- elements alone ----

    private void sortElements(Operand x) {
        boolean isWide = Register.of(x.dtype()).bytes() == 8;
        Atom.Var keys = rows(0, isWide ? DType.I64 : DType.I32);
        Atom.Var sorted = rows(1, keys.type().dtype());
        writeKeys(near(x, 2), keys, (block, element) -> x.dtype().isFloat()
                ? nanLast(element, Elementwise.totalOrder(block, element))
                : ordered(block, x.dtype(), element));
        boolean isFloat = x.dtype().isFloat();
        if (!isWide && ShortRows.isWorthIt(rows(), length())) {
            Atom.Var table = Alone.temporary(e, 4, ShortRows.table(length()));
            calls.addAll(new ShortRows(keys, sorted, table).calls());
            if (isFloat) {
                call(Library.ZEROS_F32, keys, sorted, List.of(length()));
            }
        } else {
            call(isFloat ? isWide ? Library.SORT_F64 : Library.SORT_F32
                    : isWide ? Library.SORT_I64 : Library.SORT_I32, keys, sorted, List.of(length()));
        }
        elements(sorted);
    }

    /** Writes the keys of all elements, row by row. */
    private void writeKeys(Operand near, Atom.Var keys, BiFunction<Block, Expression, Expression> key) {
        List<Axis> axes = Axis.of(Axis.lengths(shape.select(inOrder())),
                List.of(Axis.select(near.strides(), inOrder()), View.rowMajor(shape.select(inOrder()))));
        LoopNest nest = new LoopNest("sort_keys");
        List<Variable.Counter> counters = nest.vector(axes);
        nest.once();
        Expression element = nest.let(nest.read(near, At.of(near.offset()).along(axes, 0, counters)));
        nest.write(keys, At.of(0).along(axes, 1, counters), key.apply(nest.block(), element));
        calls.add(nest.launch(shape.size()));
    }

    /** Writes what sorted keys stand for. */
    private void elements(Atom.Var sorted) {
        boolean isLast = shape.select(others.stream().filter(a -> a > axis).toList()).size() == 1;
        Atom.Var to = isLast ? e.result()
                : Alone.temporary(e, 3, e.result().type().with(shape.select(inOrder())));
        LoopNest nest = new LoopNest("sorted");
        Variable.Counter i = nest.vector(shape.size());
        At at = At.of(0).with(1, i);
        Expression key = nest.let(nest.read(Operand.whole(sorted), at));
        nest.write(to, at, nest.let(element(e.result().type().dtype(), key)));
        calls.add(nest.launch(shape.size()));
        if (!isLast) {
            Operand back = Operand.whole(to).transpose(Transposition.inverse(inOrder()));
            calls.addAll(new Transposition(e, "sorted", back, e.result(), View.rowMajor(shape)).launches());
        }
    }

    private static Expression element(DType dtype, Expression key) {
        Register register = key.register();
        return switch (dtype) {
            case F32, F64, F16, BF16 -> {
                Expression sign = new Binary(Binary.Function.SHIFT_RIGHT_SIGNED, key,
                        Constant.of(register, 8 * register.bytes() - 1));
                yield new Expression.Reinterpret(Register.of(dtype), new Binary(Binary.Function.XOR, key,
                        new Binary(Binary.Function.SHIFT_RIGHT, sign, Constant.of(register, 1))));
            }
            case BOOL -> new Compare(Compare.Relation.NE, key, Constant.of(register, 0));
            case I8, U8, I16, U16, I32, U32, I64, U64, C64, C128 -> Elementwise.ordered(dtype, key);
        };
    }

    /** The axes with the sorted one last. */
    private List<Integer> inOrder() {
        return Stream.concat(others.stream(), Stream.of(axis)).toList();
    }

    /** The same elements, which are next to each other along the axis if they lie in memory. */
    private Operand near(Operand x, int number) {
        View view = x.view();
        if (view == null || view.isLine() || x.stride(axis) == 1 || rows() == 1) {
            return x;
        }
        return Transposition.copy(e, number, "sort_turned", x, x.dtype(), inOrder(), calls);
    }

    private void call(Library code, Atom.Var from, Atom.Var to, List<Long> sizes) {
        DType dtype = from.type().dtype();
        calls.add(new Routine(code.name().toLowerCase(Locale.ROOT), code, sizes, rows(), List.of(
                new Launch.Memory.Of(from), new Launch.Memory.Of(to),
                new Launch.Memory.Scratch(dtype, length(), true)), 1, shape.size() * dtype.bytes(),
                Routine.Operations.NONE));
    }

    // ---- keys with positions ----

    private Atom.Var packed() {
        return rows(0, DType.I64);
    }

    private Atom.Var sorted() {
        return Alone.temporary(e, 1, TensorType.of(DType.I64, rows(), kept));
    }

    /**
     * Sorts the first {@code count} keys of each row. What is surely not among them need not be known with
     * its position, so the keys are written without.
     */
    private void least(Operand x, long count) {
        kept = count;
        Atom.Var keys = rows(0, DType.I32);
        writeKeys(near(x, 4), keys, (block, element) -> {
            Expression ordered = block.let(ordered(block, x.dtype(), element));
            return isDescending ? new Unary(Unary.Function.NOT, ordered) : ordered;
        });
        long room = Library.LEAST_ROOMS * length();
        calls.add(new Routine("least", Library.LEAST, List.of(length(), count), rows(), List.of(
                new Launch.Memory.Of(keys), new Launch.Memory.Of(sorted()),
                new Launch.Memory.Scratch(DType.I64, room, true)), 1, shape.size() * Long.BYTES,
                Routine.Operations.NONE));
    }

    private void sort(List<Operand> keys) {
        boolean isFirst = true;
        for (Operand key : keys.reversed()) {
            boolean isWide = Register.of(key.dtype()).bytes() == 8;
            Operand near = keys.size() == 1 ? near(key, 4) : key;
            for (boolean isUpper : isWide ? List.of(false, true) : List.of(true)) {
                if (!isFirst) {
                    reorder();
                }
                pack(near, isUpper);
                call(Library.SORT_UPPER, packed(), sorted(), List.of(length()));
                isFirst = false;
            }
        }
    }

    private void pack(Operand key, boolean isUpper) {
        List<Axis> outer = outer(List.of(Axis.select(key.strides(), others), inRows(length())));
        LoopNest nest = new LoopNest("sort_keys");
        List<Variable.Counter> counters = nest.serial(outer);
        Variable.Counter i = order == null ? nest.vector(length()) : nest.serial(length());
        At from = At.of(key.offset()).along(outer, 0, counters);
        At at = from.with(key.stride(axis), i);
        if (order != null) {
            at = from.with(key.stride(axis),
                    nest.clamped(new Convert(Register.I64, nest.read(Operand.whole(order),
                    At.of(0).along(outer, 1, counters).with(1, i))), length() - 1));
        }
        Expression x = nest.let(nest.read(key, at));
        Expression ordered = nest.let(ordered(nest.block(), key.dtype(), x));
        Expression digits = isDescending ? new Unary(Unary.Function.NOT, ordered) : ordered;
        Expression upper = ordered.register() == Register.I32 ? shifted(new Convert(Register.I64, digits))
                : isUpper ? new Binary(Binary.Function.AND, digits, UPPER)
                : new Binary(Binary.Function.XOR, shifted(digits), Constant.of(Long.MIN_VALUE));
        nest.write(packed(), At.of(0).along(outer, 1, counters).with(1, i),
                new Binary(Binary.Function.OR, upper, LoopNest.index(i)));
        calls.add(nest.launch(shape.size()));
    }

    private static Expression shifted(Expression x) {
        return new Binary(Binary.Function.SHIFT_LEFT, x, Constant.of(32L));
    }

    /** A signed integer, an i32 or i64, in the order of the elements: -0 is 0, and NaN comes last. */
    private static Expression ordered(Block block, DType dtype, Expression x) {
        if (!dtype.isFloat()) {
            return dtype == DType.BOOL ? new Convert(Register.I32, x) : Elementwise.ordered(dtype, x);
        }
        Expression zero = Constant.of(x.register(), 0);
        return nanLast(x, Elementwise.totalOrder(block,
                block.let(new Binary(Binary.Function.ADD, x, zero))));
    }

    private static Expression nanLast(Expression x, Expression order) {
        Constant last = order.register() == Register.I64 ? Constant.of(Long.MAX_VALUE)
                : Constant.of(Integer.MAX_VALUE);
        return new Select(new Compare(Compare.Relation.NE, x, x), last, order);
    }

    // ---- what is sorted ----

    /** The position, in the operands, of what is sorted to the place of a counter. */
    private Expression position(LoopNest nest, At inSorted, At inOrder) {
        Expression position = new Binary(Binary.Function.AND, nest.read(Operand.whole(sorted()), inSorted),
                LOWER);
        if (order == null) {
            return position;
        }
        Variable.Local place = nest.clamped(position, length() - 1);
        return new Convert(Register.I64, nest.read(Operand.whole(order), inOrder.with(1, place)));
    }

    /** Writes the positions so far to where the next sort finds them. */
    private void reorder() {
        int number = order == null || order.equals(Alone.temporary(e, 3, order.type())) ? 2 : 3;
        Atom.Var next = Alone.temporary(e, number, TensorType.of(DType.I32, rows(), length()));
        LoopNest nest = new LoopNest("sort_order");
        Variable.Counter row = nest.serial(rows());
        Variable.Counter i = nest.serial(length());
        At to = At.of(0).with(length(), row);
        Expression position = position(nest, to.with(1, i), to);
        nest.write(next, to.with(1, i), new Convert(Register.I32, position));
        calls.add(nest.launch(shape.size()));
        order = next;
    }

    /** Writes the first {@code count} elements, as they are sorted, and perhaps their positions. */
    private void gather(Operand x, long count, Atom.Var result, Atom.@Nullable Var positions) {
        List<Long> rows = View.rowMajor(result.type().shape());
        List<Axis> outer = outer(List.of(Axis.select(x.strides(), others), inRows(kept),
                Axis.select(rows, others)));
        LoopNest nest = new LoopNest("sorted");
        List<Variable.Counter> counters = nest.serial(outer);
        Variable.Counter i = nest.serial(count);
        Expression position = position(nest, At.of(0).along(outer, 1, counters).with(1, i),
                At.of(0).along(outer, 1, counters));
        Variable.Local place = nest.clamped(nest.let(position), length() - 1);
        At to = At.of(0).along(outer, 2, counters).with(rows.get(axis), i);
        nest.writeBits(result, to, nest.bits(x, At.of(x.offset()).along(outer, 0, counters)
                .with(x.stride(axis), place)));
        if (positions != null) {
            nest.write(positions, to,
                    nest.let(Objects.requireNonNull(Conversions.convert(nest.block(), DType.I64,
                    positions.type().dtype(), new Read(place)))));
        }
        calls.add(nest.launch(shape.select(others).size() * count));
    }
}

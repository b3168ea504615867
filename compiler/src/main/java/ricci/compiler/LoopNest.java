package ricci.compiler;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.loop.Access;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Kernel;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Storage;
import ricci.loop.Variable;

/**
 * A kernel while it is being written, from the outermost loop inwards. Numbers other than 0 and 1 become its
 * arguments, tensors its buffers.
 */
final class LoopNest {
    private final String name;
    private final List<Launch.Memory> memory = new ArrayList<>();
    private final List<Long> sizes = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();
    /** Of each move: in two places that share it, it is the same argument. */
    private final IdentityHashMap<At.Move, Size> strides = new IdentityHashMap<>();
    private final Block outermost = Block.kernel();
    private @Nullable Loop loop;
    private long turns;

    private record Open(Block block, Variable.Counter counter, long length, Size extent, Loop.Kind kind) {}

    LoopNest(String name) {
        this.name = name;
    }

    // ---- loops ----

    /** The body of the innermost loop that is open. */
    Block block() {
        return open.isEmpty() ? outermost : open.getLast().block();
    }

    /** Opens a loop whose turns follow one another. */
    Variable.Counter serial(long length) {
        return open(length, Loop.Kind.SERIAL);
    }

    /** Opens a loop that runs in lanes. */
    Variable.Counter vector(long length) {
        return open(length, Loop.Kind.VECTOR);
    }

    private Variable.Counter open(long length, Loop.Kind kind) {
        return open(length, length == 1, kind);
    }

    /**
     * Opens a loop.
     *
     * @param isKnown whether its length is part of the kernel; else it is an argument, even if it is 1
     */
    Variable.Counter open(long length, boolean isKnown, Loop.Kind kind) {
        Variable.Counter counter = block().counter();
        Size extent = isKnown ? Size.of(length) : argument(length);
        open.add(new Open(block().inner(), counter, length, extent, kind));
        return counter;
    }

    /** Opens a loop over each axis. */
    List<Variable.Counter> serial(List<Axis> axes) {
        return axes.stream().map(axis -> serial(axis.length())).toList();
    }

    /** Opens a loop over each axis, the last of them in lanes. */
    List<Variable.Counter> vector(List<Axis> axes) {
        List<Variable.Counter> counters = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            counters.add(open(axes.get(i).length(), i == axes.size() - 1 ? Loop.Kind.VECTOR
                    : Loop.Kind.SERIAL));
        }
        return counters;
    }

    /** Opens a loop of one turn if none is open, for what needs one around it. */
    void once() {
        if (open.isEmpty()) {
            serial(1);
        }
    }

    int depth() {
        return open.size();
    }

    /** Ends the innermost loop. */
    void close(List<Statement.Fold> folds) {
        Open last = open.removeLast();
        Loop closed = new Loop(last.counter(), last.extent(), last.kind(), last.block().statements(), folds);
        if (open.isEmpty()) {
            loop = closed;
            turns = last.length();
        } else {
            block().add(closed);
        }
    }

    /** Ends loops until so many are open. */
    void closeTo(int depth) {
        while (open.size() > depth) {
            close(List.of());
        }
    }

    /** Ends all loops. */
    Launch launch(long work) {
        closeTo(0);
        Kernel kernel = new Kernel(name, memory.size(), sizes.size(), Objects.requireNonNull(loop));
        return new Launch(kernel, sizes, turns, memory, work);
    }

    // ---- values ----

    /** Names a value in the innermost loop. */
    Expression let(Expression value) {
        return block().let(value);
    }

    /** An i64 that a place may have as a factor. */
    Variable.Local local(Expression value) {
        Variable.Local local = block().local(Register.I64);
        block().add(new Statement.Let(local, value));
        return local;
    }

    /** A number that is an argument of the kernel, as an i64. */
    Expression number(long value) {
        return value == 0 || value == 1 ? Constant.of(value)
                : new Expression.Index(new Place(argument(value), List.of()));
    }

    /** A place whose offset is an argument in any case, so that kernels do not differ by it. */
    At at(long offset) {
        return At.known(0).with(1, local(given(offset)));
    }

    /** A number that is an argument in any case, as an i64. */
    Expression given(long value) {
        return new Expression.Index(new Place(argument(value), List.of()));
    }

    /** A move whose stride is an argument in any case. */
    At.Move given(long stride, Variable factor) {
        At.Move move = new At.Move(stride, factor);
        strides.put(move, argument(stride));
        return move;
    }

    /** A place as an i64. */
    Expression index(At at) {
        return new Expression.Index(place(at));
    }

    /** A counter as an i64. */
    static Expression index(Variable.Counter counter) {
        return new Expression.Index(new Place(Size.of(0), List.of(new Place.Term(Size.of(1), counter))));
    }

    /** An i64 moved to the range from 0 to {@code last}. */
    Variable.Local clamped(Expression x, long last) {
        return local(new Binary(Binary.Function.MIN, new Binary(Binary.Function.MAX, x, Constant.of(0L)),
                number(last)));
    }

    // ---- memory ----

    /** An element, in the register of its dtype. */
    Expression read(Operand x, At at) {
        Number number = x.number();
        if (number != null) {
            return Constants.of(x.dtype(), number);
        }
        View view = Objects.requireNonNull(x.view());
        if (x.prologue() != null) {
            throw new IllegalStateException("is in no memory: " + view);
        }
        if (view.isLine()) {
            return Conversions.line(block(), x.dtype(), place(at));
        }
        return Lower.load(block(), x.dtype(), access(new Launch.Memory.Of(view.base()), x.dtype(), at));
    }

    /** An element as it lies in memory: of 16-bit floats the bits. */
    Expression bits(Operand x, At at) {
        View view = x.view();
        if (!isHalf(x.dtype())) {
            return read(x, at);
        }
        if (view == null) {
            return bits(x.dtype(), Objects.requireNonNull(x.number()));
        }
        return view.isLine() ? let(Halves.toBits(block(), x.dtype(), read(x, at)))
                : let(new Expression.Load(access(new Launch.Memory.Of(view.base()), x.dtype(), at)));
    }

    /** A number as it lies in memory. */
    static Constant bits(DType dtype, Number number) {
        return isHalf(dtype) ? Constant.of((int) dtype.toBits(number.doubleValue()) & 0xffff)
                : Constants.of(dtype, number);
    }

    /** Writes an element that is in the register of its dtype. */
    void write(Atom.Var to, At at, Expression value) {
        DType dtype = to.type().dtype();
        writeBits(to, at, isHalf(dtype) ? Halves.toBits(block(), dtype, value) : value);
    }

    /** Writes an element as {@link #bits} gives it. */
    void writeBits(Atom.Var to, At at, Expression value) {
        // Of a complex tensor, one part is written.
        block().add(new Statement.Store(access(new Launch.Memory.Of(to), View.of(to).dtype(), at), value));
    }

    /** An element of scratch memory. */
    Access scratch(Launch.Memory.Scratch room, At at) {
        return access(room, room.dtype(), at);
    }

    private Access access(Launch.Memory buffer, DType dtype, At at) {
        if (!memory.contains(buffer)) {
            memory.add(buffer);
        }
        return new Access(memory.indexOf(buffer), Storage.of(dtype), place(at));
    }

    private Place place(At at) {
        return new Place(at.isKnown() ? Size.of(at.offset()) : size(at.offset()), at.moves().stream()
                .map(move -> new Place.Term(strides.computeIfAbsent(move, this::stride), move.factor()))
                .toList());
    }

    private Size stride(At.Move move) {
        return move.isKnown() ? Size.of(move.stride()) : size(move.stride());
    }

    private Size size(long value) {
        return value == 0 ? Size.of(0) : value == 1 ? Size.of(1) : argument(value);
    }

    private Size argument(long value) {
        sizes.add(value);
        return new Size.Argument(sizes.size() - 1);
    }

    static boolean isHalf(DType dtype) {
        return dtype == DType.F16 || dtype == DType.BF16;
    }
}

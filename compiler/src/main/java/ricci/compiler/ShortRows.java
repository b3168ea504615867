package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.TensorType;
import ricci.jvm.Library;
import ricci.jvm.Machine;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Convert;
import ricci.loop.Register;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Sorts rows of i32 so short that a sorting network does it faster than counting: many rows at once, each in
 * a lane of its own. The places that are compared come from a table, so that one kernel serves all lengths.
 *
 * @param keys the rows, i32[rows, length]
 * @param sorted where the sorted rows are to be
 * @param table room for the network, of the type that {@link #table} says
 */
record ShortRows(Atom.Var keys, Atom.Var sorted, Atom.Var table) {
    private static final long FEWEST = 32;
    private static final long LONGEST = 1024;
    /** How long a row may be for each of them, to be worth the table, which is written in each run. */
    private static final long LENGTH_PER_ROW = 16;
    /** Fewer rows at once leave much of the time to the table. */
    private static final long FEWEST_LANES = 32;
    private static final long MOST_LANES = 128;
    /** The part of the second cache that rows at once may take. */
    private static final long SHARE = 4;

    static boolean isWorthIt(long rows, long length) {
        return rows >= FEWEST && length <= Math.min(LONGEST, LENGTH_PER_ROW * rows);
    }

    static TensorType table(long length) {
        return TensorType.of(DType.I32, Math.max(Library.comparators((int) length), 1), 2);
    }

    List<Call> calls() {
        long rows = keys.type().shape().length(0);
        List<Call> calls = new ArrayList<>();
        calls.add(new Routine("network", Library.NETWORK, List.of(length()), 1,
                List.of(new Launch.Memory.Of(table)), 0, table.type().shape().size(),
                Routine.Operations.NONE));
        long lanes = lanes(rows, length(), Machine.here().caches().second() / SHARE);
        calls.add(launch(0, rows / lanes, lanes));
        if (rows % lanes > 0) {
            // Some are sorted twice: that takes less time than fewer lanes, whose number is not known.
            calls.add(launch(rows - lanes, 1, lanes));
        }
        return calls;
    }

    /** How many of the rows at once: so many, as a power of two, that they stay in so much of a cache. */
    static long lanes(long rows, long length, long cache) {
        long lanes = Math.min(MOST_LANES, Long.highestOneBit(rows));
        while (lanes > FEWEST_LANES && lanes * length * Integer.BYTES > cache) {
            lanes /= 2;
        }
        return lanes;
    }

    private long length() {
        return keys.type().shape().length(1);
    }

    private Launch launch(long first, long groups, long lanes) {
        LoopNest nest = new LoopNest("sort_network");
        Launch.Memory.Scratch tile = new Launch.Memory.Scratch(DType.I32, length() * lanes, true);
        Variable.Counter group = nest.open(groups, false, Loop.Kind.SERIAL);
        At rows = nest.at(first * length()).with(lanes * length(), group);
        Variable.Counter row = nest.open(lanes, false, Loop.Kind.TILED);
        Variable.Counter i = nest.open(length(), false, Loop.Kind.TILED);
        store(nest, tile, At.of(0).with(1, row).with(lanes, i),
                nest.read(Operand.whole(keys), rows.with(length(), row).with(1, i)));
        nest.closeTo(1);
        Variable.Counter comparator = nest.open(table.type().shape().length(0), false, Loop.Kind.SERIAL);
        compare(nest, comparator, table, tile, length(), lanes, false);
        nest.closeTo(1);
        row = nest.open(lanes, false, Loop.Kind.TILED);
        i = nest.open(length(), false, Loop.Kind.TILED);
        nest.write(sorted, rows.with(length(), row).with(1, i),
                load(nest, tile, At.of(0).with(1, row).with(lanes, i)));
        return nest.launch(groups * lanes * table.type().shape().size());
    }

    /**
     * Exchanges elements of each lane that a comparator finds in the wrong order.
     *
     * @param table of the comparators
     * @param tile so many lanes of so many elements
     * @param isNear whether the distance from one element to the next is part of the kernel
     */
    static void compare(LoopNest nest, Variable.Counter comparator, Atom.Var table,
            Launch.Memory.Scratch tile, long length, long lanes, boolean isNear) {
        Variable.Local first = place(nest, table, At.of(0).with(2, comparator), length);
        Variable.Local second = place(nest, table, At.of(1).with(2, comparator), length);
        Variable.Counter lane = nest.open(lanes, true, Loop.Kind.VECTOR);
        At low = At.of(0).with(new At.Move(lanes, isNear, first)).with(1, lane);
        At high = At.of(0).with(new At.Move(lanes, isNear, second)).with(1, lane);
        Expression x = load(nest, tile, low);
        Expression y = load(nest, tile, high);
        store(nest, tile, low, new Binary(Binary.Function.MIN, x, y));
        store(nest, tile, high, new Binary(Binary.Function.MAX, x, y));
    }

    /** Of a row of elements in a tile, the number that is in the table. */
    private static Variable.Local place(LoopNest nest, Atom.Var table, At at, long length) {
        return nest.clamped(new Convert(Register.I64, nest.read(Operand.whole(table), at)), length - 1);
    }

    private static Expression load(LoopNest nest, Launch.Memory.Scratch tile, At at) {
        return nest.let(new Expression.Load(nest.scratch(tile, at)));
    }

    private static void store(LoopNest nest, Launch.Memory.Scratch tile, At at, Expression x) {
        nest.block().add(new Statement.Store(nest.scratch(tile, at), x));
    }
}

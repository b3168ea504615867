package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.jvm.Machine;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Load;
import ricci.loop.Expression.Read;
import ricci.loop.Expression.Reinterpret;
import ricci.loop.Expression.Select;
import ricci.loop.Register;
import ricci.loop.Statement;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Where extremes are. Along short rows, the extreme is folded in lanes, then the least index at which it
 * is. Long rows are blocks: value and index are carried together from block to block, for each place in a
 * block. Across rows, they are carried from row to row.
 */
final class Extremes {
    /**
     * So many vectors to a block: while one waits for what it came to in the block before, there are others.
     * Each has two masks, and processors with registers for masks have seven.
     */
    private static final int VECTORS = 3;

    private Extremes() {}

    static List<Launch> of(Equation e, Op.ArgReduce op, Fuse.Cut cut) {
        Operand x = Operand.of(e.operands().getFirst(), cut);
        Atom.Var result = e.result();
        Shape shape = x.shape();
        List<Integer> keptAxes = shape.axesExcept(List.of(op.axis()));
        List<Axis> kept = Axis.of(Axis.select(Axis.lengths(shape), keptAxes),
                List.of(Axis.select(x.strides(), keptAxes), View.rowMajor(result.type().shape())));
        Axis along = new Axis(shape.length(op.axis()), List.of(x.stride(op.axis())));
        Monoid monoid = op.extremum() == Op.ArgReduce.Extremum.ARGMAX ? Monoid.MAX : Monoid.MIN;
        long pieces = Pieces.count(along.length());
        if (kept.isEmpty() && along.stride(0) == 1 && pieces > 1) {
            return inPieces(e, monoid, op.index(), x, along, pieces);
        }
        return List.of(launch(monoid, x, kept, along, x.offset(), result, 0, op.index()));
    }

    /** Writes an index for each of the kept elements, from the one of that number on. */
    private static Launch launch(Monoid monoid, Operand x, List<Axis> kept, Axis along, long offset,
            Atom.Var result, long first, DType dtype) {
        boolean isAcross = along.stride(0) != 1 && !kept.isEmpty() && kept.getLast().stride(0) == 1;
        LoopNest nest = new LoopNest(name(monoid));
        List<Variable.Counter> counters = isAcross ? nest.vector(kept) : nest.serial(kept);
        nest.once();
        At row = At.of(offset).along(kept, 0, counters);
        Expression found = along.stride(0) != 1 ? across(nest, monoid, x, row, along)
                : along(nest, monoid, x, row, along);
        write(nest, result, At.of(first).along(kept, 1, counters), found, dtype);
        return nest.launch(Axis.size(kept) * along.length());
    }

    private static String name(Monoid monoid) {
        return monoid == Monoid.MAX ? "argmax" : "argmin";
    }

    private static void write(LoopNest nest, Atom.Var result, At at, Expression found, DType dtype) {
        DType counted = found.register() == Register.I64 ? DType.I64 : DType.I32;
        nest.write(result, at, nest.let(Objects.requireNonNull(
                Conversions.convert(nest.block(), counted, dtype, nest.let(found)))));
    }

    // ---- one long row, for all threads ----

    /** Those of pieces of a row, as {@link Pieces} are cut, and then which of them is the extreme of all. */
    private static List<Launch> inPieces(Equation e, Monoid monoid, DType dtype, Operand x, Axis along,
            long count) {
        long length = Pieces.length(along.length(), count);
        long rest = along.length() - count * length;
        Atom.Var found = Alone.temporary(e, 0, new TensorType(DType.I64,
                Shape.of(rest == 0 ? count : count + 1)));
        List<Launch> launches = new ArrayList<>();
        launches.add(launch(monoid, x, List.of(new Axis(count, List.of(length, 1L))),
                new Axis(length, List.of(1L)), x.offset(), found, 0, DType.I64));
        if (rest > 0) {
            launches.add(launch(monoid, x, List.of(), new Axis(rest, List.of(1L)),
                    x.offset() + count * length, found, count, DType.I64));
        }
        LoopNest nest = new LoopNest(name(monoid));
        nest.once();
        Variable.Local best = nest.block().local(carried(Register.of(x.dtype())));
        Variable.Local where = nest.block().local(Register.I64);
        Variable.Counter piece = nest.serial(found.type().shape().size());
        Expression inPiece = nest.let(nest.read(Operand.whole(found), At.of(0).with(1, piece)));
        Expression begin = nest.let(nest.index(At.of(0).with(length, piece)));
        Variable.Local at = nest.clamped(nest.let(new Binary(Binary.Function.ADD, begin, inPiece)),
                along.length() - 1);
        Expression element = nest.let(Reductions.ordered(monoid, x.dtype(),
                nest.read(x, At.of(x.offset()).with(1, at))));
        nest.close(better(nest, monoid, x.dtype(), element, best, new Read(at), where));
        write(nest, e.result(), At.of(0), new Read(where), dtype);
        launches.add(nest.launch(found.type().shape().size()));
        return launches;
    }

    private static Register counts(long length) {
        return length <= Integer.MAX_VALUE ? Register.I32 : Register.I64;
    }

    /** The turn of a loop, as a number. */
    private static Expression turn(Register register, Variable.Counter counter) {
        Expression index = LoopNest.index(counter);
        return register == Register.I64 ? index : new Convert(register, index);
    }

    private static Expression along(LoopNest nest, Monoid monoid, Operand x, At row, Axis along) {
        long block = (long) VECTORS * Blocking.lanes(Machine.here(), Register.of(x.dtype()).bytes());
        if (along.length() >= 2 * block && x.dtype() != DType.BOOL) {
            return inBlocks(nest, monoid, x, row, along, block);
        }
        Variable.Local extreme = extreme(nest, monoid, x, row, along);
        return least(nest, monoid, x, row, along, extreme);
    }

    /**
     * The extremes of each place of all blocks, with the first element of the first block in which each is;
     * then the least index of those that are as extreme as any. The last block ends where the row does, so
     * that some elements may be in two.
     */
    private static Expression inBlocks(LoopNest nest, Monoid monoid, Operand x, At row, Axis along,
            long block) {
        long length = along.length();
        Register register = Register.of(x.dtype());
        Register counts = counts(length);
        Launch.Memory.Scratch extremes = new Launch.Memory.Scratch(stored(register), block, true);
        // Of another length, to be other memory.
        Launch.Memory.Scratch begins = new Launch.Memory.Scratch(stored(counts), 2 * block, true);
        Variable.Counter place = nest.open(block, true, Loop.Kind.VECTOR);
        Variable.Local best = nest.block().local(carried(register));
        Variable.Local where = nest.block().local(counts);
        Variable.Counter i = nest.serial((length + block - 1) / block);
        Variable.Local from = nest.clamped(nest.index(At.of(0).with(block, i)), length - block);
        Expression element = nest.let(Reductions.ordered(monoid, x.dtype(),
                nest.read(x, row.with(1, from).with(1, place))));
        nest.close(better(nest, monoid, x.dtype(), element, best, convert(counts, new Read(from)), where));
        At at = At.of(0).with(1, place);
        nest.block().add(new Statement.Store(nest.scratch(extremes, at),
                as(register, new Read(best))));
        nest.block().add(new Statement.Store(nest.scratch(begins, at), new Read(where)));
        nest.close(List.of());

        Variable.Local extreme = nest.block().local(register);
        Variable.Counter j = nest.open(block, true, Loop.Kind.VECTOR);
        element = nest.let(new Load(nest.scratch(extremes, At.of(0).with(1, j))));
        nest.close(List.of(Reductions.of(monoid, stored(register), extreme, element)));
        Variable.Local least = nest.block().local(counts);
        Variable.Counter k = nest.open(block, true, Loop.Kind.VECTOR);
        element = nest.let(new Load(nest.scratch(extremes, At.of(0).with(1, k))));
        Expression index = new Binary(Binary.Function.ADD,
                new Load(nest.scratch(begins, At.of(0).with(1, k))), turn(counts, k));
        nest.close(List.of(least(least, isExtreme(x.dtype(), element, extreme), index)));
        return new Read(least);
    }

    /** The register in which an extreme is carried: of a float the bits, which cost nothing to carry. */
    private static Register carried(Register register) {
        return switch (register) {
            case F32 -> Register.I32;
            case F64 -> Register.I64;
            case I32, I64, BOOL -> register;
        };
    }

    private static Expression as(Register register, Expression x) {
        return x.register() == register ? x : new Reinterpret(register, x);
    }

    /** The folds of an extreme, as it is carried, and of where it is. */
    private static List<Fold> better(LoopNest nest, Monoid monoid, DType dtype, Expression element,
            Variable.Local best, Expression index, Variable.Local where) {
        Expression before = nest.let(as(Register.of(dtype), new Read(best)));
        Expression isKept = nest.let(isKept(monoid, dtype, element, before));
        Constant neutral = (Constant) Reductions.neutral(monoid, dtype);
        return List.of(
                new Fold(best, new Constant(best.register(), neutral.bits()),
                        as(best.register(), new Select(isKept, before, element)), null),
                new Fold(where, Constant.of(where.register(), 0),
                        new Select(isKept, new Read(where), index), null));
    }

    /** The dtype of what is in a register, as it is. */
    static DType stored(Register register) {
        return switch (register) {
            case F32 -> DType.F32;
            case F64 -> DType.F64;
            case I32 -> DType.I32;
            case I64 -> DType.I64;
            case BOOL -> DType.BOOL;
        };
    }

    private static Expression convert(Register register, Expression index) {
        return index.register() == register ? index : new Convert(register, index);
    }

    /** The extreme of a row. */
    private static Variable.Local extreme(LoopNest nest, Monoid monoid, Operand x, At row, Axis along) {
        Variable.Local extreme = nest.block().local(Register.of(x.dtype()));
        Variable.Counter i = nest.vector(along.length());
        Expression element = nest.read(x, row.with(along.stride(0), i));
        nest.close(List.of(Reductions.of(monoid, x.dtype(), extreme, element)));
        return extreme;
    }

    /** The least index in a row at which its extreme is. */
    private static Expression least(LoopNest nest, Monoid monoid, Operand x, At row, Axis along,
            Variable.Local extreme) {
        DType dtype = x.dtype();
        Register register = counts(along.length());
        Variable.Local least = nest.block().local(register);
        Variable.Counter j = nest.vector(along.length());
        Expression element = nest.let(Reductions.ordered(monoid, dtype,
                nest.read(x, row.with(along.stride(0), j))));
        nest.close(List.of(least(least, isExtreme(dtype, element, extreme), turn(register, j))));
        return new Read(least);
    }

    private static Expression isExtreme(DType dtype, Expression element, Variable.Local extreme) {
        Expression isEqual = new Compare(Compare.Relation.EQ, element, new Read(extreme));
        // If the extreme is a NaN nothing equals it; and if there is a NaN, it is.
        return !dtype.isFloat() ? isEqual : new Binary(Binary.Function.OR, isEqual,
                new Compare(Compare.Relation.NE, element, element));
    }

    /** The fold of the least index at which something holds. */
    private static Fold least(Variable.Local least, Expression holds, Expression index) {
        Expression none = least.register() == Register.I32 ? Constant.of(Integer.MAX_VALUE)
                : Constant.of(Long.MAX_VALUE);
        return new Fold(least, none, new Binary(Binary.Function.MIN, new Read(least),
                new Select(holds, index, none)), Fold.Merge.MIN);
    }

    private static Expression across(LoopNest nest, Monoid monoid, Operand x, At column, Axis along) {
        DType dtype = x.dtype();
        Register register = counts(along.length());
        Variable.Local best = nest.block().local(carried(Register.of(dtype)));
        Variable.Local where = nest.block().local(register);
        Variable.Counter i = nest.serial(along.length());
        Expression element = nest.let(Reductions.ordered(monoid, dtype,
                nest.read(x, column.with(along.stride(0), i))));
        nest.close(better(nest, monoid, dtype, element, best, turn(register, i), where));
        return new Read(where);
    }

    /** Whether no element is more extreme than the best one before: of floats NaN is the most extreme. */
    private static Expression isKept(Monoid monoid, DType dtype, Expression x, Expression best) {
        Expression isBehind = monoid == Monoid.MAX ? new Compare(Compare.Relation.LE, x, best)
                : new Compare(Compare.Relation.LE, best, x);
        return !dtype.isFloat() ? isBehind : new Binary(Binary.Function.OR, isBehind,
                new Compare(Compare.Relation.NE, best, best));
    }

    /** Whether an element is more extreme than another one; of floats NaN is the most extreme. */
    static Expression isBetter(Monoid monoid, DType dtype, Expression x, Expression best) {
        Expression beyond = monoid == Monoid.MAX ? new Compare(Compare.Relation.LT, best, x)
                : new Compare(Compare.Relation.LT, x, best);
        return !dtype.isFloat() ? beyond : new Binary(Binary.Function.OR, beyond,
                new Binary(Binary.Function.AND, new Compare(Compare.Relation.NE, x, x),
                        new Compare(Compare.Relation.EQ, best, best)));
    }
}

package ricci.compiler;

import java.util.List;
import java.util.Objects;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Shape;
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

/**
 * Where extremes are. Along rows, the extreme is folded in lanes, then the least index at which it is; of
 * long rows, the extreme of each section, and then the index in the first section whose extreme is that of
 * the row. Across rows, value and index are carried together from row to row.
 */
final class Extremes {
    /** The fewest elements of a section: what comes after its lanes takes less time than they do. */
    private static final long SECTION = 256;
    /** About so many sections make what is done twice a small part. */
    private static final long MOST_SECTIONS = 16;

    private Extremes() {}

    static List<Launch> of(Equation e, Op.ArgReduce op, Fuse.Cut cut) {
        Operand x = Operand.of(e.operands().getFirst(), cut);
        Atom.Var result = e.result();
        Shape shape = x.shape();
        List<Integer> keptAxes = shape.axesExcept(List.of(op.axis()));
        List<Axis> kept = Axis.of(Axis.select(Axis.lengths(shape), keptAxes),
                List.of(Axis.select(x.strides(), keptAxes), View.rowMajor(result.type().shape())));
        Axis along = new Axis(shape.length(op.axis()), List.of(x.stride(op.axis())));
        boolean isAcross = along.stride(0) != 1 && !kept.isEmpty() && kept.getLast().stride(0) == 1;
        LoopNest nest = new LoopNest(op.extremum() == Op.ArgReduce.Extremum.ARGMAX ? "argmax" : "argmin");
        List<Variable.Counter> counters = isAcross ? nest.vector(kept) : nest.serial(kept);
        nest.once();
        At row = At.of(x.offset()).along(kept, 0, counters);
        Monoid monoid = op.extremum() == Op.ArgReduce.Extremum.ARGMAX ? Monoid.MAX : Monoid.MIN;
        Expression found = isAcross ? across(nest, monoid, x, row, along)
                : inLanes(nest, monoid, x, row, along);
        DType counted = found.register() == Register.I64 ? DType.I64 : DType.I32;
        Expression index = Objects.requireNonNull(
                Conversions.convert(nest.block(), counted, op.index(), nest.let(found)));
        nest.write(result, At.of(0).along(kept, 1, counters), nest.let(index));
        return List.of(nest.launch(shape.size()));
    }

    private static Register counts(long length) {
        return length <= Integer.MAX_VALUE ? Register.I32 : Register.I64;
    }

    /** The turn of a loop, as a number. */
    private static Expression turn(Register register, Variable.Counter counter) {
        Expression index = LoopNest.index(counter);
        return register == Register.I64 ? index : new Convert(register, index);
    }

    private static Expression inLanes(LoopNest nest, Monoid monoid, Operand x, At row, Axis along) {
        long length = along.length();
        if (length < 2 * SECTION) {
            Variable.Local extreme = extreme(nest, monoid, x, row, along);
            return least(nest, monoid, x, row, along, extreme);
        }
        long section = Math.max(SECTION, length / MOST_SECTIONS);
        Axis part = new Axis(section, List.of(along.stride(0)));
        Block block = nest.block();
        Variable.Local best = block.local(Register.of(x.dtype()));
        Variable.Local where = block.local(Register.I64);
        Variable.Counter i = nest.serial((length + section - 1) / section);
        Variable.Local from = nest.clamped(nest.index(At.of(0).with(section, i)), length - section);
        Expression extreme = new Read(extreme(nest, monoid, x, row.with(along.stride(0), from), part));
        Expression isBetter = nest.let(isBetter(monoid, x.dtype(), extreme, new Read(best)));
        nest.close(List.of(
                new Fold(best, Reductions.neutral(monoid, x.dtype()),
                        new Select(isBetter, extreme, new Read(best)), null),
                new Fold(where, Constant.of(0L), new Select(isBetter, new Read(from), new Read(where)),
                        null)));

        Variable.Local first = nest.clamped(new Read(where), length - section);
        Expression least = least(nest, monoid, x, row.with(along.stride(0), first), part, best);
        Register register = counts(length);
        return new Binary(Binary.Function.ADD, convert(register, new Read(first)), convert(register, least));
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
        Expression isExtreme = new Compare(Compare.Relation.EQ, element, new Read(extreme));
        if (dtype.isFloat()) {
            // If the extreme is a NaN nothing equals it; and if there is a NaN, it is.
            isExtreme = new Binary(Binary.Function.OR, isExtreme,
                    new Compare(Compare.Relation.NE, element, element));
        }
        Expression none = register == Register.I32 ? Constant.of(Integer.MAX_VALUE)
                : Constant.of(Long.MAX_VALUE);
        Expression index = new Select(isExtreme, turn(register, j), none);
        nest.close(List.of(new Fold(least, none, new Binary(Binary.Function.MIN, new Read(least), index),
                Fold.Merge.MIN)));
        return new Read(least);
    }

    private static Expression across(LoopNest nest, Monoid monoid, Operand x, At column, Axis along) {
        DType dtype = x.dtype();
        Block block = nest.block();
        Register register = counts(along.length());
        Variable.Local best = block.local(Register.of(dtype));
        Variable.Local where = block.local(register);
        Variable.Counter i = nest.serial(along.length());
        Expression element = nest.let(Reductions.ordered(monoid, dtype,
                nest.read(x, column.with(along.stride(0), i))));
        Expression isBetter = nest.let(isBetter(monoid, dtype, element, new Read(best)));
        nest.close(List.of(
                new Fold(best, Reductions.neutral(monoid, dtype),
                new Select(isBetter, element, new Read(best)), null),
                new Fold(where, Constant.of(register, 0),
                        new Select(isBetter, turn(register, i), new Read(where)), null)));
        return new Read(where);
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

package ricci.compiler;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.loop.Expression;
import ricci.loop.Expression.Read;
import ricci.loop.Register;
import ricci.loop.Variable;

/**
 * Reduces rows that lie one after the other, two that are far apart at once: processors read more memory
 * ahead for two than for one; and at the end of a row the lanes are added, each step of which waits for the
 * one before, while memory is read for the other row. Each row comes to the bits that it comes to by
 * itself. Greatest elements, which take more instructions, are no faster so.
 */
final class FarRows {
    /** Shorter rows are a few vectors, and longer ones are read ahead as fast as two. */
    private static final long SHORTEST = 64;
    private static final long LONGEST = 1 << 16;
    /** Of fewer, threads get unequal shares. */
    private static final long FEWEST_ROWS = 64;
    /** Of fewer bytes, all are in a cache near enough. */
    private static final long FEWEST_BYTES = 1 << 20;

    private FarRows() {}

    /** Null if it is another group, or does not pay. */
    static @Nullable Launch of(Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        Equation e = group.members().getFirst();
        if (group.members().size() > 1 || !(e.op() instanceof Op.Reduce(var monoid, var axes))
                || !outputs.equals(e.results()) || cut.places().containsKey(e.result())
                || !(e.operands().getFirst() instanceof Atom.Var x)) {
            return null;
        }
        View view = cut.view(x);
        Shape shape = x.type().shape();
        int kept = shape.rank() - axes.size();
        boolean areLast = axes.stream().sorted().toList().equals(
                IntStream.range(kept, shape.rank()).boxed().toList());
        long length = shape.range(kept, shape.rank()).size();
        long rows = shape.range(0, kept).size();
        boolean isSum = monoid == Monoid.SUM || monoid == Monoid.PROD;
        return isSum && isCounted(x.type().dtype()) && areLast && view.isWhole() && length >= SHORTEST
                && length <= LONGEST && rows >= FEWEST_ROWS && Nest.bytes(x.type()) >= FEWEST_BYTES
                ? launch(e, monoid, Operand.of(x.type().dtype(), view), rows, length) : null;
    }

    /** Whether two rows at once have as many vectors in a turn as one by itself, and so the same lanes. */
    private static boolean isCounted(DType dtype) {
        return dtype == DType.F32 || dtype == DType.F64 || dtype == DType.I32 || dtype == DType.I64;
    }

    private static Launch launch(Equation e, Monoid monoid, Operand x, long rows, long length) {
        LoopNest nest = new LoopNest(Group.name(List.of(e)) + "_of_two_rows");
        long half = (rows + 1) / 2;
        Variable.Counter row = nest.serial(half);
        At first = At.of(0).with(length, row);
        // Of an odd number of rows, the one in the middle is reduced twice.
        At second = nest.at((rows - half) * length).with(length, row);
        At result = nest.at(rows - half).with(1, row);
        Variable.Local one = nest.block().local(Register.of(x.dtype()));
        Variable.Local other = nest.block().local(Register.of(x.dtype()));
        Variable.Counter i = nest.vector(length);
        Expression each = nest.read(x, first.with(1, i));
        Expression far = nest.read(x, second.with(1, i));
        nest.close(List.of(Reductions.of(monoid, x.dtype(), one, each),
                Reductions.of(monoid, x.dtype(), other, far)));
        nest.write(e.result(), At.of(0).with(1, row),
                Reductions.result(nest.block(), monoid, x.dtype(), new Read(one)));
        nest.write(e.result(), result,
                Reductions.result(nest.block(), monoid, x.dtype(), new Read(other)));
        return nest.launch(rows * length);
    }
}

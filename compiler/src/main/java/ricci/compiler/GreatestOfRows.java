package ricci.compiler;

import java.util.List;
import java.util.Objects;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.jvm.Greatest;
import ricci.jvm.Kernels;
import ricci.jvm.TieredCode;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/** The few greatest elements of many rows, with their places, by code of its own. */
final class GreatestOfRows {
    /** From so many elements on, the kernel is begun to be made before it is needed. */
    private static final long LARGE = 1 << 16;
    /** And from here on, it takes longer to begin without it than to wait for it. */
    private static final long VERY_LARGE = 1 << 22;

    private GreatestOfRows() {}

    /** Whether there is such code for elements along the last axis, and it is worth while. */
    static boolean exists(Operand x, Windows.TopK op) {
        View view = x.view();
        long length = x.shape().length(x.shape().rank() - 1);
        return (x.dtype() == DType.F32 || x.dtype() == DType.I32)
                && (op.index() == DType.I32 || op.index() == DType.I64)
                && view != null && view.isWhole() && x.shape().size() >= LARGE
                && Greatest.isWorthIt(x.shape().size() / length, length, op.k());
    }

    static Routine of(Equation e, Operand x, Windows.TopK op) {
        long length = x.shape().length(x.shape().rank() - 1);
        int count = (int) op.k();
        Launch network = network(e, Greatest.left(count));
        TieredCode code = Kernels.of(network.kernel());
        var _ = code.making();
        if (x.shape().size() >= VERY_LARGE) {
            code.prepare();
        }
        Greatest greatest = new Greatest(code, network.sizes().stream().mapToLong(size -> size).toArray(),
                count, x.dtype() == DType.F32, op.index() == DType.I64);
        Atom.Var base = Objects.requireNonNull(x.view()).base();
        return new Routine("greatest", greatest, List.of(length), x.shape().size() / length, List.of(
                new Launch.Memory.Of(base), new Launch.Memory.Of(e.results().getFirst()),
                new Launch.Memory.Of(e.results().getLast()),
                new Launch.Memory.Scratch(DType.I64, Greatest.room(length, count), true)), 1,
                x.shape().size() * Long.BYTES, Routine.Operations.NONE);
    }

    /** The kernel of {@link Greatest}, with buffers in the order in which they come up. */
    private static Launch network(Equation e, int length) {
        LoopNest nest = new LoopNest("greatest_network");
        // Whatever stands for the number of comparators is not 0 or 1, which would be part of the kernel.
        Atom.Var table = Alone.temporary(e, 0, TensorType.of(DType.I32, length, 2));
        long size = (long) length * Greatest.LANES;
        Launch.Memory.Scratch tile = new Launch.Memory.Scratch(DType.I64, size, true);
        Variable.Counter comparator = nest.open(length, false, Loop.Kind.SERIAL);
        ShortRows.compare(nest, comparator, table, tile, length, Greatest.LANES, true);
        return nest.launch(length);
    }
}

package ricci.compiler;

import java.util.List;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.Complex;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/** Primitives with loops of their own, which join no others. */
final class Alone {
    static final int MOST_TEMPORARIES = 64;

    private Alone() {}

    /** Whether there are loops for an equation. */
    static boolean exists(Equation e) {
        // What is empty needs no loops, and what is complex has no register.
        boolean isEmpty = e.results().stream().anyMatch(v -> v.type().shape().size() == 0);
        boolean isComplex = Stream.concat(e.operands().stream(), e.results().stream())
                .anyMatch(a -> a.type().dtype().isComplex());
        return !isEmpty && (!isComplex || e.op() instanceof Complex.OfParts) && switch (e.op()) {
            case Complex.OfParts _ -> true;
            case Op.ArgReduce _, Op.Pad _, Op.Concatenate _, Op.Gather _, Op.Scatter _ -> true;
            case Op.DotGeneral(_, var to) -> Sums.exists(e.operands().getFirst().type().dtype(), to);
            case Op.Cumulative(var f, _, _) -> Scans.exists(f, e.result().type().dtype());
            case Op.Sort(var axis, _) -> Sorts.exists(e.operands().getFirst().type().shape(), axis);
            case Windows windows -> exists(windows, e);
            case Op _ -> false;
        };
    }

    private static boolean exists(Windows op, Equation e) {
        return switch (op) {
            case Windows.DynamicSlice _, Windows.DynamicUpdateSlice _ -> true;
            case Windows.Convolution convolution ->
                    Sums.exists(e.operands().getFirst().type().dtype(), convolution.result());
            case Windows.ReduceWindow(var monoid, _, _) -> Reductions.exists(monoid,
                    e.result().type().dtype());
            case Windows.ArgReduceWindow arg -> !arg.axes().isEmpty();
            case Windows.TopK _ -> Sorts.exists(e.operands().getFirst().type().shape(),
                    e.operands().getFirst().type().rank() - 1);
            case Windows.Clamp _ -> false;
        };
    }

    /** Its loops, to be run one after the other. They read the operands as {@code cut} says. */
    static List<? extends Call> calls(Equation e, Fuse.Cut cut) {
        return switch (e.op()) {
            case Op.ArgReduce arg -> Extremes.of(e, arg, cut);
            case Op.Pad pad -> Moves.pad(e, pad, cut);
            case Complex.OfParts _ -> Moves.complex(e, cut);
            case Op.Concatenate(var axis) -> Moves.concatenate(e, axis, cut);
            case Op.Gather gather -> Indexed.gather(e, gather, cut);
            case Op.Scatter scatter -> Indexed.scatter(e, scatter, cut);
            case Op.DotGeneral dot -> Dots.of(e, dot, cut);
            case Op.Cumulative cumulative -> Scans.of(e, cumulative, cut);
            case Op.Sort sort -> Sorts.of(e, sort, cut);
            case Windows windows -> calls(windows, e, cut);
            case Op op -> throw new IllegalArgumentException("no loops for " + op);
        };
    }

    private static List<? extends Call> calls(Windows op, Equation e, Fuse.Cut cut) {
        return switch (op) {
            case Windows.DynamicSlice _ -> Indexed.slice(e, cut);
            case Windows.DynamicUpdateSlice _ -> Indexed.update(e, cut);
            case Windows.Convolution convolution -> Convolutions.of(e, convolution, cut);
            case Windows.ReduceWindow reduce -> WindowLoops.reduce(e, reduce, cut);
            case Windows.ArgReduceWindow arg -> WindowLoops.argReduce(e, arg, cut);
            case Windows.TopK topK -> Sorts.topK(e, topK, cut);
            case Windows.Clamp _ -> throw new IllegalArgumentException("no loops for " + op);
        };
    }

    /**
     * A tensor that the loops of one equation need on the way, of which nobody else knows. Those of an
     * equation are numbered.
     */
    static Atom.Var temporary(Equation e, int number, TensorType type) {
        // Beyond the variables of programs, which count from 0.
        return new Atom.Var(Integer.MAX_VALUE - number - MOST_TEMPORARIES * e.results().getFirst().id(),
                type);
    }

    /** Whether it is a temporary tensor of the loops of one equation. */
    static boolean isTemporary(Atom.Var v) {
        // Programs have far fewer equations than half of all numbers are enough for.
        return v.id() > Integer.MAX_VALUE / 2;
    }
}

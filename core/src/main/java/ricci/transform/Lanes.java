package ricci.transform;

import java.util.List;
import ricci.ir.Atom;
import ricci.ir.Collective;
import ricci.ir.Complex;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.LinearAlgebra;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Windows;

/**
 * The rule by which vmap treats control flow whose condition differs from example to example.
 *
 * <p>Either all branches are computed for all examples, and the results selected, or there is a loop over the
 * examples, the lanes, in which each takes its own branch. Selecting suits branches that cost little and that
 * are harmless where they are not taken: they consist of operations whose values and derivatives are finite
 * wherever their operands are, so no NaN arises in a branch that was not chosen, and they compute few
 * elements. All else stays a loop: whatever contains loops, contractions, sorting or the like, is large, or
 * divides, takes logarithms or roots. A while loop whose condition differs always does, so a lane that is
 * finished is never run again.
 *
 * <p>Lanes that meet, in a collective over the mapped axis, are not taken one after the other: branches are
 * selected from, whatever is in them, and all steps of a while loop are taken together, until the last lane
 * has finished. Meanwhile those that have finished bring what they ended with.
 */
final class Lanes {
    /** The elements per example, of all branches together, up to which they are worth selecting from. */
    private static final long FEW = 1024;

    private Lanes() {}

    /** Whether the results of all branches are computed, and selected from. */
    static boolean areSelected(Control.Cond op) {
        long elements = 0;
        for (Program branch : op.branches()) {
            for (Equation e : branch.equations()) {
                for (Atom.Var result : e.results()) {
                    elements += result.type().shape().size();
                }
                if (!isHarmless(e.op())) {
                    return false;
                }
            }
        }
        return elements <= FEW;
    }

    private static boolean isHarmless(Op op) {
        return switch (op) {
            case Op.Unary(var function) -> switch (function) {
                case NEG, ABS, SIGN, FLOOR, CEIL, ROUND, TRUNC, SIN, COS, ATAN, TANH, ASINH, LOGISTIC, ERF,
                     ERFC, BESSEL_I0E, BESSEL_I1E, NOT, POPCNT, CLZ -> true;
                case EXP, EXP2, EXPM1, LOG, LOG1P, SQRT, RSQRT, CBRT, TAN, ASIN, ACOS, SINH, COSH, ACOSH,
                     ATANH, ERF_INV, LGAMMA, DIGAMMA -> false;
            };
            case Op.Binary(var function) -> switch (function) {
                case ADD, SUB, MUL, MAX, MIN, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL,
                     SHIFT_RIGHT_ARITHMETIC, MULHI -> true;
                case DIV, REM, POW, ATAN2, NEXTAFTER, POLYGAMMA, ZETA, IGAMMA, IGAMMAC, IGAMMA_GRAD_A,
                     RANDOM_GAMMA_GRAD -> false;
            };
            case Op.IntegerPower(var exponent) -> exponent >= 0;
            case Op.IsFinite _, Op.ReducePrecision _, Op.Fma _, Op.Compare _, Op.Select _, Op.Convert _,
                 Op.Bitcast _, Op.Iota _, Op.Reshape _,
                 Op.Transpose _, Op.Rearrange _, Op.Broadcast _, Op.Slice _, Op.Pad _, Op.Concatenate _,
                 Op.Reverse _, Op.Reduce _, Op.ArgReduce _, Op.StopGradient _, Complex _ -> true;
            case Op.RegularizedIncompleteBeta _, Op.Cumulative _, Op.DotGeneral _, Op.Sort _, Op.Gather _,
                 Op.Scatter _, Op.Threefry _, Op.Call _, Control _, Custom _, Effect _, Windows _,
                 LinearAlgebra _,
                 Collective _ -> false;
        };
    }

    /** The axes of the operands as a loop over the lanes takes them: the first, or none. */
    static List<Boolean> mapped(List<Vmap.Mapped> x) {
        return x.stream().map(Vmap.Mapped::isMapped).toList();
    }
}

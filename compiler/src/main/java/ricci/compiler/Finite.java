package ricci.compiler;

import java.util.List;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;

/**
 * What is finite whatever the inputs are, such as the derivative of a maximum, which is 0, a half or 1.
 * Gradients ask it of what they multiply by; where the answer is known, all that is computed for the other
 * case is not needed.
 */
final class Finite {
    /** Beyond so many operations it is left unknown: of each, all ways that lead to it are looked at. */
    private static final int DEPTH = 6;

    static final List<Rule> RULES = List.of(
            new Rule("lt(abs(x), infinity) -> true, if x is finite", Op.Compare.Relation.LT, (draft, e) ->
                    isSize(draft, e.operands().getFirst()) && isInfinity(e.operands().getLast())
                            ? new Atom.Literal(e.result().type(), 1) : null),
            new Rule("gt(infinity, abs(x)) -> true, if x is finite", Op.Compare.Relation.GT, (draft, e) ->
                    isSize(draft, e.operands().getLast()) && isInfinity(e.operands().getFirst())
                            ? new Atom.Literal(e.result().type(), 1) : null));

    private Finite() {}

    private static boolean isInfinity(Atom x) {
        return x.type().dtype().isFloat() && Literals.is(x, Double.POSITIVE_INFINITY);
    }

    /** Whether {@code x} is the absolute value of something finite. */
    private static boolean isSize(Draft draft, Atom x) {
        Equation e = draft.definition(x);
        return e != null && e.op().equals(new Op.Unary(Op.Unary.Function.ABS))
                && isFinite(draft, e.operands().getFirst(), DEPTH);
    }

    /** Whether all elements are known to be finite numbers of their type. */
    private static boolean isFinite(Draft draft, Atom x, int depth) {
        if (x instanceof Atom.Literal(var type, var value)) {
            return type.dtype().isFloat() && Double.isFinite(type.dtype().round(value.doubleValue()));
        }
        Equation e = draft.definition(x);
        if (e == null || depth == 0) {
            return false;
        }
        Atom first = e.operands().isEmpty() ? x : e.operands().getFirst();
        return switch (e.op()) {
            case Op.Select _ -> isFinite(draft, e.operands().get(1), depth - 1)
                    && isFinite(draft, e.operands().get(2), depth - 1);
            case Op.Convert(var dtype) -> dtype.isFloat() && first.type().dtype() == DType.BOOL;
            case Op.Reshape _, Op.Broadcast _, Op.Transpose _, Op.Rearrange _, Op.Slice _, Op.Reverse _ ->
                    isFinite(draft, first, depth - 1);
            case Op.Unary(var f) -> (f == Op.Unary.Function.NEG || f == Op.Unary.Function.ABS)
                    && isFinite(draft, first, depth - 1);
            case Op _ -> false;
        };
    }
}

package ricci.compiler;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/** The rules of {@link Simplify} on conversions, powers and reductions, whose parameters are numbers. */
final class SimplifyTypes {
    static final List<Rule> RULES = List.of(
            new Rule("convert to the same type -> x", Op.Convert.class, (_, e) ->
                    keepsType(e) ? e.operands().getFirst() : null),
            new Rule("convert after a widening convert -> convert", Op.Convert.class,
                    SimplifyTypes::convert),
            new Rule("bitcast to the same type -> x", Op.Bitcast.class, (_, e) ->
                    keepsType(e) ? e.operands().getFirst() : null),
            new Rule("bitcast after a bitcast to integers -> bitcast", Op.Bitcast.class,
                    SimplifyTypes::bitcast),
            new Rule("the same reducePrecision twice -> once", Op.ReducePrecision.class, (draft, e) -> {
                Equation inner = draft.definition(e.operands().getFirst());
                return inner != null && inner.op().equals(e.op()) ? inner.result() : null;
            }),
            new Rule("pow by a whole number -> integerPower", Op.Binary.Function.POW, SimplifyTypes::pow),
            new Rule("integerPower 0 -> 1", Op.IntegerPower.class, (_, e) ->
                    exponent(e) == 0 ? new Atom.Literal(e.result().type(), 1) : null),
            new Rule("integerPower 1 -> x", Op.IntegerPower.class, (_, e) ->
                    exponent(e) == 1 && !isComplex(e) ? e.operands().getFirst() : null),
            new Rule("integerPower 2 -> mul(x, x)", Op.IntegerPower.class, (draft, e) ->
                    exponent(e) == 2 && !isComplex(e) ? draft.apply(new Op.Binary(Op.Binary.Function.MUL),
                            e.operands().getFirst(), e.operands().getFirst()) : null),
            new Rule("div by a power of 2 -> mul by its reciprocal", Op.Binary.Function.DIV,
                    SimplifyTypes::reciprocal),
            new Rule("clamp without bounds -> x", Windows.Clamp.class, (_, e) -> {
                DType dtype = e.result().type().dtype();
                return Literals.is(e.operands().get(0), dtype.least())
                        && Literals.is(e.operands().get(2), dtype.greatest()) ? e.operands().get(1) : null;
            }),
            new Rule("reduce over axes of length 1 -> reshape", Op.Reduce.class, SimplifyTypes::single),
            new Rule("reduce of an exact reduce -> reduce", Op.Reduce.class, SimplifyTypes::reduce),
            new Rule("accumulate along an axis of length 1 -> x", Op.Cumulative.class, (_, e) ->
                    length(e, ((Op.Cumulative) e.op()).axis()) == 1 ? e.operands().getFirst() : null),
            new Rule("index of the extreme of one -> 0", Op.ArgReduce.class, (_, e) ->
                    length(e, ((Op.ArgReduce) e.op()).axis()) == 1
                            ? new Atom.Literal(e.result().type(), 0) : null));

    private SimplifyTypes() {}

    private static boolean keepsType(Equation e) {
        return e.operands().getFirst().type().equals(e.result().type());
    }

    private static boolean isComplex(Equation e) {
        return e.result().type().dtype().isComplex();
    }

    private static long length(Equation e, int axis) {
        return e.operands().getFirst().type().shape().length(axis);
    }

    private static int exponent(Equation e) {
        return ((Op.IntegerPower) e.op()).exponent();
    }

    // ---- types ----

    private static @Nullable Atom convert(Draft draft, Equation e) {
        Equation inner = draft.definition(e.operands().getFirst());
        if (inner == null || !(inner.op() instanceof Op.Convert(var middle))) {
            return null;
        }
        DType from = inner.operands().getFirst().type().dtype();
        DType to = e.result().type().dtype();
        // From floats, integers are reached by saturation; from integers, by wrapping around.
        boolean isSame = !(from.isInteger() && middle.isInexact() && to.isInteger()) || holds(to, from);
        return holds(middle, from) && isSame ? draft.apply(e.op(), inner.operands().getFirst()) : null;
    }

    /** Whether every value of {@code from} is one of {@code to} when it is converted. */
    static boolean holds(DType to, DType from) {
        if (to == from || from == DType.BOOL) {
            return true;
        }
        if (from.isComplex() || to.isComplex()) {
            return to.isComplex() && holds(to.real(), from.real());
        }
        if (from.isFloat()) {
            return to == DType.F64 || (to == DType.F32 && from.bytes() == 2);
        }
        int bits = 8 * from.bytes() - (from.isUnsigned() ? 0 : 1);
        if (to.isFloat()) {
            // The least number of a signed type is a power of 2. f16 ends below that of i16.
            return bits <= significand(to) && (to != DType.F16 || bits <= 11);
        }
        boolean keepsSign = from.isUnsigned() || !to.isUnsigned();
        return to.isInteger() && keepsSign && bits <= 8 * to.bytes() - (to.isUnsigned() ? 0 : 1);
    }

    /** The bits of a float's fraction and the one before it. */
    private static int significand(DType dtype) {
        return switch (dtype) {
            case F64 -> 53;
            case F32 -> 24;
            case F16 -> 11;
            case BF16 -> 8;
            case I8, U8, U16, U32, U64, I16, I32, I64, BOOL, C64, C128 ->
                    throw new IllegalArgumentException(dtype + " is not a float type");
        };
    }

    private static @Nullable Atom bitcast(Draft draft, Equation e) {
        Equation inner = draft.definition(e.operands().getFirst());
        // On the way through floats a signalling NaN may become a quiet one; bool keeps one bit only.
        return inner != null && inner.op() instanceof Op.Bitcast(var middle) && middle.isInteger()
                ? draft.apply(e.op(), inner.operands().getFirst()) : null;
    }

    // ---- numbers ----

    private static @Nullable Atom pow(Draft draft, Equation e) {
        Number exponent = Literals.value(e.operands().getLast());
        if (exponent == null || isComplex(e)) {
            return null;
        }
        int whole = exponent.intValue();
        boolean fits = exponent.doubleValue() == whole && (whole >= 0 || e.result().type().dtype().isFloat());
        return fits ? draft.apply(new Op.IntegerPower(whole), e.operands().getFirst()) : null;
    }

    private static @Nullable Atom reciprocal(Draft draft, Equation e) {
        TensorType type = e.result().type();
        if (!type.dtype().isFloat() || !(e.operands().getLast() instanceof Atom.Literal(_, var divisor))) {
            return null;
        }
        double x = divisor.doubleValue();
        double inverse = 1 / x;
        boolean isPower = Double.isFinite(x) && x != 0
                && Math.abs(x) == Math.scalb(1.0, Math.getExponent(x));
        boolean isExact = isPower && Double.isFinite(inverse) && type.dtype().round(inverse) == inverse;
        return isExact ? draft.apply(new Op.Binary(Op.Binary.Function.MUL), e.operands().getFirst(),
                new Atom.Literal(type, inverse)) : null;
    }

    // ---- reductions ----

    /** What is reduced is one element each, and the neutral one: of a sum of floats, 0 more. */
    private static @Nullable Atom single(Draft draft, Equation e) {
        Op.Reduce op = (Op.Reduce) e.op();
        Atom x = e.operands().getFirst();
        TensorType type = x.type();
        boolean isSingle = op.axes().stream().allMatch(axis -> type.shape().length(axis) == 1);
        if (!isSingle || (op.monoid() == Monoid.PROD && type.dtype().isComplex())) {
            return null;
        }
        Atom y = op.monoid() == Monoid.SUM && type.dtype().isInexact() ? draft.apply(
                new Op.Binary(Op.Binary.Function.ADD), x, new Atom.Literal(type, 0)) : x;
        return op.axes().isEmpty() ? y : draft.apply(new Op.Reshape(e.result().type().shape()), y);
    }

    private static @Nullable Atom reduce(Draft draft, Equation e) {
        Op.Reduce outer = (Op.Reduce) e.op();
        Equation before = draft.definition(e.operands().getFirst());
        if (before == null || !(before.op() instanceof Op.Reduce inner) || inner.monoid() != outer.monoid()
                || !isExact(outer.monoid(), e.result().type().dtype())) {
            return null;
        }
        Shape shape = before.operands().getFirst().type().shape();
        List<Integer> kept = shape.axesExcept(inner.axes());
        List<Integer> stay = before.result().type().shape().axesExcept(outer.axes()).stream().map(kept::get)
                .toList();
        return draft.apply(new Op.Reduce(outer.monoid(), shape.axesExcept(stay)),
                before.operands().getFirst());
    }

    /** Whether it is no matter in how many steps it is done. */
    private static boolean isExact(Monoid monoid, DType dtype) {
        return switch (monoid) {
            case MAX, MIN, AND, OR, XOR -> true;
            case SUM, PROD -> !dtype.isInexact();
        };
    }
}

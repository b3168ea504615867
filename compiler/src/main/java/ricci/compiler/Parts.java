package ricci.compiler;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Complex;
import ricci.ir.ComplexNumber;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;

/**
 * Writes what is done to complex numbers as what is done to their real and imaginary parts, which loops can
 * compute, as far as that are sums, products, quotients and other places. The formulas are the reference
 * interpreter's, in its precision. Where a result is taken apart again, Simplify leaves nothing of that.
 */
public final class Parts {
    private final Draft draft;
    private final Equation e;
    private final DType real;

    private Parts(Draft draft, Equation e) {
        this.draft = draft;
        this.e = e;
        this.real = e.result().type().dtype().real();
    }

    /** The program with as few complex numbers as can be. */
    public static Program of(Program program) {
        return Draft.rewrite(program, () -> (draft, e) -> e.results().size() == 1
                && e.result().type().dtype().isComplex() && e.result().type().shape().size() > 1
                ? new Parts(draft, e).instead() : null);
    }

    private @Nullable List<Atom> instead() {
        return switch (e.op()) {
            case Op.Binary(var f) -> switch (f) {
                case ADD, SUB -> both(x -> draft.apply(e.op(), part(0, x), part(1, x)));
                case MUL -> product();
                case DIV -> quotient();
                case REM, MAX, MIN, POW, ATAN2, NEXTAFTER, POLYGAMMA, ZETA, IGAMMA, IGAMMAC, IGAMMA_GRAD_A,
                     RANDOM_GAMMA_GRAD, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC,
                     MULHI -> null;
            };
            case Op.Unary(var f) -> f != Op.Unary.Function.NEG ? null
                    : both(x -> draft.apply(e.op(), part(0, x)));
            case Complex.Conj _ -> complex(part(0, false),
                    draft.apply(new Op.Unary(Op.Unary.Function.NEG), part(0, true)));
            case Op.Reshape _, Op.Transpose _, Op.Rearrange _, Op.Broadcast _, Op.Slice _, Op.Reverse _ ->
                    both(x -> draft.apply(e.op(), part(0, x)));
            case Op.Concatenate _ -> both(x -> draft.apply(e.op(), e.operands().stream()
                    .map(z -> part(z, x)).toList()));
            case Op.Reduce(var monoid, _) -> monoid == Monoid.SUM
                    ? both(x -> draft.apply(e.op(), part(0, x))) : null;
            case Op.Select _ -> both(x -> draft.apply(e.op(), e.operands().getFirst(), part(1, x),
                    part(2, x)));
            case Op.Convert _ -> converted();
            case Op _ -> null;
        };
    }

    /** A function of whether it is the imaginary part. */
    private interface OfPart {
        Atom apply(boolean isImaginary);
    }

    private List<Atom> both(OfPart part) {
        return complex(part.apply(false), part.apply(true));
    }

    private List<Atom> complex(Atom re, Atom im) {
        return List.of(draft.apply(new Complex.OfParts(), re, im));
    }

    private Atom part(int operand, boolean isImaginary) {
        return part(e.operands().get(operand), isImaginary);
    }

    private Atom part(Atom z, boolean isImaginary) {
        if (z instanceof Atom.Literal(var type, var value)) {
            ComplexNumber number = ComplexNumber.of(value);
            return new Atom.Literal(new TensorType(type.dtype().real(), type.shape()),
                    isImaginary ? number.im() : number.re());
        }
        return draft.apply(isImaginary ? new Complex.Imag() : new Complex.Real(), z);
    }

    private List<Atom> converted() {
        Atom x = e.operands().getFirst();
        if (x.type().dtype().isComplex()) {
            return both(part -> draft.apply(new Op.Convert(real), part(x, part)));
        }
        return complex(draft.apply(new Op.Convert(real), x),
                new Atom.Literal(new TensorType(real, x.type().shape()), 0.0));
    }

    // ---- in double, and rounded once ----

    private Atom wide(int operand, boolean isImaginary) {
        Atom part = part(operand, isImaginary);
        return part.type().dtype() == DType.F64 ? part : draft.apply(new Op.Convert(DType.F64), part);
    }

    private Atom rounded(Atom x) {
        return real == DType.F64 ? x : draft.apply(new Op.Convert(real), x);
    }

    private BinaryOperator<Atom> binary(Op.Binary.Function f) {
        return (x, y) -> draft.apply(new Op.Binary(f), x, y);
    }

    private List<Atom> product() {
        BinaryOperator<Atom> mul = binary(Op.Binary.Function.MUL);
        Atom zr = wide(0, false);
        Atom zi = wide(0, true);
        Atom wr = wide(1, false);
        Atom wi = wide(1, true);
        return complex(rounded(binary(Op.Binary.Function.SUB).apply(mul.apply(zr, wr), mul.apply(zi, wi))),
                rounded(binary(Op.Binary.Function.ADD).apply(mul.apply(zr, wi), mul.apply(zi, wr))));
    }

    /** Smith 1962, "Algorithm 116: complex division", as the interpreter has it. */
    private List<Atom> quotient() {
        BinaryOperator<Atom> add = binary(Op.Binary.Function.ADD);
        BinaryOperator<Atom> sub = binary(Op.Binary.Function.SUB);
        BinaryOperator<Atom> mul = binary(Op.Binary.Function.MUL);
        BinaryOperator<Atom> div = binary(Op.Binary.Function.DIV);
        UnaryOperator<Atom> abs = x -> draft.apply(new Op.Unary(Op.Unary.Function.ABS), x);
        Atom zr = wide(0, false);
        Atom zi = wide(0, true);
        Atom wr = wide(1, false);
        Atom wi = wide(1, true);
        Atom isReal = draft.apply(new Op.Compare(Op.Compare.Relation.EQ), wi,
                new Atom.Literal(wi.type(), 0.0));
        Atom isFlat = draft.apply(new Op.Compare(Op.Compare.Relation.GE), abs.apply(wr), abs.apply(wi));
        Atom ratio = select(isFlat, div.apply(wi, wr), div.apply(wr, wi));
        Atom scale = select(isFlat, add.apply(wr, mul.apply(wi, ratio)), add.apply(mul.apply(wr, ratio), wi));
        Atom re = select(isFlat, add.apply(zr, mul.apply(zi, ratio)), add.apply(mul.apply(zr, ratio), zi));
        Atom im = select(isFlat, sub.apply(zi, mul.apply(zr, ratio)), sub.apply(mul.apply(zi, ratio), zr));
        return complex(rounded(select(isReal, div.apply(zr, wr), div.apply(re, scale))),
                rounded(select(isReal, div.apply(zi, wr), div.apply(im, scale))));
    }

    private Atom select(Atom condition, Atom x, Atom y) {
        return draft.apply(new Op.Select(), condition, x, y);
    }
}

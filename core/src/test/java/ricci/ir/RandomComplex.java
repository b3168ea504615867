package ricci.ir;

import java.util.List;
import java.util.Random;

/** Draws complex numbers in the midst of a {@link RandomProgram}. */
final class RandomComplex {
    private final RandomProgram program;
    private final Random random;
    private final Builder b;
    private final boolean smooth;

    RandomComplex(RandomProgram program, Random random, Builder b, boolean smooth) {
        this.program = program;
        this.random = random;
        this.b = b;
        this.smooth = smooth;
    }

    /** In smooth programs from real numbers to real numbers, by way of complex ones. */
    Atom draw() {
        Atom x = program.any();
        if (!smooth) {
            Atom parts = b.convert(x, random.nextBoolean() ? DType.F32 : DType.F64);
            Atom z = x.type().dtype().isComplex() ? x : b.apply(new Complex.OfParts(), parts,
                    program.like(parts.type()));
            return b.apply(random.nextInt(3) == 0 ? new Complex.Conj() : random.nextBoolean()
                    ? new Complex.Real() : new Complex.Imag(), z);
        }
        Atom z = b.apply(new Complex.OfParts(), b.unary(Op.Unary.Function.TANH, x),
                b.unary(Op.Unary.Function.TANH, program.like(x.type())));
        Atom w = complexFunction(z);
        return switch (random.nextInt(3)) {
            case 0 -> b.apply(new Complex.Real(), w);
            case 1 -> b.apply(new Complex.Imag(), b.apply(new Complex.Conj(), w));
            default -> b.unary(Op.Unary.Function.ABS, b.add(w, b.fill(w.type(), ComplexNumber.of(5, 0.5))));
        };
    }

    /** Of a number in the square from -1-i to 1+i, away from poles and branch cuts. */
    private Atom complexFunction(Atom z) {
        Atom right = b.add(z, b.fill(z.type(), 2));
        Atom inside = b.mul(z, 0.4);
        return switch (random.nextInt(14)) {
            case 0 -> b.unary(Op.Unary.Function.EXP, z);
            case 1 -> b.unary(Op.Unary.Function.LOG, right);
            case 2 -> b.unary(Op.Unary.Function.SQRT, right);
            case 3 -> b.unary(program.one(new Op.Unary.Function[] {Op.Unary.Function.SIN,
                    Op.Unary.Function.COS,
                    Op.Unary.Function.SINH, Op.Unary.Function.COSH, Op.Unary.Function.EXPM1}), z);
            case 4 -> b.unary(program.one(new Op.Unary.Function[] {Op.Unary.Function.TAN,
                    Op.Unary.Function.TANH,
                    Op.Unary.Function.ASIN, Op.Unary.Function.ACOS, Op.Unary.Function.ATAN,
                    Op.Unary.Function.LOG1P, Op.Unary.Function.LOGISTIC}), inside);
            case 5 -> b.unary(program.one(new Op.Unary.Function[] {Op.Unary.Function.SIGN,
                    Op.Unary.Function.RSQRT}), right);
            case 6 -> b.div(z, right);
            case 7 -> b.binary(Op.Binary.Function.POW, right, z);
            case 8 -> b.sub(b.mul(z, right), b.neg(z));
            case 9 -> z.type().rank() == 0 ? z : b.apply(new Op.Cumulative(
                    Op.Cumulative.Function.PROD, program.axis(z), random.nextBoolean()), z);
            case 10 -> b.reduce(Monoid.PROD, z, program.axes(z));
            case 11 -> b.reduce(Monoid.SUM, z, program.axes(z));
            case 12 -> {
                List<Integer> all = z.type().shape().axesExcept(List.of());
                yield b.apply(new Op.DotGeneral(new Contraction(List.of(), List.of(), all, all),
                        DType.C128), z, b.apply(new Complex.Conj(), right));
            }
            default -> b.select(program.predicate(b.apply(new Complex.Real(), z).type()), z, right);
        };
    }
}

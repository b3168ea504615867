package ricci.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Draws {@link LinearAlgebra} in the midst of a {@link RandomProgram}. */
final class RandomMatrices {
    private final RandomProgram program;
    private final Random random;
    private final Builder b;
    private final boolean smooth;

    RandomMatrices(RandomProgram program, Random random, Builder b, boolean smooth) {
        this.program = program;
        this.random = random;
        this.b = b;
        this.smooth = smooth;
    }

    List<Atom> draw() {
        Atom drawn = program.at(2);
        Atom x = program.small(drawn);
        if (x.type().rank() < 2) {
            return List.of(x);
        }
        Atom a = smooth ? x : b.convert(x, random.nextBoolean() ? DType.F32 : DType.F64);
        if (random.nextInt(4) == 0 && x.type().shape().size() > 0) {
            return List.of(fft(smooth || !x.type().dtype().isComplex() ? a : x));
        }
        LinearAlgebra op = switch (random.nextInt(6)) {
            case 0 -> new LinearAlgebra.Cholesky();
            case 1 -> new LinearAlgebra.TriangularSolve(random.nextBoolean(), random.nextBoolean(),
                    random.nextBoolean(), random.nextBoolean());
            case 2 -> new LinearAlgebra.Lu();
            case 3 -> new LinearAlgebra.Qr(!smooth && random.nextBoolean());
            case 4 -> new LinearAlgebra.Eigh();
            default -> new LinearAlgebra.Svd(smooth ? LinearAlgebra.Svd.Vectors.THIN
                    : program.one(LinearAlgebra.Svd.Vectors.values()));
        };
        return List.copyOf(switch (op) {
            case LinearAlgebra.TriangularSolve solve -> {
                Atom triangle = conditioned(square(a));
                Atom right = program.like(triangle.type());
                yield b.apply(op, List.of(triangle, right));
            }
            case LinearAlgebra.Cholesky _, LinearAlgebra.Eigh _ ->
                    b.apply(op, List.of(conditioned(square(a))));
            case LinearAlgebra.Lu _, LinearAlgebra.Qr _, LinearAlgebra.Svd _, LinearAlgebra.Fft _ ->
                    b.apply(op, List.of(conditioned(a)));
        });
    }

    /** In smooth programs from real numbers to real numbers, by way of their spectrum. */
    private Atom fft(Atom x) {
        int axes = 1 + random.nextInt(2);
        List<Long> lengths = new ArrayList<>(Arrays.stream(x.type().shape().toArray()).boxed().toList())
                .subList(x.type().rank() - axes, x.type().rank());
        if (x.type().dtype().isComplex()) {
            return b.apply(new LinearAlgebra.Fft(random.nextBoolean() ? LinearAlgebra.Fft.Kind.FFT
                    : LinearAlgebra.Fft.Kind.IFFT, lengths), x);
        }
        Atom spectrum = b.apply(new LinearAlgebra.Fft(LinearAlgebra.Fft.Kind.RFFT, lengths), x);
        if (random.nextInt(3) == 0) {
            Atom both = b.apply(new LinearAlgebra.Fft(LinearAlgebra.Fft.Kind.IFFT, lengths),
                    b.convert(x, x.type().dtype().complex()));
            return b.add(b.apply(new Complex.Real(), both), b.apply(new Complex.Imag(), both));
        }
        Atom turned = b.mul(spectrum, b.fill(spectrum.type(), ComplexNumber.of(0.5, 0.3)));
        return smooth || random.nextBoolean()
                ? b.apply(new LinearAlgebra.Fft(LinearAlgebra.Fft.Kind.IRFFT, lengths), turned) : spectrum;
    }

    private Atom square(Atom x) {
        int rank = x.type().rank();
        long length = Math.min(x.type().shape().length(rank - 2), x.type().shape().length(rank - 1));
        return b.slice(b.slice(x, rank - 2, 0, length), rank - 1, 0, length);
    }

    /** For smooth programs, a matrix with singular values far from one another and from zero. */
    private Atom conditioned(Atom x) {
        if (!smooth) {
            return x;
        }
        TensorType type = x.type();
        Atom row = b.apply(new Op.Iota(type.with(DType.I32), type.rank() - 2));
        Atom column = b.apply(new Op.Iota(type.with(DType.I32), type.rank() - 1));
        Atom diagonal = b.select(b.compare(Op.Compare.Relation.EQ, row, column),
                b.add(b.mul(b.convert(row, DType.F64), 2), b.fill(type, 1)), b.zeros(type));
        return b.add(b.mul(b.unary(Op.Unary.Function.TANH, x), 0.3), diagonal);
    }
}

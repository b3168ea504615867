package ricci.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Complex;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.LinearAlgebra;
import ricci.ir.Op;
import ricci.ir.Op.Compare.Relation;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/** The transposes of the linear ones among the primitives on matrices. */
final class TransposeLinearAlgebra {
    private TransposeLinearAlgebra() {}

    /** What each operand's cotangent gains; null for an operand that is known. */
    static List<@Nullable Atom> rule(Builder b, Equation e, LinearAlgebra op, List<@Nullable Atom> known,
            Atom ct) {
        return switch (op) {
            case LinearAlgebra.TriangularSolve(var leftSide, var lower, var transpose, var unitDiagonal) ->
                    Arrays.asList(null, b.apply(new LinearAlgebra.TriangularSolve(leftSide, lower, !transpose,
                            unitDiagonal), Transpose.requireKnown(e, known.getFirst()), ct));
            case LinearAlgebra.Fft fft -> Collections.singletonList(fft(b, fft, e, ct));
            case LinearAlgebra.Cholesky _, LinearAlgebra.Lu _, LinearAlgebra.Qr _, LinearAlgebra.Eigh _,
                 LinearAlgebra.Svd _ -> throw Transpose.notLinear(e);
        };
    }

    /** The matrix of the whole transform is symmetric; those of the halved ones are made from it. */
    private static Atom fft(Builder b, LinearAlgebra.Fft op, Equation e, Atom ct) {
        TensorType x = e.operands().getFirst().type();
        return switch (op.kind()) {
            case FFT, IFFT -> b.apply(op, ct);
            case RFFT -> {
                int rank = x.rank();
                List<Long> zeros = Builder.repeat(rank, 0);
                List<Long> high = new ArrayList<>(zeros);
                high.set(rank - 1, x.shape().length(rank - 1) - ct.type().shape().length(rank - 1));
                Atom whole = b.apply(new Op.Pad(zeros, high, zeros), ct,
                        b.zeros(ct.type().with(Shape.SCALAR)));
                yield b.apply(new Complex.Real(),
                        b.apply(new LinearAlgebra.Fft(LinearAlgebra.Fft.Kind.FFT, op.lengths()), whole));
            }
            case IRFFT -> {
                // Each but the first, and at an even length the last, stands for its mirror image too.
                Atom spectrum = b.apply(new LinearAlgebra.Fft(LinearAlgebra.Fft.Kind.RFFT, op.lengths()), ct);
                TensorType real = x.with(x.dtype().real());
                Atom index = b.apply(new Op.Iota(x.with(DType.I64), x.rank() - 1));
                long n = op.lengths().getLast();
                double scale = 1 / op.lengths().stream().mapToDouble(Long::doubleValue)
                        .reduce(1, (i, j) -> i * j);
                Atom own = b.compare(Relation.EQ, b.binary(Op.Binary.Function.REM,
                        b.mul(index, b.fill(index.type(), 2)), b.fill(index.type(), n)),
                        b.zeros(index.type()));
                Atom weight = b.select(own, b.fill(real, scale), b.fill(real, 2 * scale));
                yield b.apply(new Complex.Conj(), b.mul(spectrum, b.convert(weight, x.dtype())));
            }
        };
    }
}

package ricci.transform;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Equation;
import ricci.ir.LinearAlgebra;

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
            case LinearAlgebra.Cholesky _, LinearAlgebra.Lu _, LinearAlgebra.Qr _, LinearAlgebra.Eigh _,
                 LinearAlgebra.Svd _ -> throw Transpose.notLinear(e);
        };
    }
}

package ricci.ir;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of the primitives on matrices, as {@link OpText} has that of the others. */
final class LinearAlgebraText {
    private LinearAlgebraText() {}

    static String name(LinearAlgebra op) {
        return switch (op) {
            case LinearAlgebra.Cholesky _ -> "cholesky";
            case LinearAlgebra.TriangularSolve _ -> "triangularSolve";
            case LinearAlgebra.Lu _ -> "lu";
            case LinearAlgebra.Qr _ -> "qr";
            case LinearAlgebra.Eigh _ -> "eigh";
            case LinearAlgebra.Svd _ -> "svd";
        };
    }

    static Map<String, Object> values(LinearAlgebra op) {
        return switch (op) {
            case LinearAlgebra.Cholesky _, LinearAlgebra.Lu _, LinearAlgebra.Eigh _ -> Map.of();
            case LinearAlgebra.TriangularSolve(var leftSide, var lower, var transpose, var unitDiagonal) ->
                    OpText.ordered("leftSide", leftSide, "lower", lower, "transpose", transpose,
                            "unitDiagonal", unitDiagonal);
            case LinearAlgebra.Qr(var full) -> Map.of("full", full);
            case LinearAlgebra.Svd(var vectors) -> Map.of("vectors", OpText.camel(vectors));
        };
    }

    static @Nullable LinearAlgebra read(String name, OpText.Parameters p) {
        return switch (name) {
            case "cholesky" -> new LinearAlgebra.Cholesky();
            case "triangularSolve" -> new LinearAlgebra.TriangularSolve(p.truth("leftSide"),
                    p.truth("lower"), p.truth("transpose"), p.truth("unitDiagonal"));
            case "lu" -> new LinearAlgebra.Lu();
            case "qr" -> new LinearAlgebra.Qr(p.truth("full"));
            case "eigh" -> new LinearAlgebra.Eigh();
            case "svd" -> new LinearAlgebra.Svd(
                    p.word("vectors", LinearAlgebra.Svd.Vectors.values()));
            default -> null;
        };
    }
}

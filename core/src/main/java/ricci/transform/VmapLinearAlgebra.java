package ricci.transform;

import java.util.List;
import ricci.ir.Atom;
import ricci.ir.LinearAlgebra;
import ricci.ir.Shape;

/** The primitives on matrices for many examples: the mapped axis is one more of the batch. */
final class VmapLinearAlgebra {
    private VmapLinearAlgebra() {}

    static List<Vmap.Mapped> rule(Vmap vmap, LinearAlgebra op, List<Vmap.Mapped> x) {
        return switch (op) {
            case LinearAlgebra.Cholesky _, LinearAlgebra.Lu _, LinearAlgebra.Qr _, LinearAlgebra.Eigh _,
                 LinearAlgebra.Svd _, LinearAlgebra.Fft _ -> vmap.aligned(op, x, 0);
            case LinearAlgebra.TriangularSolve solve -> x.getFirst().isMapped() ? vmap.aligned(op, x, 0)
                    : oneMatrix(vmap, solve, x.getFirst(), x.getLast());
        };
    }

    /** One matrix for all examples: their right sides stand beside, or below, one another. */
    private static List<Vmap.Mapped> oneMatrix(Vmap vmap, LinearAlgebra.TriangularSolve op, Vmap.Mapped a,
            Vmap.Mapped x) {
        int last = x.each().rank() - 1;
        int axis = op.leftSide() ? last + 1 : last - 1;
        Atom apart = vmap.along(axis, x);
        Shape shape = apart.type().shape();
        int first = op.leftSide() ? last : last - 1;
        Shape together = shape.without(List.of(first + 1))
                .with(first, shape.length(first) * shape.length(first + 1));
        Atom y = vmap.builder().apply(op, a.atom(), vmap.builder().reshape(apart, together));
        return List.of(new Vmap.Mapped(vmap.builder().reshape(y, shape), axis));
    }
}

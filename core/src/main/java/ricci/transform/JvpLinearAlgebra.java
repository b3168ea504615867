package ricci.transform;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.LinearAlgebra;
import ricci.ir.Op.Compare.Relation;
import ricci.ir.OpText;
import ricci.ir.RicciException;
import ricci.ir.TensorType;

/**
 * The tangents of the primitives on matrices, in closed form. Where a result is not determined by its
 * conditions, as eigenvectors of equal eigenvalues are not, its tangent is not finite, as in JAX.
 */
final class JvpLinearAlgebra {
    private final Builder b;
    private final Matrices m;

    private JvpLinearAlgebra(Builder b) {
        this.b = b;
        m = new Matrices(b);
    }

    /** The tangents of the results y of {@code op}, given operands x and their tangents t, not all zero. */
    static List<@Nullable Atom> rule(Builder b, LinearAlgebra op, List<Atom> x, @Nullable Atom[] t,
            List<Atom.Var> y) {
        JvpLinearAlgebra rules = new JvpLinearAlgebra(b);
        Atom first = t[0] == null ? b.zeros(x.getFirst().type()) : t[0];
        return switch (op) {
            case LinearAlgebra.Cholesky _ -> List.of(rules.cholesky(y.getFirst(), first));
            case LinearAlgebra.TriangularSolve solve -> List.of(
                    rules.triangularSolve(solve, x.getFirst(), y.getFirst(), t[0], t[1]));
            case LinearAlgebra.Lu _ -> Arrays.<@Nullable Atom>asList(
                    rules.lu(y.getFirst(), y.get(2), first), null, null);
            case LinearAlgebra.Qr(var full) -> rules.qr(full, x.getFirst(), y.getFirst(), y.get(1), first);
            case LinearAlgebra.Eigh _ -> rules.eigh(y.getFirst(), y.get(1), first);
            case LinearAlgebra.Fft _ -> List.of(b.apply(op, first));
            case LinearAlgebra.Svd(var vectors) -> rules.svd(vectors, x.getFirst(), y, first);
        };
    }

    /** Murray 2016, "Differentiation of the Cholesky decomposition", eq. 8: L·Φ(L⁻¹·dA·L⁻ᵀ). */
    private Atom cholesky(Atom l, Atom t) {
        Atom right = m.solve(l, m.symmetric(t), false, true, true, false);
        Atom inner = m.solve(l, right, true, true, false, false);
        TensorType type = l.type();
        Atom half = b.select(m.where(Relation.EQ, type), b.mul(inner, 0.5), m.keep(Relation.GT, inner));
        return m.matmul(l, half);
    }

    /** From A·X = B: A·dX = dB - dA·X. */
    private Atom triangularSolve(LinearAlgebra.TriangularSolve op, Atom a, Atom x, @Nullable Atom ta,
            @Nullable Atom tb) {
        if (ta == null) {
            return b.apply(op, a, tb == null ? b.zeros(x.type()) : tb);
        }
        Relation triangle = op.unitDiagonal() ? op.lower() ? Relation.GT : Relation.LT
                : op.lower() ? Relation.GE : Relation.LE;
        Atom read = m.keep(triangle, ta);
        Atom da = op.transpose() ? m.transpose(read) : read;
        Atom product = op.leftSide() ? m.matmul(da, x) : m.matmul(x, da);
        return b.apply(op, a, tb == null ? b.neg(product) : b.sub(tb, product));
    }

    /**
     * De Hoog, Anderssen and Lukas 2011, "Differentiation of matrix functionals using triangular
     * factorization": L·tril(M, -1) + triu(M)·U with M = L⁻¹·P·dA·U⁻¹, both factors made square.
     */
    private Atom lu(Atom lu, Atom permutation, Atom t) {
        long rows = Matrices.rows(lu);
        long columns = Matrices.columns(lu);
        long k = Math.min(rows, columns);
        TensorType left = Matrices.type(lu.type(), rows, rows);
        TensorType right = Matrices.type(lu.type(), columns, columns);
        Atom below = m.keep(Relation.GT, m.firstColumns(lu, k));
        Atom l = b.add(m.extended(below, rows, rows), m.identity(left));
        Atom above = m.extended(m.keep(Relation.LE, m.firstRows(lu, k)), columns, columns);
        Atom rest = m.extended(b.fill(Matrices.type(lu.type(), k, k), 1), columns, columns);
        Atom isRest = b.compare(Relation.EQ, rest, b.zeros(right));
        Atom u = b.add(above, b.select(isRest, m.identity(right), b.zeros(right)));
        Atom inner = m.solve(l, m.permuteRows(t, permutation), true, true, false, true);
        Atom both = m.solve(u, inner, false, false, false, false);
        return b.add(m.matmul(l, m.keep(Relation.GT, both)), m.matmul(m.keep(Relation.LE, both), u));
    }

    /**
     * Walter and Lehmann 2012, "Algorithmic differentiation of linear algebra functions". With more columns
     * than rows, the first ones determine Q, and R is Qᵀ·A.
     */
    private List<@Nullable Atom> qr(boolean full, Atom a, Atom q, Atom r, Atom t) {
        long rows = Matrices.rows(a);
        long columns = Matrices.columns(a);
        if (full && rows > columns) {
            throw undetermined(new LinearAlgebra.Qr(true), a, "the columns of Q beyond the first " + columns
                    + " are any that complete it", "take the reduced factorisation");
        }
        if (rows >= columns) {
            return qr(q, r, t);
        }
        List<@Nullable Atom> square = qr(q, m.firstColumns(r, rows), m.firstColumns(t, rows));
        Atom dq = Objects.requireNonNull(square.getFirst());
        Atom dr = b.add(m.matmul(m.transpose(dq), a), m.matmul(m.transpose(q), t));
        // What is below the diagonal is 0 but for rounding.
        return List.of(dq, m.keep(Relation.LE, dr));
    }

    private List<@Nullable Atom> qr(Atom q, Atom r, Atom t) {
        Atom right = m.solve(r, t, false, false, false, false);
        Atom inner = m.matmul(m.transpose(q), right);
        Atom lower = m.keep(Relation.GT, inner);
        Atom skew = b.sub(lower, m.transpose(lower));
        Atom dq = b.add(m.matmul(q, b.sub(skew, inner)), right);
        return List.of(dq, m.matmul(m.keep(Relation.LE, b.sub(inner, skew)), r));
    }

    /** Giles 2008, "Collected matrix derivative results", section 3.1. */
    private List<@Nullable Atom> eigh(Atom values, Atom v, Atom t) {
        Atom inner = m.matmul(m.matmul(m.transpose(v), m.symmetric(t)), v);
        TensorType type = v.type();
        Atom gaps = b.sub(m.asRows(values, type), m.asColumns(values, type));
        return List.of(m.diagonal(inner), m.matmul(v, b.mul(reciprocalOffDiagonal(gaps), inner)));
    }

    /** 1/x, but 0 on the diagonal. */
    private Atom reciprocalOffDiagonal(Atom x) {
        Atom identity = m.identity(x.type());
        Atom ones = b.fill(x.type(), 1);
        return b.sub(b.div(ones, b.add(x, identity)), identity);
    }

    /**
     * Townsend 2016, "Differentiating the singular value decomposition". The values alone need the vectors
     * for their tangent.
     */
    private List<@Nullable Atom> svd(LinearAlgebra.Svd.Vectors vectors, Atom a, List<Atom.Var> y, Atom t) {
        long rows = Matrices.rows(a);
        long columns = Matrices.columns(a);
        if (vectors == LinearAlgebra.Svd.Vectors.FULL && rows != columns) {
            throw undetermined(new LinearAlgebra.Svd(vectors), a, "the singular vectors beyond the first "
                    + Math.min(rows, columns) + " are any that complete them",
                    "take the thin decomposition");
        }
        boolean alone = vectors == LinearAlgebra.Svd.Vectors.NONE;
        List<Atom.Var> usv = alone
                ? b.apply(new LinearAlgebra.Svd(LinearAlgebra.Svd.Vectors.THIN), List.of(a)) : y;
        Atom u = usv.get(0);
        Atom vt = usv.get(2);
        Atom inner = m.matmul(m.matmul(m.transpose(u), t), m.transpose(vt));
        Atom ds = m.diagonal(inner);
        return alone ? List.of(ds) : singularVectors(u, usv.get(1), vt, t, inner, ds);
    }

    private List<@Nullable Atom> singularVectors(Atom u, Atom s, Atom vt, Atom t, Atom inner, Atom ds) {
        Atom v = m.transpose(vt);
        TensorType type = inner.type();
        Atom across = m.asRows(s, type);
        Atom down = m.asColumns(s, type);
        Atom gaps = reciprocalOffDiagonal(b.mul(b.add(across, down), b.sub(across, down)));
        Atom right = b.mul(across, inner);
        Atom left = b.mul(down, inner);
        Atom du = m.matmul(u, b.mul(gaps, b.add(right, m.transpose(right))));
        Atom dv = m.matmul(v, b.mul(gaps, b.add(left, m.transpose(left))));
        if (Matrices.rows(u) > Matrices.rows(v)) {
            du = b.add(du, outside(u, m.matmul(t, v), s));
        }
        if (Matrices.rows(v) > Matrices.rows(u)) {
            dv = b.add(dv, outside(v, m.matmul(m.transpose(t), u), s));
        }
        return List.of(du, ds, m.transpose(dv));
    }

    /** The part of {@code x} that the columns of {@code q} do not span, divided by the singular values. */
    private Atom outside(Atom q, Atom x, Atom s) {
        Atom rest = b.sub(x, m.matmul(q, m.matmul(m.transpose(q), x)));
        return b.div(rest, m.asRows(s, x.type()));
    }

    private static RicciException undetermined(LinearAlgebra op, Atom a, String rule, String fix) {
        return new RicciException.Derivative("differentiate the full " + OpText.name(op), a.type().toString(),
                rule + ", so they have no derivative", fix);
    }
}

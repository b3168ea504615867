package ricci.transform;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * Which elements of a linear program's values its results depend on, as far as that is decided by a select.
 *
 * <p>Where a value only goes into the side of a select that is not taken, its cotangent is zero. Yet that
 * zero times an infinite factor is NaN: {@code where(x > 0, sqrt(x), 0)} has the factor 1/(2·sqrt(0)) at 0.
 * As nothing depends on such elements, their factors may be any number; {@link #harmless} makes them 1. All
 * others stay as they are, and so does the linear map, hence derivatives of any order are right.
 *
 * <p>The walk is that of transposition, backwards; a value's users have been seen before its equation is. A
 * value is relevant where it is for any of its users.
 */
final class Relevance {
    private final Builder builder;
    /** Bools of the variable's shape; null if all elements matter, or nothing has used it yet. */
    private final @Nullable Atom[] masks;
    private final boolean[] isUsed;

    Relevance(Builder builder, int variables) {
        this.builder = builder;
        masks = new @Nullable Atom[variables];
        isUsed = new boolean[variables];
    }

    /** All of what the program returns matters. */
    void isResult(Atom atom) {
        use(atom, null);
    }

    /** The known operands of an equation with factors of 1 where its result does not matter. */
    List<@Nullable Atom> harmless(Equation e, List<@Nullable Atom> known) {
        Atom mask = e.results().size() == 1 ? masks[e.result().id()] : null;
        if (mask == null || !(e.op() instanceof Op.Binary(var f))
                || (f != Op.Binary.Function.MUL && f != Op.Binary.Function.DIV)) {
            return known;
        }
        boolean divides = f == Op.Binary.Function.DIV;
        List<@Nullable Atom> safe = new ArrayList<>();
        for (Atom factor : known) {
            safe.add(factor == null || factor instanceof Atom.Literal ? factor
                    : harmless(mask, factor, divides));
        }
        return safe;
    }

    /**
     * Factors that leave a zero a zero stay, so that no other bit changes, not the sign of that zero either;
     * but they do not vary, as nothing depends on how they do.
     */
    private Atom harmless(Atom mask, Atom factor, boolean divides) {
        Builder b = builder;
        Atom size = b.unary(Op.Unary.Function.ABS, factor);
        Atom keepsZero = divides ? b.compare(Op.Compare.Relation.GT, size, b.zeros(size.type()))
                : b.compare(Op.Compare.Relation.LT, size, b.fill(size.type(), Double.POSITIVE_INFINITY));
        Atom fixed = b.apply(new Op.StopGradient(), b.select(keepsZero, factor, b.fill(factor.type(), 1)));
        return b.select(mask, factor, fixed);
    }

    /** After the equation: where its operands matter to it. */
    void through(Equation e, List<@Nullable Atom> known) {
        Atom mask = e.results().size() == 1 && isUsed[e.result().id()] ? masks[e.result().id()] : null;
        Atom predicate = e.op() instanceof Op.Select ? known.getFirst() : null;
        if (mask == null && predicate == null) {
            e.operands().forEach(operand -> use(operand, null));
            return;
        }
        for (int i = 0; i < e.operands().size(); i++) {
            Atom operand = e.operands().get(i);
            if (known.get(i) == null) {
                use(operand, predicate != null ? side(predicate, i == 1, mask)
                        : mask == null ? null : before(e.op(), operand.type(), mask));
            }
        }
    }

    private Atom side(Atom predicate, boolean onTrue, @Nullable Atom mask) {
        Atom taken = onTrue ? predicate : builder.unary(Op.Unary.Function.NOT, predicate);
        return mask == null ? taken : builder.binary(Op.Binary.Function.AND, mask, taken);
    }

    /** Where an operand matters if the result does where {@code mask} says; null if that is everywhere. */
    private @Nullable Atom before(Op op, TensorType x, Atom mask) {
        Shape shape = x.shape();
        return switch (op) {
            case Op.Binary _, Op.Convert _ -> mask;
            case Op.Unary(var f) when f == Op.Unary.Function.NEG -> mask;
            case Op.Reshape _ -> builder.reshape(mask, shape);
            case Op.Transpose(var permutation) -> builder.transpose(mask, inverse(permutation));
            case Op.Rearrange(var split, var permutation, _) -> builder.reshape(builder.transpose(
                    builder.reshape(mask, permuted(split, permutation)), inverse(permutation)), shape);
            case Op.Reverse _ -> builder.apply(op, mask);
            case Op.Reduce(var monoid, var axes) when monoid == Monoid.SUM ->
                    builder.broadcast(mask, shape, shape.axesExcept(axes));
            case Op.Broadcast(var to, var axes) -> {
                List<Integer> copied = new ArrayList<>(to.axesExcept(axes));
                for (int i = 0; i < shape.rank(); i++) {
                    if (shape.length(i) == 1 && to.length(axes.get(i)) != 1) {
                        copied.add(axes.get(i));
                    }
                }
                copied.sort(null);
                yield builder.reshape(builder.reduce(Monoid.OR, mask, copied), shape);
            }
            case Op _ -> null;
        };
    }

    private static Shape permuted(Shape shape, List<Integer> permutation) {
        return Shape.of(permutation.stream().mapToLong(shape::length).toArray());
    }

    private static List<Integer> inverse(List<Integer> permutation) {
        List<Integer> inverse = new ArrayList<>();
        for (int i = 0; i < permutation.size(); i++) {
            inverse.add(permutation.indexOf(i));
        }
        return inverse;
    }

    private void use(Atom atom, @Nullable Atom mask) {
        if (!(atom instanceof Atom.Var v)) {
            return;
        }
        if (!isUsed[v.id()]) {
            isUsed[v.id()] = true;
            masks[v.id()] = mask;
            return;
        }
        Atom others = masks[v.id()];
        masks[v.id()] = others == null || mask == null ? null : others.equals(mask) ? others
                : builder.binary(Op.Binary.Function.OR, others, mask);
    }
}

package ricci.transform;

import static ricci.ir.Lists.join;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Complex;
import ricci.ir.ComplexNumber;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.DType;
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
 * value is relevant where it is for any of its users. All that goes into a while loop, a pmap, a choice or an
 * operation of linear algebra is taken to matter.
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

    /** A result of the program matters where {@code mask} says; null if that is everywhere. */
    void isResult(Atom atom, @Nullable Atom mask) {
        use(atom, mask);
    }

    /** Where a value matters; null if that is everywhere, or if nothing has used it. */
    @Nullable Atom of(Atom atom) {
        return atom instanceof Atom.Var v && isUsed[v.id()] ? masks[v.id()] : null;
    }

    /** Where results of an equation matter; if that is known of one, those without a user do nowhere. */
    List<@Nullable Atom> of(List<Atom.Var> results) {
        boolean isKnown = results.stream().anyMatch(v -> of(v) != null);
        List<@Nullable Atom> all = new ArrayList<>();
        for (Atom.Var v : results) {
            all.add(isKnown && !isUsed[v.id()] ? builder.zeros(v.type().with(DType.BOOL)) : of(v));
        }
        return all;
    }

    /** A user of several values; those that {@code masked} marks matter where the next mask says. */
    void use(List<Atom> values, List<Boolean> masked, List<? extends Atom> masks) {
        List<@Nullable Atom> placed = TransposeControl.placed(masked, masks);
        for (int i = 0; i < values.size(); i++) {
            use(values.get(i), placed.get(i));
        }
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
            safe.add(factor == null || keepsZero(factor, divides) ? factor
                    : harmless(mask, factor, divides));
        }
        return safe;
    }

    /** Whether that is known of a constant, so that it need not be looked at when the program runs. */
    private static boolean keepsZero(Atom factor, boolean divides) {
        if (!(factor instanceof Atom.Literal(var type, var value))) {
            return false;
        }
        double size = type.dtype().isComplex() ? Math.hypot(ComplexNumber.of(value).re(),
                ComplexNumber.of(value).im()) : Math.abs(value.doubleValue());
        return divides ? size > 0 : size < Double.POSITIVE_INFINITY;
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

    /** After the equation: where its operands matter to it, if no rule of its own says so. */
    void through(Equation e, List<@Nullable Atom> known) {
        if (e.op() instanceof Op.Call || e.op() instanceof Custom.Remat || e.op() instanceof Control.Scan) {
            return;
        }
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
                        : mask == null ? null : before(e, i, known, mask));
            }
        }
    }

    private Atom side(Atom predicate, boolean onTrue, @Nullable Atom mask) {
        Atom taken = onTrue ? predicate : builder.unary(Op.Unary.Function.NOT, predicate);
        return mask == null ? taken : builder.binary(Op.Binary.Function.AND, mask, taken);
    }

    /** Where an operand matters if the result does where {@code mask} says; null if that is everywhere. */
    private @Nullable Atom before(Equation e, int i, List<@Nullable Atom> known, Atom mask) {
        Op op = e.op();
        TensorType x = e.operands().get(i).type();
        Shape shape = x.shape();
        return switch (op) {
            case Op.Binary _, Op.Fma _, Op.Convert _, Op.ReducePrecision _, Complex _,
                 Custom.Named _ -> mask;
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
                for (int axis = 0; axis < shape.rank(); axis++) {
                    if (shape.length(axis) == 1 && to.length(axes.get(axis)) != 1) {
                        copied.add(axes.get(axis));
                    }
                }
                copied.sort(null);
                yield builder.reshape(builder.reduce(Monoid.OR, mask, copied), shape);
            }
            case Op.Slice slice -> Transpose.slice(builder, slice, x, mask);
            case Op.Pad pad when i == 0 -> Transpose.inside(builder, pad, mask);
            case Op.Concatenate(var axis) -> {
                long start = e.operands().subList(0, i).stream()
                        .mapToLong(a -> a.type().shape().length(axis)).sum();
                yield builder.slice(mask, axis, start, start + shape.length(axis));
            }
            case Op.Gather(var d, _, var mode) when i == 0 && known.get(1) != null -> isPositive(
                    builder.apply(new Op.Scatter(d, Op.Scatter.Combiner.ADD, mode),
                    builder.zeros(x.with(DType.I32)), known.get(1), builder.convert(mask, DType.I32)));
            case Op.Scatter scatter -> scattered(scatter, i, x, known.get(1), mask);
            case Op.Cumulative(var f, var axis, var reverse) when f == Op.Cumulative.Function.SUM ->
                    isPositive(builder.apply(new Op.Cumulative(f, axis, !reverse),
                            builder.convert(mask, DType.I32)));
            case Op.DotGeneral(var contraction, _) -> i == 0
                    ? factor(contraction.leftBatch(), contraction.leftFree(shape), shape, mask, true)
                    : factor(contraction.rightBatch(), contraction.rightFree(shape), shape, mask, false);
            case Op _ -> null;
        };
    }

    /** Of how many users in which a value matters. */
    private Atom isPositive(Atom count) {
        return builder.compare(Op.Compare.Relation.GT, count, builder.zeros(count.type()));
    }

    private @Nullable Atom scattered(Op.Scatter op, int i, TensorType x, @Nullable Atom indices, Atom mask) {
        boolean isLinear = switch (op.combiner()) {
            case ADD, SET -> true;
            case MUL, MIN, MAX -> false;
        };
        if (!isLinear || indices == null || i == 1) {
            return null;
        }
        if (i == 0) {
            return mask;
        }
        Shape window = op.dimensions().window(mask.type().shape(), x.shape());
        return builder.apply(new Op.Gather(op.dimensions(), window,
                op.outOfBounds() == Op.OutOfBounds.CLIP ? Op.OutOfBounds.CLIP : Op.OutOfBounds.ZERO), mask,
                indices);
    }

    /** Of a factor of a product, whose result has the axes batch, left free, right free. */
    private Atom factor(List<Integer> batch, List<Integer> free, Shape shape, Atom mask, boolean isLeft) {
        int rank = mask.type().rank();
        int first = isLeft ? batch.size() + free.size() : batch.size();
        int count = rank - batch.size() - free.size();
        Atom any = builder.reduce(Monoid.OR, mask,
                IntStream.range(first, first + count).boxed().toList());
        List<Integer> axes = join(batch, free);
        List<Integer> sorted = axes.stream().sorted().toList();
        Atom ordered = builder.transpose(any, sorted.stream().map(axes::indexOf).toList());
        return builder.broadcast(ordered, shape, sorted);
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

    /** A user of the value, to which it matters where {@code mask} says; null if that is everywhere. */
    void use(Atom atom, @Nullable Atom mask) {
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

package ricci.compiler;

import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Register;
import ricci.loop.Statement.Fold;
import ricci.loop.Variable;

/** Reductions as folds of loops. */
final class Reductions {
    private Reductions() {}

    /** Whether elements of the dtype can be reduced in a register. */
    static boolean exists(Monoid monoid, DType dtype) {
        return !dtype.isComplex() && (dtype != DType.BOOL || switch (monoid) {
            case MAX, MIN, AND, OR, XOR -> true;
            case SUM, PROD -> false;
        });
    }

    /** The fold of {@code x} into {@code accumulator}; its result is what {@link #result} makes of it. */
    static Fold of(Monoid monoid, DType dtype, Variable.Local accumulator, Expression x) {
        Fold.Merge merge = merge(monoid, dtype);
        return new Fold(accumulator, neutral(monoid, dtype),
                join(merge, new Expression.Read(accumulator), ordered(monoid, dtype, x)), merge);
    }

    /** The fold, in a loop around it, of what an inner loop came to. */
    static Fold around(Monoid monoid, DType dtype, Variable.Local accumulator, Variable.Local inner) {
        Fold.Merge merge = merge(monoid, dtype);
        return new Fold(accumulator, neutral(monoid, dtype),
                join(merge, new Expression.Read(accumulator), new Expression.Read(inner)), merge);
    }

    /** What the fold of a single element comes to. */
    static Expression ofOne(Monoid monoid, DType dtype, Expression x) {
        return join(merge(monoid, dtype), neutral(monoid, dtype), ordered(monoid, dtype, x));
    }

    /** The element that an accumulated value stands for: rounded or wrapped once. */
    static Expression result(Block block, Monoid monoid, DType dtype, Expression accumulated) {
        Expression sum = ordered(monoid, dtype, accumulated);
        return dtype == DType.F16 || dtype == DType.BF16 ? Halves.round(block, dtype, sum)
                : Elementwise.wrap(dtype, sum);
    }

    /** What has been accumulated, and one element more. */
    static Expression joined(Monoid monoid, DType dtype, Expression accumulated, Expression x) {
        return join(merge(monoid, dtype), accumulated, ordered(monoid, dtype, x));
    }

    private static Expression join(Fold.Merge merge, Expression x, Expression y) {
        return new Binary(merge.operation(), x, y);
    }

    private static Fold.Merge merge(Monoid monoid, DType dtype) {
        boolean isTruth = dtype == DType.BOOL;
        return switch (monoid) {
            case SUM -> Fold.Merge.ADD;
            case PROD -> Fold.Merge.MUL;
            case MAX -> isTruth ? Fold.Merge.OR : Fold.Merge.MAX;
            case MIN -> isTruth ? Fold.Merge.AND : Fold.Merge.MIN;
            case AND -> Fold.Merge.AND;
            case OR -> Fold.Merge.OR;
            case XOR -> Fold.Merge.XOR;
        };
    }

    static Expression neutral(Monoid monoid, DType dtype) {
        Number neutral = monoid.neutral(dtype);
        return ordered(monoid, dtype, Constants.of(dtype, neutral));
    }

    /** With the order of unsigned integers as that of signed ones, where the order matters. */
    static Expression ordered(Monoid monoid, DType dtype, Expression x) {
        boolean isOrdered = monoid == Monoid.MAX || monoid == Monoid.MIN;
        if (!isOrdered || (dtype != DType.U32 && dtype != DType.U64)) {
            return x;
        }
        long top = dtype == DType.U32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
        return x instanceof Constant(var register, var bits) ? new Constant(register, bits ^ top)
                : new Binary(Binary.Function.XOR, x, new Constant(Register.of(dtype), top));
    }
}

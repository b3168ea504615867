package ricci.loop;

import org.jspecify.annotations.Nullable;
import ricci.ir.Op;

/** Placeholder until the real one is merged. */
public final class Elementary {
    private Elementary() {}

    public static @Nullable Expression unary(Block block, Op.Unary.Function f, Expression x) {
        return f == Op.Unary.Function.SQRT ? new Expression.Unary(Expression.Unary.Function.SQRT, x) : null;
    }

    public static @Nullable Expression binary(Block block, Op.Binary.Function f, Expression x, Expression y) {
        return null;
    }

    public static Expression power(Block block, Expression x, int exponent) {
        return exponent == 2 ? new Expression.Binary(Expression.Binary.Function.MUL, x, x) : x;
    }
}

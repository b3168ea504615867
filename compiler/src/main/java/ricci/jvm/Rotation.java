package ricci.jvm;

import org.jspecify.annotations.Nullable;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Register;

/**
 * Bits moved to the left, of which those that leave come back on the right: two shifts whose bits are joined,
 * for which processors have one instruction, though the JVM does not see it in vectors.
 */
record Rotation(Expression x, int bits) {
    /** What both sides joined by OR are together; null if that is no rotation. */
    static @Nullable Rotation of(Expression left, Expression right) {
        if (left instanceof Binary(var f, var x, Constant(_, var up)) && f == Binary.Function.SHIFT_LEFT
                && right instanceof Binary(var g, var y, Constant(_, var down))
                && g == Binary.Function.SHIFT_RIGHT && x.equals(y)) {
            long width = x.register() == Register.I32 ? Integer.SIZE : Long.SIZE;
            return up > 0 && down > 0 && up + down == width ? new Rotation(x, (int) up) : null;
        }
        return null;
    }
}

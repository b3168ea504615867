package ricci.compiler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.Shape;

/**
 * Positions that grow by the same number with each step along an axis, and what is gathered by them. So
 * sliding windows, which are gathered at {@code y * 2 + p}, or a diagonal, at {@code (i, i)}, are read by
 * strides: in the view of windows, one stride of the operand is there several times.
 *
 * <p>Only 64-bit integers: these wrap as strides do, and so the sum that a line is stays what was written.
 */
final class Affine {
    private Affine() {}

    /**
     * The line that a sum, a difference or a multiple of lines is; null if it is none.
     *
     * @param x the first operand if that is a line, else null
     * @param y the same of the other
     */
    static @Nullable View line(Op.Binary.Function function, Atom.Var result, List<Atom> operands,
            @Nullable View x, @Nullable View y) {
        Terms left = Terms.of(operands.getFirst(), x);
        Terms right = left == null ? null : Terms.of(operands.getLast(), y);
        if (left == null || right == null) {
            return null;
        }
        Terms sum = switch (function) {
            case ADD -> left.plus(right, 1);
            case SUB -> left.plus(right, -1);
            case MUL -> left.isConstant() ? right.times(left.first())
                    : right.isConstant() ? left.times(right.first()) : null;
            case Op.Binary.Function _ -> null;
        };
        return sum == null ? null
                : new View(result, result.type().shape(), sum.first(), sum.strides(), true);
    }

    /** A number at the beginning, and by how much it grows along each axis. */
    private record Terms(long first, List<Long> strides) {
        static @Nullable Terms of(Atom atom, @Nullable View view) {
            if (atom.type().dtype() != DType.I64) {
                return null;
            }
            return switch (atom) {
                case Atom.Var _ -> view == null ? null : new Terms(view.offset(), view.strides());
                case Atom.Literal(var type, var value) ->
                        new Terms(value.longValue(), Collections.nCopies(type.rank(), 0L));
            };
        }

        boolean isConstant() {
            return strides.stream().allMatch(stride -> stride == 0);
        }

        Terms plus(Terms other, long times) {
            List<Long> sums = new ArrayList<>();
            for (int axis = 0; axis < strides.size(); axis++) {
                sums.add(strides.get(axis) + times * other.strides.get(axis));
            }
            return new Terms(first + times * other.first, List.copyOf(sums));
        }

        Terms times(long factor) {
            return new Terms(first * factor, strides.stream().map(stride -> stride * factor).toList());
        }
    }

    /**
     * How the windows are read that a gather takes at positions that are a line; null if one of them may be
     * outside, where the gather does something else than read.
     */
    static @Nullable View gathered(View x, Op.Gather op, View positions, Shape result) {
        GatherDimensions d = op.dimensions();
        int batches = positions.shape().rank() - 1;
        if (result.size() == 0 || !areInside(x.shape(), op, positions)) {
            return null;
        }
        long offset = x.offset();
        long[] moves = new long[batches];
        for (int k = 0; k < d.indexed().size(); k++) {
            long stride = x.strides().get(d.indexed().get(k));
            offset += (positions.offset() + k * positions.strides().getLast()) * stride;
            for (int axis = 0; axis < batches; axis++) {
                moves[axis] += positions.strides().get(axis) * stride;
            }
        }
        for (int i = 0; i < d.indexBatch().size(); i++) {
            moves[d.indexBatch().get(i)] += x.strides().get(d.operandBatch().get(i));
        }
        List<Integer> within = d.windowAxes(x.shape());
        Long[] strides = new Long[result.rank()];
        int batch = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            int offsetAxis = d.offset().indexOf(axis);
            strides[axis] = offsetAxis < 0 ? moves[batch++] : x.strides().get(within.get(offsetAxis));
        }
        return new View(x.base(), result, offset, List.of(strides), x.isLine());
    }

    /** Whether each coordinate of each window is one of a window inside of the operand. */
    private static boolean areInside(Shape operand, Op.Gather op, View positions) {
        List<Integer> indexed = op.dimensions().indexed();
        Shape shape = positions.shape();
        for (int k = 0; k < indexed.size(); k++) {
            long last = operand.length(indexed.get(k)) - op.window().length(indexed.get(k));
            long least = positions.offset() + k * positions.strides().getLast();
            long greatest = least;
            for (int axis = 0; axis < shape.rank() - 1; axis++) {
                long steps = shape.length(axis) - 1;
                long stride = positions.strides().get(axis);
                // What moves farther than the operand is long is outside somewhere; so nothing overflows.
                if (steps > 0 && (stride < -last / steps || stride > last / steps)) {
                    return false;
                }
                least += Math.min(0, steps * stride);
                greatest += Math.max(0, steps * stride);
            }
            if (least < 0 || greatest > last) {
                return false;
            }
        }
        return true;
    }
}

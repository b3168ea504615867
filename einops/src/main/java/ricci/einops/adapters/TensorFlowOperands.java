package ricci.einops.adapters;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Constant;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;
import ricci.einops.Along;
import ricci.einops.Backend;
import ricci.einops.Contraction;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/**
 * TensorFlow's operands, eager or of a graph: every operation becomes operations of the argument's session or
 * graph. An eager result, and what is made on the way to it, is freed when it is unreachable, or with the
 * session. In a graph the lengths of all axes must be known; what depends on elements, as sorting and
 * places that are data do, runs on Java arrays and needs an eager operand. TensorFlow has no views with
 * strides: windows are copied by a gather.
 *
 * <p>Keep arguments and results in variables of type {@code Operand}: the result for a {@code Constant} is no
 * constant. Where its elements are of another type than those of the argument, as sums of integers are, pass
 * the argument as an {@code Operand<?>}.
 */
public final class TensorFlowOperands implements Backend<Operand<?>> {
    /** For the service loader. */
    public TensorFlowOperands() {
        Library.read("org.tensorflow.Operand", "org.tensorflow.ndarray.Shape");
    }

    @Override
    public boolean handles(Class<?> type) {
        return Operand.class.isAssignableFrom(type);
    }

    @Override
    public Shaped<?> read(Operand<?> x) {
        if (!x.op().env().isEager()) {
            throw new IllegalStateException("the operand " + describe(x)
                    + " is of a graph and has no elements yet, but what depends on elements, such as an order"
                    + " or places, runs on Java arrays; use an eager session");
        }
        return TensorFlowValues.read(x.asTensor());
    }

    @Override
    public Operand<?> write(Operand<?> given, Shaped<?> result) {
        try (TType value = TensorFlowValues.write(given.type(), result)) {
            return ops(given).constantOf(value);
        }
    }

    @Override
    public long[] shape(Operand<?> x) {
        long[] shape = x.shape().asArray();
        if (shape == null || Arrays.stream(shape).anyMatch(length -> length < 0)) {
            throw new IllegalArgumentException("cannot use the operand " + describe(x)
                    + ": the lengths of all its axes must be known; give them to its placeholder");
        }
        return shape;
    }

    /** As TensorFlow writes types and shapes: {@code TFloat32[2, 3]}. */
    @Override
    public String describe(Operand<?> x) {
        return x.type().getSimpleName() + x.shape();
    }

    private static Ops ops(Operand<?> x) {
        return Ops.create(x.op().env());
    }

    /** The operand with its type as the call at hand needs it; the type is checked by TensorFlow. */
    @SuppressWarnings("unchecked")
    private static <T extends TType> Operand<T> as(Operand<?> x) {
        return (Operand<T>) x;
    }

    private static <T extends TType> List<Operand<T>> as(List<? extends Operand<?>> operands) {
        List<Operand<T>> all = new ArrayList<>();
        operands.forEach(x -> all.add(as(x)));
        return all;
    }

    private static Constant<TInt64> constant(Ops tf, long... values) {
        return tf.constant(values);
    }

    @Override
    public Operand<?> reshape(Operand<?> x, long[] shape) {
        Ops tf = ops(x);
        return tf.reshape(x, constant(tf, shape));
    }

    @Override
    public Operand<?> transpose(Operand<?> x, int[] permutation) {
        Ops tf = ops(x);
        return tf.linalg.transpose(x, tf.constant(permutation));
    }

    @Override
    public Operand<?> broadcast(Operand<?> x, long[] shape, int[] axes) {
        Ops tf = ops(x);
        return tf.broadcastTo(reshape(x, Library.spread(shape(x), shape.length, axes)),
                constant(tf, shape));
    }

    @Override
    public Operand<?> stack(List<? extends Operand<?>> tensors) {
        return ops(tensors.getFirst()).stack(as(tensors), Stack.axis(0L));
    }

    @Override
    public Operand<?> concatenate(List<? extends Operand<?>> tensors, int axis) {
        Ops tf = ops(tensors.getFirst());
        return tf.concat(as(tensors), tf.constant(axis));
    }

    @Override
    public Operand<?> slice(Operand<?> x, int axis, long start, long limit) {
        Ops tf = ops(x);
        long[] size = shape(x);
        long[] begin = new long[size.length];
        begin[axis] = start;
        size[axis] = limit - start;
        return tf.slice(x, constant(tf, begin), constant(tf, size));
    }

    @Override
    public Operand<?> take(Operand<?> x, int axis, long[] positions) {
        Ops tf = ops(x);
        return tf.gather(x, constant(tf, positions), tf.constant(axis));
    }

    @Override
    public Operand<?> gather(Operand<?> x, Operand<?> positions) {
        Ops tf = ops(x);
        return tf.gather(x, TensorFlowOperands.<TNumber>as(positions), tf.constant(1), Gather.batchDims(1L));
    }

    /** TensorFlow takes the diagonal of the last two axes. */
    @Override
    public Operand<?> diagonal(Operand<?> x, int axisA, int axisB) {
        Ops tf = ops(x);
        int rank = shape(x).length;
        int[] last = Library.join(Library.others(rank, axisA, axisB), new int[] {axisA, axisB});
        Operand<TType> y = as(transpose(x, last));
        int[] order = Library.join(Library.others(axisA), new int[] {rank - 2},
                Arrays.stream(Library.others(rank - 2)).filter(axis -> axis >= axisA).toArray());
        return transpose(tf.linalg.matrixDiagPart(y, tf.constant(0),
                tf.zeros(tf.constant(new int[0]), y.type())), order);
    }

    @Override
    public Operand<?> reduce(Operand<?> x, Reduction.Named reduction, int[] axes) {
        Ops tf = ops(x);
        Operand<TInt32> over = tf.constant(axes);
        return switch (reduction) {
            case SUM -> tf.reduceSum(wide(tf, x), over);
            case PROD -> tf.reduceProd(wide(tf, x), over);
            case MEAN -> tf.math.mean(real(tf, x), over);
            case MAX -> isBoolean(x) ? reduce(x, Reduction.Named.ANY, axes)
                    : tf.reduceMax(TensorFlowOperands.<TNumber>as(x), over);
            case MIN -> isBoolean(x) ? reduce(x, Reduction.Named.ALL, axes)
                    : tf.reduceMin(TensorFlowOperands.<TNumber>as(x), over);
            case ANY -> tf.reduceAny(truths(tf, x), over);
            case ALL -> tf.reduceAll(truths(tf, x), over);
            case VAR -> variance(tf, real(tf, x), over);
            case STD -> tf.math.sqrt(variance(tf, real(tf, x), over));
            case LOGSUMEXP -> logSumExp(tf, real(tf, x), axes);
            case ARGMAX, ARGMIN -> argMax(tf, merge(x, axes), reduction == Reduction.Named.ARGMAX);
        };
    }

    private static <T extends TNumber> Operand<T> variance(Ops tf, Operand<T> x, Operand<TInt32> axes) {
        Operand<T> mean = tf.math.mean(x, axes, Mean.keepDims(true));
        return tf.math.mean(tf.math.squaredDifference(x, mean), axes);
    }

    /** The greatest is taken out of the sum, so that nothing overflows, unless it is infinite. */
    private <T extends TNumber> Operand<?> logSumExp(Ops tf, Operand<T> x, int[] axes) {
        Operand<TInt32> over = tf.constant(axes);
        Operand<T> top = tf.reduceMax(x, over, ReduceMax.keepDims(true));
        Operand<T> shift = tf.select(tf.math.isFinite(top), top, tf.zerosLike(top));
        Operand<T> sum = tf.reduceSum(tf.math.exp(tf.math.sub(x, shift)), over, ReduceSum.keepDims(true));
        long[] shape = shape(x);
        return reshape(tf.math.add(tf.math.log(sum), shift),
                Library.select(shape, Library.others(shape.length, axes)));
    }

    /** TensorFlow passes over a NaN, so that the first one is looked for by itself. */
    private Operand<?> argMax(Ops tf, Operand<?> x, boolean greatest) {
        Constant<TInt32> axis = tf.constant(shape(x).length - 1);
        Operand<TNumber> y = as(isBoolean(x) ? tf.dtypes.cast(x, TInt32.class) : x);
        Operand<TInt64> at = greatest ? tf.math.argMax(y, axis, TInt64.class)
                : tf.math.argMin(y, axis, TInt64.class);
        if (!isFloating(x)) {
            return at;
        }
        Operand<TBool> undefined = tf.math.isNan(y);
        Operand<TInt64> first = tf.math.argMax(tf.dtypes.cast(undefined, TInt32.class), axis, TInt64.class);
        return tf.select(tf.reduceAny(undefined, axis), first, at);
    }

    /** The axes as one, at the end. */
    private Operand<?> merge(Operand<?> x, int[] axes) {
        long[] shape = shape(x);
        int[] kept = Library.others(shape.length, axes);
        long[] merged = Library.join(Library.select(shape, kept),
                new long[] {Library.product(Library.select(shape, axes))});
        return reshape(transpose(x, Library.join(kept, axes)), merged);
    }

    private static boolean isFloating(Operand<?> x) {
        return TFloating.class.isAssignableFrom(x.type());
    }

    private static boolean isBoolean(Operand<?> x) {
        return x.type() == TBool.class;
    }

    private static Operand<TNumber> wide(Ops tf, Operand<?> x) {
        return as(isFloating(x) ? x : tf.dtypes.cast(x, TInt64.class));
    }

    private static Operand<TNumber> real(Ops tf, Operand<?> x) {
        return as(isFloating(x) ? x : tf.dtypes.cast(x, TFloat64.class));
    }

    private static Operand<TBool> truths(Ops tf, Operand<?> x) {
        Operand<TType> y = as(x);
        return isBoolean(x) ? as(x) : tf.math.notEqual(y, tf.zerosLike(y));
    }

    /** TensorFlow's einsum knows one letter for each axis, and no small integers. */
    @Override
    public Operand<?> contract(Operand<?> a, Operand<?> b, Contraction c) {
        Ops tf = ops(a);
        Class<? extends TType> type = promote(a, b);
        Class<? extends TType> computed = TFloating.class.isAssignableFrom(type) ? type : TInt64.class;
        Operand<?> x = tf.linalg.einsum(List.of(
                TensorFlowOperands.<TType>as(tf.dtypes.cast(a, computed)),
                TensorFlowOperands.<TType>as(tf.dtypes.cast(b, computed))),
                equation(shape(a).length, shape(b).length, c));
        return type == TBool.class ? truths(tf, x) : type == computed ? x : tf.dtypes.cast(x, type);
    }

    private static Class<? extends TType> promote(Operand<?> a, Operand<?> b) {
        return a.type() == b.type() ? a.type()
                : a.type() == TFloat64.class || b.type() == TFloat64.class ? TFloat64.class
                : isFloating(a) || isFloating(b) ? TFloat32.class : TInt64.class;
    }

    private static String equation(int rankA, int rankB, Contraction c) {
        String letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        char[] b = letters.substring(rankA, rankA + rankB).toCharArray();
        for (int i = 0; i < c.batchA().size(); i++) {
            b[c.batchB().get(i)] = letters.charAt(c.batchA().get(i));
        }
        for (int i = 0; i < c.contractedA().size(); i++) {
            b[c.contractedB().get(i)] = letters.charAt(c.contractedA().get(i));
        }
        StringBuilder result = new StringBuilder();
        c.batchA().forEach(axis -> result.append(letters.charAt(axis)));
        for (int axis = 0; axis < rankA; axis++) {
            if (!c.batchA().contains(axis) && !c.contractedA().contains(axis)) {
                result.append(letters.charAt(axis));
            }
        }
        for (int axis = 0; axis < rankB; axis++) {
            if (!c.batchB().contains(axis) && !c.contractedB().contains(axis)) {
                result.append(b[axis]);
            }
        }
        return letters.substring(0, rankA) + "," + new String(b) + "->" + result;
    }

    @Override
    public Operand<?> along(Operand<?> x, Along operation, int axis) {
        Ops tf = ops(x);
        return switch (operation) {
            case Along.Named.SOFTMAX -> last(x, axis, y -> tf.nn.softmax(real(tf, y)));
            case Along.Named.LOG_SOFTMAX -> last(x, axis, y -> tf.nn.logSoftmax(real(tf, y)));
            case Along.Named.SORT, Along.Named.ARGSORT -> Backend.super.along(x, operation, axis);
            case Along.Cumulative(var reduction) when reduction == Reduction.Named.SUM ->
                    tf.math.cumsum(wide(tf, x), tf.constant(axis));
            case Along.Cumulative(var reduction) when reduction == Reduction.Named.PROD ->
                    tf.math.cumprod(wide(tf, x), tf.constant(axis));
            case Along.Cumulative _ -> Backend.super.along(x, operation, axis);
        };
    }

    private interface Step {
        Operand<?> on(Operand<?> x);
    }

    /** TensorFlow's softmax is along the last axis. */
    private Operand<?> last(Operand<?> x, int axis, Step step) {
        int rank = shape(x).length;
        int[] order = Library.join(Library.others(rank, axis), new int[] {axis});
        int[] back = new int[rank];
        for (int i = 0; i < rank; i++) {
            back[order[i]] = i;
        }
        return transpose(step.on(transpose(x, order)), back);
    }
}

package ricci.einops.adapters;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import ricci.einops.Along;
import ricci.einops.Backend;
import ricci.einops.Contraction;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/**
 * DJL. Results are attached to the manager of the first argument; what is made on the way is in a manager
 * below that one, and freed. Results may share memory with arguments, as DJL's own do, but are arrays of
 * their own: closing one leaves the other.
 *
 * <p>Reductions over several axes are done over one, into which they are merged: the PyTorch engine's max,
 * min, mean and prod accept no more. Windows are copied by a gather: nothing in DJL or in what it calls of
 * PyTorch makes a tensor with strides of one's choice.
 */
public final class DjlBackend implements Backend<NDArray> {
    /** For the service loader. */
    public DjlBackend() {
        Library.read("ai.djl.ndarray.NDArray");
    }

    @Override
    public boolean handles(Class<?> type) {
        return NDArray.class.isAssignableFrom(type);
    }

    /** Results of DJL belong to the manager of the array whose method was called, hence the views. */
    @Override
    public List<NDArray> perform(List<NDArray> operands, UnaryOperator<List<NDArray>> steps) {
        NDManager owner = operands.getFirst().getManager();
        try (NDManager passing = owner.newSubManager()) {
            List<NDArray> views = new ArrayList<>();
            for (NDArray x : operands) {
                NDArray view = x.reshape(x.getShape());
                view.attach(passing);
                views.add(view);
            }
            List<NDArray> results = steps.apply(views);
            results.forEach(y -> y.attach(owner));
            return results;
        }
    }

    private NDArray perform(NDArray x, UnaryOperator<NDArray> steps) {
        return perform(List.of(x), xs -> List.of(steps.apply(xs.getFirst()))).getFirst();
    }

    @Override
    public Shaped<?> read(NDArray x) {
        return new Shaped<>(switch (x.getDataType()) {
            case FLOAT32 -> x.toFloatArray();
            case FLOAT64 -> x.toDoubleArray();
            case FLOAT16, BFLOAT16 -> {
                try (NDArray wide = x.toType(DataType.FLOAT32, true)) {
                    yield wide.toFloatArray();
                }
            }
            case INT8 -> x.toByteArray();
            case UINT8 -> x.toUint8Array();
            case INT16 -> x.toShortArray();
            case INT32 -> x.toIntArray();
            case INT64 -> x.toLongArray();
            case BOOLEAN -> x.toBooleanArray();
            default -> throw new IllegalArgumentException("cannot read " + describe(x)
                    + ": no array of Java's holds elements of this type");
        }, shape(x));
    }

    @Override
    public NDArray write(NDArray given, Shaped<?> result) {
        NDManager owner = given.getManager();
        Shape shape = new Shape(result.shape());
        NDArray made = switch (result.data()) {
            case float[] a -> owner.create(a, shape);
            case double[] a -> owner.create(a, shape);
            case byte[] a -> owner.create(a, shape);
            case short[] a -> owner.create(ShortBuffer.wrap(a), shape, DataType.INT16);
            case int[] a -> owner.create(a, shape);
            case long[] a -> owner.create(a, shape);
            case boolean[] a -> owner.create(a, shape);
            default -> throw new IllegalArgumentException("no DJL array holds " + result);
        };
        DataType type = given.getDataType();
        boolean half = type.isFloating() && type != DataType.FLOAT64;
        boolean narrower = result.data() instanceof float[] ? half
                : result.data() instanceof int[] && type == DataType.UINT8;
        return perform(made, x -> (narrower ? x.toType(type, false) : x)
                .toDevice(given.getDevice(), false));
    }

    /** A copy, for what DJL returns is the array's own. */
    @Override
    public long[] shape(NDArray x) {
        return x.getShape().getShape().clone();
    }

    /** As DJL writes types and shapes: {@code float32 (2, 3)}. */
    @Override
    public String describe(NDArray x) {
        return x.getDataType() + " " + x.getShape();
    }

    @Override
    public NDArray reshape(NDArray x, long[] shape) {
        return x.reshape(new Shape(shape));
    }

    @Override
    public NDArray transpose(NDArray x, int[] permutation) {
        return x.transpose(permutation);
    }

    @Override
    public NDArray broadcast(NDArray x, long[] shape, int[] axes) {
        return perform(x, y -> y.reshape(new Shape(Library.spread(shape(y), shape.length, axes)))
                .broadcast(new Shape(shape)));
    }

    @Override
    public NDArray stack(List<? extends NDArray> tensors) {
        return NDArrays.stack(new NDList(tensors.toArray(NDArray[]::new)), 0);
    }

    @Override
    public NDArray concatenate(List<? extends NDArray> tensors, int axis) {
        return NDArrays.concat(new NDList(tensors.toArray(NDArray[]::new)), axis);
    }

    @Override
    public NDArray slice(NDArray x, int axis, long start, long limit) {
        return x.get(new NDIndex().addAllDim(axis).addSliceDim(start, limit));
    }

    @Override
    public NDArray take(NDArray x, int axis, long[] positions) {
        if (positions.length == 0) {
            return slice(x, axis, 0, 0);
        }
        long[] shape = shape(x);
        shape[axis] = positions.length;
        return perform(x, y -> y.gather(y.getManager().create(positions)
                .toDevice(y.getDevice(), false)
                .reshape(new Shape(Library.spread(new long[] {positions.length}, shape.length,
                        new int[] {axis}))).broadcast(new Shape(shape)), axis));
    }

    /** With one length a view; DJL has no view in which an element is more than once. */
    @Override
    public NDArray windows(NDArray x, int axis, long[] lengths, long[] strides) {
        if (lengths.length > 1 || lengths[0] == 0) {
            return Backend.super.windows(x, axis, lengths, strides);
        }
        return x.get(new NDIndex().addAllDim(axis)
                .addSliceDim(0, (lengths[0] - 1) * strides[0] + 1, strides[0]));
    }

    /** DJL puts the diagonal last. */
    @Override
    public NDArray diagonal(NDArray x, int axisA, int axisB) {
        int rank = shape(x).length;
        int[] order = Library.join(Library.others(axisA), new int[] {rank - 2},
                Arrays.stream(Library.others(rank - 2)).filter(axis -> axis >= axisA).toArray());
        return perform(x, y -> y.diagonal(0, axisA, axisB).transpose(order));
    }

    @Override
    public NDArray reduce(NDArray x, Reduction.Named reduction, int[] axes) {
        return perform(x, y -> reduceLast(merge(y, axes), reduction));
    }

    /** The axes as one, at the end. */
    private NDArray merge(NDArray x, int[] axes) {
        long[] shape = shape(x);
        int[] kept = Library.others(shape.length, axes);
        long[] merged = Library.join(Library.select(shape, kept),
                new long[] {Library.product(Library.select(shape, axes))});
        return x.transpose(Library.join(kept, axes)).reshape(new Shape(merged));
    }

    private NDArray reduceLast(NDArray x, Reduction.Named reduction) {
        int[] last = {shape(x).length - 1};
        return switch (reduction) {
            case SUM -> wide(x).sum(last);
            case PROD -> wide(x).prod(last);
            case MEAN -> real(x).mean(last);
            case MAX -> x.max(last);
            case MIN -> x.min(last);
            case ANY -> x.neq(0).toType(DataType.INT64, false).sum(last).neq(0);
            case ALL -> x.eq(0).toType(DataType.INT64, false).sum(last).eq(0);
            case VAR -> variance(real(x), last);
            case STD -> variance(real(x), last).sqrt();
            case LOGSUMEXP -> logSumExp(real(x), last);
            case ARGMAX -> ordered(x).argMax(last[0]).toType(DataType.INT64, false);
            case ARGMIN -> ordered(x).argMin(last[0]).toType(DataType.INT64, false);
        };
    }

    private static NDArray variance(NDArray x, int[] axes) {
        return x.sub(x.mean(axes, true)).square().mean(axes);
    }

    /** The greatest is taken out of the sum, so that nothing overflows, unless it is infinite. */
    private static NDArray logSumExp(NDArray x, int[] axes) {
        NDArray top = x.max(axes, true);
        NDArray shift = NDArrays.where(top.isInfinite(), top.zerosLike(), top);
        return x.sub(shift).exp().sum(axes, true).log().add(shift).squeeze(axes);
    }

    private static NDArray wide(NDArray x) {
        return x.getDataType().isFloating() ? x : x.toType(DataType.INT64, false);
    }

    private static NDArray real(NDArray x) {
        return x.getDataType().isFloating() ? x : x.toType(DataType.FLOAT64, false);
    }

    /** Engines do not order booleans. */
    private static NDArray ordered(NDArray x) {
        return x.getDataType() == DataType.BOOLEAN ? x.toType(DataType.INT32, false) : x;
    }

    @Override
    public NDArray contract(NDArray a, NDArray b, Contraction contraction) {
        MatrixProduct product = MatrixProduct.of(shape(a), shape(b), contraction);
        DataType type = promote(a.getDataType(), b.getDataType());
        boolean truths = type == DataType.BOOLEAN;
        return perform(List.of(a, b), operands -> {
            DataType computed = truths ? DataType.INT64 : type;
            NDArray x = matrices(operands.get(0), product.a(), computed);
            NDArray y = matrices(operands.get(1), product.b(), computed);
            NDArray z = x.matMul(y).reshape(new Shape(product.shape()));
            return List.of(truths ? z.neq(0) : z);
        }).getFirst();
    }

    private static NDArray matrices(NDArray x, MatrixProduct.Operand operand, DataType type) {
        return x.toType(type, false).transpose(operand.permutation()).reshape(new Shape(operand.shape()));
    }

    private static DataType promote(DataType a, DataType b) {
        return a == b ? a : a == DataType.FLOAT64 || b == DataType.FLOAT64 ? DataType.FLOAT64
                : a.isFloating() || b.isFloating() ? DataType.FLOAT32 : DataType.INT64;
    }

    /** Equal elements need not stay in order when an engine sorts, and not every engine has the rest. */
    @Override
    public NDArray along(NDArray x, Along operation, int axis) {
        return switch (operation) {
            case Along.Named.SOFTMAX -> perform(x, y -> real(y).softmax(axis));
            case Along.Named.LOG_SOFTMAX -> perform(x, y -> real(y).logSoftmax(axis));
            case Along.Named.SORT, Along.Named.ARGSORT -> Backend.super.along(x, operation, axis);
            case Along.Cumulative(var reduction) when reduction == Reduction.Named.SUM ->
                    perform(x, y -> wide(y).cumSum(axis));
            case Along.Cumulative _ -> Backend.super.along(x, operation, axis);
        };
    }

    @Override
    public NDArray gather(NDArray x, NDArray positions) {
        long[] shape = shape(x);
        long[] at = shape(positions);
        return perform(List.of(x, positions), operands -> List.of(operands.get(0).gather(operands.get(1)
                .toType(DataType.INT64, false).reshape(new Shape(at[0], at[1], 1))
                .broadcast(new Shape(at[0], at[1], shape[2])), 1))).getFirst();
    }
}

package ricci.einops.adapters;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.ops.NDBase;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import ricci.einops.Backend;
import ricci.einops.Contraction;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/**
 * ND4J. Elements are taken in row-major order whatever the order of an array is, and new arrays are of order
 * 'c'. Results may share memory with arguments, as ND4J's own do. Windows are views with strides of their
 * own, from which the next operation reads; in a result, those that overlap are copied.
 *
 * <p>What ND4J cannot do, or does otherwise, is done on Java arrays: reductions and contractions of arrays
 * without elements, greatest and least with a NaN, sums of exponentials with an infinity, contractions of
 * integers.
 */
public final class Nd4jBackend implements Backend<INDArray> {
    private static final char ROW_MAJOR = 'c';

    /** For the service loader. */
    public Nd4jBackend() {
        Library.read("org.nd4j.linalg.api.ndarray.INDArray");
    }

    @Override
    public boolean handles(Class<?> type) {
        return INDArray.class.isAssignableFrom(type);
    }

    @Override
    public List<INDArray> perform(List<INDArray> operands, UnaryOperator<List<INDArray>> steps) {
        return steps.apply(operands).stream().map(this::materialize).toList();
    }

    @Override
    public Shaped<?> read(INDArray x) {
        DataBuffer data = x.isEmpty() ? Nd4j.createBuffer(x.dataType(), 1, true) : x.dup(ROW_MAJOR).data();
        int count = x.isEmpty() ? 0 : Math.toIntExact(x.length());
        return new Shaped<>(switch (x.dataType()) {
            case FLOAT, HALF, BFLOAT16 -> Arrays.copyOf(data.asFloat(), count);
            case DOUBLE -> Arrays.copyOf(data.asDouble(), count);
            case LONG, UINT32 -> Arrays.copyOf(data.asLong(), count);
            case INT, UBYTE, UINT16 -> Arrays.copyOf(data.asInt(), count);
            case SHORT -> {
                short[] shorts = new short[count];
                for (int i = 0; i < count; i++) {
                    shorts[i] = (short) data.getInt(i);
                }
                yield shorts;
            }
            case BYTE -> {
                byte[] bytes = new byte[count];
                for (int i = 0; i < count; i++) {
                    bytes[i] = (byte) data.getInt(i);
                }
                yield bytes;
            }
            case BOOL -> {
                boolean[] truths = new boolean[count];
                for (int i = 0; i < count; i++) {
                    truths[i] = data.getInt(i) != 0;
                }
                yield truths;
            }
            default -> throw new IllegalArgumentException("cannot read " + describe(x)
                    + ": no array of Java's holds elements of this type");
        }, shape(x));
    }

    @Override
    public INDArray write(INDArray given, Shaped<?> result) {
        DataType type = type(given.dataType(), result.data());
        long[] shape = result.shape();
        if (Arrays.stream(shape).anyMatch(length -> length == 0)) {
            return Nd4j.create(type, shape);
        }
        INDArray made = switch (result.data()) {
            case float[] a -> Nd4j.createFromArray(a);
            case double[] a -> Nd4j.createFromArray(a);
            case byte[] a -> Nd4j.createFromArray(a);
            case short[] a -> Nd4j.createFromArray(a);
            case int[] a -> Nd4j.createFromArray(a);
            case long[] a -> Nd4j.createFromArray(a);
            case boolean[] a -> Nd4j.createFromArray(a);
            default -> throw new IllegalArgumentException("no ND4J array holds " + result);
        };
        return made.castTo(type).reshape(ROW_MAJOR, shape);
    }

    /** The given type, if elements of it are read as these are. */
    private static DataType type(DataType given, Object data) {
        return switch (data) {
            case float[] _ -> given == DataType.FLOAT16 || given == DataType.BFLOAT16 ? given
                    : DataType.FLOAT;
            case double[] _ -> DataType.DOUBLE;
            case byte[] _ -> DataType.INT8;
            case short[] _ -> DataType.INT16;
            case int[] _ -> given == DataType.UINT8 || given == DataType.UINT16 ? given : DataType.INT32;
            case boolean[] _ -> DataType.BOOL;
            default -> given == DataType.UINT32 ? given : DataType.INT64;
        };
    }

    /** A copy, for what ND4J returns is the array's own. */
    @Override
    public long[] shape(INDArray x) {
        return x.shape().clone();
    }

    /** As ND4J writes types and shapes: {@code FLOAT [2, 3]}. */
    @Override
    public String describe(INDArray x) {
        return x.dataType() + " " + Arrays.toString(x.shape());
    }

    @Override
    public INDArray reshape(INDArray x, long[] shape) {
        return materialize(x).reshape(ROW_MAJOR, shape);
    }

    @Override
    public INDArray transpose(INDArray x, int[] permutation) {
        return x.permute(permutation);
    }

    @Override
    public INDArray broadcast(INDArray x, long[] shape, int[] axes) {
        if (Arrays.stream(shape).anyMatch(length -> length == 0)) {
            return Nd4j.create(x.dataType(), shape);
        }
        return reshape(x, Library.spread(x.shape(), shape.length, axes)).broadcast(shape);
    }

    @Override
    public INDArray stack(List<? extends INDArray> tensors) {
        long[] shape = Library.join(new long[] {1}, tensors.getFirst().shape());
        return concatenate(tensors.stream().map(x -> reshape(x, shape)).toList(), 0);
    }

    /** ND4J gives types of its choice to what it joins, and skips arrays without elements. */
    @Override
    public INDArray concatenate(List<? extends INDArray> tensors, int axis) {
        INDArray first = tensors.getFirst();
        for (INDArray x : tensors) {
            if (x.dataType() != first.dataType()) {
                throw new IllegalArgumentException("cannot join " + describe(first) + " and " + describe(x)
                        + ": arrays that are joined are of one type");
            }
        }
        long[] shape = shape(first);
        shape[axis] = tensors.stream().mapToLong(x -> x.size(axis)).sum();
        INDArray[] parts = tensors.stream().filter(x -> !x.isEmpty()).toArray(INDArray[]::new);
        return parts.length == 0 ? Nd4j.create(first.dataType(), shape) : Nd4j.concat(axis, parts);
    }

    @Override
    public INDArray slice(INDArray x, int axis, long start, long limit) {
        long[] shape = shape(x);
        shape[axis] = limit - start;
        if (Arrays.stream(shape).anyMatch(length -> length == 0)) {
            return Nd4j.create(x.dataType(), shape);
        }
        INDArrayIndex[] indices = new INDArrayIndex[shape.length];
        Arrays.fill(indices, NDArrayIndex.all());
        indices[axis] = NDArrayIndex.interval(start, limit);
        return (isDense(x) ? x : x.dup(ROW_MAJOR)).get(indices);
    }

    /** Whether there is no gap between the elements: of views with gaps, ND4J takes some parts for empty. */
    private static boolean isDense(INDArray x) {
        long last = 0;
        for (int axis = 0; axis < x.rank(); axis++) {
            last += (x.size(axis) - 1) * x.stride(axis);
        }
        return last < x.length() && !overlaps(x);
    }

    /** A view with strides of its own, of the same memory. */
    @Override
    public INDArray windows(INDArray x, int axis, long[] lengths, long[] strides) {
        if (x.isEmpty() || Arrays.stream(lengths).anyMatch(length -> length == 0)) {
            return Backend.super.windows(x, axis, lengths, strides);
        }
        long[] steps = Arrays.stream(strides).map(stride -> stride * x.stride(axis)).toArray();
        return Nd4j.create(x.data(), Library.split(x.shape(), axis, lengths),
                Library.split(x.stride(), axis, steps), x.offset(), ROW_MAJOR);
    }

    /**
     * A copy, where windows overlap. ND4J is right when it copies such a view, transposes and reduces it, or
     * computes element by element. But to reshape one that has more elements than its memory, it frees that
     * memory, if no element must move. And for a product of matrices it gives BLAS a stride that may be
     * less than the length of a row, which BLAS refuses: the product is zeros, or of other elements.
     */
    @Override
    public INDArray materialize(INDArray x) {
        return overlaps(x) ? x.dup(ROW_MAJOR) : x;
    }

    /** Whether some element is there several times: an axis steps no further than those within it reach. */
    private static boolean overlaps(INDArray x) {
        int[] axes = IntStream.range(0, x.rank()).filter(axis -> x.size(axis) > 1).boxed()
                .sorted(Comparator.comparingLong(x::stride)).mapToInt(Integer::intValue).toArray();
        long reach = 0;
        for (int axis : axes) {
            if (x.stride(axis) <= reach) {
                return true;
            }
            reach += (x.size(axis) - 1) * x.stride(axis);
        }
        return false;
    }

    @Override
    public INDArray reduce(INDArray x, Reduction.Named reduction, int[] axes) {
        if (x.isEmpty() || (isExtreme(reduction) && isUnordered(x))) {
            return Backend.super.reduce(x, reduction, axes);
        }
        return switch (reduction) {
            case SUM -> wide(x).sum(axes);
            case PROD -> wide(x).prod(axes);
            case MEAN -> real(x).mean(axes);
            case VAR -> real(x).var(false, axes);
            case STD -> real(x).std(false, axes);
            case LOGSUMEXP -> real(x).isInfinite().any() ? Backend.super.reduce(x, reduction, axes)
                    : Nd4j.math().logSumExp(real(x), axes);
            case ANY -> isSingle(x, axes) ? squeeze(x.neq(0), axes) : new NDBase().any(x.neq(0), axes);
            case ALL -> isSingle(x, axes) ? squeeze(x.neq(0), axes) : new NDBase().all(x.neq(0), axes);
            case MAX -> x.max(axes);
            case MIN -> x.min(axes);
            case ARGMAX -> merge(x, axes).argMax(x.rank() - axes.length);
            case ARGMIN -> Nd4j.argMin(merge(x, axes), x.rank() - axes.length);
        };
    }

    /** ND4J's any and all give null where nothing is to be reduced. */
    private static boolean isSingle(INDArray x, int[] axes) {
        return Library.product(Library.select(x.shape(), axes)) == 1;
    }

    private INDArray squeeze(INDArray x, int[] axes) {
        return reshape(x, Library.select(x.shape(), Library.others(x.rank(), axes)));
    }

    private static boolean isExtreme(Reduction.Named reduction) {
        return switch (reduction) {
            case MAX, MIN, ARGMAX, ARGMIN -> true;
            case SUM, MEAN, PROD, ANY, ALL, VAR, STD, LOGSUMEXP -> false;
        };
    }

    /** ND4J orders no booleans, and passes over a NaN. */
    private static boolean isUnordered(INDArray x) {
        return x.dataType() == DataType.BOOL || (x.isR() && x.isNaN().any());
    }

    /** The axes as one, at the end. */
    private INDArray merge(INDArray x, int[] axes) {
        int[] kept = Library.others(x.rank(), axes);
        long[] merged = Library.join(Library.select(x.shape(), kept),
                new long[] {Library.product(Library.select(x.shape(), axes))});
        return reshape(x.permute(Library.join(kept, axes)), merged);
    }

    private static INDArray wide(INDArray x) {
        return x.isR() ? x : x.castTo(DataType.INT64);
    }

    private static INDArray real(INDArray x) {
        return x.isR() ? x : x.castTo(DataType.DOUBLE);
    }

    @Override
    public INDArray contract(INDArray a, INDArray b, Contraction contraction) {
        if (!a.isR() || !b.isR() || a.isEmpty() || b.isEmpty()) {
            return Backend.super.contract(a, b, contraction);
        }
        DataType type = a.dataType() == b.dataType() ? a.dataType()
                : a.dataType() == DataType.DOUBLE || b.dataType() == DataType.DOUBLE ? DataType.DOUBLE
                : DataType.FLOAT;
        MatrixProduct product = MatrixProduct.of(a.shape(), b.shape(), contraction);
        return reshape(Nd4j.matmul(matrices(a, product.a(), type), matrices(b, product.b(), type)),
                product.shape());
    }

    private INDArray matrices(INDArray x, MatrixProduct.Operand operand, DataType type) {
        return reshape(x.castTo(type).permute(operand.permutation()), operand.shape());
    }
}

package ricci;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import ricci.einops.Along;
import ricci.einops.Backend;
import ricci.einops.Contraction;
import ricci.einops.Reduction;
import ricci.einops.Shaped;
import ricci.einops.Update;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.OpText;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/**
 * The einops notation on tensors: every step is one primitive or a short composition, so it traces and
 * differentiates; no value is read, but those of coordinates that are there to be checked.
 */
public final class TensorBackend implements Backend<Tensor> {
    /** For the service loader. */
    public TensorBackend() {}

    @Override
    public boolean handles(Class<?> type) {
        return Tensor.class.isAssignableFrom(type);
    }

    @Override
    public long[] shape(Tensor x) {
        return x.shape().toArray();
    }

    @Override
    public String describe(Tensor x) {
        return x.type().toString();
    }

    @Override
    public Tensor reshape(Tensor x, long[] shape) {
        return x.reshape(shape);
    }

    @Override
    public Tensor transpose(Tensor x, int[] permutation) {
        return rearrange(x, shape(x), permutation, x.shape().select(list(permutation)).toArray());
    }

    /** One primitive for whatever must be done, and none where nothing must. */
    @Override
    public Tensor rearrange(Tensor x, long[] split, int[] permutation, long[] merged) {
        Shape parts = Shape.of(split);
        List<Integer> order = list(permutation);
        // Axes of length 1 may go anywhere: no element moves.
        List<Integer> moving = order.stream().filter(axis -> split[axis] != 1).toList();
        if (moving.equals(moving.stream().sorted().toList())) {
            return x.reshape(merged);
        }
        Shape result = Shape.of(merged);
        boolean only = parts.equals(x.shape()) && result.equals(parts.select(order));
        return Elementwise.one(only ? new Op.Transpose(order) : new Op.Rearrange(parts, order, result), x);
    }

    @Override
    public Tensor reduce(Tensor x, Reduction.Named reduction, int[] axes) {
        return switch (reduction) {
            case SUM -> x.sum(axes);
            case MEAN -> x.mean(axes);
            case MAX -> x.max(axes);
            case MIN -> x.min(axes);
            case PROD -> x.prod(axes);
            case ANY -> x.any(axes);
            case ALL -> x.all(axes);
            case VAR -> x.var(axes);
            case STD -> x.std(axes);
            case LOGSUMEXP -> Ricci.logSumExp(x, axes);
            case ARGMAX -> argReduce(x, Op.ArgReduce.Extremum.ARGMAX, axes);
            case ARGMIN -> argReduce(x, Op.ArgReduce.Extremum.ARGMIN, axes);
        };
    }

    /** The axes are reduced as one, at the end. */
    private Tensor argReduce(Tensor x, Op.ArgReduce.Extremum extremum, int[] axes) {
        List<Integer> kept = x.shape().axesExcept(list(axes));
        if (x.shape().select(list(axes)).size() == 0) {
            throw new RicciException.Shape(OpText.name(new Op.ArgReduce(extremum, 0, DType.I64))
                    + " over axes " + Arrays.toString(axes), x.type().toString(),
                    "of no elements none is extreme", "reduce axes of length 1 or more");
        }
        int[] last = IntStream.concat(kept.stream().mapToInt(Integer::intValue), Arrays.stream(axes))
                .toArray();
        long[] merged = Arrays.copyOf(x.shape().select(kept).toArray(), kept.size() + 1);
        merged[kept.size()] = x.shape().select(list(axes)).size();
        Tensor numbers = x.dtype() == DType.BOOL ? x.to(DType.U8) : x;
        return Elementwise.one(new Op.ArgReduce(extremum, kept.size(), DType.I64),
                rearrange(numbers, shape(x), last, merged));
    }

    @Override
    public Shaped<?> read(Tensor x) {
        return new Shaped<>(switch (x.dtype()) {
            case F32, F16, BF16 -> x.toFloats();
            case F64 -> x.toDoubles();
            case I8 -> bytes(x.toLongs());
            case U8, I16 -> shorts(x.toLongs());
            case I32, U16 -> x.toInts();
            case I64, U32, U64 -> x.toLongs();
            case BOOL -> truths(x.toLongs());
            case C64, C128 -> throw new RicciException.DataType("take the elements as an array",
                    x.type().toString(), "Java has no arrays of complex numbers",
                    "take a part first, with x.real() or x.imag()");
        }, shape(x));
    }

    private static byte[] bytes(long[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static short[] shorts(long[] values) {
        short[] shorts = new short[values.length];
        for (int i = 0; i < shorts.length; i++) {
            shorts[i] = (short) values[i];
        }
        return shorts;
    }

    private static boolean[] truths(long[] values) {
        boolean[] truths = new boolean[values.length];
        for (int i = 0; i < truths.length; i++) {
            truths[i] = values[i] != 0;
        }
        return truths;
    }

    /** Types that arrays do not have, unsigned integers, f16 and bf16, are those of the given tensor. */
    @Override
    public Tensor write(Tensor given, Shaped<?> result) {
        long[] shape = result.shape();
        DType dtype = given.dtype();
        return switch (result.data()) {
            case float[] data -> Ricci.tensor(data, shape).to(
                    dtype == DType.F16 || dtype == DType.BF16 ? dtype : DType.F32);
            case double[] data -> Ricci.tensor(DType.F64, data, shape);
            case byte[] data -> integers(DType.I8, data.length, i -> data[i], shape);
            case short[] data -> integers(
                    dtype == DType.U8 ? DType.U8 : DType.I16, data.length, i -> data[i], shape);
            case int[] data -> integers(
                    dtype == DType.U16 ? DType.U16 : DType.I32, data.length, i -> data[i], shape);
            case long[] data -> Ricci.tensor(
                    dtype == DType.U32 || dtype == DType.U64 ? dtype : DType.I64, data, shape);
            case boolean[] data -> integers(DType.BOOL, data.length, i -> data[i] ? 1 : 0, shape);
            default -> throw new RicciException.DataType("make a tensor", result.data().getClass()
                    .getSimpleName(), "elements are numbers or truths, in an array",
                    "convert them first, for example to an int[]");
        };
    }

    private static Tensor integers(DType dtype, int count, IntToLongFunction element, long... shape) {
        return Ricci.tensor(dtype, IntStream.range(0, count).mapToLong(element).toArray(), shape);
    }

    @Override
    public Tensor broadcast(Tensor x, long[] shape, int[] axes) {
        return Elementwise.one(new Op.Broadcast(Shape.of(shape), list(axes)), x);
    }

    @Override
    public Tensor stack(List<? extends Tensor> tensors) {
        return Ricci.stack(tensors);
    }

    @Override
    public Tensor concatenate(List<? extends Tensor> tensors, int axis) {
        return Ricci.concatenate(tensors, axis);
    }

    @Override
    public Tensor slice(Tensor x, int axis, long start, long limit) {
        return x.slice(axis, start, limit);
    }

    @Override
    public Tensor take(Tensor x, int axis, long[] positions) {
        return Selection.take(x, axis, positions);
    }

    /** At positions that are computed, not captured: the compiler sees their strides, and reads by these. */
    @Override
    public Tensor windows(Tensor x, int axis, long[] lengths, long[] strides) {
        return lengths.length == 1 || Arrays.stream(lengths).anyMatch(length -> length == 0)
                ? Backend.super.windows(x, axis, lengths, strides)
                : Selection.windows(x, axis, lengths, strides);
    }

    @Override
    public Tensor diagonal(Tensor x, int axisA, int axisB) {
        return Selection.diagonal(x, axisA, axisB);
    }

    /** The dtype is that in which the operands' types meet. */
    @Override
    public Tensor contract(Tensor a, Tensor b, Contraction c) {
        DType dtype = DType.promote(a.dtype(), b.dtype());
        if (dtype == DType.BOOL) {
            throw new RicciException.DataType("contract", a.type() + " and " + b.type(),
                    "a sum of products is one of numbers", "convert first, for example x.to(DType.F32)");
        }
        ricci.ir.Contraction contraction =
                new ricci.ir.Contraction(c.batchA(), c.batchB(), c.contractedA(), c.contractedB());
        return Elementwise.one(new Op.DotGeneral(contraction, dtype), a.to(dtype), b.to(dtype));
    }

    @Override
    public Tensor along(Tensor x, Along operation, int axis) {
        return switch (operation) {
            case Along.Named named -> switch (named) {
                case SOFTMAX -> Ricci.softmax(x, axis);
                case LOG_SOFTMAX -> Ricci.logSoftmax(x, axis);
                case SORT -> x.sort(axis);
                case ARGSORT -> Selection.order(x, axis, DType.I64);
            };
            case Along.Cumulative cumulative -> cumulative(x, cumulative.reduction(), axis);
        };
    }

    private static Tensor cumulative(Tensor x, Reduction.Named reduction, int axis) {
        return switch (reduction) {
            case SUM -> x.cumsum(axis);
            case PROD -> x.cumprod(axis);
            case MAX -> x.cummax(axis);
            case MIN -> x.cummin(axis);
            case LOGSUMEXP -> Ricci.cumLogSumExp(x, axis);
            case MEAN, ANY, ALL, VAR, STD, ARGMAX, ARGMIN -> throw new RicciException.Argument(
                    "reduce step by step", reduction.toString(),
                    "each step combines the last result with one element",
                    "choose one of sum, prod, max, min and logsumexp");
        };
    }

    @Override
    public Tensor coordinates(List<? extends Tensor> tensors) {
        return concatenate(tensors, tensors.getFirst().rank() - 1);
    }

    @Override
    public Tensor positions(Tensor coordinates, long[] lengths) {
        return Rows.positions(coordinates, lengths);
    }

    /** Outside, NaN; of integers the least, of truths false. */
    @Override
    public Tensor gather(Tensor x, Tensor positions) {
        return Rows.gather(x, positions);
    }

    /** The dtype is that in which those of x and the rows meet. */
    @Override
    public Tensor scatter(Tensor x, Tensor positions, Tensor rows, Update update) {
        return Rows.scatter(x, positions, rows, update);
    }

    private static List<Integer> list(int[] axes) {
        return Arrays.stream(axes).boxed().toList();
    }
}

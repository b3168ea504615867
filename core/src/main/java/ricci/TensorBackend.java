package ricci;

import java.util.Arrays;
import java.util.List;
import ricci.einops.Backend;
import ricci.einops.Contraction;
import ricci.einops.Reduction;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * The einops notation on tensors: every step is one primitive or a short composition, so it traces and
 * differentiates.
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
        return x.transpose(permutation);
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
            case VAR -> variance(x, axes);
            case STD -> variance(x, axes).sqrt();
            case LOGSUMEXP -> Ricci.logSumExp(merged(x, axes), -1);
            case ARGMAX -> merged(x, axes).argmax(-1);
            case ARGMIN -> merged(x, axes).argmin(-1);
        };
    }

    private Tensor variance(Tensor x, int[] axes) {
        Tensor mean = x.mean(axes);
        int[] kept = x.shape().axesExcept(Arrays.stream(axes).boxed().toList()).stream()
                .mapToInt(Integer::intValue).toArray();
        return x.sub(broadcast(mean, shape(x), kept)).square().mean(axes);
    }

    /** The axes to be reduced as one, at the end. */
    private Tensor merged(Tensor x, int[] axes) {
        List<Integer> reduced = Arrays.stream(axes).boxed().toList();
        List<Integer> kept = x.shape().axesExcept(reduced);
        Tensor last = x.transpose(java.util.stream.Stream.concat(kept.stream(), reduced.stream())
                .mapToInt(Integer::intValue).toArray());
        long[] shape = Arrays.copyOf(x.shape().select(kept).toArray(), kept.size() + 1);
        shape[kept.size()] = x.shape().select(reduced).size();
        return last.reshape(shape);
    }

    @Override
    public ricci.einops.Shaped<?> read(Tensor x) {
        return switch (x.dtype()) {
            case F32, F16, BF16 -> new ricci.einops.Shaped<>(x.toFloats(), shape(x));
            case F64 -> new ricci.einops.Shaped<>(x.toDoubles(), shape(x));
            default -> new ricci.einops.Shaped<>(x.toLongs(), shape(x));
        };
    }

    @Override
    public Tensor write(Tensor given, ricci.einops.Shaped<?> result) {
        return switch (result.data()) {
            case float[] data -> Ricci.tensor(data, result.shape());
            case double[] data -> Ricci.tensor(data, result.shape());
            case long[] data -> Ricci.tensor(given.dtype(), data, result.shape());
            default -> throw new AssertionError("no such elements are read");
        };
    }

    @Override
    public Tensor broadcast(Tensor x, long[] shape, int[] axes) {
        return Elementwise.one(new Op.Broadcast(Shape.of(shape), Arrays.stream(axes).boxed().toList()), x);
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

    /** Everything off the diagonal is replaced by 0, then summed away: linear, and exact. */
    @Override
    public Tensor diagonal(Tensor x, int axisA, int axisB) {
        TensorType index = x.type().with(DType.I64);
        Tensor onDiagonal = Elementwise.one(new Op.Iota(index, axisA))
                .eq(Elementwise.one(new Op.Iota(index, axisB)));
        Tensor kept = Elementwise.one(new Op.Select(), onDiagonal, x, Ricci.zerosLike(x));
        Monoid monoid = x.dtype() == DType.BOOL ? Monoid.OR : Monoid.SUM;
        return Elementwise.one(new Op.Reduce(monoid, List.of(axisB)), kept);
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
}

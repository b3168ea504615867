package ricci;

import java.util.List;
import ricci.einops.Backend;
import ricci.einops.Contraction;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/**
 * Tensors as a library that can only do what it must: whatever else the notation needs runs on Java arrays.
 */
final class OnArrays implements Backend<Tensor> {
    private final TensorBackend tensors = new TensorBackend();

    @Override
    public boolean handles(Class<?> type) {
        return tensors.handles(type);
    }

    @Override
    public Shaped<?> read(Tensor x) {
        return tensors.read(x);
    }

    @Override
    public Tensor write(Tensor given, Shaped<?> result) {
        return tensors.write(given, result);
    }

    @Override
    public long[] shape(Tensor x) {
        return tensors.shape(x);
    }

    @Override
    public String describe(Tensor x) {
        return tensors.describe(x);
    }

    @Override
    public Tensor reshape(Tensor x, long[] shape) {
        return tensors.reshape(x, shape);
    }

    @Override
    public Tensor transpose(Tensor x, int[] permutation) {
        return tensors.transpose(x, permutation);
    }

    @Override
    public Tensor reduce(Tensor x, Reduction.Named reduction, int[] axes) {
        return tensors.reduce(x, reduction, axes);
    }

    @Override
    public Tensor broadcast(Tensor x, long[] shape, int[] axes) {
        return tensors.broadcast(x, shape, axes);
    }

    @Override
    public Tensor stack(List<? extends Tensor> all) {
        return tensors.stack(all);
    }

    @Override
    public Tensor concatenate(List<? extends Tensor> all, int axis) {
        return tensors.concatenate(all, axis);
    }

    @Override
    public Tensor slice(Tensor x, int axis, long start, long limit) {
        return tensors.slice(x, axis, start, limit);
    }

    @Override
    public Tensor diagonal(Tensor x, int axisA, int axisB) {
        return tensors.diagonal(x, axisA, axisB);
    }

    @Override
    public Tensor contract(Tensor a, Tensor b, Contraction contraction) {
        return tensors.contract(a, b, contraction);
    }
}

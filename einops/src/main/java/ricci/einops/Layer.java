package ricci.einops;

import org.jspecify.annotations.Nullable;

/**
 * An operation that waits for tensors. Made once, usually as a constant, it is checked at once, needs no
 * look-up when it is applied, and may be shared by threads.
 */
public abstract sealed class Layer permits Rearrange, Reduce, Repeat {
    final Prepared prepared;
    private final @Nullable Reduction reduction;

    Layer(Prepared prepared, @Nullable Reduction reduction) {
        this.prepared = prepared;
        this.reduction = reduction;
    }

    /**
     * The operation on a tensor.
     *
     * @throws EinopsException if the pattern does not fit the tensor
     */
    public <T> T apply(T x) {
        return prepared.apply(x, reduction);
    }

    /**
     * The lengths of the result for a tensor of these lengths; no tensor is needed.
     *
     * @throws EinopsException if the pattern does not fit the lengths
     */
    public long[] shape(long... lengths) {
        return prepared.shape(lengths);
    }

    /**
     * What is done to a tensor of these lengths, step by step, in words.
     *
     * @throws EinopsException if the pattern does not fit the lengths
     */
    public String explain(long... lengths) {
        return prepared.explain(lengths);
    }

    /** The operation as it would be called. */
    @Override
    public String toString() {
        return prepared.toString();
    }
}

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
     * As {@link #apply}, with the result written into memory that is there: for loops, and for memory that
     * belongs to someone else, such as a video frame. From array to array, a rearrange or repeat then
     * allocates nothing but, where large sides change places, a block of some kilobytes; between buffers or
     * segments of one byte order, nothing for the elements.
     *
     * {@snippet :
     * Shaped<float[]> planes = shaped(new float[3 * 1080 * 1920], 3, 1080, 1920);
     * while (camera.read(frame)) {                                 // frame: [1080,1920,3]
     *     PLANES.applyInto(frame, planes);                         // PLANES: "h w c -> c h w"
     * }
     * }
     *
     * @param x an array, a {@link Shaped}, or an image; other libraries' tensors have memory of their own
     * @param target a {@link Shaped}, or a nested array, that has the result's shape and element type, and
     *     shares no memory with {@code x}
     * @return the target
     * @throws EinopsException if the pattern does not fit the tensor, or the target does not fit the result;
     *     nothing has been written then
     */
    public <T> T applyInto(Object x, T target) {
        prepared.applyInto(x, target, reduction);
        return target;
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

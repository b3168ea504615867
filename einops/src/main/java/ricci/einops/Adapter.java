package ricci.einops;

/**
 * How the notation reads and makes one kind of tensors that it does not know. Provided as a service; the
 * first that handles a tensor's class is used. A library that only holds data, such as images, needs no more
 * than this: operations run on what is read, and their result is written. One that computes is a
 * {@link Backend}.
 *
 * @param <T> the tensors
 */
public interface Adapter<T> {
    /** Whether objects of this class are such tensors. */
    boolean handles(Class<?> type);

    /** The elements in row-major order: where they are, if they can be shared, or a copy. */
    Shaped<?> read(T x);

    /**
     * A tensor of these elements.
     *
     * @param given the tensor that was passed to the operation, for what the elements do not say: where the
     *     new one belongs, who frees it
     */
    T write(T given, Shaped<?> result);
}

package ricci.einops;

import java.util.Arrays;
import java.util.List;
import ricci.einops.EinopsException.Kind;

/** What a list of tensors must be to become one tensor with a new first axis. */
final class Stacking {
    private Stacking() {}

    /**
     * Refuses tensors of different shapes, and arrays of different types: numpy would make one type of two,
     * and other libraries refuse, or make another.
     */
    static <T> void check(Call call, Backend<T> backend, List<T> tensors) {
        for (T x : tensors) {
            if (!Arrays.equals(backend.shape(x), backend.shape(tensors.getFirst()))) {
                throw call.failure(Kind.STACK_MISMATCH, call.all(),
                        "tensors of different shapes cannot be stacked",
                        "the tensors of a list have one shape", "bring them to one shape first");
            }
            if (x instanceof Shaped<?> a && tensors.getFirst() instanceof Shaped<?> b
                    && Storage.type(a.elements()) != Storage.type(b.elements())) {
                throw call.failure(Kind.STACK_MISMATCH, call.all(), "tensors of "
                        + Storage.type(b.elements()) + " and of " + Storage.type(a.elements())
                        + " cannot be stacked", "the tensors of a list have one type of elements",
                        "convert them to one type first");
            }
        }
    }
}

package ricci.einops;

import java.util.Arrays;
import java.util.List;
import ricci.einops.EinopsException.Kind;

/** A list of tensors as one tensor with a new first axis. */
final class Stacking {
    private Stacking() {}

    static <T> T stack(String operation, List<? extends T> given, String pattern) {
        Call bare = new Call(operation, pattern, List.of());
        Backend<T> backend = Arguments.backend(bare, given);
        List<T> tensors = Arguments.flat(bare, given);
        Call call = new Call(operation, pattern, tensors.stream().map(backend::describe).toList());
        for (T x : tensors) {
            if (!Arrays.equals(backend.shape(x), backend.shape(tensors.getFirst()))) {
                throw call.failure(Kind.STACK_MISMATCH, call.all(),
                        "tensors of different shapes cannot be stacked",
                        "the tensors of a list have one shape", "bring them to one shape first");
            }
        }
        return Arguments.guarded(call,
                () -> Arguments.result(call, given.getFirst(),
                backend.perform(tensors, xs -> List.of(backend.stack(xs))).getFirst()));
    }
}

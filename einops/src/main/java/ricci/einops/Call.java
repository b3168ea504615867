package ricci.einops;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One call of an operation, as its error messages need it.
 *
 * @param shapes the tensors, as described by their backend
 * @param lengths those of the tensors' axes; not written
 * @param given the lengths that the caller gives
 */
record Call(String operation, String pattern, List<String> shapes, List<long[]> lengths, List<Axis> given) {

    /** A call of which nothing more is known yet. */
    Call(String operation, String pattern, List<String> shapes) {
        this(operation, pattern, shapes, List.of(), List.of());
    }

    /** The call with its tensors. */
    <T> Call on(Backend<T> backend, List<? extends T> tensors) {
        return new Call(operation, pattern, tensors.stream().map(backend::describe).toList(),
                tensors.stream().map(backend::shape).toList(), given);
    }

    /** The call with tensors of these lengths, of which nothing else is known. */
    Call on(List<long[]> all) {
        return new Call(operation, pattern,
                all.stream().map(each -> Arrays.toString(each).replace(" ", "")).toList(), all, given);
    }

    /** The call with the lengths that the caller gives. */
    Call with(List<Axis> axes) {
        return new Call(operation, pattern, shapes, lengths, axes);
    }

    EinopsException failure(EinopsException.Kind kind, Span span, String problem, String rule, String fix) {
        return report(kind, span, problem, rule, fix, null);
    }

    /** What the tensor library itself refused. */
    EinopsException failure(RuntimeException cause) {
        return report(EinopsException.Kind.BACKEND_FAILED, all(), "the tensor library refused: "
                + Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName()),
                "the tensor library can do every step of the operation", "see the cause of this exception",
                cause);
    }

    /** Coordinates of which one is none. */
    EinopsException failure(IndexOutOfBoundsException cause) {
        return report(EinopsException.Kind.INDEX_OUT_OF_BOUNDS, all(),
                Objects.requireNonNullElse(cause.getMessage(), "an index is out of bounds"),
                "indices count from 0 and are less than the length of their axis",
                "check the indices, or their order: one for each axis in brackets", cause);
    }

    /** There is no room for the result. */
    EinopsException failure(OutOfMemoryError cause) {
        return report(EinopsException.Kind.TOO_LARGE, all(),
                "there is no room for the result: " + cause.getMessage(),
                "tensors fit into memory", "use smaller lengths", cause);
    }

    /** The whole pattern. */
    Span all() {
        return new Span(0, pattern.length());
    }

    private EinopsException report(EinopsException.Kind kind, Span span, String problem, String rule,
            String fix, @Nullable Throwable cause) {
        return EinopsException.of(kind, new EinopsException.Report(operation, pattern, span, problem, shapes,
                known(), rule, fix, cause));
    }

    /** Looked for only where there is more than a pattern, which {@link KnownLengths} relies on. */
    private String known() {
        return lengths.isEmpty() && given.isEmpty() ? "" : KnownLengths.of(this).entrySet().stream()
                .map(axis -> axis.getKey() + " = " + axis.getValue()).collect(Collectors.joining(", "));
    }
}

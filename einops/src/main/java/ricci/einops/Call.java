package ricci.einops;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One call of an operation, as its error messages need it.
 *
 * @param shapes the tensors, as described by their backend
 */
record Call(String operation, String pattern, List<String> shapes) {

    EinopsException failure(EinopsException.Kind kind, Span span, String problem, String rule, String fix) {
        return failure(kind, span, problem, Map.of(), rule, fix);
    }

    EinopsException failure(EinopsException.Kind kind, Span span, String problem, Map<String, Long> known,
            String rule,
            String fix) {
        String lengths = known.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(e -> e.getKey() + " = " + e.getValue()).collect(Collectors.joining(", "));
        return report(kind, span, problem, lengths, rule, fix, null);
    }

    /** What the tensor library itself refused. */
    EinopsException failure(RuntimeException cause) {
        if (cause instanceof IndexOutOfBoundsException && cause.getMessage() != null) {
            return report(EinopsException.Kind.INDEX_OUT_OF_BOUNDS, all(), cause.getMessage(), "",
                    "indices count from 0 and are less than the length of their axis",
                    "check the indices, or their order: one for each axis in brackets", cause);
        }
        return report(EinopsException.Kind.BACKEND_FAILED, all(), "the tensor library refused: "
                + Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName()), "",
                "the tensor library can do every step of the operation", "see the cause of this exception",
                cause);
    }

    /** There is no room for the result. */
    EinopsException failure(OutOfMemoryError cause) {
        return report(EinopsException.Kind.TOO_LARGE, all(),
                "there is no room for the result: " + cause.getMessage(), "",
                "tensors fit into memory", "use smaller lengths", cause);
    }

    /** The whole pattern. */
    Span all() {
        return new Span(0, pattern.length());
    }

    private EinopsException report(EinopsException.Kind kind, Span span, String problem, String known,
            String rule,
            String fix, @Nullable Throwable cause) {
        return EinopsException.of(kind,
                new EinopsException.Report(operation, pattern, span, problem, shapes, known, rule,
                fix, cause));
    }
}

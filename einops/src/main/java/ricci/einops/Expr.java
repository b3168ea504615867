package ricci.einops;

import java.util.List;

/** A part of a pattern as parsed; each knows where in the text it stands. */
sealed interface Expr {
    Span span();

    /** A named axis. */
    record Name(String name, Span span) implements Expr {}

    /** An axis without a name, of known length; length 1 stands for no axis at all. */
    record Anonymous(long length, Span span) implements Expr {
        boolean isUnit() {
            return length == 1;
        }
    }

    /** Any number of axes: {@code ...}. */
    record Ellipsis(Span span) implements Expr {}

    /** Several axes run together as one, the last the fastest: {@code (h w)}; {@code ()} is of length 1. */
    record Group(List<Expr> parts, Span span) implements Expr {
        public Group {
            parts = List.copyOf(parts);
        }
    }
}

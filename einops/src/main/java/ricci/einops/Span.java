package ricci.einops;

/** A part of a pattern's text: from {@code start} up to {@code end}, exclusive, in characters. */
public record Span(int start, int end) implements java.io.Serializable {
    /** The least span that holds both. */
    Span to(Span other) {
        return new Span(start, other.end);
    }

    /** Whether the other lies in this one. */
    boolean contains(Span other) {
        return start <= other.start && other.end <= end;
    }
}

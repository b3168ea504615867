package ricci.einops;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A memory segment as elements of one layout, without gaps. */
public record Elements(MemorySegment segment, ValueLayout layout) {
    public Elements {
        Arguments.require(segment, "shaped", "the segment", "pass a segment that holds the elements");
        Arguments.require(layout, "shaped", "the layout", "pass one such as ValueLayout.JAVA_FLOAT");
    }
}

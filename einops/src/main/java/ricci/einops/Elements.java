package ricci.einops;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A memory segment as elements of one layout, without gaps. */
public record Elements(MemorySegment segment, ValueLayout layout) {
    public Elements {
        Storage.require(segment, "the segment is null", "pass a segment that holds the elements");
        Storage.require(layout, "the layout is null", "pass one such as ValueLayout.JAVA_FLOAT");
    }
}

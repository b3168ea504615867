package ricci.einops;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A memory segment as elements of one layout, without gaps. */
public record Elements(MemorySegment segment, ValueLayout layout) {}

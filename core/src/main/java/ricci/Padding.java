package ricci;

import java.util.List;
import ricci.ir.RicciException;

/**
 * What is put around a tensor before a window slides over it, along each axis that it slides along.
 *
 * {@snippet :
 * Slide.by(2).padded(Padding.SAME);
 * Slide.by(1).padded(Padding.of(1));
 * Slide.by(1).padded(Padding.of(List.of(2L, 0L), List.of(0L, 0L)));   // before and after, for two axes
 * }
 */
public sealed interface Padding {
    /** None: the window stays inside. */
    Padding VALID = Named.VALID;

    /** So much that there are ceil(length / stride) places; if it is odd, one more after than before. */
    Padding SAME = Named.SAME;

    /** As {@link #SAME}, but if it is odd, one more before than after. */
    Padding SAME_LOWER = Named.SAME_LOWER;

    /** The three that follow from lengths. */
    enum Named implements Padding { VALID, SAME, SAME_LOWER }

    /** So much before and after, for each axis, or one number for all; negative padding crops. */
    record Explicit(List<Long> low, List<Long> high) implements Padding {
        public Explicit {
            low = List.copyOf(Arguments.given("pad windows", "the list of lengths before", low));
            high = List.copyOf(Arguments.given("pad windows", "the list of lengths after", high));
            if (low.size() != high.size()) {
                throw new RicciException.Argument("pad windows", low + " before and " + high + " after",
                        "there are as many numbers for before as for after", "give one per axis, or one");
            }
        }
    }

    /** So much on both sides of every axis. */
    static Padding of(long both) {
        return of(List.of(both), List.of(both));
    }

    /** So much before and after, for each axis, or one number for all; negative padding crops. */
    static Padding of(List<Long> low, List<Long> high) {
        return new Explicit(low, high);
    }
}

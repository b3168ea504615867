package ricci.einops;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ricci.einops.Planner.Operation;

/**
 * The operations that have been prepared, by all that a call depends on besides its tensors. Finding one
 * allocates nothing. Lengths are compared as the exact longs that they are.
 */
final class Preparations {
    /** Of one pattern: a pattern is rarely used with many different lengths. */
    private static final int MOST_VARIANTS = 64;

    private final Cache<String, Variants> patterns;

    Preparations(int bound) {
        patterns = new Cache<>(bound);
    }

    // The array is this record's own, and never written.
    @SuppressWarnings("ArrayRecordComponent")
    private record Variant(AxisLengths[] lengths, Prepared prepared) {}

    /** What one pattern was used for; the newest come first, the oldest are forgotten. */
    private static final class Variants {
        private volatile Variant[] all = {};

        @Nullable Prepared find(Operation operation, Reduction.@Nullable Named reduction,
                AxisLengths... lengths) {
            for (Variant variant : all) {
                if (variant.prepared.isFor(operation, reduction) && Arrays.equals(variant.lengths, lengths)) {
                    return variant.prepared;
                }
            }
            return null;
        }

        synchronized void add(Variant variant) {
            Variant[] more = new Variant[Math.min(all.length + 1, MOST_VARIANTS)];
            more[0] = variant;
            System.arraycopy(all, 0, more, 1, more.length - 1);
            all = more;
        }
    }

    @Nullable Prepared find(Operation operation, @Nullable String pattern, @Nullable Reduction reduction,
            AxisLengths @Nullable ... lengths) {
        Variants variants = pattern == null || lengths == null ? null : patterns.find(pattern);
        return variants == null || lengths == null ? null
                : variants.find(operation, Reduction.Named.of(reduction), lengths);
    }

    /** Remembers an operation for the lengths that it was made with. */
    Prepared add(AxisLengths[] lengths, Prepared prepared) {
        patterns.get(prepared.pattern(), Variants::new).add(new Variant(lengths.clone(), prepared));
        return prepared;
    }
}

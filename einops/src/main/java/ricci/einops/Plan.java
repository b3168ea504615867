package ricci.einops;

import java.util.Arrays;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What an operation does to tensors of one shape, in five steps of which any may be missing: split axes,
 * permute them, reduce the last ones, insert repeated ones, merge axes. Immutable.
 */
final class Plan {
    private final long @Nullable [] split;
    private final int @Nullable [] permutation;
    private final int[] reduced;
    private final long @Nullable [] repeated;
    private final int[] kept;
    private final long @Nullable [] merged;

    /**
     * A plan.
     *
     * @param reduced the axes to reduce after the permutation: the last ones, or none
     * @param repeated the lengths after inserting axes, of which {@code kept} were there before; null to
     *     insert none
     */
    Plan(long @Nullable [] split, int @Nullable [] permutation, int[] reduced,
            long @Nullable [] repeated, int[] kept, long @Nullable [] merged) {
        this.split = split;
        this.permutation = permutation;
        this.reduced = reduced;
        this.repeated = repeated;
        this.kept = kept;
        this.merged = merged;
    }

    /** The plan's steps on a tensor; without a reduction, if the plan reduces nothing. */
    <T> T apply(Backend<T> backend, T x, @Nullable Reduction reduction) {
        T y = split == null ? x : backend.reshape(x, split.clone());
        y = permutation == null ? y : backend.transpose(y, permutation.clone());
        if (reduction != null && reduced.length > 0) {
            y = switch (reduction) {
                case Reduction.Named named -> backend.reduce(y, named, reduced.clone());
                case Reduction.Custom<?> custom -> custom(custom, y, reduced.clone());
            };
        }
        y = repeated == null ? y : backend.broadcast(y, repeated.clone(), kept.clone());
        return merged == null ? y : backend.reshape(y, merged.clone());
    }

    /** The lengths of the result for a tensor of these lengths, which the plan was made for. */
    long[] shape(long... lengths) {
        if (merged != null) {
            return merged.clone();
        }
        if (repeated != null) {
            return repeated.clone();
        }
        long[] elementary = split == null ? lengths : split;
        int[] order = permutation == null ? IntStream.range(0, elementary.length).toArray() : permutation;
        return IntStream.range(0, order.length - reduced.length).mapToLong(i -> elementary[order[i]])
                .toArray();
    }

    /** The reduction was checked to be for this type of tensor before it was called. */
    @SuppressWarnings("unchecked")
    private static <C, T> T custom(Reduction.Custom<C> custom, T x, int[] axes) {
        return (T) Objects.requireNonNull(custom.function().apply(custom.type().cast(x), axes),
                "the reduction gave null");
    }

    boolean isIdentity() {
        return split == null && permutation == null && reduced.length == 0 && repeated == null
                && merged == null;
    }

    /** The steps, one after the other. */
    @Override
    public String toString() {
        StringJoiner steps = new StringJoiner(", then ").setEmptyValue("nothing to do");
        if (split != null) {
            steps.add("reshape to " + Arrays.toString(split));
        }
        if (permutation != null) {
            steps.add("transpose by " + Arrays.toString(permutation));
        }
        if (reduced.length > 0) {
            steps.add("reduce over " + Arrays.toString(reduced));
        }
        if (repeated != null) {
            steps.add("broadcast to " + Arrays.toString(repeated) + " from axes " + Arrays.toString(kept));
        }
        if (merged != null) {
            steps.add("reshape to " + Arrays.toString(merged));
        }
        return steps.toString();
    }
}

package ricci.einops;

/** What an operation does along one axis, whose length stays. */
public sealed interface Along {
    /** Operations that need to know nothing else. */
    enum Named implements Along {
        /** The exponentials, divided by their sum, without overflow on the way. */
        SOFTMAX,
        /** The logarithm of {@link #SOFTMAX}. */
        LOG_SOFTMAX,
        /** From the least to the greatest; NaN is last. */
        SORT,
        /** Where the elements of {@link #SORT} come from; equal ones stay in their order. */
        ARGSORT
    }

    /**
     * Each element becomes the reduction of all up to it.
     *
     * @param reduction one of {@code SUM}, {@code PROD}, {@code MAX}, {@code MIN}, {@code LOGSUMEXP}
     */
    record Cumulative(Reduction.Named reduction) implements Along {
        public Cumulative {
            Arguments.require(reduction, "cumulative", "the reduction", "pass one such as Reduction.SUM");
        }
    }
}

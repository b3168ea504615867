package ricci.einops;

import java.util.List;
import ricci.einops.EinopsException.Kind;

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
    record Cumulative(Reduction.Named reduction) implements Along {}

    /** The cumulative operation of a reduction, if it has one. */
    static Along cumulative(String pattern, Reduction reduction) {
        if (reduction instanceof Reduction.Named named) {
            switch (named) {
                case SUM, PROD, MAX, MIN, LOGSUMEXP -> {
                    return new Cumulative(named);
                }
                case MEAN, ANY, ALL, VAR, STD, ARGMAX, ARGMIN -> { }
            }
        }
        Call call = new Call("cumulative", pattern, List.of());
        throw call.failure(Kind.NOT_CUMULATIVE, call.all(), "there is no cumulative " + reduction,
                "each element is made of the one before it and of its own",
                        "use sum, prod, max, min or logsumexp");
    }
}

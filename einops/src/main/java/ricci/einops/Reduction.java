package ricci.einops;

import java.util.Locale;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** How {@link Einops#reduce} makes one element of many. */
public sealed interface Reduction {
    /** The sum; of nothing, 0. */
    Reduction SUM = Named.SUM;
    /** The mean; of integers a floating-point number. */
    Reduction MEAN = Named.MEAN;
    /** The greatest; NaN if there is one. */
    Reduction MAX = Named.MAX;
    /** The least; NaN if there is one. */
    Reduction MIN = Named.MIN;
    /** The product; of nothing, 1. */
    Reduction PROD = Named.PROD;
    /** Whether any is true, or not 0. */
    Reduction ANY = Named.ANY;
    /** Whether all are true, or not 0. */
    Reduction ALL = Named.ALL;
    /** The variance: the mean of the squared distances from the mean, as numpy has it. */
    Reduction VAR = Named.VAR;
    /** The standard deviation: the square root of {@link #VAR}. */
    Reduction STD = Named.STD;
    /** The logarithm of the sum of the exponentials, without overflow on the way. */
    Reduction LOGSUMEXP = Named.LOGSUMEXP;
    /** Where the first greatest is, counted in row-major order over the axes that are reduced. */
    Reduction ARGMAX = Named.ARGMAX;
    /** Where the first least is, counted in row-major order over the axes that are reduced. */
    Reduction ARGMIN = Named.ARGMIN;

    /** The reductions that every backend knows; the first seven are those of einops. */
    enum Named implements Reduction {
        SUM, MEAN, MAX, MIN, PROD, ANY, ALL, VAR, STD, LOGSUMEXP, ARGMAX, ARGMIN;

        /**
         * A reduction as plans are remembered by it. Functions are not part of that: a new lambda for each
         * call would miss the cache, and be kept alive by it.
         */
        static @Nullable Named of(@Nullable Reduction reduction) {
            return reduction instanceof Named named ? named : null;
        }

        /** Whether there is no result of no elements. */
        boolean needsElements() {
            return this == MAX || this == MIN || this == ARGMAX || this == ARGMIN;
        }

        /** Whether a tensor of which no axis is reduced is not its own result. */
        boolean needsAxes() {
            return this == VAR || this == STD || this == ARGMAX || this == ARGMIN;
        }

        /** The name in einops, such as {@code mean}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A user's reduction, of one tensor type. */
    record Custom<T>(Class<T> type, BiFunction<T, int[], T> function) implements Reduction {
        public Custom {
            String fix = "pass the tensors' class and what reduces them: (x, axes) -> …";
            Arguments.require(type, "Reduction.of", "the type", fix);
            Arguments.require(function, "Reduction.of", "the function", fix);
        }
    }

    /**
     * A reduction by a function that is given the tensor, its axes already in the order of the result and
     * then those to be reduced, and the positions of the latter, and that returns the tensor without them.
     */
    static <T> Reduction of(Class<T> type, BiFunction<T, int[], T> function) {
        return new Custom<>(type, function);
    }
}

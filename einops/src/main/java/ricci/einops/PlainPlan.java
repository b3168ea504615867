package ricci.einops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A plan for plain tensors: each part of a result is one pass over memory, straight into its place. Made
 * once per plan, so that applying it allocates nothing but the results.
 */
final class PlainPlan {
    private final Result[] results;

    private PlainPlan(Result[] results) {
        this.results = results;
    }

    /** How one result is made. */
    private enum Way {
        /** The elements stay where they are. */
        RESHAPE,
        COPY,
        REDUCE,
        /** Several parts are copied into one result. */
        JOIN
    }

    // The arrays are this record's own, and never written.
    @SuppressWarnings("ArrayRecordComponent")
    private record Result(Way way, int[] inputs, Nest[] nests, long[] shape) {
        Shaped<?> make(Shaped<?> first, Reduction.@Nullable Named reduction) {
            return switch (way) {
                case RESHAPE -> Arrays.equals(first.lengths(), shape) ? first
                        : ShapedBackend.PLAIN.reshape(first, shape);
                case COPY -> ShapedBackend.copy(nests[0], first, shape);
                case REDUCE -> ShapedBackend.reduce(nests[0], first, Objects.requireNonNull(reduction),
                        shape);
                case JOIN -> throw new AssertionError("is made of several");
            };
        }

        Shaped<?> make(List<? extends Shaped<?>> tensors, Reduction.@Nullable Named reduction) {
            if (way != Way.JOIN) {
                return make(tensors.get(inputs[0]), reduction);
            }
            List<Shaped<?>> sources = new ArrayList<>();
            for (int input : inputs) {
                sources.add(tensors.get(input));
            }
            ShapedBackend.requireOneType(sources);
            Shaped<?> result = ShapedBackend.blank(sources.getFirst(), shape);
            for (int i = 0; i < nests.length; i++) {
                ShapedBackend.copy(nests[i], sources.get(i), result);
            }
            return result;
        }
    }

    /** As {@link #apply(Shaped, Reduction.Named)}, in memory that is there and fits. */
    void applyInto(Shaped<?> x, Reduction.@Nullable Named reduction, Shaped<?> target) {
        Result result = results[0];
        switch (result.way) {
            case RESHAPE, COPY, JOIN -> ShapedBackend.copyInto(result.nests, x, target);
            case REDUCE -> ShapedBackend.reduceInto(result.nests[0], x, Objects.requireNonNull(reduction),
                    target);
        }
    }

    /** The element type of the one result of a tensor. */
    Class<?> type(Shaped<?> x, Reduction.@Nullable Named reduction) {
        Class<?> type = Storage.type(x.elements());
        return results[0].way == Way.REDUCE ? Lanes.resultType(Objects.requireNonNull(reduction), type)
                : type;
    }

    /** The lengths of the one result, to be read only. */
    long[] shape() {
        return results[0].shape;
    }

    /** The plan in this form; null, if it does more than one pass does. */
    static @Nullable PlainPlan of(Plan plan) {
        List<Result> results = new ArrayList<>();
        int next = 0;
        for (Plan.Output output : plan.outputs()) {
            List<Plan.Part> parts = plan.parts().subList(next, next += output.parts());
            boolean single = parts.size() == 1;
            if (parts.stream().anyMatch(part -> part.nest() == null || (!single && part.reduces()))) {
                return null;
            }
            Way way = !single ? Way.JOIN : parts.getFirst().reduces() ? Way.REDUCE
                    : parts.getFirst().moves() ? Way.COPY : Way.RESHAPE;
            results.add(new Result(way, parts.stream().mapToInt(Plan.Part::input).toArray(),
                    parts.stream().map(Plan.Part::nest).toArray(Nest[]::new), output.lengths()));
        }
        return new PlainPlan(results.toArray(Result[]::new));
    }

    /** The one result of one tensor. */
    Shaped<?> apply(Shaped<?> x, Reduction.@Nullable Named reduction) {
        return results[0].way == Way.JOIN ? results[0].make(List.of(x), reduction)
                : results[0].make(x, reduction);
    }

    List<Shaped<?>> apply(List<? extends Shaped<?>> tensors, Reduction.@Nullable Named reduction) {
        List<Shaped<?>> made = new ArrayList<>();
        for (Result result : results) {
            made.add(result.make(tensors, reduction));
        }
        return made;
    }
}

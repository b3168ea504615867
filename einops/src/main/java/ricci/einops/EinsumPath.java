package ricci.einops;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How an einsum is computed, step by step, made by {@link Einops#einsumPath}. Its text is a table of the
 * steps. Numbers beyond a long are the greatest long.
 *
 * @param naive the multiply-adds of one loop over all axes at once
 */
public record EinsumPath(String pattern, List<Step> steps, long naive) {

    /**
     * Tensors that become one.
     *
     * @param operands the tensors, one or two, by number: those of the call count from 1, results of steps
     *     after them
     * @param pattern the einsum of the step alone; axes of an ellipsis are numbered from its end
     * @param multiplyAdds for two tensors the product of the lengths of all axes; 0 for one
     * @param elements of the result
     */
    public record Step(List<Integer> operands, int result, String pattern, long multiplyAdds, long elements) {
        public Step {
            operands = Arguments.requireAll(operands, "EinsumPath", "operands", "pass their numbers");
            Arguments.require(pattern, "EinsumPath", "the pattern", "pass that of the step");
        }

        private List<String> cells() {
            return List.of(operands.stream().map(String::valueOf).collect(Collectors.joining(", "))
                    + " -> " + result, pattern, grouped(multiplyAdds), grouped(elements));
        }
    }

    public EinsumPath {
        Arguments.require(pattern, "EinsumPath", "the pattern", "pass that of the einsum");
        steps = Arguments.requireAll(steps, "EinsumPath", "steps", "pass the steps");
    }

    /** Of all steps together. */
    public long multiplyAdds() {
        return steps.stream().mapToLong(Step::multiplyAdds).reduce(0, ContractionPath::sum);
    }

    /** The number of elements of the largest result of a step. */
    public long largest() {
        return steps.stream().mapToLong(Step::elements).max().orElse(0);
    }

    @Override
    public String toString() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("tensors", "step", "multiply-adds", "elements"));
        steps.forEach(step -> rows.add(step.cells()));
        rows.add(List.of("", "in all, and the largest", grouped(multiplyAdds()), grouped(largest())));
        rows.add(List.of("", "in one loop over all axes", grouped(naive), ""));
        int[] widths = IntStream.range(0, 4)
                .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
                .toArray();
        String format = "  %%-%ds   %%-%ds   %%%ds   %%%ds".formatted(widths[0], widths[1], widths[2],
                widths[3]);
        return "einsum " + pattern + "\n" + rows.stream()
                .map(row -> String.format(Locale.ROOT, format, row.toArray()).stripTrailing())
                .collect(Collectors.joining("\n"));
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}

package ricci.einops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/**
 * What an einsum does to tensors of given shapes: each operand is prepared on its own, then the operands are
 * contracted pair by pair in an order that is data, then the axes are put in order, repeated and merged.
 * Immutable.
 */
record EinsumPlan(List<Preparation> preparations, List<Pairing> contractions, List<Stage> arrangement) {

    /**
     * What happens to one operand first.
     *
     * @param windows of its axes
     * @param shape what it is reshaped to, to split axes and to get rid of those that broadcast
     * @param diagonals pairs of axes that run together, applied in order
     * @param summed the axes that no one else has
     */
    record Preparation(List<Stage> windows, List<Long> shape, List<List<Integer>> diagonals,
            List<Integer> summed) {
        <T> T apply(Backend<T> backend, T x) {
            long[] lengths = shape.stream().mapToLong(Long::longValue).toArray();
            T y = Stage.all(windows, backend, x, null);
            y = Arrays.equals(lengths, backend.shape(y)) ? y : backend.reshape(y, lengths);
            for (List<Integer> pair : diagonals) {
                y = backend.diagonal(y, pair.get(0), pair.get(1));
            }
            int[] axes = summed.stream().mapToInt(Integer::intValue).toArray();
            return axes.length == 0 ? y : backend.reduce(y, Reduction.Named.SUM, axes);
        }
    }

    /** Operands a and b are contracted; the result is operand a from then on. */
    record Pairing(int a, int b, Contraction contraction) {}

    <T> T apply(Backend<T> backend, List<? extends T> operands) {
        List<T> prepared = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            prepared.add(preparations.get(i).apply(backend, operands.get(i)));
        }
        for (Pairing step : contractions) {
            T contracted = backend.contract(prepared.get(step.a), prepared.get(step.b), step.contraction);
            prepared.set(step.a, contracted);
            // An intermediate that has been used is not kept alive.
            prepared.set(step.b, contracted);
        }
        return Stage.all(arrangement, backend, prepared.getFirst(), null);
    }

    @Override
    public String toString() {
        StringJoiner steps = new StringJoiner(", then ").setEmptyValue("nothing to do");
        for (Pairing step : contractions) {
            Contraction c = step.contraction;
            steps.add("contract " + (contractions.size() == 1 ? "" : "tensor " + (step.a + 1) + " with "
                    + (step.b + 1) + ", ") + c.contractedA() + " with " + c.contractedB()
                    + (c.batchA().isEmpty() ? "" : ", batch " + c.batchA() + " with " + c.batchB()));
        }
        arrangement.forEach(step -> steps.add(step.describe()));
        return steps.toString();
    }
}

package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import ricci.einops.Planner.Operation;

/** Rearrange, reduce and repeat do to random tensors what the oracle does. */
class MeaningTest {
    @Property
    void rearrange(@ForAll long seed) {
        Puzzle puzzle = Puzzle.random(seed, Operation.REARRANGE);
        check(puzzle, Einops.rearrange(puzzle.input(), puzzle.pattern(), puzzle.axes()), Oracle.move(puzzle),
                0);
    }

    @Property
    void repeat(@ForAll long seed) {
        Puzzle puzzle = Puzzle.random(seed, Operation.REPEAT);
        check(puzzle, Einops.repeat(puzzle.input(), puzzle.pattern(), puzzle.axes()), Oracle.move(puzzle), 0);
    }

    @Property
    void reduce(@ForAll long seed, @ForAll Reduction.Named reduction) {
        Puzzle puzzle = Puzzle.random(seed, Operation.REDUCE);
        List<List<Double>> gathered = Oracle.gather(puzzle);
        boolean reducesNothing = puzzle.lengths().containsValue(0L);
        Assume.that(!reduction.needsElements() || !reducesNothing);
        // Where no axis is reduced nothing is called, so that any and all leave numbers as they are.
        boolean untouched = puzzle.left().stream().flatMap(List::stream).sorted().toList()
                .equals(puzzle.right().stream().flatMap(List::stream).sorted().toList());
        Assume.that(!untouched || !reduction.needsAxes());
        double[] expected = gathered.stream()
                .mapToDouble(xs -> untouched ? xs.getFirst() : (float) reduce(reduction, xs)).toArray();
        check(puzzle, Einops.reduce(puzzle.input(), puzzle.pattern(), reduction, puzzle.axes()), expected,
                reduction == Reduction.Named.LOGSUMEXP ? 1e-6 : 0);
    }

    private static double reduce(Reduction.Named reduction, List<Double> xs) {
        double sum = xs.stream().mapToDouble(x -> x).sum();
        return switch (reduction) {
            case SUM -> sum;
            case MEAN -> sum / xs.size();
            case PROD -> xs.stream().reduce(1.0, (x, y) -> x * y);
            case MAX -> xs.stream().max(Double::compare).orElseThrow();
            case MIN -> xs.stream().min(Double::compare).orElseThrow();
            case ANY -> xs.stream().anyMatch(x -> x != 0) ? 1 : 0;
            case ALL -> xs.stream().allMatch(x -> x != 0) ? 1 : 0;
            case VAR -> variance(xs);
            case STD -> Math.sqrt(variance(xs));
            case LOGSUMEXP -> Math.log(xs.stream().mapToDouble(Math::exp).sum());
            case ARGMAX -> xs.indexOf(xs.stream().max(Double::compare).orElseThrow());
            case ARGMIN -> xs.indexOf(xs.stream().min(Double::compare).orElseThrow());
        };
    }

    private static double variance(List<Double> xs) {
        double mean = xs.stream().mapToDouble(x -> x).sum() / xs.size();
        return xs.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum() / xs.size();
    }

    private static void check(Puzzle puzzle, Shaped<?> result, double[] expected, double tolerance) {
        assertArrayEquals(puzzle.shape(puzzle.right()), result.shape(), puzzle::toString);
        double[] actual = Tensors.reals(result);
        for (int i = 0; i < expected.length; i++) {
            assertTrue(Double.compare(expected[i], actual[i]) == 0
                    || Math.abs(expected[i] - actual[i]) <= Math.abs(expected[i]) * tolerance,
                    puzzle::toString);
        }
    }
}

package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.reduce;
import static ricci.einops.Einops.repeat;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ricci.einops.Planner.Operation;

/** Calls that mean the same give the same. */
class IdentitiesTest {
    private static final Shaped<float[]> X = Tensors.counting(4, 2, 6, 3);

    private static Axis[] allAxes(Puzzle puzzle) {
        return puzzle.lengths().entrySet().stream().filter(e -> Character.isLetter(e.getKey().charAt(0)))
                .map(e -> new Axis(e.getKey(), e.getValue())).toArray(Axis[]::new);
    }

    @Property
    void theInversePatternUndoes(@ForAll long seed) {
        Puzzle puzzle = Puzzle.random(seed, Operation.REARRANGE);
        String[] sides = puzzle.pattern().split("->", -1);
        Assume.that(!sides[1].matches(".*\\([^)]*\\.\\.\\..*"));
        Shaped<float[]> there = rearrange(puzzle.input(), puzzle.pattern(), allAxes(puzzle));
        assertEquals(puzzle.input(), rearrange(there, sides[1] + "->" + sides[0], allAxes(puzzle)),
                puzzle::toString);
    }

    @Property
    void redundantLengthsChangeNothing(@ForAll long seed, @ForAll Operation operation) {
        Puzzle puzzle = Puzzle.random(seed, operation);
        assertEquals(run(puzzle, puzzle.axes()), run(puzzle, allAxes(puzzle)), puzzle::toString);
    }

    private static Shaped<float[]> run(Puzzle puzzle, Axis... axes) {
        return switch (puzzle.operation()) {
            case REARRANGE -> rearrange(puzzle.input(), puzzle.pattern(), axes);
            case REPEAT -> repeat(puzzle.input(), puzzle.pattern(), axes);
            case REDUCE -> reduce(puzzle.input(), puzzle.pattern(), Reduction.SUM, axes);
        };
    }

    @Property
    void theMaximumUndoesRepeat(@ForAll long seed) {
        Puzzle puzzle = Puzzle.random(seed, Operation.REPEAT);
        Assume.that(!puzzle.lengths().containsValue(0L));
        String[] sides = puzzle.pattern().split("->", -1);
        Assume.that(!sides[1].matches(".*\\([^)]*\\.\\.\\..*"));
        Shaped<float[]> much = repeat(puzzle.input(), puzzle.pattern(), puzzle.axes());
        String back = sides[1] + "->" + sides[0];
        assertEquals(puzzle.input(), reduce(much, back, Reduction.MAX, allAxes(puzzle)), puzzle::toString);
        assertEquals(puzzle.input(), reduce(much, back, Reduction.MEAN, allAxes(puzzle)), puzzle::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a b c d -> b (c d) a     | b e a -> a e b       | a b c d -> a (c d) b
            a b c d -> (a b c d)     | e -> 1 e             | a b c d -> () (a b c d)
            a b c d -> a b (c d)     | a b e -> (a b) e     | a b c d -> (a b) (c d)
            a b c d -> d c b a       | d c b a -> c d a b   | a b c d -> c d a b
            ... d -> d ...           | d ... -> (d ...)     | a b c d -> (d a b c)
            a b ... -> ... a b       | ... a b -> b ... a   | a b ... -> b ... a
            """)
    void twoStepsAreOne(String first, String second, String both) {
        assertEquals(rearrange(X, both), rearrange(rearrange(X, first), second));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a b c d -> d c b a   | a b c d->d c b a
            a b c d -> d c b a   | w x y z -> z y x w
            a b c d -> d c b a   | (a) (b) (c) d -> (d) c b a
            a b c d -> (a b) c d | a  b c d ->(a b)c d
            a b c d -> (a b) c d | a b ... -> (a b) ...
            a b c d -> 1 (a b) c d | a b c d -> () (a 1 b) c (d)
            a b c d -> a b c d   | ... -> ...
            a b c d -> (a b c d) | ... -> (...)
            a b c d -> a (b c) d | a ... d -> a (...) d
            a b c d -> a d (b c) | a ... d -> a d (...)
            """)
    void spellingsOfOneThing(String one, String other) {
        assertEquals(rearrange(X, one), rearrange(X, other));
    }

    @Property
    void groupsSplitAsTheyMerge(@ForAll @IntRange(max = 4) int h, @ForAll @IntRange(min = 1, max = 4) int w) {
        Shaped<float[]> x = Tensors.counting(h, w, 2);
        Shaped<float[]> merged = rearrange(x, "h w c -> (h w) c");
        assertArrayEquals(x.data(), merged.data());
        assertEquals(x, rearrange(merged, "(h w) c -> h w c", axis("w", w)));
    }

    @Test
    void reductionsInTwoSteps() {
        for (Reduction.Named named : List.of(Reduction.Named.SUM, Reduction.Named.MAX, Reduction.Named.MIN)) {
            assertEquals(reduce(X, "a b c d -> d b", named),
                    reduce(reduce(X, "a b c d -> d a b", named), "d a b -> d b", named));
            assertEquals(reduce(X, "a b c d -> d b", named),
                    reduce(X, "a b c d -> d b", named.name().toLowerCase(java.util.Locale.ROOT)));
        }
    }

    @Test
    void listsAreStacked() {
        List<Shaped<float[]>> list = Stream.of(0, 1, 2).map(k -> Tensors.filled(i -> 10 * k + i, 2, 2))
                .toList();
        assertEquals(Tensors.filled(i -> 10 * (i % 3) + i / 3, 2, 2, 3), rearrange(list, "n a b -> a b n"));
        assertEquals(Tensors.filled(i -> 30 + 3 * i, 2, 2), reduce(list, "n a b -> a b", Reduction.SUM));
        assertEquals(list.getFirst(), reduce(repeat(list, "n a b -> n a b 2"), "n a b two -> a b",
                Reduction.MIN));
    }

    @Test
    void einsumIsTheSumOfARearrangement() {
        Shaped<float[]> y = Tensors.counting(6, 5);
        assertEquals(rearrange(X, "a b c d -> d a c b"), einsum(X, "a b c d -> d a c b"));
        assertEquals(reduce(X, "a b c d -> c a", Reduction.SUM), einsum(X, "a b c d -> c a"));
        assertEquals(einsum(X, y, "a b c d, c e -> a b d e"), einsum(y, X, "c e, a b c d -> a b d e"));
        assertEquals(einsum(X, y, y, "a b c d, c e, f e -> d f"),
                einsum(einsum(X, y, "a b c d, c e -> d e"), y, "d e, f e -> d f"));
        assertEquals(Tensors.filled(i -> 7 * i, 6), einsum(Tensors.counting(6, 6), "i i -> i"));
    }

    @Test
    void nothingToDoIsDoneByNothing() {
        assertSame(X, rearrange(X, "a ... -> a ..."));
        assertSame(X, reduce(X, "a b c d -> a b c d", Reduction.MEAN));
    }

    @Test
    void reshapesShareTheElements() {
        assertSame(X.data(), rearrange(X, "a b c d -> (a b) 1 (c d)").data());
    }

    @Test
    void ownReductions() {
        Reduction range = Reduction.of(Shaped.class, (x, axes) -> {
            assertArrayEquals(new int[] {2, 3}, axes);
            assertArrayEquals(new long[] {6, 2, 4, 3}, x.shape());
            return new Shaped<>(new float[12], 6, 2);
        });
        assertEquals(new Shaped<>(new float[12], 2, 6),
                rearrange(reduce(X, "a b c d -> c b", range), "c b -> b c"));
    }
}

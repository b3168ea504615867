package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.einops.Einops.axis;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.einops.Planner.Operation;

/** One operation and then another are one operation. */
class FusionTest {
    private static final Rearrange PATCHES =
            Einops.rearrange("b (h p) (w q) c -> b (h w) (p q c)", axis("p", 2), axis("q", 2));

    @Property
    void twoAreAsOneAfterTheOther(@ForAll long seed) {
        Puzzle puzzle = Puzzle.random(seed, Operation.REARRANGE);
        Rearrange first = Einops.rearrange(puzzle.pattern(), puzzle.axes());
        Shaped<?> between = first.apply(puzzle.input());
        // Every axis but the first is split by its least divisor, and all are turned around.
        String left = axes(between.shape(), false);
        Rearrange second = Einops.rearrange(left + " -> " + axes(between.shape(), true));
        Rearrange both = first.andThen(second);
        Shaped<?> expected = second.apply(between);
        assertEquals(expected, both.apply((Shaped<?>) puzzle.input()), puzzle::toString);
        assertArrayEquals(expected.shape(), both.shape(puzzle.input().shape()));
    }

    private static String axes(long[] shape, boolean reversed) {
        return IntStream.range(0, shape.length).map(i -> reversed ? shape.length - 1 - i : i).mapToObj(i -> {
            long divisor = LongStream.rangeClosed(2, Math.max(2, shape[i])).filter(d -> shape[i] % d == 0)
                    .findFirst().orElse(1);
            return "(" + "x%d=%d ".formatted(i, divisor) + "y%d)".formatted(i);
        }).collect(Collectors.joining(" "));
    }

    @Test
    void isOneStageWhereThePlansFit() {
        Rearrange both = PATCHES.andThen(Einops.rearrange("b n (p q c) -> b p q n c", axis("p", 2),
                axis("q", 2)));
        assertEquals("reshape to [8, 2, 2, 3, 2, 5], transpose by [0, 2, 4, 1, 3, 5], "
                + "reshape to [8, 2, 2, 6, 5]",
                both.explain(8, 4, 6, 5));
        assertEquals("rearrange(\"a b -> b a\") and then rearrange(\"a b -> b a\")",
                Einops.rearrange("a b -> b a").andThen(Einops.rearrange("a b -> b a")).toString());
        assertEquals("reshape to [2, 3]",
                Einops.rearrange("a b -> b a").andThen(Einops.rearrange("a b -> b a")).explain(2, 3));
    }

    @Test
    void isDoneInTurnWhereTheyDoNot() {
        Rearrange both = Einops.rearrange("a b -> (b a)")
                .andThen(Einops.rearrange("(c d) -> d c", axis("c", 2)));
        Shaped<float[]> x = Tensors.counting(3, 4);
        Shaped<float[]> turned = Einops.rearrange(x, "a b -> (b a)");
        assertEquals(Einops.rearrange(turned, "(c d) -> d c", axis("c", 2)), both.apply(x));
    }

    @Test
    void goesBack() {
        Shaped<float[]> x = Tensors.counting(2, 4, 6, 3);
        Rearrange both = PATCHES.andThen(Einops.rearrange("b n d -> d (b n)"));
        Rearrange back = both.inverse(axis("h", 2), axis("c", 3), axis("b", 2));
        assertEquals(x, back.apply(both.apply(x)));
    }
}

package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.einops.Einops.axis;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Planner.Operation;

/** Every failure tells all lengths that are known. */
class KnownLengthsTest {
    private static final Shaped<float[]> X = Tensors.counting(2, 3);

    /** What the line {@code known} of the message says. */
    private static String known(Kind kind, Executable call) {
        EinopsException e = assertThrows(EinopsException.class, call);
        assertEquals(kind, e.kind(), e::getMessage);
        return String.valueOf(e.getMessage()).lines().filter(line -> line.startsWith("  known: "))
                .map(line -> line.substring("  known: ".length())).collect(Collectors.joining());
    }

    /** Where nothing is wrong but the reduction, the lengths are those that the pattern was made for. */
    @Property(tries = 300)
    void allOfAValidPattern(@ForAll long seed, @ForAll Operation operation) {
        Puzzle puzzle = Puzzle.random(seed, operation);
        Map<String, Long> named = new TreeMap<>(puzzle.lengths());
        named.keySet().removeIf(name -> !Character.isLetter(name.charAt(0)));
        Call call = new Call(operation.toString(), puzzle.pattern(), List.of(),
                List.of(puzzle.shape(puzzle.left())), puzzle.given());
        assertEquals(named, KnownLengths.of(call), puzzle::toString);
    }

    @Test
    void ofEveryOperation() {
        assertEquals("i = 2, j = 3, k = 3",
                known(Kind.LENGTH_MISMATCH, () -> Einops.einsum(X, X, "i j, j k -> i k")));
        assertEquals("i = 2, j = 3, k = 2", known(Kind.LENGTH_MISMATCH,
                () -> Einops.einsumPath("i j, j k -> i k", new long[] {2, 3}, new long[] {4, 2})));
        assertEquals("h = 2", known(Kind.LENGTH_MISMATCH,
                () -> Einops.pack(List.of(X, Tensors.counting(4, 3)), "h *")));
        assertEquals("h = 2", known(Kind.SPLIT_MISMATCH,
                () -> Einops.unpack(X, List.of(List.of(1L), List.of(1L)), "h *")));
        assertEquals("w = 3", known(Kind.SPLIT_MISMATCH,
                () -> Einops.unpack(X, List.of(List.of(-1L), List.of(5L)), "* w")));
        assertEquals("a = 2", known(Kind.LENGTH_MISMATCH, () -> Einops.parseShape(X, "a 4")));
        assertEquals("a = 2, b = 3", known(Kind.LENGTH_MISMATCH,
                () -> Einops.parseShape(List.of(X, X), "a b, b _")));
        assertEquals("a = 2, b = 4", known(Kind.LENGTH_MISMATCH, () -> Einops.check(X, "a b", axis("b", 4))));
        assertEquals("a = 2", known(Kind.AMBIGUOUS_LENGTHS, () -> Einops.check(X, "a (b c)")));
        assertEquals("a = 2, b = 3", known(Kind.SHIFT_COUNT, () -> Einops.roll(X, "a [b]", 1, 2)));
        assertEquals("a = 2, n = 3, p = 1", known(Kind.INDEX_OUT_OF_BOUNDS, () -> Einops.<Shaped<?>>getAt(X,
                new Shaped<>(new int[] {3}, 1), "a [n], p -> a p")));
        assertEquals("a = 2, n = 3, p = 1", known(Kind.BACKEND_FAILED, () -> Einops.<Shaped<?>>setAt(X,
                new Shaped<>(new int[] {2}, 1), new Shaped<>(new int[1], 1), "a [n], p, p")));
    }

    @Test
    void ofWhatWaitsForTensors() {
        assertEquals("p = 2", known(Kind.AXIS_ON_ONE_SIDE,
                () -> Einops.rearrange("(h p) w -> h p", axis("p", 2))));
        Rearrange split = Einops.rearrange("(h p) w -> h p w", axis("p", 2));
        assertEquals("p = 2, w = 4", known(Kind.NOT_DIVISIBLE, () -> split.shape(3, 4)));
        Rearrange both = split.andThen(Einops.rearrange("h p (w q) -> h p w q", axis("q", 3)));
        assertEquals("h = 2, p = 2, q = 3", known(Kind.NOT_DIVISIBLE, () -> both.explain(4, 4)));
    }

    /** What two tensors say of an axis differently is what the first one says. */
    @Test
    void ofStackedTensors() {
        assertEquals("a = 2, b = 3, n = 2", known(Kind.STACK_MISMATCH,
                () -> Einops.rearrange(List.of(X, Tensors.counting(3, 2)), "n a b -> a b n")));
        assertEquals("a = 2, b = 3, n = 2", known(Kind.LENGTH_MISSING,
                () -> Einops.repeat(List.of(X, X), "n a b -> n a b c")));
    }
}

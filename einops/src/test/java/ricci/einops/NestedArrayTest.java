package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.axis;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Planner.Operation;

/** Nested arrays mean what flat ones with a shape do. */
class NestedArrayTest {
    private static final Call NESTING = new Call("nest", "", List.of());

    private static Object nested(Shaped<?> x) {
        return NestedArray.nest(NESTING, x);
    }

    @Property
    void isWhatItsElementsAre(@ForAll long seed, @ForAll Operation operation, @ForAll ElementType type) {
        Puzzle puzzle = Puzzle.random(seed, operation);
        Shaped<?> x = type.of(puzzle.input());
        boolean numbers = x.shape().length > 0 && puzzle.shape(puzzle.right()).length > 0;
        // Nothing is known of the axes within an empty array.
        Assume.that(numbers && !puzzle.lengths().containsValue(0L));
        Object array = nested(x);
        assertEquals(x.shape().length, depth(array));
        Object expected = nested(call(puzzle, x));
        Object actual = call(puzzle, array);
        assertSame(expected.getClass(), actual.getClass());
        assertNotSame(array, actual);
        assertTrue(Arrays.deepEquals(new Object[] {expected}, new Object[] {actual}), puzzle::toString);
        assertTrue(Arrays.deepEquals(new Object[] {nested(x)}, new Object[] {array}), "the argument changed");
    }

    private static long depth(Object array) {
        return array.getClass().getTypeName().chars().filter(c -> c == '[').count();
    }

    private static <T> T call(Puzzle puzzle, T x) {
        return switch (puzzle.operation()) {
            case REARRANGE -> Einops.rearrange(x, puzzle.pattern(), puzzle.axes());
            case REDUCE -> Einops.reduce(x, puzzle.pattern(), Reduction.SUM, puzzle.axes());
            case REPEAT -> Einops.repeat(x, puzzle.pattern(), puzzle.axes());
        };
    }

    @Test
    void ranksChange() {
        Object flat = Einops.rearrange(new int[][] {{1, 2, 3}, {4, 5, 6}}, "a b -> (b a)");
        assertArrayEquals(new int[] {1, 4, 2, 5, 3, 6}, (int[]) flat);
        Object split = Einops.rearrange(new char[] {'a', 'b', 'c', 'd'}, "(a b) -> b a 1", axis("a", 2));
        assertArrayEquals(new char[][][] {{{'a'}, {'c'}}, {{'b'}, {'d'}}}, (char[][][]) split);
        assertThrows(ClassCastException.class, () -> {
            int[] wrong = Einops.rearrange(new int[] {1, 2}, "a -> a 1");
            assertEquals(2, wrong.length);
        });
    }

    @Test
    void sumsOfIntegersAreLong() {
        Object sums = Einops.reduce((Object) new int[][] {{1, 2}, {3, Integer.MAX_VALUE}}, "a b -> a",
                Reduction.SUM);
        assertArrayEquals(new long[] {3, 3L + Integer.MAX_VALUE}, (long[]) sums);
    }

    @Test
    void severalArrays() {
        double[][] a = {{1, 2}, {3, 4}};
        assertArrayEquals(new double[][] {{7, 10}, {15, 22}}, Einops.einsum(a, a, "i j, j k -> i k"));
        Object stacked = Einops.rearrange(List.of(a, a), "n i j -> (n i) j");
        assertArrayEquals(new double[][] {{1, 2}, {3, 4}, {1, 2}, {3, 4}}, (double[][]) stacked);
        Packed<Object> packed = Einops.pack(List.of(a, new double[] {5, 6}), "* j");
        assertArrayEquals(new double[][] {{1, 2}, {3, 4}, {5, 6}}, (double[][]) packed.tensor());
        List<Object> again = Einops.unpack(packed, "* j");
        assertArrayEquals(a, (double[][]) again.get(0));
        assertArrayEquals(new double[] {5, 6}, (double[]) again.get(1));
        assertEquals(new Axes(List.of(axis("rows", 2))), Einops.parseShape(a, "rows _"));
    }

    @Test
    void emptyArrays() {
        assertArrayEquals(new float[0][], Einops.rearrange(new float[3][0], "a b -> b a"));
        assertArrayEquals(new float[0][0], Einops.rearrange(new float[0][3], "a b -> b a"));
        Object sums = Einops.reduce((Object) new double[2][0][4], "a b c -> a", Reduction.SUM);
        assertArrayEquals(new double[2], (double[]) sums);
        Object none = Einops.repeat((Object) new boolean[3][0], "a b -> a b 2");
        assertArrayEquals(new boolean[3][0][2], (boolean[][][]) none);
    }

    @Test
    void ownReductionsSeeFlatElements() {
        Reduction second = Reduction.of(Shaped.class, (x, axes) -> {
            float[] data = (float[]) x.data();
            return new Shaped<>(new float[] {data[1], data[3]}, 2);
        });
        Object result = Einops.reduce((Object) new float[][] {{1, 2}, {3, 4}}, "a b -> a", second);
        assertArrayEquals(new float[] {2, 4}, (float[]) result);
    }

    private static void rejects(Kind kind, String part, org.junit.jupiter.api.function.Executable call) {
        EinopsException e = assertThrows(EinopsException.class, call);
        assertEquals(kind, e.kind(), e::getMessage);
        assertTrue(String.valueOf(e.getMessage()).contains(part), e::getMessage);
    }

    @Test
    void raggedArrays() {
        rejects(Kind.RAGGED_ARRAY, "at [1] has length 1, but [0] has length 2",
                () -> Einops.rearrange(new int[][] {{1, 2}, {3}}, "a b -> b a"));
        rejects(Kind.RAGGED_ARRAY, "at [0][1] has length 1, but [0][0] has length 0",
                () -> Einops.parseShape(new long[][][] {{{}, {3}}}, "a b c"));
        rejects(Kind.RAGGED_ARRAY, "at [1] is null",
                () -> Einops.einsum(new float[][] {{1}, nothing()}, "a b -> b a"));
        rejects(Kind.RAGGED_ARRAY, "at [0] is null",
                () -> Einops.einsum(new float[][] {nothing(), {1}}, "a b -> b a"));
    }

    @SuppressWarnings("NullAway")
    private static float[] nothing() {
        return null;
    }

    @Test
    void aNumberIsNoArray() {
        rejects(Kind.NO_AXIS_LEFT, "write 1 on the right",
                () -> Einops.reduce(new float[2][2], "a b ->", Reduction.SUM));
        assertArrayEquals(new float[1], (float[]) Einops.reduce((Object) new float[2][2], "a b -> 1",
                Reduction.SUM));
    }

    @Test
    void arraysOfObjects() {
        rejects(Kind.UNKNOWN_TENSOR, "Double[][]", () -> Einops.rearrange(new Double[2][2], "a b -> b a"));
    }
}

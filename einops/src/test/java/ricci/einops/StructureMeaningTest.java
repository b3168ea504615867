package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.reduce;
import static ricci.einops.Einops.repeat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.einops.Planner.Operation;

/**
 * Windows, nested groups, diagonals, repeated ellipses and lengths in the pattern mean what the layouts say,
 * element by element.
 */
class StructureMeaningTest {
    private static final List<Reduction.Named> REDUCTIONS = List.of(Reduction.Named.SUM, Reduction.Named.MAX,
            Reduction.Named.MIN, Reduction.Named.MEAN);

    @Property
    void rearranged(@ForAll long seed) {
        Structure s = Structure.random(seed, Operation.REARRANGE);
        check(s, rearrange(s.input(), s.pattern(), s.axes()), s.gather().stream().mapToDouble(List::getFirst)
                .toArray());
    }

    @Property
    void repeated(@ForAll long seed) {
        Structure s = Structure.random(seed, Operation.REPEAT);
        check(s, repeat(s.input(), s.pattern(), s.axes()), s.gather().stream().mapToDouble(List::getFirst)
                .toArray());
    }

    @Property
    void reduced(@ForAll long seed, @ForAll @IntRange(max = 3) int which) {
        Structure s = Structure.random(seed, Operation.REDUCE);
        Reduction.Named named = REDUCTIONS.get(which);
        check(s, reduce(s.input(), s.pattern(), named, s.axes()),
                s.gather().stream().mapToDouble(xs -> fold(named, xs)).toArray());
    }

    static double fold(Reduction.Named named, List<Double> xs) {
        double sum = xs.stream().mapToDouble(x -> x).sum();
        return named == Reduction.Named.SUM ? sum : named == Reduction.Named.MEAN ? (float) (sum / xs.size())
                : named == Reduction.Named.MAX ? xs.stream().max(Double::compare).orElseThrow()
                : xs.stream().min(Double::compare).orElseThrow();
    }

    @Property(tries = 200)
    void anyElements(@ForAll long seed, @ForAll ElementType type) {
        Structure s = Structure.random(seed, Operation.REARRANGE);
        double[] from = Tensors.reals(type.of(s.input()));
        double[] to = new double[s.right().size()];
        Layout.each(s.left().names(), s.lengths(),
                index -> to[s.right().at(index)] = from[s.left().at(index)]);
        Shaped<?> x = type.of(s.input());
        check(s, rearrange((Shaped<?>) x, s.pattern(), s.axes()), to);
    }

    private static void check(Structure s, Shaped<?> result, double[] expected) {
        assertArrayEquals(s.right().lengths(), result.shape(), s::toString);
        assertArrayEquals(expected, Tensors.reals(result), 0, s::toString);
    }

    @ParameterizedTest
    @EnumSource
    void windowsInAnyStorage(StorageKind kind) {
        float[] data = Tensors.counting(3, 8).data();
        Shaped<?> x = new Shaped<>(kind.of(data), 3, 8);
        Shaped<?> y = rearrange((Shaped<?>) x, "c (w*2 p=3) -> p c w");
        assertArrayEquals(new long[] {3, 3, 3}, y.shape());
        double[] expected = new double[27];
        for (int i = 0; i < 27; i++) {
            expected[i] = 8 * (i / 3 % 3) + 2 * (i % 3) + i / 9;
        }
        assertArrayEquals(expected, Primitives.reals(Storage.array(y.data())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10 | h*2 -> h             | 0 2 4 6 8
            10 | h*3 -> h             | 0 3 6 9
            10 | (h*4 p=2) -> h p     | 0 1 4 5 8 9
            11 | (h*4 p=2) -> h p     | 0 1 4 5 8 9
            6  | (h p=3*2) -> h p     | 0 2 4 1 3 5
            6  | (h*1 p=5) -> h p     | 0 1 2 3 4 1 2 3 4 5
            5  | (h=2*1 p=2*2 q=2*1) -> h p q | 0 1 2 3 1 2 3 4
            6  | (h=2 p) -> p h       | 0 3 1 4 2 5
            """)
    void windowsOfOneAxis(int length, String pattern, String expected) {
        double[] numbers = java.util.Arrays.stream(expected.split(" ")).mapToDouble(Double::parseDouble)
                .toArray();
        assertArrayEquals(numbers, Tensors.reals(rearrange(Tensors.counting(length), pattern)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            (a (b c)) (d) -> d c b a             | (a b c) d -> d c b a
            (((a) b) c) d -> (d (c (b a)))       | (a b c) d -> (d c b a)
            (a b c) d -> ((a d) (b c))           | (a b c) d -> (a d b c)
            (a=2 b=3 c) d -> d a b c             | (a b c=2) d -> d a b c
            (a b c) d=5 -> (a b) c d             | (a b c) d -> (a b) c d
            """)
    void spellings(String one, String other) {
        Shaped<float[]> x = Tensors.counting(12, 5);
        Axis[] axes = {Einops.axis("a", 2), Einops.axis("b", 3)};
        assertEquals(rearrange(x, other, axes), rearrange(x, one, axes));
    }
}

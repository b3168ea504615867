package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sides that are long enough for tiles and blocks of tiles change places, whatever is left at their ends. */
class TurnTest {
    /** Axes 1 and 2 of {@code [n,a,b,c]} exchanged, one element after the other. */
    private static double[] exchanged(double[] x, int n, int a, int b, int c) {
        double[] y = new double[x.length];
        int next = 0;
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < b; k++) {
                for (int j = 0; j < a; j++) {
                    for (int l = 0; l < c; l++) {
                        y[next++] = x[((i * a + j) * b + k) * c + l];
                    }
                }
            }
        }
        return y;
    }

    private static void check(ElementType type, StorageKind kind, int n, int a, int b, int c) {
        Shaped<?> plain = type.of(Tensors.filled(i -> i * 31 % 113, n, a, b, c));
        Shaped<?> x = new Shaped<>(kind.of(plain.data()), n, a, b, c);
        assertArrayEquals(exchanged(Tensors.reals(plain), n, a, b, c),
                Tensors.reals(Einops.rearrange(x, "n a b c -> n b a c").flat()),
                () -> type + " " + kind + " " + Arrays.asList(n, a, b, c));
    }

    @ParameterizedTest
    @EnumSource
    void blocks(ElementType type) {
        check(type, StorageKind.ARRAY, 1, 1111, 601, 1);
        check(type, StorageKind.DIRECT, 1, 600, 517, 1);
    }

    @Property(tries = 300)
    void tiles(@ForAll ElementType type, @ForAll StorageKind kind,
            @ForAll @IntRange(min = 60, max = 300) int a,
            @ForAll @IntRange(min = 60, max = 300) int b, @ForAll @IntRange(min = 1, max = 2) int n,
            @ForAll @IntRange(min = 1, max = 2) int c) {
        check(type, kind, n, a, b, c);
    }

    @Property(tries = 300)
    void pixels(@ForAll ElementType type, @ForAll StorageKind kind,
            @ForAll @IntRange(min = 1, max = 3000) int pixels,
            @ForAll @IntRange(min = 2, max = 5) int channels, @ForAll @IntRange(min = 1, max = 2) int n) {
        check(type, kind, n, pixels, channels, 1);
        check(type, kind, n, channels, pixels, 1);
    }

    @Property(tries = 300)
    void shortRuns(@ForAll ElementType type, @ForAll StorageKind kind,
            @ForAll @IntRange(min = 1, max = 40) int a, @ForAll @IntRange(min = 1, max = 40) int b,
            @ForAll @IntRange(min = 2, max = 24) int run) {
        check(type, kind, 2, a, b, run);
    }

    /** Rows are read backwards. */
    @ParameterizedTest
    @EnumSource
    void flipped(ElementType type) {
        Shaped<?> x = type.of(Tensors.filled(i -> i * 31 % 113, 200, 300));
        Shaped<?> turned = Einops.rearrange((Shaped<?>) Einops.flip(x, "[a] b"), "a b -> b a");
        Shaped<?> result = ShapedBackend.blank(x, new long[] {300, 200});
        ShapedBackend.copy(new Nest(new long[] {300, 200}, new long[] {1, -300}, new long[] {200, 1},
                199L * 300, 0), x, result);
        assertArrayEquals(Tensors.reals(turned), Tensors.reals(result), type::toString);
    }
}

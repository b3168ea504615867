package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.parseShape;
import static ricci.einops.Einops.rearrange;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** parseShape, as einops 0.8.2, and its result as the lengths of another call. */
class ParseShapeTest {
    static Stream<PackingTest.Case> cases() {
        return PackingTest.cases().filter(c -> c.cell(0).equals("parseShape"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsAsEinopsDoes(PackingTest.Case c) {
        Shaped<float[]> x = Tensors.counting(Invocation.shape(c.cell(2)));
        if (c.cell(3).equals("rejected")) {
            assertThrows(EinopsException.class, () -> parseShape(x, c.cell(1)));
        } else {
            assertEquals(c.cell(3), parseShape(x, c.cell(1)).toString());
        }
    }

    @Test
    void whatIsReadCanBePassedOn() {
        Shaped<float[]> x = Tensors.counting(2, 4, 6, 3);
        Shaped<float[]> flat = rearrange(x, "b h w c -> (b h w) c");
        Axes axes = parseShape(x, "b h w _");
        assertEquals(x, rearrange(flat, "(b h w) c -> b h w c", axes));
        assertArrayEquals(new long[] {2, 4, 2, 3, 3},
                rearrange(flat, "(b h u v) c -> b h u v c", parseShape(x, "b h _ _"), axis("v", 3)).shape());
        assertEquals(6, axes.length("w"));
        assertThrows(IllegalArgumentException.class, () -> axes.length("c"));
    }
}

package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.parseShape;
import static ricci.einops.Einops.rearrange;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.einops.EinopsException.Kind;

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

    /** Of an ellipsis inside of something, only that is an axis. */
    @Test
    void anEllipsisInsideSkipsNothing() {
        for (String pattern : List.of("[...]", "[... ]", "(...)", "(... 1)", "[a ...]")) {
            assertKind(Kind.WRONG_RANK, () -> parseShape(Tensors.counting(), pattern));
            assertKind(Kind.AMBIGUOUS_LENGTHS, () -> parseShape(Tensors.counting(2), pattern));
            assertKind(Kind.WRONG_RANK, () -> parseShape(Tensors.counting(2, 3), pattern));
        }
    }

    @Test
    void severalTensorsAgreeInTheirNames() {
        Shaped<float[]> images = Tensors.counting(8, 5, 6, 3);
        Shaped<float[]> labels = Tensors.counting(8);
        assertEquals("b=8 h=5 w=6", parseShape(List.of(images, labels), "b h w _, b").toString());
        EinopsException e = assertThrows(EinopsException.class,
                () -> parseShape(List.of(images, Tensors.counting(7)), "b h w _, b"));
        assertEquals(Kind.LENGTH_MISMATCH, e.kind());
        assertTrue(String.valueOf(e.getMessage())
                .contains("the axis b, axis 0 of tensor 2, has length 7, but 8 "
                + "at axis 0 of tensor 1"), e.getMessage());
        assertEquals(Kind.OPERAND_COUNT, assertThrows(EinopsException.class,
                () -> parseShape(List.of(images, labels), "b h w _")).kind());
    }

    @Test
    void shapesAreChecked() {
        Shaped<float[]> x = Tensors.counting(2, 16, 4, 6, 3);
        assertSame(x, Einops.check(x, "b t h w 3", axis("t", 16)));
        assertSame(x, Einops.check(x, "b ... c", parseShape(x, "_ _ _ _ c")));
        assertKind(Kind.LENGTH_MISMATCH, () -> Einops.check(x, "b t h w 3", axis("t", 15)));
        assertKind(Kind.LENGTH_MISMATCH, () -> Einops.check(x, "b t h w 4"));
        assertKind(Kind.WRONG_RANK, () -> Einops.check(x, "b t h w"));
        assertKind(Kind.AXIS_UNUSED, () -> Einops.check(x, "b t h w c", axis("d", 3)));
        assertKind(Kind.AXIS_GIVEN_TWICE, () -> Einops.check(x, "b t h w c", axis("c", 3), axis("c", 3)));
    }

    private static void assertKind(Kind kind, Executable call) {
        assertEquals(kind, assertThrows(EinopsException.class, call).kind());
    }
}

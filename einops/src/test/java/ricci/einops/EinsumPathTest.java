package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import ricci.einops.EinopsException.Kind;

/** The report on how an einsum is computed. */
class EinsumPathTest {
    @Test
    void aChain() {
        EinsumPath path = Einops.einsumPath("i j, j k, k l -> l i", new long[] {70, 70}, new long[] {70, 700},
                new long[] {700, 10});
        assertEquals("""
                einsum i j, j k, k l -> l i
                  tensors     step                        multiply-adds   elements
                  2, 3 -> 4   j k, k l -> j l                   490,000        700
                  1, 4 -> 5   i j, j l -> l i                    49,000        700
                              in all, and the largest           539,000        700
                              in one loop over all axes      68,600,000""", path.toString());
    }

    @Test
    void sumsDiagonalsAndEllipses() {
        List<Shaped<float[]>> tensors = List.of(Tensors.counting(4, 2, 2, 3), Tensors.counting(1, 3, 5),
                Tensors.counting(5));
        assertEquals("""
                einsum ... i i j, ... j k, k -> ... k
                  tensors     step                        multiply-adds   elements
                  1 -> 4      ...1 i i j -> ...1 j                    0         12
                  2 -> 5      ...1 j k -> j k                         0         15
                  5, 3 -> 6   j k, k -> k j                          15         15
                  4, 6 -> 7   ...1 j, k j -> ...1 k                  60         20
                              in all, and the largest                75         20
                              in one loop over all axes             240""",
                Einops.einsumPath(tensors, "... i i j, ... j k, k -> ... k").toString());
    }

    @Test
    void oneTensor() {
        assertEquals("""
                einsum i j -> j i
                  tensors   step                        multiply-adds   elements
                  1 -> 2    i j -> j i                              0          6
                            in all, and the largest                 0          6
                            in one loop over all axes               6""",
                Einops.einsumPath("i j -> j i", new long[] {2, 3}).toString());
        assertEquals("""
                einsum i j -> i j
                  tensors   step                        multiply-adds   elements
                            in all, and the largest                 0          0
                            in one loop over all axes               6""",
                Einops.einsumPath("i j -> i j", new long[] {2, 3}).toString());
    }

    @Test
    void totals() {
        EinsumPath path = Einops.einsumPath("i j, j k, k l -> i l", new long[] {700, 2}, new long[] {2, 700},
                new long[] {700, 2});
        assertEquals(5600, path.multiplyAdds());
        assertEquals(1400, path.largest());
        assertEquals(2L * 700 * 2 * 700 * 2, path.naive());
    }

    @Test
    @SuppressWarnings("NullAway")
    void refusesWhatEinsumRefuses() {
        rejects(Kind.LENGTH_MISMATCH, new long[] {2, 3}, new long[] {4, 5});
        rejects(Kind.WRONG_RANK, new long[] {2, 3}, new long[] {4});
        rejects(Kind.OPERAND_COUNT, new long[] {2, 3});
        rejects(Kind.OPERAND_COUNT);
        rejects(Kind.NEGATIVE_LENGTH, new long[] {2, -1}, new long[] {-1, 2});
        rejects(Kind.NULL_ARGUMENT, new long[] {2, 3}, null);
        EinopsException e = assertThrows(EinopsException.class, () -> Einops.einsumPath(List.of(), "i -> i"));
        assertEquals(Kind.NO_TENSORS, e.kind());
    }

    private static void rejects(Kind kind, long[]... shapes) {
        EinopsException e = assertThrows(EinopsException.class,
                () -> Einops.einsumPath("i j, j k -> i k", shapes));
        assertEquals(kind, e.kind());
    }
}

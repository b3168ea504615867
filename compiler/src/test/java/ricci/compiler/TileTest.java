package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Tiles along a side of a result. */
class TileTest {
    @Property
    void eachLaneIsThatOfOneTile(@ForAll @IntRange(max = 3) int blocks,
            @ForAll @IntRange(max = 100) int count, @ForAll @IntRange(min = 1, max = 4) int steps,
            @ForAll @IntRange(min = 1, max = 8) int step,
            @ForAll @IntRange(min = 1, max = 5) int most) {
        int tile = steps * step;
        long first = (long) blocks * most * tile;
        int[] tiles = new int[count];
        long before = 0;
        List<Tile.Part> parts = Tile.Part.of(new Gemm.Range(first, count), tile, step, most);
        for (Tile.Part part : parts) {
            assertEquals(before, part.before(), "a panel for each tile");
            assertTrue(first + part.first() >= 0, "an edge begins in the result");
            assertTrue(part.isWhole() ? part.width() % step == 0 : first + count < step, part::toString);
            for (long t = 0; t < part.each() * part.blocks(); t++) {
                for (long lane = part.skipped(); lane < part.width(); lane++) {
                    tiles[(int) (part.first() + t * part.width() + lane)]++;
                }
            }
            before += part.count();
        }
        assertEquals(before, Tile.Part.lanes(parts));
        for (int lane = 0; lane < count; lane++) {
            assertEquals(1, tiles[lane], "lane " + lane + " of " + parts);
        }
    }
}

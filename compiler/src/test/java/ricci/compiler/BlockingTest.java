package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.jvm.Caches;
import ricci.jvm.Machine;
import ricci.loop.Statement.Loop;

/** Of any machine, what has to stay in registers and caches does. */
class BlockingTest {
    @Property
    void whatIsReadAgainHasRoom(@ForAll @IntRange(min = 7, max = 11) int bits,
            @ForAll @IntRange(min = 4, max = 8) int first, @ForAll @IntRange(min = 2, max = 6) int second,
            @ForAll @IntRange(min = 1, max = 6) int last, @ForAll boolean isDouble) {
        int bytes = isDouble ? 8 : 4;
        Caches caches = new Caches(1L << (10 + first), 1L << (10 + first + second),
                1L << (10 + first + second + last));
        Machine machine = new Machine(1 << bits, bits >= 9 ? 32 : 16, caches);
        Blocking b = Blocking.of(machine, bytes);
        int vectors = b.tileColumns() / Blocking.lanes(machine, bytes);
        assertEquals(0, b.tileColumns() % Blocking.lanes(machine, bytes));
        // Sums, a row of the right operand, and two elements of the left one.
        assertTrue(b.tileRows() * vectors + vectors + 2 <= machine.registers(), b::toString);
        assertTrue(b.depth() > 0 && b.depth() <= Loop.MOST_SHORT, b::toString);
        assertEquals(0, b.rows() % b.tileRows());
        assertEquals(0, b.columns() % b.tileColumns());
        long least = 64L * bytes;
        long panel = Math.max(caches.first(), caches.second() / 4);
        assertTrue(b.depth() * b.tileColumns() * bytes <= Math.max(panel, least * b.tileColumns()),
                b::toString);
        assertTrue(b.depth() * b.rows() * bytes
                <= Math.max(caches.second() / 2, b.depth() * b.tileRows() * bytes), b::toString);
        assertTrue(b.depth() * b.columns() * bytes
                <= Math.max(caches.last() / 2, b.depth() * b.tileColumns() * bytes), b::toString);
    }

    @Property
    void tilesOfAnyFormHaveTheirSumsInRegisters(@ForAll @IntRange(min = 7, max = 11) int bits,
            @ForAll boolean isDouble, @ForAll @IntRange(min = 1, max = 600) int columns) {
        int bytes = isDouble ? 8 : 4;
        Machine machine = new Machine(1 << bits);
        int lanes = Blocking.lanes(machine, bytes);
        Blocking usual = Blocking.of(machine, bytes);
        Blocking b = usual.across(machine, bytes, columns);
        assertEquals(0, b.tileColumns() % lanes);
        int vectors = b.tileColumns() / lanes;
        assertTrue(b.tileRows() * vectors + vectors + 2 <= machine.registers(), b::toString);
        assertTrue(b.tileRows() * b.tileColumns() <= usual.tileRows() * usual.tileColumns(), b::toString);
        assertTrue(b.equals(usual) || b.tileColumns() < columns + lanes, b::toString);
    }

    @Test
    void fourVectorsAreOneTileWhereThereAreRegisters() {
        Machine machine = new Machine(512);
        assertEquals(64, Blocking.of(machine, 4).across(machine, 4, 64).tileColumns());
        assertEquals(48, Blocking.of(machine, 4).across(machine, 4, 96).tileColumns());
    }

    @Test
    void thereAreTilesWithoutVectors() {
        assertTrue(Blocking.of(Machine.scalar(), 4).tileColumns() > 0);
    }
}

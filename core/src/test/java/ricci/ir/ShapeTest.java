package ricci.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ShapeTest {
    @Property(tries = 100)
    void rangesJoinAgain(@ForAll @Size(max = 5) List<@LongRange(min = 0, max = 9) Long> lengths,
            @ForAll @IntRange(max = 5) int at) {
        Shape shape = shape(lengths);
        int cut = Math.min(at, shape.rank());
        assertEquals(shape, shape.range(0, cut).then(shape.range(cut, shape.rank())));
        assertEquals(shape, shape.range(0, cut).then(shape.range(cut, shape.rank()).toArray()));
    }

    @Property(tries = 100)
    void whatIsInsertedIsThere(@ForAll @Size(max = 5) List<@LongRange(min = 0, max = 9) Long> lengths,
            @ForAll @IntRange(max = 5) int at, @ForAll @LongRange(min = 0, max = 9) long length) {
        Shape shape = shape(lengths);
        int axis = Math.min(at, shape.rank());
        Shape inserted = shape.inserted(axis, length);
        assertEquals(length, inserted.length(axis));
        assertEquals(shape, inserted.without(List.of(axis)));
    }

    @Test
    void whatIsTooLargeIsRefused() {
        Shape half = Shape.of(1L << 32);
        assertThrows(RicciException.Shape.class, () -> half.then(half));
        assertThrows(RicciException.Shape.class, () -> half.then(-1));
    }

    private static Shape shape(List<Long> lengths) {
        return Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
    }
}

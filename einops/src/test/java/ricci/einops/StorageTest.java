package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.shaped;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Planner.Operation;

/** Elements in buffers and memory segments mean what those in arrays do. */
class StorageTest {
    private static final int MARGIN = 3;

    /** The elements amid others of a buffer. */
    private static Buffer buffer(Object array, boolean direct, boolean littleEndian) {
        int count = Primitives.count(array);
        ByteBuffer all = direct ? ByteBuffer.allocateDirect(8 * (count + 2 * MARGIN))
                : ByteBuffer.allocate(8 * (count + 2 * MARGIN));
        all.order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        all.position(1);
        Buffer buffer = switch (array) {
            case byte[] a -> all.slice().put(MARGIN, a);
            case char[] a -> all.slice().order(all.order()).asCharBuffer().put(MARGIN, a);
            case short[] a -> all.slice().order(all.order()).asShortBuffer().put(MARGIN, a);
            case int[] a -> all.slice().order(all.order()).asIntBuffer().put(MARGIN, a);
            case long[] a -> all.slice().order(all.order()).asLongBuffer().put(MARGIN, a);
            case float[] a -> all.slice().order(all.order()).asFloatBuffer().put(MARGIN, a);
            default -> all.slice().order(all.order()).asDoubleBuffer().put(MARGIN, (double[]) array);
        };
        return buffer.position(MARGIN).limit(MARGIN + count);
    }

    private static Shaped<?> call(Puzzle puzzle, Shaped<?> x) {
        return switch (puzzle.operation()) {
            case REARRANGE -> Einops.rearrange(x, puzzle.pattern(), puzzle.axes());
            case REDUCE -> Einops.reduce(x, puzzle.pattern(), Reduction.SUM, puzzle.axes());
            case REPEAT -> Einops.repeat(x, puzzle.pattern(), puzzle.axes());
        };
    }

    @Property
    void buffers(@ForAll long seed, @ForAll Operation operation, @ForAll ElementType type,
            @ForAll boolean direct, @ForAll boolean littleEndian) {
        Assume.that(type != ElementType.BOOLEAN);
        Puzzle puzzle = Puzzle.random(seed, operation);
        Shaped<?> x = type.of(puzzle.input());
        Buffer buffer = buffer(x.data(), direct, littleEndian);
        Shaped<?> y = new Shaped<>(buffer, x.shape());
        assertEquals(x, y, puzzle::toString);
        assertEquals(x.toString(), y.toString());
        Shaped<?> result = call(puzzle, y);
        assertEquals(call(puzzle, x), result, puzzle::toString);
        assertEquals(direct, assertInstanceOf(Buffer.class, result.data()).isDirect());
        assertEquals(MARGIN, buffer.position());
        assertEquals(x, y, "the argument changed");
    }

    @Property
    void segments(@ForAll long seed, @ForAll Operation operation, @ForAll ElementType type,
            @ForAll boolean swapped) {
        Puzzle puzzle = Puzzle.random(seed, operation);
        Shaped<?> x = type.of(puzzle.input());
        Elements any = new Elements(MemorySegment.NULL, ValueLayout.JAVA_INT);
        Elements made = (Elements) Storage.like(any, x.data());
        ValueLayout layout = swapped ? made.layout().withOrder(ByteOrder.BIG_ENDIAN) : made.layout();
        Elements elements = (Elements) Storage.like(new Elements(MemorySegment.NULL, layout), x.data());
        Shaped<Elements> y = shaped(elements.segment(), layout, x.shape());
        assertEquals(x, y, puzzle::toString);
        Shaped<?> result = call(puzzle, y);
        assertEquals(call(puzzle, x), result, puzzle::toString);
        assertInstanceOf(Elements.class, result.data());
    }

    @Test
    void sumsAndTruths() {
        Shaped<?> ints = shaped(IntBuffer.wrap(new int[] {1, 0, Integer.MAX_VALUE, 1}), 2, 2);
        assertEquals(LongBuffer.wrap(new long[] {1, 1L << 31}),
                Einops.reduce(ints, "a b -> a", Reduction.SUM).data());
        assertEquals(ByteBuffer.wrap(new byte[] {0, 1}),
                Einops.reduce(ints, "a b -> a", Reduction.ALL).data());
        MemorySegment segment = MemorySegment.ofArray(new int[] {1, 0, 3, 4});
        Shaped<?> all = Einops.reduce((Shaped<?>) shaped(segment, ValueLayout.JAVA_INT, 2, 2), "a b -> a",
                Reduction.ALL);
        assertEquals(shaped(new boolean[] {false, true}, 2), all);
        Elements truths = (Elements) all.data();
        assertTrue(truths.segment().getAtIndex(ValueLayout.JAVA_BOOLEAN, 1));
        assertFalse(truths.segment().getAtIndex(ValueLayout.JAVA_BOOLEAN, 0));
    }

    @Test
    void layoutAndOrderStay() {
        ValueLayout.OfInt layout = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN).withName("pixel");
        MemorySegment segment = Arena.ofAuto().allocate(layout, 2);
        segment.setAtIndex(layout, 1, 7);
        Elements result = Einops.rearrange(shaped(segment, layout, 1, 2), "a b -> b a").data();
        assertEquals(layout, result.layout());
        assertEquals(7, result.segment().getAtIndex(layout, 1));
    }

    @Test
    void sharesTheElementsButNotTheBounds() {
        FloatBuffer buffer = FloatBuffer.wrap(new float[] {1, 2});
        Shaped<FloatBuffer> x = shaped(buffer, 2);
        assertEquals(1, buffer.get());
        assertEquals(1, x.data().get());
        buffer.put(0, 5);
        assertEquals(shaped(new float[] {5, 2}, 2), x);
    }

    @Test
    void readOnlyBuffersAndLists() {
        FloatBuffer x = FloatBuffer.wrap(new float[] {1, 2}).asReadOnlyBuffer();
        List<Shaped<FloatBuffer>> two = List.of(shaped(x, 2), shaped(x, 2));
        assertEquals(FloatBuffer.wrap(new float[] {1, 1, 2, 2}),
                Einops.rearrange(two, "n a -> (a n)").data());
        assertEquals(two, Einops.unpack(Einops.pack(two, "*"), "*"));
        assertEquals(shaped(new float[] {5}), Einops.einsum(two, "a, a ->"));
    }

    @Test
    void whatHoldsNoPrimitives() {
        MemorySegment segment = MemorySegment.ofArray(new byte[6]);
        assertThrows(IllegalArgumentException.class, () -> shaped(segment, ValueLayout.JAVA_INT, 1));
        assertThrows(IllegalArgumentException.class, () -> shaped(segment, ValueLayout.JAVA_BYTE, 5));
        assertThrows(IllegalArgumentException.class,
                () -> shaped(MemorySegment.ofArray(new long[1]), ValueLayout.ADDRESS, 1));
        assertThrows(IllegalArgumentException.class, () -> shaped(CharBuffer.wrap("text"), 4));
    }

    @Test
    void segmentsThatAreClosed() {
        Shaped<Elements> x;
        try (Arena arena = Arena.ofConfined()) {
            x = shaped(arena.allocate(8), ValueLayout.JAVA_FLOAT, 2);
        }
        assertEquals(Kind.BACKEND_FAILED, assertThrows(EinopsException.class,
                () -> Einops.repeat(x, "a -> a 2")).kind());
    }
}

package ricci.einops;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Where the elements of a tensor are: in an array, from some place on, or in a {@link Window}.
 *
 * @param place the array of primitives, or the window
 * @param swapped whether the bytes of each element are in the order that is not the machine's
 */
record Memory(Object place, long start, boolean swapped) {

    /**
     * The memory of some elements: their own, but for heap memory that is no array of their type or that
     * hides its array because it is read-only; that is copied.
     */
    static Memory of(Object data) {
        Memory own = own(data);
        if (own != null) {
            return own;
        }
        Elements elements = data instanceof Buffer buffer ? Storage.elements(buffer) : (Elements) data;
        Object copy = Storage.newArray(Storage.heapType(elements.layout().carrier()),
                Storage.count(elements));
        Storage.segment(copy).copyFrom(elements.segment());
        return new Memory(copy, 0, isSwapped(elements));
    }

    /** The elements' own memory, which may be written; null, if only a copy could be read. */
    static @Nullable Memory own(Object data) {
        return switch (data) {
            case Buffer buffer when buffer.hasArray() ->
                    new Memory(buffer.array(), buffer.arrayOffset() + (long) buffer.position(), false);
            case Buffer buffer -> own(Storage.elements(buffer));
            case Elements elements -> own(elements);
            default -> new Memory(data, 0, false);
        };
    }

    private static boolean isSwapped(Elements elements) {
        return elements.layout().byteSize() > 1 && elements.layout().order() != ByteOrder.nativeOrder();
    }

    private static @Nullable Memory own(Elements elements) {
        MemorySegment segment = elements.segment();
        int width = (int) elements.layout().byteSize();
        boolean swapped = isSwapped(elements);
        if (segment.isNative()) {
            return new Memory(new Window(segment, width), 0, swapped);
        }
        Object array = segment.heapBase().orElse(null);
        Class<?> type = Storage.heapType(elements.layout().carrier());
        boolean typed = array != null && array.getClass().getComponentType() == type
                && segment.address() % width == 0;
        return array != null && typed ? new Memory(array, segment.address() / width, swapped) : null;
    }

    /** The tiles that copy from here to there, if any can. */
    @Nullable Tiles tilesTo(Memory to) {
        if (swapped != to.swapped) {
            return null;
        }
        if (place instanceof Window window) {
            return to.place instanceof Window ? WindowTiles.of(window.width()) : null;
        }
        return place.getClass() == to.place.getClass() ? ArrayTiles.of(place) : null;
    }
}

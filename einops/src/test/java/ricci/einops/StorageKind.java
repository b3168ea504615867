package ricci.einops;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What may hold the elements of a tensor; truths are in bytes where there is no array of them. */
enum StorageKind {
    ARRAY, WRAPPED, HEAP_VIEW, DIRECT, SWAPPED_DIRECT, NATIVE, SWAPPED_NATIVE, READ_ONLY, HEAP, HEAP_BYTES;

    private static final ByteOrder SWAPPED = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
            ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;

    /** The elements of an array, copied. */
    Object of(Object array) {
        Object like = switch (this) {
            case ARRAY -> array;
            case WRAPPED -> ByteBuffer.allocate(0).order(ByteOrder.nativeOrder());
            case HEAP_VIEW, DIRECT -> ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder());
            case SWAPPED_DIRECT -> ByteBuffer.allocateDirect(0).order(SWAPPED);
            case NATIVE, READ_ONLY, HEAP, HEAP_BYTES -> elements(ByteOrder.nativeOrder(), array);
            case SWAPPED_NATIVE -> elements(SWAPPED, array);
        };
        Object made = Storage.like(like, array);
        return switch (this) {
            case HEAP_VIEW -> onHeap((Buffer) made);
            case READ_ONLY -> new Elements(((Elements) made).segment().asReadOnly(),
                    ((Elements) made).layout());
            case HEAP -> new Elements(Storage.segment(array(made)), ((Elements) made).layout());
            case HEAP_BYTES -> new Elements(MemorySegment.ofArray(((Elements) made).segment()
                    .toArray(ValueLayout.JAVA_BYTE)), ((Elements) made).layout().withByteAlignment(1));
            case ARRAY, WRAPPED, DIRECT, SWAPPED_DIRECT, NATIVE, SWAPPED_NATIVE -> made;
        };
    }

    private static Object array(Object made) {
        return Primitives.cast(Storage.array(made), Storage.heapType(Storage.type(made)));
    }

    private static Elements elements(ByteOrder order, Object array) {
        Class<?> type = array.getClass().getComponentType();
        ValueLayout layout = type == float.class ? ValueLayout.JAVA_FLOAT
                : type == double.class ? ValueLayout.JAVA_DOUBLE
                : type == int.class ? ValueLayout.JAVA_INT
                : type == long.class ? ValueLayout.JAVA_LONG
                : type == short.class ? ValueLayout.JAVA_SHORT
                : type == char.class ? ValueLayout.JAVA_CHAR
                : type == byte.class ? ValueLayout.JAVA_BYTE : ValueLayout.JAVA_BOOLEAN;
        return new Elements(Arena.ofAuto().allocate(8), layout.withOrder(order));
    }

    /** Elements of a heap buffer that has no array of their type, between a position and a limit. */
    private static Object onHeap(Buffer direct) {
        byte[] bytes = MemorySegment.ofBuffer(direct).toArray(ValueLayout.JAVA_BYTE);
        ByteBuffer all = ByteBuffer.allocate(bytes.length + 16).order(ByteOrder.nativeOrder());
        all.put(8, bytes);
        int width = (int) Storage.elements(direct).layout().byteSize();
        Buffer view = switch (direct) {
            case ByteBuffer _ -> all;
            case java.nio.CharBuffer _ -> all.asCharBuffer();
            case java.nio.ShortBuffer _ -> all.asShortBuffer();
            case java.nio.IntBuffer _ -> all.asIntBuffer();
            case java.nio.LongBuffer _ -> all.asLongBuffer();
            case java.nio.FloatBuffer _ -> all.asFloatBuffer();
            case java.nio.DoubleBuffer _ -> all.asDoubleBuffer();
        };
        return view.position(8 / width).limit(8 / width + direct.capacity());
    }
}

package ricci.einops;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/** What holds the elements of a tensor: an array of primitives, a buffer, or a memory segment. */
final class Storage {
    private Storage() {}

    /**
     * The number of elements.
     *
     * @throws IllegalArgumentException if this holds no primitives
     */
    static long count(Object data) {
        return switch (data) {
            case Buffer buffer -> elements(buffer).segment().byteSize() / element(buffer).byteSize();
            case Elements(var segment, var layout) -> {
                carrier(layout);
                if (segment.byteSize() % layout.byteSize() != 0) {
                    throw new IllegalArgumentException("cannot use " + segment.byteSize()
                            + " bytes as elements of " + layout.byteSize() + " bytes: they leave a rest");
                }
                yield segment.byteSize() / layout.byteSize();
            }
            default -> Primitives.count(data);
        };
    }

    private static void carrier(ValueLayout layout) {
        if (!layout.carrier().isPrimitive()) {
            throw new IllegalArgumentException("cannot use addresses as the elements of a tensor: they are "
                    + "primitives, as in ValueLayout.JAVA_FLOAT");
        }
    }

    /** The elements' primitive type. */
    static Class<?> type(Object data) {
        return switch (data) {
            case Buffer buffer -> element(buffer).carrier();
            case Elements elements -> elements.layout().carrier();
            default -> data.getClass().getComponentType();
        };
    }

    /** The same elements with bounds of their own, so that reading from a buffer moves nobody else. */
    @SuppressWarnings("unchecked")
    static <A> A view(A data) {
        return data instanceof ByteBuffer bytes ? (A) bytes.duplicate().order(bytes.order())
                : data instanceof Buffer buffer ? (A) buffer.duplicate() : data;
    }

    /** The elements as an array: itself, or a copy. */
    static Object array(Object data) {
        return switch (data) {
            case Buffer buffer -> read(elements(buffer));
            case Elements elements -> read(elements);
            default -> data;
        };
    }

    /** An array's elements as what the given elements are: an array, a buffer as direct, or a segment. */
    static Object like(Object given, Object array) {
        if (given.getClass().isArray()) {
            return array;
        }
        Object like = blank(given, array.getClass().getComponentType(), Primitives.count(array));
        write(array, like instanceof Buffer buffer ? elements(buffer) : (Elements) like);
        return like;
    }

    /**
     * Zeros of a type in what the given elements are in, of the same byte order: on the heap or outside of
     * it, where the garbage collector frees it. Truths are bytes, but in arrays.
     */
    static Object blank(Object given, Class<?> type, long count) {
        return switch (given) {
            case Buffer buffer when buffer.isDirect() -> direct(heapType(type), count, order(buffer));
            case Buffer buffer -> wrap(newArray(heapType(type), count), order(buffer));
            case Elements(var segment, var layout) -> {
                ValueLayout written = type == layout.carrier() ? layout : layout(type);
                yield new Elements(segment.isNative() ? Arena.ofAuto().allocate(
                        bytes(count, written.byteSize()), written.byteAlignment())
                        : segment(newArray(heapType(type), count)), written);
            }
            default -> newArray(type, count);
        };
    }

    private static ByteOrder order(Buffer buffer) {
        return buffer instanceof ByteBuffer bytes ? bytes.order() : element(buffer).order();
    }

    private static long bytes(long count, long width) {
        if (count > Long.MAX_VALUE / width) {
            throw new OutOfMemoryError("no memory has room for " + count + " elements");
        }
        return count * width;
    }

    /** The type of the arrays that hold elements for buffers and segments, which know no booleans. */
    static Class<?> heapType(Class<?> type) {
        return type == boolean.class ? byte.class : type;
    }

    /** An array of zeros; that there is no room for it is reported as Java itself does. */
    static Object newArray(Class<?> type, long count) {
        if (count > Integer.MAX_VALUE) {
            throw new OutOfMemoryError("no array has room for " + count + " elements");
        }
        return type == float.class ? new float[(int) count] : Array.newInstance(type, (int) count);
    }

    private static Object read(Elements elements) {
        long count = count(elements);
        ValueLayout layout = elements.layout().withByteAlignment(1);
        if (layout.carrier() == boolean.class) {
            return Primitives.like(new boolean[0], Primitives.integers(
                    elements.segment().toArray(ValueLayout.JAVA_BYTE)));
        }
        Object array = newArray(layout.carrier(), count);
        MemorySegment.copy(elements.segment(), layout, 0, array, 0, (int) count);
        return array;
    }

    private static void write(Object array, Elements to) {
        ValueLayout layout = to.layout().carrier() == boolean.class ? ValueLayout.JAVA_BYTE
                : to.layout().withByteAlignment(1);
        MemorySegment.copy(truthsAsBytes(array), 0, to.segment(), layout, 0, Primitives.count(array));
    }

    /** Writes all elements, those of an array of the same type, or of truths and bytes. */
    static void overwrite(Object to, Object array) {
        switch (to) {
            case Buffer buffer -> write(array, elements(buffer));
            case Elements elements -> write(array, elements);
            default -> System.arraycopy(Primitives.cast(array, type(to)), 0, to, 0, Primitives.count(to));
        }
    }

    /** The type that elements have in this kind of memory: buffers know no booleans. */
    static Class<?> typeIn(Object memory, Class<?> type) {
        return memory instanceof Buffer ? heapType(type) : type;
    }

    static boolean isReadOnly(Object data) {
        return switch (data) {
            case Buffer buffer -> buffer.isReadOnly();
            case Elements elements -> elements.segment().isReadOnly();
            default -> false;
        };
    }

    /** Whether some memory holds elements of both. */
    static boolean overlap(Object a, Object b) {
        // Segments of booleans are never views of arrays of them.
        boolean whole = (a.getClass().isArray() && b.getClass().isArray()) || a instanceof boolean[]
                || b instanceof boolean[];
        return whole ? a.equals(b) : bytes(a).asOverlappingSlice(bytes(b)).isPresent();
    }

    private static MemorySegment bytes(Object data) {
        return switch (data) {
            case Buffer buffer -> MemorySegment.ofBuffer(buffer);
            case Elements elements -> elements.segment();
            default -> segment(data);
        };
    }

    /** Neither buffers nor bulk copies know booleans. */
    private static Object truthsAsBytes(Object array) {
        return array instanceof boolean[] ? Primitives.like(new byte[0], Primitives.integers(array)) : array;
    }

    static Elements elements(Buffer buffer) {
        return new Elements(MemorySegment.ofBuffer(buffer), element(buffer));
    }

    private static ValueLayout element(Buffer buffer) {
        return switch (buffer) {
            case ByteBuffer _ -> ValueLayout.JAVA_BYTE;
            case CharBuffer b -> ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(b.order());
            case ShortBuffer b -> ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(b.order());
            case IntBuffer b -> ValueLayout.JAVA_INT_UNALIGNED.withOrder(b.order());
            case LongBuffer b -> ValueLayout.JAVA_LONG_UNALIGNED.withOrder(b.order());
            case FloatBuffer b -> ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(b.order());
            case DoubleBuffer b -> ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(b.order());
        };
    }

    /** The layout of results of another type than their arguments. */
    private static ValueLayout layout(Class<?> type) {
        return type == boolean.class ? ValueLayout.JAVA_BOOLEAN
                : element(wrap(Array.newInstance(type, 0), ByteOrder.nativeOrder()));
    }

    private static Buffer wrap(Object array, ByteOrder order) {
        return switch (array) {
            case byte[] a -> ByteBuffer.wrap(a).order(order);
            case char[] a -> CharBuffer.wrap(a);
            case short[] a -> ShortBuffer.wrap(a);
            case int[] a -> IntBuffer.wrap(a);
            case long[] a -> LongBuffer.wrap(a);
            case float[] a -> FloatBuffer.wrap(a);
            default -> DoubleBuffer.wrap((double[]) array);
        };
    }

    /** An array of anything but booleans as a segment. */
    static MemorySegment segment(Object array) {
        return MemorySegment.ofBuffer(wrap(array, ByteOrder.nativeOrder()));
    }

    private static Buffer direct(Class<?> type, long count, ByteOrder order) {
        long size = bytes(count, layout(type).byteSize());
        if (size > Integer.MAX_VALUE) {
            throw new OutOfMemoryError("no direct buffer has room for " + size + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) size).order(order);
        return type == byte.class ? bytes
                : type == char.class ? bytes.asCharBuffer()
                : type == short.class ? bytes.asShortBuffer()
                : type == int.class ? bytes.asIntBuffer()
                : type == long.class ? bytes.asLongBuffer()
                : type == float.class ? bytes.asFloatBuffer() : bytes.asDoubleBuffer();
    }
}

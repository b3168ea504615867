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

/**
 * What holds the elements of a tensor: an array of primitives, a buffer, or a memory segment. Operations
 * compute on arrays; the others are read into one and written from one, all in memory segments.
 */
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
        return switch (given) {
            case Buffer buffer when buffer.isDirect() -> direct(truthsAsBytes(array));
            case Buffer _ -> wrap(truthsAsBytes(array));
            case Elements(_, var layout) -> {
                Class<?> type = array.getClass().getComponentType();
                ValueLayout written = type == layout.carrier() ? layout : layout(type);
                MemorySegment segment = Arena.ofAuto().allocate(
                        Primitives.count(array) * written.byteSize(), written.byteAlignment());
                write(array, segment, written);
                yield new Elements(segment, written);
            }
            default -> array;
        };
    }

    /** Zeros of a type in what the given elements are in. */
    static Object blank(Object given, Class<?> type, long... shape) {
        return like(given, Array.newInstance(type, ShapedBackend.count(shape)));
    }

    private static Object read(Elements elements) {
        long count = count(elements);
        if (count > Integer.MAX_VALUE) {
            throw new OutOfMemoryError("no array has room for " + count + " elements");
        }
        ValueLayout layout = elements.layout().withByteAlignment(1);
        if (layout.carrier() == boolean.class) {
            return Primitives.like(new boolean[0], Primitives.integers(
                    elements.segment().toArray(ValueLayout.JAVA_BYTE)));
        }
        Object array = Array.newInstance(layout.carrier(), (int) count);
        MemorySegment.copy(elements.segment(), layout, 0, array, 0, (int) count);
        return array;
    }

    private static void write(Object array, MemorySegment to, ValueLayout layout) {
        ValueLayout unaligned = layout.carrier() == boolean.class ? ValueLayout.JAVA_BYTE
                : layout.withByteAlignment(1);
        MemorySegment.copy(truthsAsBytes(array), 0, to, unaligned, 0, Primitives.count(array));
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
                : element(wrap(Array.newInstance(type, 0)));
    }

    private static Buffer wrap(Object array) {
        return switch (array) {
            case byte[] a -> ByteBuffer.wrap(a);
            case char[] a -> CharBuffer.wrap(a);
            case short[] a -> ShortBuffer.wrap(a);
            case int[] a -> IntBuffer.wrap(a);
            case long[] a -> LongBuffer.wrap(a);
            case float[] a -> FloatBuffer.wrap(a);
            default -> DoubleBuffer.wrap((double[]) array);
        };
    }

    private static Buffer direct(Object array) {
        ValueLayout layout = element(wrap(array));
        long size = Primitives.count(array) * layout.byteSize();
        if (size > Integer.MAX_VALUE) {
            throw new OutOfMemoryError("no direct buffer has room for " + size + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) size).order(ByteOrder.nativeOrder());
        write(array, MemorySegment.ofBuffer(bytes), layout);
        return switch (array) {
            case byte[] _ -> bytes;
            case char[] _ -> bytes.asCharBuffer();
            case short[] _ -> bytes.asShortBuffer();
            case int[] _ -> bytes.asIntBuffer();
            case long[] _ -> bytes.asLongBuffer();
            case float[] _ -> bytes.asFloatBuffer();
            default -> bytes.asDoubleBuffer();
        };
    }
}

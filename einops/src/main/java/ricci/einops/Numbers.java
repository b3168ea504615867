package ricci.einops;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elements of a tensor as doubles or longs, some at a time: from arrays where they are, from
 * segments by way of a small array, into which they are copied in bulk.
 */
final class Numbers {
    private final Object array;
    private final long origin;
    private final MemorySegment segment;
    private final ValueLayout layout;

    private Numbers(Object array, long origin, MemorySegment segment, ValueLayout layout) {
        this.array = array;
        this.origin = origin;
        this.segment = segment;
        this.layout = layout;
    }

    /** The elements of a tensor, read at most {@code most} at a time. */
    static Numbers of(Object data, int most) {
        return switch (data) {
            case Buffer buffer when buffer.hasArray() -> new Numbers(buffer.array(),
                    buffer.arrayOffset() + (long) buffer.position(), MemorySegment.NULL,
                    ValueLayout.JAVA_BYTE);
            case Buffer buffer -> of(Storage.elements(buffer), most);
            case Elements elements -> of(elements, most);
            default -> new Numbers(data, 0, MemorySegment.NULL, ValueLayout.JAVA_BYTE);
        };
    }

    private static Numbers of(Elements elements, int most) {
        ValueLayout layout = elements.layout();
        return new Numbers(Storage.newArray(layout.carrier(), most), 0, elements.segment(),
                layout.carrier() == boolean.class ? ValueLayout.JAVA_BYTE : layout.withByteAlignment(1));
    }

    private boolean isStaged() {
        return segment.byteSize() > 0;
    }

    /** Copies elements to the start of the array; returns their stride there. */
    private void stage(long start, long stride, int count) {
        long width = layout.byteSize();
        if (array instanceof boolean[] truths) {
            for (int i = 0; i < count; i++) {
                truths[i] = segment.get(ValueLayout.JAVA_BYTE, start + i * stride) != 0;
            }
        } else if (stride == 1) {
            MemorySegment.copy(segment, layout, start * width, array, 0, count);
        } else {
            for (int i = 0; i < count; i++) {
                MemorySegment.copy(segment, layout, (start + i * stride) * width, array, i, 1);
            }
        }
    }

    /** {@code count} elements from place {@code start} on. */
    void reals(long start, long stride, int count, double[] into) {
        if (isStaged()) {
            stage(start, stride, count);
            reals(array, 0, 1, count, into);
        } else {
            reals(array, (int) (origin + start), (int) stride, count, into);
        }
    }

    /** {@code count} elements, which are floats, from place {@code start} on. */
    void floats(long start, long stride, int count, float[] into) {
        if (isStaged()) {
            stage(start, stride, count);
            System.arraycopy(array, 0, into, 0, count);
            return;
        }
        float[] x = (float[]) array;
        int place = (int) (origin + start);
        if (stride == 1) {
            System.arraycopy(x, place, into, 0, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            into[i] = x[place];
            place += (int) stride;
        }
    }

    /** {@code count} elements, integers or truths, from place {@code start} on. */
    void integers(long start, long stride, int count, long[] into) {
        if (isStaged()) {
            stage(start, stride, count);
            integers(array, 0, 1, count, into);
        } else {
            integers(array, (int) (origin + start), (int) stride, count, into);
        }
    }

    private static void reals(Object array, int start, int stride, int count, double[] into) {
        int place = start;
        switch (array) {
            case float[] x when stride == 1 -> {
                for (int i = 0; i < count; i++) {
                    into[i] = x[start + i];
                }
            }
            case float[] x -> {
                for (int i = 0; i < count; i++) {
                    into[i] = x[place];
                    place += stride;
                }
            }
            case double[] x when stride == 1 -> System.arraycopy(x, start, into, 0, count);
            case double[] x -> {
                for (int i = 0; i < count; i++) {
                    into[i] = x[place];
                    place += stride;
                }
            }
            case int[] x -> {
                for (int i = 0; i < count; i++) {
                    into[i] = x[place];
                    place += stride;
                }
            }
            case long[] x -> {
                for (int i = 0; i < count; i++) {
                    into[i] = x[place];
                    place += stride;
                }
            }
            default -> {
                long[] integers = new long[count];
                integers(array, start, stride, count, integers);
                for (int i = 0; i < count; i++) {
                    into[i] = integers[i];
                }
            }
        }
    }

    private static void integers(Object array, int start, int stride, int count, long[] into) {
        int place = start;
        switch (array) {
            case int[] x when stride == 1 -> {
                for (int i = 0; i < count; i++) {
                    into[i] = x[start + i];
                }
            }
            case int[] x -> {
                for (int i = 0; i < count; i++) {
                    into[i] = x[place];
                    place += stride;
                }
            }
            case long[] x when stride == 1 -> System.arraycopy(x, start, into, 0, count);
            case long[] x -> {
                for (int i = 0; i < count; i++) {
                    into[i] = x[place];
                    place += stride;
                }
            }
            case short[] x -> {
                for (int i = 0; i < count; i++) {
                    into[i] = x[place];
                    place += stride;
                }
            }
            case byte[] x -> {
                for (int i = 0; i < count; i++) {
                    into[i] = x[place];
                    place += stride;
                }
            }
            case char[] x -> {
                for (int i = 0; i < count; i++) {
                    into[i] = x[place];
                    place += stride;
                }
            }
            default -> {
                boolean[] x = (boolean[]) array;
                for (int i = 0; i < count; i++) {
                    into[i] = x[place] ? 1 : 0;
                    place += stride;
                }
            }
        }
    }

    /** The array, if it is one of floats that are read where they are; the first one is at the origin. */
    float @Nullable [] floats() {
        return !isStaged() && array instanceof float[] floats ? floats : null;
    }

    long origin() {
        return origin;
    }
}

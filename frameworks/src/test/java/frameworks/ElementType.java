package frameworks;

import java.lang.reflect.Array;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import ricci.einops.Shaped;

/** The element types that Java and the frameworks share. */
enum ElementType {
    FLOAT(float.class), DOUBLE(double.class), INT(int.class), LONG(long.class), SHORT(short.class),
    BYTE(byte.class), BOOLEAN(boolean.class);

    private final Class<?> type;

    ElementType(Class<?> type) {
        this.type = type;
    }

    /** A tensor whose element i, in row-major order, is f(i). */
    Shaped<?> filled(IntToLongFunction f, long... shape) {
        int count = (int) LongStream.of(shape).reduce(1, (a, b) -> a * b);
        Object data = Array.newInstance(type, count);
        for (int i = 0; i < count; i++) {
            long x = f.applyAsLong(i);
            switch (data) {
                case float[] a -> a[i] = x;
                case double[] a -> a[i] = x;
                case int[] a -> a[i] = (int) x;
                case long[] a -> a[i] = x;
                case short[] a -> a[i] = (short) x;
                case byte[] a -> a[i] = (byte) x;
                default -> ((boolean[]) data)[i] = x != 0;
            }
        }
        return new Shaped<>(data, shape);
    }

    /** The elements as doubles; true is 1. */
    static double[] reals(Object data) {
        return IntStream.range(0, Array.getLength(data)).mapToDouble(i ->
                data instanceof boolean[] a ? (a[i] ? 1 : 0) : Array.getDouble(data, i)).toArray();
    }
}

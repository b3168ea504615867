package ricci.einops;

import java.lang.reflect.Array;
import java.util.Arrays;

/** Arrays of any primitive type: moving their elements, and reading and writing them as double or long. */
final class Primitives {
    private Primitives() {}

    /**
     * The number of elements.
     *
     * @throws IllegalArgumentException if this is no array of primitives
     */
    static int count(Object array) {
        Class<?> component = array.getClass().getComponentType();
        if (component == null || !component.isPrimitive()) {
            throw new IllegalArgumentException("cannot use a " + array.getClass().getTypeName()
                    + " as the elements of a tensor: they are in an array of primitives, such as float[]");
        }
        return Array.getLength(array);
    }

    static boolean isFloat(Object array) {
        return array instanceof float[] || array instanceof double[];
    }

    /** The elements at the given places, as an array of the same type. */
    static Object take(Object array, int[] places) {
        Object taken = Array.newInstance(array.getClass().getComponentType(), places.length);
        for (int i = 0; i < places.length; i++) {
            int from = places[i];
            switch (array) {
                case float[] a -> ((float[]) taken)[i] = a[from];
                case double[] a -> ((double[]) taken)[i] = a[from];
                case int[] a -> ((int[]) taken)[i] = a[from];
                case long[] a -> ((long[]) taken)[i] = a[from];
                case byte[] a -> ((byte[]) taken)[i] = a[from];
                case short[] a -> ((short[]) taken)[i] = a[from];
                case char[] a -> ((char[]) taken)[i] = a[from];
                default -> ((boolean[]) taken)[i] = ((boolean[]) array)[from];
            }
        }
        return taken;
    }

    /** All elements of several arrays of one type, one array after the other. */
    static Object join(java.util.List<?> arrays) {
        int count = arrays.stream().mapToInt(Primitives::count).sum();
        Object joined = Array.newInstance(arrays.getFirst().getClass().getComponentType(), count);
        int start = 0;
        for (Object array : arrays) {
            System.arraycopy(array, 0, joined, start, count(array));
            start += count(array);
        }
        return joined;
    }

    /** The elements as doubles. */
    static double[] reals(Object array) {
        return switch (array) {
            case double[] a -> a;
            case float[] a -> {
                double[] reals = new double[a.length];
                Arrays.setAll(reals, i -> a[i]);
                yield reals;
            }
            default -> Arrays.stream(integers(array)).asDoubleStream().toArray();
        };
    }

    /** The elements of an array of integers or booleans as longs; true is 1. */
    static long[] integers(Object array) {
        long[] integers = new long[count(array)];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = array instanceof boolean[] a ? (a[i] ? 1 : 0)
                    : array instanceof char[] c ? c[i] : Array.getLong(array, i);
        }
        return integers;
    }

    /** Doubles as an array of the same float type as {@code like}. */
    static Object like(Object like, double[] reals) {
        if (like instanceof double[]) {
            return reals;
        }
        float[] floats = new float[reals.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) reals[i];
        }
        return floats;
    }

    /** Longs as an array of the same type as {@code like}; they wrap. */
    static Object like(Object like, long[] integers) {
        Object array = Array.newInstance(like.getClass().getComponentType(), integers.length);
        for (int i = 0; i < integers.length; i++) {
            long x = integers[i];
            switch (array) {
                case int[] a -> a[i] = (int) x;
                case long[] a -> a[i] = x;
                case byte[] a -> a[i] = (byte) x;
                case short[] a -> a[i] = (short) x;
                case char[] a -> a[i] = (char) x;
                default -> ((boolean[]) array)[i] = x != 0;
            }
        }
        return array;
    }
}

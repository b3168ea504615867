package ricci.einops;

import java.lang.reflect.Array;

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
        return switch (array) {
            case float[] a -> {
                float[] taken = new float[places.length];
                for (int i = 0; i < places.length; i++) {
                    taken[i] = a[places[i]];
                }
                yield taken;
            }
            case double[] a -> {
                double[] taken = new double[places.length];
                for (int i = 0; i < places.length; i++) {
                    taken[i] = a[places[i]];
                }
                yield taken;
            }
            default -> {
                Object taken = Array.newInstance(array.getClass().getComponentType(), places.length);
                for (int i = 0; i < places.length; i++) {
                    System.arraycopy(array, places[i], taken, i, 1);
                }
                yield taken;
            }
        };
    }

    /** The elements as doubles. */
    static double[] reals(Object array) {
        if (array instanceof double[] reals) {
            return reals;
        }
        double[] reals = new double[count(array)];
        Numbers.of(array, 0).reals(0, 1, reals.length, reals);
        return reals;
    }

    /** The elements of an array of integers or booleans as longs; true is 1. */
    static long[] integers(Object array) {
        long[] integers = new long[count(array)];
        Numbers.of(array, 0).integers(0, 1, integers.length, integers);
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

    /** The elements as an array of a type: the array itself, if it is; floats are rounded, integers wrap. */
    static Object cast(Object array, Class<?> type) {
        if (array.getClass().getComponentType() == type) {
            return array;
        }
        Object like = Array.newInstance(type, 0);
        return isFloat(like) ? like(like, reals(array)) : like(like, integers(array));
    }

    /** Longs as an array of the same type as {@code like}; they wrap. */
    static Object like(Object like, long[] integers) {
        Object array = Array.newInstance(like.getClass().getComponentType(), integers.length);
        for (int i = 0; i < integers.length; i++) {
            set(array, i, integers[i]);
        }
        return array;
    }

    /** Writes an integer, which wraps, or a truth. */
    static void set(Object array, int place, long x) {
        switch (array) {
            case int[] a -> a[place] = (int) x;
            case long[] a -> a[place] = x;
            case byte[] a -> a[place] = (byte) x;
            case short[] a -> a[place] = (short) x;
            case char[] a -> a[place] = (char) x;
            default -> ((boolean[]) array)[place] = x != 0;
        }
    }
}

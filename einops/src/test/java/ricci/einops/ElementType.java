package ricci.einops;

import java.lang.reflect.Array;

/** The primitive types, for tests of tensors of each. */
enum ElementType {
    FLOAT(float.class), DOUBLE(double.class), INT(int.class), LONG(long.class), SHORT(short.class),
    BYTE(byte.class), CHAR(char.class), BOOLEAN(boolean.class);

    private final Class<?> type;

    ElementType(Class<?> type) {
        this.type = type;
    }

    /** The same numbers as elements of this type. */
    Shaped<?> of(Shaped<float[]> x) {
        Object like = Array.newInstance(type, 0);
        double[] reals = Primitives.reals(x.data());
        Object data = Primitives.isFloat(like) ? Primitives.like(like, reals)
                : Primitives.like(like, java.util.Arrays.stream(reals).mapToLong(r -> (long) r).toArray());
        return new Shaped<>(data, x.shape());
    }
}

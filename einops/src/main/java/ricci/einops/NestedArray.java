package ricci.einops;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import ricci.einops.EinopsException.Kind;

/**
 * Java's own arrays of primitives, nested to any depth, as tensors with an axis per level: to one flat array
 * and back. An array of length 0 does not know the lengths below it; they are taken to be 0.
 */
final class NestedArray {
    private static final int MOST_AXES = 255;

    private final Object flat;
    private final long[] shape;
    private final int[] index;
    private int next;

    private NestedArray(Object flat, long[] shape) {
        this.flat = flat;
        this.shape = shape;
        index = new int[shape.length];
    }

    /** Whether the innermost arrays are of primitives. */
    static boolean is(Class<?> type) {
        return type.isArray() && element(type).isPrimitive();
    }

    static Class<?> element(Class<?> type) {
        Class<?> component = type;
        while (component.isArray()) {
            component = component.getComponentType();
        }
        return component;
    }

    /** A copy of the elements with the shape. */
    static Shaped<?> flatten(Call call, Object array) {
        long[] shape = shape(array);
        Object flat = Array.newInstance(element(array.getClass()), count(call, shape));
        NestedArray made = new NestedArray(flat, shape);
        made.walk(call, array, 0, made::collect);
        return new Shaped<>(flat, shape);
    }

    /** The lengths of an array whose arrays of one level have one length. */
    static long[] shape(Call call, Object array) {
        long[] shape = shape(array);
        new NestedArray(array, shape).walk(call, array, 0, _ -> { });
        return shape;
    }

    /** Writes the elements of a tensor into an array that has its shape. */
    static void fill(Object array, Shaped<?> x) {
        new NestedArray(x.data(), x.shape()).distribute(array);
    }

    /** The innermost arrays that have elements. */
    static List<Object> rows(@Nullable Object array) {
        List<Object> rows = new ArrayList<>();
        collect(array, rows);
        return rows;
    }

    private static void collect(@Nullable Object array, List<Object> rows) {
        if (array instanceof Object[] level) {
            for (Object row : level) {
                collect(row, rows);
            }
        } else if (array != null && Array.getLength(array) > 0) {
            rows.add(array);
        }
    }

    /** The lengths of the first array of each level. */
    private static long[] shape(Object array) {
        int rank = (int) array.getClass().getTypeName().chars().filter(c -> c == '[').count();
        long[] shape = new long[rank];
        Object level = array;
        for (int axis = 0; axis < rank && level != null; axis++) {
            shape[axis] = Array.getLength(level);
            level = level instanceof Object[] rows && rows.length > 0 ? rows[0] : null;
        }
        return shape;
    }

    private static int count(Call call, long[] shape) {
        try {
            return Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
        } catch (ArithmeticException overflow) {
            throw call.failure(new OutOfMemoryError("the elements do not fit into one array"));
        }
    }

    /** Hands on the innermost arrays, in order. */
    private void walk(Call call, @Nullable Object array, int axis, Consumer<Object> rows) {
        if (array == null || Array.getLength(array) != shape[axis]) {
            throw ragged(call, array, axis);
        }
        int length = (int) shape[axis];
        if (axis == shape.length - 1) {
            rows.accept(array);
            return;
        }
        for (index[axis] = 0; index[axis] < length; index[axis]++) {
            walk(call, ((Object[]) array)[index[axis]], axis + 1, rows);
        }
    }

    private void collect(Object row) {
        System.arraycopy(row, 0, flat, next, Array.getLength(row));
        next += Array.getLength(row);
    }

    private EinopsException ragged(Call call, @Nullable Object array, int axis) {
        String path = Arrays.stream(index, 0, axis).mapToObj(i -> "[" + i + "]")
                .collect(Collectors.joining());
        String first = "[0]".repeat(axis);
        return call.failure(Kind.RAGGED_ARRAY, call.all(), array == null ? "the array at " + path + " is null"
                : "the array at " + path + " has length " + Array.getLength(array) + ", but " + first
                + " has length " + shape[axis], "arrays of one level have one length",
                "cut or pad the arrays to one length");
    }

    /** A new array, nested as deep as the tensor has axes. */
    static Object nest(Call call, Shaped<?> x) {
        long[] shape = x.shape();
        if (shape.length == 0) {
            throw call.failure(Kind.NO_AXIS_LEFT, call.all(), "the result has no axis",
                    "the result of arrays is an array, which has an axis or more",
                    "write 1 on the right, for an array of one element");
        }
        if (shape.length > MOST_AXES) {
            throw call.failure(Kind.TOO_LARGE, call.all(), "the result has " + shape.length + " axes",
                    "an array of Java is nested at most " + MOST_AXES + " deep",
                    "pass a flat array with its shape: shaped(elements, …)");
        }
        int[] lengths = new int[shape.length];
        for (int axis = 0; axis < shape.length && (axis == 0 || lengths[axis - 1] > 0); axis++) {
            if (shape[axis] > Integer.MAX_VALUE) {
                throw new OutOfMemoryError("no array has length " + shape[axis]);
            }
            lengths[axis] = (int) shape[axis];
        }
        Object array = Array.newInstance(x.data().getClass().getComponentType(), lengths);
        new NestedArray(x.data(), IntStream.of(lengths).asLongStream().toArray()).distribute(array);
        return array;
    }

    private void distribute(Object array) {
        if (array instanceof Object[] rows) {
            for (Object row : rows) {
                distribute(row);
            }
        } else if (Array.getLength(array) > 0) {
            System.arraycopy(flat, next, array, 0, Array.getLength(array));
            next += Array.getLength(array);
        }
    }
}

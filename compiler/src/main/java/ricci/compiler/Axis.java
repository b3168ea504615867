package ricci.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ricci.ir.Shape;

/** What a loop runs over: so many elements, and how far each of several accesses moves with each turn. */
record Axis(long length, List<Long> strides) {
    Axis {
        strides = List.copyOf(strides);
    }

    long stride(int access) {
        return strides.get(access);
    }

    /** So many turns, each over {@code step} elements of this axis. */
    Axis blocks(long count, long step) {
        return new Axis(count, strides.stream().map(stride -> stride * step).toList());
    }

    /**
     * Axes without those of length 1, and with those joined along which all accesses move as along one.
     *
     * @param accesses the strides of each access, along each axis
     */
    static List<Axis> of(List<Long> lengths, List<List<Long>> accesses) {
        List<Axis> joined = new ArrayList<>();
        for (int i = 0; i < lengths.size(); i++) {
            int axis = i;
            long length = lengths.get(axis);
            if (length == 1) {
                continue;
            }
            List<Long> strides = accesses.stream().map(access -> access.get(axis)).toList();
            Axis before = joined.isEmpty() ? null : joined.getLast();
            if (before != null && continues(before, length, strides)) {
                joined.removeLast();
                joined.add(new Axis(before.length * length, strides));
            } else {
                joined.add(new Axis(length, strides));
            }
        }
        return joined;
    }

    private static boolean continues(Axis before, long length, List<Long> strides) {
        for (int access = 0; access < strides.size(); access++) {
            if (before.stride(access) != strides.get(access) * length) {
                return false;
            }
        }
        return true;
    }

    static long size(List<Axis> axes) {
        return axes.stream().mapToLong(Axis::length).reduce(1, (a, b) -> a * b);
    }

    static List<Long> lengths(Shape shape) {
        return Arrays.stream(shape.toArray()).boxed().toList();
    }

    /** Some of the entries, one for each axis, of a list. */
    static List<Long> select(List<Long> entries, List<Integer> axes) {
        return axes.stream().map(entries::get).toList();
    }
}

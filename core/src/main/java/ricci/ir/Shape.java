package ricci.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lengths of a tensor's axes, in elements; the last axis is the one that lies contiguous in memory. */
public final class Shape {
    /** The shape of a scalar: no axes, one element. */
    public static final Shape SCALAR = new Shape(new long[0]);

    private final long[] lengths;

    private Shape(long[] lengths) {
        this.lengths = lengths;
    }

    /**
     * A shape of the given lengths.
     *
     * @throws RicciException.Shape if a length is negative or the element count does not fit into a long
     */
    public static Shape of(long... lengths) {
        if (lengths == null) {
            throw new RicciException.Shape("make a shape", "null in the place of the lengths",
                    "a shape has a list of lengths, none for a scalar", "give the lengths");
        }
        if (lengths.length == 0) {
            return SCALAR;
        }
        Shape shape = new Shape(lengths.clone());
        shape.size();
        return shape;
    }

    public int rank() {
        return lengths.length;
    }

    /** The length of an axis, counted from 0. */
    public long length(int axis) {
        return lengths[axis];
    }

    /** The lengths as a fresh array. */
    public long[] toArray() {
        return lengths.clone();
    }

    /** The number of elements. */
    public long size() {
        long size = 1;
        boolean empty = false;
        try {
            for (long length : lengths) {
                if (length < 0) {
                    throw new RicciException.Shape("make a shape", this.toString(),
                            "no axis has a negative length; here one has " + length,
                            "give lengths of 0 or more");
                }
                empty |= length == 0;
                size = Math.multiplyExact(size, Math.max(length, 1));
            }
        } catch (ArithmeticException overflow) {
            throw new RicciException.Shape("make a shape", this.toString(),
                    "a tensor has fewer than 2^63 elements", "give smaller lengths");
        }
        return empty ? 0 : size;
    }

    /** The index along each axis of the element at that position in row-major order. */
    public long[] index(long position) {
        long[] index = new long[lengths.length];
        long rest = position;
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = rest % lengths[axis];
            rest /= lengths[axis];
        }
        return index;
    }

    /** This shape without the given axes. */
    public Shape without(List<Integer> axes) {
        return select(axesExcept(axes));
    }

    /** This shape with one length replaced. */
    public Shape with(int axis, long length) {
        long[] changed = toArray();
        changed[axis] = length;
        return of(changed);
    }

    /** This shape with one axis more, which will be axis {@code axis}. */
    public Shape inserted(int axis, long length) {
        return range(0, axis).then(length).then(range(axis, rank()));
    }

    /** These axes, and after them those of another shape. */
    public Shape then(Shape next) {
        return then(next.lengths);
    }

    /** These axes, and after them some of the given lengths. */
    public Shape then(long... next) {
        long[] joined = Arrays.copyOf(lengths, lengths.length + next.length);
        System.arraycopy(next, 0, joined, lengths.length, next.length);
        return of(joined);
    }

    /** The axes from {@code from} on, without {@code to} and those after it. */
    public Shape range(int from, int to) {
        return of(Arrays.copyOfRange(lengths, from, to));
    }

    /** The lengths of the given axes, in the given order. */
    public Shape select(List<Integer> axes) {
        long[] selected = new long[axes.size()];
        for (int i = 0; i < selected.length; i++) {
            selected[i] = lengths[axes.get(i)];
        }
        return of(selected);
    }

    /** All axes from 0 on that are not among {@code axes}. */
    public List<Integer> axesExcept(List<Integer> axes) {
        List<Integer> rest = new ArrayList<>();
        for (int axis = 0; axis < rank(); axis++) {
            if (!axes.contains(axis)) {
                rest.add(axis);
            }
        }
        return List.copyOf(rest);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Shape shape && Arrays.equals(lengths, shape.lengths));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lengths);
    }

    /** The lengths in brackets: {@code [64,10]}; of a scalar {@code []}. */
    @Override
    public String toString() {
        return Arrays.toString(lengths).replace(" ", "");
    }
}

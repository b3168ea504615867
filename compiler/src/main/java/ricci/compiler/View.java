package ricci.compiler;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Shape;

/**
 * A tensor as a way to read another one: the element at an index is that of {@code base}, in row-major
 * order, at {@code offset} and the sum of each index times its stride. So a transpose, a slice, a
 * broadcast, a reverse and most reshapes take no time; whoever reads them reads their base.
 *
 * @param base what has elements of its own in memory
 * @param strides one for each axis of {@code shape}
 * @param isLine whether the elements of the base are their positions, and so in no memory
 */
record View(Atom.Var base, Shape shape, long offset, List<Long> strides, boolean isLine) {
    /** A tensor as itself. */
    static View of(Atom.Var base) {
        Shape shape = base.type().shape();
        return new View(base, shape, 0, rowMajor(shape), false);
    }

    /**
     * An iota: the position along {@code axis} in the line of all numbers, which is in no memory. Its base is
     * the variable itself, see {@link #isLine}. More such lines are made by {@link Affine}.
     */
    static View line(Atom.Var iota, int axis) {
        Shape shape = iota.type().shape();
        Long[] strides = new Long[shape.rank()];
        Arrays.fill(strides, 0L);
        strides[axis] = 1L;
        return new View(iota, shape, 0, List.of(strides), true);
    }

    /** One of the two parts, f32 or f64, of a complex tensor in memory, of two elements or more. */
    static View part(Atom.Var complex, boolean isImaginary) {
        Shape shape = complex.type().shape();
        return new View(complex, shape, isImaginary ? 1 : 0,
                rowMajor(shape).stream().map(stride -> 2 * stride).toList(), false);
    }

    /** The type of the elements: what is viewed of a complex tensor is a part. */
    DType dtype() {
        DType dtype = base.type().dtype();
        return dtype.isComplex() ? dtype.real() : dtype;
    }

    static List<Long> rowMajor(Shape shape) {
        return Arrays.stream(Dims.rowMajor(shape.toArray())).boxed().toList();
    }

    /** Whether it is all of the base in its order, perhaps under another shape. */
    boolean isWhole() {
        return !isLine && offset == 0 && shape.size() == base.type().shape().size() && isRowMajor();
    }

    private boolean isRowMajor() {
        List<Long> rows = rowMajor(shape);
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (shape.length(axis) > 1 && !strides.get(axis).equals(rows.get(axis))) {
                return false;
            }
        }
        return true;
    }

    /** What an operation makes of this view, or null if its result is none. */
    @Nullable View through(Op op) {
        return switch (op) {
            case Op.Reshape(var to) -> reshape(to);
            case Op.Transpose(var permutation) -> transpose(permutation);
            case Op.Rearrange(var split, var permutation, var to) -> {
                View parts = reshape(split);
                yield parts == null ? null : parts.transpose(permutation).reshape(to);
            }
            case Op.Broadcast(var to, var axes) -> broadcast(to, axes);
            case Op.Slice(var starts, var limits, var steps) -> slice(starts, limits, steps);
            case Op.Reverse(var axes) -> reverse(axes);
            case Op.StopGradient _ -> this;
            case Op _ -> null;
        };
    }

    View transpose(List<Integer> permutation) {
        return new View(base, Shape.of(permutation.stream().mapToLong(shape::length).toArray()), offset,
                permutation.stream().map(strides::get).toList(), isLine);
    }

    private View broadcast(Shape to, List<Integer> axes) {
        Long[] stretched = new Long[to.rank()];
        Arrays.fill(stretched, 0L);
        for (int i = 0; i < axes.size(); i++) {
            stretched[axes.get(i)] = shape.length(i) == 1 ? 0 : strides.get(i);
        }
        return new View(base, to, offset, List.of(stretched), isLine);
    }

    private View slice(List<Long> starts, List<Long> limits, List<Long> steps) {
        long[] lengths = new long[shape.rank()];
        Long[] scaled = new Long[shape.rank()];
        long first = offset;
        for (int axis = 0; axis < lengths.length; axis++) {
            long count = limits.get(axis) - starts.get(axis);
            lengths[axis] = count <= 0 ? 0 : (count - 1) / steps.get(axis) + 1;
            first += starts.get(axis) * strides.get(axis);
            scaled[axis] = strides.get(axis) * steps.get(axis);
        }
        return new View(base, Shape.of(lengths), first, List.of(scaled), isLine);
    }

    private View reverse(List<Integer> axes) {
        Long[] turned = strides.toArray(Long[]::new);
        long first = offset;
        for (int axis : axes) {
            first += Math.max(shape.length(axis) - 1, 0) * strides.get(axis);
            turned[axis] = -strides.get(axis);
        }
        return new View(base, shape, first, List.of(turned), isLine);
    }

    /**
     * The same elements in row-major order under another shape, or null if no strides lead there. Axes that
     * follow one another in memory are joined, then cut as the new shape wants.
     */
    @Nullable View reshape(Shape to) {
        if (to.size() == 0) {
            return new View(base, to, 0, rowMajor(to), isLine);
        }
        Long[] cut = new Long[to.rank()];
        int axis = 0;
        int target = 0;
        while (target < to.rank()) {
            if (to.length(target) == 1) {
                cut[target++] = 0L;
                continue;
            }
            while (shape.length(axis) == 1) {
                axis++;
            }
            // The shortest runs of axes on both sides with equally many elements.
            int first = axis;
            int firstTarget = target;
            long have = shape.length(axis++);
            long want = to.length(target++);
            while (have != want) {
                if (have < want) {
                    have *= shape.length(axis++);
                } else {
                    want *= to.length(target++);
                }
            }
            long stride = joined(first, axis);
            if (stride == Long.MIN_VALUE) {
                return null;
            }
            for (int i = target - 1; i >= firstTarget; i--) {
                cut[i] = stride;
                stride *= to.length(i);
            }
        }
        return new View(base, to, offset, List.of(cut), isLine);
    }

    /**
     * The stride of the axes from {@code first} to {@code end} as one, or Long.MIN_VALUE if they are none.
     */
    private long joined(int first, int end) {
        long stride = Long.MIN_VALUE;
        long next = 0;
        for (int axis = end - 1; axis >= first; axis--) {
            if (shape.length(axis) == 1) {
                continue;
            }
            if (stride == Long.MIN_VALUE) {
                stride = strides.get(axis);
            } else if (strides.get(axis) != next) {
                return Long.MIN_VALUE;
            }
            next = strides.get(axis) * shape.length(axis);
        }
        return stride == Long.MIN_VALUE ? 0 : stride;
    }
}

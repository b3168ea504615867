package ricci.einops;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A contraction of two plain tensors as a product of matrices: each is brought to axes batch, free,
 * contracted, unless it has them, and multiplied by {@link Matmul}.
 */
final class MatrixProduct {
    private MatrixProduct() {}

    static Shaped<?> of(Shaped<?> a, Shaped<?> b, Contraction c) {
        int[] batchA = ints(c.batchA());
        int[] innerA = ints(c.contractedA());
        int[] batchB = ints(c.batchB());
        int[] innerB = ints(c.contractedB());
        int[] freeA = free(a, c.batchA(), c.contractedA());
        int[] freeB = free(b, c.batchB(), c.contractedB());
        int batch = size(a, batchA);
        int m = size(a, freeA);
        int k = size(a, innerA);
        int n = size(b, freeB);
        Class<?> type = computed(Storage.type(a.elements()), Storage.type(b.elements()));
        Object x = matrices(a, join(batchA, freeA, innerA), type);
        Object y = matrices(b, n < Matmul.FEW ? join(batchB, freeB, innerB) : join(batchB, innerB, freeB),
                type);
        long[] shape = LongStream.concat(LongStream.of(Nest.select(a.lengths(), join(batchA, freeA))),
                LongStream.of(Nest.select(b.lengths(), freeB))).toArray();
        Object result = Storage.newArray(type, ShapedBackend.count(shape));
        Matmul.multiply(x, y, result, batch, m, k, n);
        return Shaped.result(Storage.like(a.elements(),
                Primitives.cast(result, resultType(Storage.type(a.elements()), Storage.type(b.elements())))),
                shape);
    }

    /** What products are computed in: the type itself if there are loops for it, or a wider one. */
    private static Class<?> computed(Class<?> a, Class<?> b) {
        boolean ready = a == float.class || a == double.class || a == int.class || a == long.class;
        return a == b && ready ? a : isFloat(a) || isFloat(b) ? double.class : long.class;
    }

    /** Floats are as wide as the wider one; integers of one type keep it and wrap, others become long. */
    private static Class<?> resultType(Class<?> a, Class<?> b) {
        return a == double.class || b == double.class ? double.class
                : isFloat(a) || isFloat(b) ? float.class : a == b ? a : long.class;
    }

    private static boolean isFloat(Class<?> type) {
        return type == float.class || type == double.class;
    }

    /** The elements with their axes in this order, in an array of a type. */
    private static Object matrices(Shaped<?> x, int[] axes, Class<?> type) {
        boolean ordered = IntStream.range(0, axes.length).allMatch(i -> axes[i] == i);
        long[] shape = Nest.select(x.lengths(), axes);
        Shaped<?> moved = ordered ? x : ShapedBackend.copy(
                Nest.filling(shape, Nest.select(Nest.strides(x.lengths()), axes), 0), x, shape);
        return Primitives.cast(Storage.array(moved.elements()), type);
    }

    private static int size(Shaped<?> x, int... axes) {
        return Math.toIntExact(ShapedBackend.count(Nest.select(x.lengths(), axes)));
    }

    private static int[] free(Shaped<?> x, List<Integer> batch, List<Integer> contracted) {
        return IntStream.range(0, x.lengths().length)
                .filter(axis -> !batch.contains(axis) && !contracted.contains(axis)).toArray();
    }

    private static int[] ints(List<Integer> axes) {
        return axes.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] join(int[]... axes) {
        return List.of(axes).stream().flatMapToInt(IntStream::of).toArray();
    }
}

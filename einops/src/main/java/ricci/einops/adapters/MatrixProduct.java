package ricci.einops.adapters;

import java.util.Arrays;
import java.util.List;
import ricci.einops.Contraction;

/**
 * A contraction as a batch of matrix products: axes of a are put in the order batch, free, contracted, those
 * of b in the order batch, contracted, free, and each of the three becomes one.
 */
record MatrixProduct(Operand a, Operand b, List<Long> result) {

    /** How an operand becomes a batch of matrices. */
    record Operand(List<Integer> order, List<Long> matrices) {
        int[] permutation() {
            return order.stream().mapToInt(Integer::intValue).toArray();
        }

        long[] shape() {
            return matrices.stream().mapToLong(Long::longValue).toArray();
        }
    }

    static MatrixProduct of(long[] shapeA, long[] shapeB, Contraction c) {
        int[] batchA = ints(c.batchA());
        int[] batchB = ints(c.batchB());
        int[] innerA = ints(c.contractedA());
        int[] innerB = ints(c.contractedB());
        int[] freeA = Library.others(shapeA.length, Library.join(batchA, innerA));
        int[] freeB = Library.others(shapeB.length, Library.join(batchB, innerB));
        long[] result = Library.join(Library.select(shapeA, batchA), Library.select(shapeA, freeA),
                Library.select(shapeB, freeB));
        return new MatrixProduct(operand(shapeA, batchA, freeA, innerA),
                operand(shapeB, batchB, innerB, freeB), boxed(result));
    }

    private static Operand operand(long[] shape, int[] batch, int[] rows, int[] columns) {
        List<Long> matrices = List.of(product(shape, batch), product(shape, rows), product(shape, columns));
        return new Operand(Arrays.stream(Library.join(batch, rows, columns)).boxed().toList(),
                matrices);
    }

    private static long product(long[] shape, int[] axes) {
        return Library.product(Library.select(shape, axes));
    }

    long[] shape() {
        return result.stream().mapToLong(Long::longValue).toArray();
    }

    private static List<Long> boxed(long[] lengths) {
        return Arrays.stream(lengths).boxed().toList();
    }

    private static int[] ints(List<Integer> axes) {
        return axes.stream().mapToInt(Integer::intValue).toArray();
    }
}

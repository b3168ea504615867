package ricci;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/**
 * Reductions by any associative function of two elements, in any transformation. Neighbours are combined in
 * pairs until one is left, so the order is kept, and the cost in program length is logarithmic.
 *
 * {@snippet :
 * record Mean(Tensor sum, Tensor count) {}
 *
 * Mean all = Combining.reduce(new Mean(x, zerosLike(x).add(1)), new Mean(zero, zero),
 *         (a, b) -> new Mean(a.sum().add(b.sum()), a.count().add(b.count())), 0);
 * }
 */
public final class Combining {
    private Combining() {}

    /**
     * All elements along the axes, or all axes, combined in row-major order.
     *
     * @param x a tree of tensors of one shape
     * @param neutral such a tree of scalars, which change nothing that they are combined with: what combining
     *     nothing gives
     * @param combine from two trees of scalars to one; associative
     * @throws RicciException.Shape if the tensors differ in shape
     */
    public static <T> T reduce(T x, T neutral, Fn2<T, T, T> combine, int... axes) {
        Shape shape = common(x);
        List<Integer> over = Axes.all("reduce", Tree.flatten(x).leaves().getFirst(), axes);
        List<Integer> kept = shape.axesExcept(over);
        int[] order = Stream.concat(over.stream(), kept.stream()).mapToInt(axis -> axis).toArray();
        long lanes = shape.select(kept).size();
        long count = shape.select(over).size();
        long[] result = shape.select(kept).toArray();
        if (count == 0 || lanes == 0) {
            return Tree.map(x, neutral, (_, value) -> value.broadcastTo(result));
        }
        T all = Tree.map(x, leaf -> (order.length == 0 ? leaf : leaf.transpose(order))
                .reshape(count, lanes));
        Fn2<T, T, T> each = Ricci.vmap(Ricci.vmap(combine));
        for (long left = count; left > 1; left = (left + 1) / 2) {
            long pairs = left / 2;
            T first = all;
            T combined = each.apply(Tree.map(first, leaf -> every(leaf, 0, 2 * pairs)),
                    Tree.map(first, leaf -> every(leaf, 1, 2 * pairs)));
            boolean isOdd = left % 2 == 1;
            all = isOdd ? Tree.map(combined, first, (pair, leaf) -> Ricci.concatenate(
                    List.of(pair, leaf.slice(0, 2 * pairs, 2 * pairs + 1)), 0)) : combined;
        }
        return Tree.map(all, leaf -> leaf.reshape(result));
    }

    /** Every second row from {@code start}, below {@code limit}. */
    private static Tensor every(Tensor x, long start, long limit) {
        return Elementwise.one(new Op.Slice(List.of(start, 0L), List.of(limit, x.shape().length(1)),
                List.of(2L, 1L)), x);
    }

    /**
     * The elements of each window combined in row-major order; padding is the neutral element. The layout is
     * that of {@link Convolutions#maxPool}.
     *
     * @param x a tree of tensors of one shape
     * @param neutral such a tree of scalars, which change nothing that they are combined with
     * @param combine from two trees of scalars to one; associative
     */
    public static <T> T reduceWindow(T x, T neutral, Fn2<T, T, T> combine, String layout, Slide slide,
            long... window) {
        int rank = common(x).rank();
        T patches = Tree.map(x, neutral, (leaf, value) ->
                WindowLayout.of("reduceWindow", leaf, layout, slide, window).patches(leaf, value));
        int windows = Tree.flatten(patches).leaves().getFirst().rank() - rank;
        return reduce(patches, neutral, combine, IntStream.range(rank, rank + windows).toArray());
    }

    private static <T> Shape common(T x) {
        List<Tensor> leaves = Tree.flatten(x).leaves();
        if (leaves.isEmpty() || leaves.stream().anyMatch(y -> !y.shape().equals(leaves.getFirst().shape()))) {
            throw new RicciException.Shape("combine elements", leaves.stream().map(y -> y.type().toString())
                    .toList().toString(), "there is at least one tensor, and all have one shape",
                    "broadcast them to one shape");
        }
        return leaves.getFirst().shape();
    }
}

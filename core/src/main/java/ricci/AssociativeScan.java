package ricci;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import ricci.ir.Builder;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/**
 * All prefixes over a balanced tree (Blelloch 1990, "Prefix sums and their applications"): neighbours are
 * combined; the prefixes of the pairs are those that end at odd places, and with one element more those at
 * even ones.
 */
final class AssociativeScan<T> {
    private final Fn2<T, T, T> combine;
    private final TypedStructure types;
    private final List<Integer> axes = new ArrayList<>();
    private final long length;

    AssociativeScan(Fn2<T, T, T> combine, T xs, int axis) {
        this.combine = Arguments.given("associativeScan", "the function", combine);
        Tree.Flat flat = Tree.flatten(xs);
        types = TypedStructure.of(flat);
        long common = 0;
        for (Tensor x : flat.leaves()) {
            int counted = Axes.of("associativeScan", x, axis);
            long own = x.shape().length(counted);
            if (!axes.isEmpty() && own != common) {
                throw new RicciException.Shape("associativeScan along axis " + axis, flat.leaves().getFirst()
                        .type() + " and " + x.type(), "all tensors are equally long along the axis; here "
                        + common + " and " + own, "slice or pad them");
            }
            common = own;
            axes.add(counted);
        }
        length = common;
    }

    T of(T xs, boolean reverse) {
        List<Tensor> leaves = Tree.leaves(xs);
        List<Tensor> given = reverse ? turned(leaves) : leaves;
        List<Tensor> made = scan(given, length);
        return Tree.unflatten(types.structure(), reverse ? turned(made) : made);
    }

    private List<Tensor> scan(List<Tensor> x, long n) {
        if (n < 2) {
            return x;
        }
        List<Tensor> odd = scan(combined(sliced(x, 0, n - 1, 2), sliced(x, 1, n, 2)), n / 2);
        List<Tensor> first = sliced(x, 0, 1, 1);
        if (n == 2) {
            return zipped(first, odd, this::joined);
        }
        List<Tensor> later = combined(sliced(odd, 0, (n - 1) / 2, 1), sliced(x, 2, n, 2));
        return zipped(zipped(first, later, this::joined), odd, this::interleaved);
    }

    private List<Tensor> combined(List<Tensor> left, List<Tensor> right) {
        Tree.Flat made = Tree.flatten(combine.apply(Tree.unflatten(types.structure(), left),
                Tree.unflatten(types.structure(), right)));
        TypedStructure expected = new TypedStructure(types.structure(),
                left.stream().map(Tensor::type).toList(), types.paths());
        expected.requireSame("associativeScan", TypedStructure.of(made), "an element",
                "before it is combined", "after", "combined elements have the structure and the types of "
                + "elements, for any number of them along the axis");
        return made.leaves();
    }

    /** A function of two tensors and the place of the axis in them. */
    private interface Both {
        Tensor apply(Tensor x, Tensor y, int axis);
    }

    private List<Tensor> zipped(List<Tensor> x, List<Tensor> y, Both f) {
        return IntStream.range(0, x.size()).mapToObj(i -> f.apply(x.get(i), y.get(i), axes.get(i))).toList();
    }

    private List<Tensor> turned(List<Tensor> x) {
        return each(x, i -> new Op.Reverse(List.of(axes.get(i))));
    }

    private List<Tensor> sliced(List<Tensor> x, long start, long limit, long stride) {
        return each(x, i -> {
            int rank = x.get(i).rank();
            List<Long> starts = new ArrayList<>(Builder.repeat(rank, 0));
            List<Long> limits = new ArrayList<>(LongStream.of(x.get(i).shape().toArray()).boxed().toList());
            List<Long> strides = new ArrayList<>(Builder.repeat(rank, 1));
            starts.set(axes.get(i), start);
            limits.set(axes.get(i), limit);
            strides.set(axes.get(i), stride);
            return new Op.Slice(starts, limits, strides);
        });
    }

    private static List<Tensor> each(List<Tensor> x, IntFunction<Op> op) {
        return IntStream.range(0, x.size()).mapToObj(i -> Elementwise.one(op.apply(i), x.get(i))).toList();
    }

    private Tensor joined(Tensor x, Tensor y, int axis) {
        return Elementwise.one(new Op.Concatenate(axis), x, y);
    }

    /** The elements of {@code even}, of which there may be one more, and of {@code odd} in turn. */
    private Tensor interleaved(Tensor even, Tensor odd, int axis) {
        long pairs = odd.shape().length(axis);
        Tensor pair = joined(paired(even.slice(axis, 0, pairs), axis), paired(odd, axis), axis + 1);
        Tensor all = pair.reshape(odd.shape().with(axis, 2 * pairs).toArray());
        return even.shape().length(axis) == pairs ? all
                : joined(all, even.slice(axis, pairs, pairs + 1), axis);
    }

    private static Tensor paired(Tensor x, int axis) {
        return Elementwise.one(new Op.Reshape(x.shape().inserted(axis + 1, 1)), x);
    }
}

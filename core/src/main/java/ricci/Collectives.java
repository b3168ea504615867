package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ricci.ir.Collective;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.NamedAxis;
import ricci.ir.RicciException;

/**
 * What the examples of {@code vmap}, or the shards of {@link Parallel#pmap} and {@link Parallel#shard},
 * compute together, over an axis that has a name.
 *
 * <p>The names are those of enclosing functions' axes; with several of them, all points of the grid that they
 * span take part, numbered with the last axis varying fastest. All functions but those of an index take a
 * tree of tensors, and treat each tensor on its own. Negative axes count from the end.
 *
 * {@snippet :
 * Tensor normalized(Tensor x) {                              // of one example
 *     Tensor centred = x.sub(pmean(x, "batch"));
 *     return centred.div(pmean(centred.square(), "batch").sqrt());
 * }
 *
 * var all = vmap(this::normalized, inAxes(0).named("batch"));
 * }
 *
 * <p>They are differentiable. A derivative taken around vmap or pmap is that of the whole. One taken inside
 * is that of the sum of what all that take part return, with respect to what this one holds: if each returns
 * {@code psum(x.square(), "i")}, with n of them, its gradient is {@code 2 * n * x}.
 *
 * <p>Each function throws {@link RicciException.Axis} if a name is not in scope.
 */
public final class Collectives {
    private Collectives() {}

    /** The sum over all. Bools are counted in i32. */
    public static <T> T psum(T tree, String... names) {
        List<NamedAxis> axes = axes("psum", names);
        return Tree.map(tree, x -> sum(x, axes));
    }

    /** The mean over all, of integers as floats. */
    public static <T> T pmean(T tree, String... names) {
        List<NamedAxis> axes = axes("pmean", names);
        return Tree.map(tree, x -> sum(x, axes).div(Collective.size(axes)));
    }

    /** The greatest of all, elementwise; NaN if one is NaN. */
    public static <T> T pmax(T tree, String... names) {
        return each("pmax", tree, axes -> new Collective.AllReduce(Monoid.MAX, axes), names);
    }

    /** The least of all, elementwise; NaN if one is NaN. */
    public static <T> T pmin(T tree, String... names) {
        return each("pmin", tree, axes -> new Collective.AllReduce(Monoid.MIN, axes), names);
    }

    /** What all hold, along a new first axis. */
    public static <T> T allGather(T tree, String... names) {
        return allGather(tree, 0, false, names);
    }

    /**
     * What all hold, along a new axis at {@code axis} of the result; or, if {@code tiled}, one after the
     * other along that axis of the tensors.
     */
    public static <T> T allGather(T tree, int axis, boolean tiled, String... names) {
        List<NamedAxis> axes = axes("allGather", names);
        return Tree.map(tree, x -> {
            int place = axis("allGather", x, axis, tiled ? 0 : 1);
            Tensor all = Elementwise.one(new Collective.AllGather(axes, place), x);
            return tiled ? merged(all, place) : all;
        });
    }

    /**
     * Everyone gets, of the sum of what all hold, the element with its own number along {@code axis}, which
     * disappears; or, if {@code tiled}, the part with its own number of that axis.
     *
     * @throws RicciException.Shape if the axis has not as many elements as take part, or, if tiled, no
     *     multiple of that
     */
    public static <T> T psumScatter(T tree, int axis, boolean tiled, String... names) {
        List<NamedAxis> axes = axes("psumScatter", names);
        return Tree.map(tree, x -> {
            int place = axis("psumScatter", x, axis, 0);
            return Elementwise.one(new Collective.ReduceScatter(axes, place),
                    tiled ? split("psumScatter", counted(x), place, axes) : counted(x));
        });
    }

    /**
     * Number k sends its i-th element along {@code splitAxis} to number i, which puts what it gets in the
     * order of the senders along a new axis at {@code concatAxis} of the result, where the split axis is no
     * more. If {@code tiled}, parts instead of elements are sent, and put one after the other along {@code
     * concatAxis}.
     *
     * @throws RicciException.Shape if the split axis has not as many elements as take part, or, if tiled, no
     *     multiple of that
     */
    public static <T> T allToAll(T tree, int splitAxis, int concatAxis, boolean tiled, String... names) {
        List<NamedAxis> axes = axes("allToAll", names);
        return Tree.map(tree, x -> {
            int from = axis("allToAll", x, splitAxis, 0);
            int to = axis("allToAll", x, concatAxis, 0);
            Tensor parts = tiled ? split("allToAll", x, from, axes) : x;
            Tensor all = Elementwise.one(new Collective.AllToAll(axes, from), parts);
            // The axis of senders lies where the parts were numbered.
            return tiled ? merged(moved(all, from, to), to) : moved(all, from, to);
        });
    }

    /**
     * Number {@code to} gets what number {@code from} holds, for each pair {@code {from, to}}; who is no
     * one's {@code to} gets zeros, under vmap as under pmap.
     *
     * @throws RicciException.Argument if someone sends or receives twice, or does not exist
     */
    public static <T> T ppermute(T tree, int[][] pairs, String... names) {
        List<NamedAxis> axes = axes("ppermute", names);
        List<Integer> sources = sources(pairs, axes);
        return Tree.map(tree, x -> Elementwise.one(new Collective.Permute(axes, sources), x));
    }

    /**
     * Number i gets what number {@code sources[i]} holds.
     *
     * @throws RicciException.Argument if that is no permutation of all numbers
     */
    public static <T> T pshuffle(T tree, int[] sources, String... names) {
        List<NamedAxis> axes = axes("pshuffle", names);
        int[] sorted = Arguments.given("pshuffle", "the array of sources", sources).clone();
        Arrays.sort(sorted);
        if (!Arrays.equals(sorted, IntStream.range(0, (int) Collective.size(axes)).toArray())) {
            throw new RicciException.Argument("shuffle over " + axes, "sources " + Arrays.toString(sources),
                    "each of the " + Collective.size(axes) + " that take part is the source of one",
                    "give a permutation; ppermute leaves some out");
        }
        List<Integer> from = Arrays.stream(sources).boxed().toList();
        return Tree.map(tree, x -> Elementwise.one(new Collective.Permute(axes, from), x));
    }

    /** The own number among all, an i32. */
    public static Tensor axisIndex(String... names) {
        return Elementwise.one(new Collective.AxisIndex(axes("axisIndex", names)));
    }

    /** How many take part. */
    public static long axisSize(String... names) {
        return Collective.size(axes("axisSize", names));
    }

    private static <T> T each(
            String asked, T tree, Function<List<NamedAxis>, Collective> op, String... names) {
        Collective collective = op.apply(axes(asked, names));
        UnaryOperator<Tensor> apply = x -> Elementwise.one(collective, x);
        return Tree.map(tree, apply);
    }

    private static Tensor sum(Tensor x, List<NamedAxis> axes) {
        return Elementwise.one(new Collective.AllReduce(Monoid.SUM, axes), counted(x));
    }

    private static Tensor counted(Tensor x) {
        return x.dtype() == DType.BOOL ? x.to(DType.I32) : x;
    }

    /** The axes of those names; of several with one name, the innermost. */
    private static List<NamedAxis> axes(String asked, String... names) {
        Arguments.given(asked, "the array of names", names);
        List<NamedAxis> scope = Trace.axesInScope();
        String inScope = scope.isEmpty() ? "no named axis in scope" : "in scope: "
                + scope.stream().map(NamedAxis::toString).collect(Collectors.joining(", "));
        if (names.length == 0 || new LinkedHashSet<>(Arrays.asList(names)).size() < names.length) {
            throw new RicciException.Axis(asked + " over the axes " + Arrays.toString(names), inScope,
                    "at least one axis is named, and each once", "name the axis, as in psum(x, \"i\")");
        }
        List<NamedAxis> axes = new ArrayList<>();
        for (String name : names) {
            axes.add(scope.stream().filter(axis -> axis.name().equals(name)).findFirst().orElseThrow(() ->
                    new RicciException.Axis(asked + " over the axis " + name, inScope,
                            "the name is that of an axis of an enclosing vmap, pmap or shard",
                            scope.isEmpty() ? "name the mapped axis: vmap(f, inAxes(0).named(\"" + name
                            + "\"))" : "use one of the names in scope, or name an axis so")));
        }
        return axes;
    }

    private static int axis(String asked, Tensor x, int axis, int more) {
        int rank = x.rank() + more;
        if (axis < -rank || axis >= rank) {
            throw new RicciException.Axis(asked + " along axis " + axis, x.type().toString(), rank == 0
                    ? "a scalar has no axes" : "axes " + (more > 0 ? "of the result " : "")
                    + "count from 0 to " + (rank - 1) + ", or from the end from -1 to -" + rank,
                    "choose one of these");
        }
        return axis < 0 ? axis + rank : axis;
    }

    /** The axis as two: one for those who take part, one for what each gets. */
    private static Tensor split(String asked, Tensor x, int axis, List<NamedAxis> axes) {
        long size = Collective.size(axes);
        long length = x.shape().length(axis);
        if (size == 0 ? length != 0 : length % size != 0) {
            throw new RicciException.Shape(asked + " along axis " + axis + " over " + axes,
                    x.type().toString(), "the axis is cut into equal parts, one for each of the " + size
                    + " that take part", "pad the axis to a multiple of " + size);
        }
        return x.reshape(x.shape().with(axis, size == 0 ? 0 : length / size).inserted(axis, size)
                .toArray());
    }

    /** The axis and the next as one. */
    private static Tensor merged(Tensor x, int axis) {
        long length = x.shape().length(axis) * x.shape().length(axis + 1);
        return x.reshape(x.shape().without(List.of(axis + 1)).with(axis, length).toArray());
    }

    private static Tensor moved(Tensor x, int from, int to) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
        order.add(to, order.remove(/* index */ from));
        return x.transpose(order.stream().mapToInt(Integer::intValue).toArray());
    }

    private static List<Integer> sources(int[][] pairs, List<NamedAxis> axes) {
        int size = (int) Collective.size(axes);
        List<Integer> sources = new ArrayList<>(Collections.nCopies(size, Collective.Permute.NOBODY));
        for (int[] pair : Arguments.given("ppermute", "the array of pairs", pairs)) {
            Arguments.given("ppermute", "a pair", pair);
            boolean fits = pair.length == 2 && Math.min(pair[0], pair[1]) >= 0
                    && Math.max(pair[0], pair[1]) < size && !sources.contains(pair[0])
                    && sources.get(pair[1]) == Collective.Permute.NOBODY;
            if (!fits) {
                throw new RicciException.Argument("permute over " + axes, "pairs "
                        + Arrays.deepToString(pairs), "a pair is {from, to}, both from 0 to " + (size - 1)
                        + "; no one sends twice or receives twice", "correct " + Arrays.toString(pair));
            }
            sources.set(pair[1], pair[0]);
        }
        return sources;
    }
}

package ricci;

import java.util.Arrays;
import java.util.List;
import ricci.ir.RicciException;

/**
 * Functions that are run by many threads at once, each on its own part of the data.
 *
 * <p>The parts, called shards, lie on named axes, over which they compute together by {@link Collectives}.
 * There may be any number of them; as many as there are processors run at a time. Results do not depend on
 * that number, in any bit. If a shard fails, the others end, and the call ends with one error.
 *
 * <p>These functions compose with all other transformations, in any order. Where the shards run is up to the
 * {@link ricci.runtime.SpmdEngine} in use.
 */
public final class Parallel {
    private Parallel() {}

    // ---- pmap: an example to each shard ----

    /**
     * The function of many examples, given that of one, as {@link Ricci#vmap(Fn)}: but each example is
     * computed in a shard of its own, on a thread of its own. Tensors of which nothing is mapped are shared.
     *
     * {@snippet :
     * // Each worker's gradient on its part of the batch, and the mean of them all.
     * var step = pmap((Params p, Tensor x, Tensor y) -> pmean(grad(this::loss).apply(p, x, y), "workers"),
     *         inAxes(NONE, 0, 0).named("workers"), outAxis(NONE));
     * }
     *
     * @throws RicciException.Shape when called, if mapped axes differ in length
     * @throws RicciException.Argument when called, if there are no examples, or if a shard fails
     */
    public static <A, R> Fn<A, R> pmap(Fn<A, R> f) {
        return pmap(f, InAxes.first(1));
    }

    /**
     * As {@link #pmap(Fn)}, along the given axis of the argument. If the axis has no name, it is called
     * {@code shards}.
     */
    public static <A, R> Fn<A, R> pmap(Fn<A, R> f, InAxes in) {
        return pmap(f, in, Ricci.outAxis(0));
    }

    /** As {@link #pmap(Fn)}, along the given axes of the arguments, and of the result. */
    public static <A, R> Fn<A, R> pmap(Fn<A, R> f, InAxes in, MappedAxis out) {
        Vectorize all = new Vectorize(Arguments.spread(f), 1, in, out, true);
        return a -> all.call(Arrays.asList(a));
    }

    /** As {@link #pmap(Fn)}, for two arguments. */
    public static <A, B, R> Fn2<A, B, R> pmap(Fn2<A, B, R> f) {
        return pmap(f, InAxes.first(2));
    }

    /** As {@link #pmap(Fn)}, along the given axes of the arguments. */
    public static <A, B, R> Fn2<A, B, R> pmap(Fn2<A, B, R> f, InAxes in) {
        return pmap(f, in, Ricci.outAxis(0));
    }

    /** As {@link #pmap(Fn)}, along the given axes of the arguments, and of the result. */
    public static <A, B, R> Fn2<A, B, R> pmap(Fn2<A, B, R> f, InAxes in, MappedAxis out) {
        Vectorize all = new Vectorize(Arguments.spread(f), 2, in, out, true);
        return (a, b) -> all.call(Arrays.asList(a, b));
    }

    /** As {@link #pmap(Fn)}, for three arguments. */
    public static <A, B, C, R> Fn3<A, B, C, R> pmap(Fn3<A, B, C, R> f) {
        return pmap(f, InAxes.first(3));
    }

    /** As {@link #pmap(Fn)}, along the given axes of the arguments. */
    public static <A, B, C, R> Fn3<A, B, C, R> pmap(Fn3<A, B, C, R> f, InAxes in) {
        return pmap(f, in, Ricci.outAxis(0));
    }

    /** As {@link #pmap(Fn)}, along the given axes of the arguments, and of the result. */
    public static <A, B, C, R> Fn3<A, B, C, R> pmap(Fn3<A, B, C, R> f, InAxes in, MappedAxis out) {
        Vectorize all = new Vectorize(Arguments.spread(f), 3, in, out, true);
        return (a, b, c) -> all.call(Arrays.asList(a, b, c));
    }

    /** As {@link #pmap(Fn)}, for four arguments. */
    public static <A, B, C, D, R> Fn4<A, B, C, D, R> pmap(Fn4<A, B, C, D, R> f) {
        return pmap(f, InAxes.first(4));
    }

    /** As {@link #pmap(Fn)}, along the given axes of the arguments. */
    public static <A, B, C, D, R> Fn4<A, B, C, D, R> pmap(Fn4<A, B, C, D, R> f, InAxes in) {
        return pmap(f, in, Ricci.outAxis(0));
    }

    /** As {@link #pmap(Fn)}, along the given axes of the arguments, and of the result. */
    public static <A, B, C, D, R> Fn4<A, B, C, D, R> pmap(Fn4<A, B, C, D, R> f, InAxes in, MappedAxis out) {
        Vectorize all = new Vectorize(Arguments.spread(f), 4, in, out, true);
        return (a, b, c, d) -> all.call(Arrays.asList(a, b, c, d));
    }

    // ---- shard: a part of each tensor to each shard ----

    /**
     * The function of whole tensors, given that of one shard's parts: the arguments are distributed over the
     * mesh as {@code in} says, and the results put together as {@code out} says. Every shard runs on a thread
     * of its own; inside, {@link Collectives} name the axes of the mesh. Shards read the arguments in place.
     *
     * {@snippet :
     * // A product of matrices, whose common axis is distributed.
     * var product = shard((Tensor x, Tensor y) -> psum(x.matmul(y), "k"), mesh("k", 4),
     *         List.of(spec("_ k"), spec("k _")), spec(""));
     * }
     *
     * @throws RicciException.Axis when called, if a distribution does not fit the tensor or the mesh
     * @throws RicciException.Shape when called, if an axis cannot be cut into equal parts
     * @throws RicciException.Argument when called, if a result may differ over an axis of the mesh that its
     *     distribution does not name, or if a shard fails
     */
    public static <A, R> Fn<A, R> shard(Fn<A, R> f, Mesh mesh, PartitionSpec in, PartitionSpec out) {
        Arguments.given("distribute the argument", "its distribution", in);
        Sharded all = new Sharded(Arguments.spread(f), 1, mesh, List.of(in), out);
        return a -> all.call(Arrays.asList(a));
    }

    /** As {@link #shard(Fn, Mesh, PartitionSpec, PartitionSpec)}, for two arguments. */
    public static <A, B, R> Fn2<A, B, R> shard(
            Fn2<A, B, R> f, Mesh mesh, List<PartitionSpec> in, PartitionSpec out) {
        Sharded all = new Sharded(Arguments.spread(f), 2, mesh, in, out);
        return (a, b) -> all.call(Arrays.asList(a, b));
    }

    /** As {@link #shard(Fn, Mesh, PartitionSpec, PartitionSpec)}, for three arguments. */
    public static <A, B, C, R> Fn3<A, B, C, R> shard(
            Fn3<A, B, C, R> f, Mesh mesh, List<PartitionSpec> in, PartitionSpec out) {
        Sharded all = new Sharded(Arguments.spread(f), 3, mesh, in, out);
        return (a, b, c) -> all.call(Arrays.asList(a, b, c));
    }

    /** As {@link #shard(Fn, Mesh, PartitionSpec, PartitionSpec)}, for four arguments. */
    public static <A, B, C, D, R> Fn4<A, B, C, D, R> shard(
            Fn4<A, B, C, D, R> f, Mesh mesh, List<PartitionSpec> in, PartitionSpec out) {
        Sharded all = new Sharded(Arguments.spread(f), 4, mesh, in, out);
        return (a, b, c, d) -> all.call(Arrays.asList(a, b, c, d));
    }

    /** A mesh with one axis; {@link Mesh#by} adds others: {@code mesh("rows", 2).by("columns", 4)}. */
    public static Mesh mesh(String axis, long size) {
        return Mesh.of(axis, size);
    }

    /**
     * How the tensors of an argument or result are distributed over a mesh: a word for each axis of the
     * tensor, which is an axis of the mesh, or {@code _} if the axis is not distributed, or several axes of
     * the mesh in parentheses, the first varying slowest. Axes without a word are not distributed: with
     * {@code spec("")} every shard has the whole tensor.
     *
     * @throws RicciException.Argument if that cannot be read
     */
    public static PartitionSpec spec(String axes) {
        return PartitionSpec.of(axes);
    }
}

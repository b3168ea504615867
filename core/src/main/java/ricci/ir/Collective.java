package ricci.ir;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The primitives of programs that many run at once, each on its own part of the data, and {@link Pmap}, which
 * has them run.
 *
 * <p>Those who run a program lie on named axes, as the elements of a tensor lie on its axes; each has an
 * index on every axis in scope. A collective over some axes is computed by all who differ in their indices
 * on these axes only, its group; their number is the product of the sizes. Where a rule speaks of the
 * <i>i</i>-th of the group, they are numbered in row-major order of the axes as the primitive lists them.
 * Vmap over an axis turns its collectives into operations along the mapped axis; what is left runs inside
 * {@code Pmap}.
 *
 * <p>Each but the index is a linear map of what the group holds, taken together, or a reduction; so its
 * transpose is one of them again, and needs nothing known of who holds what.
 */
public sealed interface Collective extends Op {

    /** The axes, with their sizes, in the order in which the group is numbered. */
    List<NamedAxis> axes();

    /** Everyone gets the monoid's sum of what all hold. */
    record AllReduce(Monoid monoid, List<NamedAxis> axes) implements Collective {
        public AllReduce {
            axes = List.copyOf(axes);
        }
    }

    /** Everyone gets what all hold, along a new axis at {@code place}. */
    record AllGather(List<NamedAxis> axes, int place) implements Collective {
        public AllGather {
            axes = List.copyOf(axes);
        }
    }

    /**
     * The i-th gets the i-th element along the axis at {@code place}, which disappears, of the sum of what
     * all hold.
     */
    record ReduceScatter(List<NamedAxis> axes, int place) implements Collective {
        public ReduceScatter {
            axes = List.copyOf(axes);
        }
    }

    /** The k-th element along the axis at {@code place} that the i-th gets is the i-th of the k-th. */
    record AllToAll(List<NamedAxis> axes, int place) implements Collective {
        public AllToAll {
            axes = List.copyOf(axes);
        }
    }

    /** The i-th gets what number {@code sources[i]} holds; zeros if that is {@link #NOBODY}. */
    record Permute(List<NamedAxis> axes, List<Integer> sources) implements Collective {
        /** In place of a source. */
        public static final int NOBODY = -1;

        public Permute {
            axes = List.copyOf(axes);
            sources = List.copyOf(sources);
        }

        /** The permutation that takes everything back to where it came from. */
        public Permute inverse() {
            Integer[] back = new Integer[sources.size()];
            Arrays.fill(back, NOBODY);
            for (int i = 0; i < back.length; i++) {
                if (sources.get(i) != NOBODY) {
                    back[sources.get(i)] = i;
                }
            }
            return new Permute(axes, List.of(back));
        }
    }

    /** No operands; everyone's number in the group, an i32. */
    record AxisIndex(List<NamedAxis> axes) implements Collective {
        public AxisIndex {
            axes = List.copyOf(axes);
        }
    }

    /**
     * Runs {@code body} once for each point of the mesh that {@code axes} span: each run, a shard, gets its
     * part of every operand, as {@code in} says, and its results are the parts of the whole ones, as {@code
     * out} says. Of a result that is not distributed over some axis, the shards with index 0 there have it.
     */
    record Pmap(List<NamedAxis> axes, List<Sharding> in, List<Sharding> out, Program body)
            implements Collective {
        public Pmap {
            axes = List.copyOf(axes);
            in = List.copyOf(in);
            out = List.copyOf(out);
        }
    }

    /** The number of those who take part. */
    static long size(List<NamedAxis> axes) {
        return axes.stream().mapToLong(NamedAxis::size).reduce(1, Math::multiplyExact);
    }

    /** The names of the axes over which there are collectives in {@code program} that it does not bind. */
    static Set<String> freeNames(Program program) {
        Set<String> names = new LinkedHashSet<>();
        program.equations().forEach(e -> names.addAll(freeNames(e.op())));
        return names;
    }

    /** The names of the axes over which {@code op}, or a program in it, has collectives. */
    static Set<String> freeNames(Op op) {
        Set<String> names = new LinkedHashSet<>();
        Subprograms.of(op).forEach(program -> names.addAll(freeNames(program)));
        if (op instanceof Pmap map) {
            names.removeAll(NamedAxis.names(map.axes()));
        } else if (op instanceof Collective collective) {
            names.addAll(NamedAxis.names(collective.axes()));
        }
        return names;
    }
}

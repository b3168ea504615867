package ricci.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ricci.ir.Collective;
import ricci.ir.InferTypes;
import ricci.ir.NamedAxis;
import ricci.ir.OpText;
import ricci.ir.RicciException;
import ricci.ir.TensorType;

/**
 * One of the runs of a {@link Collective.Pmap}, as the code that runs in it sees it: where it is on the axes
 * of the mesh, and where it meets the others.
 *
 * <p>Shards of a pmap inside a shard are on the axes of both.
 */
public final class Shard {
    private static final ScopedValue<Shard> CURRENT = ScopedValue.newInstance();

    /** By index on the first axis, then on the next, and so on. */
    static final Comparator<Shard> ORDER = (a, b) -> Arrays.compare(a.indices(), b.indices());

    private final Gang gang;
    private final List<Coordinate> place;
    private final Map<List<Object>, Integer> meetings = new HashMap<>();

    Shard(Gang gang, List<Coordinate> place) {
        this.gang = gang;
        this.place = List.copyOf(place);
    }

    /** The index on one axis. */
    record Coordinate(NamedAxis axis, int index) {
        @Override
        public String toString() {
            return axis.name() + "=" + index;
        }
    }

    /** The shard in which this thread runs; null outside. */
    static @Nullable Shard current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /**
     * The shard in which this thread runs, for a collective.
     *
     * @throws RicciException.Axis if it is not in one, or that is not on the axes of the collective
     */
    static Shard of(Collective op, List<TensorType> operands) {
        Shard shard = current();
        for (NamedAxis axis : op.axes()) {
            if (shard == null || shard.position(axis) < 0) {
                throw new RicciException.Axis("run " + OpText.name(op) + " over the axis " + axis.name(),
                        InferTypes.list(operands),
                        "a collective runs inside vmap or pmap over its axis; here "
                        + (shard == null ? "there is none" : "there are " + shard),
                        "call it in a function given to vmap or pmap, with that axis name");
            }
        }
        return Objects.requireNonNull(shard);
    }

    /** Ends this shard if another one has failed. */
    static void proceed() {
        Shard shard = current();
        if (shard != null) {
            shard.gang.requireSound();
        }
    }

    void run(Runnable work) {
        ScopedValue.where(CURRENT, this).run(work);
    }

    private int[] indices() {
        return place.stream().mapToInt(Coordinate::index).toArray();
    }

    Gang gang() {
        return gang;
    }

    List<Coordinate> place() {
        return place;
    }

    /** The number of this shard among those that differ from it on these axes only. */
    public int index(List<NamedAxis> axes) {
        int index = 0;
        for (NamedAxis axis : axes) {
            index = index * (int) axis.size() + place.get(position(axis)).index();
        }
        return index;
    }

    /**
     * Waits until all shards of the group have come to the same collective, each with something of its own;
     * gives what {@code combine}, called once, makes of all that, in the order of their numbers.
     *
     * @throws RicciException.Argument if they cannot all come: one has ended or waits at another collective
     */
    public <T, R> R meet(Collective op, T mine, Function<List<T>, R> combine) {
        List<Integer> positions = op.axes().stream().map(this::position).toList();
        List<Object> group = new ArrayList<>();
        for (int i = 0; i < place.size(); i++) {
            group.add(positions.contains(i) ? -1 : place.get(i).index());
        }
        int times = meetings.merge(List.copyOf(group), 1, Integer::sum);
        group.add(times);
        return gang.meet(this, group, op, index(op.axes()), mine, combine);
    }

    /** Where the axis is among ours; of several with one name, the innermost counts. Else -1. */
    private int position(NamedAxis axis) {
        for (int i = place.size() - 1; i >= 0; i--) {
            if (place.get(i).axis().name().equals(axis.name())) {
                return i;
            }
        }
        return -1;
    }

    /** Where it is: {@code i=1, j=0}. */
    @Override
    public String toString() {
        return place.stream().map(Coordinate::toString).collect(Collectors.joining(", "));
    }
}

package ricci;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ricci.ir.Collective;
import ricci.ir.NamedAxis;
import ricci.ir.RicciException;

/**
 * The shards of a {@link Parallel#shard}: the points of a grid with named axes, such as {@code mesh("rows",
 * 2).by("columns", 4)}, which has 8. There may be more of them than processors.
 */
public final class Mesh {
    private final List<NamedAxis> axes;

    private Mesh(List<NamedAxis> axes) {
        this.axes = axes;
    }

    static Mesh of(String name, long size) {
        return new Mesh(List.of()).by(name, size);
    }

    /**
     * The same with one axis more, the last.
     *
     * @throws RicciException.Argument if the name is no word or there is an axis of that name, if the size is
     *     not positive, or if there are too many shards
     */
    public Mesh by(String name, long size) {
        NamedAxis axis = NamedAxis.of(name, size);
        boolean known = axes.stream().anyMatch(a -> a.name().equals(name));
        if (known || size == 0 || size > Integer.MAX_VALUE / size()) {
            throw new RicciException.Argument("make a mesh with the axis " + axis, "axes " + axes,
                    "axes have different names, and there are 1 to 2^31 - 1 shards",
                    "choose another name or size");
        }
        return new Mesh(Stream.concat(axes.stream(), Stream.of(axis)).toList());
    }

    /** The axes, the first varying slowest. */
    public List<NamedAxis> axes() {
        return axes;
    }

    /** The number of shards. */
    public long size() {
        return Collective.size(axes);
    }

    /** The axes with their sizes: {@code rows=2, columns=4}. */
    @Override
    public String toString() {
        return axes.stream().map(NamedAxis::toString).collect(Collectors.joining(", "));
    }
}

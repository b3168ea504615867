package ricci.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a tensor is distributed over the shards of a mesh: for each of its axes, the axes of the mesh over
 * which it is cut into equal parts, the first varying slowest; none if each shard has its whole length.
 */
public record Sharding(List<List<String>> axes) {
    public Sharding {
        axes = axes.stream().map(List::copyOf).toList();
    }

    /** Every shard has the whole of a tensor of that rank. */
    public static Sharding replicated(int rank) {
        return new Sharding(Collections.nCopies(rank, List.of()));
    }

    /** The axes of the mesh over which anything is cut. */
    public List<String> names() {
        return axes.stream().flatMap(List::stream).toList();
    }

    /** The axes of the mesh along which the parts are equal. */
    public List<NamedAxis> replicatedOver(List<NamedAxis> mesh) {
        List<String> names = names();
        return mesh.stream().filter(axis -> !names.contains(axis.name())).toList();
    }

    /** The same for a tensor with one axis more, at {@code place}, that is cut over {@code over}. */
    public Sharding inserted(int place, List<String> over) {
        List<List<String>> more = new ArrayList<>(axes);
        more.add(place, over);
        return new Sharding(more);
    }

    /** Into how many parts the axis of the tensor is cut. */
    public long parts(int axis, List<NamedAxis> mesh) {
        return Collective.size(over(axis, mesh));
    }

    /** The axes of the mesh over which an axis of the tensor is cut. */
    public List<NamedAxis> over(int axis, List<NamedAxis> mesh) {
        return axes.get(axis).stream()
                .map(name -> mesh.stream().filter(a -> a.name().equals(name)).findFirst().orElseThrow())
                .toList();
    }

    /** The type of one part of a tensor. */
    public TensorType part(TensorType whole, List<NamedAxis> mesh) {
        long[] lengths = whole.shape().toArray();
        for (int axis = 0; axis < lengths.length; axis++) {
            lengths[axis] /= parts(axis, mesh);
        }
        return whole.with(Shape.of(lengths));
    }

    /** The type of the tensor of which this is one part. */
    public TensorType whole(TensorType part, List<NamedAxis> mesh) {
        long[] lengths = part.shape().toArray();
        for (int axis = 0; axis < lengths.length; axis++) {
            lengths[axis] *= parts(axis, mesh);
        }
        return part.with(Shape.of(lengths));
    }

    /**
     * Returns this if it fits the tensor.
     *
     * @param what what the tensor is, for the error
     * @throws RicciException if it names an axis that the mesh has not, or one twice, or if an axis of the
     *     tensor cannot be cut into equal parts
     */
    public Sharding check(String what, TensorType whole, List<NamedAxis> mesh) {
        checkNames(what, whole, mesh);
        for (int axis = 0; axis < whole.rank(); axis++) {
            long parts = parts(axis, mesh);
            if (whole.shape().length(axis) % parts != 0) {
                throw new RicciException.Shape("distribute " + what + " as \"" + this + "\"",
                        whole + " over the mesh " + mesh,
                        "an axis is cut into equal parts; axis " + axis + " has length "
                        + whole.shape().length(axis) + ", which is no multiple of " + parts,
                        "pad the axis, or distribute another one");
            }
        }
        return this;
    }

    /** As {@link #check}, without regard to lengths. */
    public Sharding checkNames(String what, TensorType type, List<NamedAxis> mesh) {
        if (axes.size() != type.rank()) {
            throw new RicciException.Axis("distribute " + what + " as \"" + this + "\"", type.toString(),
                    "there is an entry for each axis of the tensor, and no more",
                    "write _ for an axis that is not distributed");
        }
        List<String> seen = new ArrayList<>();
        for (String name : names()) {
            if (mesh.stream().noneMatch(axis -> axis.name().equals(name))) {
                throw new RicciException.Axis("distribute " + what + " as \"" + this + "\"",
                        "the mesh " + mesh, "the mesh has no axis " + name, "name an axis of the mesh");
            }
            if (seen.contains(name)) {
                throw new RicciException.Axis("distribute " + what + " as \"" + this + "\"",
                        "the mesh " + mesh, "each axis of the mesh cuts a tensor once; " + name
                        + " is named twice", "leave it out at one place");
            }
            seen.add(name);
        }
        return this;
    }

    /** An entry per axis: {@code _} if it is whole, the axes of the mesh, in parentheses if several. */
    @Override
    public String toString() {
        return String.join(" ", axes.stream().map(over -> switch (over.size()) {
            case 0 -> "_";
            case 1 -> over.getFirst();
            default -> "(" + String.join(" ", over) + ")";
        }).toList());
    }
}

package ricci;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ricci.ir.RicciException;

/**
 * Along which axis the tensors of a tree are mapped: one axis for all, but for the parts that are excepted.
 *
 * {@snippet :
 * record Params(Tensor w, Tensor b) {}
 *
 * // Each model has its own w, all share b.
 * var predict = vmap(model, inAxes(axis(0).except(Params::b, NONE), axis(NONE)));
 * }
 */
public final class MappedAxis {
    private final int axis;
    private final List<Part> parts;

    MappedAxis(int axis) {
        this(axis, List.of());
    }

    private MappedAxis(int axis, List<Part> parts) {
        this.axis = axis;
        this.parts = List.copyOf(parts);
    }

    private record Part(Function<Object, ? extends @Nullable Object> of, int axis) {}

    /**
     * The same, but {@code part} of the tree, a tensor or a tree within it, is mapped along another axis, or
     * not at all with {@link Ricci#NONE}. Later exceptions override earlier ones.
     *
     * @param part an accessor, such as {@code Params::b} or {@code (Params p) -> p.layers().getLast()}
     */
    @SuppressWarnings("unchecked")
    public <T> MappedAxis except(Function<T, ?> part, int other) {
        List<Part> more = new ArrayList<>(parts);
        more.add(new Part((Function<Object, Object>) part, other));
        return new MappedAxis(axis, more);
    }

    /**
     * The axis for each tensor of a tree, as the user gave it.
     *
     * @param name what the tree is called in errors
     */
    List<Integer> of(String name, Tree.Flat tree) {
        List<Integer> axes = new ArrayList<>(Collections.nCopies(tree.leaves().size(), axis));
        if (parts.isEmpty() || axes.isEmpty()) {
            return axes;
        }
        // The same tensor may occur twice in the tree; in this copy of it, every place has its own.
        IdentityHashMap<Tensor, Integer> places = new IdentityHashMap<>();
        List<Tensor> standIns = tree.leaves().stream().map(MappedAxis::standIn).toList();
        standIns.forEach(tensor -> places.put(tensor, places.size()));
        Object copy = Tree.unflatten(tree.structure(), standIns);
        for (Part part : parts) {
            for (Tensor tensor : Tree.leaves(select(part, copy, name, tree.structure()))) {
                Integer place = places.get(tensor);
                if (place == null) {
                    throw new RicciException.Structure("single out a part of " + name,
                            "a part that holds " + tensor.type() + ", of " + describe(tree.structure()),
                            "a part consists of the tree's own tensors, not of tensors computed from them",
                            "use an accessor of a record, or an element of a list or map");
                }
                axes.set(place, part.axis());
            }
        }
        return axes;
    }

    /** Another tensor object of the same value. */
    static Tensor standIn(Tensor tensor) {
        return switch (tensor) {
            case Array array -> new Array(array.type(), array.buffer());
            case Tracer tracer -> new Tracer(tracer.trace(), tracer.atom(), tracer.source());
        };
    }

    private static @Nullable Object select(Part part, Object tree, String name, Structure structure) {
        try {
            return part.of().apply(tree);
        } catch (ClassCastException e) {
            throw new RicciException.Structure("single out a part of " + name, describe(structure),
                    "what singles out a part is a function of that type",
                    "use an accessor of that type; the entries of inAxes are in the order of the arguments");
        }
    }

    private static String describe(Structure structure) {
        return structure instanceof Structure.Leaf ? "a tensor" : structure.toString();
    }
}

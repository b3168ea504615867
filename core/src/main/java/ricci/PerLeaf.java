package ricci;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ricci.ir.RicciException;

/**
 * A value for each tensor of a tree: one for all, but for the parts that are excepted.
 *
 * @param value the value for all others
 */
record PerLeaf<V>(V value, List<Part<V>> parts) {
    PerLeaf {
        parts = List.copyOf(parts);
    }

    PerLeaf(V value) {
        this(value, List.of());
    }

    /** A part of a tree, and its value. */
    record Part<V>(Function<Object, ? extends @Nullable Object> of, V value) {}

    /** The same, but for a part; later exceptions override earlier ones. */
    @SuppressWarnings("unchecked")
    <T> PerLeaf<V> except(Function<T, ?> part, V other) {
        Arguments.given("make an exception", "the part", part);
        List<Part<V>> more = new ArrayList<>(parts);
        more.add(new Part<>((Function<Object, Object>) part, other));
        return new PerLeaf<>(value, more);
    }

    /**
     * The value for each tensor of a tree.
     *
     * @param name what the tree is called in errors
     */
    List<V> of(String name, Tree.Flat tree) {
        List<V> values = new ArrayList<>(Collections.nCopies(tree.leaves().size(), value));
        if (parts.isEmpty() || values.isEmpty()) {
            return values;
        }
        // The same tensor may occur twice in the tree; in this copy of it, every place has its own.
        IdentityHashMap<Tensor, Integer> places = new IdentityHashMap<>();
        List<Tensor> standIns = tree.leaves().stream().map(PerLeaf::standIn).toList();
        standIns.forEach(tensor -> places.put(tensor, places.size()));
        Object copy = Tree.unflatten(tree.structure(), standIns);
        for (Part<V> part : parts) {
            for (Tensor tensor : Tree.leaves(select(part, copy, name, tree.structure()))) {
                Integer place = places.get(tensor);
                if (place == null) {
                    throw new RicciException.Structure("single out a part of " + name,
                            "a part that holds " + tensor.type() + ", of " + describe(tree.structure()),
                            "a part consists of the tree's own tensors, not of tensors computed from them",
                            "use an accessor of a record, or an element of a list or map");
                }
                values.set(place, part.value());
            }
        }
        return values;
    }

    /** Another tensor object of the same value. */
    static Tensor standIn(Tensor tensor) {
        return switch (tensor) {
            case Array array -> new Array(array.type(), array.buffer());
            case Tracer tracer -> new Tracer(tracer.trace(), tracer.atom(), tracer.source());
        };
    }

    private static @Nullable Object select(Part<?> part, Object tree, String name, Structure structure) {
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

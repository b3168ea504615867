package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import ricci.ir.RicciException;

/**
 * Trees of tensors: a tensor, or a record, list, map, array or optional of trees. Arguments and results of
 * transformed functions are trees.
 *
 * <p>Whatever else a tree holds (an int, a string, an enum, null, …) is static: a constant of the function,
 * and part of the key under which {@code jit} remembers what it compiled.
 *
 * {@snippet :
 * record Params(Tensor w, Tensor b) {}
 * Params halved = Tree.map(params, x -> x.mul(0.5));
 * }
 */
public final class Tree {
    private static final int DEEPEST = 500;

    private Tree() {}

    /**
     * The tensors of a tree, in order: components as declared, list elements by index, map values by sorted
     * key.
     */
    public static List<Tensor> leaves(@Nullable Object tree) {
        return flatten(tree).leaves();
    }

    /** The tree of the same structure with {@code f} applied to every tensor. */
    public static <T> T map(T tree, UnaryOperator<Tensor> f) {
        Arguments.given("map a tree", "the function", f);
        Flat flat = flatten(tree);
        return unflatten(flat.structure(), flat.leaves().stream().map(f).toList());
    }

    /**
     * The tree with {@code f} applied to the corresponding tensors of two trees of one structure.
     *
     * @throws RicciException.Structure if their structures differ
     */
    public static <T> T map(T first, T second, BinaryOperator<Tensor> f) {
        Flat a = flatten(first);
        List<Tensor> b = matching(a, second);
        List<Tensor> mapped = new ArrayList<>();
        for (int i = 0; i < b.size(); i++) {
            mapped.add(f.apply(a.leaves().get(i), b.get(i)));
        }
        return unflatten(a.structure(), mapped);
    }

    /** A function of three tensors. */
    @FunctionalInterface
    public interface TernaryOperator {
        Tensor apply(Tensor a, Tensor b, Tensor c);
    }

    /**
     * The tree with {@code f} applied to the corresponding tensors of three trees of one structure.
     *
     * @throws RicciException.Structure if their structures differ
     */
    public static <T> T map(T first, T second, T third, TernaryOperator f) {
        Flat a = flatten(first);
        List<Tensor> b = matching(a, second);
        List<Tensor> c = matching(a, third);
        List<Tensor> mapped = new ArrayList<>();
        for (int i = 0; i < b.size(); i++) {
            mapped.add(f.apply(a.leaves().get(i), b.get(i), c.get(i)));
        }
        return unflatten(a.structure(), mapped);
    }

    private static List<Tensor> matching(Flat expected, @Nullable Object tree) {
        Flat flat = flatten(tree);
        if (!flat.structure().equals(expected.structure())) {
            throw new RicciException.Structure("walk trees side by side",
                    expected.structure() + " and " + flat.structure(), "they have one structure",
                    "pass trees of the same record types, list lengths, map keys and static values");
        }
        return flat.leaves();
    }

    /** A tree taken apart. */
    record Flat(List<Tensor> leaves, Structure structure) {
        /** Names of the leaves as the user would write them: {@code .layers[2].weight}. */
        List<String> paths() {
            return structure.paths();
        }
    }

    static Flat flatten(@Nullable Object tree) {
        Flattening flattening = new Flattening();
        Structure structure = flattening.visit(tree, 0);
        if (flattening.array != null) {
            throw array(flattening.array, structure);
        }
        return new Flat(flattening.leaves, structure);
    }

    @SuppressWarnings("ReferenceEquality") // The very array that was met.
    private static RicciException array(Object array, Structure structure) {
        List<String> places = new ArrayList<>();
        structure.visit("", (path, part) -> {
            if (part instanceof Structure.Static(var value) && value == array) {
                places.add(path);
            }
        });
        String path = places.getFirst();
        return new RicciException.Structure("use a " + array.getClass().getSimpleName() + " in a tree",
                path.isEmpty() ? "an argument" : "the component " + path,
                "what is no tensor is a constant, compared by equals, which arrays do not have",
                "make a tensor of it: tensor(array)");
    }

    /**
     * The tree, typed as the caller knows it to be: a structure makes what it was made from, null from null.
     */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
    static <T> T unflatten(Structure structure, List<? extends Tensor> leaves) {
        return (T) structure.unflatten(leaves.iterator());
    }

    private static final class Flattening {
        private static final Structure.Leaf TENSOR = new Structure.Leaf();

        private final List<Tensor> leaves = new ArrayList<>();
        /** One of those that are no part of a tree, if there is one. */
        private @Nullable Object array;

        Structure visit(@Nullable Object tree, int depth) {
            if (depth > DEEPEST) {
                throw new RicciException.Structure("flatten a tree", "a tree that is deeper than " + DEEPEST,
                        "trees are finite and not that deep",
                        "make sure that no list or map contains itself");
            }
            return switch (tree) {
                case null -> new Structure.Static(null);
                case Tensor tensor -> {
                    leaves.add(tensor);
                    yield TENSOR;
                }
                case Record record -> visitRecord(record, depth);
                case List<?> list -> new Structure.OfList(visitAll(list, depth));
                case Object[] array -> new Structure.OfArray(array.getClass().getComponentType(),
                        visitAll(Arrays.asList(array), depth));
                case Map<?, ?> map -> visitMap(map, depth);
                case Optional<?> optional when optional.isPresent() ->
                        new Structure.OfOptional(visit(optional.get(), depth + 1));
                default -> visitStatic(tree);
            };
        }

        private Structure visitRecord(Record record, int depth) {
            RecordClass type = RecordClass.of(record.getClass());
            List<Structure> components = new ArrayList<>(type.names().size());
            for (int i = 0; i < type.names().size(); i++) {
                components.add(visit(type.component(i, record), depth + 1));
            }
            return new Structure.OfRecord(record.getClass(), components);
        }

        private List<Structure> visitAll(Collection<?> elements, int depth) {
            List<Structure> structures = new ArrayList<>(elements.size());
            for (Object element : elements) {
                structures.add(visit(element, depth + 1));
            }
            return structures;
        }

        private Structure visitMap(Map<?, ?> map, int depth) {
            TreeMap<Object, @Nullable Object> sorted = new TreeMap<>();
            try {
                map.forEach(sorted::put);
            } catch (ClassCastException | NullPointerException e) {
                throw unordered(map);
            }
            if (sorted.size() < map.size()) {
                throw unordered(map);
            }
            List<Structure> values = new ArrayList<>();
            sorted.forEach((_, value) -> values.add(visit(value, depth + 1)));
            return new Structure.OfMap(new ArrayList<>(sorted.keySet()), values);
        }

        private static RicciException unordered(Map<?, ?> map) {
            return new RicciException.Structure("flatten a map", "the keys " + map.keySet(),
                    "keys have an order, in which no two are equal, so that equal maps give equal programs",
                    "use strings or enums as keys");
        }

        private Structure visitStatic(Object value) {
            if (value.getClass().isArray()) {
                array = value;
            }
            return new Structure.Static(value);
        }
    }
}

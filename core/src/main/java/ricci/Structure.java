package ricci;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a tree is besides its tensors. Equal structures give equal programs, so they are part of every cache
 * key.
 */
sealed interface Structure {
    /** A tensor. */
    record Leaf() implements Structure {
        @Override
        public String toString() {
            return "*";
        }
    }

    /** Anything else that is no container: a constant of the function, compared by equals. */
    record Static(@Nullable Object value) implements Structure {
        @Override
        public String toString() {
            return String.valueOf(value);
        }
    }

    /** A record; its components are accessible. */
    record OfRecord(Class<? extends Record> type, List<Structure> components) implements Structure {
        @Override
        public String toString() {
            return type.getSimpleName() + join(components, "(", ")");
        }
    }

    /** A list, in order. */
    record OfList(List<Structure> elements) implements Structure {
        @Override
        public String toString() {
            return join(elements, "[", "]");
        }
    }

    /** An array of objects. */
    record OfArray(Class<?> component, List<Structure> elements) implements Structure {
        @Override
        public String toString() {
            return join(elements, component.getSimpleName() + "{", "}");
        }
    }

    /** A map; the keys are sorted. */
    record OfMap(List<Object> keys, List<Structure> values) implements Structure {
        @Override
        public String toString() {
            return keys + join(values, "{", "}");
        }
    }

    /** An optional that holds something; an empty one is static. */
    record OfOptional(Structure value) implements Structure {
        @Override
        public String toString() {
            return "Optional[" + value + "]";
        }
    }

    /** Tells of each tensor and each constant, with its path as the user would write it. */
    default void visit(String path, BiConsumer<String, Structure> part) {
        switch (this) {
            case Leaf _, Static _ -> part.accept(path, this);
            case OfRecord(var type, var components) -> {
                List<String> names = RecordClass.of(type).names();
                for (int i = 0; i < components.size(); i++) {
                    components.get(i).visit(path + "." + names.get(i), part);
                }
            }
            case OfList(var elements) -> visitAll(elements, path, part);
            case OfArray(_, var elements) -> visitAll(elements, path, part);
            case OfMap(var keys, var values) -> {
                for (int i = 0; i < keys.size(); i++) {
                    values.get(i).visit(path + "[" + keys.get(i) + "]", part);
                }
            }
            case OfOptional(var value) -> value.visit(path + ".get()", part);
        }
    }

    private static void visitAll(List<Structure> elements, String path, BiConsumer<String, Structure> part) {
        for (int i = 0; i < elements.size(); i++) {
            elements.get(i).visit(path + "[" + i + "]", part);
        }
    }

    /** The paths of the tensors. */
    default List<String> paths() {
        List<String> paths = new ArrayList<>();
        visit("", (path, part) -> {
            if (part instanceof Leaf) {
                paths.add(path);
            }
        });
        return paths;
    }

    /** The tree of this structure whose tensors are taken from {@code leaves}, in order. */
    default @Nullable Object unflatten(Iterator<? extends Tensor> leaves) {
        return switch (this) {
            case Leaf _ -> leaves.next();
            case Static(var value) -> value;
            case OfRecord(var type, var components) ->
                    RecordClass.of(type).construct(all(components, leaves).toArray());
            case OfList(var elements) -> Collections.unmodifiableList(all(elements, leaves));
            case OfArray(var component, var elements) -> {
                Object[] array = (Object[]) java.lang.reflect.Array.newInstance(component, elements.size());
                List<@Nullable Object> values = all(elements, leaves);
                values.forEach(value -> RecordClass.requireFits("an array element", component, value));
                yield values.toArray(array);
            }
            case OfMap(var keys, var values) -> {
                Map<Object, @Nullable Object> map = new LinkedHashMap<>();
                for (int i = 0; i < keys.size(); i++) {
                    map.put(keys.get(i), values.get(i).unflatten(leaves));
                }
                yield Collections.unmodifiableMap(map);
            }
            case OfOptional(var value) -> Optional.ofNullable(value.unflatten(leaves));
        };
    }

    /**
     * Lists the tensors of another tree by their places in this one; null in the place of a part stands for
     * null in the places of all its tensors.
     *
     * @param given the tensors of the other tree
     * @return whether the other has this structure, but for that
     */
    default boolean align(Structure other, Iterator<? extends Tensor> given, List<@Nullable Tensor> places) {
        if (other instanceof Static(var value) && value == null) {
            for (int i = leaves(); i > 0; i--) {
                places.add(null);
            }
            return true;
        }
        return switch (this) {
            case Leaf _ when other instanceof Leaf -> places.add(given.next());
            case OfRecord(var type, var parts) when other instanceof OfRecord(var same, var others) ->
                    type == same && alignAll(parts, others, given, places);
            case OfList(var parts) when other instanceof OfList(var others) ->
                    alignAll(parts, others, given, places);
            case OfArray(var type, var parts) when other instanceof OfArray(var same, var others) ->
                    type == same && alignAll(parts, others, given, places);
            case OfMap(var keys, var parts) when other instanceof OfMap(var same, var others) ->
                    keys.equals(same) && alignAll(parts, others, given, places);
            case OfOptional(var part) when other instanceof OfOptional(var same) ->
                    part.align(same, given, places);
            case Leaf _, Static _, OfRecord _, OfList _, OfArray _, OfMap _, OfOptional _ -> equals(other);
        };
    }

    private static boolean alignAll(List<Structure> parts, List<Structure> others,
            Iterator<? extends Tensor> given, List<@Nullable Tensor> places) {
        if (parts.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            if (!parts.get(i).align(others.get(i), given, places)) {
                return false;
            }
        }
        return true;
    }

    /** The number of tensors. */
    default int leaves() {
        return switch (this) {
            case Leaf _ -> 1;
            case Static _ -> 0;
            case OfRecord(_, var parts) -> count(parts);
            case OfList(var parts) -> count(parts);
            case OfArray(_, var parts) -> count(parts);
            case OfMap(_, var parts) -> count(parts);
            case OfOptional(var part) -> part.leaves();
        };
    }

    private static int count(List<Structure> parts) {
        return parts.stream().mapToInt(Structure::leaves).sum();
    }

    private static List<@Nullable Object> all(List<Structure> parts, Iterator<? extends Tensor> leaves) {
        List<@Nullable Object> values = new ArrayList<>();
        for (Structure part : parts) {
            values.add(part.unflatten(leaves));
        }
        return values;
    }

    private static String join(List<Structure> parts, String open, String close) {
        return parts.stream().map(Structure::toString).collect(Collectors.joining(", ", open, close));
    }
}

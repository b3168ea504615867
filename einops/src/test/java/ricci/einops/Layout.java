package ricci.einops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Where the elements of a tensor, or of a part of it, are: along each of its axes at an offset, and the sum
 * of
 * the indices of named axes times their strides. Products, windows, diagonals and the terms of a sum are all
 * of that form.
 */
record Layout(List<Long> shape, List<Place> places) {

    /** Along one axis; a name may be there twice. */
    record Place(long offset, List<Step> steps) {}

    record Step(String name, long stride) {}

    /** Axes that are products of named axes, the last the fastest. */
    static Layout of(List<List<String>> items, Map<String, Long> lengths) {
        List<Long> shape = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        for (List<String> item : items) {
            shape.add(count(item, lengths));
            places.add(product(item, lengths, 1));
        }
        return new Layout(shape, places);
    }

    /** A product, each step of which is over {@code inner} elements. */
    static Place product(List<String> names, Map<String, Long> lengths, long inner) {
        List<Step> steps = new ArrayList<>();
        long stride = inner;
        for (String name : names.reversed()) {
            steps.add(new Step(name, stride));
            stride *= Oracle.at(lengths, name);
        }
        return new Place(0, steps);
    }

    static long count(List<String> names, Map<String, Long> lengths) {
        return names.stream().mapToLong(name -> Oracle.at(lengths, name)).reduce(1, (a, b) -> a * b);
    }

    long[] lengths() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    int size() {
        return (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    }

    /** The place of an element in row-major order. */
    int at(Map<String, Long> index) {
        long place = 0;
        for (int axis = 0; axis < places.size(); axis++) {
            long along = places.get(axis).offset();
            for (Step step : places.get(axis).steps()) {
                along += step.stride() * Oracle.at(index, step.name());
            }
            if (along >= shape.get(axis)) {
                throw new AssertionError("the test itself is wrong: " + this + " at " + index);
            }
            place = place * shape.get(axis) + along;
        }
        return (int) place;
    }

    List<String> names() {
        return places.stream().flatMap(place -> place.steps().stream()).map(Step::name).distinct().toList();
    }

    /** All indices of the named axes, the last the fastest. */
    static void each(List<String> names, Map<String, Long> lengths, Consumer<Map<String, Long>> action) {
        each(names, lengths, new HashMap<>(), action);
    }

    /** All indices of the named axes, beside those that are there already. */
    static void each(List<String> names, Map<String, Long> lengths, Map<String, Long> index,
            Consumer<Map<String, Long>> action) {
        if (names.isEmpty()) {
            action.accept(index);
            return;
        }
        for (long i = 0; i < Oracle.at(lengths, names.getFirst()); i++) {
            index.put(names.getFirst(), i);
            each(names.subList(1, names.size()), lengths, index, action);
        }
        index.remove(names.getFirst());
    }
}

package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Op;
import ricci.ir.Shape;

/**
 * What reshape, transpose and rearrange have in common: the elements fall into groups along the axes of
 * {@code split}, which change their order. Neither groups of one nor two that stay together are told apart,
 * so two of these that move the elements in the same way are equal.
 *
 * @param split the lengths of the groups, none of them 1
 * @param permutation the order of these in the result
 */
record Regrouping(List<Long> split, List<Integer> permutation) {
    Regrouping {
        split = List.copyOf(split);
        permutation = List.copyOf(permutation);
    }

    /** What {@code op} does to a tensor of that shape, which has elements; null if it is no such op. */
    static @Nullable Regrouping of(Op op, Shape operand) {
        return switch (op) {
            case Op.Reshape _ -> smallest(List.of(operand.size()), List.of(0));
            case Op.Transpose(var permutation) -> smallest(Axis.lengths(operand), permutation);
            case Op.Rearrange(var split, var permutation, _) -> smallest(Axis.lengths(split), permutation);
            case Op _ -> null;
        };
    }

    /** Without groups of one, and with those joined that follow each other before and after. */
    private static Regrouping smallest(List<Long> split, List<Integer> permutation) {
        List<Integer> order = permutation.stream().filter(axis -> split.get(axis) != 1).toList();
        List<Integer> axes = order.stream().sorted().toList();
        long[] lengths = new long[axes.size()];
        List<Integer> joined = new ArrayList<>();
        int last = -2;
        for (int axis : order) {
            int place = axes.indexOf(axis);
            if (place == last + 1) {
                lengths[joined.getLast()] *= split.get(axis);
            } else {
                lengths[place] = split.get(axis);
                joined.add(place);
            }
            last = place;
        }
        List<Integer> heads = joined.stream().sorted().toList();
        return new Regrouping(heads.stream().map(head -> lengths[head]).toList(),
                joined.stream().map(heads::indexOf).toList());
    }

    /** Whether the elements stay in order. */
    boolean keepsOrder() {
        return split.size() <= 1;
    }

    /** This, then {@code next}; null if their groups cut across each other. */
    @Nullable Regrouping then(Regrouping next) {
        List<Long> between = permutation.stream().map(split::get).toList();
        List<List<Long>> mine = emptyLists(between.size());
        List<List<Long>> theirs = emptyLists(next.split.size());
        int i = between.size() - 1;
        int j = next.split.size() - 1;
        long left = i < 0 ? 1 : between.get(i);
        long right = j < 0 ? 1 : next.split.get(j);
        while (i >= 0 && j >= 0) {
            long part = Math.min(left, right);
            if (left % part != 0 || right % part != 0) {
                return null;
            }
            mine.get(i).addFirst(part);
            theirs.get(j).addFirst(part);
            left /= part;
            right /= part;
            if (left == 1) {
                i--;
                left = i < 0 ? 1 : between.get(i);
            }
            if (right == 1) {
                j--;
                right = j < 0 ? 1 : next.split.get(j);
            }
        }
        return parts(mine, theirs, next);
    }

    /** The parts of my groups, in the order that I and then {@code next} give them. */
    private Regrouping parts(List<List<Long>> mine, List<List<Long>> theirs, Regrouping next) {
        List<Long> lengths = new ArrayList<>();
        List<List<Integer>> places = new ArrayList<>();
        for (int axis = 0; axis < split.size(); axis++) {
            List<Long> parts = mine.get(permutation.indexOf(axis));
            places.add(IntStream.range(lengths.size(), lengths.size() + parts.size()).boxed().toList());
            lengths.addAll(parts);
        }
        List<Integer> between = permutation.stream().flatMap(axis -> places.get(axis).stream()).toList();
        List<Integer> order = new ArrayList<>();
        for (int axis : next.permutation) {
            int before = theirs.subList(0, axis).stream().mapToInt(List::size).sum();
            order.addAll(between.subList(before, before + theirs.get(axis).size()));
        }
        return smallest(lengths, order);
    }

    private static List<List<Long>> emptyLists(int count) {
        return Stream.<List<Long>>generate(ArrayList::new).limit(count).toList();
    }

    /** The primitive that does this between two shapes: a reshape or a transpose if it is one. */
    Op between(Shape operand, Shape result) {
        if (keepsOrder()) {
            return new Op.Reshape(result);
        }
        List<Integer> axes = transposition(operand, result);
        return axes != null ? new Op.Transpose(axes)
                : new Op.Rearrange(Shape.of(split.stream().mapToLong(n -> n).toArray()), permutation, result);
    }

    /** The permutation of the operand's axes that does it; null if there is none. */
    private @Nullable List<Integer> transposition(Shape operand, Shape result) {
        List<List<Integer>> groups = new ArrayList<>();
        List<Integer> ones = new ArrayList<>();
        long filled = 1;
        for (int axis = 0; axis < operand.rank(); axis++) {
            if (operand.length(axis) == 1) {
                ones.add(axis);
                continue;
            }
            if (groups.isEmpty() || filled == split.get(groups.size() - 1)) {
                groups.add(new ArrayList<>());
                filled = 1;
            }
            groups.getLast().add(axis);
            filled *= operand.length(axis);
            if (split.get(groups.size() - 1) % filled != 0) {
                return null;
            }
        }
        List<Integer> order = new ArrayList<>();
        permutation.forEach(group -> order.addAll(groups.get(group)));
        return placed(operand, result, order, ones);
    }

    /** The axes in the places that the result has for them. */
    private static @Nullable List<Integer> placed(Shape operand, Shape result, List<Integer> order,
            List<Integer> ones) {
        if (operand.rank() != result.rank()) {
            return null;
        }
        List<Integer> placed = new ArrayList<>();
        int longer = 0;
        int single = 0;
        for (int axis = 0; axis < result.rank(); axis++) {
            boolean isSingle = result.length(axis) == 1;
            if (isSingle ? single == ones.size() : longer == order.size()) {
                return null;
            }
            placed.add(isSingle ? ones.get(single++) : order.get(longer++));
            if (operand.length(placed.getLast()) != result.length(axis)) {
                return null;
            }
        }
        return placed;
    }
}

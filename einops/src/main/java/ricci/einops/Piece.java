package ricci.einops;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ricci.einops.Lengths.Elementary;
import ricci.einops.Lengths.Factor;
import ricci.einops.Lengths.Item;
import ricci.einops.Lengths.Sum;

/**
 * A side of a pattern where each sum is one of its terms: a part of one tensor, that is a box of elementary
 * axes.
 *
 * @param chosen per sum of the side, in order, the term
 */
record Piece(List<Item> items, List<Integer> chosen) {
    Piece {
        items = List.copyOf(items);
        chosen = List.copyOf(chosen);
    }

    /** All pieces of a tensor, the last sum's terms the fastest. */
    static List<Piece> of(List<Item> items) {
        List<List<Integer>> choices = List.of(List.of());
        for (Item item : items) {
            for (Sum sum : item.sums()) {
                choices = choices.stream().flatMap(start -> IntStream.range(0, sum.terms().size())
                        .mapToObj(term -> Stream.concat(start.stream(), Stream.of(term)).toList())).toList();
            }
        }
        return choices.stream().map(chosen -> new Piece(items, chosen)).toList();
    }

    /** The piece that is a whole tensor of these axes, each of elementary ones. */
    static Piece of(List<List<Elementary>> items, Span span) {
        return new Piece(items.stream().map(axes -> new Item(List.<Factor>copyOf(axes), span)).toList(),
                List.of());
    }

    /** The elementary axes, in order; on the left one may be there twice. */
    List<Elementary> axes() {
        List<Elementary> axes = new ArrayList<>();
        forEachFactor((factor, term) -> axes.addAll(elementary(factor, term)));
        return axes;
    }

    private static List<Elementary> elementary(Factor factor, int term) {
        return switch (factor) {
            case Elementary axis -> List.of(axis);
            case Sum(var terms, _) -> terms.get(term);
        };
    }

    private interface FactorVisitor {
        /** {@code term} is the one that was chosen of a sum. */
        void visit(Factor factor, int term);
    }

    private void forEachFactor(FactorVisitor visitor) {
        int sum = 0;
        for (Item item : items) {
            for (Factor factor : item.factors()) {
                visitor.visit(factor, factor instanceof Sum ? chosen.get(sum++) : 0);
            }
        }
    }

    /** The steps from a tensor with this piece to the tensor that is nothing but the other piece. */
    List<Stage> stagesTo(Piece result, Lengths lengths) {
        List<Stage> steps = new ArrayList<>();
        List<Elementary> axes = takeApart(steps, lengths);
        List<String> names = diagonals(axes, steps);
        List<Elementary> wanted = result.axes();
        List<String> after = wanted.stream().map(Elementary::name).toList();
        List<String> kept = after.stream().filter(names::contains).toList();
        List<String> order = Stream.concat(kept.stream(),
                names.stream().filter(name -> !after.contains(name)))
                .toList();
        if (!order.equals(names)) {
            steps.add(new Stage.Transpose(order.stream().map(names::indexOf).toList()));
        }
        if (kept.size() < names.size()) {
            steps.add(new Stage.Reduce(IntStream.range(kept.size(), names.size()).boxed().toList()));
        }
        if (kept.size() < after.size()) {
            steps.add(new Stage.Broadcast(wanted.stream().map(lengths::of).toList(),
                    kept.stream().map(after::indexOf).toList()));
        }
        if (!result.isElementary()) {
            steps.add(new Stage.Reshape(result.shape(lengths)));
        }
        return fused(steps, axes.stream().map(lengths::of).toList());
    }

    /** Reshape, transpose and reshape are one step; a missing first or last one is there in its place. */
    private static List<Stage> fused(List<Stage> steps, List<Long> split) {
        boolean moves = steps.size() > 1 && steps.stream().allMatch(step -> step instanceof Stage.Reshape
                || step instanceof Stage.Transpose) && steps.stream()
                .anyMatch(Stage.Transpose.class::isInstance);
        if (!moves) {
            return List.copyOf(steps);
        }
        List<Integer> permutation = List.of();
        for (Stage step : steps) {
            permutation = step instanceof Stage.Transpose(var p) ? p : permutation;
        }
        List<Long> merged = steps.getLast() instanceof Stage.Reshape(var shape) ? shape
                : permutation.stream().map(split::get).toList();
        return List.of(new Stage.Rearrange(split, permutation, merged));
    }

    /** Splits every axis into the elementary axes of this piece. */
    private List<Elementary> takeApart(List<Stage> steps, Lengths lengths) {
        List<Long> whole = new ArrayList<>();
        List<Stage> cuts = new ArrayList<>();
        List<Elementary> axes = axes();
        boolean merged = false;
        int axis = 0;
        int sum = 0;
        for (Item item : items) {
            if (item.isWindow()) {
                cuts.add(new Stage.Window(axis, item.factors().stream().map(lengths::of).toList(),
                        item.strides()));
                whole.add(lengths.span(item));
                axis += item.factors().size();
                continue;
            }
            for (Factor factor : item.factors()) {
                if (factor instanceof Sum(var terms, var span)) {
                    int term = chosen.get(sum++);
                    long start = terms.subList(0, term).stream().mapToLong(t -> lengths.product(t, span, ""))
                            .sum();
                    cuts.add(new Stage.Slice(axis, start,
                            start + lengths.product(terms.get(term), span, "")));
                    merged |= terms.get(term).size() != 1;
                }
                whole.add(lengths.of(factor));
                axis++;
            }
        }
        boolean split = items.stream().anyMatch(item -> !item.isWindow() && item.factors().size() != 1);
        if (split) {
            steps.add(new Stage.Reshape(whole));
        }
        steps.addAll(cuts);
        if (merged) {
            steps.add(new Stage.Reshape(axes.stream().map(lengths::of).toList()));
        }
        return axes;
    }

    /** One axis of each name is left. */
    private static List<String> diagonals(List<Elementary> axes, List<Stage> steps) {
        List<String> names = new ArrayList<>();
        for (Elementary axis : axes) {
            int first = names.indexOf(axis.name());
            if (first < 0) {
                names.add(axis.name());
            } else {
                steps.add(new Stage.Diagonal(first, names.size()));
            }
        }
        return names;
    }

    /** Whether each item is one axis. */
    private boolean isElementary() {
        return items.stream().allMatch(item -> item.factors().size() == 1
                && item.factors().getFirst() instanceof Elementary);
    }

    /** The lengths of this piece alone; where others will be joined to it, sums are axes of their own. */
    private List<Long> shape(Lengths lengths) {
        if (chosen.isEmpty()) {
            return items.stream().map(lengths::of).toList();
        }
        List<Long> shape = new ArrayList<>();
        forEachFactor((factor, term) -> shape.add(
                lengths.product(elementary(factor, term), factor.span(), "")));
        return shape;
    }

    /** The same as the stages at once, as loops over this piece's tensor and the result's. */
    Nest nestTo(Piece result, Lengths lengths, long[] shape, long[] resultShape) {
        Places from = places(lengths, shape);
        Places to = result.places(lengths, resultShape);
        Map<String, Long> loops = new LinkedHashMap<>();
        result.axes().forEach(axis -> loops.put(axis.name(), lengths.of(axis)));
        axes().forEach(axis -> loops.putIfAbsent(axis.name(), lengths.of(axis)));
        return new Nest(loops.values().stream().mapToLong(Long::longValue).toArray(),
                from.along(loops.keySet()),
                to.along(loops.keySet()), from.start, to.start);
    }

    /**
     * How many elements the place in the whole tensor moves on by with each axis, and where it starts. The
     * tensor is row-major.
     */
    private Places places(Lengths lengths, long[] shape) {
        Map<String, Long> strides = new LinkedHashMap<>();
        long start = 0;
        long stride = 1;
        int sum = chosen.size();
        for (int i = items.size() - 1; i >= 0; i--) {
            Item item = items.get(i);
            long inner = stride;
            for (int f = item.factors().size() - 1; f >= 0; f--) {
                long own = item.isWindow() ? stride * item.strides().get(f) : inner;
                switch (item.factors().get(f)) {
                    case Elementary axis -> strides.merge(axis.name(), own, Long::sum);
                    case Sum(var terms, var span) -> {
                        int term = chosen.get(--sum);
                        for (List<Elementary> before : terms.subList(0, term)) {
                            start += own * lengths.product(before, span, "");
                        }
                        long within = own;
                        for (Elementary axis : terms.get(term).reversed()) {
                            strides.merge(axis.name(), within, Long::sum);
                            within *= Math.max(1, lengths.of(axis));
                        }
                    }
                }
                inner *= Math.max(1, lengths.of(item.factors().get(f)));
            }
            stride *= Math.max(1, shape[i]);
        }
        return new Places(start, strides);
    }

    /** Where a piece's elements lie in a tensor. */
    private record Places(long start, Map<String, Long> strides) {
        long[] along(Set<String> names) {
            return names.stream().mapToLong(name -> strides.getOrDefault(name, 0L)).toArray();
        }
    }

    Set<String> names() {
        Set<String> names = new HashSet<>();
        axes().forEach(axis -> names.add(axis.name()));
        return names;
    }
}

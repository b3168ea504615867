package ricci.einops;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Lengths.Elementary;
import ricci.einops.Lengths.Item;

/** Makes the plan of a rearrange, reduce or repeat for tensors of one shape. */
final class Planner {
    /** What the operation may do with axes. */
    enum Operation {
        REARRANGE, REDUCE, REPEAT;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final Operation operation;
    private final Call call;
    private final Pattern pattern;
    private final Lengths lengths;

    private Planner(Operation operation, Call call) {
        this.operation = operation;
        this.call = call;
        pattern = Parser.oneToOne(call);
        lengths = new Lengths(call);
    }

    static Plan plan(Operation operation, Reduction.@Nullable Named reduction, List<Axis> axes, Call call,
            long[] shape) {
        return new Planner(operation, call).plan(reduction, axes, shape);
    }

    /** Checks what does not depend on a tensor. */
    static void check(Operation operation, List<Axis> axes, Call call) {
        new Planner(operation, call).checkNames(axes);
    }

    private Plan plan(Reduction.@Nullable Named reduction, List<Axis> axes, long[] shape) {
        checkNames(axes);
        int dots = rank(shape);
        List<Item> left = lengths.items(pattern.input(), dots);
        List<Item> right = lengths.items(pattern.output(), dots);
        for (int i = 0; i < left.size(); i++) {
            lengths.solve(left.get(i), shape[i], i);
        }
        List<Elementary> from = elementary(left);
        List<Elementary> to = elementary(right);
        lengths.product(to, pattern.output().span(), "the result has too many elements");
        checkReduced(reduction, from, names(to));
        return steps(left, right, from, to);
    }

    /** What can be said before the tensor is looked at, so that the same call fails alike for all tensors. */
    private void checkNames(List<Axis> axes) {
        checkEllipsis();
        List<Elementary> from = elementary(lengths.items(pattern.input(), 1));
        List<Elementary> to = elementary(lengths.items(pattern.output(), 1));
        checkAxes(from, to);
        lengths.give(axes, Stream.concat(from.stream(), to.stream()).filter(Elementary::isNamed).toList());
        if (operation == Operation.REPEAT) {
            Set<String> left = names(from);
            to.stream().filter(axis -> !left.contains(axis.name())).forEach(lengths::of);
        }
    }

    private void checkReduced(Reduction.@Nullable Named reduction, List<Elementary> from, Set<String> kept) {
        if (reduction != Reduction.Named.MAX && reduction != Reduction.Named.MIN) {
            return;
        }
        from.stream().filter(axis -> !kept.contains(axis.name()) && lengths.of(axis) == 0).findFirst()
                .ifPresent(axis -> {
            throw call.failure(Kind.NOTHING_TO_REDUCE, axis.span(), "there is no " + reduction + ", because "
                    + describe(axis) + " has length 0", lengths.named(),
                    "of no elements none is the greatest or the least", "check the shape of the tensor");
        });
    }

    private Plan steps(List<Item> left, List<Item> right, List<Elementary> from, List<Elementary> to) {
        List<String> before = from.stream().map(Elementary::name).toList();
        List<String> after = to.stream().map(Elementary::name).toList();
        List<String> kept = after.stream().filter(before::contains).toList();
        List<String> dropped = before.stream().filter(name -> !after.contains(name)).toList();
        int[] permutation = Stream.concat(kept.stream(), dropped.stream()).mapToInt(before::indexOf)
                .toArray();
        boolean moved = !java.util.Arrays.equals(permutation,
                IntStream.range(0, permutation.length).toArray());
        int[] reduced = IntStream.range(kept.size(), before.size()).toArray();
        int[] places = kept.stream().mapToInt(after::indexOf).toArray();
        boolean inserts = kept.size() < after.size();
        return new Plan(isElementary(left) ? null : from.stream().mapToLong(lengths::of).toArray(),
                moved ? permutation : null, reduced,
                inserts ? to.stream().mapToLong(lengths::of).toArray() : null, places,
                isElementary(right) ? null : right.stream().mapToLong(lengths::of).toArray());
    }

    /** That no group of an input holds an ellipsis. */
    static void checkGroups(Call call, Pattern.Side input) {
        for (Expr item : input.items()) {
            if (item instanceof Expr.Group(var parts, _)) {
                for (Expr part : parts) {
                    if (part instanceof Expr.Ellipsis(var span)) {
                        throw call.failure(Kind.ELLIPSIS_IN_LEFT_GROUP, span,
                                "an ellipsis is inside a group on the left",
                                "how an axis would split into any number of axes is not known",
                                "move the ellipsis out of the parentheses, or name the axes");
                    }
                }
            }
        }
    }

    private void checkEllipsis() {
        checkGroups(call, pattern.input());
        if (pattern.output().hasEllipsis() && !pattern.input().hasEllipsis()) {
            throw call.failure(Kind.ELLIPSIS_ONLY_RIGHT, pattern.output().ellipsis(),
                    "there is an ellipsis on the right only",
                    "an ellipsis on the right is the one on the left", "write ... on the left too");
        }
    }

    /** The number of axes that the ellipsis stands for. */
    private int rank(long[] shape) {
        boolean dots = pattern.input().hasEllipsis();
        int named = pattern.input().items().size() - (dots ? 1 : 0);
        if (dots ? shape.length < named : shape.length != named) {
            throw call.failure(Kind.WRONG_RANK, pattern.input().span(), "the tensor has " + axes(shape.length)
                    + ", the pattern " + (dots ? "at least " : "") + named,
                    "the left side has one item per axis of the tensor",
                    shape.length > named ? "name all axes, or write ... for the rest"
                            : "remove an item, or put the names of axes that are one into parentheses");
        }
        return shape.length - named;
    }

    static String axes(int count) {
        return count == 1 ? "1 axis" : count + " axes";
    }

    private void checkAxes(List<Elementary> from, List<Elementary> to) {
        Set<String> left = names(from);
        Set<String> right = names(to);
        switch (operation) {
            case REARRANGE -> {
                Stream.concat(from.stream(), to.stream()).filter(Planner::isNumber).findFirst()
                        .ifPresent(axis -> {
                    throw call.failure(Kind.NUMBER_IN_REARRANGE, axis.span(),
                            "there is an axis without a name",
                            "rearrange keeps all axes and must know which is which; only 1 may stand alone",
                            "name the axis and give its length, as in axis(\"n\", " + lengths.of(axis) + ")");
                });
                from.stream().filter(axis -> !right.contains(axis.name())).findFirst().ifPresent(axis -> {
                    throw call.failure(Kind.AXIS_ON_ONE_SIDE, axis.span(),
                            describe(axis) + " is on the left only", "rearrange keeps all axes",
                            didYouMean(axis, from, to, "drop it with reduce first"));
                });
                to.stream().filter(axis -> !left.contains(axis.name())).findFirst().ifPresent(axis -> {
                    throw call.failure(Kind.AXIS_ON_ONE_SIDE, axis.span(),
                            describe(axis) + " is on the right only", "rearrange makes no axes",
                            didYouMean(axis, to, from, "make it with repeat afterwards"));
                });
            }
            case REDUCE -> to.stream().filter(axis -> !left.contains(axis.name())).findFirst()
                    .ifPresent(axis -> {
                throw isNumber(axis) && hasSame(axis, from) ? keptNumber(axis)
                        : call.failure(Kind.AXIS_APPEARS, axis.span(),
                        describe(axis) + " is on the right only",
                                "reduce drops axes and makes none",
                                didYouMean(axis, to, from, "make it with repeat afterwards"));
            });
            case REPEAT -> from.stream().filter(axis -> !right.contains(axis.name())).findFirst()
                    .ifPresent(axis -> {
                throw isNumber(axis) && hasSame(axis, to) ? keptNumber(axis)
                        : call.failure(Kind.AXIS_DROPPED, axis.span(),
                        describe(axis) + " is on the left only",
                                "repeat makes axes and drops none",
                                didYouMean(axis, from, to, "drop it with reduce first"));
            });
        }
    }

    private boolean hasSame(Elementary number, List<Elementary> others) {
        return others.stream().anyMatch(other -> isNumber(other) && lengths.of(other) == lengths.of(number));
    }

    private EinopsException keptNumber(Elementary axis) {
        return call.failure(Kind.NUMBER_KEPT, axis.span(), "an axis without a name cannot be kept",
                "every number is an axis of its own, so it is never the same on both sides",
                "name the axis and give its length, as in axis(\"n\", " + lengths.of(axis) + ")");
    }

    /** A name that is on the other side only and may be the same, misspelt. */
    private static String didYouMean(Elementary axis, List<Elementary> own, List<Elementary> other,
            String otherwise) {
        Set<String> here = names(own);
        return Spelling.suggest(axis.name(), other.stream().filter(Elementary::isNamed).map(Elementary::name)
                .filter(name -> !here.contains(name)).toList()).orElse(otherwise);
    }

    private static String describe(Elementary axis) {
        return axis.isNamed() ? "the axis " + axis.name() : isNumber(axis) ? "an axis without a name"
                : "the ellipsis";
    }

    private static boolean isNumber(Elementary axis) {
        return axis.name().startsWith("#");
    }

    private static Set<String> names(List<Elementary> axes) {
        return axes.stream().map(Elementary::name).collect(Collectors.toCollection(HashSet::new));
    }

    private static List<Elementary> elementary(List<Item> items) {
        List<Elementary> axes = new ArrayList<>();
        items.forEach(item -> axes.addAll(item.axes()));
        return axes;
    }

    private static boolean isElementary(List<Item> items) {
        return items.stream().allMatch(item -> item.axes().size() == 1);
    }
}

package ricci.einops;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.einops.EinopsException.Kind;

/**
 * Writes out what an ellipsis repeats: {@code (s p)... c} becomes {@code (s.0 p.0) (s.1 p.1) c} for a tensor
 * of three axes. Names that are repeated together are repeated equally often, on both sides.
 */
final class Repeats {
    private final Call call;
    private final Map<String, Integer> counts = new HashMap<>();

    private Repeats(Call call) {
        this.call = call;
    }

    /** A pattern without repetitions, and the lengths of its axes. */
    record Expanded(Pattern pattern, List<Axis> axes) {}

    /**
     * Writes out the repetitions of a pattern for tensors of these ranks; without ranks, those that are not
     * known otherwise are written once.
     */
    static Expanded expand(Call call, Pattern pattern, List<Axis> axes, @Nullable List<Integer> ranks) {
        List<Pattern.Side> sides = Stream.concat(pattern.inputs().stream(), pattern.outputs().stream())
                .toList();
        if (sides.stream().allMatch(side -> side.find(expr -> expr instanceof Expr.Repeated).isEmpty())) {
            return new Expanded(pattern, axes);
        }
        Repeats repeats = new Repeats(call);
        repeats.checkNames(sides);
        repeats.learnFromAxes(sides, axes);
        repeats.learnFromRanks(pattern.inputs(), ranks);
        return new Expanded(new Pattern(pattern.text(), repeats.sides(pattern.inputs()),
                repeats.sides(pattern.outputs())), repeats.axes(axes));
    }

    private static List<Expr> repetitions(List<Pattern.Side> sides) {
        return sides.stream().flatMap(side -> side.all(expr -> expr instanceof Expr.Repeated).stream())
                .toList();
    }

    private static List<String> names(Expr expr) {
        return new Pattern.Side(List.of(expr), expr.span()).all(part -> part instanceof Expr.Name).stream()
                .map(part -> ((Expr.Name) part).name()).toList();
    }

    /** No name is both repeated and not, and each repetition has one. */
    private void checkNames(List<Pattern.Side> sides) {
        Set<String> repeated = new HashSet<>();
        for (Expr repetition : repetitions(sides)) {
            if (names(repetition).isEmpty()) {
                throw call.failure(Kind.REPEATED_NUMBER, repetition.span(), "what is repeated has no name",
                        "names say what is repeated how often", "name an axis in it");
            }
            new Pattern.Side(List.of(repetition), repetition.span()).find(expr ->
                    expr instanceof Expr.Anonymous number && !number.isUnit()).ifPresent(number -> {
                throw call.failure(Kind.REPEATED_NUMBER, number, "a number is repeated",
                        "a number is an axis of its own, which no other repetition could mean",
                        "name it, as in p=2");
            });
            repeated.addAll(names(repetition));
        }
        for (Pattern.Side side : sides) {
            List<Span> inside = side.all(expr -> expr instanceof Expr.Repeated).stream().map(Expr::span)
                    .toList();
            for (Expr part : side.all(expr -> expr instanceof Expr.Name)) {
                String name = ((Expr.Name) part).name();
                if (repeated.contains(name) && inside.stream()
                        .noneMatch(span -> span.contains(part.span()))) {
                    throw call.failure(Kind.REPEATED_AND_SINGLE, part.span(),
                            "the axis " + name + " is repeated elsewhere, but not here",
                            "a name that is repeated is repeated wherever it stands",
                            "write " + name + "..., or rename one of them");
                }
            }
        }
    }

    /** {@code axis("p", 2, 3)} gives {@code p.0} and {@code p.1}: two repetitions. */
    private void learnFromAxes(List<Pattern.Side> sides, List<Axis> axes) {
        for (Expr repetition : repetitions(sides)) {
            for (String name : names(repetition)) {
                int count = (int) axes.stream().filter(axis -> isNumbered(axis.name(), name)).count();
                if (count > 0) {
                    learn(repetition, count);
                }
            }
        }
        spread(sides);
    }

    private static boolean isNumbered(String axis, String name) {
        return axis.startsWith(name + ".") && axis.substring(name.length() + 1).chars()
                .allMatch(Character::isDigit);
    }

    private void learn(Expr repetition, int count) {
        for (String name : names(repetition)) {
            Integer earlier = counts.putIfAbsent(name, count);
            if (earlier != null && earlier != count) {
                throw call.failure(Kind.REPEAT_COUNT, repetition.span(), name + " is repeated " + count
                        + " times here, but " + earlier + " times elsewhere",
                        "a name is repeated equally often wherever it stands",
                        "check the ranks of the tensors and the lengths that were given");
            }
        }
    }

    /** From one repetition to others that share a name with it, as far as that goes. */
    private void spread(List<Pattern.Side> sides) {
        int known;
        do {
            known = counts.size();
            for (Expr repetition : repetitions(sides)) {
                names(repetition).stream().flatMap(name -> Stream.ofNullable(counts.get(name))).findFirst()
                        .ifPresent(count -> learn(repetition, count));
            }
        } while (counts.size() > known);
    }

    /** Of each tensor the rank tells how often its one unknown repetition is there. */
    private void learnFromRanks(List<Pattern.Side> inputs, @Nullable List<Integer> ranks) {
        for (int i = 0; i < inputs.size(); i++) {
            spread(inputs);
            Pattern.Side side = inputs.get(i);
            List<Expr> open = side.items().stream().filter(item -> item instanceof Expr.Repeated repeated
                    && !counts.containsKey(names(repeated).getFirst())).toList();
            if (open.isEmpty()) {
                continue;
            }
            if (ranks == null) {
                open.forEach(repetition -> learn(repetition, 1));
                continue;
            }
            if (open.size() > 1 || side.hasEllipsis()) {
                throw call.failure(Kind.REPEAT_COUNT, open.getLast().span(),
                        "how often this is repeated cannot be inferred",
                        "the rank of a tensor tells the count of one ellipsis",
                        "give lengths for each repetition, as in axis(\"" + names(open.getLast()).getFirst()
                                + "\", 2, 2)");
            }
            int others = side.items().stream().mapToInt(item -> item instanceof Expr.Repeated
                    ? counts.getOrDefault(names(item).getFirst(), 0) : 1).sum();
            if (i < ranks.size() && ranks.get(i) < others) {
                throw call.failure(Kind.WRONG_RANK, side.span(),
                        "the tensor has " + Planner.axes(ranks.get(i))
                        + ", the pattern at least " + others,
                        "the left side has one item per axis of the tensor",
                        "remove an item, or check the tensor");
            }
            learn(open.getFirst(), i < ranks.size() ? ranks.get(i) - others : 1);
        }
        spread(inputs);
    }

    private List<Pattern.Side> sides(List<Pattern.Side> sides) {
        return sides.stream().map(side -> new Pattern.Side(side.items().stream().flatMap(this::write)
                .toList(),
                side.span())).toList();
    }

    private Stream<Expr> write(Expr expr) {
        return switch (expr) {
            case Expr.Repeated(var part, var span) -> {
                String name = names(part).getFirst();
                Integer count = counts.get(name);
                if (count == null) {
                    throw call.failure(Kind.REPEAT_COUNT, span, "how often this is repeated is not known",
                            "the left side or the lengths tell how often a name is repeated",
                            "repeat " + name + " on the left too, or give axis(\"" + name + "\", 2, 2)");
                }
                yield IntStream.range(0, count).mapToObj(i -> numbered(part, i));
            }
            case Expr.Group(var parts, var span) ->
                    Stream.of(new Expr.Group(parts.stream().flatMap(this::write).toList(), span));
            case Expr.Bracket(var parts, var span) ->
                    Stream.of(new Expr.Bracket(parts.stream().flatMap(this::write).toList(), span));
            case Expr.Sum(var terms, var span) -> Stream.of(new Expr.Sum(terms.stream()
                    .flatMap(this::write).map(Expr.Group.class::cast).toList(), span));
            case Expr.Name _, Expr.Anonymous _, Expr.Ellipsis _, Expr.Strided _ -> Stream.of(expr);
        };
    }

    private static Expr numbered(Expr expr, int i) {
        return switch (expr) {
            case Expr.Name(var name, var length, var span) -> new Expr.Name(name + "." + i, length, span);
            case Expr.Group(var parts, var span) -> new Expr.Group(numbered(parts, i), span);
            case Expr.Bracket(var parts, var span) -> new Expr.Bracket(numbered(parts, i), span);
            case Expr.Strided(var axis, var stride, var span) ->
                    new Expr.Strided(numbered(axis, i), stride, span);
            case Expr.Sum(var terms, var span) -> new Expr.Sum(numbered(terms, i).stream()
                    .map(Expr.Group.class::cast).toList(), span);
            case Expr.Anonymous _, Expr.Ellipsis _, Expr.Repeated _ -> expr;
        };
    }

    private static List<Expr> numbered(List<? extends Expr> exprs, int i) {
        return exprs.stream().map(expr -> numbered(expr, i)).toList();
    }

    /** A length that is given for a name is that of all its repetitions. */
    private List<Axis> axes(List<Axis> axes) {
        return axes.stream().flatMap(axis -> {
            Integer count = counts.get(axis.name());
            return count == null ? Stream.of(axis) : IntStream.range(0, count)
                    .mapToObj(i -> new Axis(axis.name() + "." + i, axis.length()));
        }).toList();
    }
}

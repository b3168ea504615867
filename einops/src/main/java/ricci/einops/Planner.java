package ricci.einops;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Lengths.Elementary;
import ricci.einops.Lengths.Item;
import ricci.einops.Lengths.Sum;

/** Makes the plan of a rearrange, reduce or repeat for tensors of given shapes. */
final class Planner {
    /** What the operation may do with axes. */
    enum Operation {
        REARRANGE, REDUCE, REPEAT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Parts that are not in order are looked for among all, which takes the square of their number. */
    private static final int MOST_BY_NAME = 1000;

    /** Each is a step of its own, so that more would be no use. */
    private static final int MOST_PIECES = 10_000;

    private final Operation operation;
    private final Call call;
    private final Pattern pattern;
    private final Pattern written;
    private final Lengths lengths;

    /** {@code written} is the pattern with its brackets. */
    private Planner(Operation operation, Call call, Pattern written, Pattern pattern) {
        this.operation = operation;
        this.call = call;
        this.written = written;
        this.pattern = pattern;
        lengths = new Lengths(call);
    }

    /** Reads a pattern for the operation; in reduce, brackets may stand for the arrow. */
    static Pattern parse(Operation operation, Call call) {
        if (operation != Operation.REDUCE) {
            return Parser.pattern(call);
        }
        Pattern pattern = Parser.shortPattern(call);
        List<Pattern.Side> inputs = pattern.inputs();
        boolean marked = inputs.stream().anyMatch(Pattern.Side::hasBrackets);
        if (!marked) {
            return pattern.hasArrow() ? pattern : Parser.pattern(call);
        }
        return new Pattern(pattern.text(), inputs, pattern.hasArrow() ? pattern.outputs()
                : inputs.stream().map(Pattern.Side::outsideBrackets).toList());
    }

    static Plan plan(Operation operation, Reduction.@Nullable Named reduction, List<Axis> axes, Call call,
            List<long[]> shapes) {
        Pattern parsed = parse(operation, call);
        checkCount(call, parsed, shapes.size());
        Repeats.Expanded expanded = Repeats.expand(call, parsed, axes,
                shapes.stream().map(shape -> shape.length).toList());
        return new Planner(operation, call, expanded.pattern(),
                withoutBrackets(operation, reduction, call, expanded.pattern()))
                .plan(reduction, expanded.axes(), shapes);
    }

    /**
     * Checks what does not depend on the shapes of tensors; gives the pattern without brackets.
     *
     * @param tensors how many there are; 0, if that is not known yet
     */
    static Pattern check(Operation operation, Reduction.@Nullable Named reduction, List<Axis> axes, Call call,
            int tensors) {
        Pattern parsed = parse(operation, call);
        if (tensors > 0 && parsed.inputs().size() > 1) {
            checkCount(call, parsed, tensors);
        }
        Repeats.Expanded expanded = Repeats.expand(call, parsed, axes, null);
        Pattern pattern = withoutBrackets(operation, reduction, call, expanded.pattern());
        new Planner(operation, call, expanded.pattern(), pattern).checkNames(expanded.axes());
        return pattern;
    }

    static void checkCount(Call call, Pattern pattern, int tensors) {
        int count = pattern.inputs().size();
        if (count != tensors) {
            throw call.failure(Kind.OPERAND_COUNT, call.all(), "the pattern has " + count
                    + (count == 1 ? " input" : " inputs") + ", the call " + tensors
                    + (tensors == 1 ? " tensor" : " tensors"), "there is one tensor per input",
                    tensors == 1 ? "separate axes with spaces; commas separate tensors"
                            : count > tensors ? "pass " + count + " tensors"
                            : "write an input for each tensor, with commas between them");
        }
    }

    /**
     * In reduce, the axes in brackets are those that the right side lacks. What is in brackets on the right
     * is the axis of an argmax's coordinates, and left out here.
     */
    private static Pattern withoutBrackets(Operation operation, Reduction.@Nullable Named reduction,
            Call call,
            Pattern pattern) {
        if (operation != Operation.REDUCE) {
            return pattern;
        }
        Set<String> right = new HashSet<>();
        boolean gives = reduction == Reduction.Named.ARGMAX || reduction == Reduction.Named.ARGMIN;
        for (Pattern.Side side : pattern.outputs()) {
            boolean one = pattern.inputs().size() == 1 && pattern.inputs().getFirst().hasBrackets();
            side.find(expr -> expr instanceof Expr.Bracket).filter(_ -> !gives || !one).ifPresent(span -> {
                throw call.failure(Kind.MISPLACED_BRACKET, span, "there are brackets on the right",
                        "brackets on the left say what is reduced; on the right, where an argmax puts its "
                        + "coordinates", "remove them");
            });
            right.addAll(side.outsideBrackets().names());
        }
        for (Pattern.Side side : pattern.inputs()) {
            for (Expr part : side.hasBrackets() ? side.all(expr -> expr instanceof Expr.Name)
                    : List.<Expr>of()) {
                String name = ((Expr.Name) part).name();
                if (side.marks(part.span()) == right.contains(name)) {
                    boolean kept = right.contains(name);
                    throw call.failure(Kind.BRACKET_MISMATCH, part.span(), "the axis " + name
                            + (kept ? " is in brackets, but kept" : " is not in brackets, but dropped"),
                            "brackets mark exactly the axes that are reduced", kept
                            ? "remove it from the right, or from the brackets" : "put it into brackets too");
                }
            }
        }
        return new Pattern(pattern.text(), pattern.inputs().stream().map(Pattern.Side::withoutBrackets)
                .toList(),
                pattern.outputs().stream().map(Pattern.Side::outsideBrackets).toList());
    }

    private Plan plan(Reduction.@Nullable Named reduction, List<Axis> axes, List<long[]> shapes) {
        checkNames(axes);
        List<List<Item>> inputs = new ArrayList<>();
        int most = 0;
        for (int i = 0; i < shapes.size(); i++) {
            int dots = dots(call, pattern, i, shapes.get(i).length);
            inputs.add(lengths.items(pattern.inputs().get(i), dots));
            most = Math.max(most, pattern.inputs().get(i).hasEllipsis() ? dots : 0);
        }
        int dots = most;
        List<List<Item>> outputs = pattern.outputs().stream().map(side -> lengths.items(side, dots)).toList();
        solve(lengths, inputs, shapes);
        if (written.hasArrow() && written.output().hasBrackets()) {
            return coordinates(reduction, new Piece(inputs.getFirst(), List.of()), dots);
        }
        List<Piece> from = new ArrayList<>();
        List<Integer> inputOf = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            List<Piece> pieces = pieces(inputs.get(i));
            from.addAll(pieces);
            inputOf.addAll(Collections.nCopies(pieces.size(), i));
        }
        List<Piece> to = outputs.stream().flatMap(items -> pieces(items).stream()).toList();
        List<Integer> sources = match(from, to);
        List<Plan.Output> results = outputs.stream().map(this::output).toList();
        List<Plan.Part> parts = new ArrayList<>();
        for (Plan.Output result : results) {
            for (int i = 0; i < result.parts(); i++) {
                Piece made = to.get(parts.size());
                int source = sources.get(parts.size());
                int input = inputOf.get(source);
                checkReduced(reduction, from.get(source).axes(), made.names());
                parts.add(new Plan.Part(input, from.get(source).stagesTo(made, lengths), from.get(source)
                        .nestTo(made, lengths, shapes.get(input), result.lengths())));
            }
        }
        return new Plan(parts, results);
    }

    private List<Piece> pieces(List<Item> items) {
        double count = items.stream().flatMap(item -> item.sums().stream())
                .mapToDouble(sum -> sum.terms().size())
                .reduce(1, (a, b) -> a * b);
        if (count > MOST_PIECES) {
            throw call.failure(Kind.TOO_LARGE, call.all(), "sums cut a tensor into " + count + " parts",
                    "the terms of all sums multiply to at most " + MOST_PIECES, "make several calls");
        }
        return Piece.of(items);
    }

    /** The plan of an argmax that gives the coordinates of its places. */
    private Plan coordinates(Reduction.@Nullable Named reduction, Piece source, int dots) {
        Piece result = new Piece(lengths.items(written.output().withoutBrackets(), dots), List.of());
        List<Elementary> kept = result.axes().stream()
                .filter(axis -> !written.output().marks(axis.span())).toList();
        List<Elementary> made = result.axes().stream().filter(axis -> !kept.contains(axis)).toList();
        List<Elementary> seen = source.axes().stream().distinct()
                .filter(axis -> !kept.stream().map(Elementary::name).toList().contains(axis.name())).toList();
        checkReduced(reduction, source.axes(),
                kept.stream().map(Elementary::name).collect(Collectors.toSet()));
        Span bracket = written.output().find(expr -> expr instanceof Expr.Bracket).orElseThrow();
        if (lengths.product(made, bracket, "there are too many coordinates") != seen.size()) {
            throw call.failure(Kind.COORDINATE_COUNT, bracket, "there are " + seen.size()
                    + " coordinates of an element in " + written.input()
                    .find(expr -> expr instanceof Expr.Bracket)
                    .map(span -> call.pattern().substring(span.start(), span.end())).orElseThrow(),
                    "each axis in brackets on the left has one coordinate", "write [" + seen.size() + "]");
        }
        List<List<Elementary>> each = kept.stream().map(List::of).toList();
        List<Stage> steps = new ArrayList<>(source.stagesTo(Piece.of(each, bracket), lengths));
        steps.add(new Stage.Coordinates(seen.stream().map(lengths::of).toList()));
        steps.addAll(Piece.of(Stream.concat(each.stream(), Stream.of(made)).toList(), bracket)
                .stagesTo(result, lengths));
        return new Plan(List.of(new Plan.Part(0, steps, null)), List.of(output(result.items())));
    }

    private Plan.Output output(List<Item> items) {
        List<Long> shape = items.stream().map(lengths::of).toList();
        lengths.product(items.stream().flatMap(item -> item.factors().stream()).toList(),
                pattern.outputs().getFirst().span(), "the result has too many elements");
        List<Plan.Join> joins = new ArrayList<>();
        int axis = 0;
        int parts = 1;
        for (Item item : items) {
            for (Lengths.Factor factor : item.factors()) {
                if (factor instanceof Sum(var terms, _)) {
                    joins.addFirst(new Plan.Join(axis, terms.size()));
                    parts *= terms.size();
                }
                axis++;
            }
        }
        boolean reshape = parts > 1 && items.stream().anyMatch(item -> item.factors().size() != 1);
        return new Plan.Output(parts, joins, shape, reshape);
    }

    /** The lengths of everything on the left, from what suffices for one axis to what needs others. */
    static void solve(Lengths lengths, List<List<Item>> inputs, List<long[]> shapes) {
        record Open(Item item, long length, String where) {}
        List<Open> open = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            for (int axis = 0; axis < inputs.get(i).size(); axis++) {
                open.add(new Open(inputs.get(i).get(axis), shapes.get(i)[axis], "axis " + axis
                        + (inputs.size() == 1 ? "" : " of tensor " + (i + 1))));
            }
        }
        while (!open.isEmpty()) {
            Open next = open.stream().filter(o -> lengths.unknowns(o.item) < 2).findFirst()
                    .orElse(open.getFirst());
            lengths.solve(next.item, next.length, next.where);
            open.remove(next);
        }
    }

    /** What can be said before the tensors are looked at, so that the same call fails alike for all. */
    private void checkNames(List<Axis> axes) {
        checkEllipsis();
        List<List<Item>> inputs = pattern.inputs().stream().map(side -> lengths.items(side, 1)).toList();
        List<List<Item>> outputs = pattern.outputs().stream().map(side -> lengths.items(side, 1)).toList();
        outputs.forEach(items -> checkNoWindow(call, items));
        List<Piece> from = inputs.stream().flatMap(items -> pieces(items).stream()).toList();
        List<Piece> to = outputs.stream().flatMap(items -> pieces(items).stream()).toList();
        to.forEach(piece -> checkOnce(call, piece));
        match(from, to);
        List<Elementary> all = Stream.concat(inputs.stream(), outputs.stream()).flatMap(List::stream)
                .flatMap(item -> item.axes().stream()).filter(Elementary::isNamed).toList();
        lengths.give(axes, all);
        if (operation == Operation.REPEAT) {
            Set<String> left = new HashSet<>();
            from.forEach(piece -> left.addAll(piece.names()));
            to.stream().flatMap(piece -> piece.axes().stream()).filter(axis -> !left.contains(axis.name()))
                    .forEach(lengths::of);
        }
    }

    static void checkNoWindow(Call call, List<Item> items) {
        items.stream().filter(Item::isWindow).findFirst().ifPresent(item -> {
            throw call.failure(Kind.MISPLACED_STRIDE, item.span(), "there is a window on the right",
                    "windows are taken of a tensor; they cannot be put together again",
                    "write the window on the left");
        });
    }

    /** That a result has no axis twice. */
    static void checkOnce(Call call, Piece piece) {
        Set<String> names = new HashSet<>();
        for (Elementary axis : piece.axes()) {
            if (!names.add(axis.name())) {
                throw call.failure(Kind.DUPLICATE_NAME, axis.span(), axis.describe() + " is there twice",
                        "on the right a name stands once", "give the second axis another name");
            }
        }
    }

    private void checkReduced(Reduction.@Nullable Named reduction, List<Elementary> from, Set<String> kept) {
        if (reduction != null && reduction.needsAxes()
                && from.stream().allMatch(axis -> kept.contains(axis.name()))) {
            throw call.failure(Kind.NOTHING_TO_REDUCE, pattern.input().span(), "no axis is reduced",
                    "a " + reduction + " is over one axis or more", "drop an axis on the right");
        }
        if (reduction == null || !reduction.needsElements()) {
            return;
        }
        from.stream().filter(axis -> !kept.contains(axis.name()) && lengths.of(axis) == 0).findFirst()
                .ifPresent(axis -> {
            throw call.failure(Kind.NOTHING_TO_REDUCE, axis.span(), "there is no " + reduction + ", because "
                    + axis.describe() + " has length 0",
                    "of no elements none is the greatest or the least", "check the shape of the tensor");
        });
    }

    /** That no group of an input holds an ellipsis. */
    static void checkGroups(Call call, Pattern.Side input) {
        for (Expr item : input.items()) {
            if (item instanceof Expr.Group || item instanceof Expr.Sum) {
                new Pattern.Side(List.of(item), item.span()).find(expr -> expr instanceof Expr.Ellipsis)
                        .ifPresent(span -> {
                    throw call.failure(Kind.ELLIPSIS_IN_LEFT_GROUP, span,
                            "an ellipsis is inside a group on the left",
                            "how an axis would split into any number of axes is not known",
                            "move the ellipsis out of the parentheses, or name the axes");
                });
            }
        }
    }

    private void checkEllipsis() {
        pattern.inputs().forEach(side -> checkGroups(call, side));
        boolean dots = pattern.inputs().stream().anyMatch(Pattern.Side::hasEllipsis);
        pattern.outputs().stream().filter(side -> side.hasEllipsis() && !dots).findFirst().ifPresent(side -> {
            throw call.failure(Kind.ELLIPSIS_ONLY_RIGHT, side.ellipsis(),
                    "there is an ellipsis on the right only",
                    "an ellipsis on the right is the one on the left", "write ... on the left too");
        });
    }

    /** The number of axes that an input's ellipsis stands for. */
    static int dots(Call call, Pattern pattern, int input, int rank) {
        Pattern.Side side = pattern.inputs().get(input);
        boolean dots = side.hasEllipsis();
        int named = side.withoutBrackets().items().size() - (dots ? 1 : 0);
        if (dots ? rank < named : rank != named) {
            boolean one = pattern.inputs().size() == 1;
            throw call.failure(Kind.WRONG_RANK, side.span(), (one ? "the tensor" : "tensor " + (input + 1))
                    + " has " + axes(rank) + (one ? ", the pattern " : ", its part of the pattern ")
                    + (dots ? "at least " : "") + named,
                    one ? "the left side has one item per axis of the tensor"
                    : "an input has one item per axis of its tensor",
                    rank > named ? "name all axes, or write ... for the rest"
                            : "remove an item, or put the names of axes that are one into parentheses");
        }
        return rank - named;
    }

    static String axes(int count) {
        return count == 1 ? "1 axis" : count + " axes";
    }

    /**
     * Which piece of the left each piece of the right is made of: in order, where that fits, else the only
     * one that has the names.
     */
    private List<Integer> match(List<Piece> from, List<Piece> to) {
        AxisRules rules = new AxisRules(operation, call, lengths);
        if (from.size() == 1 && to.size() == 1) {
            rules.check(from.getFirst().axes(), to.getFirst().axes());
            return List.of(0);
        }
        if (from.size() == to.size() && IntStream.range(0, to.size())
                .allMatch(i -> rules.fits(from.get(i), to.get(i)))) {
            return IntStream.range(0, to.size()).boxed().toList();
        }
        List<Integer> sources = new ArrayList<>();
        for (Piece piece : to) {
            if (sources.size() >= MOST_BY_NAME) {
                throw rules.unmatched(piece, List.of(), 0);
            }
            List<Integer> fitting = IntStream.range(0, from.size())
                    .filter(i -> rules.fits(from.get(i), piece)).boxed().toList();
            if (fitting.size() != 1) {
                throw rules.unmatched(piece, from, fitting.size());
            }
            sources.addAll(fitting);
        }
        IntStream.range(0, from.size()).filter(i -> !sources.contains(i)).findFirst().ifPresent(i -> {
            throw rules.unused(from.get(i));
        });
        return sources;
    }
}

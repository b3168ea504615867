package ricci.einops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ricci.einops.EinopsException.Kind;
import ricci.einops.EinsumPlan.Preparation;
import ricci.einops.Lengths.Elementary;
import ricci.einops.Lengths.Item;

/** Makes the plan of an einsum for tensors of given shapes. */
final class EinsumPlanner {
    private final Call call;
    private final Pattern pattern;
    private final List<long[]> shapes;
    private final List<Axis> given;
    private final Lengths solver;
    private final Map<String, Long> lengths;
    private final Map<String, Integer> owners = new HashMap<>();
    private final List<EinsumPath.Step> steps = new ArrayList<>();
    private List<String> looped = List.of();
    private int mostDots;

    private EinsumPlanner(Call call, List<Axis> given, List<long[]> shapes) {
        this.call = call;
        solver = new Lengths(call);
        lengths = solver.known();
        this.shapes = shapes;
        Repeats.Expanded expanded = Repeats.expand(call, Parser.einsum(call), given,
                shapes.stream().map(shape -> shape.length).toList());
        this.given = expanded.axes();
        pattern = withoutBrackets(expanded.pattern());
    }

    /** Brackets may mark what is contracted, as long as they say the truth. */
    private Pattern withoutBrackets(Pattern parsed) {
        parsed.output().find(expr -> expr instanceof Expr.Bracket).ifPresent(span -> {
            throw call.failure(Kind.MISPLACED_BRACKET, span, "there are brackets on the right",
                    "brackets mark the axes that are summed over, which the result lacks", "remove them");
        });
        Set<String> kept = parsed.output().names();
        for (Pattern.Side side : parsed.inputs()) {
            side.find(expr -> expr instanceof Expr.Sum).ifPresent(span -> {
                throw call.failure(Kind.MISPLACED_PLUS, span, "there is a sum of axes",
                        "einsum multiplies; axes are joined and cut by rearrange", "make two calls");
            });
            side.all(expr -> expr instanceof Expr.Bracket).forEach(bracket -> checkSummed(bracket, kept));
        }
        return new Pattern(parsed.text(), parsed.inputs().stream().map(Pattern.Side::withoutBrackets)
                .toList(),
                parsed.outputs());
    }

    private void checkSummed(Expr bracket, Set<String> kept) {
        for (Expr part : new Pattern.Side(List.of(bracket), bracket.span())
                .all(expr -> expr instanceof Expr.Name)) {
            String name = ((Expr.Name) part).name();
            if (kept.contains(name)) {
                throw call.failure(Kind.BRACKET_MISMATCH, part.span(), "the axis " + name
                        + " is in brackets, but kept", "brackets mark the axes that are summed over",
                        "remove it from the right, or from the brackets");
            }
        }
    }

    static EinsumPlan plan(Call call, List<Axis> given, List<long[]> shapes) {
        return new EinsumPlanner(call, given, shapes).plan();
    }

    /** What the plan does, for people. */
    static EinsumPath path(Call call, List<Axis> given, List<long[]> shapes) {
        EinsumPlanner planner = new EinsumPlanner(call, given, shapes);
        planner.plan();
        long all = planner.product(planner.looped);
        return new EinsumPath(call.pattern(), planner.steps,
                ContractionPath.times(all, Math.max(1, shapes.size() - 1)));
    }

    private EinsumPlan plan() {
        checkOperands();
        int count = shapes.size();
        for (int i = 0; i < count; i++) {
            mostDots = Math.max(mostDots, dots(i));
        }
        List<List<Item>> inputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            inputs.add(items(pattern.inputs().get(i), dots(i)));
        }
        List<Item> result = items(pattern.output(), mostDots);
        Planner.checkNoWindow(call, result);
        List<List<String>> names = inputs.stream().map(EinsumPlanner::names).toList();
        looped = names.stream().flatMap(List::stream).distinct().toList();
        List<String> output = output(result);
        solver.give(given, Stream.concat(inputs.stream().flatMap(List::stream), result.stream())
                .flatMap(item -> item.axes().stream()).filter(axis -> !isDots(axis.name())
                        && !isNumber(axis.name())).toList());
        learnLengths(inputs);
        List<Preparation> preparations = new ArrayList<>();
        List<List<String>> remaining = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> left = new ArrayList<>();
            preparations.add(prepare(i, inputs.get(i), names, output, left));
            remaining.add(left);
        }
        List<Integer> numbers = numberPrepared(names, remaining, output);
        List<EinsumPlan.Pairing> contractions = new ArrayList<>();
        for (ContractionPath.Pair pair : new ContractionPath(remaining, output, lengths).search()) {
            List<List<String>> pairs = List.of(remaining.get(pair.a()), remaining.get(pair.b()));
            contractions.add(contract(pair, remaining, output));
            boolean last = contractions.size() == count - 1;
            numbers.set(pair.a(), note(List.of(numbers.get(pair.a()), numbers.get(pair.b())), pairs,
                    last ? output : remaining.get(pair.a())));
        }
        return new EinsumPlan(preparations, contractions, arrange(remaining.getFirst(), output, result));
    }

    private void checkOperands() {
        Planner.checkCount(call, pattern, shapes.size());
        pattern.inputs().forEach(side -> Planner.checkGroups(call, side));
    }

    /** What is left to do for the result: axes in order, numbers repeated, groups merged. */
    private List<Stage> arrange(List<String> contracted, List<String> output, List<Item> result) {
        List<Elementary> axes = result.stream().flatMap(item -> item.axes().stream()).toList();
        solver.product(axes, pattern.output().span(), "the result has too many elements");
        List<Stage> steps = new ArrayList<>();
        if (!contracted.equals(output)) {
            steps.add(new Stage.Transpose(output.stream().map(contracted::indexOf).toList()));
        }
        List<String> names = names(result);
        if (names.size() > output.size()) {
            steps.add(new Stage.Broadcast(axes.stream().map(solver::of).toList(),
                    output.stream().map(names::indexOf).toList()));
        }
        if (result.stream().anyMatch(item -> item.axes().size() != 1)) {
            steps.add(new Stage.Reshape(result.stream().map(solver::of).toList()));
        }
        return steps;
    }

    /** The numbers by which the steps know the operands once they are prepared. */
    private List<Integer> numberPrepared(List<List<String>> names, List<List<String>> prepared,
            List<String> output) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            List<String> result = names.size() == 1 ? output : prepared.get(i);
            boolean same = names.get(i).equals(result);
            numbers.add(same ? i + 1 : note(List.of(i + 1), List.of(names.get(i)), result));
        }
        return numbers;
    }

    /** Adds a step to those for people; gives the number of its result. */
    private int note(List<Integer> operands, List<List<String>> inputs, List<String> result) {
        int number = shapes.size() + steps.size() + 1;
        List<String> sides = inputs.stream().map(names -> spell(names)).toList();
        List<String> all = inputs.stream().flatMap(List::stream).distinct().toList();
        steps.add(new EinsumPath.Step(operands, number,
                String.join(", ", sides) + " -> " + spell(result),
                inputs.size() == 1 ? 0 : product(all), product(result)));
        return number;
    }

    private String spell(List<String> names) {
        return names.stream().map(name -> isNumber(name) ? String.valueOf(lengths.get(name)) : name)
                .collect(Collectors.joining(" "));
    }

    private long product(List<String> names) {
        return names.stream().mapToLong(name -> Objects.requireNonNull(lengths.get(name)))
                .reduce(1, ContractionPath::times);
    }

    /** The number of axes that an input's ellipsis stands for. */
    private int dots(int operand) {
        return Planner.dots(call, pattern, operand, shapes.get(operand).length);
    }

    /** A side's axes; those of an ellipsis count from its end, as broadcasting does. */
    private List<Item> items(Pattern.Side side, int dots) {
        UnaryOperator<Elementary> fromEnd = axis -> isDots(axis.name())
                ? Elementary.ofEllipsis(dots - Integer.parseInt(axis.name().substring(3)), axis.span())
                : axis;
        return solver.items(side, dots).stream()
                .map(item -> new Item(item.axes().stream().<Lengths.Factor>map(fromEnd).toList(),
                item.strides(),
                        item.span())).toList();
    }

    private static List<String> names(List<Item> items) {
        return items.stream().flatMap(item -> item.axes().stream()).map(Elementary::name).toList();
    }

    private static boolean isDots(String name) {
        return name.startsWith(".");
    }

    private static boolean isNumber(String name) {
        return name.startsWith("#");
    }

    private record Group(Item item, long length, String where) {}

    /** First of the axes that stand alone, then of groups, as long as what is known suffices for one. */
    private void learnLengths(List<List<Item>> inputs) {
        List<Group> groups = new ArrayList<>();
        for (int operand = 0; operand < inputs.size(); operand++) {
            for (int axis = 0; axis < inputs.get(operand).size(); axis++) {
                Item item = inputs.get(operand).get(axis);
                long length = shapes.get(operand)[axis];
                if (!item.isWindow() && item.axes().size() == 1 && !item.axes().getFirst().isNumber()) {
                    learnLength(operand, item.axes().getFirst().name(), length, item.span());
                } else {
                    groups.add(new Group(item, length, "axis " + axis
                            + (inputs.size() == 1 ? "" : " of tensor " + (operand + 1))));
                }
            }
        }
        while (!groups.isEmpty()) {
            Group next = groups.stream()
                    .filter(group -> solver.unknowns(group.item) < 2)
                    .findFirst().orElse(groups.getFirst());
            solver.solve(next.item, next.length, next.where);
            groups.remove(next);
        }
    }

    private void learnLength(int operand, String name, long length, Span span) {
        Long earlier = lengths.get(name);
        boolean dots = isDots(name);
        if (earlier == null || (dots && earlier == 1)) {
            lengths.put(name, length);
            owners.put(name, operand);
        } else if (earlier != length && !(dots && length == 1)) {
            Integer first = owners.get(name);
            throw call.failure(Kind.LENGTH_MISMATCH, span,
                    (dots ? "an axis of the ellipsis" : "the axis " + name)
                    + " has length " + length + " in tensor " + (operand + 1) + ", but " + earlier
                    + (first == null ? " was given" : first == operand ? " as well"
                            : " in tensor " + (first + 1)),
                    "axes of one name have one length"
                    + (length == 1 || earlier == 1 ? "; 1 is not stretched" : ""),
                    "check the shapes, or give one of the axes another name");
        }
    }

    /** The axes of the result but for numbers, which are repeated at last. */
    private List<String> output(List<Item> result) {
        Pattern.Side side = pattern.output();
        result.stream().flatMap(item -> item.axes().stream()).filter(axis -> !isNumber(axis.name())
                && !isDots(axis.name()) && !looped.contains(axis.name())).findFirst().ifPresent(axis -> {
            throw call.failure(Kind.AXIS_APPEARS, axis.span(),
                    "the axis " + axis.name() + " is on the right only",
                    "every axis of the result comes from an input",
                    Spelling.suggest(axis.name(), looped)
                            .orElse("add it to an input, or make it with repeat afterwards"));
        });
        if (!side.hasEllipsis() && mostDots > 0) {
            throw call.failure(Kind.EINSUM_ELLIPSIS_DROPPED, side.span(),
                    "the ellipsis is missing on the right",
                    "axes without a name are kept",
                    "write ... on the right too, or name the axes to be summed");
        }
        return names(result).stream().filter(name -> !isNumber(name)).toList();
    }

    /** Leaves in {@code left} the names of the operand's axes once it is prepared. */
    private Preparation prepare(int operand, List<Item> items, List<List<String>> names,
            List<String> output, List<String> left) {
        List<Long> shape = new ArrayList<>();
        List<Stage> windows = new ArrayList<>();
        int split = 0;
        for (int axis = 0; axis < items.size(); axis++) {
            Item item = items.get(axis);
            if (item.isWindow()) {
                windows.add(new Stage.Window(axis + split, item.factors().stream().map(solver::of).toList(),
                        item.strides()));
                split += item.factors().size() - 1;
            }
            for (Elementary part : item.axes()) {
                boolean stretched = isDots(part.name()) && shapes.get(operand)[axis] == 1
                        && solver.of(part) != 1;
                if (!stretched) {
                    shape.add(solver.of(part));
                    left.add(part.name());
                }
            }
        }
        List<List<Integer>> diagonals = new ArrayList<>();
        for (int axis = 0; axis < left.size(); axis++) {
            int first = left.indexOf(left.get(axis));
            if (first < axis) {
                diagonals.add(List.of(first, axis));
                left.remove(axis--);
            }
        }
        List<Integer> summed = new ArrayList<>();
        for (int axis = 0; axis < left.size(); axis++) {
            String name = left.get(axis);
            boolean elsewhere = output.contains(name);
            for (int other = 0; other < names.size(); other++) {
                elsewhere |= other != operand && names.get(other).contains(name);
            }
            if (!elsewhere) {
                summed.add(axis);
            }
        }
        summed.reversed().forEach(axis -> left.remove((int) axis));
        return new Preparation(windows, shape, diagonals, summed);
    }

    /** Leaves in {@code remaining} the axes of the result in the place of the first operand's. */
    private static EinsumPlan.Pairing contract(ContractionPath.Pair pair, List<List<String>> remaining,
            List<String> output) {
        List<String> a = remaining.set(pair.a(), List.of());
        List<String> b = remaining.set(pair.b(), List.of());
        List<String> later = Stream.concat(output.stream(), remaining.stream().flatMap(List::stream))
                .toList();
        List<String> shared = a.stream().filter(b::contains).toList();
        List<String> batch = shared.stream().filter(later::contains).toList();
        List<String> contracted = shared.stream().filter(name -> !later.contains(name)).toList();
        remaining.set(pair.a(), Stream.of(batch, a.stream().filter(name -> !shared.contains(name)).toList(),
                b.stream().filter(name -> !shared.contains(name)).toList()).flatMap(List::stream).toList());
        return new EinsumPlan.Pairing(pair.a(), pair.b(), new Contraction(
                batch.stream().map(a::indexOf).toList(), batch.stream().map(b::indexOf).toList(),
                contracted.stream().map(a::indexOf).toList(), contracted.stream().map(b::indexOf).toList()));
    }
}

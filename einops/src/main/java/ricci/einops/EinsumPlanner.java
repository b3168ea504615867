package ricci.einops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import ricci.einops.EinopsException.Kind;
import ricci.einops.EinsumPlan.Preparation;

/** Makes the plan of an einsum for tensors of given shapes. */
final class EinsumPlanner {
    private final Call call;
    private final Pattern pattern;
    private final List<long[]> shapes;
    private final Map<String, Long> lengths = new HashMap<>();
    private final Map<String, Integer> owners = new HashMap<>();
    private final List<EinsumPath.Step> steps = new ArrayList<>();
    private int mostDots;

    private EinsumPlanner(Call call, List<long[]> shapes) {
        this.call = call;
        this.shapes = shapes;
        pattern = Parser.manyToOne(call);
    }

    static EinsumPlan plan(Call call, List<long[]> shapes) {
        return new EinsumPlanner(call, shapes).plan();
    }

    /** What the plan does, for people. */
    static EinsumPath path(Call call, List<long[]> shapes) {
        EinsumPlanner planner = new EinsumPlanner(call, shapes);
        planner.plan();
        long all = planner.product(List.copyOf(planner.lengths.keySet()));
        return new EinsumPath(call.pattern(), planner.steps,
                ContractionPath.times(all, Math.max(1, shapes.size() - 1)));
    }

    private EinsumPlan plan() {
        int count = pattern.inputs().size();
        if (count != shapes.size()) {
            throw call.failure(Kind.OPERAND_COUNT, call.all(), "the pattern has " + count
                    + (count == 1 ? " input" : " inputs") + ", the call " + shapes.size()
                    + (shapes.size() == 1 ? " tensor" : " tensors"), "there is one tensor per input",
                    count > shapes.size() ? "pass " + count + " tensors"
                            : "write an input for each tensor, with commas between them");
        }
        List<List<String>> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            mostDots = Math.max(mostDots, dots(i));
        }
        for (int i = 0; i < count; i++) {
            names.add(names(pattern.inputs().get(i), dots(i)));
            learnLengths(i, names.getLast());
        }
        List<String> output = output(names);
        List<Preparation> preparations = new ArrayList<>();
        List<List<String>> remaining = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> left = new ArrayList<>();
            preparations.add(prepare(i, names, output, left));
            remaining.add(left);
        }
        List<Integer> numbers = numberPrepared(names, remaining, output);
        List<EinsumPlan.Step> contractions = new ArrayList<>();
        for (ContractionPath.Pair pair : new ContractionPath(remaining, output, lengths).search()) {
            List<String> a = remaining.get(pair.a());
            List<String> b = remaining.get(pair.b());
            contractions.add(contract(pair, remaining, output));
            boolean last = contractions.size() == count - 1;
            int result = note(List.of(numbers.get(pair.a()), numbers.get(pair.b())), List.of(a, b),
                    last ? output : remaining.get(pair.a()));
            numbers.set(pair.a(), result);
        }
        List<String> result = remaining.getFirst();
        return new EinsumPlan(preparations, contractions, output.stream().map(result::indexOf).toList());
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
        List<String> sides = inputs.stream().map(names -> String.join(" ", names)).toList();
        List<String> all = inputs.stream().flatMap(List::stream).distinct().toList();
        steps.add(new EinsumPath.Step(operands, number,
                String.join(", ", sides) + " -> " + String.join(" ", result),
                inputs.size() == 1 ? 0 : product(all), product(result)));
        return number;
    }

    private long product(List<String> names) {
        return names.stream().mapToLong(name -> lengths.getOrDefault(name, 1L))
                .reduce(1, ContractionPath::times);
    }

    /** The number of axes that an input's ellipsis stands for. */
    private int dots(int operand) {
        Pattern.Side side = pattern.inputs().get(operand);
        boolean dots = side.hasEllipsis();
        int named = side.items().size() - (dots ? 1 : 0);
        int rank = shapes.get(operand).length;
        if (dots ? rank < named : rank != named) {
            throw call.failure(Kind.WRONG_RANK, side.span(), "tensor " + (operand + 1) + " has "
                    + Planner.axes(rank) + ", its part of the pattern " + (dots ? "at least " : "") + named,
                    "an input has one name per axis of its tensor",
                    rank > named ? "name all axes, or write ... for the rest"
                            : "remove a name, or check the tensor");
        }
        return rank - named;
    }

    /** The names of a side's axes; those of an ellipsis count from its end, as broadcasting does. */
    private List<String> names(Pattern.Side side, int dots) {
        List<String> names = new ArrayList<>();
        for (Expr item : side.items()) {
            switch (item) {
                case Expr.Name(var name, _) -> names.add(name);
                case Expr.Group group when only(group) instanceof Expr.Name(var name, _) -> names.add(name);
                case Expr.Ellipsis _ -> {
                    for (int fromEnd = dots; fromEnd > 0; fromEnd--) {
                        names.add("..." + fromEnd);
                    }
                }
                case Expr.Anonymous number -> throw call.failure(Kind.EINSUM_NUMBER, number.span(),
                        "there is an axis without a name", "every axis of an einsum has a name",
                        "name the axis; drop axes of length 1 with rearrange first");
                case Expr.Group group -> throw call.failure(Kind.EINSUM_GROUP, group.span(),
                        "there is a group",
                        "einsum takes and gives axes one by one",
                        "split or merge axes with rearrange, before or after");
            }
        }
        return names;
    }

    /** What a group consists of but for axes of length 1, if that is one; else the group. */
    private static Expr only(Expr item) {
        if (!(item instanceof Expr.Group(var parts, _))) {
            return item;
        }
        List<Expr> rest = parts.stream()
                .filter(part -> !(part instanceof Expr.Anonymous number && number.isUnit())).toList();
        return rest.size() == 1 ? rest.getFirst() : item;
    }

    private void learnLengths(int operand, List<String> names) {
        long[] shape = shapes.get(operand);
        for (int axis = 0; axis < shape.length; axis++) {
            String name = names.get(axis);
            long length = shape[axis];
            Long earlier = lengths.get(name);
            boolean dots = name.startsWith(".");
            int first = owners.getOrDefault(name, operand);
            if (earlier == null || (dots && earlier == 1)) {
                lengths.put(name, length);
                owners.put(name, operand);
            } else if (earlier != length && !(dots && length == 1)) {
                Pattern.Side side = pattern.inputs().get(operand);
                Span span = dots ? side.ellipsis() : item(side, axis, shape.length).span();
                throw call.failure(Kind.LENGTH_MISMATCH, span,
                        (dots ? "an axis of the ellipsis" : "the axis " + name)
                        + " has length " + length + " in tensor " + (operand + 1) + ", but " + earlier
                        + (first == operand ? " as well" : " in tensor " + (first + 1)),
                        "axes of one name have one length"
                        + (length == 1 || earlier == 1 ? "; 1 is not stretched" : ""),
                        "check the shapes, or give one of the axes another name");
            }
        }
    }

    /** The item that stands for an axis that is none of the ellipsis. */
    private static Expr item(Pattern.Side side, int axis, int rank) {
        List<Expr> items = side.items();
        boolean before = items.subList(0, Math.min(axis + 1, items.size())).stream()
                .noneMatch(e -> e instanceof Expr.Ellipsis);
        return before ? items.get(axis) : items.get(items.size() - (rank - axis));
    }

    private List<String> output(List<List<String>> names) {
        Pattern.Side side = pattern.output();
        List<String> output = names(side, mostDots);
        for (Expr item : side.items()) {
            if (only(item) instanceof Expr.Name(var name, var span)
                    && names.stream().noneMatch(n -> n.contains(name))) {
                throw call.failure(Kind.AXIS_APPEARS, span, "the axis " + name + " is on the right only",
                        "every axis of the result comes from an input",
                        Spelling.suggest(name, names.stream().flatMap(List::stream).distinct().toList())
                                .orElse("add it to an input, or make it with repeat afterwards"));
            }
        }
        if (!side.hasEllipsis() && mostDots > 0) {
            throw call.failure(Kind.EINSUM_ELLIPSIS_DROPPED, side.span(),
                    "the ellipsis is missing on the right",
                    "axes without a name are kept",
                    "write ... on the right too, or name the axes to be summed");
        }
        return output;
    }

    /** Leaves in {@code left} the names of the operand's axes once it is prepared. */
    private Preparation prepare(int operand, List<List<String>> names, List<String> output,
            List<String> left) {
        List<String> own = names.get(operand);
        List<Long> shape = new ArrayList<>();
        for (int axis = 0; axis < own.size(); axis++) {
            String name = own.get(axis);
            long length = shapes.get(operand)[axis];
            boolean stretched = name.startsWith(".") && length == 1 && lengths.getOrDefault(name, 1L) != 1;
            if (!stretched) {
                shape.add(length);
                left.add(name);
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
        return new Preparation(shape, diagonals, summed);
    }

    /** Leaves in {@code remaining} the axes of the result in the place of the first operand's. */
    private static EinsumPlan.Step contract(ContractionPath.Pair pair, List<List<String>> remaining,
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
        return new EinsumPlan.Step(pair.a(), pair.b(), new Contraction(
                batch.stream().map(a::indexOf).toList(), batch.stream().map(b::indexOf).toList(),
                contracted.stream().map(a::indexOf).toList(), contracted.stream().map(b::indexOf).toList()));
    }
}

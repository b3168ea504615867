package ricci.einops;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Lengths.Elementary;
import ricci.einops.Lengths.Factor;
import ricci.einops.Lengths.Item;
import ricci.einops.Planner.Operation;

/**
 * The plan of an operation that sees the axes in brackets and keeps them, such as a softmax. Without an
 * arrow, the result has the axes of the input.
 *
 * @param before brings the tensor to the form that the operation wants: the marked axes as one, the last; or
 *     all axes in their order
 * @param marked which of those are marked, with their lengths
 * @param after from that form to the result
 */
record Marking(List<Stage> before, Map<Integer, Long> marked, List<Stage> after) {

    /** The plan for an operation that wants the marked axes merged at the end. */
    static Marking merged(Call call, List<Axis> axes, long[] shape) {
        return of(call, axes, shape, true);
    }

    /** The plan for an operation on each of the marked axes. */
    static Marking each(Call call, List<Axis> axes, long[] shape) {
        return of(call, axes, shape, false);
    }

    private static Marking of(Call call, List<Axis> axes, long[] shape, boolean merge) {
        Repeats.Expanded expanded = Repeats.expand(call, Parser.shortPattern(call), axes,
                List.of(shape.length));
        Pattern pattern = expanded.pattern();
        checkForm(call, pattern);
        Pattern.Side left = pattern.input();
        Planner.checkGroups(call, left);
        int dots = Planner.dots(call, pattern, 0, shape.length);
        Lengths lengths = new Lengths(call);
        List<Item> from = lengths.items(left.withoutBrackets(), dots);
        Pattern.Side right = pattern.hasArrow() ? pattern.output() : left;
        List<Item> to = lengths.items(right.withoutBrackets(), dots);
        Planner.checkNoWindow(call, to);
        Piece source = new Piece(from, List.of());
        Piece result = new Piece(to, List.of());
        Planner.checkOnce(call, result);
        new AxisRules(Operation.REARRANGE, call, lengths).check(source.axes(), result.axes());
        lengths.give(expanded.axes(), source.axes().stream().filter(Elementary::isNamed).toList());
        Planner.solve(lengths, List.of(from), List.of(shape));
        Map<String, Elementary> all = new LinkedHashMap<>();
        source.axes().forEach(axis -> all.putIfAbsent(axis.name(), axis));
        List<Elementary> seen = all.values().stream().filter(axis -> left.marks(axis.span())).toList();
        checkRight(call, right, result, seen.stream().map(Elementary::name).toList());
        Piece form = new Piece(form(List.copyOf(all.values()), seen, merge), List.of());
        Map<Integer, Long> marked = new LinkedHashMap<>();
        for (int i = 0; i < form.items().size(); i++) {
            Item item = form.items().get(i);
            if (merge ? i == form.items().size() - 1 : seen.containsAll(item.axes())) {
                marked.put(i, lengths.of(item));
            }
        }
        return new Marking(source.stagesTo(form, lengths), marked, form.stagesTo(result, lengths));
    }

    private static List<Item> form(List<Elementary> all, List<Elementary> seen, boolean merge) {
        List<Item> form = new ArrayList<>();
        all.stream().filter(axis -> !merge || !seen.contains(axis))
                .forEach(axis -> form.add(new Item(List.of(axis), axis.span())));
        if (merge) {
            form.add(new Item(List.<Factor>copyOf(seen), seen.isEmpty() ? new Span(0, 0)
                    : seen.getFirst().span().to(seen.getLast().span())));
        }
        return form;
    }

    /** One tensor in, one out, brackets on the left, no sums. */
    private static void checkForm(Call call, Pattern pattern) {
        if (pattern.inputs().size() != 1 || pattern.outputs().size() > 1) {
            throw call.failure(Kind.OPERAND_COUNT, call.all(), "there is a comma", call.operation()
                    + " is of one tensor", "make one call for each tensor");
        }
        if (!pattern.input().hasBrackets()) {
            throw call.failure(Kind.BRACKET_MISSING, pattern.input().span(), "there are no brackets",
                    "brackets mark the axes that " + call.operation() + " sees",
                            "write them, as in \"b [k]\"");
        }
        for (Pattern.Side side : pattern.hasArrow() ? List.of(pattern.input(), pattern.output())
                : List.of(pattern.input())) {
            side.find(expr -> expr instanceof Expr.Sum).ifPresent(span -> {
                throw call.failure(Kind.MISPLACED_PLUS, span, "there is a sum of axes",
                        call.operation() + " is of a whole tensor", "cut it with rearrangeAll first");
            });
        }
    }

    /** Brackets on the right are not needed, but they are to mark the same axes. */
    static void checkRight(Call call, Pattern.Side right, Piece result, Collection<String> names) {
        for (Elementary axis : right.hasBrackets() ? result.axes() : List.<Elementary>of()) {
            if (right.marks(axis.span()) != names.contains(axis.name())) {
                throw call.failure(Kind.BRACKET_MISMATCH, axis.span(), axis.describe()
                        + " is in brackets on one side only", "brackets mark the same axes on both sides",
                        "remove the brackets on the right, or correct them");
            }
        }
    }

    /** The result of an operation that takes and gives the form. */
    <T> T apply(Backend<T> backend, T x, java.util.function.UnaryOperator<T> operation) {
        T form = Stage.all(before, backend, x, null);
        return Stage.all(after, backend, operation.apply(form), null);
    }
}

package ricci.einops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import ricci.einops.EinopsException.Kind;

/** The lengths of a pattern's axes, found from those given by the caller and the shapes of the inputs. */
final class Lengths {
    private final Call call;
    private final Map<String, Long> known = new HashMap<>();
    private final Map<List<Factor>, Long> windowed = new HashMap<>();

    Lengths(Call call) {
        this.call = call;
    }

    /** What one axis of a tensor is made of, with others that run together with it. */
    sealed interface Factor {
        Span span();
    }

    /**
     * An axis of a pattern that stands for itself: its name (made up, for numbers and ellipses) and place.
     */
    record Elementary(String name, Span span) implements Factor {
        /** A name that no user can write: every number is an axis of its own. */
        static Elementary of(Expr.Anonymous number) {
            return new Elementary("#" + number.span().start(), number.span());
        }

        static Elementary of(Expr.Name name) {
            return new Elementary(name.name(), name.span());
        }

        static Elementary ofEllipsis(int index, Span span) {
            return new Elementary("..." + index, span);
        }

        boolean isNamed() {
            return Character.isUnicodeIdentifierStart(name.codePointAt(0));
        }

        boolean isNumber() {
            return name.startsWith("#");
        }

        /** How messages call it. */
        String describe() {
            return isNamed() ? "the axis " + name : isNumber() ? "an axis without a name" : "the ellipsis";
        }
    }

    /** Terms that follow one another along an axis, each a product of axes. */
    record Sum(List<List<Elementary>> terms, Span span) implements Factor {}

    /**
     * One axis of a tensor: the product of its factors, the last the fastest; of none, if it has length 1. Or
     * a window, where the position along the axis is the sum of the factors times their strides.
     *
     * @param strides one per factor, or none, if this is no window
     */
    record Item(List<Factor> factors, List<Long> strides, Span span) {
        Item(List<Factor> factors, Span span) {
            this(factors, List.of(), span);
        }

        boolean isWindow() {
            return !strides.isEmpty();
        }

        /** The elementary axes, those of all terms of a sum. */
        List<Elementary> axes() {
            List<Elementary> axes = new ArrayList<>();
            for (Factor factor : factors) {
                switch (factor) {
                    case Elementary axis -> axes.add(axis);
                    case Sum(var terms, _) -> terms.forEach(axes::addAll);
                }
            }
            return axes;
        }

        List<Sum> sums() {
            return factors.stream().filter(Sum.class::isInstance).map(Sum.class::cast).toList();
        }
    }

    /** Each of the side's items; an ellipsis is {@code dots} items. */
    List<Item> items(Pattern.Side side, int dots) {
        List<Item> items = new ArrayList<>();
        for (Expr expr : side.items()) {
            if (expr instanceof Expr.Ellipsis(var span)) {
                for (int i = 0; i < dots; i++) {
                    items.add(new Item(List.of(Elementary.ofEllipsis(i, span)), span));
                }
            } else if (isWindow(expr)) {
                items.add(window(expr));
            } else {
                List<Factor> factors = new ArrayList<>();
                collect(expr, dots, factors);
                items.add(new Item(List.copyOf(factors), expr.span()));
            }
        }
        return items;
    }

    private static boolean isWindow(Expr expr) {
        return expr instanceof Expr.Strided || (expr instanceof Expr.Group(var parts, _)
                && parts.stream().anyMatch(part -> part instanceof Expr.Strided));
    }

    /** Plain axes, each with its stride or 1. */
    private Item window(Expr expr) {
        List<Factor> axes = new ArrayList<>();
        List<Long> strides = new ArrayList<>();
        for (Expr part : expr instanceof Expr.Group(var parts, _) ? parts : List.of(expr)) {
            Expr axis = part instanceof Expr.Strided(var inner, _, _) ? inner : part;
            if (!(axis instanceof Expr.Name) && !(axis instanceof Expr.Anonymous)) {
                throw call.failure(Kind.MISPLACED_STRIDE, part.span(), "a window holds more than plain axes",
                        "a window is a group of axes, some with a stride: (h*2 p=3)",
                        "split or merge the axes in a call of its own");
            }
            int before = axes.size();
            collect(axis, 0, axes);
            if (axes.size() > before) {
                strides.add(part instanceof Expr.Strided strided ? strided.stride() : 1L);
            }
        }
        return new Item(List.copyOf(axes), strides, expr.span());
    }

    private void collect(Expr expr, int dots, List<Factor> factors) {
        switch (expr) {
            case Expr.Name name -> {
                factors.add(Elementary.of(name));
                takeOver(name);
            }
            case Expr.Anonymous number -> {
                if (!number.isUnit()) {
                    factors.add(Elementary.of(number));
                    known.put(Elementary.of(number).name(), number.length());
                }
            }
            case Expr.Ellipsis(var span) -> {
                for (int i = 0; i < dots; i++) {
                    factors.add(Elementary.ofEllipsis(i, span));
                }
            }
            case Expr.Group(var parts, _) -> parts.forEach(part -> collect(part, dots, factors));
            case Expr.Sum(var terms, var span) -> factors.add(new Sum(terms.stream().map(term -> {
                List<Factor> axes = new ArrayList<>();
                collect(term, dots, axes);
                return axes.stream().map(Elementary.class::cast).toList();
            }).toList(), span));
            case Expr.Strided(_, _, var span) -> throw call.failure(Kind.MISPLACED_STRIDE, span,
                    "a stride is not in a window",
                    "strides stand on the left, in a group that is one axis: (h*2 p=3)",
                    "move the window to an axis of its own");
            case Expr.Bracket(_, var span) -> throw call.failure(Kind.MISPLACED_BRACKET, span,
                    "there are brackets", "this operation does not see some axes and not others",
                    "remove the brackets, or use reduce, softmax or another operation that needs them");
            case Expr.Repeated _ -> throw new AssertionError("repetitions have been written out");
        }
    }

    /** A length that is written in the pattern. */
    private void takeOver(Expr.Name name) {
        OptionalLong length = name.length();
        if (length.isPresent()) {
            Long earlier = known.put(name.name(), length.getAsLong());
            if (earlier != null && earlier != length.getAsLong()) {
                throw call.failure(Kind.LENGTH_MISMATCH, name.span(), "the axis " + name.name()
                        + " has length " + length.getAsLong() + " here, but " + earlier + " elsewhere",
                        "axes of one name have one length", "give its length once");
            }
        }
    }

    /** Takes over the lengths that the caller gives, of axes of these names. */
    void give(List<Axis> axes, List<Elementary> named) {
        List<String> names = named.stream().map(Elementary::name).distinct().toList();
        Map<String, Long> given = new HashMap<>();
        for (Axis axis : axes) {
            String remove = "remove axis(\"" + axis.name() + "\", …)";
            Elementary place = named.stream().filter(a -> a.name().equals(axis.name())).findFirst()
                    .orElseThrow(() -> Parser.isName(axis.name())
                    ? call.failure(Kind.AXIS_UNUSED, call.all(), "the pattern has no axis " + axis.name(),
                            "lengths are given for axes of the pattern: " + Spelling.list(names),
                            Spelling.suggest(axis.name(), names).orElse(remove))
                    : call.failure(Kind.AXIS_NAME, call.all(),
                            "'" + axis.name() + "' is not a name for an axis",
                            "a name starts with a letter and does not end with _",
                            Spelling.suggest(axis.name(), names).orElse(remove)));
            give(axis, place.span(), given);
        }
    }

    /** Takes over what the caller says of an axis that stands at the given place of the pattern. */
    private void give(Axis axis, Span span, Map<String, Long> given) {
        if (axis.length() < 0) {
            throw call.failure(Kind.NEGATIVE_LENGTH, span,
                    "the length of " + axis.name() + " is " + axis.length(), "no axis has a negative length",
                    "give a length of 0 or more");
        }
        Long earlier = given.putIfAbsent(axis.name(), axis.length());
        Long written = known.putIfAbsent(axis.name(), axis.length());
        if (earlier != null || (written != null && written != axis.length())) {
            throw call.failure(Kind.AXIS_GIVEN_TWICE, span, "the length of " + axis.name()
                    + " is given twice, as " + (earlier == null ? written : earlier) + " and as "
                    + axis.length(), "each length is given at most once", "remove one of them");
        }
    }

    /** What is known so far by the names of elementary axes; changes write through. */
    Map<String, Long> known() {
        return known;
    }

    boolean has(Factor factor) {
        return switch (factor) {
            case Elementary axis -> known.containsKey(axis.name());
            case Sum(var terms, _) -> terms.stream().flatMap(List::stream).allMatch(this::has);
        };
    }

    /** The length of an axis, once it is known. */
    long of(Elementary axis) {
        Long length = known.get(axis.name());
        if (length == null) {
            throw call.failure(Kind.LENGTH_MISSING, axis.span(),
                    "the length of " + axis.name() + " is not known",
                    "a new axis needs a length", "pass axis(\"" + axis.name() + "\", …)");
        }
        return length;
    }

    long of(Factor factor) {
        return switch (factor) {
            case Elementary axis -> of(axis);
            case Sum(var terms, var span) -> multiplied(span, "the axis becomes too long", () ->
                    terms.stream().mapToLong(term -> of(term, span)).reduce(0, Math::addExact));
        };
    }

    /** The product of an item's lengths. */
    long of(Item item) {
        return of(item.factors(), item.span());
    }

    private long of(List<? extends Factor> factors, Span span) {
        return product(factors, span, "the axis becomes too long");
    }

    /** The product of lengths; 0 if one of them is, however long the others are. */
    long product(List<? extends Factor> factors, Span span, String problem) {
        return multiplied(span, problem, () -> factors.stream().anyMatch(factor -> of(factor) == 0) ? 0L
                : factors.stream().mapToLong(this::of).reduce(1, Math::multiplyExact));
    }

    private long multiplied(Span span, String problem, Supplier<Long> length) {
        try {
            return length.get();
        } catch (ArithmeticException overflow) {
            throw call.failure(Kind.TOO_LARGE, span, problem, "lengths multiply to less than 2^63",
                    "use smaller lengths");
        }
    }

    /** How many axes of an item are unknown. */
    long unknowns(Item item) {
        return item.axes().stream().filter(axis -> !has(axis)).count();
    }

    /** Finds what is unknown in an item from the length of the axis that it describes. */
    void solve(Item item, long length, String where) {
        if (item.isWindow()) {
            solveWindow(item, length, where);
        } else {
            solve(item.factors(), item.span(), length, where);
        }
    }

    private void solve(List<? extends Factor> factors, Span span, long length, String where) {
        List<? extends Factor> unknown = factors.stream().filter(factor -> !has(factor)).toList();
        if (unknown.size() > 1) {
            throw ambiguous(unknown, span, length, where);
        }
        if (unknown.isEmpty()) {
            long product = of(factors, span);
            if (product != length) {
                throw mismatch(span, length, product, where);
            }
            return;
        }
        long divisor = of(factors.stream().filter(this::has).toList(), span);
        if (divisor == 0 ? length != 0 : length % divisor != 0) {
            throw call.failure(Kind.NOT_DIVISIBLE, span, where + " of length " + length
                    + " does not split into parts of " + divisor,
                    "a group's lengths multiply to the axis's length",
                    "choose lengths that divide " + length);
        }
        if (divisor == 0) {
            String name = unknownAxes(unknown).getFirst().name();
            throw call.failure(Kind.AMBIGUOUS_LENGTHS, span, "the length of " + name
                    + " cannot be inferred, as any length does",
                    "beside an axis of length 0 every length is given", "pass axis(\"" + name + "\", …)");
        }
        switch (unknown.getFirst()) {
            case Elementary axis -> known.put(axis.name(), length / divisor);
            case Sum sum -> solveSum(sum, length / divisor, where);
        }
    }

    /** The unknown term is what the others leave. */
    private void solveSum(Sum sum, long length, String where) {
        List<List<Elementary>> unknown = sum.terms().stream()
                .filter(term -> !term.stream().allMatch(this::has))
                .toList();
        if (unknown.size() > 1) {
            throw ambiguous(unknown.stream().flatMap(List::stream).filter(axis -> !has(axis)).toList(),
                    sum.span(), length, where);
        }
        long others = sum.terms().stream().filter(term -> !unknown.contains(term))
                .mapToLong(term -> of(term, sum.span())).sum();
        if (others > length) {
            throw call.failure(Kind.LENGTH_MISMATCH, sum.span(), where + " has length " + length
                    + ", less than the " + others + " of the terms that are known",
                    "terms add up to the axis's length", "check the lengths that were given");
        }
        solve(unknown.getFirst(), sum.span(), length - others, where);
    }

    /** As many windows as fit; what is left over is shorter than the largest stride. */
    private void solveWindow(Item item, long length, String where) {
        windowed.put(item.factors(), length);
        if (unknowns(item) > 1) {
            throw ambiguous(unknownAxes(item.factors()), item.span(), length, where);
        }
        long reach = 1;
        int open = -1;
        for (int i = 0; i < item.factors().size(); i++) {
            if (!has(item.factors().get(i))) {
                open = i;
            } else {
                long axis = of(item.factors().get(i));
                long stride = item.strides().get(i);
                reach = multiplied(item.span(), "the window becomes too long", reach, axis, stride);
            }
        }
        long largest = item.strides().stream().mapToLong(Long::longValue).max().orElse(1);
        boolean empty = item.factors().stream().anyMatch(factor -> has(factor) && of(factor) == 0);
        if (!empty && (reach > length || (open < 0 && length - reach >= largest))) {
            throw call.failure(reach > length ? Kind.WINDOW_TOO_LONG : Kind.LENGTH_MISMATCH, item.span(),
                    "the window reaches over " + reach + " elements, but " + where + " has length " + length,
                    "windows lie inside the axis, and leave less than a stride of it",
                    reach > length ? "use a smaller window, or pad the tensor first"
                            : "leave one length open, or slice the tensor first");
        }
        if (open >= 0) {
            long stride = item.strides().get(open);
            known.put(((Elementary) item.factors().get(open)).name(),
                    empty ? 0 : (length - reach) / stride + 1);
        }
    }

    private long multiplied(Span span, String problem, long reach, long axis, long stride) {
        return axis == 0 ? reach : multiplied(span, problem,
                () -> Math.addExact(reach, Math.multiplyExact(axis - 1, stride)));
    }

    /** How long a window's axis was found to be. */
    long span(Item window) {
        return java.util.Objects.requireNonNull(windowed.get(window.factors()));
    }

    private List<Elementary> unknownAxes(List<? extends Factor> factors) {
        return new Item(List.copyOf(factors), call.all()).axes().stream().filter(axis -> !has(axis)).toList();
    }

    private EinopsException ambiguous(List<? extends Factor> unknown, Span span, long length, String where) {
        List<Elementary> axes = unknownAxes(unknown);
        return call.failure(Kind.AMBIGUOUS_LENGTHS, span, "the lengths of "
                + axes.stream().map(Elementary::name).collect(Collectors.joining(" and "))
                + " cannot be inferred from " + where + " of length " + length,
                "at most one length of a group is inferred, the others are given",
                axes.stream().map(axis -> "axis(\"" + axis.name() + "\", …)")
                        .collect(Collectors.joining(", ", "pass all but one of ", "")));
    }

    private EinopsException mismatch(Span span, long length, long product, String where) {
        return call.failure(Kind.LENGTH_MISMATCH, span, where + " has length " + length + ", not " + product,
                "lengths agree with the pattern",
                "check the shape of the tensor and the lengths that were given");
    }

    /** The lengths of the named axes, for messages. */
    Map<String, Long> named() {
        Map<String, Long> named = new LinkedHashMap<>();
        known.forEach((name, length) -> {
            if (Character.isUnicodeIdentifierStart(name.codePointAt(0))) {
                named.put(name, length);
            }
        });
        return named;
    }
}

package ricci.einops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import ricci.einops.EinopsException.Kind;

/** The lengths of a pattern's axes, found from those given by the caller and the shape of the input. */
final class Lengths {
    private final Call call;
    private final Map<String, Long> known = new HashMap<>();

    Lengths(Call call) {
        this.call = call;
    }

    /**
     * An axis of a pattern that stands for itself: its name (made up, for numbers and ellipses) and place.
     */
    record Elementary(String name, Span span) {
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
    }

    /**
     * Each of the side's items as the elementary axes that it runs together; an ellipsis is {@code dots}
     * items.
     */
    List<Item> items(Pattern.Side side, int dots) {
        List<Item> items = new ArrayList<>();
        for (Expr expr : side.items()) {
            if (expr instanceof Expr.Ellipsis(var span)) {
                for (int i = 0; i < dots; i++) {
                    items.add(new Item(List.of(Elementary.ofEllipsis(i, span)), span));
                }
            } else {
                List<Elementary> axes = new ArrayList<>();
                collect(expr, dots, axes);
                items.add(new Item(List.copyOf(axes), expr.span()));
            }
        }
        return items;
    }

    /** One axis of a tensor, and what it consists of; of nothing, if it has length 1. */
    record Item(List<Elementary> axes, Span span) {}

    private void collect(Expr expr, int dots, List<Elementary> axes) {
        switch (expr) {
            case Expr.Name name -> axes.add(Elementary.of(name));
            case Expr.Anonymous number -> {
                if (!number.isUnit()) {
                    axes.add(Elementary.of(number));
                    known.put(Elementary.of(number).name(), number.length());
                }
            }
            case Expr.Ellipsis(var span) -> {
                for (int i = 0; i < dots; i++) {
                    axes.add(Elementary.ofEllipsis(i, span));
                }
            }
            case Expr.Group(var parts, _) -> parts.forEach(part -> collect(part, dots, axes));
        }
    }

    /** Takes over the lengths that the caller gives, of axes of these names. */
    void give(List<Axis> axes, List<Elementary> named) {
        List<String> names = named.stream().map(Elementary::name).distinct().toList();
        for (Axis axis : axes) {
            String remove = "remove axis(\"" + axis.name() + "\", …)";
            if (!Parser.isName(axis.name())) {
                throw call.failure(Kind.AXIS_NAME, call.all(),
                        "'" + axis.name() + "' is not a name for an axis",
                        "a name starts with a letter and does not end with _",
                        Spelling.suggest(axis.name(), names).orElse(remove));
            }
            Elementary place = named.stream().filter(a -> a.name().equals(axis.name())).findFirst()
                    .orElseThrow(() ->
                    call.failure(Kind.AXIS_UNUSED, call.all(), "the pattern has no axis " + axis.name(),
                            "lengths are given for axes of the pattern: " + Spelling.list(names),
                            Spelling.suggest(axis.name(), names).orElse(remove)));
            give(axis, place.span());
        }
    }

    /** Takes over what the caller says of an axis that stands at the given place of the pattern. */
    private void give(Axis axis, Span span) {
        if (axis.length() < 0) {
            throw call.failure(Kind.NEGATIVE_LENGTH, span,
                    "the length of " + axis.name() + " is " + axis.length(), "no axis has a negative length",
                    "give a length of 0 or more");
        }
        Long earlier = known.putIfAbsent(axis.name(), axis.length());
        if (earlier != null) {
            throw call.failure(Kind.AXIS_GIVEN_TWICE, span, "the length of " + axis.name()
                    + " is given twice, as " + earlier + " and as " + axis.length(),
                    "each length is given at most once", "remove one of them");
        }
    }

    /** What is known so far by the names of elementary axes; changes write through. */
    Map<String, Long> known() {
        return known;
    }

    boolean has(Elementary axis) {
        return known.containsKey(axis.name());
    }

    /** The length of an axis, once it is known. */
    long of(Elementary axis) {
        Long length = known.get(axis.name());
        if (length == null) {
            throw call.failure(Kind.LENGTH_MISSING, axis.span(),
                    "the length of " + axis.name() + " is not known",
                    named(), "a new axis needs a length", "pass axis(\"" + axis.name() + "\", …)");
        }
        return length;
    }

    /** The product of an item's lengths. */
    long of(Item item) {
        return product(item.axes(), item.span(), "the axis becomes too long");
    }

    /** The product of lengths; 0 if one of them is, however long the others are. */
    long product(List<Elementary> axes, Span span, String problem) {
        try {
            return axes.stream().anyMatch(axis -> of(axis) == 0) ? 0
                    : axes.stream().mapToLong(this::of).reduce(1, Math::multiplyExact);
        } catch (ArithmeticException overflow) {
            throw call.failure(Kind.TOO_LARGE, span, problem, named(), "lengths multiply to less than 2^63",
                    "use smaller lengths");
        }
    }

    /** Finds what is unknown in an item from the length of the axis that it describes. */
    void solve(Item item, long length, int position) {
        List<Elementary> unknown = item.axes().stream().filter(axis -> !has(axis)).toList();
        if (unknown.size() > 1) {
            String names = unknown.stream().map(Elementary::name).collect(Collectors.joining(" and "));
            throw call.failure(Kind.AMBIGUOUS_LENGTHS, item.span(), "the lengths of " + names
                    + " cannot be inferred from axis " + position + " of length " + length, named(),
                    "at most one length of a group is inferred, the others are given",
                    unknown.stream().map(axis -> "axis(\"" + axis.name() + "\", …)")
                            .collect(Collectors.joining(", ", "pass all but one of ", "")));
        }
        if (unknown.isEmpty()) {
            long product = of(item);
            if (product != length) {
                throw call.failure(Kind.LENGTH_MISMATCH, item.span(),
                        "axis " + position + " of the tensor has length "
                        + length + ", not " + product, named(), "lengths agree with the pattern",
                        "check the shape of the tensor and the lengths that were given");
            }
            return;
        }
        Item rest = new Item(item.axes().stream().filter(this::has).toList(), item.span());
        long divisor = of(rest);
        if (divisor == 0 ? length != 0 : length % divisor != 0) {
            throw call.failure(Kind.NOT_DIVISIBLE, item.span(), "axis " + position + " of length " + length
                    + " does not split into parts of " + divisor, named(),
                    "a group's lengths multiply to the axis's length",
                    "choose lengths that divide " + length);
        }
        if (divisor == 0) {
            throw call.failure(Kind.AMBIGUOUS_LENGTHS, item.span(),
                    "the length of " + unknown.getFirst().name()
                    + " cannot be inferred, as any length does", named(),
                    "beside an axis of length 0 every length is given",
                    "pass axis(\"" + unknown.getFirst().name() + "\", …)");
        }
        known.put(unknown.getFirst().name(), length / divisor);
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

package ricci.einops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ricci.einops.EinopsException.Kind;

/** The lengths of tensors' axes by the names that a pattern gives them. */
final class ParseShape {
    /** How long an axis was found to be, and where. */
    private record Found(long length, String where) {}

    private final Call call;
    private final Map<String, Found> axes = new LinkedHashMap<>();

    private ParseShape(Call call) {
        this.call = call;
    }

    /** Reads the shapes; the axes that have a given length must have that. */
    static Axes of(String operation, List<Axis> given, List<?> operands, String pattern) {
        Call bare = new Call(operation, Arguments.pattern(operation, pattern), List.of());
        Backend<Object> backend = Arguments.backend(bare, operands);
        List<Object> tensors = Arguments.flat(bare, operands);
        Call call = bare.on(backend, tensors).with(given);
        List<Pattern.Side> sides = Parser.shapes(call);
        Pattern parsed = new Pattern(pattern, sides, List.of());
        Planner.checkCount(call, parsed, tensors.size());
        Repeats.Expanded expanded = Repeats.expand(call, parsed, given,
                tensors.stream().map(x -> backend.shape(x).length).toList());
        sides = expanded.pattern().inputs();
        ParseShape reading = new ParseShape(call);
        for (Axis axis : expanded.axes()) {
            reading.require(axis, sides);
        }
        for (int i = 0; i < sides.size(); i++) {
            String tensor = sides.size() == 1 ? "of the tensor" : "of tensor " + (i + 1);
            reading.read(sides.get(i), backend.shape(tensors.get(i)), tensor);
        }
        return new Axes(reading.axes.entrySet().stream()
                .map(entry -> new Axis(entry.getKey(), entry.getValue().length())).toList());
    }

    private void require(Axis axis, List<Pattern.Side> sides) {
        List<String> names = sides.stream().flatMap(side -> side.all(expr -> expr instanceof Expr.Name)
                .stream())
                .map(item -> ((Expr.Name) item).name()).toList();
        if (!names.contains(axis.name())) {
            throw call.failure(Kind.AXIS_UNUSED, call.all(), "the pattern has no axis " + axis.name(),
                    "lengths are given for axes of the pattern: " + Spelling.list(names),
                    Spelling.suggest(axis.name(), names).orElse("remove axis(\"" + axis.name() + "\", …)"));
        }
        if (axes.put(axis.name(), new Found(axis.length(), "as given")) != null) {
            throw call.failure(Kind.AXIS_GIVEN_TWICE, call.all(),
                    "the length of " + axis.name() + " is given twice",
                    "a length is given once", "remove one of them");
        }
    }

    private void read(Pattern.Side side, long[] shape, String tensor) {
        int items = side.items().size();
        int skipped = shape.length - items + 1;
        // One in a group or in brackets skips nothing: there is one axis for all that is inside.
        boolean skips = side.items().stream().anyMatch(item -> item instanceof Expr.Ellipsis);
        if (skips ? skipped < 0 : shape.length != items) {
            throw call.failure(Kind.WRONG_RANK, side.span(), "the shape " + tensor + " has " + shape.length
                    + " axes, the pattern " + (skips ? items - 1 + " or more" : items),
                    "the pattern has one item per axis of the tensor",
                    "skip an axis with _, several with ...");
        }
        int axis = 0;
        for (Expr item : side.items()) {
            String where = "axis " + axis + " " + tensor;
            switch (item) {
                case Expr.Ellipsis _ -> axis += skipped;
                case Expr.Name name -> named(name, shape[axis++], where);
                case Expr.Anonymous(long length, Span span) -> number(span, where, length, shape[axis++]);
                case Expr.Group group -> group(group, where, shape[axis++]);
                case Expr.Sum _, Expr.Bracket _, Expr.Strided _, Expr.Repeated _ -> throw split(item.span(),
                        where, shape[axis]);
            }
        }
    }

    private void named(Expr.Name name, long length, String where) {
        if (name.length().isPresent()) {
            number(name.span(), where, name.length().getAsLong(), length);
        }
        // Repeated, they are numbered.
        if (name.name().equals("_") || name.name().startsWith("_.")) {
            return;
        }
        Found found = axes.putIfAbsent(name.name(), new Found(length, "at " + where));
        if (found != null && found.length() != length) {
            throw call.failure(Kind.LENGTH_MISMATCH, name.span(), "the axis " + name.name() + ", " + where
                    + ", has length " + length + ", but " + found.length() + " " + found.where(),
                    "axes of one name have one length", "check the shape, or skip the axis with _");
        }
    }

    /** A group is one axis with units beside it, or units alone. */
    private void group(Expr.Group group, String where, long length) {
        List<Expr> parts = new ArrayList<>(group.parts());
        parts.removeIf(part -> part instanceof Expr.Anonymous number && number.isUnit());
        if (parts.isEmpty()) {
            number(group.span(), where, 1, length);
        } else if (parts.size() == 1 && parts.getFirst() instanceof Expr.Name name) {
            named(name, length, where);
        } else {
            throw split(group.span(), where, length);
        }
    }

    private EinopsException split(Span span, String where, long length) {
        return call.failure(Kind.AMBIGUOUS_LENGTHS, span, where + ", of length " + length
                + ", is not given one name", "no axis is split here",
                "give the axis one name, or split it with rearrange first");
    }

    private void number(Span span, String where, long expected, long actual) {
        if (expected != actual) {
            throw call.failure(Kind.LENGTH_MISMATCH, span,
                    where + " has length " + actual + ", not " + expected,
                    "a number is the length of its axis", "check the shape, or skip the axis with _");
        }
    }
}

package ricci.einops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ricci.einops.EinopsException.Kind;

/** The lengths of a tensor's axes by the names that a pattern gives them. */
final class ParseShape {
    private ParseShape() {}

    static Axes of(Object tensor, String pattern) {
        Call bare = new Call("parseShape", Arguments.pattern("parseShape", pattern), List.of());
        Backend<Object> backend = Arguments.backend(bare, Arrays.asList(tensor));
        Object x = Arguments.flat(bare, List.of(tensor)).getFirst();
        Call call = new Call("parseShape", pattern, List.of(backend.describe(x)));
        Pattern.Side side = Parser.shape(call);
        long[] shape = backend.shape(x);
        int items = side.items().size();
        int skipped = shape.length - items + 1;
        if (side.hasEllipsis() ? skipped < 0 : shape.length != items) {
            throw call.failure(Kind.WRONG_RANK, side.span(),
                    "the tensor has " + shape.length + " axes, the pattern "
                    + (side.hasEllipsis() ? items - 1 + " or more" : items),
                    "the pattern has one item per axis of the tensor",
                    "skip an axis with _, several with ...");
        }
        List<Axis> axes = new ArrayList<>();
        int axis = 0;
        for (Expr item : side.items()) {
            switch (item) {
                case Expr.Ellipsis _ -> axis += skipped;
                case Expr.Name name -> named(name, shape[axis++], axes);
                case Expr.Anonymous(long length, Span span) ->
                        require(call, span, axis, length, shape[axis++]);
                case Expr.Group group -> group(call, group, axis, shape[axis++], axes);
            }
        }
        return new Axes(axes);
    }

    private static void named(Expr.Name name, long length, List<Axis> axes) {
        if (!name.name().equals("_")) {
            axes.add(new Axis(name.name(), length));
        }
    }

    /** A group is one axis with units beside it, or units alone. */
    private static void group(Call call, Expr.Group group, int axis, long length, List<Axis> axes) {
        List<Expr> parts = group.parts().stream()
                .filter(part -> !(part instanceof Expr.Anonymous number && number.isUnit())).toList();
        if (parts.isEmpty()) {
            require(call, group.span(), axis, 1, length);
        } else if (parts.size() == 1 && parts.getFirst() instanceof Expr.Name name) {
            named(name, length, axes);
        } else {
            throw call.failure(Kind.AMBIGUOUS_LENGTHS, group.span(),
                    "axis " + axis + " of the tensor, of length "
                    + length + ", is given several names", "parseShape splits no axes",
                    "give the axis one name, or split it with rearrange first");
        }
    }

    private static void require(Call call, Span span, int axis, long expected, long actual) {
        if (expected != actual) {
            throw call.failure(Kind.LENGTH_MISMATCH, span,
                    "axis " + axis + " of the tensor has length " + actual
                    + ", not " + expected, "a number is the length of its axis",
                    "check the shape, or skip the axis with _");
        }
    }
}

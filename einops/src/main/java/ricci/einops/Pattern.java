package ricci.einops;

import java.util.List;

/** A parsed pattern: the axes of each input, and those of the output. */
record Pattern(String text, List<Side> inputs, Side output) {

    /** The axes of one tensor, from the first. */
    record Side(List<Expr> items, Span span) {
        Side {
            items = List.copyOf(items);
        }

        boolean hasEllipsis() {
            return items.stream().anyMatch(Side::isOrHoldsEllipsis);
        }

        private static boolean isOrHoldsEllipsis(Expr expr) {
            return switch (expr) {
                case Expr.Ellipsis _ -> true;
                case Expr.Group(var parts, _) -> parts.stream().anyMatch(Side::isOrHoldsEllipsis);
                case Expr.Name _, Expr.Anonymous _ -> false;
            };
        }
    }

    Pattern {
        inputs = List.copyOf(inputs);
    }

    /** The input of a pattern that has one. */
    Side input() {
        return inputs.getFirst();
    }
}

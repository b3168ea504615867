package ricci.einops;

import java.util.List;
import java.util.stream.Stream;

/** A parsed pattern: the axes of each input, and those of the output. */
record Pattern(String text, List<Side> inputs, Side output) {

    /** The axes of one tensor, from the first. */
    record Side(List<Expr> items, Span span) {
        Side {
            items = List.copyOf(items);
        }

        boolean hasEllipsis() {
            return !ellipsis(items).isEmpty();
        }

        /** Where the ellipsis is, in a group or not; the whole side, if there is none. */
        Span ellipsis() {
            List<Span> found = ellipsis(items);
            return found.isEmpty() ? span : found.getFirst();
        }

        private static List<Span> ellipsis(List<Expr> exprs) {
            return exprs.stream().flatMap(expr -> switch (expr) {
                case Expr.Ellipsis(var span) -> Stream.of(span);
                case Expr.Group(var parts, _) -> ellipsis(parts).stream();
                case Expr.Name _, Expr.Anonymous _ -> Stream.<Span>empty();
            }).toList();
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

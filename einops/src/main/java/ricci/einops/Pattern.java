package ricci.einops;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A parsed pattern: the axes of each input, and those of each output.
 *
 * @param outputs none, if the pattern has no arrow
 */
record Pattern(String text, List<Side> inputs, List<Side> outputs) {

    /** The axes of one tensor, from the first. */
    record Side(List<Expr> items, Span span) {
        Side {
            items = List.copyOf(items);
        }

        /** All parts of a kind, at any depth, in the order in which they are written. */
        List<Expr> all(Predicate<? super Expr> kind) {
            List<Expr> found = new ArrayList<>();
            collect(items, kind, found);
            return found;
        }

        private static void collect(List<? extends Expr> exprs, Predicate<? super Expr> kind,
                List<Expr> found) {
            for (Expr expr : exprs) {
                if (kind.test(expr)) {
                    found.add(expr);
                }
                collect(expr.children(), kind, found);
            }
        }

        /** Where the first part of a kind is. */
        Optional<Span> find(Predicate<? super Expr> kind) {
            return all(kind).stream().map(Expr::span).findFirst();
        }

        /** All names of axes. */
        Set<String> names() {
            Set<String> names = new HashSet<>();
            all(expr -> expr instanceof Expr.Name).forEach(name -> names.add(((Expr.Name) name).name()));
            return names;
        }

        boolean hasEllipsis() {
            return find(expr -> expr instanceof Expr.Ellipsis).isPresent();
        }

        /** Where the ellipsis is, in a group or not; the whole side, if there is none. */
        Span ellipsis() {
            return find(expr -> expr instanceof Expr.Ellipsis).orElse(span);
        }

        boolean hasBrackets() {
            return find(expr -> expr instanceof Expr.Bracket).isPresent();
        }

        /** Whether a part stands in brackets. */
        boolean marks(Span part) {
            return all(expr -> expr instanceof Expr.Bracket).stream()
                    .anyMatch(bracket -> bracket.span().contains(part));
        }

        /** The axes without the brackets around them. */
        Side withoutBrackets() {
            return new Side(rewrite(items, true), span);
        }

        /** The axes but for those in brackets. */
        Side outsideBrackets() {
            return new Side(rewrite(items, false), span);
        }

        private static List<Expr> rewrite(List<? extends Expr> exprs, boolean keep) {
            List<Expr> rewritten = new ArrayList<>();
            for (Expr expr : exprs) {
                switch (expr) {
                    case Expr.Bracket(var parts, _) ->
                            rewritten.addAll(keep ? rewrite(parts, true) : List.of());
                    case Expr.Group(var parts, var span) ->
                            rewritten.add(new Expr.Group(rewrite(parts, keep), span));
                    case Expr.Sum(var terms, var span) -> rewritten.add(new Expr.Sum(rewrite(terms, keep)
                            .stream().map(Expr.Group.class::cast).toList(), span));
                    case Expr.Repeated(var part, var span) -> {
                        for (Expr inner : rewrite(List.of(part), keep)) {
                            rewritten.add(new Expr.Repeated(inner, span));
                        }
                    }
                    case Expr.Name _, Expr.Anonymous _, Expr.Ellipsis _,
                            Expr.Strided _ -> rewritten.add(expr);
                }
            }
            return rewritten;
        }
    }

    Pattern {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The input of a pattern that has one. */
    Side input() {
        return inputs.getFirst();
    }

    /** The output of a pattern that has one. */
    Side output() {
        return outputs.getFirst();
    }

    boolean hasArrow() {
        return !outputs.isEmpty();
    }
}

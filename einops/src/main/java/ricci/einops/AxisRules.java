package ricci.einops;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Lengths.Elementary;
import ricci.einops.Planner.Operation;

/**
 * Which axes an operation may make and drop: rearrange neither, reduce drops, repeat makes. That keeps every
 * pattern readable backwards.
 */
record AxisRules(Operation operation, Call call, Lengths lengths) {

    /** Whether one piece can become another. */
    boolean fits(Piece from, Piece to) {
        Set<String> left = from.names();
        Set<String> right = to.names();
        return switch (operation) {
            case REARRANGE -> left.equals(right);
            case REDUCE -> left.containsAll(right);
            case REPEAT -> right.containsAll(left);
        };
    }

    /** Refuses axes that do not fit, with what is wrong with the first of them. */
    void check(List<Elementary> from, List<Elementary> to) {
        Set<String> left = names(from);
        Set<String> right = names(to);
        switch (operation) {
            case REARRANGE -> {
                Stream.concat(from.stream(), to.stream()).filter(Elementary::isNumber).findFirst()
                        .ifPresent(axis -> {
                    throw call.failure(Kind.NUMBER_IN_REARRANGE, axis.span(),
                            "there is an axis without a name",
                            call.operation()
                                    + " keeps all axes and must know which is which; only 1 may stand alone",
                            "name the axis and give its length, as in n=" + lengths.of(axis));
                });
                from.stream().filter(axis -> !right.contains(axis.name())).findFirst().ifPresent(axis -> {
                    throw call.failure(Kind.AXIS_ON_ONE_SIDE, axis.span(),
                            axis.describe() + " is on the left only", call.operation() + " keeps all axes",
                            didYouMean(axis, from, to, "drop it with reduce first"));
                });
                to.stream().filter(axis -> !left.contains(axis.name())).findFirst().ifPresent(axis -> {
                    throw call.failure(Kind.AXIS_ON_ONE_SIDE, axis.span(),
                            axis.describe() + " is on the right only", call.operation() + " makes no axes",
                            didYouMean(axis, to, from, "make it with repeat afterwards"));
                });
            }
            case REDUCE -> to.stream().filter(axis -> !left.contains(axis.name())).findFirst()
                    .ifPresent(axis -> {
                throw axis.isNumber() && hasSame(axis, from) ? keptNumber(axis)
                        : call.failure(Kind.AXIS_APPEARS, axis.span(),
                        axis.describe() + " is on the right only",
                                "reduce drops axes and makes none",
                                didYouMean(axis, to, from, "make it with repeat afterwards"));
            });
            case REPEAT -> from.stream().filter(axis -> !right.contains(axis.name())).findFirst()
                    .ifPresent(axis -> {
                throw axis.isNumber() && hasSame(axis, to) ? keptNumber(axis)
                        : call.failure(Kind.AXIS_DROPPED, axis.span(),
                        axis.describe() + " is on the left only",
                                "repeat makes axes and drops none",
                                didYouMean(axis, from, to, "drop it with reduce first"));
            });
        }
    }

    private boolean hasSame(Elementary number, List<Elementary> others) {
        return others.stream().anyMatch(other -> other.isNumber() && lengths.of(other) == lengths.of(number));
    }

    private EinopsException keptNumber(Elementary axis) {
        return call.failure(Kind.NUMBER_KEPT, axis.span(), "an axis without a name cannot be kept",
                "every number is an axis of its own, so it is never the same on both sides",
                "name the axis and give its length, as in n=" + lengths.of(axis));
    }

    /** A name that is on the other side only and may be the same, misspelt. */
    private static String didYouMean(Elementary axis, List<Elementary> own, List<Elementary> other,
            String otherwise) {
        Set<String> here = names(own);
        return Spelling.suggest(axis.name(), other.stream().filter(Elementary::isNamed).map(Elementary::name)
                .filter(name -> !here.contains(name)).toList()).orElse(otherwise);
    }

    private static Set<String> names(List<Elementary> axes) {
        return axes.stream().map(Elementary::name).collect(Collectors.toCollection(HashSet::new));
    }

    /** No piece of the left, or more than one, could become this one. */
    EinopsException unmatched(Piece piece, List<Piece> from, int fitting) {
        List<String> left = from.stream().map(AxisRules::spell).toList();
        String rule = switch (operation) {
            case REARRANGE -> "each part of the right is a part of the left with the same axes";
            case REDUCE -> "each part of the right is a part of the left without some axes";
            case REPEAT -> "each part of the right is a part of the left with more axes";
        };
        return call.failure(Kind.PARTS_MISMATCH, span(piece), "the part '" + spell(piece) + "' of the right "
                + (fitting == 0 ? "can be made of no part" : "can be made of " + fitting + " parts")
                + " of the left: '" + String.join("', '", left) + "'", rule, fitting == 0
                ? "check the names" : "write as many parts on the right as on the left, in their order");
    }

    EinopsException unused(Piece piece) {
        return call.failure(Kind.PARTS_MISMATCH, span(piece), "the part '" + spell(piece)
                + "' of the left is used nowhere", "every part of the left becomes a part of the right",
                "add it to the right, or slice the tensor first");
    }

    private Span span(Piece piece) {
        return piece.axes().stream().map(Elementary::span).reduce(Span::to).orElse(call.all());
    }

    private static String spell(Piece piece) {
        return piece.axes().stream().map(axis -> axis.isNumber() ? "number" : axis.name())
                .collect(Collectors.joining(" "));
    }
}

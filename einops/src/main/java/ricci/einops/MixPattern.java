package ricci.einops;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Lengths.Elementary;

/**
 * What a linear layer does whose pattern says which axes it mixes, and how long its weight and bias are. This
 * is for {@code ricci.nn.EinMix}, and accepts what einops' layer of that name does; lengths may also stand in
 * the patterns, and groups may nest.
 *
 * @param split the pattern that takes the input's groups apart
 * @param product the einsum of that and the weight
 * @param merge the pattern that makes the groups of the result
 * @param given the lengths that are known of the input's axes
 * @param weight the lengths of the weight
 * @param bias those of the bias: one for each axis of the result but those of the ellipsis, 1 where the bias
 *     repeats
 * @param inputs how many elements an element of the result is the weighted sum of
 */
public record MixPattern(String split, String product, String merge, List<Axis> given, List<Long> weight,
        List<Long> bias, double inputs) {
    private static final String LAYER = "EinMix.init";

    public MixPattern {
        given = List.copyOf(given);
        weight = List.copyOf(weight);
        bias = List.copyOf(bias);
    }

    /**
     * Checks the pattern of a layer.
     *
     * @param weight the axes of the weight
     * @param bias those of the bias; none, if there is none
     * @throws EinopsException if they do not fit together
     */
    public static MixPattern of(String pattern, String weight, String bias, Axis... axes) {
        String fix = "pass a pattern such as \"b i -> b o\", and the axes of weight and bias: \"i o\", \"o\"";
        Call call = new Call(LAYER, Arguments.require(pattern, LAYER, "the pattern", fix), List.of());
        Call ofWeight = new Call(LAYER + ", the weight", Arguments.require(weight, LAYER, "the weight", fix),
                List.of());
        Call ofBias = new Call(LAYER + ", the bias", Arguments.require(bias, LAYER, "the bias", fix),
                List.of());
        List<Axis> given = Arguments.axes(call, axes);
        return new Reading(call.with(given), ofWeight, ofBias, new Lengths(call.with(given))).read(given);
    }

    /** The sides of a pattern, whatever the weight is. */
    static Pattern parse(Call call) {
        Pattern pattern = Parser.pattern(call);
        for (List<Pattern.Side> sides : List.of(pattern.inputs(), pattern.outputs())) {
            requireOne(call, sides);
            checkPlain(call, sides.getFirst());
        }
        checkOnce(call, names(pattern.input()));
        Pattern.Side left = pattern.input();
        Pattern.Side right = pattern.output();
        if (left.hasEllipsis() != right.hasEllipsis()) {
            throw call.failure(left.hasEllipsis() ? Kind.EINSUM_ELLIPSIS_DROPPED : Kind.ELLIPSIS_ONLY_RIGHT,
                    (left.hasEllipsis() ? left : right).ellipsis(), "an ellipsis is on one side only",
                    "what an ellipsis stands for is kept", "write ... on both sides");
        }
        Planner.checkGroups(call, left);
        return pattern;
    }

    private static void requireOne(Call call, List<Pattern.Side> sides) {
        if (sides.size() > 1) {
            int comma = call.pattern().indexOf(',', sides.getFirst().span().end());
            throw call.failure(Kind.MISPLACED_COMMA, new Span(comma, comma + 1), "there is a comma",
                    "a layer makes one tensor of one, with a weight of its own",
                    "separate axes with spaces");
        }
    }

    private static void checkPlain(Call call, Pattern.Side side) {
        for (Expr expr : side.all(_ -> true)) {
            switch (expr) {
                case Expr.Name _, Expr.Group _, Expr.Ellipsis _ -> { }
                case Expr.Anonymous(var length, var span) -> {
                    if (length != 1) {
                        throw call.failure(Kind.NUMBER_KEPT, span, "there is an axis without a name",
                                "axes are known by their names; only 1 may stand alone",
                                "name the axis and give its length, as in n=" + length);
                    }
                }
                case Expr.Sum(_, var span) -> throw call.failure(Kind.MISPLACED_PLUS, span,
                        "there is a sum of axes", "a layer neither cuts nor joins axes",
                        "cut or join them with rearrange");
                case Expr.Bracket(_, var span) -> throw call.failure(Kind.MISPLACED_BRACKET, span,
                        "there are brackets", "the axes of the weight say what is summed over",
                        "remove the brackets");
                case Expr.Strided(_, _, var span) -> throw call.failure(Kind.MISPLACED_STRIDE, span,
                        "there is a stride", "a layer reads no windows", "make windows with rearrange first");
                case Expr.Repeated(_, var span) -> throw call.failure(Kind.STRAY_DOTS, span,
                        "dots repeat an axis", "here ... stands for all axes that are not named",
                        "write the axes one by one");
            }
        }
    }

    private static void checkOnce(Call call, List<Expr.Name> names) {
        Set<String> seen = new HashSet<>();
        names.stream().filter(name -> !seen.add(name.name())).findFirst().ifPresent(name -> {
            throw call.failure(Kind.DUPLICATE_NAME, name.span(),
                    "the axis " + name.name() + " is there twice",
                    "each side, the weight and the bias have a name once",
                    "give the second axis another name");
        });
    }

    private static List<Expr.Name> names(Pattern.Side side) {
        return side.all(expr -> expr instanceof Expr.Name).stream().map(Expr.Name.class::cast).toList();
    }

    /** A side with its groups taken apart. */
    private static String flat(Pattern.Side side) {
        return side.all(expr -> expr instanceof Expr.Name || expr instanceof Expr.Ellipsis).stream()
                .map(expr -> expr instanceof Expr.Name name ? name.name() : "...")
                .collect(Collectors.joining(" "));
    }

    /** The pattern, and what its weight and its bias are called in messages. */
    private record Reading(Call call, Call ofWeight, Call ofBias, Lengths lengths) {

        MixPattern read(List<Axis> given) {
            Pattern pattern = parse(call);
            Pattern.Side left = pattern.input();
            Pattern.Side right = pattern.output();
            List<Expr.Name> weight = weight(pattern);
            checkSources(pattern, weight);
            List<Expr.Name> bias = bias(right);
            lengths.items(left, 0);
            lengths.items(right, 0);
            takeOver(ofWeight, weight);
            takeOver(ofBias, bias);
            lengths.give(given, Stream.concat(names(left).stream(), names(right).stream())
                    .map(Elementary::of).toList());
            Set<String> known = lengths.known().keySet();
            left.items().forEach(item -> PatternCheck.checkSplit(call, item, known));
            String weights = weight.stream().map(Expr.Name::name).collect(Collectors.joining(" "));
            String from = flat(left);
            String to = flat(right);
            int arrow = call.pattern().indexOf("->");
            return new MixPattern(call.pattern().substring(0, arrow) + "-> " + from,
                    from + ", " + weights + " -> " + to, to + " ->" + call.pattern().substring(arrow + 2),
                    names(left).stream().filter(name -> known.contains(name.name()))
                            .map(name -> new Axis(name.name(), length(call, name))).toList(),
                    weight.stream().map(name -> length(ofWeight, name)).toList(), biasLengths(right, bias),
                    weight.stream().filter(name -> !right.names().contains(name.name()))
                            .mapToDouble(name -> length(ofWeight, name)).reduce(1, (a, b) -> a * b));
        }

        private List<Expr.Name> weight(Pattern pattern) {
            Pattern.Side side = Parser.axes(ofWeight);
            side.items().stream().filter(item -> !(item instanceof Expr.Name)).findFirst().ifPresent(item -> {
                throw ofWeight.failure(Kind.WEIGHT_AXIS, item.span(), "the weight has more than names",
                        "the weight's axes have names, each with a length", "name its axes one by one");
            });
            List<Expr.Name> names = names(side);
            checkOnce(ofWeight, names);
            Set<String> used = new HashSet<>(pattern.input().names());
            used.addAll(pattern.output().names());
            names.stream().filter(name -> !used.contains(name.name())).findFirst().ifPresent(name -> {
                throw ofWeight.failure(Kind.WEIGHT_AXIS, name.span(),
                        "the axis " + name.name() + " is on neither side of \"" + call.pattern() + "\"",
                        "an axis of the weight is on the left, on the right, or on both",
                        Spelling.suggest(name.name(), List.copyOf(used)).orElse("remove it"));
            });
            return names;
        }

        private void checkSources(Pattern pattern, List<Expr.Name> weight) {
            Set<String> sources = pattern.input().names();
            weight.forEach(name -> sources.add(name.name()));
            names(pattern.output()).stream().filter(name -> !sources.contains(name.name())).findFirst()
                    .ifPresent(name -> {
                throw call.failure(Kind.AXIS_APPEARS, name.span(), "the axis " + name.name()
                        + " is neither on the left nor one of the weight's",
                        "what is on the right comes from the left or from the weight",
                        Spelling.suggest(name.name(), sources.stream().sorted().toList())
                                .orElse("add it to the weight"));
            });
        }

        private List<Expr.Name> bias(Pattern.Side right) {
            Pattern.Side side = Parser.axes(ofBias);
            checkPlain(ofBias, side);
            if (side.hasEllipsis()) {
                throw biasAxis(side.ellipsis(), "there is an ellipsis", "name the axes of the bias");
            }
            List<Expr.Name> names = names(side);
            checkOnce(ofBias, names);
            int dots = right.hasEllipsis() ? right.ellipsis().start() : -1;
            for (Expr.Name name : names) {
                Expr.Name place = names(right).stream().filter(other -> other.name().equals(name.name()))
                        .findFirst().orElseThrow(() -> biasAxis(name.span(),
                        "the axis " + name.name() + " is not on the right of \"" + call.pattern() + "\"",
                        Spelling.suggest(name.name(), right.names().stream().sorted().toList())
                                .orElse("remove it")));
                if (place.span().start() < dots) {
                    throw biasAxis(name.span(), "the axis " + name.name()
                            + " is before the ellipsis of \"" + call.pattern() + "\"",
                            "move the ellipsis to the front of the right side");
                }
            }
            return names;
        }

        private EinopsException biasAxis(Span span, String problem, String fix) {
            return ofBias.failure(Kind.BIAS_AXIS, span, problem,
                    "the axes of the bias are on the right, behind the ellipsis if there is one", fix);
        }

        /** Lengths that stand in the weight or the bias. */
        private void takeOver(Call own, List<Expr.Name> names) {
            for (Expr.Name name : names) {
                name.length().ifPresent(length -> {
                    Long earlier = lengths.known().putIfAbsent(name.name(), length);
                    if (earlier != null && earlier != length) {
                        throw own.failure(Kind.LENGTH_MISMATCH, name.span(), "the axis " + name.name()
                                + " has length " + length + " here, but " + earlier + " elsewhere",
                                "axes of one name have one length", "give its length once");
                    }
                });
            }
        }

        private long length(Call own, Expr.Name name) {
            Long length = lengths.known().get(name.name());
            if (length == null) {
                throw own.failure(Kind.LENGTH_MISSING, name.span(),
                        "the length of " + name.name() + " is not given",
                        "every axis of weight and bias has a length",
                        "pass axis(\"" + name.name() + "\", …)");
            }
            return length;
        }

        private List<Long> biasLengths(Pattern.Side right, List<Expr.Name> bias) {
            return names(right).stream().map(name -> bias.stream()
                    .filter(other -> other.name().equals(name.name())).findFirst()
                    .map(other -> length(ofBias, other)).orElse(1L)).toList();
        }
    }
}

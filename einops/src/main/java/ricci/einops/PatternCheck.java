package ricci.einops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Indexing.Access;
import ricci.einops.Lengths.Elementary;
import ricci.einops.Planner.Operation;

/**
 * What can be said of a call before the program runs, by the code that would say it when it does. This is for
 * {@code ricci.einops.check}, which finds the calls in a program as it is compiled; programs have no use for
 * it.
 *
 * <p>Only what fails for all tensors is a mistake here.
 */
public final class PatternCheck {
    /** These are checked without shapes; the others with shapes that are made up. */
    private static final Set<String> ARRANGEMENTS =
            Set.of("rearrange", "rearrangeAll", "reduce", "repeat", "repeatAll");

    private PatternCheck() {}

    /**
     * A call whose pattern is known.
     *
     * @param operation the name of the method of {@link Einops}, or {@code EinMix.init}
     * @param tensors how many it has, if that is known; 0, if it waits for them
     * @param lengths those that are given for axes whose names are known
     * @param complete whether all axes whose lengths are given are among {@code lengths}
     * @param reduction its name, if it is given by name
     */
    public record Use(String operation, String pattern, OptionalInt tensors, List<Length> lengths,
            boolean complete, @Nullable String reduction) {
        public Use {
            lengths = List.copyOf(lengths);
        }

        /** The axes, each with a length: 1 where it is not known. */
        private List<Axis> axes() {
            return lengths.stream().map(each -> new Axis(each.name, each.value.orElse(1))).toList();
        }

        private boolean waits() {
            return tensors.equals(OptionalInt.of(0));
        }
    }

    /** The length of an axis that a call is given, if it is a constant. */
    public record Length(String name, OptionalLong value) {}

    /**
     * What is wrong with a call.
     *
     * @param text that of the exception, without shapes and lines of the program
     */
    public record Mistake(Kind kind, String text) {}

    /** The mistake that makes the call fail whatever the tensors are, if there is one. */
    public static Optional<Mistake> mistake(Use use) {
        try {
            check(use);
            return Optional.empty();
        } catch (EinopsException e) {
            return isCertain(e, use) ? Optional.of(new Mistake(e.kind(), text(e, use))) : Optional.empty();
        }
    }

    private static void check(Use use) {
        Call call = call(use.operation, use);
        switch (use.operation) {
            case "rearrange", "rearrangeAll" -> arrangement(Operation.REARRANGE, call, use);
            case "reduce" -> arrangement(Operation.REDUCE, call, use);
            case "repeat", "repeatAll" -> arrangement(Operation.REPEAT, call, use);
            case "einsum", "einsumPath" -> einsum(call("einsum", use), use);
            case "softmax", "logSoftmax", "sort", "argsort", "cumulative", "flip", "roll" ->
                    Marking.each(call, use.axes(), shapes(call, Parser.shortPattern(call), use).getFirst());
            case "getAt" -> indexing(Access.GET, call, use);
            case "setAt" -> indexing(Access.SET, call, use);
            case "addAt" -> indexing(Access.ADD, call, use);
            case "pack", "unpack" -> PackPattern.parse(call);
            case "parseShape", "check" -> shapes(call, use);
            case "EinMix.init" -> MixPattern.parse(call);
            default -> {
                // An operation whose patterns are checked when the program runs.
            }
        }
    }

    private static Call call(String operation, Use use) {
        return new Call(operation, use.pattern, List.of()).with(use.axes());
    }

    private static void arrangement(Operation operation, Call call, Use use) {
        if (use.reduction != null && !Einops.REDUCTIONS.contains(use.reduction)) {
            // It looks at the reduction first.
            Einops.reduce(new byte[1], use.pattern, use.reduction);
        }
        Prepared prepared = Prepared.of(operation, reduction(use), use.axes(), call, use.tensors.orElse(0));
        if (use.waits()) {
            prepared.ofOneTensor();
        } else if (!use.operation.endsWith("All")) {
            prepared.ofOneResult();
        }
        // One that waits for tensors may be there for its inverse only, which merges what this would split.
        Repeats.Expanded expanded = Repeats.expand(call, Planner.parse(operation, call), use.axes(), null);
        if (use.complete && !use.waits() && expanded.pattern().inputs().size() == 1) {
            Set<String> given = expanded.axes().stream().map(Axis::name).collect(Collectors.toSet());
            expanded.pattern().input().withoutBrackets().items()
                    .forEach(item -> checkSplit(call, item, given));
        }
    }

    private static Reduction.@Nullable Named reduction(Use use) {
        return Arrays.stream(Reduction.Named.values()).filter(named -> named.toString().equals(use.reduction))
                .findFirst().orElse(null);
    }

    /** That at most one length of a group is to be inferred. */
    static void checkSplit(Call call, Expr item, Set<String> given) {
        List<String> unknown = names(item).filter(name -> name.length()
                .isEmpty() && !given.contains(name.name()))
                .map(Expr.Name::name).toList();
        if (item instanceof Expr.Group && unknown.size() > 1) {
            throw call.failure(Kind.AMBIGUOUS_LENGTHS, item.span(),
                    "the lengths of " + String.join(" and ", unknown) + " cannot be inferred",
                    "at most one length of a group is inferred, the others are given",
                    unknown.stream().map(name -> "axis(\"" + name + "\", …)")
                            .collect(Collectors.joining(", ", "pass all but one of ", "")));
        }
    }

    /** Plans for tensors that fit, whose axes are as long as is given, and of length 1 else. */
    private static void einsum(Call call, Use use) {
        List<long[]> shapes = new ArrayList<>(shapes(call, Parser.einsum(call), use));
        int count = use.tensors.orElse(0) == 0 ? shapes.size() : use.tensors.getAsInt();
        while (shapes.size() < count) {
            shapes.add(new long[0]);
        }
        EinsumPlanner.plan(call, use.axes(), shapes.subList(0, count));
    }

    private static void indexing(Access access, Call call, Use use) {
        List<long[]> shapes = shapes(call, Parser.shortPattern(call), use);
        // Of a list of indices it is not known how many there are, perhaps none.
        int count = use.tensors.orElse(Math.max(shapes.size(), access == Access.GET ? 1 : 2));
        if (count != shapes.size()) {
            shapes = new ArrayList<>(shapes);
            while (shapes.size() < count) {
                shapes.add(new long[0]);
            }
            shapes = shapes.subList(0, count);
        }
        Indexing.plan(access, call, use.axes(), shapes);
    }

    /** Of tensors that fit, whose axes are as long as is given, and of length 1 else. */
    private static List<long[]> shapes(Call call, Pattern pattern, Use use) {
        Repeats.Expanded expanded = Repeats.expand(call, pattern, use.axes(), null);
        List<long[]> shapes = new ArrayList<>();
        for (Pattern.Side side : expanded.pattern().inputs()) {
            shapes.add(side.withoutBrackets().items().stream()
                    .filter(item -> !(item instanceof Expr.Ellipsis))
                    .mapToLong(item -> length(item, expanded.axes())).toArray());
        }
        return shapes;
    }

    private static long length(Expr item, List<Axis> axes) {
        return switch (item) {
            case Expr.Name(var name, var length, _) -> length.orElse(axes.stream()
                    .filter(axis -> axis.name().equals(name)).mapToLong(Axis::length).findFirst().orElse(1));
            case Expr.Anonymous(var length, _) -> length;
            case Expr.Ellipsis _ -> 1;
            case Expr.Group(var parts, _) when parts.stream().anyMatch(Expr.Strided.class::isInstance) ->
                    1 + parts.stream().mapToLong(part -> (length(part, axes) - 1)
                            * (part instanceof Expr.Strided strided ? strided.stride() : 1)).sum();
            case Expr.Group(var parts, _) -> parts.stream().mapToLong(part -> length(part, axes))
                    .reduce(1, (a, b) -> a * b);
            case Expr.Bracket(var parts, _) -> parts.stream().mapToLong(part -> length(part, axes))
                    .reduce(1, (a, b) -> a * b);
            case Expr.Sum(var terms, _) -> terms.stream().mapToLong(term -> length(term, axes)).sum();
            case Expr.Repeated(var part, _) -> length(part, axes);
            case Expr.Strided(var axis, _, _) -> length(axis, axes);
        };
    }

    private static void shapes(Call call, Use use) {
        List<Pattern.Side> sides = Parser.shapes(call);
        Planner.checkCount(call, new Pattern(use.pattern, sides, List.of()),
                use.tensors.orElse(sides.size()));
        List<Expr> items = sides.stream().flatMap(side -> side.items().stream()).toList();
        // A length of what is skipped is none.
        List<Axis> axes = use.axes().stream().filter(axis -> !axis.name().equals("_")).toList();
        new Lengths(call).give(axes, items.stream().flatMap(PatternCheck::names)
                .map(Elementary::of).toList());
    }

    private static Stream<Expr.Name> names(Expr item) {
        return new Pattern.Side(List.of(item), item.span()).all(expr -> expr instanceof Expr.Name).stream()
                .map(Expr.Name.class::cast);
    }

    /** Whether the failure does not depend on what is not known yet. */
    private static boolean isCertain(EinopsException e, Use use) {
        if (e.kind() == Kind.LENGTH_MISSING || e.kind() == Kind.AXIS_UNUSED) {
            return use.complete;
        }
        // Where brackets may be on the right depends on the reduction.
        if (e.kind() == Kind.MISPLACED_BRACKET && use.operation.equals("reduce") && use.reduction == null) {
            return false;
        }
        // Other failures of lengths may come from those that were made up.
        boolean arranges = ARRANGEMENTS.contains(use.operation);
        return arranges || !(e instanceof EinopsException.Size) || e.kind() == Kind.NEGATIVE_LENGTH;
    }

    /** The exception's text without what was made up, and without the line of the program. */
    private static String text(EinopsException e, Use use) {
        Set<String> constant = new HashSet<>();
        Set<String> variable = new HashSet<>();
        use.lengths.forEach(each -> (each.value.isPresent() ? constant : variable).add(each.name));
        constant.removeAll(variable);
        return String.valueOf(e.getMessage()).lines().filter(line -> !line.startsWith("  at:    "))
                .map(line -> line.startsWith("  known: ") ? known(line, constant) : line)
                .map(line -> e.kind() == Kind.AXIS_GIVEN_TWICE && !variable.isEmpty()
                        ? line.replaceFirst(" is given twice, as -?\\d+ and as -?\\d+$", " is given twice")
                        : line)
                .filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }

    private static String known(String line, Set<String> constant) {
        String lengths = Arrays.stream(line.substring("  known: ".length()).split(", "))
                .filter(each -> constant.contains(each.substring(0, each.indexOf(' '))))
                .collect(Collectors.joining(", "));
        return lengths.isEmpty() ? "" : "  known: " + lengths;
    }
}

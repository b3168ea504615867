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
        Call call = new Call(use.operation, use.pattern, List.of());
        switch (use.operation) {
            case "rearrange" -> arrangement(Operation.REARRANGE, call, use);
            case "reduce" -> arrangement(Operation.REDUCE, call, use);
            case "repeat" -> arrangement(Operation.REPEAT, call, use);
            case "einsum", "einsumPath" -> einsum(new Call("einsum", use.pattern, List.of()), use);
            case "pack", "unpack" -> PackPattern.parse(call);
            case "parseShape", "check" -> shapes(call, use);
            case "EinMix.init" -> Parser.oneToOne(call);
            default -> {
                // An operation whose patterns are checked when the program runs.
            }
        }
    }

    private static void arrangement(Operation operation, Call call, Use use) {
        if (use.reduction != null && !Einops.REDUCTIONS.contains(use.reduction)) {
            // It looks at the reduction first.
            Einops.reduce(new byte[1], use.pattern, use.reduction);
        }
        Planner.check(operation, use.axes(), call);
        // One that waits for tensors may be there for its inverse only, which merges what this would split.
        if (use.complete && !use.waits()) {
            Set<String> given = use.lengths.stream().map(Length::name).collect(Collectors.toSet());
            Parser.oneToOne(call).input().items().forEach(item -> checkSplit(call, item, given));
        }
    }

    /** That at most one length of a group is to be inferred. */
    private static void checkSplit(Call call, Expr item, Set<String> given) {
        List<String> unknown = names(item).map(Expr.Name::name).filter(name -> !given.contains(name))
                .toList();
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
        Pattern pattern = Parser.manyToOne(call);
        List<Axis> axes = use.axes();
        List<long[]> shapes = new ArrayList<>();
        for (Pattern.Side side : pattern.inputs()) {
            shapes.add(side.items().stream().filter(item -> !(item instanceof Expr.Ellipsis))
                    .mapToLong(item -> length(item, axes)).toArray());
        }
        int count = use.tensors.orElse(0) == 0 ? shapes.size() : use.tensors.getAsInt();
        while (shapes.size() < count) {
            shapes.add(new long[0]);
        }
        EinsumPlanner.plan(call, axes, shapes.subList(0, count));
    }

    private static long length(Expr item, List<Axis> axes) {
        return switch (item) {
            case Expr.Name(var name, _) -> axes.stream().filter(axis -> axis.name().equals(name))
                    .mapToLong(Axis::length).findFirst().orElse(1);
            case Expr.Anonymous(var length, _) -> length;
            case Expr.Ellipsis _ -> 1;
            case Expr.Group(var parts, _) -> parts.stream().mapToLong(part -> length(part, axes))
                    .reduce(1, (a, b) -> a * b);
        };
    }

    private static void shapes(Call call, Use use) {
        // A list of one tensor has no commas, but that there is one is seldom known.
        boolean several = use.tensors.isEmpty() || use.tensors.getAsInt() > 1;
        List<Pattern.Side> sides = Parser.shapes(call, several);
        if (use.tensors.orElse(sides.size()) != sides.size()) {
            throw call.failure(Kind.OPERAND_COUNT, call.all(), "there are " + use.tensors.getAsInt()
                    + " tensors, the pattern is for " + sides.size(), "commas separate the tensors' axes",
                    "write the axes of each tensor, in order");
        }
        List<Expr> items = sides.stream().flatMap(side -> side.items().stream()).toList();
        // A length of what is skipped is none.
        List<Axis> axes = use.axes().stream().filter(axis -> !axis.name().equals("_")).toList();
        new Lengths(call).give(axes, items.stream().flatMap(PatternCheck::names)
                .map(Elementary::of).toList());
    }

    private static Stream<Expr.Name> names(Expr item) {
        return switch (item) {
            case Expr.Name name -> Stream.of(name);
            case Expr.Group(var parts, _) -> parts.stream().flatMap(PatternCheck::names);
            case Expr.Anonymous _, Expr.Ellipsis _ -> Stream.empty();
        };
    }

    /** Whether the failure does not depend on what is not known yet. */
    private static boolean isCertain(EinopsException e, Use use) {
        if (e.kind() == Kind.LENGTH_MISSING || e.kind() == Kind.AXIS_UNUSED) {
            return use.complete;
        }
        // Other failures of an einsum's lengths may come from those that were made up.
        return !(use.operation.startsWith("einsum") && e instanceof EinopsException.Size
                && e.kind() != Kind.NEGATIVE_LENGTH);
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

package ricci.compiler;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import ricci.ir.Atom;

/**
 * What the steps of a loop, or the runs of a program, need not do again, as it depends on nothing that
 * changes: weights that are packed for products, above all.
 *
 * @param actions those that run once before the others
 * @param count how many run once
 * @param kept what these write, which the others find
 */
record Once(List<Plan.Action> actions, int count, Set<Atom.Var> kept) {
    Once {
        actions = List.copyOf(actions);
        kept = Set.copyOf(kept);
    }

    /**
     * Finds it.
     *
     * @param constants what is the same in all steps
     * @param given what is no temporary: inputs and results
     */
    static Once of(List<Plan.Action> actions, List<Atom.Var> constants, Set<Atom.Var> given) {
        if (constants.isEmpty()) {
            return new Once(actions, 0, Set.of());
        }
        List<Access> all = actions.stream().map(Access::of).toList();
        Set<Integer> once = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).isCall) {
                once.add(i);
            }
        }
        return of(actions, all, once, constants, given, _ -> true);
    }

    /**
     * Finds it in the runs of a program: what is made of one constant alone. Only operands that are copied
     * for products, or the like, are kept, which take about as much memory as the constants themselves.
     *
     * @param sources of each action, as {@link Kept#sources} says
     */
    static Once ofRuns(List<Plan.Action> actions, List<List<Integer>> sources, List<Atom.Var> constants,
            Set<Atom.Var> given) {
        Set<Integer> once = new HashSet<>();
        for (int i = 0; i < actions.size(); i++) {
            if (!sources.get(i).isEmpty()) {
                once.add(i);
            }
        }
        return once.isEmpty() ? new Once(actions, 0, Set.of())
                : of(actions, actions.stream().map(Access::of).toList(), once, constants, given,
                        Alone::isTemporary);
    }

    private static Once of(List<Plan.Action> actions, List<Access> all, Set<Integer> once,
            List<Atom.Var> constants, Set<Atom.Var> given, Predicate<Atom.Var> mayBeKept) {
        while (once.removeIf(i -> !isOnce(all, once, i, constants, given)
                || all.get(i).writes.stream().anyMatch(v -> isRead(all, once, v) && !mayBeKept.test(v)))) {
            // Whether one may be taken out depends on which others are.
        }
        Set<Atom.Var> kept = new HashSet<>();
        once.forEach(i -> all.get(i).writes.stream().filter(v -> isRead(all, once, v)).forEach(kept::add));
        List<Plan.Action> ordered = new ArrayList<>();
        for (boolean isOnce : new boolean[] {true, false}) {
            for (int i = 0; i < actions.size(); i++) {
                if (once.contains(i) == isOnce) {
                    ordered.add(actions.get(i));
                }
            }
        }
        return new Once(ordered, once.size(), kept);
    }

    /** Whether those read something that do not run once. */
    private static boolean isRead(List<Access> all, Set<Integer> once, Atom.Var v) {
        return IntStream.range(0, all.size()).filter(i -> !once.contains(i))
                .anyMatch(i -> all.get(i).reads.contains(v));
    }

    /** What an action reads, or writes over a part of, and what it writes. */
    private record Access(boolean isCall, Set<Atom.Var> reads, Set<Atom.Var> writes) {
        static Access of(Plan.Action action) {
            return switch (action) {
                case Plan.Action.Run(var launch, _) ->
                        of(launch, new HashSet<>(InPlace.written(launch)));
                case Plan.Action.Together _ -> throw new IllegalArgumentException("comes later");
                case Plan.Action.Perform(var routine, _) -> of(routine,
                        Launches.variables(routine.memory().subList(routine.reads(),
                                routine.memory().size())));
                case Plan.Action.Interpret(var e, var operands) -> of(operands, e.results());
                case Plan.Action.Enter(var e, var operands, _, _) -> of(operands, e.results());
                case Plan.Action.Step(var e, var operands, _, _, _, _) -> of(operands, e.results());
            };
        }

        private static Access of(Call call, Set<Atom.Var> writes) {
            Set<Atom.Var> reads = Launches.variables(call.memory());
            reads.removeAll(writes);
            return new Access(true, reads, writes);
        }

        private static Access of(List<Atom> operands, List<Atom.Var> results) {
            Set<Atom.Var> reads = new HashSet<>();
            for (Atom operand : operands) {
                if (operand instanceof Atom.Var v) {
                    reads.add(v);
                }
            }
            return new Access(false, reads, new HashSet<>(results));
        }
    }

    /** Whether number {@code i} may run once, if all others of {@code once} do. */
    private static boolean isOnce(List<Access> all, Set<Integer> once, int i, List<Atom.Var> constants,
            Set<Atom.Var> given) {
        for (Atom.Var read : all.get(i).reads) {
            if (!constants.contains(read) && (given.contains(read) || !isKept(all, once, read))) {
                return false;
            }
        }
        return all.get(i).writes.stream().allMatch(v -> !given.contains(v) && isKept(all, once, v));
    }

    /** Whether all that write something run once, and nobody else wants it before the last of them. */
    private static boolean isKept(List<Access> all, Set<Integer> once, Atom.Var v) {
        boolean isRead = false;
        for (int i = 0; i < all.size(); i++) {
            boolean isOnce = once.contains(i);
            if (all.get(i).writes.contains(v) && (!isOnce || isRead)) {
                return false;
            }
            isRead |= !isOnce && all.get(i).reads.contains(v);
        }
        return true;
    }
}

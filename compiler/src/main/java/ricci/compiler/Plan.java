package ricci.compiler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.loop.Kernel;

/**
 * What running a program is: actions in order, and where each tensor lies.
 *
 * @param inputs the program's
 * @param once how many of the actions, the first ones, need not run again when the plan does, as in a loop
 * @param kept what these make of inputs that are the same in many runs; none of a loop's body
 * @param results constants, or what holds them
 * @param reusable for each result, the inputs over which it may be written, if nobody else needs them
 * @param arena bytes of memory for all that is needed on the way
 * @param scratch bytes that each thread needs for itself
 */
record Plan(List<Atom.Var> inputs, List<Action> actions, int once, List<Kept> kept, List<Atom> results,
        Map<Atom.Var, Room> rooms, List<List<Integer>> reusable, long arena, long scratch) {
    Plan {
        inputs = List.copyOf(inputs);
        actions = List.copyOf(actions);
        kept = List.copyOf(kept);
        results = List.copyOf(results);
        rooms = Map.copyOf(rooms);
        reusable = List.copyOf(reusable);
    }

    /** Bytes of the results that are made anew, if no input's memory is used again. */
    long made() {
        return rooms.entrySet().stream().filter(e -> e.getValue() instanceof Room.Result)
                .mapToLong(e -> Nest.bytes(e.getKey().type())).sum();
    }

    /** The actions in order, one by one. */
    List<Action> single() {
        return actions.stream().flatMap(action -> action instanceof Action.Together(var runs)
                ? runs.stream() : Stream.of(action)).toList();
    }

    /** One thing to do. */
    sealed interface Action {
        /**
         * Runs a kernel.
         *
         * @param shared where in the arena each buffer lies that is scratch for all threads together; -1 if
         *     it is none
         */
        record Run(Launch launch, List<Long> shared) implements Action {}

        /** Runs kernels at once, of which none needs what another writes. */
        record Together(List<Run> runs) implements Action {
            public Together {
                runs = List.copyOf(runs);
            }

            /** The calls of each kernel. */
            List<List<Launch>> byKernel() {
                Map<Kernel, List<Launch>> calls = new LinkedHashMap<>();
                runs.forEach(run -> calls.computeIfAbsent(run.launch().kernel(), _ -> new ArrayList<>())
                        .add(run.launch()));
                return List.copyOf(calls.values());
            }

            /** What follows the name of the first kernel: how often it is called, and how many others are. */
            String others() {
                int calls = byKernel().getFirst().size();
                int others = byKernel().size() - 1;
                return (calls == 1 ? "" : ", " + calls + " times") + (others == 0 ? ""
                        : (calls == 1 ? " and " : ", and ") + others + (others == 1 ? " other" : " others"));
            }
        }

        /**
         * Runs code that was not generated.
         *
         * @param shared as that of {@link Run}
         */
        record Perform(Routine routine, List<Long> shared) implements Action {}

        /** Runs an equation in the interpreter. */
        record Interpret(Equation equation, List<Atom> operands) implements Action {}

        /**
         * Runs an equation whose meaning is that of programs inside of it.
         *
         * @param nest the plans of these programs
         * @param memory where in the arena the memory of the nest begins
         */
        record Enter(Equation equation, List<Atom> operands, Nest nest, long memory) implements Action {}

        /**
         * Runs a loop that is one kernel.
         *
         * @param shared as that of {@link Run}
         * @param nest the same loop as several, for the condition before the first step
         * @param memory where in the arena the memory of the nest begins
         */
        record Step(Equation equation, List<Atom> operands, Weave weave, List<Long> shared, Nest nest,
                long memory) implements Action {}
    }

    /** Where a tensor lies. */
    sealed interface Room {
        /** What the caller gave. */
        record Input(int index) implements Room {}

        /** Where the caller wants it. */
        record Result() implements Room {}

        /** Where that result will be, which is written over it. */
        record Under(Atom.Var result) implements Room {}

        /** In the arena, so many bytes from its start. */
        record Arena(long offset) implements Room {}

        /** In what is kept of some inputs, so many bytes from its start. */
        record Beside(List<Integer> inputs, long offset) implements Room {}
    }
}

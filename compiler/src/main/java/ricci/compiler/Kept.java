package ricci.compiler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ricci.ir.Atom;
import ricci.loop.Kernel;
import ricci.runtime.Pool;

/**
 * What is made of an input that is the same in many runs, or of a few of these, and kept beside the largest:
 * weights that are packed for products, perhaps with their scale. Whichever program makes the same of them
 * finds it there, and it is gone when the input is. Of those that are made of the same input and of different
 * others, the first one stays.
 *
 * @param inputs their numbers, that of the largest one first
 * @param actions how many of the plan's make it, after those of inputs before
 * @param bytes of all of it
 * @param how equal for those who make the same
 */
record Kept(List<Integer> inputs, int actions, long bytes, How how) {
    /** If more than this part of all memory is in use, what could be kept is made again in each run. */
    private static final int SHARE = 2;

    /** All calls of kernels, and where in memory is what they write. Is looked for in each run. */
    static final class How {
        private final List<Object> calls;
        private final int hash;

        private How(List<Object> calls) {
            this.calls = List.copyOf(calls);
            this.hash = this.calls.hashCode();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof How how && hash == how.hash && calls.equals(how.calls);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** A call, of which names of tensors are not part, nor what it counts for. */
    private record Making(Kernel kernel, List<Long> sizes, long turns, List<Object> memory) {}

    /** Whether there is room for what has been made, which is in use already, to be kept. */
    static boolean isAffordable(Pool.State memory) {
        return memory.inUse() <= memory.limit() / SHARE;
    }

    /** The input that it is kept beside, the largest one. */
    int input() {
        return inputs.getFirst();
    }

    /** The others. */
    List<Integer> others() {
        return inputs.subList(1, inputs.size());
    }

    /**
     * The numbers of the constants that each action depends on, the largest one first; none if it depends on
     * anything else, is no kernel, or reads what is made of some of these constants alone, as that is kept by
     * itself.
     */
    static List<List<Integer>> sources(List<Plan.Action> actions, List<Atom.Var> constants) {
        Map<Atom.Var, List<Integer>> sources = new HashMap<>();
        for (int i = 0; i < constants.size(); i++) {
            sources.put(constants.get(i), List.of(i));
        }
        List<List<Integer>> all = new ArrayList<>();
        for (Plan.Action action : actions) {
            List<Integer> source = List.of();
            if (action instanceof Plan.Action.Run(var launch, _)) {
                List<Atom.Var> written = InPlace.written(launch);
                List<Atom.Var> read = Launches.variables(launch.memory()).stream()
                        .filter(v -> !written.contains(v) || sources.containsKey(v)).toList();
                List<Integer> union = read.stream().flatMap(v ->
                        sources.getOrDefault(v, List.of()).stream()).distinct()
                        .sorted(Comparator.comparingLong((Integer i) -> -Nest.bytes(constants.get(i).type()))
                                .thenComparingInt(i -> i)).toList();
                boolean isMade = read.stream().allMatch(v -> sources.getOrDefault(v, List.of()).equals(union)
                        || constants.contains(v));
                source = isMade ? union : source;
                List<Integer> known = source;
                written.forEach(v -> sources.put(v, known));
            }
            all.add(source);
        }
        return all;
    }

    /**
     * What actions of some inputs keep.
     *
     * @param inputs their numbers, that of the largest one first
     * @param constants all that there are
     * @param launches in order
     * @param kept what others read; is given its place in {@code rooms}
     */
    static Kept of(List<Integer> inputs, List<Atom.Var> constants, List<Launch> launches,
            Set<Atom.Var> kept, Map<Atom.Var, Plan.Room> rooms) {
        Map<Atom.Var, Object> names = new HashMap<>();
        List<Object> calls = new ArrayList<>();
        long bytes = 0;
        for (Launch launch : launches) {
            List<Object> memory = new ArrayList<>();
            for (Launch.Memory each : launch.memory()) {
                if (each instanceof Launch.Memory.Of(var v)) {
                    if (kept.contains(v) && !names.containsKey(v)) {
                        Plan.Room room = new Plan.Room.Beside(inputs, bytes);
                        rooms.put(v, room);
                        bytes += Launches.aligned(Nest.bytes(v.type()));
                    }
                    names.putIfAbsent(v, names.size());
                    memory.addAll(List.of(names.get(v), v.type(), kept.contains(v)));
                } else {
                    memory.add(each);
                }
            }
            calls.add(new Making(launch.kernel(), launch.sizes(), launch.turns(), memory));
        }
        // Which is which matters, if there are several.
        calls.add(inputs.stream().map(i -> names.getOrDefault(constants.get(i), -1)).toList());
        return new Kept(inputs, launches.size(), bytes, new How(calls));
    }
}

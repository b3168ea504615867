package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ricci.ir.Atom;
import ricci.loop.Kernel;
import ricci.runtime.Pool;

/**
 * What is made of one input that is the same in many runs, and kept beside it: weights that are packed for
 * products. Whichever program makes the same of it finds it there, and it is gone when the input is.
 *
 * @param input its number
 * @param actions how many of the plan's make it, after those of inputs before
 * @param bytes of all of it
 * @param how equal for those who make the same
 */
record Kept(int input, int actions, long bytes, How how) {
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

    /**
     * The number of the only constant that each action depends on; negative if there is none, or another one,
     * or it is no kernel.
     */
    static List<Integer> sources(List<Plan.Action> actions, List<Atom.Var> constants) {
        Map<Atom.Var, Integer> sources = new HashMap<>();
        for (int i = 0; i < constants.size(); i++) {
            sources.put(constants.get(i), i);
        }
        List<Integer> all = new ArrayList<>();
        for (Plan.Action action : actions) {
            int source = -1;
            if (action instanceof Plan.Action.Run(var launch, _)) {
                List<Atom.Var> written = InPlace.written(launch);
                Set<Integer> read = new HashSet<>();
                for (Atom.Var v : Launches.variables(launch.memory())) {
                    if (!written.contains(v) || sources.containsKey(v)) {
                        read.add(sources.getOrDefault(v, -1));
                    }
                }
                source = read.size() == 1 ? read.iterator().next() : -1;
                int known = source;
                written.forEach(v -> sources.put(v, known));
            }
            all.add(source);
        }
        return all;
    }

    /**
     * What an input's actions keep.
     *
     * @param launches in order
     * @param kept what others read; is given its place in {@code rooms}
     */
    static Kept of(int input, List<Launch> launches, Set<Atom.Var> kept, Map<Atom.Var, Plan.Room> rooms) {
        Map<Atom.Var, Object> names = new HashMap<>();
        List<Object> calls = new ArrayList<>();
        long bytes = 0;
        for (Launch launch : launches) {
            List<Object> memory = new ArrayList<>();
            for (Launch.Memory each : launch.memory()) {
                if (each instanceof Launch.Memory.Of(var v)) {
                    if (kept.contains(v) && !names.containsKey(v)) {
                        Plan.Room room = new Plan.Room.Beside(input, bytes);
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
        return new Kept(input, launches.size(), bytes, new How(calls));
    }
}

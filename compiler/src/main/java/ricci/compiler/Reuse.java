package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;

/**
 * Which tensors are written over others that nobody needs any more: over what was computed on the way, and,
 * if they are given to the executable, over its inputs.
 */
final class Reuse {
    private final List<Plan.Action> actions;
    private final Map<Atom.Var, Life> lives;
    private final Map<Atom.Var, Plan.Room> rooms;
    private final Map<Atom.Var, Atom.Var> over = new HashMap<>();
    private final Map<Atom.Var, Atom.Var> under = new HashMap<>();

    /** From the first to the last action that uses something. */
    record Life(int first, int last, long bytes) {
        boolean overlaps(Life other) {
            return first <= other.last && other.first <= last;
        }

        Life union(Life other) {
            return new Life(Math.min(first, other.first), Math.max(last, other.last),
                    Math.max(bytes, other.bytes));
        }
    }

    private Reuse(List<Plan.Action> actions, Map<Atom.Var, Life> lives, Map<Atom.Var, Plan.Room> rooms) {
        this.actions = actions;
        this.lives = lives;
        this.rooms = rooms;
    }

    /**
     * What may be reused.
     *
     * @param lives of all variables that are in memory
     * @param rooms of those that are not in the arena
     */
    static Reuse of(List<Plan.Action> actions, Map<Atom.Var, Life> lives, Map<Atom.Var, Plan.Room> rooms) {
        Reuse reuse = new Reuse(actions, lives, rooms);
        for (int i = 0; i < actions.size(); i++) {
            for (Launch launch : launches(actions.get(i))) {
                reuse.find(i, launch);
            }
        }
        return reuse;
    }

    /** The kernels that run at once. */
    private static List<Launch> launches(Plan.Action action) {
        return switch (action) {
            case Plan.Action.Run(var launch, _) -> List.of(launch);
            case Plan.Action.Together(var runs) -> runs.stream().map(Plan.Action.Run::launch).toList();
            case Plan.Action.Perform _, Plan.Action.Interpret _, Plan.Action.Enter _, Plan.Action.Step _ ->
                    List.of();
        };
    }

    /** Whether an action stays what it is if {@code written} lies where {@code read} does. */
    private boolean isSafe(int number, Atom.Var read, Atom.Var written) {
        List<Launch> launches = launches(actions.get(number)).stream()
                .filter(launch -> accesses(launch, read) || accesses(launch, written)).toList();
        return launches.size() == 1 && InPlace.isSafe(launches.getFirst(), read, written);
    }

    private static boolean accesses(Launch launch, Atom.Var v) {
        return launch.memory().contains(new Launch.Memory.Of(v));
    }

    private void find(int number, Launch launch) {
        for (Atom.Var written : InPlace.written(launch)) {
            for (Launch.Memory memory : launch.memory()) {
                if (memory instanceof Launch.Memory.Of(var read) && !over.containsKey(written)
                        && begins(written, number) && ends(read, number) && size(read) == size(written)
                        && isSafe(number, read, written)) {
                    over.put(written, read);
                    under.put(read, written);
                }
            }
        }
    }

    private boolean begins(Atom.Var v, int number) {
        Life life = lives.get(v);
        return life != null && life.first == number
                && (!rooms.containsKey(v) || rooms.get(v) instanceof Plan.Room.Result);
    }

    private boolean ends(Atom.Var v, int number) {
        Life life = lives.get(v);
        return life != null && life.first < number && life.last == number && !rooms.containsKey(v)
                && !under.containsKey(v);
    }

    private static long size(Atom.Var v) {
        return Nest.bytes(v.type());
    }

    /** What is written last where {@code v} is. */
    Atom.Var last(Atom.Var v) {
        Atom.Var last = v;
        for (Atom.Var next = v; next != null; next = under.get(next)) {
            last = next;
        }
        return last;
    }

    private Atom.Var first(Atom.Var v) {
        Atom.Var first = v;
        for (Atom.Var earlier = v; earlier != null; earlier = over.get(earlier)) {
            first = earlier;
        }
        return first;
    }

    /** The inputs, by their numbers, over each of which a result may be written. */
    List<Integer> inputs(Atom.Var result, List<Atom.Var> inputs, List<Atom> results) {
        Atom.Var first = first(result);
        Life life = lives.get(first);
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < inputs.size() && life != null; i++) {
            Atom.Var input = inputs.get(i);
            if (size(input) == size(result) && !results.contains(input) && isFree(input, first, life)) {
                all.add(i);
            }
        }
        return all;
    }

    private boolean isFree(Atom.Var input, Atom.Var first, Life life) {
        @Nullable Life read = lives.get(input);
        return read == null || read.last < life.first || (read.last == life.first
                && isSafe(life.first, input, first));
    }
}

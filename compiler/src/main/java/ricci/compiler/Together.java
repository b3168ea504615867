package ricci.compiler;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.loop.Bounds;

/**
 * Finds kernels that follow one another and need nothing of one another, such as an optimizer's for each
 * tensor of a tree, or the whole tiles of a product and those at its edge. Threads then meet after all of
 * them, not after each; and small ones share the threads that none would be worth by itself.
 *
 * <p>As what they need is in memory at once, only small kernels join others.
 */
final class Together {
    /** Operations on elements. */
    private static final long SMALL = 1 << 20;

    private final List<Plan.Action> actions = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private final Set<Atom.Var> read = new HashSet<>();
    private final Set<Atom.Var> written = new HashSet<>();
    private long work;

    private Together() {}

    /** The actions, some of them as one. */
    static List<Plan.Action> of(List<Plan.Action> actions) {
        Together together = new Together();
        for (Plan.Action action : actions) {
            if (action instanceof Plan.Action.Run run) {
                together.add(new Part(run));
            } else {
                together.end();
                together.actions.add(action);
            }
        }
        together.end();
        return together.actions;
    }

    private void add(Part part) {
        Launch launch = part.run.launch();
        if (Math.min(work, launch.work()) > SMALL || !isIndependent(part)) {
            end();
        }
        parts.add(part);
        read.addAll(part.all);
        written.addAll(part.written);
        work += launch.work();
    }

    private void end() {
        List<Plan.Action.Run> runs = parts.stream().map(Part::run).toList();
        if (runs.size() == 1) {
            actions.add(runs.getFirst());
        } else if (!runs.isEmpty()) {
            actions.add(new Plan.Action.Together(runs));
        }
        parts.clear();
        read.clear();
        written.clear();
        work = 0;
    }

    private boolean isIndependent(Part part) {
        List<Atom.Var> both = new ArrayList<>();
        for (Atom.Var v : part.all) {
            if (written.contains(v) && part.written.contains(v)) {
                both.add(v);
            } else if (written.contains(v) || (part.written.contains(v) && read.contains(v))) {
                return false;
            }
        }
        return both.stream().allMatch(v -> parts.stream().allMatch(other -> part.isApart(other, v)));
    }

    /**
     * One of them.
     *
     * @param all that it reads or writes
     */
    private record Part(Plan.Action.Run run, Set<Atom.Var> all, Set<Atom.Var> written) {
        Part(Plan.Action.Run run) {
            this(run, Launches.variables(run.launch().memory()),
                    new HashSet<>(InPlace.written(run.launch())));
        }

        /** Whether no thread writes to {@code v} where one that runs the other may read or write. */
        boolean isApart(Part other, Atom.Var v) {
            if (!all.contains(v) || !other.all.contains(v)
                    || (!written.contains(v) && !other.written.contains(v))) {
                return true;
            }
            Bounds.Bytes mine = reach(v);
            Bounds.Bytes others = other.reach(v);
            return mine != null && others != null
                    && (mine.to() <= others.from() || others.to() <= mine.from());
        }

        private Bounds.@Nullable Bytes reach(Atom.Var v) {
            Launch launch = run.launch();
            int buffer = launch.memory().indexOf(new Launch.Memory.Of(v));
            if (buffer != launch.memory().lastIndexOf(new Launch.Memory.Of(v))) {
                return null;
            }
            try {
                return Bounds.reach(launch.kernel(), Launches.sizes(launch)).get(buffer);
            } catch (ArithmeticException e) {
                return null;
            }
        }
    }
}

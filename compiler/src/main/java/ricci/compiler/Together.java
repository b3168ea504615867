package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.loop.Bounds;
import ricci.loop.Kernel;

/**
 * Finds kernels that follow one another and need nothing of one another, such as an optimizer's for each
 * tensor of a tree, or the whole tiles of a product and those at its edge. Threads then meet after all of
 * them, not after each; and small ones share the threads that none would be worth by itself.
 *
 * <p>As what they need is in memory at once, only small kernels join any others. Calls of one kernel, however
 * large, are joined if that takes no more memory than one after the other: if they make hardly anything on
 * the way; if they read nothing large both, as the last of them could write over it; and if each can itself
 * write over what it reads that is as large as what the others write.
 */
final class Together {
    /** Operations on elements, or bytes. */
    private static final long SMALL = 1 << 20;

    private final Set<Atom.Var> placed;
    private final Map<Atom.Var, Atom.Var> carried;
    private final List<Plan.Action> actions = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private final Set<Atom.Var> read = new HashSet<>();
    private final Set<Atom.Var> written = new HashSet<>();
    /** The sizes of what only others could write over, later. */
    private final Set<Long> left = new HashSet<>();
    private long work;
    /** Of each kernel's calls, that need little memory. */
    private final Map<Kernel, Long> works = new HashMap<>();

    private Together(Set<Atom.Var> placed, Map<Atom.Var, Atom.Var> carried) {
        this.placed = placed;
        this.carried = carried;
    }

    /**
     * The actions, some of them as one.
     *
     * @param placed what has a place already, such as arguments and results; all else is made on the way
     * @param carried of a loop's body, the input over which alone a result is to be written, if it may be
     */
    static List<Plan.Action> of(List<Plan.Action> actions, Set<Atom.Var> placed,
            Map<Atom.Var, Atom.Var> carried) {
        Together together = new Together(placed, carried);
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
        boolean makesLittle = part.made(placed) <= SMALL;
        Launch launch = part.run.launch();
        long others = makesLittle && !needsMore(part) ? work - works.getOrDefault(launch.kernel(), 0L) : work;
        if (Math.min(others, launch.work()) > SMALL || !isIndependent(part)) {
            end();
        }
        parts.add(part);
        read.addAll(part.all);
        written.addAll(part.written);
        part.left().forEach(left::add);
        work += launch.work();
        if (makesLittle) {
            works.merge(launch.kernel(), launch.work(), Long::sum);
        }
    }

    /** Whether one that runs after the others could write over what these have read. */
    private boolean needsMore(Part part) {
        return part.large().anyMatch(read::contains)
                || part.written.stream().anyMatch(v -> left.contains(Nest.bytes(v.type()))
                        || read.contains(carried.get(v)));
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
        left.clear();
        works.clear();
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

        /** The bytes that it needs for what has no place yet. */
        long made(Set<Atom.Var> placed) {
            return run.launch().memory().stream().filter(memory -> switch (memory) {
                case Launch.Memory.Of(var v) -> written.contains(v) && !placed.contains(v);
                case Launch.Memory.Scratch(_, _, var isPerThread) -> !isPerThread;
            }).mapToLong(Launches::bytes).sum();
        }

        /** What it only reads, if that is large. */
        Stream<Atom.Var> large() {
            return all.stream().filter(v -> !written.contains(v) && Nest.bytes(v.type()) > SMALL);
        }

        /** The sizes of the large ones over which it cannot write anything itself. */
        Stream<Long> left() {
            return large().filter(v -> written.stream().noneMatch(over ->
                    Nest.bytes(over.type()) == Nest.bytes(v.type())
                            && InPlace.isSafe(run.launch(), v, over))).map(v -> Nest.bytes(v.type()));
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

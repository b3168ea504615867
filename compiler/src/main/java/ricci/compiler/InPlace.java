package ricci.compiler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.loop.Access;
import ricci.loop.Expression;
import ricci.loop.Place;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Whether a kernel may write one tensor over another that it reads: if, whatever threads do, no element is
 * read after it was overwritten.
 *
 * <p>For a load and a store, that is proved by the loops that both are in. In one turn of these, the load
 * comes first. And what is accessed in different turns lies apart, since both move with each loop's counter
 * by the same stride, which is at least as wide as all that the loops with smaller strides, and those that
 * only one of the two is in, move together.
 */
final class InPlace {
    private final long[] sizes;
    private final List<Loop> around = new ArrayList<>();
    private final List<Visit> loads = new ArrayList<>();
    private final List<Visit> stores = new ArrayList<>();
    private final boolean[] isRead;
    private final boolean[] isWritten;
    private int time;

    /** An access in the order of the text, and the loops around it. */
    private record Visit(Access access, List<Loop> loops, int time) {}

    private InPlace(Launch launch, Atom.Var read, Atom.Var written) {
        sizes = Launches.sizes(launch);
        isRead = buffers(launch, read);
        isWritten = buffers(launch, written);
        visit(launch.kernel().loop());
    }

    private static boolean[] buffers(Launch launch, Atom.Var v) {
        boolean[] is = new boolean[launch.memory().size()];
        for (int i = 0; i < is.length; i++) {
            is[i] = launch.memory().get(i) instanceof Launch.Memory.Of(var variable) && variable.equals(v);
        }
        return is;
    }

    /** Whether a launch stays what it is if {@code written} lies where {@code read} does. */
    static boolean isSafe(Launch launch, Atom.Var read, Atom.Var written) {
        if (read.type().dtype().bytes() != written.type().dtype().bytes()) {
            return false;
        }
        InPlace kernel = new InPlace(launch, read, written);
        return kernel.stores.stream().noneMatch(store -> kernel.isRead[store.access.buffer()])
                && kernel.loads.stream().allMatch(load -> kernel.stores.stream()
                .allMatch(store -> kernel.isInOrder(load, store)));
    }

    /** Whether all that a launch does is to copy one tensor to another, element by element. */
    static boolean isCopy(Launch launch) {
        Loop loop = launch.kernel().loop();
        while (loop.body().size() == 1 && loop.body().getFirst() instanceof Loop inner) {
            loop = inner;
        }
        List<Statement> body = loop.body();
        return body.getLast() instanceof Statement.Store(var to, var value)
                && launch.memory().size() == 2 && loaded(body, value)
                instanceof Expression.Load(Access(var from, var storage, var place))
                && to.buffer() != from && to.storage() == storage && to.place().equals(place);
    }

    /** What the last statement of a body stores, if nothing comes before it but the definition of that. */
    private static @Nullable Expression loaded(List<Statement> body, Expression stored) {
        return body.size() == 1 ? stored
                : body.size() == 2 && body.getFirst() instanceof Statement.Let(var local, var value)
                && stored.equals(new Expression.Read(local)) ? value : null;
    }

    /** The variables that a launch writes. */
    static List<Atom.Var> written(Launch launch) {
        List<Integer> buffers = new ArrayList<>();
        stored(launch.kernel().loop(), buffers);
        return buffers.stream().distinct().map(launch.memory()::get)
                .filter(m -> m instanceof Launch.Memory.Of).map(m -> ((Launch.Memory.Of) m).variable())
                .toList();
    }

    private static void stored(Loop loop, List<Integer> buffers) {
        for (Statement statement : loop.body()) {
            switch (statement) {
                case Statement.Let _ -> { }
                case Statement.Store(var access, _) -> buffers.add(access.buffer());
                case Loop inner -> stored(inner, buffers);
            }
        }
    }

    // ---- all accesses ----

    private void visit(Loop loop) {
        loop.folds().forEach(fold -> visit(fold.first()));
        around.add(loop);
        for (Statement statement : loop.body()) {
            switch (statement) {
                case Statement.Let(_, var value) -> visit(value);
                case Statement.Store(var access, var value) -> {
                    visit(value);
                    if (isWritten[access.buffer()] || isRead[access.buffer()]) {
                        stores.add(new Visit(access, List.copyOf(around), time++));
                    }
                }
                case Loop inner -> visit(inner);
            }
        }
        loop.folds().forEach(fold -> visit(fold.next()));
        around.removeLast();
    }

    private void visit(Expression e) {
        if (e instanceof Expression.Load(var access) && isRead[access.buffer()]) {
            loads.add(new Visit(access, List.copyOf(around), time++));
        }
        e.parts().forEach(this::visit);
    }

    // ---- a load and a store ----

    @SuppressWarnings("ReferenceEquality") // The very same loop around both.
    private boolean isInOrder(Visit load, Visit store) {
        int common = 0;
        while (common < Math.min(load.loops.size(), store.loops.size())
                && load.loops.get(common) == store.loops.get(common)) {
            common++;
        }
        List<Loop> shared = load.loops.subList(0, common);
        Reach read = reach(load.access.place(), shared, load.loops.subList(common, load.loops.size()));
        Reach written = reach(store.access.place(), shared, store.loops.subList(common, store.loops.size()));
        return load.time < store.time && read != null && written != null
                && read.strides.equals(written.strides) && isApart(shared, read, written);
    }

    /**
     * What is accessed in one turn of the shared loops.
     *
     * @param strides by which that moves with each of their counters
     */
    private record Reach(List<Long> strides, long low, long high) {}

    /** Null if that is not known, as data decides it. */
    private @Nullable Reach reach(Place place, List<Loop> shared, List<Loop> inner) {
        long low = place.offset().in(sizes);
        long high = low;
        for (Place.Term term : place.terms()) {
            Loop within = loop(term.factor(), inner);
            long stride = term.stride().in(sizes);
            if (stride < 0 || (within == null && loop(term.factor(), shared) == null)) {
                return null;
            }
            high += within == null ? 0 : stride * Math.max(extent(within) - 1, 0);
        }
        return new Reach(shared.stream().map(loop -> stride(place, loop)).toList(), low, high);
    }

    private static @Nullable Loop loop(Variable factor, List<Loop> loops) {
        return loops.stream().filter(loop -> loop.counter().equals(factor)).findFirst().orElse(null);
    }

    /** Several terms may have the same factor. */
    private long stride(Place place, Loop loop) {
        return place.terms().stream().filter(term -> term.factor().equals(loop.counter()))
                .map(Place.Term::stride).mapToLong((Size stride) -> stride.in(sizes)).sum();
    }

    private long extent(Loop loop) {
        return loop.extent().in(sizes);
    }

    private boolean isApart(List<Loop> shared, Reach read, Reach written) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < shared.size(); i++) {
            if (extent(shared.get(i)) > 1) {
                order.add(i);
            }
        }
        order.sort(Comparator.comparing(read.strides::get));
        long width = Math.max(read.high, written.high) - Math.min(read.low, written.low) + 1;
        for (int i : order) {
            if (read.strides.get(i) < width) {
                return false;
            }
            width += read.strides.get(i) * (extent(shared.get(i)) - 1);
        }
        return true;
    }
}

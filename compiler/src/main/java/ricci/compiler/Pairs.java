package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * What is summed up of all pairs of rows, as in the distances of points: each row of an operand is read many
 * times, and each sum is a short one. Operands are copied first, columns becoming rows, so that the sums of
 * many pairs are next to one another, in lanes, and nothing is summed up across lanes.
 *
 * @param launches that copy
 * @param cut the same with the copies in place of what is copied
 */
record Pairs(List<Launch> launches, Fuse.Cut cut) {
    /** The copies are in the cache, and longer sums are in lanes without much loss. */
    private static final long LONGEST = 512;
    private static final long FEWEST = 128;
    /** So many times at least is each element read. */
    private static final long OFTEN = 16;
    private static final int MOST_COPIES = 2;

    /** Null if it does not pay. */
    static @Nullable Pairs of(Group group, Fuse.Cut cut, List<Atom.Var> outputs, Schedule schedule) {
        if (!schedule.isRowWise() || schedule.reduced().size() != 1 || schedule.kept().size() < 2
                || Stages.of(group, cut, outputs).count() != 1) {
            return null;
        }
        Schedule.Axis sum = schedule.reduced().getFirst();
        Schedule.Axis last = schedule.kept().getLast();
        if (sum.axes().size() != 1 || last.axes().size() != 1 || sum.length() > LONGEST
                || last.length() < FEWEST) {
            return null;
        }
        List<Launch> launches = new ArrayList<>();
        Map<Atom.Var, View> views = new HashMap<>(cut.views());
        for (Atom.Var v : read(group, cut)) {
            View view = cut.view(v);
            long[] strides = Dims.strides(view);
            long across = last.stride(strides);
            if (across == 0 || across == 1) {
                continue;
            }
            if (sum.stride(strides) != 1 || view.isLine() || !v.type().dtype().isFloat()
                    || launches.size() == MOST_COPIES
                    || elements(view) * OFTEN > Dims.size(group.lengths())) {
                return null;
            }
            views.put(v, turned(launches, group.members().getFirst(), view, sum.axes().getFirst(),
                    last.axes().getFirst()));
        }
        Fuse.Cut turned = cut.with(views);
        Schedule byColumns = Schedule.of(group, turned, outputs);
        return launches.isEmpty() || byColumns.isRowWise()
                || Strip.of(byColumns, group, turned, outputs).isEmpty() ? null : new Pairs(launches, turned);
    }

    /** What is read from memory where all elements are computed. */
    private static List<Atom.Var> read(Group group, Fuse.Cut cut) {
        return group.members().stream()
                .filter(e -> e.op() instanceof Op.Reduce
                        || group.role(e.results().getFirst()) == Group.Role.FULL)
                .flatMap(e -> e.operands().stream()).filter(a -> a instanceof Atom.Var)
                .map(a -> (Atom.Var) a).filter(v -> group.role(cut.view(v).base()) == null).distinct()
                .toList();
    }

    /** How many different elements there are. */
    private static long elements(View view) {
        return own(view).stream().mapToLong(view.shape()::length).reduce(1, (a, b) -> a * b);
    }

    /** The axes along which the elements are not the same. */
    private static List<Integer> own(View view) {
        return IntStream.range(0, view.shape().rank()).filter(axis -> view.shape().length(axis) != 1
                && view.strides().get(axis) != 0).boxed().toList();
    }

    /** A copy, seen in the same shape, with two of the group's axes last. */
    private static View turned(List<Launch> launches, Equation e, View view, int sum, int last) {
        List<Integer> longer = Dims.of(view.shape());
        List<Integer> order = new ArrayList<>(own(view));
        for (int axis : List.of(sum, last)) {
            order.removeIf(longer.get(axis)::equals);
            order.add(longer.get(axis));
        }
        Shape shape = view.shape().select(order);
        View from = new View(view.base(), shape, view.offset(),
                order.stream().map(view.strides()::get).toList(), false);
        Operand x = Operand.of(view.dtype(), from);
        Atom.Var copy = Alone.temporary(e, launches.size(), new TensorType(view.dtype(), shape));
        launches.addAll(Moves.copy("pack", x, Moves.Region.all(copy)));
        List<Long> strides = View.rowMajor(shape);
        return new View(copy, view.shape(), 0, IntStream.range(0, view.shape().rank()).mapToObj(axis ->
                order.contains(axis) ? strides.get(order.indexOf(axis)) : 0L).toList(), false);
    }
}

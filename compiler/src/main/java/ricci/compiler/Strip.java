package ricci.compiler;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.jvm.Machine;
import ricci.jvm.Workers;
import ricci.loop.Register;

/**
 * Some of the columns of what is reduced along its rows. Their sums stay in the first cache, and a few rows
 * at a time are added to them, each read from its first column to its last. These rows are far from one
 * another: so memory is read in several streams, which is twice as fast as one, or as column after column.
 * But many short streams, from where no cache has them, are slower than one that goes on: then rows are added
 * one by one.
 *
 * <p>All columns are reduced in the same order, which depends on what is computed, of how many elements, and
 * on the caches.
 *
 * @param fromColumn the first column
 * @param strips the loop over strips; its step is the columns of one
 * @param columns the loop inside of a strip
 * @param rows the loop over all rows
 * @param turn how many sections the rows are cut into, of each of which a row is added in a turn
 */
record Strip(long fromColumn, Schedule.Axis strips, Schedule.Axis columns, Schedule.Axis rows, int turn)
        implements Portion {
    /** The bytes of all sums of a strip: half of the first cache. */
    private static final long BYTES = 1 << 14;
    private static final int SECTIONS = 4;
    /** So many bytes of a section are a stream that is worth to begin. */
    private static final long STREAM = 1 << 18;
    /** So many operations for all rows of a turn are not too much code, which is there several times. */
    private static final int MOST_OPERATIONS = 48;
    /** The sums of fewer columns are better kept in registers. */
    private static final long LEAST_COLUMNS = 128;

    /** Threads that read smaller parts of the same rows get into each other's way: three times slower. */
    private static final long LEAST_SHARED = 1024;

    /** All columns, in whole strips and a rest; empty if it is no reduction of this kind. */
    static List<Strip> of(Schedule schedule, Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        Schedule.Axis all = schedule.kept().getLast();
        int turn = Math.min(MOST_OPERATIONS / Math.max(group.operations(), 1), SECTIONS);
        if (schedule.reduced().size() != 1 || !all.isVector() || all.length() < LEAST_COLUMNS || turn < 2
                || schedule.reduced().getFirst().length() < 4 * SECTIONS
                || !areSums(schedule.reduced().getFirst(), group, cut, outputs)
                || !Schedule.accesses(group, cut, outputs).stream().allMatch(strides ->
                        all.stride(strides) == 0 || all.stride(strides) == 1)) {
            return List.of();
        }
        List<Equation> reductions = Stages.of(group, cut, outputs).reductions(0);
        long width = width(schedule, reductions);
        Schedule.Axis rows = schedule.reduced().getFirst();
        turn = isOneStream(rows, group, cut, outputs, bytes(reductions), turn) ? 1 : turn;
        List<Strip> strips = new ArrayList<>();
        long whole = all.length() / width;
        long rest = all.length() % width;
        strips.add(new Strip(0, serial(all, whole, width), all.of(width, 1), rows, turn));
        if (rest > 0) {
            strips.add(new Strip(whole * width, serial(all, 1, width), all.of(rest, 1), rows, turn));
        }
        return strips;
    }

    /** The bytes of the sums of a column. */
    private static long bytes(List<Equation> reductions) {
        return reductions.stream().mapToLong(e -> register(e).bytes()).sum();
    }

    /**
     * Whether rows follow one another in memory, so much of it that it is in no cache, and sections of them
     * are short.
     */
    private static boolean isOneStream(Schedule.Axis rows, Group group, Fuse.Cut cut,
            List<Atom.Var> outputs, long bytes, int turn) {
        long stride = Schedule.accesses(group, cut, outputs).stream().mapToLong(rows::stride).map(Math::abs)
                .max().orElse(0);
        return rows.length() / turn * stride * bytes < STREAM
                && Dims.size(group.lengths()) * bytes > Machine.here().caches().last() / 2;
    }

    /** The columns of a strip: as many as have room, but enough strips for all threads. */
    private static long width(Schedule schedule, List<Equation> reductions) {
        long columns = schedule.kept().getLast().length();
        long most = Math.min(BYTES / bytes(reductions), columns);
        int threads = schedule.kept().size() > 1 ? 1 : Workers.count();
        long least = Math.min(threads, columns / LEAST_SHARED);
        return columns / most >= least ? most : columns / least;
    }

    /**
     * Whether all that is written comes from sums in one pass over the rows. Where what is summed is made of
     * something that is the same in all rows, that would be computed for each.
     */
    private static boolean areSums(Schedule.Axis rows, Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        Stages stages = Stages.of(group, cut, outputs);
        return stages.count() == 1 && stages.kept(0).isEmpty()
                && outputs.stream().allMatch(v -> group.role(v) == Group.Role.KEPT)
                && stages.reductions(0).stream().allMatch(e -> register(e) != Register.BOOL)
                && dependOn(rows, group, cut, stages);
    }

    /** Whether all values that the reductions need differ from row to row. */
    private static boolean dependOn(Schedule.Axis rows, Group group, Fuse.Cut cut, Stages stages) {
        Set<Atom> differ = new HashSet<>();
        Set<Atom> needed = new HashSet<>();
        for (Equation e : group.members()) {
            if (group.role(e.results().getFirst()) == Group.Role.FULL && e.operands().stream()
                    .anyMatch(a -> a instanceof Atom.Var && (differ.contains(cut.view(a).base())
                            || (group.role(cut.view(a).base()) == null
                            && rows.stride(Dims.strides(cut.view(a))) != 0)))) {
                differ.addAll(e.results());
            }
        }
        stages.reductions(0).forEach(e -> need(e, group, cut, stages, needed));
        return differ.containsAll(needed);
    }

    private static void need(Equation e, Group group, Fuse.Cut cut, Stages stages, Set<Atom> needed) {
        for (Atom operand : e.operands()) {
            if (operand instanceof Atom.Var && group.role(cut.view(operand).base()) != null
                    && needed.add(cut.view(operand).base())) {
                need(stages.definition(cut.view(operand).base()), group, cut, stages, needed);
            }
        }
    }

    private static Schedule.Axis serial(Schedule.Axis axis, long turns, long step) {
        return new Schedule.Axis(axis.axes(), turns, false, step);
    }

    private static Register register(Equation reduction) {
        return Register.of(reduction.result().type().dtype());
    }

    /** As what the sums of a reduction lie in memory. */
    static DType stored(Equation reduction) {
        return switch (register(reduction)) {
            case F32 -> DType.F32;
            case F64 -> DType.F64;
            case I32 -> DType.I32;
            case I64 -> DType.I64;
            case BOOL -> throw new IllegalArgumentException("truth values have no strips");
        };
    }

    /** The loop over the rows of each section. */
    Schedule.Axis section() {
        return serial(rows, rows.length() / turn, 1);
    }

    /** The loop over the rows that are left. */
    Schedule.Axis left() {
        return serial(rows, rows.length() % turn, 1);
    }

    /** Where an access begins that is made in a loop from {@code row} on. */
    long start(long[] strides, long row) {
        return fromColumn * columns.stride(strides) + row * rows.stride(strides);
    }
}

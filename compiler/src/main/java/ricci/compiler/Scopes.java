package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Place;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * The loops around what {@link Lower} is writing, from the outside in, and the arguments of the kernel: what
 * differs from one portion of a group's elements to the next, or from one size to another, is an argument, so
 * that the kernel is the same.
 */
final class Scopes {
    /** The most elements of a row that is worth a kernel of its own: a few vectors, of any machine. */
    private static final int SHORT = 64;

    private final Schedule schedule;
    private final Portion portion;
    private final List<Scope> scopes = new ArrayList<>();
    private final List<Long> sizes = new ArrayList<>();
    /** In a strip, how many rows lie before the section whose row is added. */
    private long row;

    Scopes(Schedule schedule, Portion portion) {
        this.schedule = schedule;
        this.portion = portion;
    }

    /** The body of one of the loops, and the values that are known in it. */
    record Scope(Schedule.Axis axis, Variable.Counter counter, Block block, Map<Object, Expression> known) {}

    int count() {
        return scopes.size();
    }

    Scope get(int depth) {
        return scopes.get(depth);
    }

    Scope getFirst() {
        return scopes.getFirst();
    }

    Scope getLast() {
        return scopes.getLast();
    }

    Scope removeLast() {
        return scopes.removeLast();
    }

    void open(Schedule.Axis axis) {
        Block around = scopes.isEmpty() ? Block.kernel() : scopes.getLast().block();
        scopes.add(new Scope(axis, around.counter(), around.inner(), new HashMap<>()));
    }

    /** Ends the innermost loop. */
    void close(Loop.Kind kind) {
        Scope scope = scopes.removeLast();
        scopes.getLast().block().add(new Loop(scope.counter(), extent(scope.axis()), kind,
                scope.block().statements(), List.of()));
    }

    /** The loop of a scope, in which nothing more is to be written. */
    Loop loop(Scope scope, List<Statement.Fold> folds) {
        return new Loop(scope.counter(), extent(scope.axis()),
                scope.axis().isVector() ? Loop.Kind.VECTOR : Loop.Kind.SERIAL, scope.block().statements(),
                folds);
    }

    /** In the innermost so many loops, goes on with the section of a strip that so many rows lie before. */
    void again(int loops, long before) {
        row = before;
        scopes.subList(scopes.size() - loops, scopes.size()).forEach(scope -> scope.known().clear());
    }

    /** The number of the innermost scope whose axis the strides move along. */
    int depth(long[] strides) {
        for (int i = scopes.size() - 1; i > 0; i--) {
            if (scopes.get(i).axis().stride(strides) != 0) {
                return i;
            }
        }
        return 0;
    }

    // ---- arguments ----

    /** All arguments so far. */
    List<Long> sizes() {
        return sizes;
    }

    private Size extent(Schedule.Axis axis) {
        boolean isConstant = switch (portion) {
            case Portion.Whole _, Pieces _ -> axis.length() == 1 || isShortRow(axis);
            case Tiles tiles -> tiles.isWhole(axis);
            case Strip _ -> false;
        };
        return isConstant ? Size.of(axis.length()) : argument(axis.length());
    }

    /** Whether to enter and to end the loop over a row would take longer than its turns. */
    private boolean isShortRow(Schedule.Axis axis) {
        return axis.isVector() && axis.length() <= SHORT && schedule.reduced().isEmpty()
                && schedule.kept().size() > 1;
    }

    /** Where an access is, in the current turns of all loops. */
    Place place(long offset, long[] strides) {
        List<Place.Term> terms = new ArrayList<>();
        for (Scope scope : scopes) {
            long stride = scope.axis().stride(strides);
            if (stride != 0) {
                terms.add(new Place.Term(size(stride), scope.counter()));
            }
        }
        return new Place(switch (portion) {
            case Portion.Whole _ -> size(offset);
            case Tiles tiles -> argument(offset + tiles.start(strides));
            case Strip strip -> argument(offset + strip.start(strides, row));
            case Pieces pieces -> size(offset + pieces.start(strides));
        }, terms);
    }

    Size size(long value) {
        return value == 0 ? Size.of(0) : value == 1 ? Size.of(1) : argument(value);
    }

    Size argument(long value) {
        sizes.add(value);
        return new Size.Argument(sizes.size() - 1);
    }
}

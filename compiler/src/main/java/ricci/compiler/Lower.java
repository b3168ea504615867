package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.TensorType;
import ricci.loop.Access;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Kernel;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Storage;
import ricci.loop.Variable;

/**
 * Writes a group as a kernel: loops over the kept axes, and inside of them, for each reduction that others
 * wait for, a stage: loops over the reduced axes. A value that a later stage needs is computed again if
 * that is cheap, else it is kept in memory that stays in the first cache; so nothing expensive is computed
 * twice, and no value is rounded in two ways.
 *
 * <p>Each value is computed in the outermost loop in which all it depends on is known.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, nor changed.
final class Lower {
    /** So many operations take about as long as to read an element and to write one. */
    private static final int OPERATIONS = 8;

    private final Group group;
    private final Fuse.Cut cut;
    private final List<Atom.Var> outputs;
    private final Schedule schedule;
    private final Portion portion;
    private final Stages stages;

    private final List<Launch.Memory> memory = new ArrayList<>();
    private final Map<Atom.Var, Kept> kept = new HashMap<>();
    private final Scopes scopes;
    private final Map<View, Integer> tiled = new HashMap<>();
    /** The numbers of the program that are arguments. */
    private final Map<Expression.Constant, Expression> numbers = new HashMap<>();
    private int stage;

    /** Where a value waits for later stages. */
    private record Kept(int buffer, long offset, long[] strides) {}

    /** A value, and the number of the scope that computes it. */
    private record Placed(Expression value, int depth) {}

    private Lower(Group group, Fuse.Cut cut, List<Atom.Var> outputs, Schedule schedule, Portion portion) {
        this.group = group;
        this.cut = cut;
        this.outputs = outputs;
        this.schedule = schedule;
        this.portion = portion;
        this.scopes = new Scopes(schedule, portion);
        this.stages = Stages.of(group, cut, outputs);
    }

    /** The kernel of a group, of whose values {@code outputs} are needed in memory, and its calls. */
    static List<Launch> launches(Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        Schedule schedule = Schedule.of(group, cut, outputs);
        if (schedule.tiling() != null) {
            return launches(group, cut, outputs, schedule, Tiles.of(schedule.tiling()));
        }
        Launch farRows = FarRows.of(group, cut, outputs);
        if (farRows != null) {
            return List.of(farRows);
        }
        Pairs pairs = Pairs.of(group, cut, outputs, schedule);
        if (pairs != null) {
            List<Launch> launches = new ArrayList<>(pairs.launches());
            launches.addAll(launches(group, pairs.cut(), outputs));
            return launches;
        }
        List<Strip> strips = Strip.of(schedule, group, cut, outputs);
        if (!strips.isEmpty()) {
            return launches(group, cut, outputs, schedule, strips);
        }
        List<Pieces> pieces = Pieces.of(schedule, group, cut, outputs);
        List<Launch> launches = new ArrayList<>(launches(group, cut, outputs, schedule, pieces));
        Lower whole = new Lower(group, cut, outputs, schedule, new Portion.Whole());
        launches.add(pieces.isEmpty() ? whole.launch() : whole.joined(pieces.getFirst()));
        return launches;
    }

    private static List<Launch> launches(Group group, Fuse.Cut cut, List<Atom.Var> outputs,
            Schedule schedule, List<? extends Portion> portions) {
        return portions.stream().map(portion -> new Lower(group, cut, outputs, schedule, portion).launch())
                .toList();
    }

    private Launch launch() {
        return switch (portion) {
            case Portion.Whole _ -> {
                schedule.kept().forEach(scopes::open);
                yield elements();
            }
            case Tiles tiles -> {
                List<Schedule.Axis> axes = tiles.axes(schedule.kept());
                axes.subList(0, axes.size() - 2).forEach(scopes::open);
                fillTiles(tiles);
                axes.subList(axes.size() - 2, axes.size()).forEach(scopes::open);
                yield elements();
            }
            case Strip strip -> columns(strip);
            case Pieces some -> partials(some);
        };
    }

    /** Writes what is in the loops over the kept axes. */
    private Launch elements() {
        int depth = scopes.count();
        for (stage = 0; stage < stages.count(); stage++) {
            stage();
        }
        for (Atom.Var output : outputs) {
            if (group.role(output) == Group.Role.KEPT) {
                store(output);
            }
        }
        return closeAll(depth, Dims.size(group.lengths()));
    }

    private Launch closeAll(int depth, long elements) {
        for (int i = depth - 1; i > 0; i--) {
            scopes.get(i - 1).block().add(scopes.loop(scopes.get(i), List.of()));
        }
        Loop loop = scopes.loop(scopes.getFirst(), List.of());
        List<Long> sizes = scopes.sizes();
        Kernel kernel = new Kernel(group.name(), memory.size(), sizes.size(), loop);
        Launch launch = new Launch(kernel, sizes, scopes.getFirst().axis().length(), memory,
                elements * group.members().size());
        // Functions such as tanh are many operations on each element.
        long computed = (long) (Cost.of(launch).operations() / OPERATIONS);
        return new Launch(kernel, sizes, launch.turns(), memory, Math.max(launch.work(), computed));
    }

    // ---- a reduction in pieces ----

    /** Writes the partial results. */
    private Launch partials(Pieces some) {
        scopes.open(some.pieces());
        List<Schedule.Axis> reduced = new ArrayList<>(schedule.reduced());
        reduced.set(0, some.each());
        List<Equation> reductions = stages.reductions(0);
        reduced.forEach(scopes::open);
        List<Expression> elements = ordered(reductions,
                reductions.stream().map(e -> operand(e.operands().getFirst()).value()).toList());
        List<Variable.Local> partial = folded(1, reductions, elements, List.of());
        for (int i = 0; i < reductions.size(); i++) {
            scopes.getLast().block().add(new Statement.Store(partial(some, i, scopes.size(some.number())),
                    new Expression.Read(partial.get(i))));
        }
        return closeAll(1, some.pieces().length() * Dims.size(reduced.stream()
                .mapToLong(Schedule.Axis::length).toArray()));
    }

    /** Joins the partial results in order, and computes what comes from them. */
    private Launch joined(Pieces all) {
        scopes.open(schedule.kept().getFirst());
        long partials = all.partial().getFirst().type().shape().size();
        scopes.open(new Schedule.Axis(List.of(), partials, false, 1));
        List<Equation> reductions = stages.reductions(0);
        List<Variable.Local> partial = new ArrayList<>();
        for (int i = 0; i < reductions.size(); i++) {
            partial.add(((Expression.Read) scopes.getLast().block().let(
                    new Expression.Load(partial(all, i, Size.of(0))))).local());
        }
        finish(reductions, folded(1, reductions, List.of(), partial), List.of());
        outputs.forEach(this::store);
        return closeAll(1, partials);
    }

    /** The partial result of the current piece. */
    private Access partial(Pieces some, int reduction, Size first) {
        Atom.Var v = some.partial().get(reduction);
        return new Access(buffer(v), Storage.of(v.type().dtype()), new Place(first, List.of(
                new Place.Term(Size.of(1), scopes.getLast().counter()))));
    }

    // ---- a reduction by columns ----

    private Launch columns(Strip strip) {
        schedule.kept().subList(0, schedule.kept().size() - 1).forEach(scopes::open);
        scopes.open(strip.strips());
        List<Equation> reductions = stages.reductions(0);
        int first = memory.size();
        for (Equation e : reductions) {
            memory.add(new Launch.Memory.Scratch(Strip.stored(e), strip.columns().length(), true));
        }
        scopes.open(strip.columns());
        for (int i = 0; i < reductions.size(); i++) {
            Equation e = reductions.get(i);
            scopes.getLast().block().add(new Statement.Store(sum(first + i, e),
                    Reductions.neutral(monoid(e), e.result().type().dtype())));
        }
        scopes.close(Loop.Kind.VECTOR);
        add(strip, strip.section(), strip.turn(), 0, reductions, first);
        add(strip, strip.left(), 1, strip.rows().length() - strip.left().length(), reductions, first);
        scopes.open(strip.columns());
        Block block = scopes.getLast().block();
        for (int i = 0; i < reductions.size(); i++) {
            Equation e = reductions.get(i);
            Expression sum = block.let(new Expression.Load(sum(first + i, e)));
            scopes.getLast().known().put(e.result(), block.let(
                    Reductions.result(block, monoid(e), e.result().type().dtype(), sum)));
        }
        outputs.forEach(this::store);
        scopes.close(Loop.Kind.VECTOR);
        return closeAll(scopes.count(), Dims.size(group.lengths()) / schedule.kept().getLast().length()
                * strip.strips().length() * strip.columns().length());
    }

    /** Adds rows to the sums: in each turn one of each of so many sections, which begin at {@code from}. */
    private void add(Strip strip, Schedule.Axis rows, int count, long from, List<Equation> reductions,
            int first) {
        scopes.open(rows);
        scopes.open(strip.columns());
        Block block = scopes.getLast().block();
        List<Expression> sums = new ArrayList<>();
        for (int i = 0; i < reductions.size(); i++) {
            sums.add(block.let(new Expression.Load(sum(first + i, reductions.get(i)))));
        }
        for (int section = 0; section < count; section++) {
            scopes.again(2, from + section * rows.length());
            for (int i = 0; i < reductions.size(); i++) {
                Equation e = reductions.get(i);
                Expression x = operand(e.operands().getFirst()).value();
                sums.set(i, block.let(Reductions.joined(monoid(e), e.result().type().dtype(), sums.get(i),
                        x)));
            }
        }
        scopes.again(2, 0);
        for (int i = 0; i < reductions.size(); i++) {
            block.add(new Statement.Store(sum(first + i, reductions.get(i)), sums.get(i)));
        }
        scopes.close(Loop.Kind.VECTOR);
        scopes.close(Loop.Kind.ORDERED);
    }

    /** The sum of the current column. */
    private Access sum(int buffer, Equation e) {
        return new Access(buffer, Storage.of(Strip.stored(e)), new Place(Size.of(0), List.of(
                new Place.Term(Size.of(1), scopes.getLast().counter()))));
    }

    /** Copies, before the loops over a tile, what these read from it: along the axis that it lies along. */
    private void fillTiles(Tiles tiles) {
        List<View> views = operands().stream().distinct().filter(view -> !view.isLine()
                && group.role(view.base()) == null && tiles.tiling().isTiled(Dims.strides(view))).toList();
        int streams = Math.max(1, Tiles.STREAMS / Math.max(views.size(), 1));
        for (View view : views) {
            memory.add(new Launch.Memory.Scratch(view.dtype(), Tiles.ELEMENTS, true));
            tiled.put(view, memory.size() - 1);
            if (Storage.of(view.dtype()).bytes() >= Tiles.LEAST_TURNED) {
                fill(tiles, view);
                continue;
            }
            long rows = tiles.across().length();
            fill(tiles, view, 0, rows / streams, streams);
            if (streams > 1 && !tiles.isWhole(tiles.across())) {
                fill(tiles, view, rows / streams * streams, rows % streams, 1);
            }
        }
    }

    /** Copies a tile, which may be turned by squares. */
    private void fill(Tiles tiles, View view) {
        scopes.open(tiles.across());
        scopes.open(tiles.along());
        Scopes.Scope across = scopes.get(scopes.count() - 2);
        Scopes.Scope along = scopes.getLast();
        Expression element = along.block().let(new Expression.Load(new Access(buffer(view.base()),
                Storage.of(view.dtype()), scopes.place(view.offset(), Dims.strides(view)))));
        int tile = Objects.requireNonNull(tiled.get(view));
        along.block().add(new Statement.Store(tile(tile, view.dtype(), along, across), element));
        scopes.close(Loop.Kind.TILED);
        scopes.close(Loop.Kind.TILED);
    }

    /** Copies groups of so many rows of a tile, from the row {@code first} on. */
    private void fill(Tiles tiles, View view, long first, long groups, int streams) {
        long[] strides = Dims.strides(view);
        Storage storage = Storage.of(view.dtype());
        scopes.open(tiles.across().of(groups, streams));
        scopes.open(tiles.along());
        Scopes.Scope row = scopes.get(scopes.count() - 2);
        Scopes.Scope column = scopes.getLast();
        List<Expression> elements = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            elements.add(column.block().let(new Expression.Load(new Access(buffer(view.base()), storage,
                    scopes.place(view.offset() + (first + i) * tiles.across().stride(strides), strides)))));
        }
        int tile = Objects.requireNonNull(tiled.get(view));
        for (int i = 0; i < streams; i++) {
            Size offset = tiles.isWhole(tiles.across()) ? Size.of(first + i) : scopes.argument(first + i);
            Place place = new Place(offset, List.of(new Place.Term(Size.of(Tiles.PITCH), column.counter()),
                    new Place.Term(Size.of(streams), row.counter())));
            column.block().add(new Statement.Store(new Access(tile, storage, place), elements.get(i)));
        }
        scopes.close(Loop.Kind.SHORT);
        scopes.close(Loop.Kind.SERIAL);
    }

    private List<View> operands() {
        return group.members().stream().flatMap(e -> e.operands().stream()).filter(a -> a instanceof Atom.Var)
                .map(cut::view).toList();
    }

    /** An element of a tile, in which rows are across, so that they are read one after the other. */
    private static Access tile(int buffer, DType dtype, Scopes.Scope along, Scopes.Scope across) {
        return new Access(buffer, Storage.of(dtype), new Place(Size.of(0), List.of(
                new Place.Term(Size.of(Tiles.PITCH), along.counter()),
                new Place.Term(Size.of(1), across.counter()))));
    }

    // ---- a stage ----

    private void stage() {
        int depth = scopes.count();
        schedule.reduced().forEach(scopes::open);
        List<Equation> reductions = stages.reductions(stage);
        List<Expression> reduced =
                reductions.stream().map(e -> operand(e.operands().getFirst()).value()).toList();
        for (Atom.Var value : stages.kept(stage)) {
            kept.put(value, keep(value));
        }
        for (Atom.Var output : outputs) {
            if (group.role(output) == Group.Role.FULL && stages.of(output) == stage
                    && !kept.containsKey(output)) {
                store(output);
            }
        }
        fold(depth, reductions, reduced);
    }

    /** Ends the loops over the reduced axes, from the inside out, with the folds of the reductions. */
    private void fold(int depth, List<Equation> reductions, List<Expression> reduced) {
        finish(reductions, folded(depth, reductions, ordered(reductions, reduced), List.of()), reduced);
    }

    /** How many elements come to one. */
    private long count() {
        return Dims.size(schedule.reduced().stream().mapToLong(Schedule.Axis::length).toArray());
    }

    /** Elements as they are accumulated. */
    private List<Expression> ordered(List<Equation> reductions, List<Expression> reduced) {
        List<Expression> ordered = new ArrayList<>();
        for (int i = 0; i < reductions.size(); i++) {
            Equation e = reductions.get(i);
            ordered.add(OrderedFloats.ordered(scopes.getLast().block(), monoid(e), e.result().type().dtype(),
                    count(), reduced.get(i)));
        }
        return ordered;
    }

    /** What loops come to that fold these elements; or, if there are any, accumulators of loops inside. */
    private List<Variable.Local> folded(int depth, List<Equation> reductions, List<Expression> ordered,
            List<Variable.Local> inside) {
        List<Variable.Local> inner = inside;
        while (scopes.count() > depth) {
            Scopes.Scope scope = scopes.removeLast();
            Block around = scopes.getLast().block();
            List<Variable.Local> accumulators = new ArrayList<>();
            List<Statement.Fold> folds = new ArrayList<>();
            for (int i = 0; i < reductions.size(); i++) {
                Monoid monoid = monoid(reductions.get(i));
                DType dtype = Pieces.accumulated(reductions.get(i), count());
                Variable.Local accumulator = around.local(Register.of(dtype));
                accumulators.add(accumulator);
                folds.add(inner.isEmpty() ? Reductions.of(monoid, dtype, accumulator, ordered.get(i))
                        : Reductions.around(monoid, dtype, accumulator, inner.get(i)));
            }
            around.add(scopes.loop(scope, folds));
            inner = accumulators;
        }
        return inner;
    }

    /** Makes results of what was accumulated; of no loops, of the only elements. */
    private void finish(List<Equation> reductions, List<Variable.Local> inner, List<Expression> reduced) {
        Block block = scopes.getLast().block();
        for (int i = 0; i < reductions.size(); i++) {
            Equation e = reductions.get(i);
            DType dtype = e.result().type().dtype();
            Expression sum = inner.isEmpty() ? Reductions.ofOne(monoid(e), dtype, reduced.get(i))
                    : OrderedFloats.element(block, monoid(e), dtype, count(),
                            new Expression.Read(inner.get(i)));
            scopes.getLast().known().put(e.result(),
                    block.let(Reductions.result(block, monoid(e), dtype, block.let(sum))));
        }
    }

    private static Monoid monoid(Equation e) {
        return ((Op.Reduce) e.op()).monoid();
    }

    // ---- values ----

    private Placed operand(Atom atom) {
        return switch (atom) {
            case Atom.Literal(var type, var number) ->
                    new Placed(number(Constants.of(type.dtype(), number)), 0);
            case Atom.Var v -> {
                View view = cut.view(v);
                yield group.role(view.base()) == null ? outside(view) : value(view.base());
            }
        };
    }

    /** A number of the program. */
    private Expression number(Expression.Constant constant) {
        return Constants.number(constant, numbers, () -> scopes.getFirst().block().let(
                Constants.given(constant.register(), scopes.argument(constant.bits()))));
    }

    /** An element that another step, or nobody, has computed. */
    private Placed outside(View view) {
        long[] strides = Dims.strides(view);
        if (strides.length != group.lengths().length || view.shape().size() != Dims.size(group.lengths())) {
            strides = group.spread(strides);
        }
        DType dtype = view.dtype();
        int depth = scopes.depth(strides);
        Scopes.Scope scope = scopes.get(depth);
        Expression known = scope.known().get(view);
        if (known == null) {
            Integer tile = tiled.get(view);
            if (view.isLine()) {
                known = Conversions.line(scope.block(), dtype, scopes.place(view.offset(), strides));
            } else if (tile != null) {
                known = load(scope.block(), dtype,
                        tile(tile, dtype, scopes.get(scopes.count() - 2), scopes.getLast()));
            } else {
                known = load(scope.block(), dtype, new Access(buffer(view.base()), Storage.of(dtype),
                        scopes.place(view.offset(), strides)));
            }
            scope.known().put(view, known);
        }
        return new Placed(known, depth);
    }

    /** An element from memory. */
    static Expression load(Block block, DType dtype, Access access) {
        Expression element = block.let(new Expression.Load(access));
        return dtype == DType.F16 || dtype == DType.BF16
                ? block.let(Halves.fromBits(block, dtype, element)) : element;
    }

    /** An element of a value of the group. */
    private Placed value(Atom.Var v) {
        for (int i = scopes.count() - 1; i >= 0; i--) {
            Expression known = scopes.get(i).known().get(v);
            if (known != null) {
                return new Placed(known, i);
            }
        }
        Kept place = kept.get(v);
        if (place != null) {
            Scopes.Scope scope = scopes.getLast();
            Expression element = load(scope.block(), v.type().dtype(), access(place, v));
            scope.known().put(v, element);
            return new Placed(element, scopes.count() - 1);
        }
        compute(stages.definition(v));
        return value(v);
    }

    private void compute(Equation e) {
        List<Placed> operands = e.operands().stream().map(this::operand).toList();
        int depth = operands.stream().mapToInt(Placed::depth).max().orElse(0);
        Scopes.Scope scope = scopes.get(depth);
        List<Expression> x = operands.stream().map(Placed::value).toList();
        List<TensorType> types = e.operands().stream().map(Atom::type).toList();
        List<Expression> results = e.op() instanceof Op.Reshape ? x
                : Objects.requireNonNull(Elementwise.of(scope.block(), e.op(), types, x));
        for (int i = 0; i < results.size(); i++) {
            scope.known().put(e.results().get(i), scope.block().let(results.get(i)));
        }
    }

    // ---- memory ----

    /** Computes a value that later stages need, and keeps it where they find it. */
    private Kept keep(Atom.Var v) {
        Expression value = value(v).value();
        DType dtype = v.type().dtype();
        Kept place;
        if (outputs.contains(v)) {
            place = written(v);
        } else {
            memory.add(new Launch.Memory.Scratch(dtype, schedule.scratchCount(group), schedule.isRowWise()));
            place = new Kept(memory.size() - 1, 0, schedule.scratchStrides(group));
        }
        store(access(place, v), dtype, value);
        return place;
    }

    private Access access(Kept place, Atom.Var v) {
        return new Access(place.buffer(), Storage.of(v.type().dtype()),
                scopes.place(place.offset(), place.strides()));
    }

    private void store(Atom.Var output) {
        store(access(output), output.type().dtype(), value(output).value());
    }

    private void store(Access access, DType dtype, Expression value) {
        Block block = scopes.getLast().block();
        block.add(new Statement.Store(access, dtype == DType.F16 || dtype == DType.BF16
                ? Halves.toBits(block, dtype, value) : value));
    }

    private Access access(Atom.Var v) {
        return access(written(v), v);
    }

    /** Where an output lies. */
    private Kept written(Atom.Var v) {
        View place = cut.written(v);
        return new Kept(buffer(place.base()), place.offset(), group.strides(v, cut));
    }

    private int buffer(Atom.Var v) {
        Launch.Memory whole = new Launch.Memory.Of(v);
        if (!memory.contains(whole)) {
            memory.add(whole);
        }
        return memory.indexOf(whole);
    }
}

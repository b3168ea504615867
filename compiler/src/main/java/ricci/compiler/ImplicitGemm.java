package ricci.compiler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.jvm.Machine;
import ricci.jvm.Workers;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Convolutions as products of matrices of which the left one is never written down: its rows are the places
 * of the result, and its columns the elements of the input that a place meets. A tile of the result has its
 * sums in registers ({@link ConvolutionTile}); where its rows begin in the input says a table. (Dukhan 2019,
 * "The indirect convolution algorithm".)
 *
 * <p>Places that meet holes are apart from the others, see {@link Segment}: each part has places that meet
 * the same elements of the kernel, so no zeros are added, and nothing is padded. The zeros of a spread base
 * are left out in the same way.
 *
 * <p>Sums that are too long for the kernel's panels to stay in the second cache are cut, and go on from the
 * result of the cut before; so however they are cut, the result is the same.
 */
final class ImplicitGemm {
    /** With more parts, these have too few places each. */
    private static final int MOST_PARTS = 80;
    /** So many multiplications are worth the code of tiles. */
    private static final long WORTH_TILES = 1 << 16;
    /** Elements of sums that are computed at once, when they are cut. */
    private static final long LEAST_DEPTH = 64;
    private static final long MOST_DEPTH = 320;
    private static final long MOST_BLOCK = 1024;
    private static final long LEAST_BLOCK = 48;
    /** So many turns keep the innermost loop busy. */
    private static final long WORTH_A_LOOP = 32;
    private static final int BATCH = Convolutions.BATCH;
    private static final int OUTPUTS = Convolutions.OUTPUTS;
    private static final int FEATURES = Convolutions.FEATURES;
    private static final int SPATIAL = Convolutions.SPATIAL;
    /** What is packed counts as this part of the whole. */
    private static final long PACKED = 16;
    private static final int INPUT_COPY = 0;
    private static final int PANELS = 1;
    private static final int RESULT_COPY = 2;
    private static final int TABLE = 3;

    private final Equation e;
    private final Windows.Convolution op;
    private final Convolutions.Tensor w;
    private final Convolutions.Tensor result;
    private final DType dtype;
    private final Blocking blocking;
    private final int threads;
    private final List<List<Segment>> parts;
    private final @Nullable ConvolutionEnd end;
    private final List<Launch> launches = new ArrayList<>();
    private Convolutions.Tensor x;
    private boolean isCut;

    private ImplicitGemm(Equation e, Windows.Convolution op, Convolutions.Tensor x, Convolutions.Tensor w,
            DType dtype, Blocking blocking, int threads, List<List<Segment>> parts,
            @Nullable ConvolutionEnd end) {
        this.end = end;
        this.e = e;
        this.op = op;
        this.x = x;
        this.w = w;
        this.result = Convolutions.result(e, op);
        this.dtype = dtype;
        this.blocking = blocking;
        this.threads = threads;
        this.parts = parts;
    }

    /**
     * The loops, if tiles are worth it; else none. One output feature leaves all lanes but one empty, which
     * the features of the input fill if they are neighbours.
     */
    static List<Launch> of(Equation e, Windows.Convolution op, Convolutions.Tensor x,
            Convolutions.Tensor w, @Nullable ConvolutionEnd end) {
        DType dtype = sums(x.x().dtype(), e.result().type().dtype());
        if (dtype == null) {
            return List.of();
        }
        long work = e.result().type().shape().size() * (w.x().shape().size() / w.length(OUTPUTS));
        long columns = w.length(OUTPUTS) / Math.max(op.featureGroups(), op.batchGroups());
        Blocking blocking = blocking(Machine.here(), dtype.bytes(), columns);
        boolean isOne = columns == 1 && w.length(FEATURES) >= Blocking.lanes(Machine.here(), dtype.bytes())
                && x.x().view() != null && x.stride(FEATURES) == 1 && w.x().view() != null
                && w.stride(FEATURES) == 1 && op.sliding().baseDilation().stream().allMatch(d -> d == 1);
        boolean isWorthIt = work >= WORTH_TILES && !isOne;
        return isWorthIt ? of(e, op, x, w, blocking, Workers.count(), end) : List.of();
    }

    /**
     * Of the sums, {@code depth} elements are the most that are not cut; of the input, {@code rows} elements
     * stay in the second cache.
     */
    static Blocking blocking(Machine machine, int bytes, long columns) {
        Blocking tiles = Blocking.of(machine, bytes).across(machine, bytes, columns);
        long room = machine.caches().second() / bytes;
        return new Blocking(tiles.tileRows(), tiles.tileColumns(), room * 2 / 3 / tiles.tileColumns(),
                room / 8, room / 2);
    }

    /** The loops, unless there are none. */
    static List<Launch> of(Equation e, Windows.Convolution op, Convolutions.Tensor x, Convolutions.Tensor w,
            Blocking blocking, int threads, @Nullable ConvolutionEnd end) {
        DType dtype = sums(x.x().dtype(), e.result().type().dtype());
        boolean isRead = x.x().view() != null && !x.x().view().isLine();
        List<List<Segment>> parts = dtype == null || !isRead ? List.of()
                : parts(op.sliding(), x.lengths(), w.lengths(), Convolutions.result(e, op).lengths());
        if (dtype == null || parts.isEmpty()) {
            return List.of();
        }
        ImplicitGemm gemm = new ImplicitGemm(e, op, x, w, dtype, blocking, threads, parts, end);
        gemm.run();
        return gemm.launches;
    }

    /** In what sums are kept, if there are tiles of that. */
    static @Nullable DType sums(DType from, DType to) {
        return switch (to) {
            case F32, I32 -> from == DType.F64 ? null : to;
            case F64 -> to;
            case F16, BF16 -> from == DType.F64 ? null : DType.F32;
            case I8, I16, U8, U16 -> from.isInteger() ? DType.I32 : null;
            case I64, U32, U64, BOOL, C64, C128 -> null;
        };
    }

    /** All combinations of the segments along the axes; none if these are too many. */
    static List<List<Segment>> parts(Sliding sliding, List<Long> base, List<Long> window, List<Long> places) {
        List<List<Segment>> parts = List.of(List.of());
        for (int axis = 0; axis < sliding.axes(); axis++) {
            List<Segment> segments = Segment.of(sliding, axis, base.get(axis), window.get(axis),
                    places.get(axis));
            if (parts.size() * segments.size() > MOST_PARTS) {
                return List.of();
            }
            parts = parts.stream().flatMap(before -> segments.stream().map(segment -> {
                List<Segment> all = new ArrayList<>(before);
                all.add(segment);
                return List.copyOf(all);
            })).toList();
        }
        return parts;
    }

    private long groups() {
        return Math.max(op.featureGroups(), op.batchGroups());
    }

    private long columns() {
        return w.length(OUTPUTS) / groups();
    }

    private long work() {
        return e.result().type().shape().size() * (w.x().shape().size() / w.length(OUTPUTS));
    }

    private void run() {
        if (!isReadAsItLies()) {
            x = x.last(launches, e, INPUT_COPY, dtype, BATCH, FEATURES);
        }
        List<KernelPanels.Step> steps = steps();
        KernelPanels panels = KernelPanels.pack(launches, e, w, groups(), steps, blocking, dtype,
                work() / PACKED, PANELS);
        isCut = parts.stream().anyMatch(part -> isLong(sum(part, steps)));
        boolean isWhole = !isCut && result.stride(FEATURES) == 1;
        boolean isDirect = isWhole && (end == null ? dtype == e.result().type().dtype() : end.isForward());
        // Of those that go on, what fills a tile goes on in a row that nobody reads.
        Convolutions.Tensor y = isDirect ? result : result.room(e, RESULT_COPY, dtype,
                w.length(OUTPUTS) + panels.padded() - panels.rest());
        if (isCut) {
            launches.addAll(Moves.fill("fill", Operand.of(TensorType.of(dtype), 0), y.base()));
        }
        Places places = new Places(new Targets(y, isDirect ? end : null));
        List<ConvolutionTile> tiles = new ArrayList<>();
        for (List<Segment> part : parts) {
            tiles.addAll(tiles(part, panels, sum(part, steps), places));
        }
        Atom.Var table = places.launches();
        tiles.forEach(tile -> launches.addAll(tile.launches(table)));
        if (!isDirect) {
            launches.addAll(result.unpack(e, y, end));
        }
    }

    // ---- the operands ----

    /** Whether neighbours in the sums, or in the rows, are neighbours in memory, and of the right type. */
    private boolean isReadAsItLies() {
        List<KernelPanels.Step> steps = steps();
        boolean isNear = x.stride(FEATURES) == 1 || x.stride(BATCH) == 1 || (!steps.isEmpty()
                && steps.getLast().length() >= WORTH_A_LOOP && x.stride(steps.getLast().part()) == 1);
        return x.x().dtype() == dtype && isNear && x.x().strides().stream().allMatch(s -> s >= 0);
    }

    /** What is summed over, in the order in which it lies in the input. */
    private List<KernelPanels.Step> steps() {
        List<Integer> order = new ArrayList<>(IntStream.range(FEATURES, x.axes().size()).boxed().toList());
        order.removeIf(part -> w.length(part) == 1);
        // What follows features in this list is before them if they are equally far apart.
        order.sort(Comparator.comparingLong((Integer part) -> -distance(part))
                .thenComparingInt(part -> -part));
        List<KernelPanels.Step> steps = new ArrayList<>();
        long inner = 1;
        for (int part : order.reversed()) {
            steps.addFirst(new KernelPanels.Step(part, w.length(part), inner));
            inner *= w.length(part);
        }
        return steps;
    }

    private long distance(int part) {
        return Math.abs(x.stride(part)) * (part == FEATURES ? 1
                : op.sliding().windowDilation().get(part - SPATIAL));
    }

    // ---- sums ----

    /** What the places of a part sum up: axes with the strides of the input and of a panel's rows. */
    private List<Axis> sum(List<Segment> part, List<KernelPanels.Step> steps) {
        List<Axis> axes = new ArrayList<>();
        for (KernelPanels.Step step : steps) {
            Segment segment = step.part() == FEATURES ? null : part.get(step.part() - SPATIAL);
            Axis axis = segment == null
                    ? new Axis(step.length(), List.of(x.stride(FEATURES), step.stride()))
                    : new Axis(segment.taps(), List.of(segment.perTap() * x.stride(step.part()),
                            segment.tapStep() * step.stride()));
            add(axes, axis);
        }
        return axes.isEmpty() ? List.of(new Axis(1, List.of(1L, 1L))) : axes;
    }

    /** Joins an axis with the last one, if they are one in both operands, and a short one. */
    private static void add(List<Axis> axes, Axis axis) {
        if (axis.length() == 1) {
            return;
        }
        boolean isOne = !axes.isEmpty() && areOne(axes.getLast(), axis);
        axes.add(isOne ? new Axis(axes.removeLast().length() * axis.length(), axis.strides()) : axis);
    }

    private static boolean areOne(Axis outer, Axis inner) {
        return outer.length() * inner.length() <= Loop.MOST_SHORT && IntStream.range(0, 2)
                .allMatch(i -> outer.stride(i) == inner.stride(i) * inner.length());
    }

    /** Whether the panels of such sums leave the second cache. */
    private boolean isLong(List<Axis> sum) {
        return Axis.size(sum) > blocking.depth()
                || sum.stream().anyMatch(axis -> axis.length() > Loop.MOST_SHORT);
    }

    /**
     * A cut of sums.
     *
     * @param around over cuts
     * @param inside over what is in a cut
     * @param first how many elements of the axis that is cut come before
     */
    record Cut(List<Axis> around, List<Axis> inside, Axis axis, long first) {}

    private List<Cut> cuts(List<Axis> sum) {
        if (!isCut) {
            return List.of(new Cut(List.of(), sum, sum.getFirst(), 0));
        }
        long wide = columns() + x.length(FEATURES) / op.featureGroups();
        long most = Math.min(blocking.depth(),
                Math.clamp(blocking.columns() / wide, LEAST_DEPTH, MOST_DEPTH));
        int at = sum.size() - 1;
        long inner = 1;
        while (at > 0 && inner * sum.get(at).length() <= most) {
            inner *= sum.get(at).length();
            at--;
        }
        Axis axis = sum.get(at);
        long count = (axis.length() * inner + most - 1) / most;
        long each = (axis.length() + Math.min(count, axis.length()) - 1) / Math.min(count, axis.length());
        List<Cut> cuts = new ArrayList<>();
        for (long first = 0; first < axis.length(); first += axis.length() / each * each) {
            long length = Math.min(each, axis.length() - first);
            List<Axis> around = new ArrayList<>(sum.subList(0, at));
            around.add(axis.blocks((axis.length() - first) / length, length));
            List<Axis> inside = new ArrayList<>(List.of(new Axis(length, axis.strides())));
            inside.addAll(sum.subList(at + 1, sum.size()));
            cuts.add(new Cut(around, inside, axis, first));
        }
        return cuts;
    }

    // ---- places ----

    private List<ConvolutionTile> tiles(List<Segment> part, KernelPanels panels, List<Axis> sum,
            Places places) {
        if (part.stream().anyMatch(segment -> segment.places() == 0)) {
            return List.of();
        }
        if (part.stream().anyMatch(segment -> segment.taps() == 0)) {
            Targets targets = places.targets();
            if (targets.end() != null) {
                launches.add(targets.end().ofZeros(targets.y(), part));
            } else if (!isCut) {
                launches.addAll(targets.y().fill(part));
            }
            return List.of();
        }
        long rows = part.stream().mapToLong(Segment::places).reduce(batch(), (a, b) -> a * b);
        // Few places with long sums are worth tiles of their own, without any that are computed for nothing.
        int width = isCut && 2 * rows <= blocking.tileRows() ? (int) rows : blocking.tileRows();
        long tiles = (rows + width - 1) / width;
        long most = Math.clamp(blocking.rows() / w.length(FEATURES), LEAST_BLOCK, MOST_BLOCK) / width;
        boolean isByRows = tiles >= 2L * threads || columns() < 2L * threads * blocking.tileColumns();
        long blocks = isCut ? (isByRows ? Math.min(threads, tiles) : 1) : (tiles + most - 1) / most;
        if (isByRows && !isCut) {
            blocks = Math.min(tiles, (blocks + threads - 1) / threads * threads);
        }
        long each = (tiles + blocks - 1) / blocks;
        blocks = (tiles + each - 1) / each;
        long first = places.add(part, blocks * each * width);
        long tap = 0;
        for (KernelPanels.Step step : panels.steps()) {
            tap += step.part() == FEATURES ? 0 : part.get(step.part() - SPATIAL).firstTap() * step.stride();
        }
        List<ConvolutionTile> all = new ArrayList<>();
        for (Cut cut : cuts(sum)) {
            ConvolutionTile.Rows of = new ConvolutionTile.Rows(first, blocks, each, width, isByRows);
            all.add(new ConvolutionTile(e, x, places.targets().y(), panels, of, cut, tap, isCut,
                    groupStride(), groups(), rows, places));
        }
        return all;
    }

    /** How far the input moves with a group. */
    private long groupStride() {
        return op.featureGroups() > 1 ? w.length(FEATURES) * x.stride(FEATURES)
                : op.batchGroups() > 1 ? batch() * x.stride(BATCH) : 0;
    }

    /** Of the result. */
    private long batch() {
        return result.length(BATCH);
    }

    /**
     * A table of where rows begin in the input, in the result, and in each tensor that is read at the end:
     * first all of the one kind.
     */
    final class Places {
        private final Targets targets;
        private final List<List<Segment>> added = new ArrayList<>();
        private final List<Long> counts = new ArrayList<>();
        private long count;

        private Places(Targets targets) {
            this.targets = targets;
        }

        Targets targets() {
            return targets;
        }

        /** How many kinds there are. */
        private int sides() {
            return 1 + targets.count();
        }

        /** How that moves along a part of the input or the result. */
        private long stride(int side, int part) {
            return side == 0 ? x.stride(part) : targets.stride(side - 1, part);
        }

        /** Where the first place of a part is. */
        private long start(int side, List<Segment> part) {
            return side == 0 ? x.x().offset() + x.start(part) : targets.start(side - 1, part);
        }

        long count() {
            return count;
        }

        /** Adds the places of a part, and the last of them again until there are so many. */
        private long add(List<Segment> part, long rows) {
            added.add(part);
            counts.add(rows);
            count += rows;
            return count - rows;
        }

        /** Rows as axes, with the strides of all kinds, as they lie in the input. */
        private List<Axis> rows(List<Segment> part) {
            List<Axis> axes = new ArrayList<>(List.of(new Axis(batch(), IntStream.range(0, sides())
                    .mapToObj(side -> stride(side, BATCH)).toList())));
            for (int i = 0; i < part.size(); i++) {
                Segment segment = part.get(i);
                int along = SPATIAL + i;
                axes.add(new Axis(segment.places(), IntStream.range(0, sides()).mapToObj(side ->
                        (side == 0 ? segment.perPlace() : segment.placeStep()) * stride(side, along))
                        .toList()));
            }
            axes.sort(Comparator.comparingLong(axis -> -axis.stride(0)));
            List<List<Long>> strides = IntStream.range(0, sides())
                    .mapToObj(side -> axes.stream().map(axis -> axis.stride(side)).toList()).toList();
            return Axis.of(axes.stream().map(Axis::length).toList(), strides);
        }

        /** Writes the table. */
        private Atom.Var launches() {
            Atom.Var table = Alone.temporary(e, TABLE,
                    TensorType.of(DType.I64, Math.max(1, sides() * count)));
            long first = 0;
            for (int i = 0; i < added.size(); i++) {
                List<Segment> part = added.get(i);
                List<Axis> rows = rows(part);
                long size = Axis.size(rows);
                long last = Math.max(1, counts.get(i) - size);
                for (int side = 0; side < sides(); side++) {
                    long start = start(side, part);
                    long to = side * count + first;
                    LoopNest nest = new LoopNest("places");
                    List<At.Move> from = new ArrayList<>();
                    List<At.Move> at = new ArrayList<>();
                    long inner = size;
                    for (Axis axis : rows) {
                        Variable.Counter counter = nest.serial(axis.length());
                        inner /= axis.length();
                        from.add(new At.Move(axis.stride(side), counter));
                        at.add(new At.Move(inner, counter));
                    }
                    nest.once();
                    nest.write(table, nest.at(to).with(at), nest.index(nest.at(start).with(from)));
                    launches.add(nest.launch(size));
                    if (counts.get(i) > size) {
                        // When sums go on, those of no place must not be added to a place's again.
                        long of = side == 1 && isCut
                                ? targets.base(0).type().shape().size() - w.length(OUTPUTS)
                                : start + last(rows, side);
                        launches.addAll(Moves.fill("places", Operand.of(TensorType.of(DType.I64), of),
                                Shape.of(last), new Moves.Region(table, to + size, List.of(1L))));
                    }
                }
                first += counts.get(i);
            }
            return table;
        }

        private static long last(List<Axis> rows, int side) {
            return rows.stream().mapToLong(axis -> (axis.length() - 1) * axis.stride(side)).sum();
        }
    }
}

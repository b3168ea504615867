package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.jvm.Machine;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Read;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * What gives the derivatives of the kernels of {@link Depthwise}: convolutions of groups that have one
 * example and one output feature each, whose sums are long and few. Channels are in lanes. Elements of the
 * window are cut in segments as places are elsewhere, as the two play the same part.
 *
 * <p>Each of what is summed over last, the batch of what is derived, has sums of its own first, on whichever
 * thread; if they are few, some rows of each have.
 */
final class DepthwiseKernel {
    /** So many places of a derivative have sums in registers, and their own places in the input, too. */
    private static final int SUMS = 12;
    /** Channels that lie in one line of the cache. */
    private static final long LINE = 16;
    /**
     * So many rows and columns of the window are one patch, whose products are written out: for all sums, and
     * all channels, before those of the next one, so memory is read in the order in which it lies.
     */
    private static final int ROWS = 3;
    private static final int COLUMNS = 2;
    /** So many sums are taken on in a patch. */
    private static final long MOST_SUMS = 9;
    /** So many shares of the work threads have among them. */
    private static final long SHARES = 8;
    /** What is left at an edge counts as this part of the whole. */
    private static final long EDGE = 2;
    private static final int PARTIAL_SUMS = 3;

    private final Equation e;
    private final Convolutions.Tensor x;
    private final Convolutions.Tensor w;
    private final Convolutions.Tensor y;
    private final long channels;
    private final List<Launch> launches;
    private final long least;
    private final long examples;
    private final long blocks;

    private DepthwiseKernel(Equation e, Convolutions.Tensor x, Convolutions.Tensor w, Convolutions.Tensor y,
            long rows, List<Launch> launches) {
        this.e = e;
        this.x = x;
        this.w = w;
        this.y = y;
        this.launches = launches;
        this.channels = w.length(Convolutions.OUTPUTS);
        this.least = e.result().type().shape().size() * w.x().shape().size() / channels / EDGE;
        this.examples = w.length(Convolutions.FEATURES);
        this.blocks = blocks(examples, rows / ROWS);
    }

    /** In how many blocks rows of patches are cut, so that few are left; threads make no difference. */
    private static long blocks(long examples, long rows) {
        long fewest = examples >= SHARES ? 1 : Math.clamp(rows, 1, SHARES);
        long best = fewest;
        for (long count = fewest; fewest > 1 && count < 2 * fewest && count <= rows; count++) {
            best = rows % count < rows % best ? count : best;
        }
        return best;
    }

    /** The loops; none if there are none. */
    static List<Launch> of(Equation e, Windows.Convolution op, Convolutions.Tensor input,
            Convolutions.Tensor kernel) {
        DType dtype = ImplicitGemm.sums(input.x().dtype(), e.result().type().dtype());
        Convolutions.Tensor result = Convolutions.result(e, op);
        Sliding s = op.sliding();
        if (s.axes() == 0 || dtype == null) {
            return List.of();
        }
        Sliding exchanged = new Sliding(s.windowDilation(), s.low(), s.high(), s.baseDilation(), s.strides());
        List<List<Segment>> parts = ImplicitGemm.parts(exchanged, input.lengths(), result.lengths(),
                kernel.lengths());
        if (parts.isEmpty()) {
            return List.of();
        }
        List<Launch> launches = new ArrayList<>();
        Convolutions.Tensor x = input.stride(Convolutions.BATCH) == 1 ? input : input.last(launches, e, 0,
                dtype, Convolutions.FEATURES, Convolutions.BATCH);
        Convolutions.Tensor w = kernel.stride(Convolutions.OUTPUTS) == 1 ? kernel
                : kernel.last(launches, e, 1, dtype, Convolutions.FEATURES,
                Convolutions.OUTPUTS);
        long rows = s.axes() < 2 ? 1 : parts.stream().mapToLong(p -> p.get(s.axes() - 2).places()).max()
                .orElse(1);
        new DepthwiseKernel(e, x, w, result, rows, launches).run(parts, dtype);
        return launches;
    }

    private void run(List<List<Segment>> parts, DType dtype) {
        List<Long> places = y.lengths();
        long each = places.stream().reduce(channels, (a, b) -> a * b);
        Atom.Var sums = Alone.temporary(e, PARTIAL_SUMS, TensorType.of(dtype, examples * blocks * each));
        launches.addAll(Moves.fill("fill", Operand.of(TensorType.of(dtype), 0), sums));
        int lanes = Blocking.lanes(Machine.here(), dtype.bytes());
        for (List<Segment> part : parts) {
            if (part.stream().allMatch(s -> s.places() > 0 && s.taps() > 0)) {
                add(part, lanes, sums);
            }
        }
        total(sums, examples * blocks, each);
    }

    /** Adds what a part of the window comes to: in patches, where there are some, and the rest in lines. */
    private void add(List<Segment> part, int lanes, Atom.Var sums) {
        Segment last = part.getLast();
        Segment across = part.size() > 1 ? part.get(part.size() - 2) : null;
        long whole = channels / lanes * lanes;
        long rows = across == null ? 0 : across.places() / (ROWS * blocks) * (ROWS * blocks);
        long columns = last.places() / COLUMNS * COLUMNS;
        if (across == null || across.taps() * last.taps() > MOST_SUMS || rows * columns * whole == 0) {
            lines(part, 0, channels, sums);
            return;
        }
        List<Segment> patches = with(part, across.cut(0, rows), last.cut(0, columns));
        launches.add(patches(patches, lanes, sums));
        lines(patches, whole, channels - whole, sums);
        lines(with(part, across.cut(0, rows), last.cut(columns, last.places() - columns)), 0, channels, sums);
        lines(with(part, across.cut(rows, across.places() - rows), last), 0, channels, sums);
    }

    private static List<Segment> with(List<Segment> part, Segment across, Segment last) {
        List<Segment> all = new ArrayList<>(part.subList(0, part.size() - 2));
        all.add(across);
        all.add(last);
        return all;
    }

    // ---- patches ----

    /** How the loops around a patch move. */
    private record Around(List<At.Move> x, List<At.Move> w, List<At.Move> y) {
        void with(long inX, long inW, long inY, Variable.Counter counter) {
            x.add(new At.Move(inX, counter));
            w.add(new At.Move(inW, counter));
            y.add(new At.Move(inY, counter));
        }
    }

    private Launch patches(List<Segment> part, int lanes, Atom.Var sums) {
        LoopNest nest = new LoopNest("depthwise convolution, patches of " + ROWS + "x" + COLUMNS);
        Segment last = part.getLast();
        Segment across = part.get(part.size() - 2);
        int along = Convolutions.SPATIAL + part.size() - 1;
        Around around = around(nest, part, lanes);
        Depthwise.Places from = new Depthwise.Places(nest, x.x().offset() + x.start(part), around.x(), true);
        Depthwise.Places factors = new Depthwise.Places(nest, w.x().offset() + w.firstPlace(part), around.w(),
                true);
        List<Long> strides = strides();
        Depthwise.Places to = new Depthwise.Places(nest, firstSum(part), around.y(), true);
        Sums of = new Sums(e, nest);
        Variable.Counter channel = nest.open(lanes, true, Loop.Kind.VECTOR);
        Elements left = new Elements(of, x.x(), from, channel, new HashMap<>());
        Elements right = new Elements(of, w.x(), factors, channel, new HashMap<>());
        List<At> targets = new ArrayList<>();
        List<Expression> totals = new ArrayList<>();
        for (long tap = 0; tap < across.taps() * last.taps(); tap++) {
            long high = tap / last.taps();
            long wide = tap % last.taps();
            At at = to.at(high * across.tapStep() * strides.get(part.size() - 2),
                    wide * last.tapStep() * strides.get(part.size() - 1)).with(1, channel);
            Expression sum = nest.read(Operand.whole(sums), at);
            for (int i = 0; i < ROWS * COLUMNS; i++) {
                long row = i / COLUMNS;
                long column = i % COLUMNS;
                sum = of.plus(sum, left.at(
                        (row * across.perPlace() + high * across.perTap()) * x.stride(along - 1),
                        (column * last.perPlace() + wide * last.perTap()) * x.stride(along)),
                        right.at(row * across.placeStep() * w.stride(along - 1),
                        column * last.placeStep() * w.stride(along)));
            }
            targets.add(at);
            totals.add(of.result(sum));
        }
        for (int i = 0; i < targets.size(); i++) {
            nest.write(sums, targets.get(i), totals.get(i));
        }
        return nest.launch(Math.max(least, part.stream().mapToLong(s -> s.places() * s.taps())
                .reduce(examples * channels, (a, b) -> a * b)));
    }

    /** Opens the loops around patches. All sums but those of blocks go on from patch to patch. */
    private Around around(LoopNest nest, List<Segment> part, int lanes) {
        Around around = new Around(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int axes = part.size();
        List<Long> strides = strides();
        long groups = part.get(axes - 2).places() / ROWS / blocks;
        if (blocks > 1) {
            block(nest, part, groups, around);
        }
        around.with(x.stride(Convolutions.FEATURES), w.stride(Convolutions.FEATURES),
                blocks * strides.getLast(), nest.open(examples, false, Loop.Kind.SERIAL));
        if (blocks == 1) {
            block(nest, part, groups, around);
        }
        for (int i = 0; i < axes; i++) {
            Segment s = part.get(i);
            int of = Convolutions.SPATIAL + i;
            int step = i < axes - 2 ? 1 : i < axes - 1 ? ROWS : COLUMNS;
            long turns = i == axes - 2 ? groups : s.places() / step;
            around.with(step * s.perPlace() * x.stride(of), step * s.placeStep() * w.stride(of), 0,
                    nest.open(turns, false, Loop.Kind.ORDERED));
            if (i < axes - 2) {
                around.with(s.perTap() * x.stride(of), 0, s.tapStep() * strides.get(i),
                        nest.open(s.taps(), false, Loop.Kind.SERIAL));
            }
        }
        At.Move line = new At.Move(lanes, true, nest.open(channels / lanes, false, Loop.Kind.SERIAL));
        List.of(around.x(), around.w(), around.y()).forEach(moves -> moves.add(line));
        return around;
    }

    private void block(LoopNest nest, List<Segment> part, long groups, Around around) {
        int across = part.size() - 2;
        int of = Convolutions.SPATIAL + across;
        long rows = groups * ROWS;
        around.with(rows * part.get(across).perPlace() * x.stride(of),
                rows * part.get(across).placeStep() * w.stride(of), strides().getLast(),
                nest.open(blocks, false, Loop.Kind.SERIAL));
    }

    /** Elements of an operand that are read once. */
    private record Elements(Sums sums, Operand x, Depthwise.Places places, Variable.Counter channel,
            Map<At, Expression> read) {
        Expression at(long down, long along) {
            return read.computeIfAbsent(places.at(down, along),
                    at -> sums.element(x, at.with(1, channel)));
        }
    }

    // ---- lines ----

    /**
     * Some places along the last two axes, and some elements of the window along the last.
     *
     * @param firstRow along the last axis but one, if there is one
     */
    private record Some(long firstRow, int rows, long firstPlace, int places, long firstTap, long taps) {}

    private static List<Some> some(List<Segment> part) {
        Segment last = part.getLast();
        long height = part.size() > 1 ? part.get(part.size() - 2).taps() : 1;
        long wide = Math.min(SUMS, last.taps());
        long high = Math.min(SUMS / wide, height);
        List<Some> all = new ArrayList<>();
        for (long row = 0; row < height; row += high) {
            for (long place = 0; place < last.taps(); place += wide) {
                for (long tap = 0; tap < last.places(); tap += Loop.MOST_SHORT) {
                    all.add(new Some(row, (int) Math.min(high, height - row), place,
                            (int) Math.min(wide, last.taps() - place), tap,
                            Math.min(Loop.MOST_SHORT, last.places() - tap)));
                }
            }
        }
        return all;
    }

    /** Adds what a part of the window comes to, for some channels. */
    private void lines(List<Segment> part, long first, long count, Atom.Var sums) {
        if (part.stream().anyMatch(s -> s.places() == 0)) {
            return;
        }
        for (Some some : some(part)) {
            long whole = count / LINE;
            if (whole > 0) {
                launches.add(launch(part, some, sums, first, whole, LINE));
            }
            if (whole * LINE < count) {
                launches.add(launch(part, some, sums, first + whole * LINE, 1, count - whole * LINE));
            }
        }
    }

    /** Adds to the sums of some channels what one part of the window comes to. */
    private Launch launch(List<Segment> part, Some some, Atom.Var sums, long first, long lines, long width) {
        List<Spot> spots = spots(part, some);
        LoopNest nest = new LoopNest("depthwise convolution, " + spots.size() + " sums at once");
        Segment last = part.getLast();
        int axes = part.size();
        int along = Convolutions.SPATIAL + axes - 1;
        List<Long> strides = strides();
        List<At.Move> ofX = new ArrayList<>();
        List<At.Move> ofW = new ArrayList<>();
        List<At.Move> ofY = new ArrayList<>();
        Variable.Counter example = nest.open(w.length(Convolutions.FEATURES), false, Loop.Kind.SERIAL);
        ofX.add(new At.Move(x.stride(Convolutions.FEATURES), example));
        ofW.add(new At.Move(w.stride(Convolutions.FEATURES), example));
        ofY.add(new At.Move(blocks * strides.getLast(), example));
        for (int i = 0; i < axes - 1; i++) {
            Segment s = part.get(i);
            Variable.Counter tap = nest.open(s.places(), false, Loop.Kind.ORDERED);
            ofX.add(new At.Move(s.perPlace() * x.stride(Convolutions.SPATIAL + i), tap));
            ofW.add(new At.Move(s.placeStep() * w.stride(Convolutions.SPATIAL + i), tap));
            if (i < axes - 2) {
                Variable.Counter place = nest.open(s.taps(), false, Loop.Kind.SERIAL);
                ofX.add(new At.Move(s.perTap() * x.stride(Convolutions.SPATIAL + i), place));
                ofY.add(new At.Move(s.tapStep() * strides.get(i), place));
            }
        }
        Variable.Counter line = nest.open(lines, false, Loop.Kind.SERIAL);
        List.of(ofX, ofW, ofY).forEach(moves -> moves.add(new At.Move(width, line)));
        long from = x.x().offset() + x.start(part) + first
                + some.firstTap() * last.perPlace() * x.stride(along);
        At factor = nest.at(w.x().offset() + w.firstPlace(part) + first
                + some.firstTap() * last.placeStep() * w.stride(along)).with(ofW);
        List<At> elements = spots.stream().map(spot -> nest.at(from + spot.read()).with(ofX)).toList();
        List<At> targets = spots.stream().map(spot -> nest.at(first + spot.written()).with(ofY)).toList();
        Sums of = new Sums(e, nest);
        Variable.Counter channel = nest.open(width, width == LINE, Loop.Kind.VECTOR);
        List<Axis> loop = List.of(new Axis(some.taps(), List.of(last.perPlace() * x.stride(along),
                last.placeStep() * w.stride(along))));
        List<Expression> before = targets.stream()
                .map(at -> nest.read(Operand.whole(sums), at.with(1, channel))).toList();
        List<Expression> totals = new Depthwise.Taps(nest, of, loop).sums(before, (counters, carried) -> {
            Expression right = of.element(w.x(), factor.along(loop, 1, counters).with(1, channel));
            return IntStream.range(0, carried.size()).mapToObj(i -> of.plus(carried.get(i),
                    of.element(x.x(), elements.get(i).along(loop, 0, counters).with(1, channel)),
                    right)).toList();
        });
        for (int i = 0; i < totals.size(); i++) {
            nest.write(sums, targets.get(i).with(1, channel), of.result(totals.get(i)));
        }
        return nest.launch(Math.max(least, work(part, some) * lines * width));
    }

    /** Products for each channel. */
    private long work(List<Segment> part, Some some) {
        int axes = part.size();
        return IntStream.range(0, axes - 1)
                .mapToLong(i -> part.get(i).places() * (i < axes - 2 ? part.get(i).taps() : some.rows()))
                .reduce(some.taps() * some.places() * w.length(Convolutions.FEATURES), (a, b) -> a * b);
    }

    /** Of a place, how far its first element of the input is away, and where its partial sums begin. */
    private record Spot(long read, long written) {}

    private List<Spot> spots(List<Segment> part, Some some) {
        List<Long> strides = strides();
        int along = part.size() - 1;
        int across = Math.max(along - 1, 0);
        long start = firstSum(part);
        List<Spot> spots = new ArrayList<>();
        for (long row = some.firstRow(); row < some.firstRow() + some.rows(); row++) {
            for (long place = some.firstPlace(); place < some.firstPlace() + some.places(); place++) {
                spots.add(new Spot(row * part.get(across).perTap() * x.stride(Convolutions.SPATIAL + across)
                        + place * part.get(along).perTap() * x.stride(Convolutions.SPATIAL + along),
                        start + row * part.get(across).tapStep() * strides.get(across)
                        + place * part.get(along).tapStep() * strides.get(along)));
            }
        }
        return spots;
    }

    /** Where a part's sums begin among the partial ones. */
    private long firstSum(List<Segment> part) {
        List<Long> strides = strides();
        return IntStream.range(0, part.size()).mapToLong(i -> part.get(i).firstTap() * strides.get(i)).sum();
    }

    /** The strides of places, and last of blocks, in the partial sums. */
    private List<Long> strides() {
        List<Long> strides = new ArrayList<>();
        long stride = channels;
        for (long length : y.lengths().reversed()) {
            strides.addFirst(stride);
            stride *= length;
        }
        strides.add(stride);
        return strides;
    }

    /** Sums up what the blocks of all examples came to. */
    private void total(Atom.Var partial, long count, long each) {
        List<Long> lengths = new ArrayList<>(y.lengths());
        lengths.add(channels);
        List<Long> to = new ArrayList<>(IntStream.range(0, y.lengths().size())
                .mapToObj(i -> y.stride(Convolutions.SPATIAL + i)).toList());
        to.add(y.stride(Convolutions.FEATURES));
        List<Long> from = new ArrayList<>(strides().subList(0, y.lengths().size()));
        from.add(1L);
        List<Axis> axes = Axis.of(lengths, List.of(from, to));
        LoopNest nest = new LoopNest("depthwise convolution, sums");
        List<Variable.Counter> at = nest.vector(axes);
        nest.once();
        Sums sums = new Sums(e, nest);
        Variable.Local sum = sums.accumulator();
        Variable.Counter block = nest.serial(count);
        Expression element = nest.read(Operand.whole(partial), At.of(0).with(each, block)
                .along(axes, 0, at));
        nest.close(List.of(sums.fold(sum, new Binary(Binary.Function.ADD, new Read(sum), element))));
        nest.write(e.result(), At.of(0).along(axes, 1, at), sums.result(new Read(sum)));
        launches.add(nest.launch(count * each));
    }
}

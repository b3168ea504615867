package ricci.compiler;

import java.util.ArrayList;
import java.util.Collections;
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
import ricci.jvm.Workers;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Read;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Convolutions in which each channel meets its own kernel only, and what gives the derivatives of such
 * kernels. Channels are in lanes. A few neighbouring places are computed at once, which share most elements
 * of the input and all of the kernel; places that meet holes are apart from the others, see {@link Segment}.
 */
final class Depthwise {
    /** So many places of a line at once. */
    private static final int PLACES = 4;
    /** So many elements along one axis of the kernel are written out. */
    private static final long MOST_TAPS = 8;
    /**
     * If so many elements along two axes are all there are, they are written out, and patches are squares of
     * so many rows: each element of the input is then read less often.
     */
    private static final long MOST_WRITTEN = 9;
    private static final int SIDE = 2;
    /** At most this part of the places is computed twice. */
    private static final long FEW = 4;
    /** So many examples for each thread are shared fairly. */
    private static final int FAIR = 4;
    /** For an axis that is not there. */
    private static final Segment ONE = new Segment(0, 0, 1, 0, 0, 1, 0, 0, 0);
    /** So many places of a derivative have sums in registers, and their own places in the input, too. */
    private static final int SUMS = 12;
    /** Channels that lie in one line of the cache. */
    private static final long LINE = 16;
    /**
     * What is left at an edge counts as this part of the whole, so that its code is waited for where that of
     * the whole is.
     */
    private static final long EDGE = 2;
    private static final int PARTIAL_SUMS = 3;

    private final Equation e;
    private final Convolutions.Tensor x;
    private final Convolutions.Tensor w;
    private final Convolutions.Tensor y;
    private final DType dtype;
    private final long channels;
    private final List<Launch> launches;
    private final long least;

    private Depthwise(Equation e, Convolutions.Tensor x, Convolutions.Tensor w, Convolutions.Tensor y,
            DType dtype, List<Launch> launches) {
        this.e = e;
        this.dtype = dtype;
        this.x = x;
        this.w = w;
        this.y = y;
        this.launches = launches;
        this.channels = w.length(Convolutions.OUTPUTS);
        this.least = e.result().type().shape().size() * w.x().shape().size() / channels / EDGE;
    }

    // ---- the convolution ----

    /** The loops of a convolution with one input and one output feature in each group; none if none pay. */
    static List<Launch> of(Equation e, Windows.Convolution op, Convolutions.Tensor input,
            Convolutions.Tensor kernel) {
        DType dtype = ImplicitGemm.sums(input.x().dtype(), e.result().type().dtype());
        if (op.sliding().axes() == 0 || dtype == null) {
            return List.of();
        }
        List<List<Segment>> parts = ImplicitGemm.parts(op.sliding(), input.lengths(),
                kernel.lengths(), Convolutions.result(e, op).lengths());
        boolean isLong = parts.stream().flatMap(List::stream).anyMatch(s -> s.taps() > Loop.MOST_SHORT);
        if (parts.isEmpty() || isLong) {
            return List.of();
        }
        List<Launch> launches = new ArrayList<>();
        Convolutions.Tensor x = input.stride(Convolutions.FEATURES) == 1 ? input
                : input.last(launches, e, 0, dtype, Convolutions.BATCH, Convolutions.FEATURES);
        Convolutions.Tensor w = kernel.stride(Convolutions.OUTPUTS) == 1 ? kernel
                : kernel.last(launches, e, 1, dtype, Convolutions.FEATURES,
                Convolutions.OUTPUTS);
        Convolutions.Tensor result = Convolutions.result(e, op);
        boolean isDirect = result.stride(Convolutions.FEATURES) == 1;
        Convolutions.Tensor y = isDirect ? result
                : result.room(e, 2, e.result().type().dtype(), 0);
        Depthwise depthwise = new Depthwise(e, x, w, y, dtype, launches);
        parts.forEach(depthwise::part);
        if (!isDirect) {
            launches.addAll(result.unpack(e, y));
        }
        return launches;
    }

    private void part(List<Segment> part) {
        if (part.stream().anyMatch(segment -> segment.taps() == 0)) {
            if (part.stream().allMatch(segment -> segment.places() > 0)) {
                launches.addAll(y.fill(part));
            }
            return;
        }
        Patch patch = patch(part);
        long places = part.getLast().places();
        long rest = patch.isCovering(places) ? 0 : places % patch.places();
        List<Line> lines = new ArrayList<>(List.of(new Line(patch, 0, places - rest),
                new Line(patch.narrow(), places - rest, rest)));
        lines.removeIf(line -> line.places() == 0);
        lines.forEach(line -> launches.add(launch(part, line)));
    }

    /**
     * Places that are computed at once: of so many neighbouring rows so many neighbours.
     *
     * @param axes of the kernel, from the last, along which sums are written out
     * @param lanes channels that are computed at once; 0 if a loop goes over all
     */
    private record Patch(int rows, int places, int axes, int lanes) {
        /** Whether all is written out, as one vector of channels at a time. */
        boolean isNear() {
            return lanes > 0;
        }

        /** How many patches have that many neighbours. */
        static long count(long length, int width) {
            return (length + width - 1) / width;
        }

        /** Whether few places are computed twice if patches have all of a line. */
        boolean isCovering(long length) {
            return count(length, places) * places - length <= length / FEW;
        }

        /** The same with a place at a time. */
        Patch narrow() {
            return new Patch(1, 1, Math.min(axes, 1), 0);
        }
    }

    private Patch patch(List<Segment> part) {
        Segment last = part.getLast();
        int lanes = Blocking.lanes(Machine.here(), dtype.bytes());
        if (part.size() > 1 && channels >= lanes) {
            Segment across = part.get(part.size() - 2);
            if (across.taps() * last.taps() <= MOST_WRITTEN && across.places() >= SIDE
                    && last.places() >= SIDE) {
                return new Patch(SIDE, SIDE, 2, lanes);
            }
        }
        return last.taps() > MOST_TAPS ? new Patch(1, 1, 0, 0)
                : new Patch(1, last.places() >= PLACES ? PLACES : 1, 1, 0);
    }

    /** Places along the last axis. */
    private record Line(Patch patch, long first, long places) {}

    /** Where the loops are that are around those over channels. */
    private record Around(List<At.Move> reads, List<At.Move> writes) {}

    private Launch launch(List<Segment> part, Line line) {
        Patch patch = line.patch();
        LoopNest nest = new LoopNest("depthwise convolution, " + patch.rows() + "x" + patch.places()
                + " places at once");
        Around around = around(nest, part, line);
        List<At.Move> lane = new ArrayList<>();
        if (patch.lanes() > 0) {
            lane.add(new At.Move(1, true, begin(nest, channels, patch.lanes())));
            around.reads().addAll(lane);
            around.writes().addAll(lane);
        }
        int along = Convolutions.SPATIAL + part.size() - 1;
        Segment last = part.getLast();
        Places to = new Places(nest, y.x().offset() + y.firstPlace(part)
                + line.first() * last.placeStep() * y.stride(along), around.writes(), patch.isNear());
        List<At> targets = new ArrayList<>();
        for (int row = 0; row < patch.rows(); row++) {
            long down = row == 0 ? 0
                    : row * part.get(part.size() - 2).placeStep() * y.stride(along - 1);
            for (int i = 0; i < patch.places(); i++) {
                targets.add(to.at(down, i * last.placeStep() * y.stride(along)));
            }
        }
        Reads reads = reads(nest, part, line, around.reads(), lane);
        Sums sums = new Sums(e, nest);
        Variable.Counter channel = patch.lanes() == 0 ? nest.vector(channels)
                : nest.open(patch.lanes(), true, Loop.Kind.VECTOR);
        List<Expression> totals = sums(nest, sums, reads, targets.size(), channel);
        for (int i = 0; i < targets.size(); i++) {
            nest.write(y.base(), targets.get(i).with(1, channel), sums.result(totals.get(i)));
        }
        return nest.launch(Math.max(least, work(part, line.places())));
    }

    /**
     * Places of a tensor. Those of a row of a patch are a distance apart that is part of the kernel, so each
     * row takes one address, and there are other kernels for other numbers of channels. All others are
     * arguments.
     */
    private static final class Places {
        private final LoopNest nest;
        private final long from;
        private final List<At.Move> moves;
        private final boolean areNear;
        private final Map<Long, At> known = new HashMap<>();

        Places(LoopNest nest, long from, List<At.Move> moves, boolean areNear) {
            this.nest = nest;
            this.from = from;
            this.moves = moves;
            this.areNear = areNear;
        }

        /** So many elements down from the first place, and so many along. */
        At at(long down, long along) {
            long first = areNear ? down : down + along;
            return known.computeIfAbsent(first, _ -> nest.at(from + first).with(moves))
                    .shifted(down + along - first);
        }
    }

    /** Products of all channels. */
    private long work(List<Segment> part, long places) {
        long taps = part.stream().mapToLong(Segment::taps).reduce(1, (a, b) -> a * b);
        return part.stream().limit(part.size() - 1).mapToLong(Segment::places)
                .reduce(y.length(Convolutions.BATCH) * places * channels * taps, (a, b) -> a * b);
    }

    /** Opens the loops over patches; if threads cannot share the examples fairly, they share rows. */
    private Around around(LoopNest nest, List<Segment> part, Line line) {
        Around around = new Around(new ArrayList<>(), new ArrayList<>());
        long batch = y.length(Convolutions.BATCH);
        int axes = part.size();
        List<Integer> order = new ArrayList<>(IntStream.range(-1, axes).boxed().toList());
        if (Workers.count() > 1 && batch < FAIR * Workers.count() && batch % Workers.count() != 0) {
            Collections.swap(order, 0, 1);
        }
        for (int axis : order) {
            if (axis < 0) {
                Variable.Counter example = nest.open(batch, false, Loop.Kind.SERIAL);
                around.reads().add(new At.Move(x.stride(Convolutions.BATCH), example));
                around.writes().add(new At.Move(y.stride(Convolutions.BATCH), example));
                continue;
            }
            Segment segment = part.get(axis);
            int of = Convolutions.SPATIAL + axis;
            // Edges run the same kernels as what is between them.
            Variable place = axis == axes - 1 ? begin(nest, line.places(), line.patch().places())
                    : begin(nest, segment.places(), axis == axes - 2 ? line.patch().rows() : 1);
            around.reads().add(new At.Move(segment.perPlace() * x.stride(of), place));
            around.writes().add(new At.Move(segment.placeStep() * y.stride(of), place));
        }
        return around;
    }

    /** Opens a loop over groups of neighbours: where each begins. The last ends where all do. */
    private static Variable begin(LoopNest nest, long length, int width) {
        Variable.Counter group = nest.open(Patch.count(length, width), false, Loop.Kind.SERIAL);
        if (width == 1) {
            return group;
        }
        Expression begin = nest.index(At.of(0).with(new At.Move(width, true, group)));
        return nest.local(new Binary(Binary.Function.MAX, Expression.Constant.of(0L),
                new Binary(Binary.Function.MIN, begin, nest.given(length - width))));
    }

    /** An element of the input and one of the kernel, whose product is part of the sum of a place. */
    private record Product(int place, At element, At factor) {}

    /**
     * What some places read.
     *
     * @param products in the order in which sums go on
     * @param around loops over what else there is of the kernel, with the strides of input and kernel
     */
    private record Reads(List<Product> products, List<Axis> around) {}

    private Reads reads(LoopNest nest, List<Segment> part, Line line, List<At.Move> moves,
            List<At.Move> lane) {
        Patch patch = line.patch();
        int along = Convolutions.SPATIAL + part.size() - 1;
        long step = part.getLast().perPlace() * x.stride(along);
        Segment last = patch.axes() > 0 ? part.getLast() : ONE;
        Segment across = patch.axes() > 1 ? part.get(part.size() - 2) : ONE;
        long up = patch.axes() > 1 ? x.stride(along - 1) : 0;
        Places from = new Places(nest, x.x().offset() + x.start(part) + line.first() * step, moves,
                patch.isNear());
        Places factors = new Places(nest, w.x().offset() + IntStream.range(0, part.size()).mapToLong(i ->
                part.get(i).firstTap() * w.stride(Convolutions.SPATIAL + i)).sum(), lane, patch.isNear());
        List<Product> products = new ArrayList<>();
        for (long i = 0; i < across.taps() * last.taps(); i++) {
            long high = i / last.taps();
            long wide = i % last.taps();
            At factor = factors.at(high == 0 ? 0 : high * across.tapStep() * w.stride(along - 1),
                    wide * last.tapStep() * w.stride(along));
            for (int place = 0; place < patch.rows() * patch.places(); place++) {
                long down = place / patch.places() * across.perPlace() + high * across.perTap();
                products.add(new Product(place, from.at(down * up,
                        place % patch.places() * step + wide * last.perTap() * x.stride(along)), factor));
            }
        }
        List<Axis> around = IntStream.range(0, part.size() - patch.axes()).mapToObj(i ->
                new Axis(part.get(i).taps(), List.of(
                        part.get(i).perTap() * x.stride(Convolutions.SPATIAL + i),
                        part.get(i).tapStep() * w.stride(Convolutions.SPATIAL + i)))).toList();
        return new Reads(products, around);
    }

    /** In a loop over channels, the sums of some places. */
    private List<Expression> sums(LoopNest nest, Sums sums, Reads reads, int places,
            Variable.Counter channel) {
        List<Expression> zeros = IntStream.range(0, places).<Expression>mapToObj(_ -> sums.zero()).toList();
        return new Taps(nest, sums, reads.around()).sums(zeros, (counters, before) -> {
            // What several places share is read once.
            Map<At, Expression> values = new HashMap<>();
            List<Expression> totals = new ArrayList<>(before);
            for (Product product : reads.products()) {
                Expression right = values.computeIfAbsent(product.factor(), at -> sums.element(w.x(),
                        at.along(reads.around(), 1, counters).with(1, channel)));
                Expression left = values.computeIfAbsent(product.element(), at -> sums.element(x.x(),
                        at.along(reads.around(), 0, counters).with(1, channel)));
                totals.set(product.place(), sums.plus(totals.get(product.place()), left, right));
            }
            return totals;
        });
    }

    /** Short loops that carry sums on. */
    private record Taps(LoopNest nest, Sums sums, List<Axis> axes) {
        /** What becomes of sums in a turn. */
        private interface Turn {
            List<Expression> after(List<Variable.Counter> counters, List<Expression> before);
        }

        List<Expression> sums(List<Expression> first, Turn turn) {
            List<List<Variable.Local>> accumulators = new ArrayList<>();
            List<Variable.Counter> counters = new ArrayList<>();
            for (Axis axis : axes) {
                accumulators.add(first.stream().map(_ -> sums.accumulator()).toList());
                counters.add(nest.open(axis.length(), false, Loop.Kind.SHORT));
            }
            List<Expression> next = turn.after(counters,
                    axes.isEmpty() ? first : reads(accumulators.getLast()));
            for (int level = axes.size() - 1; level >= 0; level--) {
                List<Expression> before = level == 0 ? first : reads(accumulators.get(level - 1));
                List<Fold> folds = new ArrayList<>();
                for (int i = 0; i < first.size(); i++) {
                    folds.add(new Fold(accumulators.get(level).get(i), before.get(i), next.get(i), null));
                }
                nest.close(folds);
                next = reads(accumulators.get(level));
            }
            return next;
        }

        private static List<Expression> reads(List<Variable.Local> locals) {
            return locals.stream().<Expression>map(Read::new).toList();
        }
    }

    // ---- the derivative of the kernel ----

    /**
     * The loops of a convolution of groups that have one example and one output feature each: the sums are
     * long and few, as in the derivative of a kernel. Elements of the window are cut in segments as places
     * are elsewhere, as the two play the same part. Each of what is summed over last, the batch of what is
     * derived, has sums of its own first, on whichever thread.
     */
    static List<Launch> ofKernel(Equation e, Windows.Convolution op, Convolutions.Tensor input,
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
        Depthwise depthwise = new Depthwise(e, x, w, result, dtype, launches);
        depthwise.ofKernel(parts, dtype);
        return launches;
    }

    private void ofKernel(List<List<Segment>> parts, DType dtype) {
        List<Long> places = y.lengths();
        long each = places.stream().reduce(channels, (a, b) -> a * b);
        long examples = w.length(Convolutions.FEATURES);
        Atom.Var sums = Alone.temporary(e, PARTIAL_SUMS, TensorType.of(dtype, examples * each));
        launches.addAll(Moves.fill("fill", Operand.of(TensorType.of(dtype), 0), sums));
        for (List<Segment> part : parts) {
            if (part.stream().allMatch(s -> s.places() > 0 && s.taps() > 0)) {
                some(part).forEach(some -> lines(part, some, sums));
            }
        }
        total(sums, examples, each);
    }

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

    private void lines(List<Segment> part, Some some, Atom.Var sums) {
        long whole = channels / LINE;
        if (whole > 0) {
            launches.add(launch(part, some, sums, 0, whole, LINE));
        }
        if (whole * LINE < channels) {
            launches.add(launch(part, some, sums, whole * LINE, 1, channels - whole * LINE));
        }
    }

    /** Adds to the sums of some channels what one part of the window comes to. */
    private Launch launch(List<Segment> part, Some some, Atom.Var sums, long first, long lines, long width) {
        List<Spot> spots = spots(part, some);
        LoopNest nest = new LoopNest("depthwise convolution, " + spots.size() + " sums at once");
        Segment last = part.getLast();
        int axes = part.size();
        int along = Convolutions.SPATIAL + axes - 1;
        List<Long> rows = rows();
        List<At.Move> ofX = new ArrayList<>();
        List<At.Move> ofW = new ArrayList<>();
        List<At.Move> ofY = new ArrayList<>();
        Variable.Counter example = nest.open(w.length(Convolutions.FEATURES), false, Loop.Kind.SERIAL);
        ofX.add(new At.Move(x.stride(Convolutions.FEATURES), example));
        ofW.add(new At.Move(w.stride(Convolutions.FEATURES), example));
        ofY.add(new At.Move(rows.getLast(), example));
        for (int i = 0; i < axes - 1; i++) {
            Segment s = part.get(i);
            Variable.Counter tap = nest.open(s.places(), false, Loop.Kind.ORDERED);
            ofX.add(new At.Move(s.perPlace() * x.stride(Convolutions.SPATIAL + i), tap));
            ofW.add(new At.Move(s.placeStep() * w.stride(Convolutions.SPATIAL + i), tap));
            if (i < axes - 2) {
                Variable.Counter place = nest.open(s.taps(), false, Loop.Kind.SERIAL);
                ofX.add(new At.Move(s.perTap() * x.stride(Convolutions.SPATIAL + i), place));
                ofY.add(new At.Move(s.tapStep() * rows.get(i), place));
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
        List<Expression> totals = new Taps(nest, of, loop).sums(before, (counters, carried) -> {
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
        List<Long> rows = rows();
        int along = part.size() - 1;
        int across = Math.max(along - 1, 0);
        long start = 0;
        for (int i = 0; i < part.size(); i++) {
            start += part.get(i).firstTap() * rows.get(i);
        }
        List<Spot> spots = new ArrayList<>();
        for (long row = some.firstRow(); row < some.firstRow() + some.rows(); row++) {
            for (long place = some.firstPlace(); place < some.firstPlace() + some.places(); place++) {
                spots.add(new Spot(row * part.get(across).perTap() * x.stride(Convolutions.SPATIAL + across)
                        + place * part.get(along).perTap() * x.stride(Convolutions.SPATIAL + along),
                        start + row * part.get(across).tapStep() * rows.get(across)
                        + place * part.get(along).tapStep() * rows.get(along)));
            }
        }
        return spots;
    }

    /** The strides of places, and last of the examples, in the partial sums. */
    private List<Long> rows() {
        List<Long> rows = new ArrayList<>();
        long stride = channels;
        for (long length : y.lengths().reversed()) {
            rows.addFirst(stride);
            stride *= length;
        }
        rows.add(stride);
        return rows;
    }

    /** Sums up what the examples came to. */
    private void total(Atom.Var partial, long examples, long each) {
        List<Long> lengths = new ArrayList<>(y.lengths());
        lengths.add(channels);
        List<Long> to = new ArrayList<>(IntStream.range(0, y.lengths().size())
                .mapToObj(i -> y.stride(Convolutions.SPATIAL + i)).toList());
        to.add(y.stride(Convolutions.FEATURES));
        List<Long> from = new ArrayList<>(rows().subList(0, y.lengths().size()));
        from.add(1L);
        List<Axis> axes = Axis.of(lengths, List.of(from, to));
        LoopNest nest = new LoopNest("depthwise convolution, sums");
        List<Variable.Counter> at = nest.vector(axes);
        nest.once();
        Sums sums = new Sums(e, nest);
        Variable.Local sum = sums.accumulator();
        Variable.Counter example = nest.serial(examples);
        Expression element = nest.read(Operand.whole(partial), At.of(0).with(each, example)
                .along(axes, 0, at));
        nest.close(List.of(sums.fold(sum, new Binary(Binary.Function.ADD, new Read(sum),
                element))));
        nest.write(e.result(), At.of(0).along(axes, 1, at), sums.result(new Read(sum)));
        launches.add(nest.launch(examples * each));
    }
}

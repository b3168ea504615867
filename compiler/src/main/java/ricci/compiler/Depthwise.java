package ricci.compiler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.Equation;
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
 * Convolutions in which each channel meets its own kernel only. Channels are in lanes. A few neighbouring
 * places are computed at once, which share most elements of the input and all of the kernel; places that meet
 * holes are apart from the others, see {@link Segment}.
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
    private static final long FAIR = 4;
    /** So many operations at the end are written out for each place of a patch. */
    private static final int MOST_OPERATIONS = 64;
    /** For an axis that is not there. */
    private static final Segment ONE = new Segment(0, 0, 1, 0, 0, 1, 0, 0, 0);
    /**
     * What is left at an edge counts as this part of the whole, so that its code is waited for where that of
     * the whole is.
     */
    private static final long EDGE = 2;

    private final Equation e;
    private final Convolutions.Tensor x;
    private final Convolutions.Tensor w;
    private final Convolutions.Tensor y;
    private final DType dtype;
    private final long channels;
    private final List<Launch> launches;
    private final long least;
    private final @Nullable ConvolutionEnd end;
    private final Targets targets;

    private Depthwise(Equation e, Convolutions.Tensor x, Convolutions.Tensor w, Convolutions.Tensor y,
            DType dtype, List<Launch> launches, @Nullable ConvolutionEnd end) {
        this.end = end;
        this.targets = new Targets(y, end);
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
            Convolutions.Tensor kernel, @Nullable ConvolutionEnd end) {
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
        boolean isDirect = result.stride(Convolutions.FEATURES) == 1 && (end == null || end.isForward());
        Convolutions.Tensor y = isDirect ? result
                : result.room(e, 2, e.result().type().dtype(), 0);
        Depthwise depthwise = new Depthwise(e, x, w, y, dtype, launches, isDirect ? end : null);
        parts.forEach(depthwise::part);
        if (!isDirect) {
            launches.addAll(result.unpack(e, y, end));
        }
        return launches;
    }

    private void part(List<Segment> part) {
        if (part.stream().anyMatch(segment -> segment.taps() == 0)) {
            if (part.stream().allMatch(segment -> segment.places() > 0)) {
                launches.addAll(end == null ? y.fill(part) : List.of(end.ofZeros(y, part)));
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
    private record Around(List<At.Move> reads, List<List<At.Move>> writes) {}

    private Launch launch(List<Segment> part, Line line) {
        Patch patch = line.patch();
        LoopNest nest = new LoopNest("depthwise convolution, " + patch.rows() + "x" + patch.places()
                + " places at once");
        Around around = around(nest, part, line);
        List<At.Move> lane = new ArrayList<>();
        if (patch.lanes() > 0) {
            lane.add(new At.Move(1, true, begin(nest, channels, patch.lanes())));
            around.reads().addAll(lane);
            for (int i = 0; i < targets.count(); i++) {
                long step = targets.stride(i, Convolutions.FEATURES);
                around.writes().get(i).add(new At.Move(step, step == 1, lane.getFirst().factor()));
            }
        }
        List<List<At>> written = IntStream.range(0, targets.count())
                .mapToObj(i -> places(nest, part, line, around, i)).toList();
        Reads reads = reads(nest, part, line, around.reads(), lane);
        Sums sums = new Sums(e, nest);
        Variable.Counter channel = patch.lanes() == 0 ? nest.vector(channels)
                : nest.open(patch.lanes(), true, Loop.Kind.VECTOR);
        List<Expression> totals = sums(nest, sums, reads, patch.rows() * patch.places(), channel);
        if (end != null && end.operations() * totals.size() > MOST_OPERATIONS) {
            apart(nest, part, patch, totals.stream().map(sums::result).toList(), channel,
                    written.stream().map(List::getFirst).toList());
            return nest.launch(Math.max(least, work(part, line.places())));
        }
        for (int i = 0; i < totals.size(); i++) {
            int place = i;
            List<At> at = IntStream.range(0, targets.count()).mapToObj(tensor -> written.get(tensor)
                    .get(place).with(targets.stride(tensor, Convolutions.FEATURES), channel)).toList();
            Expression sum = sums.result(totals.get(i));
            if (end == null) {
                nest.write(y.base(), at.getFirst(), sum);
            } else {
                end.write(nest, sum, at.getFirst(), at.subList(1, at.size()));
            }
        }
        return nest.launch(Math.max(least, work(part, line.places())));
    }

    /**
     * Makes of the sums of a patch what follows, place by place: written out it would be too long.
     *
     * @param first where the first place is in each tensor
     */
    private void apart(LoopNest nest, List<Segment> part, Patch patch, List<Expression> sums,
            Variable.Counter channel, List<At> first) {
        ConvolutionEnd then = Objects.requireNonNull(end);
        long width = patch.lanes() == 0 ? channels : patch.lanes();
        boolean isKnown = patch.lanes() > 0;
        Launch.Memory.Scratch room = then.room(sums.size() * width);
        List<At> kept = IntStream.range(0, sums.size()).mapToObj(i -> isKnown
                ? At.known(i * width) : At.of(i * width)).toList();
        for (int i = 0; i < sums.size(); i++) {
            then.keep(nest, room, kept.get(i).with(1, channel), sums.get(i));
        }
        nest.close(List.of());
        Variable.Counter row = nest.open(patch.rows(), true, Loop.Kind.SERIAL);
        Variable.Counter place = nest.open(patch.places(), true, Loop.Kind.SERIAL);
        Variable.Counter j = patch.lanes() == 0 ? nest.vector(channels)
                : nest.open(patch.lanes(), true, Loop.Kind.VECTOR);
        List<At> at = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            at.add(first.get(i).with(down(i, part, patch), row).with(along(i, part), place)
                    .with(targets.stride(i, Convolutions.FEATURES), j));
        }
        At from = At.known(0).with(new At.Move(patch.places() * width, isKnown, row))
                .with(new At.Move(width, isKnown, place)).with(1, j);
        then.write(nest, room, from, at.getFirst(), at.subList(1, at.size()));
        nest.close(List.of());
        nest.close(List.of());
    }

    /** How far a row of a patch is from the one before it. */
    private long down(int tensor, List<Segment> part, Patch patch) {
        return patch.rows() == 1 ? 0 : part.get(part.size() - 2).placeStep()
                * targets.stride(tensor, Convolutions.SPATIAL + part.size() - 2);
    }

    /** How far a place of a line is from the one before it. */
    private long along(int tensor, List<Segment> part) {
        return part.getLast().placeStep() * targets.stride(tensor, Convolutions.SPATIAL + part.size() - 1);
    }

    /** The places of a patch in a tensor. */
    private List<At> places(LoopNest nest, List<Segment> part, Line line, Around around, int tensor) {
        Patch patch = line.patch();
        long first = targets.start(tensor, part);
        long along = along(tensor, part);
        Places to = new Places(nest, first + line.first() * along, around.writes().get(tensor),
                patch.isNear());
        List<At> places = new ArrayList<>();
        for (int row = 0; row < patch.rows(); row++) {
            for (int i = 0; i < patch.places(); i++) {
                places.add(to.at(row * down(tensor, part, patch), i * along));
            }
        }
        return places;
    }

    /**
     * Places of a tensor. Those of a row of a patch are a distance apart that is part of the kernel, so each
     * row takes one address, and there are other kernels for other numbers of channels. All others are
     * arguments.
     */
    static final class Places {
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
        Around around = new Around(new ArrayList<>(), IntStream.range(0, targets.count())
                .<List<At.Move>>mapToObj(_ -> new ArrayList<>()).toList());
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
                for (int i = 0; i < targets.count(); i++) {
                    around.writes().get(i).add(new At.Move(targets.stride(i, Convolutions.BATCH), example));
                }
                continue;
            }
            Segment segment = part.get(axis);
            int of = Convolutions.SPATIAL + axis;
            // Edges run the same kernels as what is between them.
            Variable place = axis == axes - 1 ? begin(nest, line.places(), line.patch().places())
                    : begin(nest, segment.places(), axis == axes - 2 ? line.patch().rows() : 1);
            around.reads().add(new At.Move(segment.perPlace() * x.stride(of), place));
            for (int i = 0; i < targets.count(); i++) {
                around.writes().get(i).add(new At.Move(segment.placeStep() * targets.stride(i, of), place));
            }
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
    record Taps(LoopNest nest, Sums sums, List<Axis> axes) {
        /** What becomes of sums in a turn. */
        interface Turn {
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
}

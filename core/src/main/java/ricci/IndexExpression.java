package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * An index expression resolved against a tensor, by NumPy's rules ("Indexing on ndarrays" in its guide).
 *
 * <p>Places that several tensors name are broadcast together to one block of axes. The block stands where the
 * first of them stands if nothing but integers is between them, else in front of all other axes. Slices and
 * integers are known while tracing, so reading them is a slice; only places that are data are gathered.
 */
final class IndexExpression {
    /** What an entry of the expression, or an axis of the result, is. */
    private sealed interface Entry {}

    /** {@code count} places of an axis from {@code start} on, {@code step} apart. */
    private record Kept(int axis, long start, long count, long step) implements Entry {
        long low() {
            return step > 0 || count == 0 ? start : start + (count - 1) * step;
        }

        boolean isReversed() {
            return step < 0 && count > 1;
        }

        boolean isStrided() {
            return Math.abs(step) > 1 && count > 1;
        }
    }

    private record Dropped(int axis, long place) implements Entry {}

    private record New() implements Entry {}

    /** The place of an ellipsis, which separates what is on its sides even if it stands for no axis. */
    private record Gap() implements Entry {}

    private record Looked(int axis, Tensor places) implements Entry {}

    /** An axis of the block that the places make together. */
    private record Block(int number) implements Entry {}

    private final String text;
    /** What is indexed, with an axis of length 1 for each scalar truth, and for a scalar itself. */
    private final Tensor x;
    private final List<Entry> entries;
    private final List<Looked> looked;
    private final Shape block;
    private final List<Entry> resultAxes;

    private IndexExpression(String text, Tensor x, List<Entry> entries) {
        this.text = text;
        this.x = x;
        this.entries = entries;
        this.looked = only(entries, Looked.class);
        this.block = looked.isEmpty() ? Shape.SCALAR
                : Elementwise.common(text, looked.stream().map(Looked::places).toList());
        this.resultAxes = resultAxes();
    }

    static IndexExpression of(Tensor x, List<Index> index) {
        return new Resolution(x, index).resolve();
    }

    /** The elements; places that are data and outside go as {@code mode} says. */
    Tensor get(IndexMode mode) {
        Tensor cut = cut();
        if (!looked.isEmpty()) {
            List<Entry> kept = entries.stream().filter(e -> e instanceof Kept || e instanceof Looked)
                    .toList();
            cut = cut.reshape(cut.shape().without(only(entries, Dropped.class).stream().map(Dropped::axis)
                    .toList()).toArray());
            cut = gather(cut, kept, mode);
        }
        return cut.reshape(shape(resultAxes).toArray());
    }

    /** What is indexed, with {@code values} combined into the elements; of its own dtype. */
    Tensor scatter(Tensor values, Op.Scatter.Combiner combiner, IndexMode mode) {
        Shape result = shape(resultAxes);
        List<Entry> dense = resultAxes.stream().filter(e -> !(e instanceof New)).toList();
        Tensor updates = Elementwise.broadcast(values, result).reshape(shape(dense).toArray());
        boolean none = looked.stream().anyMatch(l -> x.shape().length(l.axis()) == 0);
        if (updates.size() == 0 || (none && mode == IndexMode.FILL)) {
            return x;
        }
        requirePlaces(none);
        int[] reversed = IntStream.range(0, dense.size())
                .filter(i -> dense.get(i) instanceof Kept k && k.isReversed()).toArray();
        updates = reversed.length == 0 ? updates : updates.flip(reversed);
        List<Integer> offset = IntStream.range(0, dense.size())
                .filter(i -> dense.get(i) instanceof Kept k && !k.isStrided()).boxed().toList();
        List<Entry> batch = dense.stream().filter(e -> !(e instanceof Kept k) || k.isStrided()).toList();
        List<Integer> collapsed = new ArrayList<>();
        List<Integer> indexed = new ArrayList<>();
        List<Tensor> coordinates = new ArrayList<>();
        for (Entry entry : entries) {
            coordinate(entry, batch, mode, collapsed, indexed, coordinates);
        }
        if (indexed.isEmpty()) {
            indexed.add(0);
            coordinates.add(constant(shape(batch), 0));
        }
        GatherDimensions d = new GatherDimensions(offset, collapsed, List.of(), List.of(), indexed);
        return Elementwise.one(new Op.Scatter(d, combiner, outOfBounds(mode)), x, last(coordinates), updates);
    }

    /** The shape of {@link #get}'s result. */
    Shape shape() {
        return shape(resultAxes);
    }

    private List<Entry> resultAxes() {
        List<Entry> axes = new ArrayList<>();
        int first = -1;
        int last = -1;
        for (int i = 0; i < entries.size() && !looked.isEmpty(); i++) {
            if (isAdvanced(entries.get(i))) {
                first = first < 0 ? i : first;
                last = i;
            }
        }
        boolean together = first < 0 || entries.subList(first, last + 1).stream()
                .allMatch(IndexExpression::isAdvanced);
        List<Entry> blockAxes = IntStream.range(0, block.rank()).<Entry>mapToObj(Block::new).toList();
        for (int i = 0; i < entries.size(); i++) {
            if (together && i == first) {
                axes.addAll(blockAxes);
            }
            if (!isAdvanced(entries.get(i)) && !(entries.get(i) instanceof Gap)) {
                axes.add(entries.get(i));
            }
        }
        if (!together) {
            axes.addAll(0, blockAxes);
        }
        return axes;
    }

    private static boolean isAdvanced(Entry entry) {
        return entry instanceof Dropped || entry instanceof Looked;
    }

    private Shape shape(List<Entry> axes) {
        return Shape.of(axes.stream().mapToLong(entry -> switch (entry) {
            case Kept kept -> kept.count();
            case New _ -> 1;
            case Block(var number) -> block.length(number);
            case Looked(var axis, _) -> x.shape().length(axis);
            case Dropped _, Gap _ -> 1;
        }).toArray());
    }

    /** All that slices and integers choose, in the result's order; the integers' axes have length 1. */
    private Tensor cut() {
        int rank = x.rank();
        List<Long> starts = new ArrayList<>(Collections.nCopies(rank, 0L));
        List<Long> limits = new ArrayList<>(Arrays.stream(x.shape().toArray()).boxed().toList());
        List<Long> steps = new ArrayList<>(Collections.nCopies(rank, 1L));
        List<Integer> reversed = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof Dropped(var axis, var place)) {
                starts.set(axis, place);
                limits.set(axis, place + 1);
            } else if (entry instanceof Kept kept) {
                long step = kept.isStrided() ? Math.abs(kept.step()) : 1;
                starts.set(kept.axis(), kept.low());
                limits.set(kept.axis(), kept.low() + (kept.count() == 0 ? 0 : (kept.count() - 1) * step + 1));
                steps.set(kept.axis(), step);
                if (kept.isReversed()) {
                    reversed.add(kept.axis());
                }
            }
        }
        Op slice = new Op.Slice(starts, limits, steps);
        boolean whole = slice.equals(new Op.Slice(Collections.nCopies(rank, 0L),
                Arrays.stream(x.shape().toArray()).boxed().toList(), Collections.nCopies(rank, 1L)));
        Tensor cut = whole ? x : Elementwise.one(slice, x);
        return reversed.isEmpty() ? cut : Elementwise.one(new Op.Reverse(reversed), cut);
    }

    /** @param axes the entries that the axes of {@code cut} are for */
    private Tensor gather(Tensor cut, List<Entry> axes, IndexMode mode) {
        List<Entry> dense = resultAxes.stream().filter(e -> !(e instanceof New)).toList();
        Shape result = shape(dense);
        boolean none = looked.stream().anyMatch(l -> x.shape().length(l.axis()) == 0);
        if (result.size() == 0 || (none && mode == IndexMode.FILL)) {
            return Trace.fill(x.type().with(result),
                    x.dtype().isFloat() ? (Number) Double.NaN : x.dtype().least());
        }
        requirePlaces(none);
        List<Integer> chosen = IntStream.range(0, axes.size()).filter(i -> axes.get(i) instanceof Looked)
                .boxed().toList();
        long[] window = cut.shape().toArray();
        chosen.forEach(axis -> window[axis] = 1);
        List<Integer> offset = IntStream.range(0, dense.size()).filter(i -> dense.get(i) instanceof Kept)
                .boxed().toList();
        List<Tensor> coordinates = looked.stream()
                .map(l -> Elementwise.broadcast(counted(l, mode), block)).toList();
        GatherDimensions d = new GatherDimensions(offset, chosen, List.of(), List.of(), chosen);
        return Elementwise.one(new Op.Gather(d, Shape.of(window), outOfBounds(mode)), cut, last(coordinates));
    }

    private void requirePlaces(boolean none) {
        if (none) {
            throw new RicciException.Shape(text, x.type().toString(),
                    "an axis of length 0 has no places to look at",
                    "index a tensor that has elements, or say what there is with mode(IndexMode.FILL)");
        }
    }

    /** Adds what a scatter must know of an entry: the coordinates of each window, and what windows lack. */
    private void coordinate(Entry entry, List<Entry> batch, IndexMode mode, List<Integer> collapsed,
            List<Integer> indexed, List<Tensor> coordinates) {
        Shape windows = shape(batch);
        switch (entry) {
            case Dropped(var axis, var place) -> {
                collapsed.add(axis);
                indexed.add(axis);
                coordinates.add(constant(windows, place));
            }
            case Looked place -> {
                collapsed.add(place.axis());
                indexed.add(place.axis());
                List<Integer> axes = IntStream.range(0, batch.size())
                        .filter(i -> batch.get(i) instanceof Block).boxed().toList();
                Tensor counted = Elementwise.broadcast(counted(place, mode), block);
                coordinates.add(block.equals(windows) ? counted
                        : Elementwise.one(new Op.Broadcast(windows, axes), counted));
            }
            case Kept kept when kept.isStrided() -> {
                collapsed.add(kept.axis());
                indexed.add(kept.axis());
                Tensor number = Elementwise.one(
                        new Op.Iota(new TensorType(DType.I64, windows), batch.indexOf(kept)));
                coordinates.add(number.mul(Math.abs(kept.step())).add(kept.low()));
            }
            case Kept kept when kept.count() < x.shape().length(kept.axis()) -> {
                indexed.add(kept.axis());
                coordinates.add(constant(windows, kept.low()));
            }
            case Kept _, New _, Block _, Gap _ -> {}
        }
    }

    private static Tensor constant(Shape shape, long value) {
        return Trace.fill(new TensorType(DType.I64, shape), value);
    }

    /** Places counted from the start of the axis. */
    private Tensor counted(Looked entry, IndexMode mode) {
        long length = x.shape().length(entry.axis());
        Tensor places = entry.places().to(DType.I64);
        Tensor counted = mode == IndexMode.WRAP ? places.rem(length) : places;
        return Elementwise.where(counted.lt(0), counted.add(length), counted);
    }

    private static Op.OutOfBounds outOfBounds(IndexMode mode) {
        return switch (mode) {
            case FILL -> Op.OutOfBounds.FILL;
            case CLIP, WRAP -> Op.OutOfBounds.CLIP;
        };
    }

    /** The coordinates, one tensor per axis, along a new last axis. */
    private static Tensor last(List<Tensor> coordinates) {
        long[] shape = coordinates.getFirst().shape().toArray();
        long[] one = Arrays.copyOf(shape, shape.length + 1);
        one[shape.length] = 1;
        List<Tensor> columns = coordinates.stream().map(c -> c.reshape(one)).toList();
        return columns.size() == 1 ? columns.getFirst() : Ricci.concatenate(columns, shape.length);
    }

    private static <T> List<T> only(List<? super T> all, Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The walk along the axes that gives each entry its own. */
    private static final class Resolution {
        private final Tensor x;
        private final List<Index> index;
        private final String text;
        private final List<Entry> entries = new ArrayList<>();
        private final List<Long> lengths = new ArrayList<>();
        private int axis;

        Resolution(Tensor x, List<Index> index) {
            this.x = x;
            this.index = index;
            this.text = "index [" + String.join(", ", index.stream().map(Index::toString).toList()) + "]";
        }

        IndexExpression resolve() {
            List<Index> all = new ArrayList<>(index);
            long dots = index.stream().filter(Index.Ellipsis.class::isInstance).count();
            if (dots == 0) {
                all.add(new Index.Ellipsis());
            }
            int consumed = index.stream().mapToInt(Resolution::consumed).sum();
            if (dots > 1 || consumed > x.rank()) {
                throw new RicciException.Axis(text, x.type().toString(), dots > 1
                        ? "one ellipsis at most stands for the axes that are left over"
                        : "there are no more entries than axes; " + consumed + " for " + x.rank(),
                        dots > 1 ? "write the axes out as slice()" : "drop entries, or reshape the tensor");
            }
            for (Index entry : all) {
                entry(entry, x.rank() - consumed);
            }
            if (lengths.isEmpty()) {
                entries.add(new Dropped(0, 0));
                lengths.add(1L);
            }
            Shape viewed = Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
            return new IndexExpression(text, x.reshape(viewed.toArray()), entries);
        }

        private static int consumed(Index entry) {
            return switch (entry) {
                case Index.Single _, Index.Range _, Index.Places _ -> 1;
                case Index.Ellipsis _, Index.NewAxis _ -> 0;
                case Index.Mask(var truths) -> truths.rank();
            };
        }

        private void entry(Index entry, int left) {
            switch (entry) {
                case Index.Single(var place) -> entries.add(single(place));
                case Index.Range range -> entries.add(range(range));
                case Index.Ellipsis _ -> {
                    for (int i = 0; i < left; i++) {
                        long length = next();
                        entries.add(new Kept(lengths.size() - 1, 0, length, 1));
                    }
                    entries.add(new Gap());
                }
                case Index.NewAxis _ -> entries.add(new New());
                case Index.Places(var places) -> {
                    next();
                    entries.add(new Looked(lengths.size() - 1, places));
                }
                case Index.Mask(var truths) -> mask(truths);
            }
        }

        /** The length of the next axis, which is taken. */
        private long next() {
            long length = x.shape().length(axis++);
            lengths.add(length);
            return length;
        }

        private Dropped single(long place) {
            long length = next();
            if (place < -length || place >= length) {
                throw new RicciException.Argument(text, x.type().toString(), length == 0
                        ? "an axis of length 0 has no places"
                        : "places on an axis of length " + length + " count from 0 to " + (length - 1)
                        + ", or from the end from -1 to -" + length + "; here " + place,
                        "choose a place on axis " + (axis - 1) + " of " + x.shape());
            }
            return new Dropped(lengths.size() - 1, place < 0 ? place + length : place);
        }

        private Kept range(Index.Range range) {
            long length = next();
            long step = range.step();
            long first = step > 0 ? 0 : length - 1;
            long end = step > 0 ? length : -1;
            long start = bound(range.start(), first, length, step);
            long stop = bound(range.stop(), end, length, step);
            long count = Math.max(0, step > 0 ? Math.ceilDiv(stop - start, step)
                    : Math.ceilDiv(start - stop, Math.abs(Math.max(step, -Long.MAX_VALUE))));
            return new Kept(lengths.size() - 1, count == 0 ? 0 : start, count, step);
        }

        private static long bound(@Nullable Long given, long missing, long length, long step) {
            if (given == null) {
                return missing;
            }
            long counted = given < 0 ? given + length : given;
            return step > 0 ? Math.clamp(counted, 0, length) : Math.clamp(counted, -1, length - 1);
        }

        private void mask(Tensor truths) {
            if (truths.rank() == 0) {
                // A truth alone makes an axis: with one place if it holds, else with none.
                lengths.add(1L);
                entries.add(new Looked(lengths.size() - 1, Ricci.tensor(DType.I64,
                        new long[Math.toIntExact(known(truths)[0])], known(truths)[0])));
                return;
            }
            List<Integer> axes = IntStream.range(axis, axis + truths.rank()).boxed().toList();
            if (!x.shape().select(axes).equals(truths.shape())) {
                throw new RicciException.Shape(text, x.type().toString(),
                        "a mask has the lengths of the axes that it stands for, here "
                        + x.shape().select(axes),
                        "compare the tensor itself, or broadcast the mask to these axes");
            }
            for (Tensor places : Searching.nonzero(truths.shape(), known(truths))) {
                next();
                entries.add(new Looked(lengths.size() - 1, places));
            }
        }

        private long[] known(Tensor truths) {
            try {
                return truths.toLongs();
            } catch (RicciException.Unknown unknown) {
                throw new RicciException.Unknown(text, x.type().toString(),
                        "how much a mask chooses depends on its values, which do not exist while a function "
                        + "is traced; " + truths.type() + " is traced",
                        "keep the shape: where(mask, x, other), or x.at(mask).set(number)");
            }
        }
    }
}

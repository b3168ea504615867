package ricci.transform;

import static ricci.transform.Tangents.single;
import static ricci.transform.Tangents.sum;
import static ricci.transform.Tangents.zeroed;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.Op.ArgReduce.Extremum;
import ricci.ir.Op.Compare.Relation;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/** The tangents of {@link Windows}. */
final class JvpWindows {
    private final Builder builder;

    JvpWindows(Builder builder) {
        this.builder = builder;
    }

    /** As the rules of {@link Jvp}: at least one operand has a tangent. */
    List<@Nullable Atom> rule(Windows op, List<Atom> x, @Nullable Atom[] t, List<Atom.Var> y) {
        return switch (op) {
            case Windows.Convolution _ -> single(sum(builder, 
                    t[0] == null ? null : builder.apply(op, t[0], x.get(1)),
                    t[1] == null ? null : builder.apply(op, x.get(0), t[1])));
            case Windows.ReduceWindow reduce ->
                    single(reduceWindow(reduce, x.getFirst(), zeroed(builder, t[0], x.getFirst()),
                            y.getFirst()));
            case Windows.ArgReduceWindow _ -> single(null);
            case Windows.DynamicSlice _ -> single(builder.apply(op, Stream.concat(
                    Stream.of(zeroed(builder, t[0], x.getFirst())), x.stream().skip(1)).toList()).getFirst());
            case Windows.DynamicUpdateSlice _ -> single(builder.apply(op, Stream.concat(
                    Stream.of(zeroed(builder, t[0], x.getFirst()), zeroed(builder, t[1], x.get(1))),
                    x.stream().skip(2)).toList()).getFirst());
            case Windows.TopK _ -> Arrays.asList(
                    taken(zeroed(builder, t[0], x.getFirst()), y.getLast()), null);
            case Windows.Clamp _ -> single(clamp(x, t));
        };
    }

    private @Nullable Atom reduceWindow(Windows.ReduceWindow op, Atom x, Atom t, Atom y) {
        if (x.type().shape().size() == 0 || y.type().shape().size() == 0) {
            return null;
        }
        return switch (op.monoid()) {
            case SUM -> builder.apply(op, t);
            case PROD -> Equivalents.tangents(builder, Equivalents.products(op, x.type()), List.of(x),
                    List.of(t)).getFirst();
            case MAX -> extreme(op, Extremum.ARGMAX, x, t);
            case MIN -> extreme(op, Extremum.ARGMIN, x, t);
            case AND, OR, XOR -> null;
        };
    }

    /** The tangent of the first extreme element of each window; of only holes, 0. */
    private Atom extreme(Windows.ReduceWindow op, Extremum extremum, Atom x, Atom t) {
        Builder b = builder;
        Shape shape = x.type().shape();
        List<Integer> slid = IntStream.range(0, shape.rank()).boxed()
                .filter(axis -> op.window().length(axis) != 1 || !op.sliding().isPlain(axis)).toList();
        if (slid.isEmpty()) {
            return t;
        }
        // From the first to the last, so that they are one axis without being moved.
        int first = slid.getFirst();
        int end = slid.getLast() + 1;
        List<Integer> axes = IntStream.range(first, end).boxed().toList();
        long elements = shape.select(axes).size();
        Atom positions = b.apply(new Windows.ArgReduceWindow(extremum, op.window(), op.sliding(), axes,
                elements <= Integer.MAX_VALUE ? DType.I32 : DType.I64), x);
        Shape joined = shape.range(0, first).then(elements).then(shape.range(end, shape.rank()));
        GatherDimensions d = new GatherDimensions(List.of(), List.of(first),
                IntStream.range(0, joined.rank()).filter(axis -> axis != first).boxed().toList(),
                shape.axesExcept(axes), List.of(first));
        long[] window = new long[joined.rank()];
        Arrays.fill(window, 1);
        return b.apply(new Op.Gather(d, Shape.of(window), Op.OutOfBounds.ZERO),
                b.reshape(t, joined),
                b.reshape(positions, longer(positions.type().shape(), 1)));
    }

    /** The elements of t along the last axis at the indices, for each place along the others. */
    private @Nullable Atom taken(Atom t, Atom indices) {
        if (t.type().shape().size() == 0) {
            return null;
        }
        Shape shape = indices.type().shape();
        return builder.apply(gatherSingles(shape.rank() - 1), t, builder.reshape(indices, longer(shape, 1)));
    }

    /** Elements of the axis after {@code batch} others, chosen for each place along those. */
    private static Op gatherSingles(int batch) {
        List<Integer> before = IntStream.range(0, batch).boxed().toList();
        GatherDimensions d = new GatherDimensions(
                List.of(), List.of(batch), before, before, List.of(batch));
        long[] window = new long[batch + 1];
        Arrays.fill(window, 1);
        return new Op.Gather(d, Shape.of(window), Op.OutOfBounds.ZERO);
    }

    private static Shape longer(Shape shape, long last) {
        long[] lengths = Arrays.copyOf(shape.toArray(), shape.rank() + 1);
        lengths[shape.rank()] = last;
        return Shape.of(lengths);
    }

    /** That of x strictly inside the bounds, that of a bound beyond it; where x is a bound, 0. */
    private @Nullable Atom clamp(List<Atom> x, @Nullable Atom[] t) {
        Builder b = builder;
        Atom low = x.get(0);
        Atom value = x.get(1);
        Atom high = x.get(2);
        TensorType bools = value.type().with(DType.BOOL);
        Atom no = b.fill(bools, 0);
        Atom isInside = b.select(b.compare(Relation.GT, value, low),
                b.compare(Relation.LT, value, high), no);
        // The bounds may be the wrong way round; then the upper one counts.
        Atom isAbove = b.compare(Relation.LT, high, b.binary(Op.Binary.Function.MAX, low, value));
        Atom isBelow = b.select(isAbove, no, b.compare(Relation.GT, low, value));
        return sum(builder, sum(builder, where(isBelow, t[0]), where(isInside, t[1])), where(isAbove, t[2]));
    }

    private @Nullable Atom where(Atom condition, @Nullable Atom t) {
        return t == null ? null : builder.select(condition, t, builder.zeros(t.type()));
    }
}

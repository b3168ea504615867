package ricci.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Op.Compare.Relation;
import ricci.ir.Op.OutOfBounds;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/**
 * Some primitives as programs of others. Where a primitive has no simple rule of its own for a
 * transformation, that of the program is its rule.
 */
final class Equivalents {
    private Equivalents() {}

    /** The tangents of a program's results, given its arguments and their tangents; null for a zero. */
    static List<@Nullable Atom> tangents(Builder builder, Program program, List<? extends Atom> x,
            List<? extends @Nullable Atom> t) {
        Jvp.Result jvp = Jvp.of(program, t.stream().map(u -> u != null).toList());
        List<Atom> arguments = new ArrayList<>(x);
        for (Atom tangent : t) {
            if (tangent != null) {
                arguments.add(tangent);
            }
        }
        List<Atom> results = builder.inline(jvp.program(), arguments);
        List<@Nullable Atom> tangents = new ArrayList<>();
        int next = program.results().size();
        for (boolean isActive : jvp.activeResults()) {
            tangents.add(isActive ? results.get(next++) : null);
        }
        return tangents;
    }

    // ---- slices at positions that are data, as windows ----

    /** A dynamic slice as a gather of one window. */
    static Program dynamicSlice(Shape sizes, List<TensorType> types) {
        Builder b = new Builder();
        List<Atom.Var> x = b.inputs(types);
        Atom starts = starts(b, types.getFirst().shape(), x.subList(1, x.size()));
        Op gather = new Op.Gather(oneWindow(sizes.rank()), sizes, OutOfBounds.CLIP);
        return b.build("Equivalents", x, List.of(b.apply(gather, x.getFirst(), starts)));
    }

    /** A dynamic update as a scatter of one window. */
    static Program dynamicUpdateSlice(List<TensorType> types) {
        Builder b = new Builder();
        List<Atom.Var> x = b.inputs(types);
        Shape shape = types.getFirst().shape();
        Atom starts = starts(b, shape, x.subList(2, x.size()));
        Op scatter = new Op.Scatter(oneWindow(shape.rank()), Op.Scatter.Combiner.SET, OutOfBounds.CLIP);
        return b.build("Equivalents", x, List.of(b.apply(scatter, x.get(0), starts, x.get(1))));
    }

    private static GatherDimensions oneWindow(int rank) {
        List<Integer> all = IntStream.range(0, rank).boxed().toList();
        return new GatherDimensions(all, List.of(), List.of(), List.of(), all);
    }

    /** The starts as one vector, negative ones counted from the end. */
    private static Atom starts(Builder b, Shape shape, List<Atom.Var> starts) {
        List<Atom> counted = new ArrayList<>();
        for (int axis = 0; axis < starts.size(); axis++) {
            Atom start = b.convert(starts.get(axis), DType.I64);
            Atom fromEnd = b.add(start, b.fill(start.type(), shape.length(axis)));
            Atom isNegative = b.compare(Relation.LT, start, b.zeros(start.type()));
            counted.add(b.reshape(b.select(isNegative, fromEnd, start), Shape.of(1)));
        }
        return b.apply(new Op.Concatenate(0), counted).getFirst();
    }

    // ---- products ----

    /**
     * The products of windows, axis by axis: the padded elements that each window meets are laid out along an
     * axis of their own, and multiplied.
     */
    static Program products(Windows.ReduceWindow op, TensorType type) {
        Builder b = new Builder();
        Atom.Var x = b.input(type);
        Sliding s = op.sliding();
        List<Long> interior = s.baseDilation().stream().map(dilation -> dilation - 1).toList();
        Atom y = b.apply(new Op.Pad(s.low(), s.high(), interior), x, b.fill(type.with(Shape.SCALAR), 1));
        for (int axis = 0; axis < type.rank(); axis++) {
            long window = op.window().length(axis);
            long places = s.places(axis, type.shape().length(axis), window);
            boolean steps = window == 1 && s.strides().get(axis) == 1;
            if (!steps) {
                y = b.reduce(Monoid.PROD, laidOut(b, y, axis, window, places, s), List.of(axis));
            }
        }
        return b.build("Equivalents", List.of(x), List.of(y));
    }

    /** In place of {@code axis} two: the elements of a window, and the places. */
    private static Atom laidOut(Builder b, Atom x, int axis, long window, long places, Sliding s) {
        TensorType indexType = TensorType.of(DType.I64, window, places);
        Atom element = b.apply(new Op.Iota(indexType, 0));
        Atom place = b.apply(new Op.Iota(indexType, 1));
        Atom index = b.add(b.mul(element, b.fill(indexType, s.windowDilation().get(axis))),
                b.mul(place, b.fill(indexType, s.strides().get(axis))));
        Shape shape = x.type().shape();
        List<Integer> others = shape.axesExcept(List.of(axis));
        List<Integer> offset = others.stream().map(a -> a < axis ? a : a + 1).toList();
        GatherDimensions d = new GatherDimensions(offset, List.of(axis), List.of(), List.of(), List.of(axis));
        return b.apply(new Op.Gather(d, shape.with(axis, 1), OutOfBounds.CLIP), x,
                b.reshape(index, Shape.of(window, places, 1)));
    }

    /**
     * A multiplying scatter: the updates of one element, brought together by sorting, are multiplied by one
     * another in a scan (Hillis and Steele 1986, "Data parallel algorithms"), and it by their product.
     * Nothing is divided, so zeros and repetitions are right in derivatives of any order.
     */
    static Program scatterProducts(Op.Scatter op, List<TensorType> types) {
        Builder b = new Builder();
        List<Atom.Var> x = b.inputs(types);
        TensorType type = types.getFirst();
        Shape updates = types.getLast().shape();
        long count = updates.size();
        if (count == 0 || type.shape().size() == 0) {
            return b.build("Equivalents", x, List.of(x.getFirst()));
        }
        Op gather = new Op.Gather(op.dimensions(), op.dimensions().window(type.shape(), updates),
                op.outOfBounds() == OutOfBounds.CLIP ? OutOfBounds.CLIP : OutOfBounds.FILL);
        // What is left out gets the least integer, which is no element's number either.
        Atom targets = b.reshape(b.apply(gather, b.reshape(numbers(b, type.shape().size()), type.shape()),
                x.get(1)), Shape.of(count));
        List<Atom.Var> sorted = b.apply(new Op.Sort(0, 1), List.of(targets, numbers(b, count)));
        Atom ids = sorted.getFirst();
        Atom products = b.apply(new Op.Gather(SINGLE, Shape.of(1), OutOfBounds.CLIP),
                b.reshape(x.getLast(), Shape.of(count)), b.reshape(sorted.getLast(), Shape.of(count, 1)));
        for (long distance = 1; distance < count; distance *= 2) {
            Atom isSame = b.compare(Relation.EQ, ids, moved(b, ids, distance, -1));
            products = b.select(isSame, b.mul(products, moved(b, products, distance, 1)), products);
        }
        Atom isLast = b.compare(Relation.NE, ids, moved(b, ids, -1, -1));
        Atom places = b.select(isLast, ids, b.fill(ids.type(), -1));
        Op set = new Op.Scatter(SINGLE, Op.Scatter.Combiner.SET, OutOfBounds.FILL);
        Atom factors = b.apply(set, b.fill(type.with(Shape.of(type.shape().size())), 1),
                b.reshape(places, Shape.of(count, 1)), products);
        return b.build("Equivalents", x, List.of(b.mul(x.getFirst(), b.reshape(factors, type.shape()))));
    }

    private static final GatherDimensions SINGLE =
            new GatherDimensions(List.of(), List.of(0), List.of(), List.of(), List.of(0));

    private static Atom numbers(Builder b, long count) {
        return b.apply(new Op.Iota(TensorType.of(DType.I64, count), 0));
    }

    /** The vector moved towards its end, or its beginning; what enters is {@code value}. */
    private static Atom moved(Builder b, Atom x, long distance, Number value) {
        Op pad = new Op.Pad(List.of(distance), List.of(-distance), List.of(0L));
        return b.apply(pad, x, b.fill(x.type().with(Shape.SCALAR), value));
    }
}

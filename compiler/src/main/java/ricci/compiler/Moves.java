package ricci.compiler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.loop.Expression;
import ricci.loop.Variable;

/** Loops that put elements where they belong, each written once. */
final class Moves {
    /** A smaller result is filled as a whole before its parts are written: it stays in the cache. */
    private static final long SMALL = 1 << 13;

    private Moves() {}

    /**
     * Some of the elements of a tensor: the first at {@code offset}, the others at strides from there.
     *
     * @param strides one for each axis of what is copied there
     */
    record Region(Atom.Var tensor, long offset, List<Long> strides) {
        /** All of it. */
        static Region all(Atom.Var tensor) {
            return new Region(tensor, 0, View.rowMajor(tensor.type().shape()));
        }
    }

    /** Copies all elements. */
    static List<Launch> copy(String name, Operand from, Region to) {
        long count = from.shape().size();
        if (count == 0) {
            return List.of();
        }
        List<Axis> axes = Axis.of(Axis.lengths(from.shape()), List.of(from.strides(), to.strides()));
        LoopNest nest = new LoopNest(name);
        List<Variable.Counter> counters = nest.vector(axes);
        nest.once();
        nest.writeBits(to.tensor(), At.of(to.offset()).along(axes, 1, counters),
                nest.bits(from, At.of(from.offset()).along(axes, 0, counters)));
        return List.of(nest.launch(count));
    }

    /**
     * A copy of an operand with its axes in that order, the last one with its elements next to each other.
     *
     * @param number of the temporary tensor, see {@link Alone#temporary}
     */
    static Operand pack(List<Launch> launches, Equation e, int number, Operand x, List<Integer> order) {
        Operand turned = x.transpose(order);
        Atom.Var copy = Alone.temporary(e, number, turned.type());
        launches.addAll(copy("pack", turned, Region.all(copy)));
        return Operand.whole(copy);
    }

    /** Writes all elements as those of a float type that is as wide or, rounded, less so. */
    static List<Launch> convert(String name, Operand from, Atom.Var to) {
        long count = from.shape().size();
        List<Axis> axes = Axis.of(Axis.lengths(from.shape()),
                List.of(from.strides(), View.rowMajor(from.shape())));
        LoopNest nest = new LoopNest(name);
        List<Variable.Counter> counters = nest.vector(axes);
        nest.once();
        nest.write(to, At.of(0).along(axes, 1, counters),
                nest.read(from, At.of(from.offset()).along(axes, 0, counters)));
        return List.of(nest.launch(count));
    }

    static List<Launch> concatenate(Equation e, int axis, Fuse.Cut cut) {
        List<Launch> launches = new ArrayList<>();
        View to = cut.written(e.result());
        long start = 0;
        for (Atom atom : e.operands()) {
            Operand part = Operand.of(atom, cut);
            if (!cut.isPlaced(atom)) {
                launches.addAll(copy("concatenate", part,
                        new Region(to.base(), to.offset() + start * to.strides().get(axis), to.strides())));
            }
            start += part.shape().length(axis);
        }
        return launches;
    }

    /** Writes real and imaginary parts in turn. */
    static List<Launch> complex(Equation e, Fuse.Cut cut) {
        List<Launch> launches = new ArrayList<>();
        for (int part = 0; part < 2; part++) {
            launches.addAll(copy("complex", Operand.of(e.operands().get(part), cut),
                    new Region(e.result(), part, View.part(e.result(), part == 1).strides())));
        }
        return launches;
    }

    static List<Launch> pad(Equation e, Op.Pad op, Fuse.Cut cut) {
        Atom x = e.operands().getFirst();
        return pad(op, Operand.of(x, cut), Operand.of(e.operands().getLast(), cut), cut.written(e.result()),
                cut.isPlaced(x));
    }

    /**
     * Writes {@code x}, padded with the only element of {@code padding}, to {@code result}.
     *
     * @param isPlaced whether {@code x} was written there; then only what is around is filled
     */
    static List<Launch> pad(Op.Pad op, Operand x, Operand padding, View result, boolean isPlaced) {
        Shape shape = result.shape();
        List<Long> rows = result.strides();
        int rank = shape.rank();
        Long[] starts = new Long[rank];
        Long[] limits = new Long[rank];
        Long[] strides = new Long[rank];
        long[] begin = new long[rank];
        long[] end = new long[rank];
        long first = result.offset();
        boolean isDense = true;
        for (int axis = 0; axis < rank; axis++) {
            long step = op.interior().get(axis) + 1;
            long low = op.low().get(axis);
            long length = x.shape().length(axis);
            // The elements of x that are inside of the result.
            long from = low >= 0 ? 0 : (-low + step - 1) / step;
            long to = Math.min(length, Math.floorDiv(shape.length(axis) - 1 - low, step) + 1);
            starts[axis] = Math.min(from, length);
            limits[axis] = Math.max(starts[axis], to);
            strides[axis] = step * rows.get(axis);
            begin[axis] = low + starts[axis] * step;
            end[axis] = begin[axis] + (limits[axis] - starts[axis]) * step;
            first += begin[axis] * rows.get(axis);
            isDense &= step == 1;
        }
        Operand inside = slice(x, List.of(starts), List.of(limits));
        List<Launch> launches = new ArrayList<>();
        if (inside.shape().size() < shape.size()) {
            launches.addAll(isDense && isFilledAround(shape) && inside.shape().size() > 0
                    ? fillAround(padding, result, begin, end)
                    : fill("pad", padding, shape, new Region(result.base(), result.offset(), rows)));
        }
        if (!isPlaced) {
            launches.addAll(copy("pad", inside, new Region(result.base(), first, List.of(strides))));
        }
        return launches;
    }

    /** Whether only what is around the operand of a pad is filled. */
    static boolean isFilledAround(Shape padded) {
        return padded.size() > SMALL;
    }

    private static Operand slice(Operand x, List<Long> starts, List<Long> limits) {
        Op.Slice slice = new Op.Slice(starts, limits, Collections.nCopies(starts.size(), 1L));
        View view = x.view();
        if (view == null) {
            long[] lengths = new long[starts.size()];
            for (int axis = 0; axis < lengths.length; axis++) {
                lengths[axis] = limits.get(axis) - starts.get(axis);
            }
            return new Operand(x.type().with(Shape.of(lengths)), null, x.number());
        }
        return Operand.of(x.dtype(), Objects.requireNonNull(view.through(slice)));
    }

    /** Fills what lies outside of a box: slabs before and after it, axis by axis. */
    private static List<Launch> fillAround(Operand element, View result, long[] begin, long[] end) {
        List<Launch> launches = new ArrayList<>();
        List<Long> rows = result.strides();
        long[] lengths = result.shape().toArray();
        long offset = result.offset();
        for (int axis = 0; axis < lengths.length; axis++) {
            long whole = lengths[axis];
            lengths[axis] = begin[axis];
            launches.addAll(fill("pad", element, Shape.of(lengths),
                    new Region(result.base(), offset, rows)));
            lengths[axis] = whole - end[axis];
            launches.addAll(fill("pad", element, Shape.of(lengths),
                    new Region(result.base(), offset + end[axis] * rows.get(axis), rows)));
            lengths[axis] = end[axis] - begin[axis];
            offset += begin[axis] * rows.get(axis);
        }
        return launches;
    }

    /** Writes one element everywhere. */
    static List<Launch> fill(String name, Operand element, Atom.Var result) {
        return fill(name, element, result.type().shape(), Region.all(result));
    }

    /** Writes one element to all of a region of that shape. */
    static List<Launch> fill(String name, Operand element, Shape shape, Region to) {
        if (shape.size() == 0) {
            return List.of();
        }
        List<Axis> axes = Axis.of(Axis.lengths(shape), List.of(to.strides()));
        LoopNest nest = new LoopNest(name);
        List<Variable.Counter> counters = nest.serial(axes.subList(0, Math.max(axes.size() - 1, 0)));
        nest.once();
        Expression value = nest.bits(element, At.of(element.offset()));
        if (!axes.isEmpty()) {
            counters = Stream.concat(counters.stream(),
                    Stream.of(nest.vector(axes.getLast().length()))).toList();
        }
        nest.writeBits(to.tensor(), At.of(to.offset()).along(axes, 0, counters), value);
        return List.of(nest.launch(shape.size()));
    }
}

package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.TensorType;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Copies to another order of axes, and to another dtype. Where neighbours in the copy are no neighbours in
 * the original, a few of them are read at once, each along the axis in which the original is contiguous: so
 * each line of memory is read, and written, while it is in the cache.
 *
 * @param from what is copied, with its axes in the order of the copy
 * @param strides of the copy, one for each axis; the last is 1
 */
record Transposition(Equation e, String name, Operand from, Atom.Var to, List<Long> strides) {
    /** So many streams of memory are read at once. */
    private static final int MOST_STREAMS = 8;

    /**
     * Adds the launches that copy elements so that they lie row after row with the axes in that order.
     *
     * @param e for whose loops this is; the copy is the temporary tensor of that number
     * @return the elements as they lie in the copy, with their axes as before
     */
    static Operand copy(Equation e, int number, String name, Operand x, DType dtype, List<Integer> order,
            List<? super Launch> launches) {
        Operand from = x.transpose(order);
        Atom.Var to = Alone.temporary(e, number, new TensorType(dtype, from.shape()));
        Equation copy = new Equation(List.of(to), e.op(), e.operands(), e.source());
        launches.addAll(new Transposition(copy, name, from, to, View.rowMajor(from.shape())).launches());
        return Operand.whole(to).transpose(inverse(order));
    }

    /** The order of axes that undoes this one. */
    static List<Integer> inverse(List<Integer> order) {
        return IntStream.range(0, order.size()).map(order::indexOf).boxed().toList();
    }

    List<Launch> launches() {
        int last = from.shape().rank() - 1;
        int along = last;
        for (int axis = 0; axis < last; axis++) {
            if (from.stride(axis) == 1 && from.shape().length(axis) > 1) {
                along = axis;
            }
        }
        long length = from.shape().length(last);
        if (from.stride(last) == 1 || length == 1 || along == last) {
            return List.of(plain());
        }
        List<Launch> launches = new ArrayList<>();
        long whole = length / MOST_STREAMS;
        if (whole > 0) {
            launches.add(streams(along, 0, whole, MOST_STREAMS));
        }
        if (whole * MOST_STREAMS < length) {
            launches.add(streams(along, whole * MOST_STREAMS, 1, (int) (length % MOST_STREAMS)));
        }
        return launches;
    }

    private Launch plain() {
        List<Axis> axes = Axis.of(Axis.lengths(from.shape()), List.of(from.strides(), strides));
        LoopNest nest = new LoopNest(name);
        List<Variable.Counter> counters = nest.vector(axes);
        nest.once();
        nest.write(to, At.of(0).along(axes, 1, counters),
                new Sums(e, nest).element(from, At.of(from.offset()).along(axes, 0, counters)));
        return nest.launch(from.shape().size());
    }

    /** Groups of so many elements of the last axis, beginning with {@code first}. */
    private Launch streams(int along, long first, long groups, int streams) {
        int last = from.shape().rank() - 1;
        LoopNest nest = new LoopNest(name);
        List<At.Move> reads = new ArrayList<>();
        List<At.Move> writes = new ArrayList<>();
        for (int axis = 0; axis < last; axis++) {
            if (axis != along && from.shape().length(axis) > 1) {
                Variable.Counter counter = nest.serial(from.shape().length(axis));
                reads.add(new At.Move(from.stride(axis), counter));
                writes.add(new At.Move(strides.get(axis), counter));
            }
        }
        Variable.Counter group = nest.open(groups, false, Loop.Kind.SERIAL);
        reads.add(new At.Move(streams * from.stride(last), group));
        writes.add(new At.Move(streams, group));
        long offset = from.offset() + first * from.stride(last);
        List<At> starts = LongStream.range(0, streams)
                .mapToObj(i -> nest.at(offset + i * from.stride(last))).toList();
        At start = nest.at(first);
        Variable.Counter turn = nest.serial(from.shape().length(along));
        reads.add(new At.Move(from.stride(along), turn));
        writes.add(new At.Move(strides.get(along), turn));
        At write = start.with(writes);
        for (int i = 0; i < streams; i++) {
            nest.write(to, write.shifted(i), new Sums(e, nest).element(from, starts.get(i).with(reads)));
        }
        return nest.launch(from.shape().size());
    }
}

package ricci.compiler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.TensorType;
import ricci.loop.Variable;

/**
 * Operands of products as numbers of the type of the sums: copies, in the order in which they lie. Where many
 * tiles read an element, each would convert it again.
 */
final class Converted {
    /** From here on, temporary tensors are copies: of the left operand, and of the right one. */
    static final int TEMPORARIES = Alone.MOST_TEMPORARIES - 2;

    private Converted() {}

    /** The same product with a copy of one of its operands, unless that has the type of the sums. */
    static Dots.Product of(Dots.Product product, int side, List<Launch> launches) {
        Operand x = side == 0 ? product.x() : product.y();
        TensorType to = product.e().result().type();
        if (x.dtype() == to.dtype() || x.view() == null || x.view().isLine()) {
            return product;
        }
        List<Axis> free = side == 0 ? product.rows() : product.columns();
        List<Axis> axes = Stream.of(product.batch(), free, product.sum()).flatMap(List::stream).toList();
        int batches = product.batch().size();
        List<Integer> accesses = IntStream.range(0, axes.size())
                .mapToObj(i -> i >= batches && i < batches + free.size() ? 0 : side).toList();
        List<Long> from = IntStream.range(0, axes.size())
                .mapToObj(i -> axes.get(i).stride(accesses.get(i))).toList();
        List<Long> lengths = axes.stream().map(Axis::length).toList();
        // Of what moves as little as its neighbours, the free axis of the right operand is the inner one.
        List<Integer> order = IntStream.range(0, axes.size()).boxed().filter(i -> from.get(i) != 0)
                .sorted(Comparator.comparingLong((Integer i) -> -Math.abs(from.get(i)))
                        .thenComparingInt(i -> accesses.get(i) == side ? 0 : 1)).toList();
        List<Long> at = new ArrayList<>(Collections.nCopies(axes.size(), 0L));
        long size = 1;
        for (int i : order.reversed()) {
            at.set(i, size);
            size *= lengths.get(i);
        }
        Atom.Var copy = Alone.temporary(product.e(), TEMPORARIES + side, TensorType.of(to.dtype(), size));
        launches.add(launch(product, x, copy, Axis.of(Axis.select(lengths, order),
                List.of(Axis.select(from, order), Axis.select(at, order)))));
        List<Axis> moved = IntStream.range(0, axes.size())
                .mapToObj(i -> moved(axes.get(i), accesses.get(i), at.get(i))).toList();
        List<Axis> outer = moved.subList(batches, batches + free.size());
        return new Dots.Product(product.e(), side == 0 ? Operand.whole(copy) : product.x(),
                side == 0 ? product.y() : Operand.whole(copy), moved.subList(0, batches),
                side == 0 ? outer : product.rows(), side == 0 ? product.columns() : outer,
                moved.subList(batches + free.size(), moved.size()), product.epilogue(),
                product.isRightConstant());
    }

    private static Axis moved(Axis axis, int access, long stride) {
        List<Long> strides = new ArrayList<>(axis.strides());
        strides.set(access, stride);
        return new Axis(axis.length(), strides);
    }

    private static Launch launch(Dots.Product product, Operand x, Atom.Var copy, List<Axis> axes) {
        LoopNest nest = new LoopNest("convert");
        List<Variable.Counter> counters = nest.vector(axes);
        nest.once();
        nest.write(copy, At.of(0).along(axes, 1, counters), new Sums(product.e(), nest)
                .element(x, At.of(x.offset()).along(axes, 0, counters)));
        return nest.launch(Axis.size(axes));
    }
}
